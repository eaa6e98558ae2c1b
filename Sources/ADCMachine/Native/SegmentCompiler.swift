import ADCCalculus

/// Makes the code of one segment: a function of the slots' addresses, a number of lanes and the
/// code's own memory, which returns how many lanes it has done, a multiple of eight.
///
/// Vector registers are given out going forward; if none is free the value whose next use is
/// farthest goes to memory (L. A. Belady, 1966), for free if it came from there.
struct SegmentCompiler {
  private var assembler = Assembler()
  private let width: Assembler.Width
  private let operations: [Recording.Operation]
  private let schedule: SegmentSchedule
  private var memory: CodeMemory
  private let reductions: [CodeMemory.Place]
  private let leave: Assembler.Label
  private var pointers: [Int32: Assembler.Register] = [:]

  /// For every value and copy the items that still read it, the last one first.
  private var uses: [[Int32]]
  private var registers: [UInt8?]
  private var spills: [Int32?]
  private var holders: [Int?]
  private var locked: UInt32 = 0
  private var freeSpills: [Int32] = []
  private var endingSpills: [Int32] = []

  private var form: Assembler.Form { Assembler.Form(width, .double) }

  private static let slotRegisters: [Assembler.Register] = [
    .r9, .r10, .r11, .rbx, .rbp, .r12, .r13, .r14, .r15,
  ]
  private static let saved: Set<Assembler.Register> = [.rbx, .rbp, .r12, .r13, .r14, .r15]

  /// - Parameter reductions: where the lanes or sums of each reduction go.
  static func compile(
    _ segment: LoopSegment, _ memory: inout CodeMemory, reductions: [CodeMemory.Place],
    width: Assembler.Width
  ) -> [UInt8] {
    var compiler = SegmentCompiler(segment, memory, reductions, width)
    compiler.emit(hasSums: segment.reduced.contains { $0.form == .sums })
    memory = compiler.memory
    return compiler.assembler.finished()
  }

  private init(
    _ segment: LoopSegment, _ memory: CodeMemory, _ reductions: [CodeMemory.Place],
    _ width: Assembler.Width
  ) {
    self.width = width
    holders = [Int?](repeating: nil, count: width.registerCount)
    operations = segment.recording.operations
    // Eight lanes in one pass, so that one vector's arithmetic fills the other's waits.
    schedule = SegmentSchedule(segment, copies: 64 / width.rawValue)
    self.memory = memory
    self.reductions = reductions
    leave = assembler.label()
    let count = operations.count * schedule.copies
    uses = [[Int32]](repeating: [], count: count)
    registers = [UInt8?](repeating: nil, count: count)
    spills = [Int32?](repeating: nil, count: count)
    for (index, item) in schedule.items.enumerated().reversed() {
      for value in reads(item) { uses[value].append(Int32(index)) }
    }
    assignPointers()
  }

  /// The registers for the addresses that are used most.
  private mutating func assignPointers() {
    var counts: [Int32: Int] = [:]
    for (place, operation) in operations.enumerated() where schedule.isLive[place] {
      if case .operand(let slot) = operation {
        counts[slot, default: 0] += uses[place * schedule.copies].count
      }
    }
    for item in schedule.items {
      if case .store(_, _, let slot) = item { counts[slot, default: 0] += 1 }
    }
    let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    for (entry, register) in zip(order, Self.slotRegisters) { pointers[entry.key] = register }
  }

  private mutating func emit(hasSums: Bool) {
    let saved = pointers.values.filter(Self.saved.contains).sorted { $0.rawValue < $1.rawValue }
    for register in saved { assembler.push(register) }
    for (slot, register) in pointers.sorted(by: { $0.key < $1.key }) {
      assembler.load(register, Assembler.Address(base: .rdi, displacement: slot &* 8))
    }
    assembler.copy(.rcx, .rsi)
    assembler.and(.rcx, -8)
    assembler.shiftUp(.rcx, by: 3)
    assembler.clear(.rax)
    assembler.clear(.r8)
    assembler.compare(.rax, .rcx)
    assembler.jumpIfNotBelow(leave)
    assembler.align()
    let start = assembler.label()
    assembler.place(start)
    for item in schedule.items {
      perform(item)
      locked = 0
      freeSpills += endingSpills
      endingSpills = []
    }
    // Sums alternate between two groups of eight lanes.
    if hasSums { assembler.exclusiveOr(.r8, 64) }
    assembler.add(.rax, 64)
    assembler.compare(.rax, .rcx)
    assembler.jumpIfBelow(start)
    assembler.place(leave)
    assembler.shiftDown(.rax, by: 3)
    assembler.zeroUpper()
    for register in saved.reversed() { assembler.pop(register) }
    assembler.return()
  }

