import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that share the parts of a piece of work with the thread that asks for it.
///
/// There is one piece of work at a time: who asks while another one is under way does all parts
/// alone. Threads are started when they are first needed, wait for the next piece of work for a
/// moment without sleeping, and then sleep.
package final class WorkerPool: Sendable {
  /// The pool of the process.
  package static let shared = WorkerPool()

  /// Threads that a piece of work can have at most, the one that asks included.
  package static let mostThreads = 256

  /// The processors that this process may use, at least 1.
  package static let processorCount = max(1, min(availableProcessors(), mostThreads))

  /// A piece of work, which lies on the stack of the thread that asks.
  private struct Work {
    var body: (_ part: Int, _ worker: Int) -> Void
    var parts: Int
    var helpers: Int
  }

  private struct Shared {
    /// The helping threads that there are.
    var threads = 0
    var work: UnsafeMutablePointer<Work>?
  }

  private let isBusy = Atomic<Bool>(false)
  /// Counts pieces of work: odd while one can be joined.
  private let generation = Atomic<Int>(0)
  private let nextPart = Atomic<Int>(0)
  /// Helpers that are inside of the present piece of work.
  private let inside = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let gate = Gate()
  // Written by the thread that has set `isBusy`, read by helpers that have entered.
  private nonisolated(unsafe) let shared: UnsafeMutablePointer<Shared>

  private init() {
    shared = .allocate(capacity: 1)
    shared.initialize(to: Shared())
  }

  /// Calls `body` once for each part, from this thread and up to `threads - 1` others, and returns
  /// when all are done.
  ///
  /// Which thread does which part is left to chance, so that results must not depend on it: every
  /// part writes what no other part reads or writes. Waking sleeping threads takes some 10
  /// microseconds; work of less than 100 is better done alone.
  ///
  /// - Parameter body: Gets the number of the part and of the worker, below `threads`; parts of one
  ///   worker follow each other, so that they can share memory.
  package func run(
    parts: Int, threads: Int, _ body: (_ part: Int, _ worker: Int) -> Void
  ) {
    let helpers = min(threads, parts, Self.mostThreads) - 1
    guard helpers > 0, claim() else {
      for part in 0..<max(parts, 0) { body(part, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var work = Work(body: body, parts: parts, helpers: helpers)
      withUnsafeMutablePointer(to: &work) { work in
        shared.pointee.work = work
        start(helpers)
        nextPart.store(0, ordering: .relaxed)
        generation.add(1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { gate.open() }
        perform(work, worker: 0)
        // Nobody enters any more; who is inside has at most one part left to end.
        generation.add(1, ordering: .sequentiallyConsistent)
        while inside.load(ordering: .sequentiallyConsistent) > 0 { _ = sched_yield() }
        shared.pointee.work = nil
      }
    }
    isBusy.store(false, ordering: .releasing)
  }

  private func claim() -> Bool {
    isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  private func perform(_ work: UnsafeMutablePointer<Work>, worker: Int) {
    let (body, parts) = (work.pointee.body, work.pointee.parts)
    while true {
      let part = nextPart.add(1, ordering: .relaxed).oldValue
      guard part < parts else { return }
      body(part, worker)
    }
  }

  private func start(_ helpers: Int) {
    while shared.pointee.threads < helpers {
      let worker = shared.pointee.threads + 1
      guard Gate.startThread({ [self] in help(as: worker) }) else { return }
      shared.pointee.threads += 1
    }
  }

  /// What a helping thread does for as long as the process is there.
  private func help(as worker: Int) {
    var last = 0
    while true {
      last = waitForWork(after: last)
      inside.add(1, ordering: .sequentiallyConsistent)
      // The work may have ended between: then what it was must not be looked at.
      if generation.load(ordering: .sequentiallyConsistent) == last,
        let work = shared.pointee.work, worker <= work.pointee.helpers
      {
        perform(work, worker: worker)
      }
      inside.subtract(1, ordering: .releasing)
    }
  }

  /// The number of the next piece of work that can be joined.
  private func waitForWork(after last: Int) -> Int {
    func isNew(_ number: Int) -> Bool { number != last && number % 2 == 1 }
    for _ in 0..<Self.patience {
      let number = generation.load(ordering: .acquiring)
      if isNew(number) { return number }
      _ = sched_yield()
    }
    sleepers.add(1, ordering: .sequentiallyConsistent)
    defer { sleepers.subtract(1, ordering: .sequentiallyConsistent) }
    return gate.wait {
      let number = generation.load(ordering: .sequentiallyConsistent)
      return isNew(number) ? number : nil
    }
  }

  /// How often a thread looks for work before it sleeps: some 100 microseconds.
  private static let patience = 300

  private static func availableProcessors() -> Int {
    #if os(Linux)
      let count = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 16) { bits in
        bits.initialize(repeating: 0)
        guard let start = bits.baseAddress, affinity(0, bits.count * 8, start) >= 0 else {
          return 0
        }
        return bits.reduce(0) { $0 + $1.nonzeroBitCount }
      }
      if count > 0 { return count }
    #endif
    return sysconf(Int32(_SC_NPROCESSORS_ONLN))
  }
}

#if os(Linux)
  // Not in the headers that Swift sees, and an executable without libraries cannot look it up.
  @_silgen_name("sched_getaffinity")
  private func affinity(_ process: pid_t, _ size: Int, _ mask: UnsafeMutableRawPointer) -> CInt
#endif
