import ADCPlatform

/// How programs run. Results have the same bits with any number of threads.
package struct ExecutionSettings: Hashable, Sendable {
  /// What runs loops and products of matrices.
  package var engine: Engine
  /// The most threads that share one instruction, the calling one included.
  package var threads: Int

  /// The vectors of native code for loops; nil where there can be none.
  package var vector: Assembler.Vector?

  /// Whether formulas that lose digits are computed again with more of them where they do.
  package var guardsDigits = true

  /// - Parameters:
  ///   - threads: the processors that the process may use, unless given; at least 1.
  ///   - vector: the widest that the processor has, unless given; not more than it has.
  package init(
    engine: Engine = .automatic, threads: Int = WorkerPool.processorCount,
    vector: Assembler.Vector? = ProcessorFeatures.widestVector
  ) {
    self.engine = engine
    self.vector = vector
    self.threads = max(1, min(threads, WorkerPool.mostThreads))
  }
}