  private func instance(_ value: Int32, _ copy: Int) -> Int {
    // A number is the same for all copies.
    if case .number = operations[Int(value)] { return Int(value) * schedule.copies }
    return Int(value) * schedule.copies + copy
  }

  private func reads(_ item: SegmentSchedule.Item) -> [Int] {
    switch item {
    case .define(let value, let copy): operations[Int(value)].operands.map { instance($0, copy) }
    case .store(let value, let copy, _), .keep(let value, let copy, _),
      .sum(let value, let copy, _), .check(let value, let copy):
      [instance(value, copy)]
    }
  }

  private mutating func perform(_ item: SegmentSchedule.Item) {
    switch item {
    case .define(let value, let copy): define(value, copy)
    case .store(let value, let copy, let slot):
      let register = inRegister(instance(value, copy))
      let address = slotAddress(slot, copy)
      assembler.store(register, address, form)
      release(item)
    case .keep(let value, let copy, let reduction):
      let register = inRegister(instance(value, copy))
      assembler.store(
        register, memory.address(reductions[reduction], index: .rax, copy: copy), form)
      release(item)
    case .sum(let value, let copy, let reduction):
      let register = inRegister(instance(value, copy))
      let address = memory.address(reductions[reduction], index: .r8, copy: copy)
      let total = freeRegister()
      assembler.binary(.add, total, register, .memory(address), width)
      assembler.store(total, address, form)
      release(item)
    case .check(let value, let copy):
      let mask = inRegister(instance(value, copy))
      assembler.test(mask, width)
      assembler.jumpIfNotZero(leave)
      release(item)
    }
  }

  private mutating func define(_ value: Int32, _ copy: Int) {
    let result = instance(value, copy)
    let item = SegmentSchedule.Item.define(value, copy: copy)
    switch operations[Int(value)] {
    case .number: break
    case .operand(let slot):
      let address = slotAddress(slot, copy)
      assembler.move(take(result, after: item), .memory(address), form)
    case .arithmetic(let operation, let a, let b):
      var (left, right) = (instance(a, copy), instance(b, copy))
      if operation.isCommutative, registers[left] == nil, registers[right] != nil {
        swap(&left, &right)
      }
      let first = inRegister(left)
      let second = source(right)
      assembler.binary(operation.instruction, take(result, after: item), first, second, width)
    case .squareRoot(let a):
      let operand = source(instance(a, copy))
      assembler.squareRoot(take(result, after: item), operand, width)
    case .rounded(let rounding, let a):
      let operand = source(instance(a, copy))
      assembler.round(rounding.mode, take(result, after: item), operand, width)
    case .shiftedUp(let a):
      let operand = inRegister(instance(a, copy))
      assembler.shiftUp(take(result, after: item), operand, by: 52, width)
    case .shiftedDown(let a):
      let operand = inRegister(instance(a, copy))
      assembler.shiftDown(take(result, after: item), operand, by: 52, width)
    case .compare(let comparison, let a, let b):
      let first = inRegister(instance(a, copy))
      let second = source(instance(b, copy))
      assembler.compare(comparison.predicate, take(result, after: item), first, second, width)
    case .select(let mask, let yes, let no):
      let test = inRegister(instance(mask, copy))
      let other = inRegister(instance(no, copy))
      let chosen = source(instance(yes, copy))
      assembler.blend(take(result, after: item), no: other, yes: chosen, mask: test, width)
    }
  }

  /// Where a value lies in memory; nil where it does not.
  private mutating func address(_ value: Int) -> Assembler.Address? {
    if let spill = spills[value] { return memory.spillAddress(spill) }
    let place = value / schedule.copies
    switch operations[place] {
    case .number(let bits): return memory.constantAddress(bits)
    case .operand(let slot) where !schedule.early.contains(Int32(place)):
      return slotAddress(slot, value % schedule.copies)
    default: return nil
    }
  }

  private func isInMemory(_ value: Int) -> Bool {
    let place = value / schedule.copies
    if spills[value] != nil { return true }
    return operations[place].isLeaf && !schedule.early.contains(Int32(place))
  }

