import ADCCalculus

/// Sorting, and elements at indices, along an axis.
extension BoundAxis {
  /// The scratch memory that sorting an axis of a size takes, in numbers.
  static func sortingRoom(_ extent: Int) -> Int {
    MemoryPlan.aligned(extent.multipliedSaturating(by: 3))
  }

  /// Ascending, NaN last, equal elements in their order.
  func sort<Number>(_ memory: MachineMemory<Number>, indices wantsIndices: Bool) {
    let (source, result) = (operand.read(memory), memory.bases[to])
    let keys = memory.scratch
    let places = keys + extent
    for block in 0..<outer {
      for column in 0..<inner {
        let start = block &* extent &* inner &+ column
        for step in 0..<extent {
          keys[step] = source[start &+ step &* inner]
          places[step] = Number(step)
        }
        Self.sort(places, spare: places + extent, by: keys, extent)
        for step in 0..<extent {
          let place = places[step]
          result[start &+ step &* inner] = wantsIndices ? place : keys[Int(place)]
        }
      }
    }
  }

  /// Merges runs of one, two, four, … places, without other memory than the spare.
  private static func sort<Number: MachineNumber>(
    _ places: UnsafeMutablePointer<Number>, spare: UnsafeMutablePointer<Number>,
    by keys: UnsafePointer<Number>, _ count: Int
  ) {
    var (from, to) = (places, spare)
    var length = 1
    while length < count {
      var start = 0
      while start < count {
        let middle = min(start &+ length, count)
        let end = min(middle &+ length, count)
        var (left, right) = (start, middle)
        for next in start..<end {
          let takesRight =
            right < end
            && (left == middle || isBefore(keys[Int(from[right])], keys[Int(from[left])]))
          to[next] = from[takesRight ? right : left]
          if takesRight { right &+= 1 } else { left &+= 1 }
        }
        start = end
      }
      swap(&from, &to)
      length &*= 2
    }
    if from != places { places.update(from: from, count: count) }
  }

  @inline(__always)
  private static func isBefore<Number: MachineNumber>(_ x: Number, _ y: Number) -> Bool {
    x < y || (y.isNaN && !x.isNaN)
  }

  func takeAlong<Number>(_ memory: MachineMemory<Number>, _ index: DenseOperand)
    throws(MachineError)
  {
    let (source, indices) = (operand.read(memory), index.read(memory))
    let result = memory.bases[to]
    for element in 0..<operand.count {
      let (place, from) = try places(element, indices)
      result[place] = source[from]
    }
  }

  func putAlong<Number>(_ memory: MachineMemory<Number>, _ index: DenseOperand) throws(MachineError)
  {
    let (source, indices) = (operand.read(memory), index.read(memory))
    let result = memory.bases[to]
    result.update(repeating: 0, count: operand.count)
    for element in 0..<operand.count {
      let (place, target) = try places(element, indices)
      result[target] += source[place]
    }
  }

  /// An element's place, and the place that its index names on the same axis.
  @inline(__always)
  private func places<Number: MachineNumber>(
    _ element: Int, _ indices: UnsafePointer<Number>
  ) throws(MachineError) -> (Int, Int) {
    let value = indices[element]
    guard value >= 0, value < Number(extent), value == value.rounded(.down) else {
      throw .indexOutOfRange(element: element, value: Double(value), rows: extent)
    }
    let block = element / (extent &* inner)
    let column = element % inner
    return (element, (block &* extent &+ Int(value)) &* inner &+ column)
  }
}
