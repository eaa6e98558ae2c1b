import ADCCalculus
import TestSupport
import Testing

@Suite("Sparsity")
struct SparsityTests {
  private func pattern(_ rows: [[Int]], columns: Int) -> SparsityPattern {
    SparsityPattern(columns: columns, lists: rows.map { $0.map { Int32($0) }[...] })
  }

  @Test("Patterns hold every element that is not 0, over random expressions", arguments: 0..<40)
  func holds(seed: Int) throws {
    let random = RandomExpression(
      seed: UInt64(8000 + seed), operations: 16, seed.isMultiple(of: 2) ? .smooth : .rewritable)
    var graph = random.graph
    let result = random.nodes[random.nodes.count - 1]
    let pattern = try graph.sparsity(of: [result], by: random.leaves, sizes: random.sizes)
    var start = 0
    for (place, leaf) in random.leaves.enumerated() {
      let width = random.symbols[place].count
      defer { start += width }
      guard graph.depends(result, on: leaf) else { continue }
      let matrix = try graph.jacobian(of: result, by: leaf)
      let prepared = graph.prepare([matrix])
      let symbols = random.symbols + graph.symbols.dropFirst(random.symbols.count).map { _ in [] }
      let values = ReferenceEvaluator(graph: graph, sizes: random.sizes, symbols: symbols)
        .evaluate(prepared)[0].values
      for (position, value) in values.enumerated() where value != 0 {
        let (row, column) = (position / width, position % width)
        #expect(pattern.contains(row, start + column), "seed \(seed): (\(row), \(column))")
      }
    }
  }

  @Test("Shifted parts make bands, sums rows, elementwise maps diagonals")
  func shapes() throws {
    var graph = ExpressionGraph()
    let x = graph.symbol(Symbol(name: "x", role: .parameter, shape: Shape([5])))
    let before = graph.insert(.slice, [x], .window(starts: [0], sizes: Shape([4])))
    let after = graph.insert(.slice, [x], .window(starts: [1], sizes: Shape([4])))
    let band = graph.insert(.multiply, [before, after])
    let sum = graph.insert(.sum, [x], .axes([0], keep: false))
    let found = try graph.sparsity(of: [band, sum], by: [x], sizes: [:])
    #expect(
      found == pattern([[0, 1], [1, 2], [2, 3], [3, 4], [0, 1, 2, 3, 4]], columns: 5))
    let cubes = graph.insert(.power, [x, graph.constant(3)])
    let energy = graph.insert(.sum, [cubes], .axes([0], keep: false))
    let gradient = try graph.gradient(of: energy, by: [x])
    let diagonal = try graph.sparsity(of: gradient, by: [x], sizes: [:])
    #expect(diagonal == pattern((0..<5).map { [$0] }, columns: 5))
  }

  @Test("A size that is not known is an error")
  func missing() {
    var graph = ExpressionGraph()
    let x = graph.symbol(
      Symbol(name: "x", role: .parameter, shape: Shape([Dimension(named: "n")])))
    #expect(throws: SparsityError.missingSize("n")) {
      try graph.sparsity(of: [x], by: [x], sizes: [:])
    }
  }

  private func random(_ count: Int, share: Double, seed: UInt64) -> SparsityPattern {
    var random = SeededGenerator(seed: seed)
    let rows = (0..<count).map { _ in
      (0..<count).filter { _ in Double.random(in: 0..<1, using: &random) < share }
    }
    return pattern(rows, columns: count)
  }

  @Test("Columns of one colour share no row", arguments: 0..<10)
  func columns(seed: Int) {
    let pattern = random(40, share: 0.08, seed: UInt64(seed))
    let colouring = Colouring.columns(of: pattern)
    for row in 0..<pattern.rows {
      let colours = pattern[row].map { colouring.colours[Int($0)] }
      #expect(Set(colours).count == colours.count)
    }
  }

  @Test("A star colouring finds each element as it is or mirrored", arguments: 0..<20)
  func star(seed: Int) {
    let pattern = random(40, share: 0.06, seed: UInt64(100 + seed)).symmetrized
    let colouring = Colouring.star(of: pattern)
    func isAlone(_ row: Int, _ column: Int) -> Bool {
      pattern[row].count { colouring.colours[Int($0)] == colouring.colours[column] } == 1
    }
    for row in 0..<pattern.rows {
      for column in pattern[row] {
        #expect(isAlone(row, Int(column)) || isAlone(Int(column), row), "seed \(seed)")
      }
    }
  }

  @Test("A band of three has three colours, an arrow two")
  func known() {
    let count = 1000
    let band = pattern(
      (0..<count).map { row in (max(0, row - 1)...min(count - 1, row + 1)).map { $0 } },
      columns: count)
    #expect(Colouring.star(of: band).count == 3)
    #expect(Colouring.columns(of: band).count == 3)
    let arrow = pattern(
      (0..<count).map { row in row == 0 ? Array(0..<count) : [0, row] }, columns: count)
    #expect(Colouring.star(of: arrow).count == 2)
    #expect(Colouring.columns(of: arrow).count == count)
  }
}
