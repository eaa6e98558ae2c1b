/// The plan of the memory that native code has for itself: `rdx` leads to it.
struct CodeMemory {
  /// What a reduction needs, from an offset in bytes.
  struct Place {
    var offset: Int32
  }

  /// Sixteen partial sums, for each chunk.
  static let bytesOfSums: Int32 = 128

  /// Of the vectors.
  let width: Assembler.Width
  private(set) var bytes: Int32 = 0
  private(set) var constants: [(bits: UInt64, offset: Int32)] = []
  private var known: [UInt64: Int32] = [:]

  init(_ width: Assembler.Width) { self.width = width }

  private mutating func take(_ size: Int32) -> Int32 {
    bytes &+= size
    return bytes &- size
  }

  /// Room for the partial sums of the chunks of a block.
  mutating func newSums() -> Place {
    Place(offset: take(Self.bytesOfSums * Int32(BoundLoop.block / BoundLoop.chunk)))
  }

  /// Room for a chunk.
  mutating func newLanes() -> Place { Place(offset: take(Int32(BoundLoop.chunk * 8))) }

  /// Room for a vector; its offset.
  mutating func newSpill() -> Int32 { take(Int32(width.rawValue)) }

  func address(_ place: Place, index: Assembler.Register?, copy: Int) -> Assembler.Address {
    Assembler.Address(
      base: .rdx, index: index, displacement: place.offset &+ Int32(copy * width.rawValue))
  }

  func spillAddress(_ offset: Int32) -> Assembler.Address {
    Assembler.Address(base: .rdx, index: nil, displacement: offset)
  }

  /// A vector of the same bits in every lane.
  mutating func constantAddress(_ bits: UInt64) -> Assembler.Address {
    if let offset = known[bits] { return spillAddress(offset) }
    let offset = newSpill()
    known[bits] = offset
    constants.append((bits, offset))
    return spillAddress(offset)
  }
}
