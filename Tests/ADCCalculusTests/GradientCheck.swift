import ADCCalculus
import TestSupport

/// Compares gradients with differences, over small arrays.
struct GradientCheck {
  var graph = ExpressionGraph()
  private(set) var symbols: [(node: NodeID, values: [Double], isIndex: Bool)] = []
  var sizes: [String: Int] = [:]
  private var random = SeededGenerator(seed: 5)

  /// A symbol with elements drawn from [-2, 2], none near 0, or with the given ones.
  mutating func symbol(
    _ dimensions: [Dimension], _ values: [Double]? = nil, isIndex: Bool = false
  ) -> NodeID {
    let shape = Shape(dimensions)
    let place = symbols.count
    let node = graph.symbol(Symbol(name: "x\(place)", role: .parameter, shape: shape))
    let count = dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 0) }
    let drawn = (0..<count).map { _ -> Double in
      let size = Double.random(in: 0.3...2, using: &random)
      return Bool.random(using: &random) ? size : -size
    }
    symbols.append((node, values ?? drawn, isIndex))
    return node
  }

  func evaluate(_ roots: [NodeID], _ values: [[Double]]) -> [NaiveArray] {
    var scratch = graph
    let prepared = scratch.prepare(roots)
    // Sweeps add symbols of their own, which no result depends on.
    var all = [[Double]](repeating: [], count: scratch.symbols.count)
    for (symbol, own) in zip(symbols, values) {
      if case .symbol(let place) = scratch.attribute(symbol.node) { all[place] = own }
    }
    return ReferenceEvaluator(graph: scratch, sizes: sizes, symbols: all).evaluate(prepared)
  }

  /// What is wrong with the gradient of `sum(weights * result)`, plain and simplified.
  mutating func problem(of result: NodeID, tolerance: Double = 1e-8) throws -> String? {
    let shape = graph.shape(result)
    if shape.isScalar { return try problem(ofScalar: result, tolerance: tolerance) }
    let count = shape.dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 0) }
    let weights = symbol(
      shape.dimensions, (0..<count).map { 0.3 + Double(($0 * 7) % 11) / 10 }, isIndex: true)
    let product = graph.insert(.multiply, [weights, result])
    let loss = graph.insert(
      .sum, [product], .axes(Array(shape.dimensions.indices), keep: false))
    return try problem(ofScalar: loss, tolerance: tolerance)
  }

  mutating func problem(ofScalar loss: NodeID, tolerance: Double = 1e-8) throws -> String? {
    let targets = symbols.filter { !$0.isIndex }.map(\.node)
    let gradient = try graph.gradient(of: loss, by: targets)
    let simple = Simplifier.simplify(&graph, gradient).roots
    for (name, roots) in [("gradient", gradient), ("simplified", simple)] {
      if let problem = disagreement(of: roots, loss: loss, tolerance: tolerance) {
        return "\(name): \(problem)"
      }
    }
    return try forwardProblem(of: gradient, loss: loss, targets)
  }

  /// What is wrong with the forward sweep along the symbols' own values.
  private mutating func forwardProblem(
    of gradient: [NodeID], loss: NodeID, _ targets: [NodeID]
  ) throws -> String? {
    let directions = Dictionary(uniqueKeysWithValues: targets.map { ($0, $0) })
    let change = try graph.jvp(of: [loss], along: directions)
    let found = evaluate(change + gradient, symbols.map(\.values))
    var (expected, size) = (0.0, 1.0)
    for (part, symbol) in zip(found.dropFirst(), symbols.filter { !$0.isIndex }) {
      for (entry, value) in zip(part.values, symbol.values) {
        expected += entry * value
        size += (entry * value).magnitude
      }
    }
    let value = found[0].values[0]
    return (value - expected).magnitude <= 1e-10 * size
      ? nil : "forward: \(value), the gradient gives \(expected)"
  }

  private func disagreement(
    of gradient: [NodeID], loss: NodeID, tolerance: Double
  ) -> String? {
    let values = symbols.map(\.values)
    let found = evaluate(gradient, values)
    var part = -1
    for (place, symbol) in symbols.enumerated() where !symbol.isIndex {
      part += 1
      guard graph.shape(gradient[part]) == graph.shape(symbol.node) else {
        return "the shape by symbol \(place) is \(graph.shape(gradient[part]))"
      }
      guard found[part].values.count == symbol.values.count else { return "elements are missing" }
      for element in symbol.values.indices {
        let expected = Differences.derivative(at: symbol.values[element], step: 0.01) { moved in
          var all = values
          all[place][element] = moved
          return evaluate([loss], all)[0].values[0]
        }
        let entry = found[part].values[element]
        if !((entry - expected).magnitude <= tolerance * max(1, expected.magnitude)) {
          return "by symbol \(place), element \(element): \(entry), differences give \(expected)"
        }
      }
    }
    return nil
  }
}
