import ADCCalculus
import ADCMachine
import ADCTraining

/// Values of some nodes of a model, with the numbers that a session has.
struct NodeValues {
  private let function: BoundFunction
  private let memory: SymbolMemory
  private let count: Int

  /// - Returns: nil where the machine refuses them.
  init?(
    _ nodes: [NodeID], of symbolic: SymbolicModel, in session: Session, sizes: [String: Int]
  ) {
    var graph = symbolic.graph
    let prepared = graph.prepare(graph.inliningFunctions(in: nodes))
    let request = FunctionRequest(
      name: "values", outputs: prepared.map { (name: "", node: $0) })
    guard let program = try? Program.lower(graph, [request]),
      let function = try? BoundFunction(program, function: "values", sizes: sizes)
    else { return nil }
    self.function = function
    count = nodes.count
    memory = SymbolMemory(program)
    session.copyValues(to: memory, first: symbolic.graph.symbols.count)
  }

  /// Other numbers in the place of a symbol's.
  func set(_ symbol: Int, _ values: [Double]) { memory.set(symbol, values) }

  /// The elements of each node; nil where the machine cannot compute them.
  func values() -> [[Double]]? {
    guard (try? function.evaluate(memory)) != nil else { return nil }
    return (0..<count).map { function.values(ofOutput: $0) }
  }
}
