/// Instructions of loops over vectors of doubles or singles, of 256 or of 512 bits.
///
/// Those of 512 bits are of AVX-512 F alone. Comparisons of 512 bits go to opmask registers.
extension Assembler {
  /// How many doubles an instruction works on.
  package enum Vector: Int, Hashable, Sendable, CaseIterable {
    case one = 1
    case four = 4
    case eight = 8

    /// 8 for one lane, 32 for four, 64 for eight.
    package var bytes: Int { rawValue * 8 }
    /// The vector registers that instructions of this width can name: 32 with AVX-512, else 16.
    package var registerCount: Int { self == .eight ? 32 : 16 }
  }

  /// An opmask register, 1 to 7.
  package struct Mask: Hashable, Sendable {
    /// 1 to 7: 0 would mean that nothing is masked.
    package var number: UInt8

    /// Takes a number from 1 to 7.
    package init(_ number: UInt8) { self.number = number }
  }

  /// `vaddpd` and its like: `to` = `left` op `right`.
  package mutating func binary(
    _ operation: Binary, _ to: UInt8, _ left: UInt8, _ right: Source, _ vector: Vector,
    _ element: Element = .double
  ) {
    let isLogic = operation.rawValue < Binary.add.rawValue
    switch vector {
    case .one:
      return scalar(
        prefix: isLogic ? 1 : element.scalarPrefix, operation.rawValue, to, left, right)
    case .four:
      return instruction(
        Form(.bytes32, element), map: 1, isPrefixed: isLogic || element == .double,
        operation.rawValue, to, left, right)
    case .eight: break
    }
    let opcode: UInt8 =
      switch operation {
      // Bits are those of integers: the others belong to AVX-512 DQ.
      case .and: 0xDB
      case .andNot: 0xDF
      case .or: 0xEB
      case .exclusiveOr: 0xEF
      default: operation.rawValue
      }
    wide(map: 1, opcode, to, left, right, isLogic ? .double : element)
  }

  /// `vcmppd` to an opmask register, for 512 bits.
  package mutating func compare(
    _ predicate: Predicate, _ to: Mask, _ left: UInt8, _ right: Source, where mask: Mask? = nil,
    _ element: Element = .double
  ) {
    wide(map: 1, 0xC2, to.number, left, right, element, mask)
    code.append(predicate.rawValue)
  }

  /// `vsqrtpd`.
  package mutating func squareRoot(
    _ to: UInt8, _ source: Source, _ vector: Vector, _ element: Element = .double
  ) {
    switch vector {
    case .one:
      scalar(prefix: element.scalarPrefix, 0x51, to, Self.upper(source, to), source)
    case .four:
      instruction(
        Form(.bytes32, element), map: 1, isPrefixed: element == .double, 0x51, to, 0, source)
    case .eight: wide(map: 1, 0x51, to, 0, source, element)
    }
  }

  /// `vroundpd`, `vrndscalepd`.
  package mutating func round(
    _ mode: Rounding, _ to: UInt8, _ source: Source, _ vector: Vector, _ element: Element = .double
  ) {
    let opcode: UInt8 = element == .double ? 0x09 : 0x08
    switch vector {
    case .one: scalar(map: 3, prefix: 1, opcode + 2, to, Self.upper(source, to), source)
    case .four: self.vector(map: 3, opcode, to, 0, source)
    case .eight: wide(map: 3, opcode, to, 0, source, element)
    }
    code.append(mode.rawValue)
  }

  /// `vpsllq`.
  package mutating func shiftUp(_ to: UInt8, _ source: UInt8, by count: UInt8, _ vector: Vector) {
    if vector == .four { return shiftUp(to, source, by: count) }
    shift(6, to, source, by: count, vector)
  }

  /// `vpsrlq`.
  package mutating func shiftDown(_ to: UInt8, _ source: UInt8, by count: UInt8, _ vector: Vector) {
    if vector == .four { return shiftDown(to, source, by: count) }
    shift(2, to, source, by: count, vector)
  }

  private mutating func shift(
    _ kind: UInt8, _ to: UInt8, _ source: UInt8, by count: UInt8, _ vector: Vector
  ) {
    if vector == .one {
      scalar(prefix: 1, 0x73, kind, to, .register(source))
    } else {
      wide(map: 1, 0x73, kind, to, .register(source), .double)
    }
    code.append(count)
  }

  /// `vmovupd` from memory or a register; of one double `vmovsd` from memory.
  package mutating func move(
    _ to: UInt8, _ source: Source, _ vector: Vector, _ element: Element = .double
  ) {
    switch vector {
    case .one: scalar(prefix: element.scalarPrefix, 0x10, to, 0, source)
    case .four: move(to, source)
    case .eight: wide(map: 1, 0x10, to, 0, source, element)
    }
  }

  /// `vmovupd` where the mask has a bit; other lanes become 0.
  package mutating func move(
    _ to: UInt8, _ source: Source, where mask: Mask, _ element: Element = .double
  ) {
    wide(map: 1, 0x10, to, 0, source, element, mask, clears: true)
  }

