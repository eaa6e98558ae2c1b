import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

/// One output of a model, to be differentiated by all parameters at a session's sizes and values.
///
/// Each call differentiates and compiles anew, in a time that grows with the model's length.
struct OutputDerivatives {
  /// The dimension over which compressed products are lifted; no name of a model has a space.
  private static let colours = "colours of products"

  private var graph: ExpressionGraph
  private let output: NodeID
  private let parameters: [NodeID]
  private let inputs: [NodeID]
  private let session: Session
  private let sizes: [String: Int]
  private let symbolCount: Int

  /// - Parameter place: which output.
  init(
    _ symbolic: SymbolicModel, output place: Int, _ session: Session
  ) throws(DerivativeError) {
    graph = symbolic.graph
    symbolCount = graph.symbols.count
    var root = symbolic.model.outputs[place].node
    if let training = symbolic.model.environment["training"] {
      let zero = graph.constant(0)
      root = graph.substituting([training: zero], in: [root])[0]
    }
    let simple = Simplifier.simplify(&graph, [root], for: .differentiation).roots
    output = graph.inAccurateForms(simple)[0]
    parameters = symbolic.model.parameters.map(\.node)
    inputs = symbolic.model.inputs.map(\.node)
    self.session = session
    sizes = session.sizes()
  }

  /// J v for directions of some parameters; the others stay where they are.
  mutating func jvp(along given: [Int: [Double]]) throws(DerivativeError) -> ShapedValues {
    var directions: [NodeID: NodeID] = [:]
    var seeds: [Seed] = []
    for place in given.keys.sorted() {
      let parameter = parameters[place]
      let seed = symbol(graph.shape(parameter))
      directions[parameter] = seed
      seeds.append(Seed(node: seed, values: given[place] ?? []))
    }
    let change = try graph.differentiated { [output] (graph) throws(DifferentiationError) in
      try graph.jvp(of: [output], along: directions)
    }
    return try evaluated(change, seeds, sizes)[0]
  }

  /// J' u for every parameter.
  mutating func vjp(seed values: [Double]) throws(DerivativeError) -> [ShapedValues] {
    let seed = symbol(graph.shape(output))
    let received = try graph.differentiated {
      [output, parameters] (graph) throws(DifferentiationError) in
      try graph.vjp(of: output, seed: seed, by: parameters)
    }
    return try evaluated(received, [Seed(node: seed, values: values)], sizes)
  }

  /// The derivatives by one parameter: the axes of the output, then those of the parameter.
  mutating func jacobian(by place: Int) throws(DerivativeError) -> ShapedValues {
    let matrix = try graph.differentiated {
      [output, parameters] (graph) throws(DifferentiationError) in
      [try graph.jacobian(of: output, by: parameters[place])]
    }
    return try evaluated(matrix, [], sizes)[0]
  }

  /// The sizes of the output's axes.
  func outputSizes() throws(DerivativeError) -> [Int] {
    try graph.shape(output).dimensions.map { dimension throws(DerivativeError) in
      guard let size = dimension.value(sizes) else {
        throw DerivativeError(.missingSize(dimension.terms.first?.name ?? ""))
      }
      return max(size, 0)
    }
  }

  /// The derivatives by all parameters side by side: the pattern and its elements, row by row.
  ///
  /// As many directions, or adjoints where these are fewer, as a colouring has colours.
  mutating func sparseJacobian() throws(DerivativeError) -> (
    pattern: SparsityPattern, values: [Double]
  ) {
    let pattern = try pattern()
    guard pattern.count > 0 else { return (pattern, []) }
    let columns = Colouring.columns(of: pattern)
    let rows = Colouring.columns(of: pattern.transposed)
    return rows.count < columns.count
      ? (pattern, try backward(pattern, rows)) : (pattern, try forward(pattern, columns))
  }

  private mutating func pattern() throws(DerivativeError) -> SparsityPattern {
    let known = session.tables(of: inputs, in: graph)
    return try graph.pattern(of: [output], by: parameters, sizes: sizes, known: known)
  }

  private mutating func forward(
    _ pattern: SparsityPattern, _ colouring: Colouring
  ) throws(DerivativeError) -> [Double] {
    var directions: [NodeID: NodeID] = [:]
    var lifted: [NodeID: NodeID] = [:]
    var seeds: [Seed] = []
    var start = 0
    for parameter in parameters {
      let shape = graph.shape(parameter)
      let count = try self.count(of: shape)
      let direction = symbol(shape)
      let seed = symbol(Shape([Dimension(named: Self.colours)] + shape.dimensions))
      directions[parameter] = direction
      lifted[direction] = seed
      seeds.append(
        Seed(node: seed, values: colouring.indicators(of: start..<start + count)))
      start += count
    }
    let change = try graph.differentiated { [output] (graph) throws(DifferentiationError) in
      try graph.jvp(of: [output], along: directions)
    }
    let products = try compressed(change, replacing: lifted, seeds, colouring.count)[0].values
    return pattern.elements { row, column in
      products[colouring.colours[column] * pattern.rows + row]
    }
  }

