import ADCCalculus

/// Makes the code of one segment: a function of the slots' addresses, a place to begin, the code's
/// own memory and a place to end, which returns the place up to which it came.
///
/// Places are lanes from where the slots lead to. The code begins at a chunk and comes to the end,
/// but for lanes with an exception, and for the last lanes that fill no pass of 256-bit vectors.
/// Vector registers are given out going forward; if none is free the value whose next use is
/// farthest goes to memory (L. A. Belady, 1966), for free if it came from there.
struct SegmentCompiler {
  var assembler = Assembler()
  let operations: [Recording.Operation]
  let schedule: SegmentSchedule
  let segment: LoopSegment
  var memory: CodeMemory
  let reductions: [ReductionPlaces]
  let vector: Assembler.Vector
  let leave: Assembler.Label
  /// Where code goes whose lanes have an exception.
  var exit: Assembler.Label
  /// Whether the code is for the last lanes, fewer than a pass.
  var isTail = false
  var pointers: [Int32: Assembler.Register] = [:]

  /// For every value and copy the items that still read it, the last one first.
  private var uses: [[Int32]] = []
  private var registers: [UInt8?] = []
  private var spills: [Int32?] = []
  private var holders: [Int?] = []
  private var locked: UInt32 = 0
  private var freeSpills: [Int32] = []
  private var endingSpills: [Int32] = []
  /// Comparisons in opmask registers, and the registers that are free.
  var masks: [Assembler.Mask?] = []
  var freeMasks: [Assembler.Mask] = []
  let isMaskAlone: [Bool]
  /// The bytes of a lane in slots.
  var laneBytes: Int { segment.precision.bytes }

  /// Where the partial sums or the lanes of a reduction go, and lanes that the code left out.
  struct ReductionPlaces {
    var result: CodeMemory.Place
    var rest: CodeMemory.Place
  }

  /// The mask of comparisons that are used at once, and those of the last lanes.
  static let scratchMask = Assembler.Mask(1)
  static let tailMasks = [Assembler.Mask(6), Assembler.Mask(7)]
  /// The mask of the last lanes of singles.
  static let singleTailMask = Assembler.Mask(5)

  static func compile(
    _ segment: LoopSegment, _ memory: inout CodeMemory, reductions: [ReductionPlaces],
    lanes: Int
  ) -> [UInt8] {
    var compiler = SegmentCompiler(segment, memory, reductions)
    compiler.assignPointers()
    compiler.emit(lanes: lanes)
    memory = compiler.memory
    return compiler.assembler.finished()
  }

  init(
    _ segment: LoopSegment, _ memory: CodeMemory, _ reductions: [ReductionPlaces]
  ) {
    operations = segment.recording.operations
    schedule = SegmentSchedule(
      segment, copies: memory.vector == .one ? 1 : SegmentSchedule.loopCopies)
    isMaskAlone = Self.masksAlone(operations, schedule.isLive)
    self.segment = segment
    self.memory = memory
    self.reductions = reductions
    vector = memory.vector
    leave = assembler.label()
    exit = leave
  }

  /// The lanes that one pass of the loop does.
  var pass: Int { schedule.copies * vector.bytes / 8 }

  /// The registers that hold sums all along: none where there are too many of them.
  var sumRegisters: Int {
    let count = segment.reduced.count { $0.form == .sums } * schedule.copies
    return vector == .eight && count <= 12 ? count : 0
  }

  /// The register of a copy of a sum, which is the reduction at a place.
  func sumRegister(_ reduction: Int, _ copy: Int) -> UInt8 {
    let before = segment.reduced[..<reduction].count { $0.form == .sums }
    return UInt8(generalRegisters - 1 - before * schedule.copies - copy)
  }

  /// Writes the operations for one pass.
  mutating func body(isTail: Bool) {
    self.isTail = isTail
    let count = operations.count * schedule.copies
    uses = [[Int32]](repeating: [], count: count)
    registers = [UInt8?](repeating: nil, count: count)
    spills = [Int32?](repeating: nil, count: count)
    masks = [Assembler.Mask?](repeating: nil, count: count)
    let lastMask: UInt8 = segment.precision == .single ? 4 : 5
    freeMasks = vector == .eight ? (2...lastMask).map { Assembler.Mask($0) } : []
    holders = [Int?](repeating: nil, count: generalRegisters - (isTail ? 0 : sumRegisters))
    for (index, item) in schedule.items.enumerated().reversed() {
      for value in reads(item) { uses[value].append(Int32(index)) }
    }
    for item in schedule.items {
      perform(item)
      locked = 0
      freeSpills += endingSpills
      endingSpills = []
    }
  }

