#if canImport(Glibc)
  import ADCKit
  import Glibc
  import Testing

  /// Calls of a function of a few numbers take no memory: they work where none is left.
  @Suite struct AllocationTests {
    @Test(.enabled(if: Shortage.canBeMade))
    func callsWorkWithoutMemory() async {
      await #expect(processExitsWith: .success) {
        let text = "param x = -1.2\nparam y = 1\nminimize (1 - x)^2 + 100*(y - x^2)^2"
        let evaluator = try Model(parsing: text).evaluator()
        // An array of its own: it is changed when there is no memory for a copy.
        var point = evaluator.start.map { $0 }
        var gradient = [Double](repeating: 0, count: evaluator.count)
        // The first calls make native code.
        for _ in 0..<100_000 { _ = try evaluator.valueAndGradient(at: point, into: &gradient) }
        for _ in 0..<100_000 { _ = try evaluator.value(at: point) }
        Shortage.make()
        var loss = 0.0
        for _ in 0..<1000 {
          loss = try evaluator.valueAndGradient(at: point, into: &gradient)
          for index in point.indices { point[index] -= 1e-3 * gradient[index] }
        }
        let last = try evaluator.value(at: point)
        // Without the end that the process else has: that may take memory.
        _exit(last < loss && loss < 24 ? EXIT_SUCCESS : EXIT_FAILURE)
      }
    }

    /// The test above would be one of nothing if memory could still be had.
    @Test(.enabled(if: Shortage.canBeMade))
    func memoryRunsOut() async {
      await #expect(processExitsWith: .failure) {
        Shortage.make()
        let model = try? Model(parsing: "param x = 1\nminimize x^2")
        _exit(model == nil ? EXIT_FAILURE : EXIT_SUCCESS)
      }
    }
  }

  private enum Shortage {
    /// Not where allocations are watched, which ends the process at the first that fails.
    static var canBeMade: Bool { dlsym(nil, "__asan_init") == nil }

    /// The block taken last; each holds the address of the one before. What nobody could look at
    /// would not be taken.
    nonisolated(unsafe) private static var latest: UnsafeMutableRawPointer?

    /// Lets the process have no more memory, and takes what is left of what it has.
    static func make() {
      var limit = rlimit(rlim_cur: 0, rlim_max: 0)
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0)
      var size = 1 << 24
      while size > 4096 {
        takeAll(size)
        size /= 2
      }
      // What was freed is kept by sizes, which are multiples of 16.
      for size in stride(from: 4096, through: 8, by: -8) { takeAll(size) }
    }

    private static func takeAll(_ size: Int) {
      while let block = malloc(size) {
        block.storeBytes(of: latest, as: UnsafeMutableRawPointer?.self)
        latest = block
      }
    }
  }
#endif
