import ADCCalculus
import ADCMachine

/// Updates from small batches that lie behind each other: several at once, with the same results as
/// one by one.
extension Trainer {
  /// The most batches at once, and the elements of one up to which several are worth it: what is
  /// told of them, and the question whether to stop, wait for the last one.
  fileprivate static let mostBatches = 64
  private static let mostElements = 1 << 12

  /// How many batches can be done at once from a row on, all of them whole but where there is only
  /// one; 0 where somebody is to be asked after each.
  func batchesAtOnce(from start: Int, of count: Int, batch: Int, stepsLeft: Int?) -> Int {
    // Without rows there is one batch, of none.
    guard batch > 0, start < count, isInOrder, accumulated == 1, savesNow == nil,
      options.trace.isEmpty, session.dataset.stream == nil
    else { return 0 }
    var elements = 0
    for array in session.dataset.arrays { elements += (array.rowWidth ?? 0) * batch }
    guard elements <= Self.mostElements else { return 0 }
    return max(1, min((count - start) / batch, Self.mostBatches, stepsLeft ?? .max))
  }

  /// Makes updates from batches that follow each other; how many were made before the first one
  /// whose loss is not finite, for which nothing is done.
  mutating func update(
    _ progress: inout Progress, batches: Int, from start: Int, batch: Int
  ) throws(RunError) -> Int {
    session.feed(rows: start..<start + batch)
    let function = try session.function(FunctionName.step, rows: batch)
    let room = room ?? BatchRoom(session)
    self.room = room
    room.prepare(session, batch: batch)
    let losses = UnsafeMutableBufferPointer(rebasing: room.losses[..<batches])
    let done: Int
    do throws(MachineError) {
      done = try function.run(
        session.memory, batches: losses, feeds: UnsafeBufferPointer(room.feeds),
        step: stepSymbol.map { ($0, progress.step) }, keeping: UnsafeBufferPointer(room.parameters))
    } catch {
      throw placed(error, in: function, batches: batches, from: start, batch: batch)
    }
    for index in 0..<done { progress.add(losses[index]) }
    guard done > 0 else { return 0 }
    if kept.isEmpty {
      kept = parameterSymbols.map {
        [Double](repeating: 0, count: session.memory.count(of: $0))
      }
    }
    for place in kept.indices {
      kept[place].withUnsafeMutableBufferPointer {
        room.read(place, to: $0, session.memory.precision)
      }
    }
    let last = start + (done - 1) * batch
    if done > 1 { session.feed(rows: last..<last + batch) }
    previous = session.fed
    report(.progress(step: progress.step, of: progress.total, loss: losses[done - 1]))
    return done
  }

  /// The failure of one of several batches with the row of the data where it is one of the data.
  private func placed(
    _ error: MachineError, in function: BoundFunction, batches: Int, from start: Int, batch: Int
  ) -> RunError {
    guard case .indexOutOfRange = error else { return .machine(error) }
    for first in stride(from: start, to: start + batches * batch, by: max(batch, 1)) {
      session.feed(rows: first..<first + batch)
      do throws(RunError) {
        try session.evaluate(function)
      } catch {
        return error
      }
    }
    return .machine(error)
  }
}

/// What several batches at once need beside the session, taken once for a run.
final class BatchRoom {
  let losses: UnsafeMutableBufferPointer<Double>
  /// One for each array of the data that has rows.
  let feeds: UnsafeMutableBufferPointer<BatchFeed>
  /// The parameters before the last update.
  let parameters: UnsafeMutableBufferPointer<KeptValues>
  private let arrays: [(symbol: Int, width: Int)]
  private let symbols: [Int]
  private let copies: [UnsafeMutableRawPointer]

  init(_ session: Session) {
    let memory = session.memory
    arrays = session.dataset.arrays.compactMap { array in
      array.rowWidth.map { (array.symbol, $0) }
    }
    symbols = session.description.parameters.map(\.symbol)
    copies = symbols.map {
      .allocate(byteCount: max(memory.count(of: $0) * memory.precision.bytes, 1), alignment: 64)
    }
    losses = .allocate(capacity: Trainer.mostBatches)
    losses.initialize(repeating: 0)
    feeds = .allocate(capacity: arrays.count)
    parameters = .allocate(capacity: symbols.count)
  }

  deinit {
    for copy in copies { copy.deallocate() }
    losses.deallocate()
    feeds.deallocate()
    parameters.deallocate()
  }

  /// Takes the addresses of parameters and rows as they are now.
  func prepare(_ session: Session, batch: Int) {
    let (memory, bytes) = (session.memory, session.memory.precision.bytes)
    for (place, array) in arrays.enumerated() {
      feeds.initializeElement(
        at: place,
        to: BatchFeed(
          symbol: array.symbol, start: memory.address(of: array.symbol),
          stride: array.width * batch * bytes))
    }
    for (place, symbol) in symbols.enumerated() {
      parameters.initializeElement(
        at: place,
        to: KeptValues(
          memory.address(of: symbol), to: copies[place],
          bytes: memory.count(of: symbol) * bytes))
    }
  }

  /// Copies a parameter as it was before the last update.
  func read(
    _ place: Int, to target: UnsafeMutableBufferPointer<Double>, _ precision: Precision
  ) {
    guard let start = target.baseAddress else { return }
    switch precision {
    case .double:
      start.update(
        from: copies[place].assumingMemoryBound(to: Double.self), count: target.count)
    case .single:
      let singles = copies[place].assumingMemoryBound(to: Float.self)
      for index in target.indices { target[index] = Double(singles[index]) }
    }
  }
}
