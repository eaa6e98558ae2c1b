package import ADCCalculus
import ADCSyntax

extension CheckedModel {
  /// Adds the moving averages of the parameters where `average` asks for them, one state each.
  ///
  /// As Keras' `use_ema`: after the first update the average is the parameter, later it is
  /// `average` times itself and the rest the parameter after the update.
  /// - Parameter instances: the updates as they will be made, bounds included; one for each
  ///   parameter.
  package func averaging(
    _ instances: [OptimizerInstance], by use: OptimizerUse, in graph: inout ExpressionGraph
  ) -> [OptimizerInstance] {
    let definition = optimizers.first { $0.name.text == use.name }
    guard let weight = use.argument("average")?.node, let step = environment["step"],
      definition?.arguments.contains(where: { $0.name.text == "average" }) != true
    else { return instances }
    var result = instances
    let zero = graph.constant(0)
    let isFirst = graph.build(Known.equal, [step, zero])
    let negative = graph.build(Known.negate, [weight])
    let rest = graph.build(Known.add, [graph.constant(1), negative])
    for place in instances.indices {
      let updated = instances[place].parameter
      let shape = graph.shape(updated)
      let symbol = graph.symbol(
        Symbol(name: OptimizerInstance.averageName, role: .state, shape: shape))
      let old = graph.build(Known.multiply, [weight, symbol])
      let new = graph.build(Known.multiply, [rest, updated])
      let mean = graph.build(Known.add, [old, new])
      result[place].states.append(
        OptimizerInstance.State(
          name: OptimizerInstance.averageName, symbol: symbol,
          initial: shape.rank == 0 ? zero : graph.insert(Known.broadcast, [zero], .shape(shape)),
          updated: graph.build(Known.select, [isFirst, updated, mean])))
    }
    return result
  }
}

extension OptimizerInstance {
  /// The name of the state that is a parameter's moving average: none that an optimizer's own state
  /// can have.
  package static let averageName = "moving average"
}