  func instance(_ value: Int32, _ copy: Int) -> Int {
    // A number is the same for all copies.
    if case .number = operations[Int(value)] { return Int(value) * schedule.copies }
    return Int(value) * schedule.copies + copy
  }

  private func reads(_ item: SegmentSchedule.Item) -> [Int] {
    switch item {
    case .define(let value, let copy): operands(of: value, copy)
    case .store(let value, let copy, _), .keep(let value, let copy, _),
      .sum(let value, let copy, _), .check(let value, let copy):
      [instance(value, copy)]
    }
  }

  private func operands(of value: Int32, _ copy: Int) -> [Int] {
    switch operations[Int(value)] {
    case .widened(let a): return [instance(a, 0)]
    case .narrowed(let a): return (0..<schedule.copies).map { instance(a, $0) }
    case let operation: return operation.operands.map { instance($0, copy) }
    }
  }

  private mutating func perform(_ item: SegmentSchedule.Item) {
    switch item {
    case .define(let value, let copy): define(value, copy)
    case .store(let value, let copy, let slot):
      let register = inRegister(instance(value, copy))
      let address = slotAddress(slot, copy)
      if isTail {
        assembler.store(register, address, where: tailMask(copy, slotElement), slotElement)
      } else {
        assembler.store(register, address, vector, slotElement)
      }
      release(item)
    case .keep(let value, let copy, let reduction):
      let register = inRegister(instance(value, copy))
      assembler.store(
        register,
        memory.address(
          reductions[reduction].result, index: .rax, copy: copy,
          scale: segment.precision == .single ? .two : .one), vector)
      release(item)
    case .sum(let value, let copy, let reduction): sum(item, value, copy, reduction)
    case .check(let value, let copy):
      check(value, copy)
      release(item)
    }
  }

  private mutating func sum(
    _ item: SegmentSchedule.Item, _ value: Int32, _ copy: Int, _ reduction: Int
  ) {
    if isTail {
      let register = inRegister(instance(value, copy))
      assembler.store(
        register, memory.address(reductions[reduction].rest, index: nil, copy: copy), vector)
    } else if sumRegisters > 0 {
      let total = sumRegister(reduction, copy)
      assembler.binary(.add, total, total, source(instance(value, copy)), vector)
    } else {
      let register = inRegister(instance(value, copy))
      let address = memory.address(reductions[reduction].result, index: .r8, copy: copy)
      let total = freeRegister()
      assembler.binary(.add, total, register, .memory(address), vector)
      assembler.store(total, address, vector)
    }
    release(item)
  }

  private mutating func define(_ value: Int32, _ copy: Int) {
    let result = instance(value, copy)
    let item = SegmentSchedule.Item.define(value, copy: copy)
    let element = element(value)
    switch operations[Int(value)] {
    case .number: break
    case .widened(let a): widen(instance(a, 0), copy, to: result, after: item)
    case .narrowed(let a): narrow(a, to: result, after: item)
    case .operand(let slot):
      let address = slotAddress(slot, copy)
      load(take(result, after: item), address, slot: slot, copy)
    case .arithmetic(let operation, let a, let b):
      var (left, right) = (instance(a, copy), instance(b, copy))
      if let mask = masks[left] {
        return masked(operation, by: mask, source(right), to: result, after: item, element)
      }
      if operation.isCommutative, registers[left] == nil, registers[right] != nil {
        swap(&left, &right)
      }
      let first = inRegister(left)
      let second = operation.isLogic ? wholeSource(right) : source(right)
      assembler.binary(
        operation.instruction, take(result, after: item), first, second, vector, element)
    case .squareRoot(let a):
      let operand = wholeSource(instance(a, copy))
      assembler.squareRoot(take(result, after: item), operand, vector, element)
    case .rounded(let rounding, let a):
      let operand = wholeSource(instance(a, copy))
      assembler.round(rounding.mode, take(result, after: item), operand, vector, element)
    case .shiftedUp(let a):
      let operand = inRegister(instance(a, copy))
      assembler.shiftUp(take(result, after: item), operand, by: 52, vector)
    case .shiftedDown(let a):
      let operand = inRegister(instance(a, copy))
      assembler.shiftDown(take(result, after: item), operand, by: 52, vector)
    case .compare(let comparison, let a, let b):
      let first = inRegister(instance(a, copy))
      let second = source(instance(b, copy))
      compare(comparison.predicate, first, second, to: result, after: item, element)
    case .select(let mask, let yes, let no):
      let other = inRegister(instance(no, copy))
      let chosen = wholeSource(instance(yes, copy))
      select(instance(mask, copy), yes: chosen, no: other, to: result, after: item, element)
    }
  }

