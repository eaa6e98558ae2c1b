/// What takes singles to doubles and back, and the instructions of 256 bits on singles that differ
/// from those on doubles in more than the element.
extension Assembler {
  /// `vcvtps2pd`: the lower half of a vector of singles as doubles; of one, `vcvtss2sd`.
  package mutating func widen(_ to: UInt8, _ source: Source, _ vector: Vector) {
    switch vector {
    case .one: vex(map: 1, prefix: 2, isWide: false, isLong: false, 0x5A, to, to, source)
    case .four: vex(map: 1, prefix: 0, isWide: false, 0x5A, to, 0, source)
    case .eight:
      instruction(Form(.bytes64, .single), map: 1, isPrefixed: false, 0x5A, to, 0, source, unit: 32)
    }
  }

  /// `vcvtpd2ps`: doubles rounded to the lower half of a vector of singles; of one, `vcvtsd2ss`.
  package mutating func narrow(_ to: UInt8, _ source: Source, _ vector: Vector) {
    switch vector {
    case .one: vex(map: 1, prefix: 3, isWide: false, isLong: false, 0x5A, to, to, source)
    case .four: vex(map: 1, prefix: 1, isWide: false, 0x5A, to, 0, source)
    case .eight: instruction(Form(.bytes64, .double), map: 1, isPrefixed: true, 0x5A, to, 0, source)
    }
  }

  /// `vextractf64x4`, `vextractf128`: the upper half of a vector.
  package mutating func upperHalf(_ to: UInt8, _ source: UInt8, _ vector: Vector) {
    if vector == .eight { return upperHalf(to, source) }
    self.vector(map: 3, 0x19, source, 0, .register(to))
    code.append(1)
  }

  /// `vinsertf64x4`, `vinsertf128`: the lower halves of two vectors.
  package mutating func join(_ to: UInt8, low: UInt8, high: UInt8, _ vector: Vector) {
    if vector == .eight {
      instruction(
        Form(.bytes64, .double), map: 3, isPrefixed: true, 0x1A, to, low, .register(high))
    } else {
      self.vector(map: 3, 0x18, to, low, .register(high))
    }
    code.append(1)
  }

  /// `vcmppd`, `vcmpps` of 256 bits: all bits of a lane where the comparison holds, else none.
  package mutating func compare(
    _ predicate: Predicate, _ to: UInt8, _ left: UInt8, _ right: Source, _ element: Element
  ) {
    instruction(
      Form(.bytes32, element), map: 1, isPrefixed: element == .double, 0xC2, to, left, right)
    code.append(predicate.rawValue)
  }

  /// `vblendvpd`, `vblendvps` of 256 bits.
  package mutating func blend(
    _ to: UInt8, no: UInt8, yes: Source, mask: UInt8, _ element: Element
  ) {
    vector(map: 3, element == .double ? 0x4B : 0x4A, to, no, yes)
    code.append(mask &<< 4)
  }
}

extension Assembler.Element {
  /// F2 or F3, which instructions on one number have.
  var scalarPrefix: UInt8 { self == .double ? 3 : 2 }
}
