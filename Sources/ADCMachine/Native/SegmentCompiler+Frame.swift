import ADCCalculus

/// What is around the operations of a segment: entry, chunks, passes, the last lanes, exit.
///
/// `rax` is the place in bytes, `rcx` where whole passes end, `r9` where the chunk does, `r10`
/// where all ends; `r8` leads to the chunk's sums, `rdi` to the slots' addresses, `rdx` to the
/// memory.
extension SegmentCompiler {
  private static let slotRegisters: [Assembler.Register] = [
    .r11, .rbx, .rbp, .r12, .r13, .r14, .r15,
  ]
  private static let saved: Set<Assembler.Register> = [.rbx, .rbp, .r12, .r13, .r14, .r15]

  /// The registers for the addresses that are used most.
  mutating func assignPointers() {
    var counts: [Int32: Int] = [:]
    for (place, operation) in operations.enumerated() where schedule.isLive[place] {
      for operand in operation.operands {
        if case .operand(let slot) = operations[Int(operand)] { counts[slot, default: 0] += 1 }
      }
    }
    for item in schedule.items {
      switch item {
      case .store(let value, _, let slot):
        counts[slot, default: 0] += 1
        if case .operand(let source) = operations[Int(value)] { counts[source, default: 0] += 1 }
      case .keep(let value, _, _), .sum(let value, _, _), .check(let value, _):
        if case .operand(let source) = operations[Int(value)] { counts[source, default: 0] += 1 }
      case .define: break
      }
    }
    let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (entry, register) in zip(order, Self.slotRegisters) { pointers[entry.key] = register }
  }

  /// - Parameter lanes: of the loop, so that code for passes or last lanes is made if there are
  ///   any.
  mutating func emit(lanes: Int) {
    let saved = pointers.values.filter(Self.saved.contains).sorted { $0.rawValue < $1.rawValue }
    for register in saved { assembler.push(register) }
    for (slot, register) in pointers.sorted(by: { $0.key < $1.key }) {
      assembler.load(register, Assembler.Address(base: .rdi, displacement: slot &* 8))
    }
    assembler.copy(.rax, .rsi)
    assembler.shiftUp(.rax, by: laneShift)
    assembler.copy(.r10, .rcx)
    assembler.shiftUp(.r10, by: laneShift)
    let (tail, done) = (assembler.label(), assembler.label())
    if lanes >= pass { passes(tail) }
    assembler.place(leave)
    if lanes >= pass {
      storeSums()
      assembler.jump(done)
    }
    assembler.place(tail)
    if vector == .eight, lanes % pass != 0 { lastLanes(done) }
    assembler.place(done)
    assembler.shiftDown(.rax, by: laneShift)
    assembler.zeroUpper()
    for register in saved.reversed() { assembler.pop(register) }
    assembler.return()
  }

  private mutating func passes(_ tail: Assembler.Label) {
    let (chunk, within, start) = (assembler.label(), assembler.label(), assembler.label())
    assembler.and(.rcx, -Int32(pass))
    assembler.shiftUp(.rcx, by: laneShift)
    assembler.clear(.r8)
    assembler.place(chunk)
    assembler.compare(.rax, .rcx)
    assembler.jumpIfNotBelow(tail)
    assembler.loadAddress(
      .r9, Assembler.Address(base: .rax, displacement: Int32(BoundLoop.chunk * laneBytes)))
    assembler.compare(.r9, .rcx)
    assembler.jumpIfBelow(within)
    assembler.copy(.r9, .rcx)
    assembler.place(within)
    clearSums()
    assembler.align()
    assembler.place(start)
    body(isTail: false)
    // Sums alternate between two groups of eight lanes.
    if vector == .four, hasSums { assembler.exclusiveOr(.r8, 64) }
    assembler.add(.rax, Int32(pass * laneBytes))
    assembler.compare(.rax, .r9)
    assembler.jumpIfBelow(start)
    storeSums()
    assembler.add(.r8, CodeMemory.bytesOfSums)
    assembler.jump(chunk)
  }

  /// How far a count of lanes is shifted to be one of bytes.
  private var laneShift: UInt8 { segment.precision == .single ? 2 : 3 }

  private var hasSums: Bool { segment.reduced.contains { $0.form == .sums } }

  private mutating func clearSums() {
    guard hasSums else { return }
    if sumRegisters > 0 {
      for place in 0..<sumRegisters {
        let register = UInt8(generalRegisters - 1 - place)
        assembler.binary(.exclusiveOr, register, register, .register(register), vector)
      }
      return
    }
    assembler.binary(.exclusiveOr, 0, 0, .register(0), vector)
    for (place, reduced) in segment.reduced.enumerated() where reduced.form == .sums {
      for copy in 0..<Int(CodeMemory.bytesOfSums) / vector.bytes {
        let address = memory.address(reductions[place].result, index: .r8, copy: copy)
        assembler.store(0, address, vector)
      }
    }
  }

  private mutating func storeSums() {
    guard sumRegisters > 0 else { return }
    for (place, reduced) in segment.reduced.enumerated() where reduced.form == .sums {
      for copy in 0..<schedule.copies {
        let address = memory.address(reductions[place].result, index: .r8, copy: copy)
        assembler.store(sumRegister(place, copy), address, vector)
      }
    }
  }

  /// The lanes after the last pass, those past the end left out by masks.
  private mutating func lastLanes(_ done: Assembler.Label) {
    assembler.copy(.rcx, .r10)
    assembler.subtract(.rcx, .rax)
    assembler.shiftDown(.rcx, by: laneShift)
    assembler.test(.rcx)
    assembler.jumpIfZero(done)
    assembler.clear(.rsi)
    assembler.add(.rsi, 1)
    assembler.shiftUpByCount(.rsi)
    assembler.add(.rsi, -1)
    if segment.precision == .single { assembler.set(Self.singleTailMask, .rsi) }
    assembler.set(Self.tailMasks[0], .rsi)
    assembler.shiftDown(.rsi, by: 8)
    assembler.set(Self.tailMasks[1], .rsi)
    exit = done
    body(isTail: true)
    assembler.copy(.rax, .r10)
  }
}
