import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// A place of a model where the loss may have no derivative.
private struct Kink {
  var node: NodeID
  /// 1 where an element is at the kink.
  var condition: NodeID
  /// The operator whose convention holds: of a condition that a choice takes, the choice.
  var shown: NodeID
  /// What stands there.
  var range: SourceRange
}

extension ModelTask {
  /// The kinks of the loss that parameters reach, with their lines, the derivative that is taken
  /// there, and how many elements are at them for the data and the parameters as they are.
  package func kinks() throws(TaskFailure) -> TaskReport {
    let (session, symbolic) = try fedSession()
    var graph = symbolic.model.graph
    let kinks = Self.kinks(of: symbolic, in: &graph)
    let counts = try count(kinks, &graph, session, symbolic)
    var text = ""
    var entries: [JSONValue] = []
    for (kink, found) in zip(kinks, counts) {
      let position = symbolic.source.position(of: kink.range.lower)
      let op = graph.op(kink.shown)
      let source = symbolic.source.text(kink.range)
      let shown = source.contains(where: \.isNewline) ? op.spelling : source
      text +=
        "\(path):\(position.line):\(position.column): \(shown.prefix(60))\n"
        + "  \(op.kinks)\n"
        + "  \(found.count.brief) of \(found.all.brief) elements are there\n"
      entries.append(
        .object([
          .init("line", .number(Double(position.line))),
          .init("column", .number(Double(position.column))),
          .init("source", .string(shown)), .init("operator", .string(op.spelling)),
          .init("convention", .string(op.kinks)), .init("at_kink", .number(found.count)),
          .init("elements", .number(found.all)),
        ]))
    }
    if kinks.isEmpty { text = "the loss has a derivative everywhere\n" }
    return TaskReport(text: text, json: .object([.init("kinks", .array(entries))]))
  }

  private static func kinks(
    of symbolic: SymbolicModel, in graph: inout ExpressionGraph
  ) -> [Kink] {
    guard let loss = symbolic.model.objective?.node else { return [] }
    let needed = graph.reachable(from: [loss])
    let depends = graph.dependents(on: symbolic.model.parameters.map(\.node), upTo: loss)
    var kinks: [Kink] = []
    var choices: [NodeID: NodeID] = [:]
    for slot in needed.indices where needed[slot] && graph.operatorID(NodeID(slot)) == .select {
      choices[graph.operands(NodeID(slot))[0]] = NodeID(slot)
    }
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      guard let isAtKink = graph.op(node).isAtKink,
        graph.operands(node).contains(where: { depends[$0.slot] })
      else { continue }
      let shown = choices[node] ?? node
      kinks.append(
        Kink(
          node: node, condition: isAtKink(&graph, node), shown: shown,
          range: symbolic.model.spans[shown.slot]))
    }
    return kinks.sorted { ($0.range.lower, $0.node) < ($1.range.lower, $1.node) }
  }

  /// For each kink the elements at it, and all of them.
  private func count(
    _ kinks: [Kink], _ graph: inout ExpressionGraph, _ session: Session,
    _ symbolic: SymbolicModel
  ) throws(TaskFailure) -> [(count: Double, all: Double)] {
    guard !kinks.isEmpty else { return [] }
    let roots = kinks.flatMap { kink -> [NodeID] in
      let shape = graph.shape(kink.condition)
      let count =
        shape.isScalar
        ? kink.condition
        : graph.insert(.sum, [kink.condition], .axes(Array(0..<shape.rank), keep: false))
      return [count, graph.size(shape.dimensions)]
    }
    let prepared = graph.prepare(graph.inliningFunctions(in: roots))
    do throws(DerivativeError) {
      let sizes = session.sizes()
      do throws(MachineError) {
        let program = try Program.lower(
          graph,
          [FunctionRequest(name: "kinks", outputs: prepared.map { (name: "", node: $0) })])
        let memory = SymbolMemory(program)
        session.copyValues(to: memory, first: symbolic.model.graph.symbols.count)
        let function = try BoundFunction(
          program, function: "kinks", sizes: sizes, settings: session.settings)
        try function.evaluate(memory)
        return kinks.indices.map {
          (function.scalar(ofOutput: 2 * $0), function.scalar(ofOutput: 2 * $0 + 1))
        }
      } catch {
        throw DerivativeError(code: "AD0702", message: error.description)
      }
    } catch {
      throw TaskFailure(error.message, code: error.code, file: path)
    }
  }
}
