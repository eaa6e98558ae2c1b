import ADCCalculus

/// Comparisons, what they choose, and exceptions.
///
/// With 512 bits a comparison of which only the lanes matter stays in an opmask register, as long
/// as there is one; else its lanes have all bits or none, as with fewer bits.
extension SegmentCompiler {
  mutating func check(_ value: Int32, _ copy: Int) {
    if vector != .eight {
      let mask = inRegister(instance(value, copy))
      if vector == .one { assembler.testOne(mask) } else { assembler.test(mask) }
      return assembler.jumpIfNotZero(exit)
    }
    let tail = isTail ? tailMask(copy, element(value)) : nil
    if let mask = masks[instance(value, copy)] {
      if let tail { assembler.and(Self.scratchMask, mask, tail) }
      assembler.test(tail == nil ? mask : Self.scratchMask)
    } else {
      assembler.findBits(
        Self.scratchMask, inRegister(instance(value, copy)), where: tail, element(value))
      assembler.test(Self.scratchMask)
    }
    assembler.jumpIfNotZero(exit)
  }

  /// An `and`, or an `and not`, of a comparison in an opmask register and a value.
  mutating func masked(
    _ operation: Recording.Arithmetic, by mask: Assembler.Mask, _ source: Assembler.Source,
    to result: Int, after item: SegmentSchedule.Item, _ element: Assembler.Element
  ) {
    let register = take(result, after: item)
    if operation == .and {
      assembler.move(register, source, where: mask, element)
    } else {
      assembler.not(Self.scratchMask, mask)
      assembler.move(register, source, where: Self.scratchMask, element)
    }
  }

  mutating func compare(
    _ predicate: Assembler.Predicate, _ left: UInt8, _ right: Assembler.Source, to result: Int,
    after item: SegmentSchedule.Item, _ element: Assembler.Element
  ) {
    if vector == .one {
      return assembler.compareOne(predicate, take(result, after: item), left, right, element)
    }
    if vector == .four {
      return assembler.compare(predicate, take(result, after: item), left, right, element)
    }
    if isMaskAlone[result / schedule.copies], let mask = freeMasks.popLast() {
      assembler.compare(predicate, mask, left, right, element)
      masks[result] = mask
      release(item)
    } else {
      assembler.compare(predicate, Self.scratchMask, left, right, element)
      assembler.fill(take(result, after: item), where: Self.scratchMask, element)
    }
  }

  mutating func select(
    _ mask: Int, yes: Assembler.Source, no: UInt8, to result: Int,
    after item: SegmentSchedule.Item, _ element: Assembler.Element
  ) {
    if let mask = masks[mask] {
      assembler.blend(take(result, after: item), no: no, yes: yes, mask: mask, element)
    } else if vector == .eight {
      assembler.findBits(Self.scratchMask, inRegister(mask), element)
      assembler.blend(
        take(result, after: item), no: no, yes: yes, mask: Self.scratchMask, element)
    } else {
      let test = inRegister(mask)
      let register = take(result, after: item)
      if vector == .one {
        assembler.blendOne(register, no: no, yes: yes, mask: test, element)
      } else {
        assembler.blend(register, no: no, yes: yes, mask: test, element)
      }
    }
  }

  /// Comparisons of which only the lanes are chosen by, or asked for.
  static func masksAlone(
    _ operations: [Recording.Operation], _ isLive: [Bool]
  ) -> [Bool] {
    func isComparison(_ place: Int32) -> Bool {
      if case .compare = operations[Int(place)] { true } else { false }
    }
    var result = operations.indices.map { isComparison(Int32($0)) }
    for place in operations.indices where isLive[place] {
      switch operations[place] {
      case .select(_, let yes, let no):
        result[Int(yes)] = false
        result[Int(no)] = false
      case .arithmetic(.and, let a, let b), .arithmetic(.andNot, let a, let b):
        if isComparison(b) { result[Int(a)] = false }
        result[Int(b)] = false
      default:
        for operand in operations[place].operands { result[Int(operand)] = false }
      }
    }
    return result
  }
}