  /// `vmovupd` to memory, or `vmovsd`.
  package mutating func store(
    _ value: UInt8, _ address: Address, _ vector: Vector, _ element: Element = .double
  ) {
    switch vector {
    case .one: scalar(prefix: element.scalarPrefix, 0x11, value, 0, .memory(address))
    case .four: store(value, address)
    case .eight: wide(map: 1, 0x11, value, 0, .memory(address), element)
    }
  }

  /// `vmovupd` to memory where the mask has a bit.
  package mutating func store(
    _ value: UInt8, _ address: Address, where mask: Mask, _ element: Element = .double
  ) {
    wide(map: 1, 0x11, value, 0, .memory(address), element, mask)
  }

  /// `vblendmpd`: `yes` where the mask has a bit, else `no`.
  package mutating func blend(
    _ to: UInt8, no: UInt8, yes: Source, mask: Mask, _ element: Element = .double
  ) {
    wide(map: 2, 0x65, to, no, yes, element, mask)
  }

  /// `vpternlogq`: all bits of the lanes that the mask has, none of others.
  package mutating func fill(_ to: UInt8, where mask: Mask, _ element: Element = .double) {
    wide(map: 3, 0x25, to, to, .register(to), element, mask, clears: true)
    code.append(0xFF)
  }

  /// `vptestmq`: the lanes that have a bit.
  package mutating func findBits(
    _ to: Mask, _ value: UInt8, where mask: Mask? = nil, _ element: Element = .double
  ) {
    wide(map: 2, 0x27, to.number, value, .register(value), element, mask)
  }

  /// `vcmpsd`, in the low double of a register: all bits where the comparison holds, else none.
  package mutating func compareOne(
    _ predicate: Predicate, _ to: UInt8, _ left: UInt8, _ right: Source,
    _ element: Element = .double
  ) {
    scalar(prefix: element.scalarPrefix, 0xC2, to, left, right)
    code.append(predicate.rawValue)
  }

  /// `vblendvpd` of 128 bits.
  package mutating func blendOne(
    _ to: UInt8, no: UInt8, yes: Source, mask: UInt8, _ element: Element = .double
  ) {
    scalar(map: 3, prefix: 1, element == .double ? 0x4B : 0x4A, to, no, yes)
    code.append(mask &<< 4)
  }

  /// `vtestpd` of 128 bits with itself.
  package mutating func testOne(_ mask: UInt8) {
    scalar(map: 2, prefix: 1, 0x0F, mask, 0, .register(mask))
  }

  /// The register whose upper half the result of one double gets.
  private static func upper(_ source: Source, _ to: UInt8) -> UInt8 {
    if case .register(let number) = source { number } else { to }
  }

  private mutating func scalar(
    map: UInt8 = 1, prefix: UInt8, _ opcode: UInt8, _ to: UInt8, _ left: UInt8, _ right: Source
  ) {
    vex(map: map, prefix: prefix, isWide: false, isLong: false, opcode, to, left, right)
  }

  /// An EVEX instruction of 512 bits. Those on numbers have the prefix 66 for doubles alone, others
  /// always.
  private mutating func wide(
    map: UInt8, _ opcode: UInt8, _ to: UInt8, _ left: UInt8, _ right: Source, _ element: Element,
    _ mask: Mask? = nil, clears: Bool = false
  ) {
    evex(
      map: map, isPrefixed: element == .double || map != 1, isWide: element == .double, to, left,
      right)
    code[code.count - 1] |= (mask?.number ?? 0) | (clears ? 0x80 : 0)
    code.append(opcode)
    switch right {
    case .register(let number): code.append(0xC0 | (to & 7) &<< 3 | number & 7)
    case .memory(let address): operand(to, address, unit: 64)
    }
  }

  /// `kmovw` from a general register.
  package mutating func set(_ mask: Mask, _ register: Register) {
    code += register.rawValue >= 8 ? [0xC4, 0xC1, 0x78, 0x92] : [0xC5, 0xF8, 0x92]
    code.append(0xC0 | mask.number &<< 3 | register.rawValue & 7)
  }

  /// `kandw`.
  package mutating func and(_ to: Mask, _ left: Mask, _ right: Mask) {
    code += [0xC5, 0x84 | (~left.number & 15) &<< 3, 0x41, 0xC0 | to.number &<< 3 | right.number]
  }

  /// `knotw`.
  package mutating func not(_ to: Mask, _ mask: Mask) {
    code += [0xC5, 0xF8, 0x44, 0xC0 | to.number &<< 3 | mask.number]
  }

  /// `kortestw` with itself: not zero where a lane has a bit.
  package mutating func test(_ mask: Mask) {
    code += [0xC5, 0xF8, 0x98, 0xC0 | mask.number &<< 3 | mask.number]
  }

  /// `sub` of a register.
  package mutating func subtract(_ register: Register, _ other: Register) {
    wide(0x29, other, register)
  }

  /// `shl` by the number in `cl`.
  package mutating func shiftUpByCount(_ register: Register) {
    code += [
      0x48 | (register.rawValue >= 8 ? 1 : 0), 0xD3, 0xE0 | register.rawValue & 7,
    ]
  }
}
