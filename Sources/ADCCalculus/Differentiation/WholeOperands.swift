// Operands that are whole numbers: the order of `polygamma`, an index.
// Their operators mean nothing between two of them, so that there is no derivative by them; a zero
// would say that the value does not change.

extension ExpressionGraph {
  private static let wholeOperands: [(op: OperatorID, place: Int, meaning: String)] = [
    (OperatorID.polygamma, 0, "the order of `polygamma`"),
    (.gather, 1, "an index"), (.scatterAdd, 1, "an index"),
    (.takeAlong, 1, "an index"), (.putAlong, 1, "an index"),
  ]

  /// By operator, so that long graphs are looked through fast.
  private static let hasWholeOperand = Catalogue.operators.indices.map { place in
    wholeOperands.contains { $0.op.index == place }
  }

  /// An error where `result` needs a whole number that changes smoothly with a target. What passes
  /// through `round`, a comparison, `argmax` and such does not, nor is it asked of loops.
  ///
  /// One look at every node, and a second one only where there are such operators.
  func requireNoWholeOperand(
    of result: NodeID, by targets: [NodeID]
  ) throws(DifferentiationError) {
    let kinds = Self.wholeOperands
    let hasWholeOperand = Self.hasWholeOperand
    let slots = (0...result.slot).filter { hasWholeOperand[operatorID(at: $0).index] }
    guard !slots.isEmpty else { return }
    let isNeeded = reachable(from: [result])
    let isSmooth = smoothDependents(on: targets, upTo: result)
    for slot in slots where isNeeded[slot] {
      for kind in kinds where kind.op == operatorID(at: slot) {
        guard isSmooth[operands(NodeID(slot))[kind.place].slot] else { continue }
        throw DifferentiationError(
          message: "\(kind.meaning) is a whole number, and there is no derivative by it; "
            + "`round(…)` around it says that it counts as constant", node: NodeID(slot))
      }
    }
  }

  /// For every node up to `root` whether it changes with one of the leaves other than in steps.
  private func smoothDependents(on leaves: [NodeID], upTo root: NodeID) -> [Bool] {
    var result = [Bool](repeating: false, count: root.slot + 1)
    for leaf in leaves where leaf <= root { result[leaf.slot] = true }
    for slot in result.indices where !result[slot] {
      switch Catalogue.derivatives[operatorID(at: slot).index] {
      case .zero, .asLoop: continue
      case .partials, .pullback, .byDefinition, .none:
        result[slot] = operandPlaces(slot).contains { result[operand(at: $0).slot] }
      }
    }
    return result
  }
}
