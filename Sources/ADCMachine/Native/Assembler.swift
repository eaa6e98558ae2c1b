/// Writes x86-64 machine code: the few instructions that loops over vectors of doubles need.
///
/// Vector instructions are VEX encoded and 256 bits wide; see Intel 64 and IA-32 Architectures
/// Software Developer's Manual, volume 2, chapter 2.3.
package struct Assembler {
  /// A general register, by its number in encodings.
  package enum Register: UInt8, CaseIterable {
    case rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
  }

  /// Memory at base + index * scale + displacement; `index` is not `rsp`.
  package struct Address: Equatable {
    /// What an index counts in.
    package enum Scale: UInt8, CaseIterable {
      case one, two, four, eight
    }

    /// Where the address begins.
    package var base: Register
    /// Added `scale` times; nil for none. Never the stack pointer, which cannot be one.
    package var index: Register?
    /// The bytes that one of `index` stands for.
    package var scale: Scale
    /// In bytes; one byte of code where it is small.
    package var displacement: Int32

    /// `base + scale * index + displacement`.
    package init(
      base: Register, index: Register? = nil, scale: Scale = .one, displacement: Int32 = 0
    ) {
      self.base = base
      self.index = index
      self.scale = scale
      self.displacement = displacement
    }
  }

  /// The last operand of an instruction: vector register 0 to 15 or 32 bytes of memory.
  package enum Source: Equatable {
    case register(UInt8)
    case memory(Address)
  }

  /// Operations of two operands, by their second byte.
  package enum Binary: UInt8, CaseIterable {
    case and = 0x54
    case andNot, or, exclusiveOr
    case add = 0x58
    case multiply
    case subtract = 0x5C
    case minimum, divide, maximum
  }

  /// Predicates of `vcmppd` that signal nothing for quiet NaN.
  package enum Predicate: UInt8, CaseIterable {
    case equal = 0x00
    case unordered = 0x03
    case notEqual = 0x04
    case ordered = 0x07
    case less = 0x11
    case lessOrEqual = 0x12
    case notLess = 0x15
    case notLessOrEqual = 0x16
  }

  /// Modes of `vroundpd`, which report no inexact results.
  package enum Rounding: UInt8, CaseIterable {
    case toEven = 0x08
    case down, up
  }

  /// A place that jumps lead to, once it is known.
  package struct Label {
    fileprivate var index: Int
  }

  /// The code so far.
  package internal(set) var code: [UInt8] = []
  private var labels: [Int?] = []
  private var jumps: [(place: Int, label: Int)] = []

  /// No code and no labels.
  package init() {}

  /// A new label, which has no place yet.
  package mutating func label() -> Label {
    labels.append(nil)
    return Label(index: labels.count - 1)
  }

  /// Gives a label its place: here.
  package mutating func place(_ label: Label) { labels[label.index] = code.count }

  /// The code with all jumps filled in; every label has its place by now.
  package func finished() -> [UInt8] {
    var result = code
    for jump in jumps {
      let distance = (labels[jump.label] ?? 0) - (jump.place + 4)
      for (index, byte) in Self.bytes(Int32(truncatingIfNeeded: distance)).enumerated() {
        result[jump.place + index] = byte
      }
    }
    return result
  }

  private static func bytes(_ value: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private mutating func append(_ value: Int32) { code += Self.bytes(value) }
}

extension Assembler {
  /// `vaddpd` and its like: `to` = `left` op `right`.
  package mutating func binary(_ operation: Binary, _ to: UInt8, _ left: UInt8, _ right: Source) {
    vector(map: 1, operation.rawValue, to, left, right)
  }

  /// `vcmppd`: all bits of a lane where the comparison holds, else none.
  package mutating func compare(_ predicate: Predicate, _ to: UInt8, _ left: UInt8, _ right: Source)
  {
    vector(map: 1, 0xC2, to, left, right)
    code.append(predicate.rawValue)
  }

  /// `vsqrtpd`.
  package mutating func squareRoot(_ to: UInt8, _ source: Source) {
    vector(map: 1, 0x51, to, 0, source)
  }

  /// `vroundpd`.
  package mutating func round(_ mode: Rounding, _ to: UInt8, _ source: Source) {
    vector(map: 3, 0x09, to, 0, source)
    code.append(mode.rawValue)
  }

  /// `vblendvpd`: `yes` where the mask's sign bit is set, else `no`.
  package mutating func blend(_ to: UInt8, no: UInt8, yes: Source, mask: UInt8) {
    vector(map: 3, 0x4B, to, no, yes)
    code.append(mask &<< 4)
  }

  /// `vpsllq`.
  package mutating func shiftUp(_ to: UInt8, _ source: UInt8, by count: UInt8) {
    vector(map: 1, 0x73, 6, to, .register(source))
    code.append(count)
  }

  /// `vpsrlq`.
  package mutating func shiftDown(_ to: UInt8, _ source: UInt8, by count: UInt8) {
    vector(map: 1, 0x73, 2, to, .register(source))
    code.append(count)
  }

  /// `vmovupd` from memory or a register.
  package mutating func move(_ to: UInt8, _ source: Source) { vector(map: 1, 0x10, to, 0, source) }

  /// `vbroadcastsd`: one double from memory in all lanes.
  package mutating func broadcast(_ to: UInt8, _ address: Address) {
    vector(map: 2, 0x19, to, 0, .memory(address))
  }

  /// `vmovupd` to memory.
  package mutating func store(_ value: UInt8, _ address: Address) {
    vector(map: 1, 0x11, value, 0, .memory(address))
  }

  /// `vtestpd` with itself: equal where no lane has its sign bit set.
  package mutating func test(_ mask: UInt8) { vector(map: 2, 0x0F, mask, 0, .register(mask)) }

  /// `vzeroupper`.
  package mutating func zeroUpper() { code += [0xC5, 0xF8, 0x77] }

  mutating func vector(
    map: UInt8, _ opcode: UInt8, _ register: UInt8, _ other: UInt8, _ source: Source
  ) {
    vex(map: map, prefix: 1, isWide: false, opcode, register, other, source)
  }

  /// An instruction of 256 bits, or of fewer; prefix 1 stands for 66, 3 for F2, 0 for none.
  mutating func vex(
    map: UInt8, prefix: UInt8, isWide: Bool, isLong: Bool = true, _ opcode: UInt8,
    _ register: UInt8, _ other: UInt8,
    _ source: Source
  ) {
    var (extendsIndex, extendsBase) = (false, false)
    switch source {
    case .register(let number): extendsBase = number >= 8
    case .memory(let address):
      extendsIndex = (address.index?.rawValue ?? 0) >= 8
      extendsBase = address.base.rawValue >= 8
    }
    // Register numbers are stored inverted.
    let highBit: UInt8 = register >= 8 ? 0 : 0x80
    let last = (~other & 15) &<< 3 | (isLong ? 4 : 0) | prefix
    if map == 1, !extendsIndex, !extendsBase, !isWide {
      code += [0xC5, highBit | last, opcode]
    } else {
      let bits = highBit | (extendsIndex ? 0 : 0x40) | (extendsBase ? 0 : 0x20) | map
      code += [0xC4, bits, (isWide ? 0x80 : 0) | last, opcode]
    }
    switch source {
    case .register(let number): code.append(0xC0 | (register & 7) &<< 3 | number & 7)
    case .memory(let address): operand(register, address)
    }
  }

  /// The bytes that name a register and memory; a short displacement counts in `unit` bytes.
  mutating func operand(_ register: UInt8, _ address: Address, unit: Int32 = 1) {
    let (units, rest) = address.displacement.quotientAndRemainder(dividingBy: unit)
    let short = rest == 0 ? Int8(exactly: units) : nil
    let mode: UInt8 = short == nil ? 0x80 : 0x40
    let field = (register & 7) &<< 3
    if let index = address.index {
      let place = (index.rawValue & 7) &<< 3 | address.base.rawValue & 7
      code += [mode | field | 4, address.scale.rawValue &<< 6 | place]
    } else if address.base.rawValue & 7 == 4 {
      code += [mode | field | 4, 0x24]
    } else {
      code.append(mode | field | address.base.rawValue & 7)
    }
    if let short { code.append(UInt8(bitPattern: short)) } else { append(address.displacement) }
  }
}

/// General registers and jumps.
extension Assembler {
  /// `push`.
  package mutating func push(_ register: Register) { short(0x50, register) }

  /// `pop`.
  package mutating func pop(_ register: Register) { short(0x58, register) }

  private mutating func short(_ opcode: UInt8, _ register: Register) {
    if register.rawValue >= 8 { code.append(0x41) }
    code.append(opcode | register.rawValue & 7)
  }

  /// 64 bits from memory.
  package mutating func load(_ to: Register, _ address: Address) { wide(0x8B, to, address) }

  mutating func wide(_ opcode: UInt8, _ register: Register, _ address: Address) {
    code.append(
      0x48 | (register.rawValue >= 8 ? 4 : 0) | ((address.index?.rawValue ?? 0) >= 8 ? 2 : 0)
        | (address.base.rawValue >= 8 ? 1 : 0))
    code.append(opcode)
    operand(register.rawValue, address)
  }

  mutating func wide(_ opcode: UInt8, _ register: Register, _ other: Register) {
    code += [
      0x48 | (register.rawValue >= 8 ? 4 : 0) | (other.rawValue >= 8 ? 1 : 0), opcode,
      0xC0 | (register.rawValue & 7) &<< 3 | other.rawValue & 7,
    ]
  }

  /// `mov` between registers.
  package mutating func copy(_ to: Register, _ from: Register) { wide(0x89, from, to) }

  /// `xor` with itself.
  package mutating func clear(_ register: Register) { wide(0x31, register, register) }

  /// Compares unsigned numbers for a jump.
  package mutating func compare(_ left: Register, _ right: Register) { wide(0x39, right, left) }

  /// A group of instructions with a number as second operand.
  private mutating func immediate(_ group: UInt8, _ register: Register, _ value: Int32) {
    code += [
      0x48 | (register.rawValue >= 8 ? 1 : 0), 0x81, 0xC0 | group &<< 3 | register.rawValue & 7,
    ]
    append(value)
  }

  /// `add` of a number.
  package mutating func add(_ register: Register, _ value: Int32) { immediate(0, register, value) }

  /// `and` with a number, its sign extended.
  package mutating func and(_ register: Register, _ value: Int32) { immediate(4, register, value) }

  /// `xor` with a number, its sign extended.
  package mutating func exclusiveOr(_ register: Register, _ value: Int32) {
    immediate(6, register, value)
  }

  /// `shl`.
  package mutating func shiftUp(_ register: Register, by count: UInt8) {
    code += [
      0x48 | (register.rawValue >= 8 ? 1 : 0), 0xC1, 0xE0 | register.rawValue & 7, count,
    ]
  }

  /// `shr`.
  package mutating func shiftDown(_ register: Register, by count: UInt8) {
    code += [
      0x48 | (register.rawValue >= 8 ? 1 : 0), 0xC1, 0xE8 | register.rawValue & 7, count,
    ]
  }

  private mutating func jump(_ condition: UInt8, _ label: Label) {
    code += [0x0F, condition]
    jumps.append((code.count, label.index))
    append(0)
  }

  /// Jumps where the last comparison found the left side less.
  package mutating func jumpIfBelow(_ label: Label) { jump(0x82, label) }

  /// Jumps where the last comparison found the left side not less.
  package mutating func jumpIfNotBelow(_ label: Label) { jump(0x83, label) }

  /// Jumps where the last test found a bit.
  package mutating func jumpIfNotZero(_ label: Label) { jump(0x85, label) }

  /// Jumps where the last test found no bit.
  package mutating func jumpIfZero(_ label: Label) { jump(0x84, label) }

  /// Jumps.
  package mutating func jump(_ label: Label) {
    code.append(0xE9)
    jumps.append((code.count, label.index))
    append(0)
  }

  /// `ret`.
  package mutating func `return`() { code.append(0xC3) }

  /// Bytes that do nothing up to a multiple of 32.
  package mutating func align() {
    while code.count % 32 != 0 { code.append(0x90) }
  }
}
