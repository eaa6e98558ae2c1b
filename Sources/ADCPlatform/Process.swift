import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a command needs of the process that it is.
package enum CurrentProcess {
  private static let interruptions = Atomic<Int>(0)
  private static let evaluationStops = Atomic<Bool>(false)
  private static let patience = Atomic<Int>(1)

  /// Makes Ctrl-C set a flag instead of ending the process; one more than `patience` of them end it
  /// at once.
  package static func catchInterruptions(patience: Int = 1) {
    self.patience.store(patience, ordering: .relaxed)
    _ = signal(SIGINT) { _ in
      let (_, count) = CurrentProcess.interruptions.add(1, ordering: .relaxed)
      guard count > CurrentProcess.patience.load(ordering: .relaxed) else { return }
      Terminal.set(.original)
      _exit(130)
    }
  }

  /// Whether Ctrl-C was pressed since `catchInterruptions`.
  package static var isInterrupted: Bool { interruptions.load(ordering: .relaxed) > 0 }

  /// Forgets earlier interruptions.
  ///
  /// - Parameter stoppingEvaluation: whether the next one also ends what is being computed.
  package static func forgetInterruptions(stoppingEvaluation: Bool) {
    interruptions.store(0, ordering: .relaxed)
    evaluationStops.store(stoppingEvaluation, ordering: .relaxed)
  }

  /// Whether what is being computed should end without a result. Costs next to nothing.
  package static var stopsEvaluation: Bool {
    interruptions.load(ordering: .relaxed) > 0 && evaluationStops.load(ordering: .relaxed)
  }

  /// Keeps memory that is freed for what comes next, and has the first of it in large pages: to
  /// give it back to the system and take it again takes longer than a pass over an expression of
  /// some thousand operations, and taking it page by page a tenth of a short run.
  ///
  /// For the start of a process, before it has other threads.
  package static func keepFreedMemory() {
    #if canImport(Glibc)
      let room = 1 << 24
      // M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_TOP_PAD of malloc.h, in bytes.
      _ = setAllocation(-1, 1 << 30)
      _ = setAllocation(-3, 1 << 25)
      _ = setAllocation(-2, Int32(room))
      // Large pages begin at multiples of their size, and there must be no small one yet: a block
      // that is never used ends before the first of them, with what malloc writes behind it. malloc
      // allows for the end of the heap being moved by others.
      let (large, block, page) = (1 << 21, 1 << 18, 1 << 12)
      guard let end = sbrk(0).map({ Int(bitPattern: $0) }), end > 0,
        sbrk((-end - block - page) & (large - 1)).map({ Int(bitPattern: $0) }) != -1
      else { return }
      let start = (Int(bitPattern: malloc(block)) + block + page) & -large
      if start >= end, let last = sbrk(0).map({ Int(bitPattern: $0) }), start < last {
        _ = madvise(
          UnsafeMutableRawPointer(bitPattern: start), (last - start) & -large, MADV_HUGEPAGE)
      }
    #endif
  }

  /// Gives memory that was freed in small pieces back to the system, which large pieces could not
  /// be made of. Takes about a millisecond for 10 MB.
  package static func returnFreedMemory() {
    #if canImport(Glibc)
      _ = trimAllocation(0)
    #endif
  }

  /// The bytes that the process may come to have at most: what the machine has, or half of what
  /// addresses are limited to (`ulimit -v`), as programs and stacks need some too.
  package static let memoryBound: Int = {
    var bound = Int.max
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    if pages > 0, size > 0 { bound = min(bound, pages * size) }
    var limit = rlimit()
    #if canImport(Glibc)
      let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0
    #else
      let isKnown = getrlimit(RLIMIT_AS, &limit) == 0
    #endif
    if isKnown, let bytes = Int(exactly: limit.rlim_cur) { bound = min(bound, bytes / 2) }
    return bound
  }()

  /// Makes writing to a closed pipe an error instead of the end.
  package static func ignoreClosedPipes() { _ = signal(SIGPIPE, SIG_IGN) }

  /// Whether a stream (1 or 2) is a terminal.
  package static func isTerminal(_ stream: Int32) -> Bool { isatty(stream) == 1 }

  /// The columns of the terminal behind a stream, 80 where that is not known.
  package static func columns(of stream: Int32) -> Int {
    var size = winsize()
    guard ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// An environment variable, nil where it is not set.
  package static func variable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    return String(cString: value)
  }

  /// Writes bytes to a stream; false, with the system's words in `problem`, where they cannot be.
  package static func write(
    _ bytes: [UInt8], to stream: Int32, problem: inout String
  ) -> Bool {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        #if canImport(Glibc)
          Glibc.write(stream, buffer.baseAddress.map { $0 + start }, bytes.count - start)
        #elseif canImport(Musl)
          Musl.write(stream, buffer.baseAddress.map { $0 + start }, bytes.count - start)
        #else
          Darwin.write(stream, buffer.baseAddress.map { $0 + start }, bytes.count - start)
        #endif
      }
      if written < 0 {
        if errno == EINTR { continue }
        problem = String(cString: strerror(errno))
        return false
      }
      start += written
    }
    return true
  }

  /// All of standard input.
  package static func readStandardInput(limit: Int) -> [UInt8] {
    var result: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while result.count < limit {
      let count = block.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      result += block[..<count]
    }
    return result
  }

  /// What standard input has now, waiting for it; empty at its end.
  package static func readStandardInput() -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = block.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      return Array(block.prefix(max(0, count)))
    }
  }

  /// Ends the process with a status.
  package static func end(_ status: Int32) -> Never { exit(status) }
}

#if canImport(Glibc)
  // Not in the headers that Swift sees, and an executable without libraries cannot look it up.
  @_silgen_name("mallopt")
  private func setAllocation(_ parameter: Int32, _ value: Int32) -> Int32

  @_silgen_name("malloc_trim")
  private func trimAllocation(_ kept: Int) -> Int32
#endif