  private mutating func slotAddress(_ slot: Int32, _ copy: Int) -> Assembler.Address {
    let displacement = Int32(copy * 32)
    if let pointer = pointers[slot] {
      return Assembler.Address(base: pointer, index: .rax, displacement: displacement)
    }
    // The number of lanes is no longer needed.
    assembler.load(.rsi, Assembler.Address(base: .rdi, displacement: slot &* 8))
    return Assembler.Address(base: .rsi, index: .rax, displacement: displacement)
  }

  /// The register of a value, which stays its own until the item ends.
  private mutating func inRegister(_ value: Int) -> UInt8 {
    if let register = registers[value] {
      locked |= 1 &<< UInt32(register)
      return register
    }
    let register = freeRegister()
    if let address = address(value) { assembler.move(register, .memory(address), form) }
    hold(value, in: register)
    return register
  }

  /// A value from where it is cheapest to take.
  private mutating func source(_ value: Int) -> Assembler.Source {
    if registers[value] != nil { return .register(inRegister(value)) }
    let isNumber =
      if case .number = operations[value / schedule.copies] { true } else { false }
    if !isNumber, uses[value].count > 1, holders.contains(nil) {
      return .register(inRegister(value))
    }
    guard let address = address(value) else { return .register(inRegister(value)) }
    return .memory(address)
  }

  private mutating func hold(_ value: Int, in register: UInt8) {
    registers[value] = register
    holders[Int(register)] = value
    locked |= 1 &<< UInt32(register)
  }

  /// A register for the result of an item, whose operands may end with it.
  private mutating func take(_ result: Int, after item: SegmentSchedule.Item) -> UInt8 {
    release(item)
    let register = freeRegister()
    hold(result, in: register)
    return register
  }

  /// Ends this use of the operands, and those that have no other.
  private mutating func release(_ item: SegmentSchedule.Item) {
    for value in reads(item) {
      uses[value].removeLast()
      guard uses[value].isEmpty else { continue }
      if let register = registers[value] {
        holders[Int(register)] = nil
        locked &= ~(1 &<< UInt32(register))
        registers[value] = nil
      }
      if let spill = spills[value] {
        // Its memory may still be an operand of this item.
        endingSpills.append(spill)
        spills[value] = nil
      }
    }
  }

  private mutating func freeRegister() -> UInt8 {
    if let free = holders.firstIndex(where: { $0 == nil }) {
      locked |= 1 &<< UInt32(free)
      return UInt8(free)
    }
    var (best, farthest): (Int, Int32) = (0, -1)
    for (register, holder) in holders.enumerated() where locked & (1 &<< UInt32(register)) == 0 {
      guard let holder, let next = uses[holder].last else { continue }
      // What is in memory anyway costs nothing to give up.
      let distance = isInMemory(holder) ? next &+ 8 : next
      if distance > farthest { (best, farthest) = (register, distance) }
    }
    if let holder = holders[best] { evict(holder, from: UInt8(best)) }
    locked |= 1 &<< UInt32(best)
    return UInt8(best)
  }

  private mutating func evict(_ value: Int, from register: UInt8) {
    if !isInMemory(value) {
      let spill = freeSpills.popLast() ?? memory.newSpill()
      spills[value] = spill
      assembler.store(register, memory.spillAddress(spill), form)
    }
    registers[value] = nil
    holders[Int(register)] = nil
  }
}

extension Recording.Arithmetic {
  fileprivate var instruction: Assembler.Binary {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .minimum: .minimum
    case .maximum: .maximum
    case .and: .and
    case .or: .or
    case .exclusiveOr: .exclusiveOr
    case .andNot: .andNot
    }
  }

  fileprivate var isCommutative: Bool {
    switch self {
    case .add, .multiply, .and, .or, .exclusiveOr: true
    case .subtract, .divide, .minimum, .maximum, .andNot: false
    }
  }
}

extension Recording.Comparison {
  fileprivate var predicate: Assembler.Predicate {
    switch self {
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .equal: .equal
    case .unordered: .unordered
    case .notLess: .notLess
    case .notLessOrEqual: .notLessOrEqual
    case .notEqual: .notEqual
    case .ordered: .ordered
    }
  }
}

extension Recording.Rounding {
  fileprivate var mode: Assembler.Rounding {
    switch self {
    case .toEven: .toEven
    case .down: .down
    case .up: .up
    }
  }
}
