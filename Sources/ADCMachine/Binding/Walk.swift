/// A walk over an index space in row-major order, with an offset that follows strides.
///
/// Axes that can be walked as one are merged, so that the innermost run is as long as possible.
struct Walk {
  let rank: Int
  /// Merged sizes without the innermost, strides in step, and where the walk stands.
  private let sizes: UnsafeMutablePointer<Int>
  private let strides: UnsafeMutablePointer<Int>
  private var counters: UnsafeMutablePointer<Int>
  /// The innermost run.
  let innerSize: Int
  let innerStride: Int
  /// Where the current run starts.
  private(set) var offset = 0
  private(set) var inner = 0

  init(sizes: [Int], strides: [Int], in pool: Pool) {
    var merged: [(size: Int, stride: Int)] = []
    for (size, stride) in zip(sizes, strides) where size != 1 {
      if let outer = merged.last, outer.stride == stride &* size {
        merged[merged.count - 1] = (outer.size &* size, stride)
      } else {
        merged.append((size, stride))
      }
    }
    let run = merged.popLast() ?? (1, 0)
    innerSize = run.size
    innerStride = run.stride
    rank = merged.count
    self.sizes = pool.copy(merged.map(\.size))
    self.strides = pool.copy(merged.map(\.stride))
    counters = pool.copy([Int](repeating: 0, count: merged.count))
  }

  /// Whether some axis around the innermost run does not move the offset.
  var repeatsOffsets: Bool { (0..<rank).contains { strides[$0] == 0 } }

  mutating func restart() {
    offset = 0
    inner = 0
    for axis in 0..<rank { counters[axis] = 0 }
  }

  /// Goes to an element, counted in row-major order.
  mutating func restart(at position: Int) {
    offset = 0
    inner = position % max(innerSize, 1)
    var rest = position / max(innerSize, 1)
    for axis in (0..<rank).reversed() {
      counters[axis] = rest % sizes[axis]
      rest /= sizes[axis]
      offset &+= counters[axis] &* strides[axis]
    }
  }

  /// The same walk with a place of its own.
  func copy(in pool: Pool) -> Walk {
    var result = self
    result.counters = pool.allocate(Int.self, rank)
    result.counters.update(from: counters, count: rank)
    return result
  }

  /// Goes on by elements of the current run, to the next run at its end.
  @inline(__always)
  mutating func advance(_ count: Int) {
    inner &+= count
    if inner == innerSize {
      inner = 0
      nextRun()
    }
  }

  /// How many whole runs of so many elements begin one element of the walk's memory behind the
  /// other, from the start of the current run on; 0 where runs lie otherwise.
  @inline(__always)
  func runsInOrder(atMost count: Int) -> Int {
    guard rank == 1, strides[0] == 1, innerSize > 0 else { return 0 }
    return min(count / innerSize, sizes[0] &- counters[0])
  }

  /// Goes on by whole runs that lie in order, from the start of one.
  @inline(__always)
  mutating func skip(runs: Int) {
    counters[0] &+= runs
    offset &+= runs
    guard counters[0] == sizes[0] else { return }
    counters[0] = 0
    offset &-= sizes[0]
  }

  @inline(__always)
  private mutating func nextRun() {
    var axis = rank &- 1
    while axis >= 0 {
      counters[axis] &+= 1
      offset &+= strides[axis]
      if counters[axis] < sizes[axis] { return }
      counters[axis] = 0
      offset &-= strides[axis] &* sizes[axis]
      axis &-= 1
    }
  }

  /// Copies the next elements of the walk over `source` to `target`, one after the other.
  mutating func read<Number: MachineNumber>(
    _ source: UnsafePointer<Number>, _ target: UnsafeMutablePointer<Number>, _ count: Int
  ) {
    var done = 0
    while done < count {
      let whole = innerStride != 0 || inner != 0 ? 0 : runsInOrder(atMost: count &- done)
      if whole > 0 {
        Self.repeat(source + offset, whole, target + done, each: innerSize)
        done &+= whole &* innerSize
        skip(runs: whole)
        continue
      }
      let run = min(count &- done, innerSize &- inner)
      let from = source + (offset &+ inner &* innerStride)
      let to = target + done
      switch innerStride {
      case 0: to.update(repeating: from.pointee, count: run)
      case 1: to.update(from: from, count: run)
      default:
        var place = 0
        for index in 0..<run {
          to[index] = from[place]
          place &+= innerStride
        }
      }
      done &+= run
      advance(run)
    }
  }

  /// Writes each of some numbers several times.
  @inline(__always)
  private static func `repeat`<Number: MachineNumber>(
    _ numbers: UnsafePointer<Number>, _ count: Int, _ target: UnsafeMutablePointer<Number>,
    each times: Int
  ) {
    var to = target
    for index in 0..<count {
      let number = numbers[index]
      var place = 0
      if times >= 8 {
        let eight = SIMD8<Number>(repeating: number)
        while place &+ 8 <= times {
          UnsafeMutableRawPointer(to + place).storeBytes(of: eight, as: SIMD8<Number>.self)
          place &+= 8
        }
        // The last ones, some of them again.
        UnsafeMutableRawPointer(to + (times &- 8)).storeBytes(of: eight, as: SIMD8<Number>.self)
      } else {
        while place < times {
          to[place] = number
          place &+= 1
        }
      }
      to += times
    }
  }

  /// Puts elements that lie one after the other to the places of the walk over `target`.
  mutating func write<Number: MachineNumber>(
    _ source: UnsafePointer<Number>, _ target: UnsafeMutablePointer<Number>, _ count: Int
  ) {
    var done = 0
    while done < count {
      let run = min(count &- done, innerSize &- inner)
      let to = target + (offset &+ inner &* innerStride)
      if innerStride == 1 {
        to.update(from: source + done, count: run)
      } else {
        for index in 0..<run { to[index &* innerStride] = source[done &+ index] }
      }
      done &+= run
      advance(run)
    }
  }
}
