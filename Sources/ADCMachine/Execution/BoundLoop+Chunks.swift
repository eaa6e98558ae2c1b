import ADCCalculus

/// What a loop does for the lanes of one chunk, and how it goes on to the next one.
extension BoundLoop {
  @inline(__always)
  func collect<Number: MachineNumber>(
    _ worker: LoopWorker, _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>,
    _ lanes: Int
  ) {
    for index in worker.gathered.indices {
      let start = worker.gathered[index].start
      worker.gathered[index].walk.read(
        bases[start.root] + start.offset,
        worker.gathered[index].lanes.assumingMemoryBound(to: Number.self), lanes)
    }
  }

  @inline(__always)
  func perform<Number: MachineNumber>(
    _ step: Step, _ worker: LoopWorker, _ lanes: Int, _ type: Number.Type
  ) {
    let slots = worker.slots(type)
    switch step {
    case .unary(let kernel, let a, let to):
      Number.map(kernel, slots[Int(a)], slots[Int(to)], lanes)
    case .binary(let kernel, let a, let b, let to):
      Number.map(kernel, slots[Int(a)], slots[Int(b)], slots[Int(to)], lanes)
    case .pair(let kernel, let a, let to, let and):
      Number.map(kernel, slots[Int(a)], slots[Int(to)], slots[Int(and)], lanes)
    case .ternary(let kernel, let a, let b, let c, let to):
      Number.map(kernel, slots[Int(a)], slots[Int(b)], slots[Int(c)], slots[Int(to)], lanes)
    case .reduce(let slot, let index): reduce(slots[Int(slot)], Int(index), worker, lanes)
    }
  }

  /// Lanes as doubles, which singles are copied to.
  @inline(__always)
  func widened<Number: MachineNumber>(
    _ values: UnsafeMutablePointer<Number>, _ worker: LoopWorker, _ lanes: Int
  ) -> UnsafeMutablePointer<Double> {
    if let doubles = Number.doubles(values) { return doubles }
    Number.widen(values, to: worker.wide, lanes)
    return worker.wide
  }

  /// Lets a reduction take lanes.
  @inline(__always)
  func reduce<Number: MachineNumber>(
    _ values: UnsafeMutablePointer<Number>, _ index: Int, _ worker: LoopWorker, _ lanes: Int
  ) {
    reduce(wide: widened(values, worker, lanes), index, worker, lanes)
  }

  /// Lets a reduction take lanes that are doubles.
  @inline(__always)
  func reduce(
    wide values: UnsafePointer<Double>, _ index: Int, _ worker: LoopWorker, _ lanes: Int
  ) {
    if isDivisible {
      worker.folds[index].add(values, lanes)
    } else {
      accumulators[index].add(values, lanes)
    }
  }

  /// Lets a reduction to one number take the sum of a chunk; all reductions are to one number, as
  /// native code sums only then.
  @inline(__always)
  func reduce(sum: Double, _ index: Int, _ worker: LoopWorker) { worker.folds[index].add(sum) }

  /// How many lanes can be done at once from a place on.
  @inline(__always)
  func lanes(from position: Int, to end: Int, atMost most: Int) -> Int {
    let count = min(most, end &- position)
    return rowLanes == self.count ? count : min(count, rowLanes &- position % rowLanes)
  }

  /// Lets a worker's slots lead to the lanes from a place on, which follow those that they led to.
  @inline(__always)
  func advance<Number: MachineNumber>(
    _ worker: LoopWorker, to position: Int, by lanes: Int,
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    let slots = worker.slots(Number.self)
    if rowLanes < count, position % rowLanes == 0 {
      placeMoving(worker, at: position, bases)
    } else {
      for start in moving { slots[start.slot] += lanes }
    }
    for period in periods {
      slots[period.start.slot] =
        period.lanes.assumingMemoryBound(to: Number.self) + position % period.count
    }
  }

  @inline(__always)
  func placeMoving<Number: MachineNumber>(
    _ worker: LoopWorker, at position: Int,
    _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  ) {
    let slots = worker.slots(Number.self)
    let (row, lane) =
      rowLanes == count ? (0, position) : position.quotientAndRemainder(dividingBy: rowLanes)
    for start in moving {
      slots[start.slot] = bases[start.root] + (start.offset &+ row &* start.rowStride &+ lane)
    }
  }
}
