import ADCCalculus

/// Singles as doubles, and doubles as singles: a vector of singles has the lanes of two of doubles.
extension SegmentCompiler {
  /// The vector registers but one that halves of singles go through.
  var generalRegisters: Int {
    segment.precision == .single ? vector.registerCount - 1 : vector.registerCount
  }

  /// What an operation's result is made of.
  func element(_ value: Int32) -> Assembler.Element {
    schedule.areSingles[Int(value)] ? .single : .double
  }

  /// What the numbers in slots are.
  var slotElement: Assembler.Element { segment.precision == .single ? .single : .double }

  /// The mask of the last lanes of a copy.
  func tailMask(_ copy: Int, _ element: Assembler.Element) -> Assembler.Mask {
    element == .single ? Self.singleTailMask : Self.tailMasks[copy]
  }

  private var spare: UInt8 { UInt8(generalRegisters) }

  /// The doubles of one half of a vector of singles.
  mutating func widen(
    _ single: Int, _ copy: Int, to result: Int, after item: SegmentSchedule.Item
  ) {
    switch source(single) {
    case .memory(let address):
      var half = address
      half.displacement += Int32(copy * vector.bytes / 2)
      assembler.widen(take(result, after: item), .memory(half), vector)
    case .register(let whole):
      let register = take(result, after: item)
      if copy == 0 { return assembler.widen(register, .register(whole), vector) }
      assembler.upperHalf(register, whole, vector)
      assembler.widen(register, .register(register), vector)
    }
  }

  /// The singles of all copies of doubles.
  mutating func narrow(_ double: Int32, to result: Int, after item: SegmentSchedule.Item) {
    if vector == .one {
      let operand = source(instance(double, 0))
      return assembler.narrow(take(result, after: item), operand, vector)
    }
    assembler.narrow(spare, source(instance(double, 1)), vector)
    let low = source(instance(double, 0))
    let register = take(result, after: item)
    assembler.narrow(register, low, vector)
    assembler.join(register, low: register, high: spare, vector)
  }
}
