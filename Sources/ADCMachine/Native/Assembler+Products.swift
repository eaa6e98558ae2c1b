/// Instructions of matrix products, which exist in two widths and for two kinds of numbers.
///
/// Those of 512 bits are EVEX encoded and reach 32 registers; see Intel 64 and IA-32 Architectures
/// Software Developer's Manual, volume 2, chapter 2.7.
extension Assembler {
  /// What a vector is made of.
  package enum Element: Int, Hashable, Sendable, CaseIterable {
    case single = 4
    case double = 8
  }

  /// The bytes of a vector.
  package enum Width: Int, Hashable, Sendable, CaseIterable {
    case bytes32 = 32
    case bytes64 = 64

    /// The vector registers that instructions of this width can name.
    package var registerCount: Int { self == .bytes32 ? 16 : 32 }
  }

  /// How wide vectors are, and what numbers are in them.
  package struct Form: Hashable, Sendable {
    /// The bytes of a vector.
    package var width: Width
    /// The numbers in it.
    package var element: Element

    /// A form of any width and element.
    package init(_ width: Width, _ element: Element) {
      self.width = width
      self.element = element
    }

    /// The numbers in a vector.
    package var lanes: Int { width.rawValue / element.rawValue }
  }

  /// What lanes a move leaves out.
  package enum Lanes: Equatable {
    case all
    /// Those of opmask register 1, for 512 bits; others are read as 0, and not written.
    case masked
  }

  /// `vfmadd231pd` and its like: `to` += `left` · `right`, rounded once.
  package mutating func multiplyAdd(
    _ to: UInt8, _ left: UInt8, _ right: Source, _ form: Form
  ) {
    instruction(form, map: 2, isPrefixed: true, 0xB8, to, left, right)
  }

  /// `vaddpd` and its like.
  package mutating func add(_ to: UInt8, _ left: UInt8, _ right: Source, _ form: Form) {
    instruction(form, map: 1, isPrefixed: form.element == .double, 0x58, to, left, right)
  }

  /// `vmovupd` and its like, from memory or a register.
  package mutating func move(
    _ to: UInt8, _ source: Source, _ form: Form, _ lanes: Lanes = .all
  ) {
    instruction(
      form, map: 1, isPrefixed: form.element == .double, 0x10, to, 0, source, lanes, clears: true)
  }

  /// `vmovupd` and its like, to memory.
  package mutating func store(
    _ value: UInt8, _ address: Address, _ form: Form, _ lanes: Lanes = .all
  ) {
    instruction(
      form, map: 1, isPrefixed: form.element == .double, 0x11, value, 0, .memory(address), lanes)
  }

  /// `vbroadcastsd` and its like: one number from memory in all lanes.
  package mutating func broadcast(_ to: UInt8, _ address: Address, _ form: Form) {
    let opcode: UInt8 = form.element == .double ? 0x19 : 0x18
    instruction(
      form, map: 2, isPrefixed: true, opcode, to, 0, .memory(address),
      unit: Int32(form.element.rawValue), isWide: form.width == .bytes64)
  }

  /// Zero in all lanes.
  package mutating func clear(_ register: UInt8, _ form: Form) {
    switch form.width {
    case .bytes32: binary(.exclusiveOr, register, register, .register(register))
    case .bytes64:
      // Of the AVX-512 instructions only those of its foundation are used: integers.
      instruction(
        Form(.bytes64, .double), map: 1, isPrefixed: true, 0xEF, register, register,
        .register(register))
    }
  }

  /// `vmaskmovpd` and its like: the lanes whose mask has its sign bit set, 0 in the others.
  package mutating func maskedMove(
    _ to: UInt8, mask: UInt8, _ address: Address, _ element: Element
  ) {
    vector(map: 2, element == .double ? 0x2D : 0x2C, to, mask, .memory(address))
  }

  /// `kmovw`: opmask register 1 from a general register.
  package mutating func setMask(_ register: Register) {
    code += register.rawValue >= 8 ? [0xC4, 0xC1, 0x78, 0x92] : [0xC5, 0xF8, 0x92]
    code.append(0xC8 | register.rawValue & 7)
  }

