/// The plan of the memory that native code has for itself: `rdx` leads to it.
struct CodeMemory {
  /// What a reduction needs, from an offset in bytes.
  struct Place {
    var offset: Int32
  }

  /// Sixteen partial sums, for each chunk.
  static let bytesOfSums: Int32 = 128

  /// Of the vectors.
  let vector: Assembler.Vector
  private(set) var bytes: Int32 = 0
  private(set) var constants: [(bits: UInt64, offset: Int32)] = []
  private var known: [UInt64: Int32] = [:]

  init(_ vector: Assembler.Vector) { self.vector = vector }

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
  mutating func newSpill() -> Int32 { take(max(Int32(vector.bytes), 16)) }

  func address(
    _ place: Place, index: Assembler.Register?, copy: Int, scale: Assembler.Address.Scale = .one
  ) -> Assembler.Address {
    Assembler.Address(
      base: .rdx, index: index, scale: scale,
      displacement: place.offset &+ Int32(copy * vector.bytes))
  }

  func spillAddress(_ offset: Int32) -> Assembler.Address {
    Assembler.Address(base: .rdx, index: nil, displacement: offset)
  }

  /// The memory, with its constants; freed with the pool.
  func allocate(in pool: Pool) -> UnsafeMutableRawPointer {
    let words = max(Int(bytes), 64) / 8
    let start = pool.allocate(UInt64.self, words)
    start.initialize(repeating: 0, count: words)
    for constant in constants {
      (start + Int(constant.offset) / 8).update(
        repeating: constant.bits, count: vector.rawValue)
    }
    return UnsafeMutableRawPointer(start)
  }

  /// A vector of the same bits in every lane; of one double, 0 above it.
  mutating func constantAddress(_ bits: UInt64) -> Assembler.Address {
    if let offset = known[bits] { return spillAddress(offset) }
    let offset = newSpill()
    known[bits] = offset
    constants.append((bits, offset))
    return spillAddress(offset)
  }
}
