import ADCCalculus

/// Finds steps of one operand whose kernels share work, and lets the earlier one do both.
///
/// The later one's result goes to a new register, since its own may hold something else until
/// then; what reads it afterwards is told so.
struct StepPairing {
  private(set) var steps: [BoundLoop.Step] = []
  private(set) var newRegisters = 0
  /// How many new registers there may be.
  var limit = 0
  private let firstRegister: Int32
  private let slotCount: Int
  /// For a slot the steps that read it, while it keeps its value.
  private var readers: [Int32: [Int]] = [:]
  /// Where the value of a slot is instead.
  private var moved: [Int32: Int32] = [:]

  init(firstRegister: Int32, slotCount: Int) {
    self.firstRegister = firstRegister
    self.slotCount = slotCount
  }

  private func place(_ slot: Int32) -> Int32 { moved[slot] ?? slot }

  mutating func add(_ step: BoundLoop.Step) {
    switch step {
    case .unary(let kernel, let a, let to): addUnary(kernel, place(a), to)
    case .binary(let kernel, let a, let b, let to):
      let new = BoundLoop.Step.binary(kernel, place(a), place(b), to: to)
      write(to)
      steps.append(new)
    case .ternary(let kernel, let a, let b, let c, let to):
      let new = BoundLoop.Step.ternary(kernel, place(a), place(b), place(c), to: to)
      write(to)
      steps.append(new)
    case .reduce(let slot, let index): steps.append(.reduce(place(slot), index: index))
    case .pair: steps.append(step)
    }
  }

  private mutating func write(_ slot: Int32) {
    readers[slot] = nil
    moved[slot] = nil
  }

  private mutating func addUnary(_ kernel: any UnaryKernel.Type, _ a: Int32, _ to: Int32) {
    for index in readers[a] ?? [] where newRegisters < limit {
      guard case .unary(let first, _, let target) = steps[index],
        let pair = first.together(with: kernel)
      else { continue }
      var second = to
      if to >= firstRegister {
        second = Int32(slotCount + newRegisters)
        newRegisters += 1
      }
      steps[index] = .pair(pair, a, to: target, and: second)
      write(to)
      if second != to { moved[to] = second }
      return
    }
    write(to)
    steps.append(.unary(kernel, a, to: to))
    if to != a { readers[a, default: []].append(steps.count - 1) }
  }
}
