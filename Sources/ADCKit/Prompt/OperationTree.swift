import ADCCalculus
import ADCTraining

/// The operations of an expression, each above its operands, with lines between them.
struct OperationTree {
  let graph: ExpressionGraph
  /// Trees with more lines are cut.
  static let mostLines = 200
  /// Deeper operations are left out.
  private static let mostLevels = 60

  /// The drawing, with line ends. What is drawn already is named by the number of its line.
  func drawing(of root: NodeID) -> String {
    var lines: [String] = []
    var drawn: [NodeID: Int] = [:]
    // Operands wait in reverse, each with what precedes it.
    var open: [(node: NodeID, lead: String, branch: String)] = [(root, "", "")]
    while let (node, lead, branch) = open.popLast() {
      guard lines.count < Self.mostLines else {
        lines.append("…")
        break
      }
      let operands = graph.operands(node)
      if let line = drawn[node] {
        lines.append(lead + branch + label(node) + "  (line \(line))")
        continue
      }
      lines.append(lead + branch + label(node))
      guard !operands.isEmpty else { continue }
      drawn[node] = lines.count
      let inner = lead + (branch.isEmpty ? "" : branch == "└─ " ? "   " : "│  ")
      guard inner.count < 3 * Self.mostLevels else {
        lines.append(inner + "└─ …")
        continue
      }
      for (place, operand) in operands.enumerated().reversed() {
        open.append((operand, inner, place == operands.count - 1 ? "└─ " : "├─ "))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func label(_ node: NodeID) -> String {
    let shape = graph.shape(node)
    let suffix = shape.isScalar ? "" : "  \(shape)"
    if let symbol = graph.symbol(node) { return symbol.name + suffix }
    if let number = graph.number(node) { return number.exactText }
    if case .table(let place) = graph.attribute(node), graph.tables[place].values.count <= 8 {
      let table = graph.tables[place]
      return ShapedValues(shape: table.shape.dimensions.map { $0.known ?? 0 }, values: table.values)
        .brief
    }
    if case .dimension(let dimension) = graph.attribute(node) { return "size \(dimension)" }
    return graph.op(node).name + suffix
  }
}
