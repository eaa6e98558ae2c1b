import ADCCalculus

/// What one thread has for itself while it runs a loop: where the lanes of each slot are,
/// registers, and the reductions of its present block.
struct LoopWorker {
  let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>
  let gathered: UnsafeMutableBufferPointer<BoundLoop.Gathered>
  /// For each accumulator, of a loop that runs in blocks.
  let folds: UnsafeMutableBufferPointer<Fold>
  /// Room for a chunk of singles that reductions take as doubles; none for doubles.
  let wide: UnsafeMutablePointer<Double>
  /// The memory of the loop's native code, once there is one.
  var codeMemory: UnsafeMutableRawPointer?

  /// The first lane of a slot.
  func number(_ slot: Int, _ precision: Precision) -> Double {
    switch precision {
    case .double: slots(Double.self)[slot].pointee
    case .single: Double(slots(Float.self)[slot].pointee)
    }
  }

  /// Where the lanes of each slot are.
  @inline(__always)
  func slots<Number>(
    _ type: Number.Type
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Number>> { addresses.numbers(type) }
}

extension BoundLoop {
  /// Lanes that one thread does at a time: whole chunks. Sums are summed over these first, whatever
  /// the number of threads.
  static let block = 32 * chunk

  /// Steps times lanes from which threads share them: they take some 100 microseconds.
  private static let leastShared = 1 << 18

  /// How many threads are worth their waking.
  static func threads(_ settings: ExecutionSettings, count: Int, steps: Int) -> Int {
    count.multipliedSaturating(by: steps &+ 2) >= leastShared ? settings.threads : 1
  }

  /// The memory of a further thread.
  func newWorker() -> LoopWorker {
    let first = workers[0]
    let own = pool.allocate(UnsafeMutableRawPointer.self, slotCount)
    own.update(from: first.addresses, count: slotCount)
    for slot in registers { own[slot] = newLanes() }
    let gathered = first.gathered.map { operand in
      Gathered(
        start: operand.start, walk: operand.walk.copy(in: pool),
        lanes: newLanes())
    }
    for operand in gathered { own[operand.start.slot] = operand.lanes }
    return LoopWorker(
      addresses: own, gathered: Self.buffer(gathered, pool),
      folds: Self.buffer(accumulators.map { Fold($0.kind) }, pool),
      wide: pool.allocate(Double.self, precision == .double ? 0 : Self.chunk))
  }

  private func newLanes() -> UnsafeMutableRawPointer {
    pool.allocate(bytes: Self.chunk * precision.bytes)
  }

  /// Lets the worker's slots lead to the lanes from a place on, a multiple of the chunk.
  @inline(__always)
  func place<Number: MachineNumber>(
    _ worker: LoopWorker, at position: Int,
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    let slots = worker.slots(Number.self)
    placeMoving(worker, at: position, bases)
    for period in periods {
      slots[period.start.slot] =
        period.lanes.assumingMemoryBound(to: Number.self) + position % period.count
    }
    for index in worker.gathered.indices { worker.gathered[index].walk.restart(at: position) }
  }
}
