/// A node of one graph.
package struct NodeID: Hashable, Comparable, Sendable {
  /// The place in its graph: operands have smaller ones than what uses them.
  package let index: Int32

  /// The node at a place, of a graph that the caller knows.
  package init(_ index: Int) { self.index = Int32(index) }

  package static func < (left: NodeID, right: NodeID) -> Bool { left.index < right.index }
}

extension NodeID {
  /// The node's place in the columns.
  package var slot: Int { Int(index) }
}

/// How far a node is simplified.
enum Settlement: UInt8, Comparable, Sendable {
  /// Not at all, or not with its neighbours of now.
  case none
  /// No law of the passes changes it.
  case passed
  /// Nothing cheaper was found.
  case refined

  static func < (left: Settlement, right: Settlement) -> Bool { left.rawValue < right.rawValue }
}

/// What is stored of a node: all in one place, as it is asked for together.
struct NodeRecord {
  var op: OperatorID
  /// How far the simplifier is done with the node and all that it needs.
  var settlement = Settlement.none
  /// Of a sum or product, whether there is one of the same operands in another order.
  var hasTwin: Bool {
    get { marks & Self.twinMark != 0 }
    set { marks = newValue ? marks | Self.twinMark : marks & ~Self.twinMark }
  }
  /// Whether it is a number made of numbers, element by element, or a number that is a leaf.
  var isPlainScalar: Bool {
    get { marks & Self.plainMark != 0 }
    set { marks = newValue ? marks | Self.plainMark : marks & ~Self.plainMark }
  }
  private var marks: UInt8 = 0
  /// Where the operands are in the buffer that all nodes share.
  var firstOperand: Int32
  var operandCount: Int32
  /// The place in `attributeTable`, -1 for none; of a number -2 less its place in `numbers`.
  var attribute: Int32
  /// The place in `shapeTable`; 0 for scalars.
  var shape: Int32
  /// Where the node comes from: a number that the model's checker gives meaning to, -1 for none.
  var origin: Int32

  private static let twinMark: UInt8 = 1
  private static let plainMark: UInt8 = 2

  init(
    op: OperatorID, firstOperand: Int32, operandCount: Int32, shape: Int32, origin: Int32
  ) {
    self.op = op
    self.firstOperand = firstOperand
    self.operandCount = operandCount
    self.attribute = -1
    self.shape = shape
    self.origin = origin
  }
}
