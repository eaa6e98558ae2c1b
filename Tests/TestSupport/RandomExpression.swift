package import ADCCalculus

/// A graph of random expressions over symbols of ranks 0 to 3, whose values stay moderate.
package struct RandomExpression: Sendable {
  /// What an expression is made of.
  package enum Kind: Sendable {
    /// Functions that are smooth everywhere.
    case smooth
    /// Also what laws rewrite: neutral elements, repeated terms, nested shapes, kinks.
    case rewritable
    /// Also every operator of the catalogue that stands on its own.
    case catalogue
    /// Also `scan`, loops over an index and roots of equations.
    case loops

    var hasCatalogue: Bool { self == .catalogue || self == .loops }
  }

  package internal(set) var graph = ExpressionGraph()
  /// The symbols first, then constants, then what was made of them.
  package internal(set) var nodes: [NodeID] = []
  package internal(set) var leaves: [NodeID] = []
  /// The elements of each symbol.
  package internal(set) var symbols: [[Double]] = []
  package let sizes = ["n": 3, "m": 2]
  var random: SeededGenerator
  private let kind: Kind

  package init(seed: UInt64, operations: Int, _ kind: Kind = .smooth, scalarsOnly: Bool = false) {
    random = SeededGenerator(seed: seed)
    self.kind = kind
    let (n, m) = (Dimension(named: "n"), Dimension(named: "m"))
    let shapes: [[Dimension]] =
      scalarsOnly
      ? [[], [], []]
      : [[], [], [n], [4], [n, m], [m, n], [n, n], [n, 1], [1, 4], [2, n, m], [4, n]]
    for dimensions in shapes { addLeaf(Shape(dimensions)) }
    // Some operators ask for numbers of elements, not for names.
    if kind.hasCatalogue, !scalarsOnly {
      for dimensions: [Dimension] in [[3], [2, 3], [3, 3]] { addLeaf(Shape(dimensions)) }
    }
    nodes = leaves
    nodes.append(graph.constant(2))
    nodes.append(graph.constant(0.5))
    if kind != .smooth {
      nodes += [0, 1, -1, 3, .pi].map { graph.constant($0) }
    }
    let target = operations + leaves.count
    while nodes.count < target { addOperation() }
  }

  /// A symbol with elements of moderate size, none near 0.
  @discardableResult
  mutating func addLeaf(_ shape: Shape) -> NodeID {
    let symbol = Symbol(name: "x\(leaves.count)", role: .parameter, shape: shape)
    let leaf = graph.symbol(symbol)
    leaves.append(leaf)
    // Loops have symbols of their own.
    while symbols.count < graph.symbols.count - 1 { symbols.append([]) }
    symbols.append(
      (0..<count(of: shape)).map { _ in
        let size = Double.random(in: 0.2...1.4, using: &random)
        return Bool.random(using: &random) ? size : -size
      })
    return leaf
  }

  /// The elements of a leaf.
  package func elements(of leaf: NodeID) -> [Double] {
    if case .symbol(let place) = graph.attribute(leaf) { symbols[place] } else { [] }
  }

  /// The number of elements of a shape.
  func count(of shape: Shape) -> Int {
    shape.dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 0) }
  }

  /// The evaluator at the random point.
  package var evaluator: ReferenceEvaluator { evaluator(of: graph) }

  /// The evaluator of another graph over the same symbols.
  package func evaluator(of graph: ExpressionGraph) -> ReferenceEvaluator {
    ReferenceEvaluator(graph: graph, sizes: sizes, symbols: symbols)
  }

  /// A scalar that depends on the last nodes: their sums, each weighed differently.
  package mutating func scalar(ofLast count: Int) -> NodeID {
    let terms = nodes.suffix(count).enumerated().map { place, node -> NodeID in
      let axes = Array(0..<graph.shape(node).rank)
      let sum = axes.isEmpty ? node : graph.insert(.sum, [node], .axes(axes, keep: false))
      return graph.insert(.multiply, [graph.constant(Double(place) * 0.25 + 0.5), sum])
    }
    return terms.count == 1 ? terms[0] : graph.insert(.add, terms)
  }

  mutating func pick() -> NodeID {
    // Newer nodes more often, so that expressions grow deep.
    let recent = Bool.random(using: &random) ? min(nodes.count, 6) : nodes.count
    return nodes[nodes.count - 1 - Int.random(in: 0..<recent, using: &random)]
  }

  private mutating func addOperation() {
    if kind == .loops, Int.random(in: 0..<6, using: &random) == 0 {
      addLoop()
      return
    }
    if kind.hasCatalogue, Bool.random(using: &random) {
      addFromCatalogue()
      return
    }
    if kind != .smooth, Int.random(in: 0..<3, using: &random) == 0 {
      addRewritable()
      return
    }
    let x = pick()
    let rank = graph.shape(x).rank
    switch Int.random(in: 0..<16, using: &random) {
    case 0: add("add", [x, pick()])
    case 1: add("add", [x, pick(), pick(), pick()])
    case 2, 3: add("multiply", [x, pick()])
    case 4: add("multiply", [x, pick(), pick(), pick()])
    case 5: divide(pick(), by: x)
    case 6: add("negate", [x])
    case 7: add("power", [x, graph.constant(Double(Int.random(in: 2...3, using: &random)))])
    case 8, 9:
      let names = ["sin", "cos", "tanh", "sigmoid", "atan", "softplus", "asinh", "erf"]
      add(names.randomElement(using: &random) ?? "sin", [x])
    case 10:
      let positive = onePlusSquare(x)
      let names = ["sqrt", "log", "cbrt", "lgamma"]
      add(names.randomElement(using: &random) ?? "sqrt", [positive])
    case 11 where rank > 0: addReduction(x)
    case 12: add("matmul", [x, pick()])
    case 13 where rank >= 2: add("transpose", [x])
    case 14 where rank > 0: addAlongAxis(x)
    case 15: addReshape(x)
    default:
      let smaller = graph.insert(.required("tanh"), [x])
      add("exp", [smaller])
    }
  }

  private mutating func onePlusSquare(_ x: NodeID) -> NodeID {
    let square = graph.insert(.power, [x, graph.constant(2)])
    return graph.insert(.add, [graph.constant(1), square])
  }

  private mutating func divide(_ x: NodeID, by y: NodeID) {
    add("divide", [x, onePlusSquare(y)])
  }

  private mutating func addReduction(_ x: NodeID) {
    let axes = (0..<graph.shape(x).rank).filter { _ in Bool.random(using: &random) }
    if axes.isEmpty { return }
    let attribute = Attribute.axes(axes, keep: Bool.random(using: &random))
    let names = ["sum", "sum", "mean", "logsumexp", "norm", "prod"]
    let name = names.randomElement(using: &random) ?? "sum"
    // Second derivatives of products over axes do not exist, and neighbours are asked for.
    add(name == "prod" ? "sum" : name, [x], attribute)
  }

  private mutating func addAlongAxis(_ x: NodeID) {
    let axis = Int.random(in: 0..<graph.shape(x).rank, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: add("softmax", [x], .axes([axis], keep: true))
    case 1: add("log_softmax", [x], .axes([axis], keep: true))
    case 2: add("cumsum", [x], .scan(axis: axis, reversed: Bool.random(using: &random)))
    default: add("concat", [x, pick()], .axis(axis))
    }
  }

  private mutating func addReshape(_ x: NodeID) {
    let shape = graph.shape(x)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: add("reshape", [x], .shape(Shape([1] + shape.dimensions)))
    case 1: add("reshape", [x], .shape(Shape(shape.dimensions + [1])))
    case 2: add("broadcast", [x], .shape(Shape([Dimension(named: "m")] + shape.dimensions)))
    default:
      guard let first = shape.dimensions.first else { return }
      var starts = shape.dimensions.map { _ in Dimension(0) }
      var sizes = shape
      starts[0] = 1
      sizes.dimensions[0] = first - 1
      add("slice", [x], .window(starts: starts, sizes: sizes))
    }
  }

  /// What some law shortens, at least in part.
  private mutating func addRewritable() {
    let x = pick()
    switch Int.random(in: 0..<16, using: &random) {
    case 0: add("add", [x, x])
    case 1: add("multiply", [x, x])
    case 2: add("divide", [x, pick()])
    case 3: add("divide", [x, graph.constant(Double(Int.random(in: 2...6, using: &random)))])
    case 4:
      let negative = graph.insert(.negate, [pick()])
      add("add", [x, negative])
    case 5: add("multiply", [graph.constant(-3), x, pick()])
    case 6: add("power", [x, graph.constant(Double(Int.random(in: -3...4, using: &random)))])
    case 7: add("sqrt", [graph.insert(.power, [x, graph.constant(2)])])
    case 8: add("power", [graph.insert(.sqrt, [onePlusSquare(x)]), graph.constant(2)])
    case 9: add(Bool.random(using: &random) ? "cos" : "abs", [graph.insert(.negate, [x])])
    case 10: add("log", [graph.insert(.exp, [x])])
    case 11:
      let condition = graph.insert(.less, [graph.constant(0.1), leaves[0]])
      add("select", [condition, x, Bool.random(using: &random) ? x : pick()])
    case 12: add(Bool.random(using: &random) ? "max" : "min", [graph.constant(0.3), x])
    case 13 where graph.shape(x).rank >= 2:
      add("transpose", [graph.insert(.transpose, [x])])
    case 14:
      let whole = Shape([Dimension(named: "n")] + graph.shape(x).dimensions)
      let spread = graph.insert(.broadcast, [x], .shape(whole))
      add("sum", [spread], .axes([0], keep: Bool.random(using: &random)))
    default: add("matmul", [graph.insert(.negate, [x]), pick()])
    }
  }

  /// Adds a node if its shape rule allows it, and the array and its elements stay small.
  private mutating func add(_ name: String, _ operands: [NodeID], _ attribute: Attribute = .none) {
    _ = add(OperatorID.required(name), operands, attribute)
  }

  /// The same; nil where it was not added.
  mutating func add(
    _ id: OperatorID, _ operands: [NodeID], _ attribute: Attribute
  ) -> NodeID? {
    let query = ShapeQuery(
      operands: operands.map { graph.shape($0) }, attribute: attribute, symbols: graph.symbols,
      tables: graph.tables)
    let greatestRank = kind.hasCatalogue ? 4 : 3
    guard case .success(let shape) = Catalogue.operators[id.index].shape(query),
      shape.rank <= greatestRank, (1...60).contains(count(of: shape))
    else { return nil }
    var trial = graph
    let node = trial.build(id, operands, attribute)
    guard values(of: node, in: trial).allSatisfy({ $0.isFinite && $0.magnitude < 50 }) else {
      return nil
    }
    nodes.append(graph.build(id, operands, attribute))
    return nodes[nodes.count - 1]
  }

  /// The elements of a node at the random point.
  func values(of node: NodeID, in graph: ExpressionGraph) -> [Double] {
    var trial = graph
    let prepared = trial.prepare([node])
    return evaluator(of: trial).evaluate(prepared)[0].values
  }
}

extension OperatorID {
  /// An operator by a name that a test spells out.
  package static func required(_ name: String) -> OperatorID {
    guard let id = Catalogue.id(named: name) else {
      preconditionFailure("no operator is named \(name)")
    }
    return id
  }
}
