// Choices that are 0 on one side, as derivatives of branches are. They stay outermost, so that what
// is multiplied into a branch never meets the 0 beside it; a chain of choices would make them as
// deep as it is long, so from some depth on their conditions are joined.

/// The conditions under which a nest of choices is anything but 0, as one, and what it is then.
struct Guarded {
  var condition: NodeID
  var value: NodeID
}

/// The branch of a choice by a condition: 1 where it holds, else 2.
struct Decision {
  var condition: NodeID
  var side: Int

  init(_ condition: NodeID, _ side: Int) {
    self.condition = condition
    self.side = side
  }
}

extension ExpressionGraph {
  /// How many choices stay within each other.
  static let mostGuards = 8

  /// The branch of a choice that is 0 on the other side; nil for all else.
  ///
  /// Where both sides are 0 it is the first.
  func guardedBranch(_ node: NodeID) -> (side: Int, value: NodeID)? {
    guard operatorID(node) == choice else { return nil }
    let (yes, no) = (operand(node, 1), operand(node, 2))
    if number(no) == 0 { return (1, yes) }
    return number(yes) == 0 ? (2, no) : nil
  }

  /// A node of the same value with at most `mostGuards` guards within each other: itself, or one
  /// choice by all conditions.
  ///
  /// Nodes that lie within one another are gone through once, whatever the number of calls.
  mutating func shallow(_ node: NodeID) -> NodeID {
    guard operatorID(node) == choice else { return node }
    var inner = node
    var depth = 0
    while depth <= Self.mostGuards, let branch = guardedBranch(inner) {
      inner = branch.value
      depth += 1
    }
    guard depth > Self.mostGuards else { return node }
    let flat = joined(node)
    let zero = constant(0)
    return insertFitting(.select, [flat.condition, flat.value, zero], within: shape(node))
  }

  /// The conditions of a nest as one.
  private mutating func joined(_ node: NodeID) -> Guarded {
    var path: [NodeID] = []
    var inner = node
    while joinedGuards[inner] == nil, let branch = guardedBranch(inner) {
      path.append(inner)
      inner = branch.value
    }
    var result = joinedGuards[inner]
    for node in path.reversed() {
      guard let branch = guardedBranch(node) else { continue }
      var condition = operand(node, 0)
      if branch.side == 2 { condition = insert(.not, condition) }
      if let inside = result {
        condition = insertFitting(
          .and, [condition, inside.condition], within: shape(node))
      }
      let here = Guarded(condition: condition, value: result?.value ?? branch.value)
      joinedGuards[node] = here
      result = here
    }
    return result ?? Guarded(condition: constant(1), value: node)
  }
}