  /// `vextractf64x4`: the upper half of 512 bits.
  package mutating func upperHalf(_ to: UInt8, _ source: UInt8) {
    evex(map: 3, isPrefixed: true, isWide: true, source, 0, .register(to))
    code += [0x1B, 0xC0 | (source & 7) &<< 3 | to & 7, 1]
  }

  /// `vhaddpd` and its like: sums of neighbours, of the left and the right side by turns.
  package mutating func addNeighbours(
    _ to: UInt8, _ left: UInt8, _ right: UInt8, _ element: Element
  ) {
    vex(
      map: 1, prefix: element == .double ? 1 : 3, isWide: false, 0x7C, to, left, .register(right))
  }

  /// `vperm2f128`: two of the halves of two vectors, by the bits of `halves`.
  package mutating func permuteHalves(_ to: UInt8, _ left: UInt8, _ right: UInt8, _ halves: UInt8) {
    vector(map: 3, 0x06, to, left, .register(right))
    code.append(halves)
  }

  mutating func instruction(
    _ form: Form, map: UInt8, isPrefixed: Bool, _ opcode: UInt8, _ to: UInt8, _ left: UInt8,
    _ right: Source, _ lanes: Lanes = .all, clears: Bool = false, unit: Int32 = 64,
    isWide: Bool? = nil
  ) {
    switch form.width {
    case .bytes32:
      vex(
        map: map, prefix: isPrefixed ? 1 : 0,
        isWide: isWide ?? (form.element == .double && opcode == 0xB8), opcode, to, left, right)
    case .bytes64:
      evex(
        map: map, isPrefixed: isPrefixed, isWide: form.element == .double, to, left, right, lanes,
        clears: clears)
      code.append(opcode)
      switch right {
      case .register(let number): code.append(0xC0 | (to & 7) &<< 3 | number & 7)
      case .memory(let address): operand(to, address, unit: unit)
      }
    }
  }

  /// The four bytes before an opcode of 512 bits; register numbers are stored inverted.
  mutating func evex(
    map: UInt8, isPrefixed: Bool, isWide: Bool, _ to: UInt8, _ left: UInt8, _ right: Source,
    _ lanes: Lanes = .all, clears: Bool = false
  ) {
    var (x, b) = (false, false)
    switch right {
    case .register(let number): (x, b) = (number & 16 != 0, number & 8 != 0)
    case .memory(let address):
      x = (address.index?.rawValue ?? 0) >= 8
      b = address.base.rawValue >= 8
    }
    let first: UInt8 =
      (to & 8 != 0 ? 0 : 0x80) | (x ? 0 : 0x40) | (b ? 0 : 0x20) | (to & 16 != 0 ? 0 : 0x10)
    let second: UInt8 = (isWide ? 0x80 : 0) | (~left & 15) &<< 3 | 4 | (isPrefixed ? 1 : 0)
    let masks: UInt8 = lanes == .masked ? (clears ? 0x81 : 0x01) : 0
    code += [0x62, first | map, second, masks | 0x40 | (left & 16 != 0 ? 0 : 0x08)]
  }
}

/// General registers of products.
extension Assembler {
  /// `lea`.
  package mutating func loadAddress(_ to: Register, _ address: Address) {
    wide(0x8D, to, address)
  }

  /// `prefetcht0`.
  package mutating func prefetch(_ address: Address) {
    let bits: UInt8 =
      ((address.index?.rawValue ?? 0) >= 8 ? 2 : 0) | (address.base.rawValue >= 8 ? 1 : 0)
    if bits > 0 { code.append(0x40 | bits) }
    code += [0x0F, 0x18]
    operand(1, address)
  }

  /// `add` of a register.
  package mutating func add(_ register: Register, _ other: Register) { wide(0x01, other, register) }

  /// `test` with itself, for a jump.
  package mutating func test(_ register: Register) { wide(0x85, register, register) }
}

extension Assembler {
  /// `vmovups` of 128 bits to memory, at one of the first eight general registers.
  package mutating func storeLowHalf(_ value: UInt8, _ address: Address) {
    code += [0xC5, value >= 8 ? 0x78 : 0xF8, 0x11]
    operand(value, address)
  }
}
