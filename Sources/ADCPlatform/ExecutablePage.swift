#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Machine code in memory of its own, which is first written and then executed, never both at
/// once; returned to the system when it goes out of use.
package final class ExecutablePage: @unchecked Sendable {
  // Unchecked: what the pointer leads to is never written after `init`.

  /// Where the code begins, aligned to a page.
  package let start: UnsafeRawPointer
  /// Whole pages, in bytes.
  package let size: Int

  /// Copies the code; nil for none, and where the system refuses executable memory.
  package init?(_ code: [UInt8]) {
    let page = max(Int(sysconf(Int32(_SC_PAGESIZE))), 1)
    let size = (code.count + page - 1) / page * page
    guard size > 0,
      let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
      memory != UnsafeMutableRawPointer(bitPattern: -1)
    else { return nil }
    code.withUnsafeBytes {
      memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
    }
    guard mprotect(memory, size, PROT_READ | PROT_EXEC) == 0 else {
      munmap(memory, size)
      return nil
    }
    start = UnsafeRawPointer(memory)
    self.size = size
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: start), size) }
}
