/// The plan of the memory that native code has for itself: `rdx` leads to it.
struct CodeMemory {
  /// What a reduction needs, from an offset in bytes.
  struct Place {
    var offset: Int32
  }

  private(set) var bytes: Int32 = 0
  private(set) var constants: [(bits: UInt64, offset: Int32)] = []
  private var known: [UInt64: Int32] = [:]

  private mutating func take(_ size: Int32) -> Int32 {
    bytes &+= size
    return bytes &- size
  }

  /// Room for sixteen partial sums.
  mutating func newSums() -> Place { Place(offset: take(128)) }

  /// Room for a chunk.
  mutating func newLanes() -> Place { Place(offset: take(Int32(BoundLoop.chunk * 8))) }

  /// Room for a vector; its offset.
  mutating func newSpill() -> Int32 { take(64) }

  func address(_ place: Place, index: Assembler.Register, copy: Int) -> Assembler.Address {
    Assembler.Address(base: .rdx, index: index, displacement: place.offset &+ Int32(copy * 32))
  }

  func spillAddress(_ offset: Int32) -> Assembler.Address {
    Assembler.Address(base: .rdx, index: nil, displacement: offset)
  }

  /// A vector of the same bits in every lane.
  mutating func constantAddress(_ bits: UInt64) -> Assembler.Address {
    if let offset = known[bits] { return spillAddress(offset) }
    let offset = take(64)
    known[bits] = offset
    constants.append((bits, offset))
    return spillAddress(offset)
  }
}
