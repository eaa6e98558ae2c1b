/// What the passes found about nodes, so that the next one asks only where something is new.
///
/// The laws of numbers see a node, what is gathered into it, and how these are used. Where none of
/// this has changed since a pass that left the node as it was, the next pass leaves it so too.
struct SteadyNodes {
  /// For each node how it was used when a pass last saw it, and whether it was kept; 0 for never.
  private var marks: [UInt8] = []
  /// Whether the pass that is under way has found a node as it was, and left it so.
  private var isCalm: [Bool] = []

  private static let keptBit: UInt8 = 0x80
  private static let fixedBit: UInt8 = 0x20

  mutating func begin(count: Int) {
    if marks.count < count { marks += repeatElement(0, count: count - marks.count) }
    isCalm = [Bool](repeating: false, count: count)
  }

  /// Whether a node is used as it was in the last pass that saw it.
  func isUsed(_ slot: Int, as usage: UInt8) -> Bool {
    marks[slot] & ~(Self.keptBit | Self.fixedBit) == usage
  }

  /// Whether the last pass that saw the node kept it.
  func wasKept(_ slot: Int) -> Bool { marks[slot] & Self.keptBit != 0 }

  func isCalm(_ slot: Int) -> Bool { isCalm[slot] }

  /// Whether a node stays for as long as its operands do and none is gathered into it, however it
  /// is used.
  func isFixed(_ slot: Int) -> Bool { marks[slot] & Self.fixedBit != 0 }

  /// A law made a node that it would make again of the same operands, however they are used, as
  /// long as none of them is gathered into it.
  mutating func fix(_ slot: Int) {
    if marks.count <= slot { marks += repeatElement(0, count: slot + 1 - marks.count) }
    marks[slot] |= Self.fixedBit
  }

  /// A node is part of the sum or product above it.
  mutating func gather(_ slot: Int, _ usage: UInt8, isUnchanged: Bool) {
    marks[slot] = usage
    isCalm[slot] = isUnchanged
  }

  /// A node stays; of what is no plain number other laws may still say something about its users.
  mutating func keep(_ slot: Int, _ usage: UInt8, isPlain: Bool) {
    let mark = marks[slot]
    isCalm[slot] = isPlain && mark & ~(Self.keptBit | Self.fixedBit) == usage
    marks[slot] = usage | Self.keptBit | mark & Self.fixedBit
  }

  /// Another node takes the place of one.
  mutating func replace(_ slot: Int) {
    isCalm[slot] = false
    marks[slot] = 0
  }

  /// A law made a node in the place of one that was used so; a node that was seen before stays as
  /// it was seen.
  mutating func introduce(_ slot: Int, _ usage: UInt8, isKept: Bool) {
    if marks.count <= slot { marks += repeatElement(0, count: slot + 1 - marks.count) }
    guard marks[slot] & ~Self.fixedBit == 0 else { return }
    marks[slot] |= usage | (isKept ? Self.keptBit : 0)
  }

  /// How a node was used when a pass last saw it; 0 for never.
  func usage(_ slot: Int) -> UInt8 {
    slot < marks.count ? marks[slot] & ~(Self.keptBit | Self.fixedBit) : 0
  }

  /// Supposes that a node will stay as it is.
  mutating func suppose(_ slot: Int) { isCalm[slot] = true }
}

extension Simplifier {
  /// The node's role and whether it is used never, once or more often; never 0.
  @inline(__always) mutating func usage(_ slot: Int) -> UInt8 {
    0x40 | roles[slot].rawValue << 2 | UInt8(min(uses[slot], 2))
  }

  /// Whether a node is a number made of numbers, element by element.
  @inline(__always) mutating func isPlainScalar(_ slot: Int) -> Bool {
    graph.isPlainScalar(at: slot)
  }

  /// Whether a node is fixed and its operands have stayed, each a node of its own.
  @inline(__always) mutating func isFixed(_ slot: Int) -> Bool {
    guard steady.isFixed(slot) else { return false }
    for place in graph.operandPlaces(slot) {
      let operand = graph.operand(at: place)
      if roles[operand.slot] != .apart || image(operand) != operand { return false }
    }
    return true
  }

  /// Whether a node is fixed as long as its operands stay: none of them is gathered into it.
  private func isFixedBesideApart(_ slot: Int) -> Bool {
    guard steady.isFixed(slot) else { return false }
    for place in graph.operandPlaces(slot) where roles[graph.operand(at: place).slot] != .apart {
      return false
    }
    return true
  }

  /// Whether a node and all that is gathered into it are as a pass before saw them.
  @inline(__always) mutating func isUnchanged(_ slot: Int, _ usage: UInt8) -> Bool {
    guard steady.isUsed(slot, as: usage), isPlainScalar(slot) else { return false }
    for place in graph.operandPlaces(slot) where !steady.isCalm(graph.operand(at: place).slot) {
      return false
    }
    return true
  }

  /// Says of a node that took the place of another how that was used. Where it is the same operation
  /// of what the operands have become, the laws have seen all that the next pass would show them, and
  /// the node is kept.
  mutating func introduce(_ result: NodeID, inPlaceOf node: NodeID, _ usage: UInt8) {
    guard isPlainScalar(result.slot), isPlainScalar(node.slot) else { return }
    let isMade = isFirst || graph.settlement(at: node.slot) == .none
    steady.introduce(result.slot, usage, isKept: isMade && isCarriedOver(node, result, depth: 0))
  }

  /// Whether a node is the same operation as another, of what the operands of that have become, and
  /// these are used as the laws have seen it. What is gathered is so together with its top.
  private mutating func isCarriedOver(_ node: NodeID, _ result: NodeID, depth: Int) -> Bool {
    let (places, others) = (graph.operandPlaces(node.slot), graph.operandPlaces(result.slot))
    guard depth < 4, graph.operatorID(node) == graph.operatorID(result),
      places.count == others.count, !graph.hasAttribute(node)
    else { return false }
    for (place, other) in zip(places, others) {
      let (operand, image) = (graph.operand(at: place), graph.operand(at: other))
      if roles[operand.slot] == .apart {
        guard self.image(operand) == image else { return false }
      } else if operand != image {
        guard isCarriedOver(operand, image, depth: depth + 1) else { return false }
        steady.introduce(image.slot, usage(operand.slot), isKept: false)
      }
      guard steady.usage(image.slot) == usage(operand.slot) else { return false }
    }
    return true
  }

  /// Whether a pass would change nothing: all that is needed is as the one before left it.
  mutating func isSteady(_ needed: [Bool]) -> Bool {
    for slot in needed.indices where needed[slot] {
      let isApart = roles[slot] == .apart
      if isApart, isFixedBesideApart(slot) {
        steady.suppose(slot)
        continue
      }
      let isKept = isApart && (isSettled(slot) || steady.wasKept(slot))
      guard isUnchanged(slot, usage(slot)), isKept || !isApart else { return false }
      steady.suppose(slot)
    }
    return true
  }
}
