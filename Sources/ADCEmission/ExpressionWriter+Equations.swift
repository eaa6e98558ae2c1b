import ADCCalculus
import ADCSyntax

extension ExpressionWriter {
  /// `root(F(y), y, from: y0)`.
  func root(_ node: NodeID) -> Expression {
    guard case .equation(let place) = graph.attribute(node) else { return Tree.missing }
    let equation = graph.equations[place]
    let operands = graph.operands(node)
    var names: [NodeID: String] = [:]
    for (symbol, operand) in zip(equation.arguments, operands.dropFirst()) {
      names[symbol] = atom(text(operand))
    }
    var unknown = graph.symbol(equation.unknown)?.name ?? "y"
    let inside = names.values.joined(separator: " ")
    while taken.contains(unknown) || inside.contains(unknown) { unknown += "_" }
    names[equation.unknown] = unknown
    var writer = ExpressionWriter(graph: graph, names: names, taken: taken)
    let residual = block(writer.write([equation.residual], style: .inline(limit: .max)))
    return Tree.call(
      "root",
      [
        Tree.argument(residual), Tree.argument(Tree.name(unknown)),
        Tree.argument(text(operands[0]), label: "from"),
      ])
  }

  /// One expression, where lines stand before it as the only row of an array: `scan` has a line,
  /// and what is very deep.
  private func block(_ written: WrittenExpressions) -> Expression {
    guard !written.lines.isEmpty else { return written.roots[0] }
    var loop = Loop(callee: nil)
    loop.ranges = [
      LoopRange(
        name: Name("row", Tree.nowhere), lower: Tree.number(0), upper: Tree.number(1),
        includesUpper: false, range: Tree.nowhere)
    ]
    loop.lets = written.lines.map(\.declaration)
    loop.body = written.roots
    return Tree.subscripted(Expression(.loop(loop), Tree.nowhere), [.index(Tree.number(0))])
  }

  /// The text of an operand where it stands as one word.
  private func atom(_ value: Expression) -> String {
    let text = TreePrinter.print(value)
    switch value.form {
    case .name, .call, .subscripted, .array: return text
    case .number(let number): return number < 0 ? "(\(text))" : text
    default: return "(\(text))"
    }
  }
}
