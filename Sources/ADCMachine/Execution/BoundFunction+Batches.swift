import ADCCalculus
import ADCPlatform

/// Rows of a symbol that lie behind each other, a batch after another.
package struct BatchFeed {
  /// The place of the symbol in the program.
  package var symbol: Int
  /// Where the rows of the first batch begin.
  package var start: UnsafeMutableRawPointer
  /// The bytes of a batch.
  package var stride: Int

  /// Batches in memory that outlives the run.
  package init(symbol: Int, start: UnsafeMutableRawPointer, stride: Int) {
    self.symbol = symbol
    self.start = start
    self.stride = stride
  }
}

/// A symbol's values, and where they are copied before they are updated.
package struct KeptValues {
  let source: UnsafeMutableRawPointer
  let target: UnsafeMutableRawPointer
  let bytes: Int

  /// A copy within a run; both places hold at least `bytes`, and do not overlap.
  package init(
    _ source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer, bytes: Int
  ) {
    (self.source, self.target, self.bytes) = (source, target, bytes)
  }

  @inline(__always)
  func copy() { Self.copy(source, to: target, bytes) }

  /// Copies bytes, of which there are mostly those of one number.
  @inline(__always)
  static func copy(
    _ source: UnsafeMutableRawPointer, to target: UnsafeMutableRawPointer, _ bytes: Int
  ) {
    if bytes == 8 {
      target.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
    } else {
      target.copyMemory(from: source, byteCount: bytes)
    }
  }
}

extension BoundFunction {
  /// Runs once for each of some batches: evaluates, and writes the updates if the first output is
  /// finite; ends at the first batch where it is not, whose updates are not written.
  ///
  /// The symbols that are fed hold the rows of the first batch; others do not change but by
  /// updates.
  ///
  /// - Parameters:
  ///   - batches: what the first output is for each batch that was done.
  ///   - step: a symbol that counts the batches, and the number of the first; nil where there is
  ///     none.
  ///   - keeping: what is copied before the updates of each batch are written.
  /// - Returns: how many batches were done; the one after them failed if they are not all.
  /// - Throws: as `run`, and where the user interrupts what may be stopped.
  package func run(
    _ symbols: SymbolMemory, batches: UnsafeMutableBufferPointer<Double>,
    feeds: UnsafeBufferPointer<BatchFeed>, step: (symbol: Int, first: Int)?,
    keeping kept: UnsafeBufferPointer<KeptValues>
  ) throws(MachineError) -> Int {
    try attach(symbols)
    return switch program.precision {
    case .double: try run(symbols, batches, feeds, step, kept, Double.self)
    case .single: try run(symbols, batches, feeds, step, kept, Float.self)
    }
  }

  @inline(__always)
  private func run<Number: MachineNumber>(
    _ symbols: SymbolMemory, _ batches: UnsafeMutableBufferPointer<Double>,
    _ feeds: UnsafeBufferPointer<BatchFeed>, _ step: (symbol: Int, first: Int)?,
    _ kept: UnsafeBufferPointer<KeptValues>, _ type: Number.Type
  ) throws(MachineError) -> Int {
    let memory = addresses.of(type)
    let shortRun = findShortRun()
    let updates = wholeUpdates.flatMap { $0.fit(symbols) ? $0 : nil }
    let place = outputPlaces[0]
    var rotation = shortRun == nil && batches.count > 1 ? self.rotation : nil
    if rotation?.begin(symbols, kept) == false { rotation = nil }
    defer { rotation?.finish() }
    for batch in 0..<batches.count {
      for feed in feeds {
        addresses.bases[feed.symbol] = feed.start + batch &* feed.stride
      }
      if let step { symbols.setNumber(Double(step.first &+ batch), of: step.symbol) }
      if shortRun?.run(memory, addresses) != true {
        try runAll()
        if CurrentProcess.stopsEvaluation { throw .interrupted }
      }
      let loss = Double(place.start(memory).pointee)
      guard loss.isFinite else { return batch }
      if let rotation {
        try rotation.turn { (update) throws(MachineError) in try commit(update, symbols) }
      } else {
        for values in kept { values.copy() }
        if let updates { updates.commit(symbols, addresses) } else { try commit(symbols) }
      }
      batches[batch] = loss
    }
    return batches.count
  }
}
