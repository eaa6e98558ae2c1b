import ADCCalculus
import TestSupport
import Testing

/// Derivatives to third order where values are special: 0, 1, -1 and what lies between.
@Suite("Special points")
struct SpecialPointTests {
  private static let order = 3

  /// Elementwise operators that are called by name.
  private static let entries = CatalogueEntry.elementwise.filter { $0.op.call != nil }

  @Test(
    "have no NaN where the value is a number, but beside an infinity or where the catalogue says so",
    arguments: entries)
  func catalogue(entry: CatalogueEntry) throws {
    let count = entry.op.domain.count
    var graph = ExpressionGraph()
    let variables = (0..<count).map {
      graph.symbol(Symbol(name: "x\($0)", role: .variable, shape: .scalar))
    }
    // There is none by a whole number.
    let targets = entry.op.name == "polygamma" ? Array(variables.dropFirst()) : variables
    let value = graph.build(entry.id, variables)
    var derivatives = [value]
    var level = [(last: 0, node: value)]
    for _ in 0..<Self.order {
      var next: [(last: Int, node: NodeID)] = []
      for (last, node) in level {
        let found = try graph.gradient(of: node, by: targets)
        let simple = Simplifier.simplify(&graph, found, for: .differentiation).roots
        next += (last..<targets.count).map { ($0, simple[$0]) }
      }
      derivatives += next.map(\.node)
      level = next
    }
    let shown = Simplifier.simplify(&graph, derivatives).roots
    let isAtKink =
      entry.op.kinks.contains("no derivative")
      ? entry.op.isAtKink.map { $0(&graph, value) } : nil
    let forms = graph.inMachineForms(shown)
    let roots = graph.prepare(forms + [isAtKink].compactMap { $0 })
    for point in Self.points(count) where !Self.isOutside(entry.op.name, point) {
      let symbols = point.map { [$0] } + graph.symbols.dropFirst(count).map { _ in [0.0] }
      let values = ReferenceEvaluator(graph: graph, sizes: [:], symbols: symbols)
        .evaluate(roots).map { $0.values[0] }
      let own = values.prefix(derivatives.count)
      // Beside a pole there is no further derivative.
      let isSingular = !own[0].isFinite || own.contains { $0.isInfinite }
      let isExcepted = isAtKink != nil && values.last == 1
      if isSingular || isExcepted { continue }
      #expect(!own.contains { $0.isNaN }, "\(entry.op.name)\(point): \(Array(own))")
    }
  }

  /// Powers of negative numbers have no derivative by the exponent, whole as it may be.
  private static func isOutside(_ name: String, _ point: [Double]) -> Bool {
    switch name {
    case "pow", "power": point[0] <= 0
    case "beta", "lbeta", "lchoose", "xlog1py": point[0] <= 0 || point[1] <= 0
    case "polygamma": point[1] <= 0
    case "xlogy": point[1] < 0
    default: false
    }
  }

  private static func points(_ count: Int) -> [[Double]] {
    let values = count == 1 ? [0, 1, -1, 0.5, -0.5, 2, -2] : [0, 1, -1, 2.0]
    var points: [[Double]] = [[]]
    for _ in 0..<count { points = points.flatMap { point in values.map { point + [$0] } } }
    return points
  }
}