  private mutating func load(
    _ to: UInt8, _ address: Assembler.Address, slot: Int32, _ copy: Int
  ) {
    if isTail, !segment.fixed.contains(slot) {
      assembler.move(to, .memory(address), where: tailMask(copy, slotElement), slotElement)
    } else {
      assembler.move(to, .memory(address), vector, slotElement)
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
    if vector == .one { return cellAddress(segment.cells[Int(slot)]) }
    let isFixed = segment.fixed.contains(slot)
    let pointer: Assembler.Register
    if let known = pointers[slot] {
      pointer = known
    } else {
      // The place to begin is no longer needed.
      assembler.load(.rsi, Assembler.Address(base: .rdi, displacement: slot &* 8))
      pointer = .rsi
    }
    return Assembler.Address(
      base: pointer, index: isFixed ? nil : .rax,
      displacement: isFixed ? 0 : Int32(copy * vector.bytes))
  }

  /// The slot that a value is read from.
  private func slot(of value: Int) -> Int32? {
    let place = value / schedule.copies
    guard case .operand(let slot) = operations[place], !schedule.early.contains(Int32(place))
    else { return nil }
    return slot
  }

  /// The register of a value, which stays its own until the item ends.
  mutating func inRegister(_ value: Int) -> UInt8 {
    if let register = registers[value] {
      locked |= 1 &<< UInt32(register)
      return register
    }
    let register = freeRegister()
    if spills[value] == nil, let slot = slot(of: value) {
      load(
        register, slotAddress(slot, value % schedule.copies), slot: slot,
        value % schedule.copies)
    } else if let address = address(value) {
      assembler.move(register, .memory(address), vector)
    }
    hold(value, in: register)
    return register
  }

  /// A value from where it is cheapest to take.
  mutating func source(_ value: Int) -> Assembler.Source {
    if registers[value] != nil { return .register(inRegister(value)) }
    let isNumber =
      if case .number = operations[value / schedule.copies] { true } else { false }
    if !isNumber, uses[value].count > 1, holders.contains(nil) {
      return .register(inRegister(value))
    }
    // Lanes past the end are not there to be read.
    let isPartial = isTail && spills[value] == nil && slot(of: value) != nil
    guard !isPartial, let address = address(value) else { return .register(inRegister(value)) }
    return .memory(address)
  }

  /// A value for an instruction that reads more than the one double that a slot has.
  private mutating func wholeSource(_ value: Int) -> Assembler.Source {
    if vector == .one, case .number = operations[value] { return source(value) }
    return vector == .one ? .register(inRegister(value)) : source(value)
  }

  private mutating func hold(_ value: Int, in register: UInt8) {
    registers[value] = register
    holders[Int(register)] = value
    locked |= 1 &<< UInt32(register)
  }

  /// A register for the result of an item, whose operands may end with it.
  mutating func take(_ result: Int, after item: SegmentSchedule.Item) -> UInt8 {
    release(item)
    let register = freeRegister()
    hold(result, in: register)
    return register
  }

  /// Ends this use of the operands, and those that have no other.
  mutating func release(_ item: SegmentSchedule.Item) {
    for value in reads(item) {
      uses[value].removeLast()
      guard uses[value].isEmpty else { continue }
      if let register = registers[value] {
        holders[Int(register)] = nil
        locked &= ~(1 &<< UInt32(register))
        registers[value] = nil
      }
      if let mask = masks[value] {
        freeMasks.append(mask)
        masks[value] = nil
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
      assembler.store(register, memory.spillAddress(spill), vector)
    }
    registers[value] = nil
    holders[Int(register)] = nil
  }
}
