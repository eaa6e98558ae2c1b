import ADCCalculus

/// For every node its slot in the loop that is being built; kept from loop to loop, since
/// clearing it for each would cost more than the loop.
struct LoopSlots {
  fileprivate var slot: [Int32]
  fileprivate var uses: [Int32]
  fileprivate var loop: [Int32]
  fileprivate var current: Int32 = 0

  init(count: Int) {
    slot = [Int32](repeating: -1, count: count)
    uses = [Int32](repeating: 0, count: count)
    loop = [Int32](repeating: -1, count: count)
  }
}

/// Builds the register program of one loop: first inputs and stores, then steps.
struct LoopBuilder {
  private(set) var kernel: LoopKernel
  private(set) var slots: LoopSlots
  private var freeRegisters: [Int32] = []
  private var firstRegister: Int32 = 0

  init(space: Shape, slots: consuming LoopSlots) {
    kernel = LoopKernel(space: space)
    self.slots = slots
    self.slots.current += 1
  }

  private mutating func meet(_ node: NodeID) {
    guard slots.loop[node.slot] != slots.current else { return }
    slots.loop[node.slot] = slots.current
    slots.slot[node.slot] = -1
    slots.uses[node.slot] = 0
  }

  func knows(_ node: NodeID) -> Bool { slots.loop[node.slot] == slots.current }

  /// Announces that a step will read a node of this loop.
  mutating func willUse(_ node: NodeID) {
    meet(node)
    slots.uses[node.slot] += 1
  }

  mutating func addInput(_ input: LoopKernel.Input, for node: NodeID) {
    meet(node)
    slots.slot[node.slot] = Int32(kernel.inputs.count)
    kernel.inputs.append(input)
  }

  mutating func addStore(_ buffer: Int, for node: NodeID) {
    meet(node)
    // Numbered after all inputs, whose number is not known yet.
    slots.slot[node.slot] = -2 - Int32(kernel.stores.count)
    kernel.stores.append(buffer)
  }

  mutating func startSteps() {
    firstRegister = Int32(kernel.inputs.count + kernel.stores.count)
  }

  private func place(_ node: NodeID) -> Int32 {
    let slot = slots.slot[node.slot]
    return slot <= -2 ? Int32(kernel.inputs.count) + (-2 - slot) : slot
  }

  private mutating func newRegister() -> Int32 {
    if let register = freeRegisters.popLast() { return register }
    kernel.registerCount += 1
    return firstRegister + Int32(kernel.registerCount - 1)
  }

  private mutating func use(_ node: NodeID) {
    guard slots.uses[node.slot] > 0 else { return }
    slots.uses[node.slot] -= 1
    release(node)
  }

  /// Frees the register of a node that no later step reads.
  mutating func release(_ node: NodeID) {
    let slot = slots.slot[node.slot]
    guard slot >= firstRegister, slots.uses[node.slot] == 0 else { return }
    freeRegisters.append(slot)
    slots.slot[node.slot] = -1
  }

  /// Adds the steps of an elementwise operator, from left to right where it has many operands.
  mutating func apply(_ op: OperatorID, _ node: NodeID, _ operands: [NodeID], tag: Int32) {
    meet(node)
    if operands.count > 2, !ExecutionTable.shared[op].takesThree {
      return applyInTurn(op, node, operands, tag: tag)
    }
    let first = place(operands[0])
    let second = operands.count > 1 ? place(operands[1]) : 0
    let third = operands.count > 2 ? place(operands[2]) : 0
    for operand in operands { use(operand) }
    let target = target(node)
    add(
      .apply(op, to: target, a: first, b: second, c: third), tag,
      Int32(truncatingIfNeeded: node.slot))
  }

  private mutating func applyInTurn(
    _ op: OperatorID, _ node: NodeID, _ operands: [NodeID], tag: Int32
  ) {
    var left = place(operands[0])
    let target = target(node)
    for right in operands.dropFirst() {
      add(.apply(op, to: target, a: left, b: place(right), c: 0), tag, -1)
      left = target
    }
    kernel.nodes[kernel.nodes.count - 1] = Int32(truncatingIfNeeded: node.slot)
    for operand in operands { use(operand) }
  }

  /// Where the value of a node goes.
  private mutating func target(_ node: NodeID) -> Int32 {
    let known = place(node)
    if known >= 0 { return known }
    let register = newRegister()
    slots.slot[node.slot] = register
    return register
  }

  mutating func reduce(_ node: NodeID, _ reduction: LoopKernel.Reduction, tag: Int32) {
    add(.reduce(place(node), index: Int32(kernel.reductions.count)), tag, -1)
    kernel.reductions.append(reduction)
    use(node)
  }

  private mutating func add(_ step: LoopKernel.Step, _ tag: Int32, _ node: Int32) {
    kernel.steps.append(step)
    kernel.tags.append(tag)
    kernel.nodes.append(node)
  }
}

extension Execution {
  /// Whether a kernel takes three operands at once.
  var takesThree: Bool {
    if case .elementwise(.ternary) = self { true } else { false }
  }
}
