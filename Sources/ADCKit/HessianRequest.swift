import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

/// What a graph must compute for the second derivatives of a loss.
struct HessianPlan {
  var graph: ExpressionGraph
  /// In the machine's terms.
  var roots: [NodeID]
  /// The symbols of the directions, one for each parameter.
  var seeds: [Int] = []
}

/// A model's loss and gradient, to be differentiated once more.
struct HessianRequest {
  /// The dimension over which compressed products are lifted; no name of a model has a space.
  static let colours = "colours of columns"

  private var graph: ExpressionGraph
  private let gradient: [NodeID]
  private let parameters: [NodeID]
  private let inputs: [NodeID]
  /// The symbols of the parameters.
  let places: [Int]

  init(_ symbolic: SymbolicModel) {
    graph = symbolic.graph
    gradient = symbolic.computedGradient
    parameters = symbolic.model.parameters.map(\.node)
    inputs = symbolic.model.inputs.map(\.node)
    places = parameters.compactMap { [graph] node in
      if case .symbol(let place) = graph.attribute(node) { place } else { nil }
    }
  }

  /// The pattern of the second derivatives; values of inputs say which rows indices take.
  mutating func pattern(
    _ sizes: [String: Int], _ session: Session
  ) throws(DerivativeError) -> SparsityPattern {
    let known = session.tables(of: inputs, in: graph)
    return try graph.pattern(of: gradient, by: parameters, sizes: sizes, known: known).symmetrized
  }

  /// Products with as many directions as there are colours, at once.
  mutating func compressed() throws(DerivativeError) -> HessianPlan {
    let dimension = Dimension(named: Self.colours)
    var directions: [NodeID: NodeID] = [:]
    var lifted: [NodeID: NodeID] = [:]
    var seeds: [Int] = []
    for parameter in parameters {
      let shape = graph.shape(parameter)
      let direction = graph.symbol(Symbol(name: "direction", role: .variable, shape: shape))
      let seed = graph.symbol(
        Symbol(name: "seed", role: .variable, shape: Shape([dimension] + shape.dimensions)))
      directions[parameter] = direction
      lifted[direction] = seed
      if case .symbol(let place) = graph.attribute(seed) { seeds.append(place) }
    }
    let products = try graph.differentiated {
      [gradient] (graph) throws(DifferentiationError) in
      try graph.jvp(of: gradient, along: directions)
    }
    return plan(graph.compressed(products, replacing: lifted, over: dimension), seeds)
  }

  /// The blocks of all pairs of parameters, each pair once.
  mutating func whole() throws(DerivativeError) -> HessianPlan {
    let blocks = try graph.differentiated {
      [gradient, parameters] (graph) throws(DifferentiationError) in
      try graph.hessianBlocks(ofGradient: gradient, by: parameters)
    }
    return plan(blocks, [])
  }

  /// The product with one direction.
  mutating func product() throws(DerivativeError) -> HessianPlan {
    var directions: [NodeID: NodeID] = [:]
    var seeds: [Int] = []
    for parameter in parameters {
      let direction = graph.symbol(
        Symbol(name: "direction", role: .variable, shape: graph.shape(parameter)))
      directions[parameter] = direction
      if case .symbol(let place) = graph.attribute(direction) { seeds.append(place) }
    }
    let products = try graph.differentiated {
      [gradient] (graph) throws(DifferentiationError) in
      try graph.jvp(of: gradient, along: directions)
    }
    return plan(products, seeds)
  }

  private mutating func plan(_ roots: [NodeID], _ seeds: [Int]) -> HessianPlan {
    let (graph, roots) = graph.preparedForMachine(roots)
    return HessianPlan(graph: graph, roots: roots, seeds: seeds)
  }
}

extension ExpressionGraph {
  /// The derivatives of a gradient by all pairs of variables, row by row, each pair once.
  mutating func hessianBlocks(
    ofGradient gradient: [NodeID], by variables: [NodeID]
  ) throws(DifferentiationError) -> [NodeID] {
    var blocks: [NodeID] = []
    for (row, first) in variables.enumerated() {
      for (column, second) in variables.enumerated().dropFirst(row) {
        let isSquare = row == column && !shape(first).isScalar
        blocks.append(
          isSquare
            ? try hessian(ofGradient: gradient[row], by: first)
            : try jacobian(of: gradient[row], by: second))
      }
    }
    return blocks
  }
}
