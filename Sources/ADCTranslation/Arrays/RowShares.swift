import ADCCalculus

/// How a graph is computed where each of several workers has a share of the rows: what has rows is
/// a worker's own, and a sum over rows is added up over all workers.
struct RowShares {
  /// The dimension that counts the rows.
  let rows: String
  /// What the code calls the number of rows of a share.
  let count: String

  /// Whether a node is a sum over rows, of which a worker knows a part.
  ///
  /// - Throws: what needs the rows of other workers in another way.
  func isPart(
    _ node: NodeID, of graph: ExpressionGraph
  ) throws(TranslationError) -> Bool {
    let operands = graph.operands(node)
    let hasRows = try axis(node, graph) != nil
    var axes: [Int?] = []
    for operand in operands { axes.append(try axis(operand, graph)) }
    let op = graph.op(node)
    let refusal = TranslationError(
      "workers that have a share of the rows cannot do `\(op.name)` over all of them")
    guard axes.contains(where: { $0 != nil }) else {
      switch graph.execution(node) {
      case .generator(.iota), .generator(.uniform): if hasRows { throw refusal }
      default: break
      }
      return false
    }
    switch graph.execution(node) {
    case .elementwise: return false
    case .reduction(.sum), .matrixProduct: return !hasRows
    case .scatterAdd where !hasRows: return true
    case .recurrence where !isAlongRows(node, graph, axes): return false
    case .gather where axes[0] == nil && hasRows: return false
    case .gather, .scatterAdd, .recurrence, .matrixFunction, .formula: throw refusal
    case .view(.reshape):
      // The rows stay an axis with as many places before it.
      guard let old = axes[0], let new = try axis(node, graph),
        Self.places(before: old, graph.shape(operands[0]))
          == Self.places(before: new, graph.shape(node))
      else { throw refusal }
      return false
    default:
      if !hasRows || isAlongRows(node, graph, axes) { throw refusal }
      return false
    }
  }

  private static func places(before axis: Int, _ shape: Shape) -> Int? {
    Shape(Array(shape.dimensions[..<axis])).knownCount
  }

  /// Whether an operator that works along axes does so along the rows.
  private func isAlongRows(
    _ node: NodeID, _ graph: ExpressionGraph, _ rowAxes: [Int?]
  ) -> Bool {
    if let body = graph.recurrence(of: node) {
      return body.steps.terms.contains { $0.name == rows }
    }
    switch graph.attribute(node) {
    case .axes(let axes, _): return axes.contains { rowAxes.contains($0) }
    case .axis(let axis), .scan(let axis, _): return rowAxes.contains(axis)
    default: return false
    }
  }

  /// The axis that counts rows; nil for none.
  private func axis(_ node: NodeID, _ graph: ExpressionGraph) throws(TranslationError) -> Int? {
    guard graph.recurrence(of: node) == nil else { return nil }
    let dimensions = graph.shape(node).dimensions
    let found = dimensions.indices.filter { axis in
      dimensions[axis].terms.contains { $0.name == rows }
    }
    guard let first = found.first else { return nil }
    guard found.count == 1, dimensions[first].name == rows else {
      throw TranslationError(
        "a share of the rows is no part of the shape \(graph.shape(node))")
    }
    return first
  }
}
