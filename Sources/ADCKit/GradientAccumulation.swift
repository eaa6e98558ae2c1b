import ADCCalculus
import ADCModel

/// Gradients of several batches that make one update: all but the last are added up, the last
/// completes the mean.
struct GradientAccumulation {
  /// The sum of the gradients so far of each parameter; an update sets it back to 0.
  let states: [OptimizerInstance.State]
  /// That sum with the gradient at hand added.
  let sums: [NodeID]
  /// The mean over all batches, the one at hand included.
  let means: [NodeID]

  /// - Parameter batches: how many make an update, at least 2.
  init(_ gradients: [NodeID], batches: Int, in graph: inout ExpressionGraph) {
    func op(_ name: String) -> OperatorID {
      guard let id = Catalogue.id(named: name) else { preconditionFailure("no operator \(name)") }
      return id
    }
    let zero = graph.constant(0)
    let count = graph.constant(Double(batches))
    var states: [OptimizerInstance.State] = []
    var (sums, means): ([NodeID], [NodeID]) = ([], [])
    for gradient in gradients {
      let shape = graph.shape(gradient)
      let symbol = graph.symbol(Symbol(name: Self.stateName, role: .state, shape: shape))
      let start = shape.rank == 0 ? zero : graph.insert(op("broadcast"), [zero], .shape(shape))
      let sum = graph.build(op("add"), [symbol, gradient])
      states.append(
        OptimizerInstance.State(
          name: Self.stateName, symbol: symbol, initial: start, updated: start))
      sums.append(sum)
      means.append(graph.build(op("divide"), [sum, count]))
    }
    (self.states, self.sums, self.means) = (states, sums, means)
  }

  /// None that an optimizer's own state can have.
  private static let stateName = "gradient sum"
}
