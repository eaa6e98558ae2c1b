import ADCPlatform

/// What this machine can do at most, measured when it is asked for.
package struct ProcessorLimits: Sendable {
  /// Operations on doubles in a second, by one thread: products that are added (two each) in
  /// registers, as wide as the processor has them.
  package var operations: Double
  /// Bytes read from memory in a second, by one thread that goes through more than caches hold.
  package var bytes: Double

  private typealias Code =
    @convention(c) (
      UnsafePointer<Double>, Int
    ) -> Void

  /// Registers that are added to, enough to hide the wait for each.
  private static let sums: UInt8 = 12
  /// Doubles that are read: 128 MB.
  private static let count = 1 << 24
  private static let repeats = 5

  /// Takes some 100 milliseconds; nil where there is no native code.
  package static func measure() -> ProcessorLimits? {
    guard let vector = ProcessorFeatures.widestVector, ProcessorFeatures.hasFusedMultiplyAdd,
      let page = ExecutablePage(code(vector, reads: false)),
      let reading = ExecutablePage(code(vector, reads: true)),
      let memory = Pages.allocate(count)
    else { return nil }
    defer { Pages.deallocate(memory) }
    let passes = 1 << 20
    let operations = Double(passes * 2 * Int(sums) * vector.rawValue)
    let compute = unsafeBitCast(page.start, to: Code.self)
    let read = unsafeBitCast(reading.start, to: Code.self)
    return withExtendedLifetime((page, reading)) {
      ProcessorLimits(
        operations: operations / best { compute(memory, passes) },
        bytes: Double(count * 8)
          / best { read(memory, count / (Int(sums) * vector.rawValue)) })
    }
  }

  private static func best(_ work: () -> Void) -> Double {
    (0..<repeats).reduce(Double.infinity) { best, _ in
      let start = MonotonicClock.seconds()
      work()
      return min(best, MonotonicClock.seconds() - start)
    }
  }

  /// A function of an address and a number of passes.
  private static func code(_ vector: Assembler.Vector, reads: Bool) -> [UInt8] {
    var assembler = Assembler()
    let form = Assembler.Form(vector == .eight ? .bytes64 : .bytes32, .double)
    for sum in 0..<sums { assembler.clear(sum, form) }
    assembler.clear(14, form)
    let start = assembler.label()
    assembler.align()
    assembler.place(start)
    for sum in 0..<sums {
      if reads {
        let address = Assembler.Address(base: .rdi, displacement: Int32(sum) * Int32(vector.bytes))
        assembler.add(sum, sum, .memory(address), form)
      } else {
        assembler.multiplyAdd(sum, 14, .register(14), form)
      }
    }
    if reads { assembler.add(.rdi, Int32(sums) * Int32(vector.bytes)) }
    assembler.add(.rsi, -1)
    assembler.jumpIfNotZero(start)
    assembler.zeroUpper()
    assembler.return()
    return assembler.finished()
  }
}
