/// What one thread has for itself while it runs a loop: where the lanes of each slot are, registers,
/// and the reductions of its present block.
struct LoopWorker {
  let slots: UnsafeMutablePointer<UnsafeMutablePointer<Double>>
  let gathered: UnsafeMutableBufferPointer<BoundLoop.Gathered>
  /// For each accumulator, of a loop that runs in blocks.
  let folds: UnsafeMutableBufferPointer<Fold>
  /// The memory of the loop's native code, once there is one.
  var codeMemory: UnsafeMutableRawPointer?
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
    let own = pool.allocate(UnsafeMutablePointer<Double>.self, slotCount)
    own.update(from: first.slots, count: slotCount)
    for slot in registers { own[slot] = pool.allocate(Double.self, Self.chunk) }
    let gathered = first.gathered.map { operand in
      Gathered(
        start: operand.start, walk: operand.walk.copy(in: pool),
        lanes: pool.allocate(Double.self, Self.chunk))
    }
    for operand in gathered { own[operand.start.slot] = operand.lanes }
    return LoopWorker(
      slots: own, gathered: Self.buffer(gathered, pool),
      folds: Self.buffer(accumulators.map { Fold($0.kind) }, pool))
  }

  /// Lets the worker's slots lead to the lanes from a place on, a multiple of the chunk.
  @inline(__always)
  func place(
    _ worker: LoopWorker, at position: Int,
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Double>>
  ) {
    for start in moving { worker.slots[start.slot] = bases[start.root] + start.offset + position }
    for period in periods {
      worker.slots[period.start.slot] = period.lanes + position % period.count
    }
    for index in worker.gathered.indices { worker.gathered[index].walk.restart(at: position) }
  }
}
