/// Instructions of loops in either width of vectors of doubles.
///
/// With 512 bits a mask is a vector all the same; it passes through opmask register 1.
extension Assembler {
  private static let wide = Form(.bytes64, .double)

  /// `vaddpd` and its like: `to` = `left` op `right`.
  package mutating func binary(
    _ operation: Binary, _ to: UInt8, _ left: UInt8, _ right: Source, _ width: Width
  ) {
    switch width {
    case .bytes32: binary(operation, to, left, right)
    case .bytes64:
      // Of the AVX-512 instructions only those of its foundation are used: integers.
      let opcode: UInt8 =
        switch operation {
        case .and: 0xDB
        case .andNot: 0xDF
        case .or: 0xEB
        case .exclusiveOr: 0xEF
        default: operation.rawValue
        }
      instruction(Self.wide, map: 1, isPrefixed: true, opcode, to, left, right)
    }
  }

  /// `vcmppd`: all bits of a lane where the comparison holds, else none.
  package mutating func compare(
    _ predicate: Predicate, _ to: UInt8, _ left: UInt8, _ right: Source, _ width: Width
  ) {
    switch width {
    case .bytes32: compare(predicate, to, left, right)
    case .bytes64:
      instruction(Self.wide, map: 1, isPrefixed: true, 0xC2, 1, left, right)
      code.append(predicate.rawValue)
      // `vpternlogq` of a constant truth table.
      instruction(
        Self.wide, map: 3, isPrefixed: true, 0x25, to, to, .register(to), .masked, clears: true)
      code.append(0xFF)
    }
  }

  /// `vsqrtpd`.
  package mutating func squareRoot(_ to: UInt8, _ source: Source, _ width: Width) {
    switch width {
    case .bytes32: squareRoot(to, source)
    case .bytes64: instruction(Self.wide, map: 1, isPrefixed: true, 0x51, to, 0, source)
    }
  }

  /// `vroundpd`, `vrndscalepd`.
  package mutating func round(
    _ mode: Rounding, _ to: UInt8, _ source: Source, _ width: Width
  ) {
    switch width {
    case .bytes32: round(mode, to, source)
    case .bytes64:
      instruction(Self.wide, map: 3, isPrefixed: true, 0x09, to, 0, source)
      code.append(mode.rawValue)
    }
  }

  /// `vblendvpd`, `vblendmpd`: `yes` where the mask's lane has all bits, else `no`.
  package mutating func blend(
    _ to: UInt8, no: UInt8, yes: Source, mask: UInt8, _ width: Width
  ) {
    switch width {
    case .bytes32: blend(to, no: no, yes: yes, mask: mask)
    case .bytes64:
      setMask(from: mask)
      instruction(Self.wide, map: 2, isPrefixed: true, 0x65, to, no, yes, .masked)
    }
  }

  /// `vpsllq`.
  package mutating func shiftUp(
    _ to: UInt8, _ source: UInt8, by count: UInt8, _ width: Width
  ) {
    switch width {
    case .bytes32: shiftUp(to, source, by: count)
    case .bytes64:
      instruction(Self.wide, map: 1, isPrefixed: true, 0x73, 6, to, .register(source))
      code.append(count)
    }
  }

  /// `vpsrlq`.
  package mutating func shiftDown(
    _ to: UInt8, _ source: UInt8, by count: UInt8, _ width: Width
  ) {
    switch width {
    case .bytes32: shiftDown(to, source, by: count)
    case .bytes64:
      instruction(Self.wide, map: 1, isPrefixed: true, 0x73, 2, to, .register(source))
      code.append(count)
    }
  }

  /// Sets the flags for a jump: equal where no lane of the mask has its bits.
  package mutating func test(_ mask: UInt8, _ width: Width) {
    switch width {
    case .bytes32: test(mask)
    case .bytes64:
      setMask(from: mask)
      code += [0xC5, 0xF8, 0x98, 0xC9]
    }
  }

  /// `vptestmq`.
  private mutating func setMask(from mask: UInt8) {
    instruction(Self.wide, map: 2, isPrefixed: true, 0x27, 1, mask, .register(mask))
  }
}
