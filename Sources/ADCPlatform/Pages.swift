/// Storage for doubles that starts on a cache line, so that vector loads never straddle two.
package enum Pages {
  /// The alignment of every allocation, in bytes.
  package static let alignment = 64

  /// Room for `count` doubles, all zero; nil where the size in bytes does not fit an `Int`.
  ///
  /// Traps, like every allocation, where the system has no memory left: bound `count` before.
  /// The caller owns the memory and returns it with `deallocate`. Costs O(count).
  package static func allocate(_ count: Int) -> UnsafeMutablePointer<Double>? {
    guard count >= 0 else { return nil }
    let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(
      by: MemoryLayout<Double>.stride)
    guard !overflow else { return nil }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
    let doubles = memory.bindMemory(to: Double.self, capacity: max(count, 1))
    doubles.initialize(repeating: 0, count: max(count, 1))
    return doubles
  }

  /// Returns memory that `allocate` gave.
  package static func deallocate(_ memory: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(memory).deallocate()
  }
}
