import ADCCalculus
import ADCMachine

extension Checkpoint {
  /// The checkpoint as the `state` of a file of parameters: the counters as one array, then the
  /// optimizer's values.
  package func entries(_ session: Session) throws(RunError) -> [ParameterFile.Entry] {
    let counters = [
      Double(step), Double(epoch), Double(row), sum, Double(batches), best,
      Double(epochsWithoutGain), Double(session.seed), largest, Double(batchesOfUpdate), bestLoss,
      Double(bestEpoch), Double(epochsSinceBest),
    ]
    let precision = session.program.precision
    var result = [
      ParameterFile.Entry(
        name: Self.counterName, array: ShapedValues(shape: [counters.count], values: counters))
    ]
    for (state, values) in zip(session.description.states, states) {
      result.append(
        ParameterFile.Entry(
          name: state.name,
          array: ShapedValues(
            shape: try session.shape(of: state.symbol), values: values.map(precision.written))))
    }
    for (parameter, values) in zip(session.description.parameters, lastParameters ?? []) {
      result.append(
        ParameterFile.Entry(
          name: Self.lastPrefix + parameter.name,
          array: ShapedValues(
            shape: try session.shape(of: parameter.symbol),
            values: values.map(precision.written))))
    }
    return result
  }

  /// What is other in the model that a file is of, in words.
  private static func difference(
    _ file: ParameterFile, _ session: Session
  ) throws(RunError) -> String {
    for parameter in session.description.parameters {
      guard let array = file[parameter.name] else {
        return "it has no parameter `\(parameter.name)`"
      }
      let shape = try session.shape(of: parameter.symbol)
      if array.shape != shape {
        return "`\(parameter.name)` has the shape \(array.shape) there, and \(shape) here"
      }
    }
    let names = Set(session.description.parameters.map(\.name))
    if let other = file.parameters.first(where: { !names.contains($0.name) }) {
      return "it has a parameter `\(other.name)`, which is not in this one"
    }
    let there = file.text.split(separator: "\n")
    let here = session.description.text.split(separator: "\n")
    guard !there.isEmpty, !here.isEmpty else {
      return "its parameters are the same, its text is not"
    }
    for (first, second) in zip(there, here) where first != second {
      return "\(excerpt(trimmed(first))) there is \(excerpt(trimmed(second))) here"
    }
    return there.count > here.count
      ? "\(excerpt(trimmed(there[here.count]))) is only there"
      : here.count > there.count
        ? "\(excerpt(trimmed(here[there.count]))) is only here"
        : "its text is the same, its hash is not"
  }

  private static func trimmed(_ line: Substring) -> String { String(line.drop { $0 == " " }) }

  private static let counterName = "run"
  private static let lastPrefix = "last "

  /// Reads a checkpoint and gives the session its parameters and the optimizer's values.
  ///
  /// - Throws: where the file has no state, or one of another model, optimizer or seed.
  package static func restore(
    _ file: ParameterFile, path: String, into session: Session
  ) throws(RunError) -> Checkpoint {
    func fail(_ message: String) -> RunError { .data(DataError(message, file: path)) }
    guard file.model == session.description.hash else {
      throw fail("the file is of another model: " + (try difference(file, session)))
    }
    guard let state = file.state,
      let counters = state.first(where: { $0.name == counterName })?.array.values,
      counters.count == 13
    else { throw fail("the file holds parameters alone, and no state to go on from") }
    let whole = counters.indices.filter { ![3, 5, 8, 10].contains($0) }.map { counters[$0] }
    guard whole.allSatisfy({ $0 >= 0 && $0 < 9_007_199_254_740_992 && $0.rounded() == $0 }) else {
      throw fail("the state is damaged")
    }
    guard UInt64(counters[7]) == session.seed else {
      throw fail("the run had the seed \(UInt64(counters[7])), and this one has \(session.seed)")
    }
    try session.restore(file, path: path)
    var states: [[Double]] = []
    for description in session.description.states {
      guard let array = state.first(where: { $0.name == description.name })?.array else {
        throw fail("the state has no `\(description.name)`: was it another optimizer?")
      }
      try session.restore(description.symbol, description.name, array, path)
      states.append(array.values)
    }
    // The file's own parameters are those that the run would have ended with.
    let ended = session.description.parameters.map { session.memory.values(of: $0.symbol) }
    var last: [[Double]]?
    if state.contains(where: { $0.name.hasPrefix(lastPrefix) }) {
      for parameter in session.description.parameters {
        guard let array = state.first(where: { $0.name == lastPrefix + parameter.name })?.array
        else { throw fail("the state has no `\(lastPrefix)\(parameter.name)`") }
        try session.restore(parameter.symbol, parameter.name, array, path)
        last = (last ?? []) + [array.values]
      }
    }
    let hasBest = counters[10] < .infinity
    return Checkpoint(
      step: Int(counters[0]), epoch: Int(counters[1]), row: Int(counters[2]), sum: counters[3],
      batches: Int(counters[4]), best: counters[5], epochsWithoutGain: Int(counters[6]),
      largest: counters[8], batchesOfUpdate: Int(counters[9]), bestLoss: counters[10],
      bestEpoch: Int(counters[11]), epochsSinceBest: Int(counters[12]), states: states,
      bestParameters: hasBest ? ended : nil, lastParameters: last)
  }
}
