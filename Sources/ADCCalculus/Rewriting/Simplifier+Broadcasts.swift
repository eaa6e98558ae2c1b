extension Simplifier {
  /// Operands without the broadcasts that the operation does by itself.
  mutating func withoutBroadcasts(_ operands: [NodeID], shape: Shape) -> [NodeID] {
    guard !shape.isScalar, operands.contains(where: { graph.operatorID($0) == .broadcast }) else {
      return operands
    }
    let bare = operands.map { operand in
      graph.operatorID(operand) == .broadcast ? graph.operands(operand)[0] : operand
    }
    let query = ShapeQuery(operands: bare.map { graph.shape($0) })
    if case .success = Shapes.elementwise(query), bare.allSatisfy({ aligned($0, shape) }) {
      // Where all were repeated, the operation is done once, and `fitted` repeats its result.
      fire(.implicitBroadcast)
      return bare
    }
    return operands
  }

  /// Whether a value lines up with a shape by its last axes (all do but those that `fitted` could
  /// not repeat).
  private func aligned(_ node: NodeID, _ shape: Shape) -> Bool {
    graph.shape(node).broadcast(with: shape) == shape
  }
}
