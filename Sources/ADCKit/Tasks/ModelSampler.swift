import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

/// Draws parameters, and inputs without data, where a model is looked at.
struct ModelSampler {
  private enum Kind {
    case parameter, drawnInput
    /// Data, which are moved alone.
    case data
  }

  private struct Drawn {
    var name: String
    var symbol: Int
    var start: [Double] = []
    var bounds: ClosedRange<Double>?
    var kind: Kind
  }

  private var drawn: [Drawn] = []
  private let random: Philox

  init(_ symbolic: SymbolicModel, _ session: Session, drawsInputs: Bool, seed: Int) {
    random = Philox(seed: UInt64(truncatingIfNeeded: seed))
    let bounds = symbolic.model.parameters.map(\.bounds)
    for (parameter, bounds) in zip(session.description.parameters, bounds) {
      drawn.append(
        Drawn(
          name: parameter.name, symbol: parameter.symbol,
          start: session.memory.values(of: parameter.symbol), bounds: bounds, kind: .parameter))
    }
    for array in session.dataset.arrays {
      if drawsInputs {
        let start = [Double](repeating: 0, count: array.values.count)
        drawn.append(Drawn(name: "", symbol: array.symbol, start: start, kind: .drawnInput))
      } else if array.values.doubles.contains(where: { $0 != $0.rounded() }) {
        drawn.append(Drawn(name: "", symbol: array.symbol, kind: .data))
      }
    }
  }

  /// Whether there is one sample only.
  var isConstant: Bool { drawn.allSatisfy(\.start.isEmpty) }

  /// Sets the values of a sample.
  func draw(_ sample: Int, into session: Session) {
    for (place, own) in drawn.enumerated()
    where own.kind == .parameter && sample > 0 || own.kind == .drawnInput {
      let stream = UInt64(place) << 32 | UInt64(sample)
      let values = own.start.enumerated().map { entry, start in
        let (size, sign) = (
          random.uniform(stream: stream, position: 2 * UInt64(entry)),
          random.uniform(stream: stream, position: 2 * UInt64(entry) + 1)
        )
        let isNear = sample % 2 == 1 && own.kind == .parameter
        return Self.value(size, sign, start: start, isNear: isNear, bounds: own.bounds)
      }
      session.memory.set(own.symbol, values)
    }
  }

  /// What is drawn, in the order of `draw`, and data that are no whole numbers.
  func values(of session: Session) -> [[Double]] {
    drawn.map { session.memory.values(of: $0.symbol) }
  }

  func set(_ values: [[Double]], in session: Session) {
    for (own, values) in zip(drawn, values) { session.memory.set(own.symbol, values) }
  }

  /// The units in the last place by which a neighbor's values are off a sample's at most. Near ones
  /// stay where the sample is; what rounding does to far ones has nothing to do with what it does
  /// to the sample.
  static func reach(_ neighbor: Int) -> Double { Double(16 << (neighbor % 12)) }

  /// Values some units in the last place from a sample's, within the bounds.
  func moved(_ values: [[Double]], sample: Int, _ neighbor: Int) -> [[Double]] {
    let reach = Self.reach(neighbor)
    return zip(drawn, values).enumerated().map { place, pair in
      let stream = UInt64(place) << 32 | UInt64(sample)
      let first = UInt64(neighbor + 1) << 32
      return pair.1.enumerated().map { entry, value in
        // A whole number among the data may be an index.
        let isExact = pair.0.kind == .data && value == value.rounded()
        guard value.isFinite, !isExact else { return value }
        let share = random.uniform(stream: stream, position: first + UInt64(entry))
        let moved = value + (reach * (2 * share - 1)).rounded() * value.ulp
        return pair.0.bounds?.contains(moved) ?? true ? moved : value
      }
    }
  }

  private static func value(
    _ size: Double, _ sign: Double, start: Double, isNear: Bool, bounds: ClosedRange<Double>?
  ) -> Double {
    if let bounds, bounds.lowerBound.isFinite, bounds.upperBound.isFinite {
      return bounds.lowerBound + size * (bounds.upperBound - bounds.lowerBound)
    }
    let isWide = !isNear || start == 0
    let value =
      isWide
      ? Exp2.evaluate(-8 + 14 * size) * (sign < 0.5 ? -1 : 1) : start * Exp2.evaluate(4 * size - 2)
    guard let bounds, !bounds.contains(value) else { return value }
    return bounds.lowerBound.isFinite
      ? bounds.lowerBound + value.magnitude : bounds.upperBound - value.magnitude
  }

  /// The parameters where all are numbers, and two at most.
  func numbers(of session: Session) -> [(name: String, value: Double)] {
    let parameters = drawn.filter { $0.kind == .parameter }
    guard !drawn.contains(where: { $0.kind == .drawnInput }), parameters.count <= 2,
      parameters.allSatisfy({ $0.start.count == 1 })
    else { return [] }
    return parameters.map { ($0.name, session.memory.values(of: $0.symbol)[0]) }
  }
}

extension ModelTask {
  /// Whether the gradient takes inputs for which there are no data.
  var lacksData: Bool {
    guard tables.isEmpty, options.inputs.isEmpty else { return false }
    let needed = model.neededSymbols([FunctionName.gradient])
    return model.description.inputs.contains { needed.contains($0.symbol) }
  }

  /// A session with data, or with room for inputs of a few rows.
  func accuracySession(isDrawn: Bool) throws(TaskFailure) -> Session {
    guard isDrawn else { return try session(for: [FunctionName.gradient]) }
    var dataset = Dataset()
    let needed = model.neededSymbols([FunctionName.gradient])
    let inputs = model.description.inputs.filter { needed.contains($0.symbol) }
    // Different sizes, so that nothing fits by chance.
    var next = 3
    for input in inputs {
      for term in model.program.symbols[input.symbol].shape.dimensions.flatMap(\.terms)
      where dataset.sizes[term.name] == nil {
        dataset.sizes[term.name] = next
        next += 1
      }
    }
    for input in inputs {
      let shape = model.program.symbols[input.symbol].shape
      let sizes = shape.dimensions.map { max($0.value(dataset.sizes) ?? 0, 0) }
      let isRows = shape.dimensions.first.map { $0.name == model.description.rowDimension } ?? false
      let count = sizes.reduce(1, *)
      dataset.arrays.append(
        Dataset.Array(
          symbol: input.symbol, values: FixedNumbers([Double](repeating: 1, count: count)),
          rowWidth: isRows ? count / max(sizes[0], 1) : nil))
    }
    dataset.rowCount = model.description.rowDimension.flatMap { dataset.sizes[$0] }
    do throws(RunError) {
      return try Session(
        model.program, model.description, dataset: dataset, folder: model.folder,
        seed: options.seed, settings: options.execution.settings)
    } catch {
      throw TaskFailure(error)
    }
  }
}

extension Session {
  /// Gives inputs and parameters the values that another session of the model has.
  func takeValues(of other: Session) {
    let places =
      description.parameters.map(\.symbol) + description.inputs.map(\.symbol)
      + description.environment.values
    for place in places where other.memory.count(of: place) > 0 {
      memory.set(place, other.memory.values(of: place))
    }
  }
}
