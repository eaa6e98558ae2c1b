import ADCCalculus

/// A loop of one chunk that is native code from end to end and whose reductions are sums to one
/// number: what is left to do around the code for so few lanes. The bits are those of
/// `BoundLoop.run`.
struct ShortLoop {
  private let code: NativeCode.Entry
  private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>
  private let memory: UnsafeMutableRawPointer
  private let count: Int
  /// The lanes of whole passes.
  private let passed: Int
  private let moving: UnsafeMutableBufferPointer<BoundLoop.Start>
  private let fills: UnsafeMutableBufferPointer<BoundLoop.Fill>
  private let accumulators: UnsafeMutableBufferPointer<Accumulator>
  private let sums: UnsafeMutableBufferPointer<NativeCode.Reduced>

  /// Nil where the loop is another one, or has no code yet.
  init?(_ loop: BoundLoop) {
    guard loop.count <= BoundLoop.chunk, let native = loop.nativeCode.code?.code,
      native.takesBlocks, loop.isDivisible, let memory = loop.workers[0].codeMemory,
      native.parts.count == 1, case .segment(let code, _, let sums) = native.parts[0],
      sums.count == loop.accumulators.count
    else { return nil }
    (self.code, self.memory, count) = (code, memory, loop.count)
    addresses = loop.workers[0].addresses
    passed = loop.count & -native.pass
    (moving, fills) = (loop.moving, loop.fills)
    (accumulators, self.sums) = (loop.accumulators, sums)
  }

  /// False where the code left lanes to the interpreter, and nothing is to be taken from the run.
  @inline(__always)
  func run<Number: MachineNumber>(
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) -> Bool {
    let slots = addresses.numbers(Number.self)
    for start in moving { slots[start.slot] = bases[start.root] + start.offset }
    for fill in fills {
      // Memory of whole vectors, of which the code reads one.
      fill.lanes.assumingMemoryBound(to: Number.self).update(
        repeating: (bases[fill.start.root] + fill.start.offset).pointee,
        count: NativeCode.mostBytes / MemoryLayout<Number>.stride)
    }
    guard code(UnsafeMutableRawPointer(addresses), 0, memory, count) == count else { return false }
    for sum in sums {
      let parts = UnsafeRawPointer(memory + Int(sum.places.result.offset))
      var (below, above) = (SIMD8<Double>(), SIMD8<Double>())
      if passed > 0 {
        below = parts.load(as: SIMD8<Double>.self)
        above = parts.load(fromByteOffset: 64, as: SIMD8<Double>.self)
      }
      // What follows the passes lies at the start.
      let rest = NativeCode.doubles(memory, sum.places.rest) - passed
      let total = ReductionKernel.sum(rest, from: passed, to: count, below, above)
      // As a fold of one chunk, which begins with 0.
      bases[accumulators[sum.accumulator].root].pointee = Number(0 + total)
    }
    return true
  }
}
