package import ADCCalculus

extension ExpressionGraph {
  /// A node as nested calls, for the messages of tests; deep parts are left out.
  package func outline(_ node: NodeID, depth: Int = 6) -> String {
    if let value = number(node) { return "\(value)" }
    if let symbol = symbol(node) { return symbol.name }
    let operands = operands(node)
    let name = op(node).name + (attribute(node) == .none ? "" : "<\(attribute(node))>")
    if operands.isEmpty { return name }
    if depth == 0 { return "\(name)(…)" }
    return name + "(" + operands.map { outline($0, depth: depth - 1) }.joined(separator: ", ") + ")"
  }
}
