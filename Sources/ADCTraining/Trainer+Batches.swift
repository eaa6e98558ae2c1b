import ADCCalculus
import ADCMachine

/// Updates from small batches that lie behind each other: several at once, with the same results as
/// one by one.
extension Trainer {
  /// The most batches at once, and the elements of one up to which several are worth it: what is told
  /// of them, and the question whether to stop, wait for the last one.
  private static let mostBatches = 64
  private static let mostElements = 1 << 12

  /// How many batches can be done at once from a row on; 1 where somebody is to be asked after each.
  func batchesAtOnce(from start: Int, of count: Int, batch: Int, stepsLeft: Int?) -> Int {
    // Without rows there is one batch, of none.
    guard batch > 0, isInOrder, accumulated == 1, savesNow == nil, options.trace.isEmpty,
      session.dataset.stream == nil
    else { return 1 }
    var elements = 0
    for array in session.dataset.arrays { elements += (array.rowWidth ?? 0) * batch }
    guard elements <= Self.mostElements else { return 1 }
    return max(1, min((count - start) / batch, Self.mostBatches, stepsLeft ?? .max))
  }

  /// Makes updates from batches that follow each other; how many were made before the first one
  /// whose loss is not finite, for which nothing is done.
  mutating func update(
    _ progress: inout Progress, batches: Int, from start: Int, batch: Int
  ) throws(RunError) -> Int {
    session.feed(rows: start..<start + batch)
    let function = try session.function(FunctionName.step, rows: batch)
    let feeds = session.dataset.arrays.compactMap { array in
      array.rowWidth.map { width in
        BatchFeed(
          symbol: array.symbol, start: session.memory.address(of: array.symbol),
          stride: width * batch * session.memory.precision.bytes)
      }
    }
    let places = parameterSymbols.map {
      UnsafeRawBufferPointer(
        start: session.memory.address(of: $0),
        count: session.memory.count(of: $0) * session.memory.precision.bytes)
    }
    let losses = UnsafeMutableBufferPointer<Double>.allocate(capacity: batches)
    let copies = places.map {
      UnsafeMutableRawBufferPointer.allocate(byteCount: $0.count, alignment: 64)
    }
    defer {
      losses.deallocate()
      for copy in copies { copy.deallocate() }
    }
    losses.initialize(repeating: 0)
    for (copy, place) in zip(copies, places) { copy.copyMemory(from: place) }
    let done: Int
    do throws(MachineError) {
      done = try places.withUnsafeBufferPointer { places throws(MachineError) in
        try copies.withUnsafeBufferPointer { copies throws(MachineError) in
          try function.run(
            session.memory, batches: losses, feeds: feeds,
            step: stepSymbol.map { ($0, progress.step) },
            keep: {
              for index in places.indices {
                copies[index].copyMemory(from: places[index])
              }
            })
        }
      }
    } catch {
      throw .machine(error)
    }
    for index in 0..<done { progress.add(losses[index]) }
    guard done > 0 else { return 0 }
    keep(
      copies.map { copy in
        switch session.memory.precision {
        case .double: Array(copy.bindMemory(to: Double.self))
        case .single: copy.bindMemory(to: Float.self).map { Double($0) }
        }
      })
    let last = start + (done - 1) * batch
    session.feed(rows: last..<last + batch)
    previous = session.fed
    report(.progress(step: progress.step, of: progress.total, loss: losses[done - 1]))
    return done
  }
}