  private mutating func backward(
    _ pattern: SparsityPattern, _ colouring: Colouring
  ) throws(DerivativeError) -> [Double] {
    let shape = graph.shape(output)
    let adjoint = symbol(shape)
    let seed = symbol(Shape([Dimension(named: Self.colours)] + shape.dimensions))
    let received = try graph.differentiated {
      [output, parameters] (graph) throws(DifferentiationError) in
      try graph.vjp(of: output, seed: adjoint, by: parameters)
    }
    let products = try compressed(
      received, replacing: [adjoint: seed],
      [Seed(node: seed, values: colouring.indicators(of: 0..<pattern.rows))], colouring.count)
    var owners: [(block: Int, place: Int, count: Int)] = []
    for (block, product) in products.enumerated() {
      let count = product.values.count / colouring.count
      owners += (0..<count).map { (block, $0, count) }
    }
    return pattern.elements { row, column in
      let (block, place, count) = owners[column]
      return products[block].values[colouring.colours[row] * count + place]
    }
  }

  /// Products with one seed, for all seeds of an array at once.
  private mutating func compressed(
    _ products: [NodeID], replacing lifted: [NodeID: NodeID], _ seeds: [Seed], _ count: Int
  ) throws(DerivativeError) -> [ShapedValues] {
    let dimension = Dimension(named: Self.colours)
    let whole = graph.compressed(products, replacing: lifted, over: dimension)
    var bound = sizes
    bound[Self.colours] = count
    return try evaluated(whole, seeds, bound)
  }
}

extension OutputDerivatives {
  /// A symbol that is no part of the model, and its values.
  private struct Seed {
    var node: NodeID
    var values: [Double]
  }

  private mutating func symbol(_ shape: Shape) -> NodeID {
    graph.symbol(Symbol(name: "seed", role: .variable, shape: shape))
  }

  private func count(of shape: Shape) throws(DerivativeError) -> Int {
    var count = 1
    for dimension in shape.dimensions {
      guard let size = dimension.value(sizes) else {
        throw DerivativeError(.missingSize(dimension.terms.first?.name ?? ""))
      }
      count *= max(size, 0)
    }
    return count
  }

  /// What the machine computes for some roots.
  private mutating func evaluated(
    _ roots: [NodeID], _ seeds: [Seed], _ sizes: [String: Int]
  ) throws(DerivativeError) -> [ShapedValues] {
    let (prepared, roots) = graph.preparedForMachine(roots)
    do throws(MachineError) {
      let program = try Program.lower(
        prepared,
        [FunctionRequest(name: "derivatives", outputs: roots.map { (name: "", node: $0) })])
      let memory = SymbolMemory(program)
      session.copyValues(to: memory, first: symbolCount)
      for seed in seeds {
        if case .symbol(let place) = graph.attribute(seed.node) { memory.set(place, seed.values) }
      }
      let function = try BoundFunction(
        program, function: "derivatives", sizes: sizes, settings: session.settings)
      try function.evaluate(memory)
      return roots.indices.map {
        ShapedValues(shape: function.sizes(ofOutput: $0), values: function.values(ofOutput: $0))
      }
    } catch {
      throw DerivativeError(code: "AD0702", message: error.description)
    }
  }
}

extension Session {
  /// The values of inputs as constants.
  func tables(of inputs: [NodeID], in graph: ExpressionGraph) -> [NodeID: Table] {
    var known: [NodeID: Table] = [:]
    for input in inputs {
      guard case .symbol(let place) = graph.attribute(input), memory.count(of: place) > 0,
        let shape = try? shape(of: place)
      else { continue }
      known[input] = Table(
        shape: Shape(shape.map { Dimension($0) }), values: memory.values(of: place))
    }
    return known
  }
}

extension Colouring {
  /// For each colour the 0-1 vector of some columns that have it.
  func indicators(of range: Range<Int>) -> [Double] {
    (0..<count).flatMap { colour in range.map { colours[$0] == colour ? 1.0 : 0.0 } }
  }
}

extension SparsityPattern {
  /// A number for every element, row by row.
  fileprivate func elements(_ value: (_ row: Int, _ column: Int) -> Double) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(count)
    for row in 0..<rows {
      for column in self[row] { values.append(value(row, Int(column))) }
    }
    return values
  }
}
