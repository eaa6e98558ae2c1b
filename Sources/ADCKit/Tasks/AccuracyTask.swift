import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// What `adc accuracy` is asked about an expression.
package struct AccuracyRequest: Sendable {
  /// As written in the language.
  package var expression: String
  /// What to differentiate by; all free names where nil.
  package var by: [String]?
  /// The most points that are drawn; fewer where `workLimit` is reached.
  package var samples = 500
  /// The same seed gives the same points.
  package var seed = 0
  /// Multiplications of 64 bits that the exact values may take, at least one sample: about a
  /// second.
  package var workLimit = 2e7
  /// What one sample may take of that; one that needs more is left out.
  package var workLimitOfSample = 4e6
  /// Asked between samples; true ends the work.
  package var isInterrupted: @Sendable () -> Bool = { false }

  /// 500 samples of an expression, by all its names.
  package init(_ expression: String) { self.expression = expression }
}

/// How many units in the last place an expression and its first derivatives are off, as they are
/// written and as they are computed after all rewrites, against numbers of as many digits as the
/// values need.
///
/// Samples are signed and log-uniform; half of them over all sizes that people compute with, half
/// around 1. Fewer than asked for where their exact values would take much longer than a second.
package struct AccuracyTask: Sendable {
  /// An error in units in the last place, and where it is.
  struct Finding: Sendable {
    var units = 0.0
    var at: [DerivativeTask.Coordinate] = []
  }

  /// What was found about the value or one derivative.
  struct Quantity: Sendable {
    var by: [String]
    var before = Finding()
    var after = Finding()
    /// The largest growth of the error by rewriting, where it is more than a unit.
    var worse = Finding()
  }

  let text: String
  /// Those at which the expression has a value.
  private(set) var samples: Int
  private(set) var quantities: [Quantity]
  /// The largest growth of an error by rewriting, where it is more than a unit, else 0.
  package var worstGrowth: Double { quantities.map(\.worse.units).max() ?? 0 }

  /// Samples at which the expression has no value, or none that can be told.
  private(set) var outside = 0

  /// Samples and compares.
  package init(_ request: AccuracyRequest) throws(TaskFailure) {
    try self.init(request) { wanted throws(TaskFailure) in try DerivativeTask(wanted) }
  }

  /// Samples and compares an expression that is checked.
  init(
    _ checked: CheckedExpression, range: SourceRange, source: SourceText,
    _ request: AccuracyRequest
  ) throws(TaskFailure) {
    try self.init(request) { wanted throws(TaskFailure) in
      try DerivativeTask(checked, text: request.expression, range: range, source: source, wanted)
    }
  }

  private init(
    _ request: AccuracyRequest,
    task: (DerivativeRequest) throws(TaskFailure) -> DerivativeTask
  ) throws(TaskFailure) {
    var wanted = DerivativeRequest([request.expression])
    wanted.by = request.by
    wanted.simplifies = false
    let plain = try task(wanted)
    var points = Self.points(plain.variables.map(\.name), request)
    text = plain.text
    quantities = [Quantity(by: [])] + plain.derivatives.map { Quantity(by: $0.by) }
    let roots = plain.values + plain.derivatives.map(\.node)
    guard let (formula, inputs) = plain.graph.scalarFormula(of: roots, limit: 100_000) else {
      throw TaskFailure(
        "the accuracy of expressions over arrays is not judged; write one element of it",
        code: "AD0604")
    }
    let places = inputs.map { node in plain.variables.firstIndex { $0.node == node } ?? 0 }
    var judged: [[DerivativeTask.Coordinate]] = []
    var exact: [[Double]] = []
    var work = 0.0
    guard formula.hasPreciseForm else {
      throw TaskFailure("a function of the expression has no precise form", code: "AD0702")
    }
    for point in points where work < request.workLimit {
      if request.isInterrupted() {
        throw TaskFailure("interrupted", code: "AD0902", fault: .interruption)
      }
      let limit = work + request.workLimitOfSample
      let values = formula.preciseValues(
        { point[places[$0]].values[0] }, work: &work, limit: limit)
      guard values != nil || work <= limit else { continue }
      judged.append(point)
      exact.append(values ?? roots.map { _ in .nan })
    }
    points = judged
    samples = points.count
    let literal = try plain.literalValues(at: points)
    wanted.simplifies = true
    wanted.points = points
    let rewritten = try task(wanted).results()
    for (sample, point) in points.enumerated() {
      let after = rewritten[sample].values + rewritten[sample].derivatives
      compare(exact[sample], literal[sample], after.map { $0.values[0] }, at: point)
    }
  }

  private mutating func compare(
    _ exact: [Double], _ before: [Double], _ after: [Double],
    at point: [DerivativeTask.Coordinate]
  ) {
    if exact[0].isNaN {
      outside += 1
      samples -= 1
      return
    }
    for place in quantities.indices where !exact[place].isNaN {
      let (first, second) = (
        Self.units(before[place], exact[place]), Self.units(after[place], exact[place])
      )
      if first > quantities[place].before.units {
        quantities[place].before = Finding(units: first, at: point)
      }
      if second > quantities[place].after.units {
        quantities[place].after = Finding(units: second, at: point)
      }
      let growth = second - first
      if growth > max(1, quantities[place].worse.units) {
        quantities[place].worse = Finding(units: growth, at: point)
      }
    }
  }

  /// The distance in units in the last place of the exact value; infinite for what is no number
  /// and for infinities in the wrong place.
  static func units(_ value: Double, _ exact: Double) -> Double {
    if value == exact { return 0 }
    guard value.isFinite else { return .infinity }
    // The double before infinity is one unit from it.
    guard exact.isFinite else {
      return value.magnitude == .greatestFiniteMagnitude && (value < 0) == (exact < 0)
        ? 1 : .infinity
    }
    return (value - exact).magnitude / max(exact.ulp, .leastNonzeroMagnitude)
  }

  private static func points(
    _ names: [String], _ request: AccuracyRequest
  ) -> [[DerivativeTask.Coordinate]] {
    let random = Philox(seed: UInt64(truncatingIfNeeded: request.seed))
    return (0..<(names.isEmpty ? 1 : request.samples)).map { sample in
      names.enumerated().map { place, name in
        let position = UInt64(sample * names.count + place)
        let (size, sign) = (
          random.uniform(stream: 0, position: position),
          random.uniform(stream: 1, position: position)
        )
        let exponent = sample % 2 == 0 ? -40 + 80 * size : -8 + 14 * size
        let value = Exp2.evaluate(exponent) * (sign < 0.5 ? -1 : 1)
        return DerivativeTask.Coordinate(name: name, shape: [], values: [value])
      }
    }
  }
}

extension DerivativeTask {
  /// The value and the derivatives at points, computed by the machine as they are written.
  fileprivate func literalValues(
    at points: [[Coordinate]]
  ) throws(TaskFailure) -> [[Double]] {
    var scratch = graph
    let roots = scratch.prepare(values + derivatives.map(\.node))
    do throws(MachineError) {
      let program = try Program.lower(
        scratch, [FunctionRequest(name: "point", outputs: roots.map { (name: "", node: $0) })])
      let memory = SymbolMemory(program)
      let function = try BoundFunction(program, function: "point", sizes: [:])
      var results: [[Double]] = []
      for point in points {
        for coordinate in point {
          guard let variable = variables.first(where: { $0.name == coordinate.name }),
            case .symbol(let place) = graph.attribute(variable.node)
          else { continue }
          memory.set(place, coordinate.values)
        }
        try function.evaluate(memory)
        results.append(roots.indices.map { function.scalar(ofOutput: $0) })
      }
      return results
    } catch {
      throw TaskFailure(error.description, code: "AD0702")
    }
  }
}
