/// Rows of a symbol that lie behind each other, a batch after another.
package struct BatchFeed {
  package var symbol: Int
  /// Where the rows of the first batch begin.
  package var start: UnsafeMutableRawPointer
  /// The bytes of a batch.
  package var stride: Int

  package init(symbol: Int, start: UnsafeMutableRawPointer, stride: Int) {
    self.symbol = symbol
    self.start = start
    self.stride = stride
  }
}

extension BoundFunction {
  /// Runs once for each of some batches: evaluates, and writes the updates if the first output is
  /// finite; ends at the first batch where it is not, whose updates are not written.
  ///
  /// The symbols that are fed hold the rows of the first batch; others do not change but by updates.
  ///
  /// - Parameters:
  ///   - first: what the first output is for each batch that was done.
  ///   - step: a symbol that counts the batches, and the number of the first; nil where there is none.
  ///   - keep: called before the updates of each batch are written.
  /// - Returns: how many batches were done; the one after them failed if they are not all.
  package func run(
    _ symbols: SymbolMemory, batches: UnsafeMutableBufferPointer<Double>, feeds: [BatchFeed],
    step: (symbol: Int, first: Int)?, keep: () -> Void
  ) throws(MachineError) -> Int {
    try attach(symbols)
    return try feeds.withUnsafeBufferPointer { feeds throws(MachineError) in
      for batch in 0..<batches.count {
        for feed in feeds {
          addresses.bases[feed.symbol] = feed.start + batch &* feed.stride
        }
        if let step { symbols.setNumber(Double(step.first &+ batch), of: step.symbol) }
        try runAll()
        let loss = scalar(ofOutput: 0)
        guard loss.isFinite else { return batch }
        keep()
        try commit(symbols)
        batches[batch] = loss
      }
      return batches.count
    }
  }
}
