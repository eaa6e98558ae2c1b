import ADCCalculus
import TestSupport
import Testing

/// An operator whose operands in some places are rows `i` of larger arrays.
private struct LiftedUse {
  static let count = 3

  var graph = ExpressionGraph()
  let index: NodeID
  let result: NodeID
  var values: [[Double]] = [[0]]
  static let sizes = ["n": 3, "m": 2, "k": count]
  static let dimension = Dimension(named: "k")

  init(_ item: PullbackCase, changing: Set<Int>) {
    index = graph.symbol(Symbol(name: "i", role: .variable, shape: .scalar))
    var random = SeededGenerator(seed: 3)
    var operands: [NodeID] = []
    for (place, dimensions) in item.shapes.enumerated() {
      let count = dimensions.reduce(1) { $0 * ($1.value(Self.sizes) ?? 0) }
      let copies = changing.contains(place) ? Self.count : 1
      let drawn = (0..<count * copies).map { _ in Double.random(in: 0.3...2, using: &random) }
      let given = item.values[place].map { given in
        (0..<copies).flatMap { $0 == 1 ? Array(given.reversed()) : given }
      }
      values.append(given ?? drawn)
      let whole = (changing.contains(place) ? [Self.dimension] : []) + dimensions
      let symbol = graph.symbol(
        Symbol(name: "x\(place)", role: .parameter, shape: Shape(whole)))
      operands.append(
        changing.contains(place) ? graph.insert(.gather, [symbol, index]) : symbol)
    }
    result = graph.build(.required(item.name), operands, item.attribute)
  }

  func evaluate(_ root: NodeID, index value: Int = 0) -> [Double] {
    var scratch = graph
    let prepared = scratch.prepare([root])
    var values = values
    values[0] = [Double(value)]
    return ReferenceEvaluator(graph: scratch, sizes: Self.sizes, symbols: values)
      .evaluate(prepared)[0].values
  }
}

@Suite("Formulas over an index, lifted to all indices")
struct LiftingTests {
  @Test(
    "Every operator does along a new axis what it does for each index", arguments: PullbackCase.all)
  func operators(item: PullbackCase) throws {
    let places = item.shapes.indices
    for bits in 1..<(1 << min(places.count, 3)) {
      let changing = Set(places.filter { bits >> $0 & 1 == 1 })
      var use = LiftedUse(item, changing: changing)
      let lifted = use.graph.lifted([use.result], over: use.index, dimension: LiftedUse.dimension)
      let expected = (0..<LiftedUse.count).flatMap { use.evaluate(use.result, index: $0) }
      #expect(
        use.graph.shape(lifted[0])
          == Shape([LiftedUse.dimension] + use.graph.shape(use.result).dimensions), "\(changing)")
      #expect(!use.graph.depends(lifted[0], on: use.index))
      let found = use.evaluate(lifted[0])
      #expect(found.count == expected.count, "\(changing)")
      for (left, right) in zip(found, expected) {
        #expect((left - right).magnitude <= 1e-12 * max(1, right.magnitude), "\(changing)")
      }
    }
  }

  @Test("What the index only passes through is taken whole, or a part of it")
  func runs() {
    var graph = ExpressionGraph()
    let n = Dimension(named: "n")
    let x = graph.symbol(Symbol(name: "x", role: .input, shape: Shape([n, 3])))
    let i = graph.symbol(Symbol(name: "i", role: .variable, shape: .scalar))
    let one = graph.constant(1)
    let next = graph.insert(.add, [i, one])
    let row = graph.insert(.gather, [x, i])
    let following = graph.insert(.gather, [x, next])
    let columns = graph.insert(.transpose, [x])
    let column = graph.insert(.gather, [columns, i])
    let twice = graph.insert(.multiply, [i, graph.constant(2)])
    let even = graph.insert(.gather, [x, twice])
    #expect(graph.lifted([row], over: i, dimension: n) == [x])
    let slice = graph.lifted([following], over: i, dimension: n - 1)[0]
    #expect(graph.operatorID(slice) == .slice && graph.operands(slice) == [x])
    #expect(graph.lifted([column], over: i, dimension: 3) == [columns])
    let gathered = graph.lifted([even], over: i, dimension: 2)[0]
    #expect(graph.operatorID(gathered) == .gather)
  }

  @Test("A one-hot index becomes the identity matrix, and what does not change stays")
  func identity() {
    var graph = ExpressionGraph()
    let n = Dimension(named: "n")
    let i = graph.symbol(Symbol(name: "i", role: .variable, shape: .scalar))
    let y = graph.symbol(Symbol(name: "y", role: .input, shape: Shape([n])))
    let unit = graph.insert(.oneHot, [i], .shape(Shape([n])))
    let lifted = graph.lifted([unit, y], over: i, dimension: n)
    #expect(lifted == [graph.insert(.eye, [], .shape(Shape([n, n]))), y])
  }

  @Test("Two indices, one in the other, make the transpose and the product of matrices")
  func nested() {
    var graph = ExpressionGraph()
    let (n, m) = (Dimension(named: "n"), Dimension(named: "m"))
    let a = graph.symbol(Symbol(name: "a", role: .input, shape: Shape([n, m])))
    let i = graph.symbol(Symbol(name: "i", role: .variable, shape: .scalar))
    let j = graph.symbol(Symbol(name: "j", role: .variable, shape: .scalar))
    let element = graph.insert(.gather, [graph.insert(.gather, [a, i]), j])
    let row = graph.lifted([element], over: j, dimension: m)
    #expect(graph.lifted(row, over: i, dimension: n) == [a])
    let column = graph.lifted([element], over: i, dimension: n)
    let transposed = graph.insert(.transpose, [a])
    #expect(graph.lifted(column, over: j, dimension: m) == [transposed])
  }
}
