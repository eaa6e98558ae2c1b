import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// Compares the `derivative` rules of a model with differences of their functions.
enum RuleCheck {
  /// The points at which a rule is compared, and the most that may be needed to find these.
  private static let wanted = 24
  private static let pointLimit = 400

  /// What is wrong with the rules: an error for each that disagrees, a warning for each that could
  /// be compared nowhere.
  ///
  /// The differences are central ones, extrapolated (Ridders 1982), at points of every sign and of
  /// sizes from 0.03 to 30. Where they do not settle, or the function has no value, there is no
  /// comparison. A rule costs some thousand evaluations of its function.
  static func check(_ model: CheckedModel) -> [Diagnostic] {
    model.derivativeRules.filter { !$0.isMeant }.compactMap { rule in
      guard let comparison = try? Comparison(rule, model) else {
        return warning(rule, "its value needs arrays of the model")
      }
      guard let outcome = try? comparison.run(wanted: wanted, limit: pointLimit) else {
        return warning(rule, "it cannot be evaluated")
      }
      if let difference = outcome.difference { return error(rule, difference) }
      return outcome.compared == 0
        ? warning(rule, "no point was found where both have a value") : nil
    }
  }

  private static func error(
    _ rule: CheckedRule, _ difference: Comparison.Difference
  ) -> Diagnostic {
    let point = difference.point.map { "\($0.name) = \($0.value.brief)" }.joined(separator: ", ")
    return Diagnostic(
      "AD0606",
      "this is not the derivative of `\(rule.function)`: at \(point) it is "
        + "\(difference.found.brief), and differences of `\(rule.function)` give "
        + difference.expected.brief, at: rule.range,
      fix: "correct it, or write `as meant` before the `=` if it is to differ")
  }

  private static func warning(_ rule: CheckedRule, _ reason: String) -> Diagnostic {
    Diagnostic(
      "AD0607",
      "the derivative of `\(rule.function)` could not be compared with differences: \(reason)",
      at: rule.range, fix: "`as meant` before the `=` says that it is right", severity: .warning)
  }
}

/// A rule and its function as a program over numbers.
private struct Comparison {
  /// Where a rule and the differences disagree.
  struct Difference {
    var point: [(name: String, value: Double)]
    var found: Double
    var expected: Double
  }

  private static let steps = 7

  private let names: [String]
  private let places: [Int]
  private let argument: Int
  private let memory: SymbolMemory
  private let function: BoundFunction

  /// - Throws: where the function or the rule depends on arrays of the model.
  init(_ rule: CheckedRule, _ model: CheckedModel) throws {
    var graph = model.graph
    let definition = graph.rules[rule.rule]
    let inside = definition.arguments.dropFirst(rule.arguments.count)
    let partial = graph.substituting(
      Dictionary(uniqueKeysWithValues: zip(rule.captured, inside).map { ($0, $1) }),
      in: [rule.partial])[0]
    let roots = graph.inliningFunctions(in: [definition.value, partial])
    var symbols = definition.arguments
    let needed = graph.reachable(from: roots)
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      if graph.symbol(node) != nil, !symbols.contains(node) { symbols.append(node) }
    }
    guard symbols.allSatisfy({ graph.shape($0).isScalar }) else {
      throw MachineError.unsupported("arrays of the model")
    }
    names = symbols.enumerated().map { place, node in
      place < rule.arguments.count ? rule.arguments[place] : graph.symbol(node)?.name ?? ""
    }
    places = symbols.compactMap { node in
      if case .symbol(let place) = graph.attribute(node) { place } else { nil }
    }
    argument = rule.argument
    let prepared = graph.prepare(roots)
    let program = try Program.lower(
      graph, [FunctionRequest(name: "rule", outputs: prepared.map { (name: "", node: $0) })])
    memory = SymbolMemory(program)
    function = try BoundFunction(program, function: "rule", sizes: [:])
  }

  /// Compares at points until there are enough of them or one disagrees.
  func run(
    wanted: Int, limit: Int
  ) throws(MachineError) -> (compared: Int, difference: Difference?) {
    var compared = 0
    for index in 1...limit where compared < wanted {
      let point = Self.point(index, count: places.count)
      let (value, found) = try evaluate(point)
      guard value.isFinite, let (slope, error) = try slope(at: point) else { continue }
      let scale = max(slope.magnitude, value.magnitude / max(point[argument].magnitude, 1) * 1e-6)
      guard error <= 1e-6 * max(scale, 1e-6) else { continue }
      compared += 1
      if !((found - slope).magnitude <= 1e-5 * max(scale, 1e-6) + 20 * error) {
        let named = zip(names, point).prefix { !$0.0.isEmpty }.map { (name: $0, value: $1) }
        return (compared, Difference(point: named, found: found, expected: slope))
      }
    }
    return (compared, nil)
  }

  private func evaluate(_ point: [Double]) throws(MachineError) -> (value: Double, rule: Double) {
    for (place, value) in zip(places, point) { memory.set(place, [value]) }
    try function.evaluate(memory)
    return (function.scalar(ofOutput: 0), function.scalar(ofOutput: 1))
  }

  /// The derivative by extrapolated differences, with the least change that a further step made.
  private func slope(at point: [Double]) throws(MachineError) -> (slope: Double, error: Double)? {
    var result = ExtrapolatedSlope(ratio: 2)
    for level in 0..<Self.steps {
      let step = 0.05 * point[argument].magnitude / Double(1 << level)
      var (above, below) = (point, point)
      above[argument] += step
      below[argument] -= step
      let upper = try evaluate(above).value
      let lower = try evaluate(below).value
      let width = above[argument] - below[argument]
      result.add(
        (upper - lower) / width, noise: 0x1p-50 * max(upper.magnitude, lower.magnitude) / width)
    }
    return result.error.isFinite ? (result.value, result.error) : nil
  }

  /// A point of a sequence that fills the space evenly (Halton 1960), on a logarithmic scale of
  /// both signs; every second one between 0 and 1, where many functions have their domain.
  private static func point(_ index: Int, count: Int) -> [Double] {
    let bases = [2, 3, 5, 7, 11, 13, 17, 19]
    return (0..<count).map { place in
      let share = fraction(index, base: bases[place % bases.count], round: place / bases.count)
      if index.isMultiple(of: 2) { return 0.03 + 0.94 * share }
      let signed = 2 * share - 1
      let size = 0.03 * exponential(6.9 * signed.magnitude)
      return signed < 0 ? -size : size
    }
  }

  /// The digits of a number behind the point, in reverse.
  private static func fraction(_ index: Int, base: Int, round: Int) -> Double {
    var (rest, scale, result) = (index + 31 * round, 1.0, 0.0)
    while rest > 0 {
      scale /= Double(base)
      result += scale * Double(rest % base)
      rest /= base
    }
    return result
  }

  private static func exponential(_ x: Double) -> Double { Exp.evaluate(x) }
}
