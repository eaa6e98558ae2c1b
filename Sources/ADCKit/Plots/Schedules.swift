import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax

/// What the arguments of a model's optimizer are as a run goes on.
package final class Schedules {
  /// An argument of the optimizer.
  package struct Argument: Sendable {
    /// As the optimizer's definition has it.
    package var name: String
    /// As written.
    package var text: String
    /// Whether it changes with the step or the epoch.
    package var changes: Bool
  }

  /// Those that are written, and `rate` in any case.
  package let arguments: [Argument]
  private let function: BoundFunction
  private let memory: SymbolMemory
  private let step: Int?
  private let epoch: Int?

  /// - Returns: nil for a model without an optimizer, or whose source is not at hand.
  package init?(_ model: CompiledModel) {
    guard let symbolic = model.symbolic, let use = symbolic.model.training.optimizer else {
      return nil
    }
    var graph = symbolic.model.graph
    var nodes = graph.inliningFunctions(in: use.arguments.map(\.node))
    var arguments: [Argument] = []
    func changes(_ node: NodeID) -> Bool {
      let needed = graph.reachable(from: [node])
      return ["step", "epoch"].contains { name in
        guard let symbol = symbolic.model.environment[name] else { return false }
        return symbol.slot < needed.count && needed[symbol.slot]
      }
    }
    for (argument, node) in zip(use.arguments, nodes) {
      arguments.append(
        Argument(
          name: argument.name, text: Self.text(argument, symbolic), changes: changes(node)))
    }
    if !use.arguments.contains(where: { $0.name == "rate" }),
      let value = Self.standardRate(of: use.name, in: symbolic.model)
    {
      nodes.append(graph.constant(value))
      arguments.append(Argument(name: "rate", text: value.brief, changes: false))
    }
    self.arguments = arguments
    let request = FunctionRequest(
      name: "schedule", outputs: graph.prepare(nodes).map { (name: "", node: $0) })
    guard let program = try? Program.lower(graph, [request]),
      let function = try? BoundFunction(program, function: "schedule", sizes: [:])
    else { return nil }
    self.function = function
    memory = SymbolMemory(program)
    func place(_ name: String) -> Int? {
      program.symbols.firstIndex { $0.role == .environment && $0.name == name }
    }
    (step, epoch) = (place("step"), place("epoch"))
    for (place, symbol) in program.symbols.enumerated() where symbol.role == .environment {
      memory.set(place, [0])
    }
  }

  /// As written, where the model itself says it.
  private static func text(_ argument: OptimizerUse.Argument, _ symbolic: SymbolicModel) -> String {
    for statement in symbolic.file.statements {
      guard case .train(let settings) = statement.form else { continue }
      for setting in settings
      where setting.range.lower <= argument.range.lower
        && argument.range.upper <= setting.range.upper
      {
        let bytes = symbolic.source.bytes[argument.range.lower..<argument.range.upper]
        return String(decoding: bytes, as: UTF8.self)
      }
    }
    return argument.name
  }

  /// The rate of an optimizer that is given none.
  private static func standardRate(of name: String, in model: CheckedModel) -> Double? {
    guard let definition = model.optimizers.first(where: { $0.name.text == name }),
      let value = definition.arguments.first(where: { $0.name.text == "rate" })?.defaultValue,
      case .number(let number) = value.form
    else { return nil }
    return number
  }

  /// The arguments' values after so many updates and epochs.
  package func values(step: Int, epoch: Int) -> [Double] {
    if let place = self.step { memory.set(place, [Double(step)]) }
    if let place = self.epoch { memory.set(place, [Double(epoch)]) }
    guard (try? function.evaluate(memory)) != nil else {
      return arguments.map { _ in .nan }
    }
    return arguments.indices.map { function.scalar(ofOutput: $0) }
  }

  /// The rate after so many updates and epochs.
  package func rate(step: Int, epoch: Int) -> Double? {
    guard let place = arguments.firstIndex(where: { $0.name == "rate" }) else { return nil }
    return values(step: step, epoch: epoch)[place]
  }
}
