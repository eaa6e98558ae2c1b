import ADCCalculus
import TestSupport

/// A graph of random operators over random shapes, all of which go together.
struct RandomProgram {
  var graph = ExpressionGraph()
  var nodes: [NodeID] = []
  var symbols: [[Double]] = []
  let sizes: [String: Int]
  private var random: SeededGenerator
  private let hasProducts: Bool
  private let unary: [String]

  static let unary = ["tanh", "negate", "sin", "cos", "abs", "sigmoid", "square", "step"]
  private static let binary = ["add", "multiply", "max", "less", "min"]

  /// - Parameters:
  ///   - hasProducts: whether there are matrix products.
  ///   - unary: elementwise operators of one operand.
  init(
    seed: UInt64, operations: Int, hasProducts: Bool = true, unary: [String] = Self.unary,
    sizes: [String: Int] = ["n": 37, "m": 5]
  ) throws {
    random = SeededGenerator(seed: seed)
    self.unary = unary
    self.sizes = sizes
    self.hasProducts = hasProducts
    let (n, m) = (Dimension(named: "n"), Dimension(named: "m"))
    let shapes: [[Dimension]] = [
      [], [n], [m], [n, m], [m, 3], [n, 1], [1, m], [2, n, m], [m, n], [2, 1, m], [300], [n, n],
      [2, m, 3],
    ]
    for (index, shape) in shapes.enumerated() {
      let shape = Shape(shape)
      nodes.append(graph.symbol(Symbol(name: "s\(index)", role: .parameter, shape: shape)))
      let count = shape.dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 0) }
      symbols.append((0..<count).map { _ in Double.random(in: -2...2, using: &random) })
    }
    nodes.append(graph.constant(0.5))
    nodes.append(graph.insert(try op("size"), [], .dimension(n)))
    for _ in 0..<operations { addOperation() }
  }

  private func op(_ name: String) throws -> OperatorID {
    guard let id = Catalogue.id(named: name) else { throw MissingOperator(name: name) }
    return id
  }

  struct MissingOperator: Error { var name: String }

  private mutating func pick() -> NodeID {
    // Newer nodes more often, so that expressions grow deep.
    let recent = Bool.random(using: &random) ? min(nodes.count, 8) : nodes.count
    return nodes[nodes.count - 1 - Int.random(in: 0..<recent, using: &random)]
  }

  private mutating func addOperation() {
    let x = pick()
    let rank = graph.shape(x).rank
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: add(unary.randomElement(using: &random) ?? "", [x])
    case 2, 3, 4: add(Self.binary.randomElement(using: &random) ?? "", [x, pick()])
    case 5: add("select", [pick(), x, pick()])
    case 6: addReduction(x)
    case 7 where hasProducts: add("matmul", [x, pick()])
    case 8:
      add("transpose", [x])
      add("permute", [x], .permutation((0..<rank).shuffled(using: &random)))
    case 9: addWindow(x)
    case 10 where rank > 0:
      let axis = Int.random(in: 0..<rank, using: &random)
      if Bool.random(using: &random) {
        add("cumsum", [x], .scan(axis: axis, reversed: Bool.random(using: &random)))
      } else {
        add("concat", [x, pick()], .axis(axis))
      }
    case 11:
      let shape = graph.shape(x)
      add("reshape", [x], .shape(Shape([1] + shape.dimensions)))
      add("reshape", [x], .shape(Shape(shape.dimensions.reversed())))
      add("broadcast", [x], .shape(Shape([2] + shape.dimensions)))
    default: add("add", [x, pick(), pick()])
    }
  }

  private mutating func addReduction(_ x: NodeID) {
    let rank = graph.shape(x).rank
    let axes = (0..<rank).filter { _ in Bool.random(using: &random) }
    let keep = Bool.random(using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: add("argmax", [x], .axes([rank - 1], keep: keep))
    case 1: add("max_over", [x], .axes(axes, keep: keep))
    case 2: add("min_over", [x], .axes(axes, keep: keep))
    default: add("sum", [x], .axes(axes, keep: keep))
    }
  }

  private mutating func addWindow(_ x: NodeID) {
    let shape = graph.shape(x)
    var starts: [Dimension] = []
    var sizes: [Dimension] = []
    for dimension in shape.dimensions {
      let isCut = Bool.random(using: &random) && (dimension.known ?? 5) > 1
      starts.append(isCut ? 1 : 0)
      sizes.append(isCut ? dimension - 1 : dimension)
    }
    add("slice", [x], .window(starts: starts, sizes: Shape(sizes)))
    let padded = shape.dimensions.map { $0 + 2 }
    add("pad", [x], .window(starts: starts, sizes: Shape(padded)))
  }

  /// Adds a node if its shape rule allows it, elements stay few and ranks small.
  private mutating func add(_ name: String, _ operands: [NodeID], _ attribute: Attribute = .none) {
    guard let id = Catalogue.id(named: name),
      Catalogue.operators[id.index].arity.contains(operands.count)
    else { return }
    let query = ShapeQuery(
      operands: operands.map { graph.shape($0) }, attribute: attribute, symbols: graph.symbols,
      tables: graph.tables)
    guard case .success(let shape) = Catalogue.operators[id.index].shape(query), shape.rank <= 4
    else { return }
    let count = shape.dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 0) }
    guard count > 0, count <= 4000 else { return }
    nodes.append(graph.build(id, operands, attribute))
  }
}
