import ADCCalculus
import ADCMachine
import Testing

/// A graph in the making, with short words for what tests need.
struct Sketch {
  var graph = ExpressionGraph()

  mutating func symbol(
    _ name: String, _ dimensions: [Dimension] = [], _ role: Symbol.Role = .parameter
  ) -> NodeID {
    graph.symbol(Symbol(name: name, role: role, shape: Shape(dimensions)))
  }

  /// An operator by its name, replaced by what it stands for where it is an abbreviation.
  mutating func apply(
    _ name: String, _ operands: [NodeID], _ attribute: Attribute = .none
  ) throws -> NodeID {
    let op = try #require(Catalogue.id(named: name))
    return graph.insert(op, operands, attribute)
  }

  mutating func number(_ value: Double) -> NodeID { graph.constant(value) }

  /// The values of nodes by the machine.
  func run(
    _ roots: [NodeID], _ symbols: [[Double]], sizes: [String: Int] = [:]
  ) throws -> [[Double]] {
    let request = FunctionRequest(
      name: "f", outputs: roots.enumerated().map { ("\($0)", $1) })
    let program = try Program.lower(graph, [request])
    let function = try BoundFunction(program, function: "f", sizes: sizes)
    let memory = SymbolMemory(program)
    for (place, values) in symbols.enumerated() { memory.set(place, values) }
    try function.run(memory)
    return roots.indices.map { function.values(ofOutput: $0) }
  }
}
