import ADCCalculus
import TestSupport
import Testing

/// Choices within choices: the branches that are not taken have infinite derivatives.
@Suite("Guards within guards") struct GuardTests {
  private struct Model {
    var graph = ExpressionGraph()
    let x: NodeID
    let y: NodeID

    init() {
      x = graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))
      y = graph.symbol(Symbol(name: "y", role: .variable, shape: .scalar))
    }

    mutating func isGreater(_ left: NodeID, than right: Double) -> NodeID {
      let bound = graph.constant(right)
      return graph.insert(.less, [bound, left])
    }

    mutating func choice(_ condition: NodeID, _ yes: NodeID, _ no: NodeID? = nil) -> NodeID {
      let zero = graph.constant(0)
      return graph.insert(.select, [condition, yes, no ?? zero])
    }

    /// The value and its derivatives by both variables to second order.
    mutating func derivatives(of value: NodeID, isSimplified: Bool) throws -> [NodeID] {
      var roots = [value]
      if isSimplified { roots = Simplifier.simplify(&graph, roots, for: .differentiation).roots }
      let first = try graph.gradient(of: roots[0], by: [x, y])
      roots += first
      for node in first { roots += try graph.gradient(of: node, by: [x, y]) }
      roots += try graph.jvp(of: first, along: [x: graph.constant(1), y: graph.constant(2)])
      return isSimplified ? Simplifier.simplify(&graph, roots).roots : roots
    }

    mutating func values(_ roots: [NodeID], _ x: Double, _ y: Double) -> [Double] {
      let prepared = graph.prepare(roots)
      let symbols = graph.symbols.indices.map { [$0 == 0 ? x : y] }
      return ReferenceEvaluator(graph: graph, sizes: [:], symbols: symbols)
        .evaluate(prepared).map { $0.values[0] }
    }
  }

  /// Guards that hold only where x is positive, every other one by its else-branch, with roots of x
  /// and numbers between them.
  @Test("A branch not taken adds nothing, however deep", arguments: [1, 3, 8, 9, 17, 40])
  func branchesNotTaken(depth: Int) throws {
    for isSimplified in [false, true] {
      var model = Model()
      var value = model.graph.insert(.sqrt, [model.x])
      var plain = value
      for level in 0..<depth {
        let scale = model.graph.constant(Double(level + 1))
        let product = model.graph.insert(.multiply, [scale, model.x])
        let isPositive = model.isGreater(product, than: 0)
        let root = model.graph.insert(.sqrt, [product])
        let factor = level % 3 == 0 ? root : level % 3 == 1 ? scale : model.y
        let branch = model.graph.insert(.multiply, [value, factor])
        plain = model.graph.insert(.multiply, [plain, factor])
        if level % 2 == 0 {
          value = model.choice(isPositive, branch)
        } else {
          let isOther = model.graph.insert(.not, [isPositive])
          let zero = model.graph.constant(0)
          value = model.choice(isOther, zero, branch)
        }
      }
      let roots = try model.derivatives(of: value, isSimplified: isSimplified)
      for number in model.values(roots, 0, 0.5) { #expect(number == 0, "\(depth) levels") }
      let others = try model.derivatives(of: plain, isSimplified: false)
      let (found, expected) = (model.values(roots, 0.25, 0.5), model.values(others, 0.25, 0.5))
      for (number, other) in zip(found, expected) {
        #expect((number - other).magnitude <= 1e-12 * other.magnitude, "\(depth) levels")
      }
    }
  }

  @Test("Many guards at once keep what they are multiplied by from their 0")
  func guardsOfNothingElse() throws {
    var model = Model()
    var value = model.y
    for level in 1...40 {
      let product = model.graph.insert(.multiply, [model.graph.constant(Double(level)), model.x])
      value = model.choice(model.isGreater(product, than: 0), value)
    }
    let root = model.graph.insert(.sqrt, [model.x])
    let product = model.graph.insert(.multiply, [value, root])
    let roots = try model.derivatives(of: product, isSimplified: false)
    for number in model.values(roots, 0, 0.5) { #expect(number == 0) }
    let slope = model.values(roots, 0.25, 0.5)[1]
    #expect(slope == 0.5)
  }

  @Test("Both branches of choices within a guard stay within it", arguments: [2, 12, 30])
  func bothBranches(depth: Int) throws {
    var model = Model()
    let isPositive = model.isGreater(model.x, than: 0)
    var value = model.graph.insert(.sqrt, [model.x])
    for level in 0..<depth {
      let isLong = model.isGreater(value, than: Double(level) / 7)
      let root = model.graph.insert(.sqrt, [value])
      let twice = model.graph.insert(.multiply, [model.y, value])
      value = model.choice(isLong, root, twice)
    }
    value = model.choice(isPositive, value)
    let roots = try model.derivatives(of: value, isSimplified: false)
    for number in model.values(roots, 0, 0.5) { #expect(number == 0) }
  }

  @Test("A choice within one by the same condition is decided")
  func sameCondition() throws {
    var model = Model()
    let isPositive = model.isGreater(model.x, than: 0)
    let inner = model.choice(isPositive, model.graph.insert(.sqrt, [model.x]))
    let product = model.graph.insert(.multiply, [inner, model.y])
    let value = model.choice(isPositive, product)
    let slope = try model.graph.gradient(of: value, by: [model.x])[0]
    let needed = model.graph.reachable(from: [slope])
    let choices = needed.indices.count {
      needed[$0] && model.graph.operatorID(NodeID($0)) == .select
    }
    #expect(choices == 1)
  }
}
