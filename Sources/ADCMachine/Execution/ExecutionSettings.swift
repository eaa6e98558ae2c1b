import ADCPlatform

/// How programs run. Results have the same bits with any number of threads.
package struct ExecutionSettings: Hashable, Sendable {
  package var engine: Engine
  /// The most threads that share one instruction, the calling one included.
  package var threads: Int

  /// - Parameter threads: the processors that the process may use, unless given; at least 1.
  package init(engine: Engine = .automatic, threads: Int = WorkerPool.processorCount) {
    self.engine = engine
    self.threads = max(1, min(threads, WorkerPool.mostThreads))
  }
}
