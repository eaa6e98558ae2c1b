import ADCCalculus

/// Where each buffer of a function lies: those that are never alive together share memory.
struct MemoryPlan {
  /// In numbers, multiples of `alignment` or more.
  private(set) var offsets: [Int] = []
  /// In numbers.
  private(set) var total = 0

  /// A cache line of doubles.
  static let alignment = 8

  static func aligned(_ count: Int, to alignment: Int = alignment) -> Int {
    count.addedSaturating(alignment - 1) / alignment * alignment
  }

  /// - Parameters:
  ///   - counts: the elements of each buffer.
  ///   - windows: buffers that lie within others.
  ///   - sweeps: instructions that run together.
  ///   - alignment: how many numbers fill a cache line.
  init(
    _ function: Function, counts: [Int], windows: BufferWindows = BufferWindows(),
    sweeps: [SweepPlan] = [], alignment: Int = alignment
  ) {
    func room(_ buffer: Int) -> Int {
      Self.aligned(max(counts[buffer], 1), to: alignment)
    }
    let written = Self.writes(function, sweeps)
    offsets = [Int](repeating: 0, count: counts.count)
    var last = Self.lastUses(function)
    for (part, window) in windows.places {
      last[window.whole] = max(last[window.whole], last[part])
    }
    var isPlaced = [Bool](repeating: false, count: counts.count)
    var free = FreeList()
    var ending = [[Int]](repeating: [], count: function.instructions.count)
    for (index, buffers) in written.enumerated() {
      for written in buffers {
        let buffer = windows.places[written]?.whole ?? written
        if isPlaced[buffer] { continue }
        isPlaced[buffer] = true
        let size = room(buffer)
        if let found = free.take(size) {
          offsets[buffer] = found
        } else {
          offsets[buffer] = total
          total = total.addedSaturating(size)
        }
        if last[buffer] < ending.count { ending[max(last[buffer], index)].append(buffer) }
      }
      for buffer in ending[index] {
        free.give(offsets[buffer], room(buffer))
      }
    }
    for (part, window) in windows.places {
      offsets[part] = offsets[window.whole] &+ window.offset
    }
  }

  /// The buffers that each instruction writes; all those of a sweep count for its first one.
  private static func writes(_ function: Function, _ sweeps: [SweepPlan]) -> [[Int]] {
    var result = function.instructions.map(\.writes)
    for sweep in sweeps {
      for place in [sweep.loop, sweep.last] {
        result[sweep.first] += result[place]
        result[place] = []
      }
    }
    return result
  }

  /// The last instruction that touches each buffer; past the end for what outlives the run.
  private static func lastUses(_ function: Function) -> [Int] {
    var last = [Int](repeating: -1, count: function.buffers.count)
    let roots = function.roots
    for (index, instruction) in function.instructions.enumerated() {
      for view in instruction.reads {
        if case .buffer(let buffer) = roots[view] { last[buffer] = index }
      }
    }
    for view in function.outputs.map(\.view) + function.updates.map(\.view) {
      if case .buffer(let buffer) = roots[view] { last[buffer] = .max }
    }
    return last
  }
}

/// Gaps in the arena, ascending and never adjacent.
private struct FreeList {
  private var gaps: [(offset: Int, size: Int)] = []

  /// The offset of the smallest gap that is large enough.
  mutating func take(_ size: Int) -> Int? {
    var best: Int?
    for index in gaps.indices where gaps[index].size >= size {
      if let found = best, gaps[found].size <= gaps[index].size { continue }
      best = index
      if gaps[index].size == size { break }
    }
    guard let best else { return nil }
    let offset = gaps[best].offset
    if gaps[best].size == size {
      gaps.remove(at: best)
    } else {
      gaps[best].offset += size
      gaps[best].size -= size
    }
    return offset
  }

  mutating func give(_ offset: Int, _ size: Int) {
    var low = 0
    var high = gaps.count
    while low < high {
      let middle = (low + high) / 2
      if gaps[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    gaps.insert((offset, size), at: low)
    if low + 1 < gaps.count, offset + size == gaps[low + 1].offset {
      gaps[low].size += gaps[low + 1].size
      gaps.remove(at: low + 1)
    }
    if low > 0, gaps[low - 1].offset + gaps[low - 1].size == gaps[low].offset {
      gaps[low - 1].size += gaps[low].size
      gaps.remove(at: low)
    }
  }
}
