import ADCCalculus

/// A place for one number: an element from the address of a root on.
struct ScalarCell: Hashable {
  var root: Int
  var offset: Int
}

/// Segments that are no loops: one pass over numbers at places of their own.
extension SegmentCompiler {
  private static let rootRegisters: [Assembler.Register] = [
    .r8, .r9, .r10, .r11, .rcx, .rbx, .rbp, .r12, .r13, .r14, .r15,
  ]
  private static let saved: Set<Assembler.Register> = [.rbx, .rbp, .r12, .r13, .r14, .r15]

  /// The code of a function of the roots' addresses that returns 1, or 0 where it has done nothing
  /// for an exception.
  static func compile(scalars segment: LoopSegment, _ memory: inout CodeMemory) -> [UInt8] {
    var compiler = SegmentCompiler(segment, memory, [])
    compiler.emitScalars()
    memory = compiler.memory
    return compiler.assembler.finished()
  }

  private mutating func emitScalars() {
    var counts: [Int: Int] = [:]
    for (place, operation) in operations.enumerated() where schedule.isLive[place] {
      if case .operand(let slot) = operation {
        counts[segment.cells[Int(slot)].root, default: 0] += 1
      }
    }
    for store in segment.stores { counts[segment.cells[Int(store.slot)].root, default: 0] += 1 }
    let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (entry, register) in zip(order, Self.rootRegisters) {
      pointers[Int32(entry.key)] = register
    }
    let saved = pointers.values.filter(Self.saved.contains).sorted { $0.rawValue < $1.rawValue }
    for register in saved { assembler.push(register) }
    for (root, register) in pointers.sorted(by: { $0.key < $1.key }) {
      assembler.load(register, Assembler.Address(base: .rdi, displacement: root &* 8))
    }
    assembler.clear(.rax)
    body(isTail: false)
    assembler.add(.rax, 1)
    assembler.place(leave)
    for register in saved.reversed() { assembler.pop(register) }
    assembler.return()
  }

  mutating func cellAddress(_ cell: ScalarCell) -> Assembler.Address {
    let pointer: Assembler.Register
    if let known = pointers[Int32(cell.root)] {
      pointer = known
    } else {
      assembler.load(.rsi, Assembler.Address(base: .rdi, displacement: Int32(cell.root &* 8)))
      pointer = .rsi
    }
    return Assembler.Address(base: pointer, displacement: Int32(cell.offset &* laneBytes))
  }
}
