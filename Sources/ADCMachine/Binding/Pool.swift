/// Memory for one bound function; freed with it.
final class Pool {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// Room for values without destructors, aligned to a cache line, not initialised.
  func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    let bytes = max(count, 1) * MemoryLayout<T>.stride
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: max(64, MemoryLayout<T>.alignment))
    blocks.append(block)
    return block.bindMemory(to: type, capacity: max(count, 1))
  }

  /// Room for so many bytes, aligned to a cache line, not initialised.
  func allocate(bytes: Int) -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 1), alignment: 64)
    blocks.append(block)
    return block
  }

  func copy<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let pointer = allocate(T.self, values.count)
    for (index, value) in values.enumerated() { (pointer + index).initialize(to: value) }
    return pointer
  }

  deinit { for block in blocks { block.deallocate() } }
}
