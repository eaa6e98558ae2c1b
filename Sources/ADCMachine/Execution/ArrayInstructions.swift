import ADCCalculus

/// An operand read as if it were contiguous: in place, or from a copy in scratch memory.
struct DenseOperand {
  private let root: Int
  private let offset: Int
  private var walk: Walk?
  private let scratchOffset: Int
  let sizes: [Int]
  let count: Int

  /// - Parameter scratch: the scratch memory taken so far by the instruction, in numbers.
  init(_ layout: Layout, in pool: Pool, scratch: inout Int) {
    root = layout.root
    offset = layout.offset
    sizes = layout.sizes
    count = layout.count
    scratchOffset = scratch
    if !layout.isContiguous {
      walk = Walk(sizes: layout.sizes, strides: layout.strides, in: pool)
      scratch = scratch.addedSaturating(MemoryPlan.aligned(count))
    }
  }

  func read<Number>(_ memory: MachineMemory<Number>) -> UnsafePointer<Number> {
    let source = memory.bases[root] + offset
    guard var walk else { return UnsafePointer(source) }
    walk.restart()
    let copy = memory.scratch + scratchOffset
    walk.read(source, copy, count)
    return UnsafePointer(copy)
  }
}

/// Elements of one array put to places of another.
struct BoundCopy {
  private let sourceRoot: Int
  private let sourceOffset: Int
  private let source: Walk
  private let targetOffset: Int
  private let target: Walk
  let count: Int
  private let isSourceContiguous: Bool
  private let isTargetContiguous: Bool

  /// Both layouts have the same sizes.
  init(from layout: Layout, to place: Layout, in pool: Pool) {
    sourceRoot = layout.root
    sourceOffset = layout.offset
    source = Walk(sizes: layout.sizes, strides: layout.strides, in: pool)
    isSourceContiguous = layout.isContiguous
    isTargetContiguous = place.isContiguous
    targetOffset = place.offset
    target = Walk(sizes: place.sizes, strides: place.strides, in: pool)
    count = layout.count
  }

  /// Where the elements lie if they lie without gaps, as they do from the start of their target on.
  var contiguousSource: (root: Int, offset: Int)? {
    isSourceContiguous && isTargetContiguous && targetOffset == 0
      ? (sourceRoot, sourceOffset) : nil
  }

  func run<Number>(_ memory: MachineMemory<Number>, to base: UnsafeMutablePointer<Number>) {
    let from = memory.bases[sourceRoot] + sourceOffset
    let to = base + targetOffset
    if isSourceContiguous, isTargetContiguous {
      if count == 1 { to.pointee = from.pointee } else { to.update(from: from, count: count) }
      return
    }
    var (source, target) = (source, target)
    source.restart()
    target.restart()
    if isTargetContiguous {
      source.read(from, to, count)
    } else if isSourceContiguous {
      target.write(from, to, count)
    } else {
      var done = 0
      while done < count {
        let run = min(count &- done, target.innerSize)
        if target.innerStride == 1 {
          source.read(from, to + target.offset, run)
        } else {
          for index in 0..<run {
            source.read(from, to + (target.offset &+ index &* target.innerStride), 1)
          }
        }
        target.advance(run)
        done &+= run
      }
    }
  }
}

/// `pad` and `concatenation`: copies into windows of a buffer.
struct BoundAssembly {
  let to: Int
  let count: Int
  /// What no part covers, and is 0.
  let rest: [Range<Int>]
  let parts: [BoundCopy]

  func run<Number>(_ memory: MachineMemory<Number>) {
    let base = memory.bases[to]
    for range in rest { (base + range.lowerBound).update(repeating: 0, count: range.count) }
    for part in parts { part.run(memory, to: base) }
  }
}

/// Rows read or increased by an index array, batch by batch.
struct BoundRows {
  /// The table of a gather, the rows of a scatter.
  let values: DenseOperand
  let index: DenseOperand
  let batchCount: Int
  let rowCount: Int
  let rowSize: Int
  let to: Int

  /// - Parameters:
  ///   - batch: How many leading axes all share.
  ///   - table: The sizes of the array whose rows are numbered.
  init(values: DenseOperand, index: DenseOperand, batch: Int, table: [Int], to: Int) {
    self.values = values
    self.index = index
    self.to = to
    batchCount = table.prefix(batch).reduce(1, &*)
    rowCount = table.dropFirst(batch).first ?? 1
    rowSize = table.dropFirst(batch + 1).reduce(1, &*)
  }

  /// The row that an element of the index names, counted from the first row of the first batch.
  @inline(__always)
  private func row<Number: MachineNumber>(
    _ indices: UnsafePointer<Number>, _ element: Int, _ batch: Int
  ) throws(MachineError) -> Int {
    let value = indices[element]
    guard value >= 0, value < Number(rowCount), value == value.rounded(.down) else {
      throw .indexOutOfRange(element: element, value: Double(value), rows: rowCount)
    }
    return Int(value) &+ batch &* rowCount
  }

  func gather<Number>(_ memory: MachineMemory<Number>) throws(MachineError) {
    let (table, indices, result) = (values.read(memory), index.read(memory), memory.bases[to])
    let perBatch = batchCount > 0 ? index.count / batchCount : 0
    for batch in 0..<batchCount {
      for element in batch &* perBatch..<(batch &+ 1) &* perBatch {
        let row = try row(indices, element, batch)
        (result + element &* rowSize).update(from: table + row &* rowSize, count: rowSize)
      }
    }
  }

  func scatterAdd<Number>(_ memory: MachineMemory<Number>) throws(MachineError) {
    let (rows, indices, result) = (values.read(memory), index.read(memory), memory.bases[to])
    result.update(repeating: 0, count: batchCount &* rowCount &* rowSize)
    let perBatch = batchCount > 0 ? index.count / batchCount : 0
    for batch in 0..<batchCount {
      for element in batch &* perBatch..<(batch &+ 1) &* perBatch {
        let target = result + (try row(indices, element, batch)) &* rowSize
        Combining.add(rows + element &* rowSize, to: target, rowSize)
      }
    }
  }
}

/// Work along one axis: `outer` times `extent` times `inner` elements.
struct BoundAxis {
  let operand: DenseOperand
  let outer: Int
  let extent: Int
  let inner: Int
  let to: Int

  init(_ operand: DenseOperand, axis: Int, to: Int) {
    self.operand = operand
    outer = operand.sizes.prefix(axis).reduce(1, &*)
    extent = axis < operand.sizes.count ? operand.sizes[axis] : 1
    inner = operand.sizes.dropFirst(axis + 1).reduce(1, &*)
    self.to = to
  }

  func cumulativeSum<Number>(_ memory: MachineMemory<Number>, reversed: Bool) {
    let (source, result) = (operand.read(memory), memory.bases[to])
    guard extent > 0 else { return }
    for block in 0..<outer {
      let start = block &* extent &* inner
      if inner == 1 {
        var total = Number.zero
        for step in 0..<extent {
          let place = start &+ (reversed ? extent &- 1 &- step : step)
          total = step == 0 ? source[place] : total + source[place]
          result[place] = total
        }
        continue
      }
      for step in 0..<extent {
        let place = start &+ (reversed ? extent &- 1 &- step : step) &* inner
        if step == 0 {
          (result + place).update(from: source + place, count: inner)
        } else {
          let before = result + (reversed ? place &+ inner : place &- inner)
          (result + place).update(from: source + place, count: inner)
          Combining.add(before, to: result + place, inner)
        }
      }
    }
  }

  /// The index of the first extreme element, or of the first NaN; 0 of none.
  func extremeIndex<Number>(_ memory: MachineMemory<Number>, maximum: Bool) {
    let (source, result) = (operand.read(memory), memory.bases[to])
    for block in 0..<outer {
      for column in 0..<inner {
        let first = source + (block &* extent &* inner &+ column)
        var best = 0
        var step = 1
        while step < extent {
          let (value, found) = (first[step &* inner], first[best &* inner])
          if found.isNaN { break }
          if maximum ? value > found : value < found { best = step }
          if value.isNaN { best = step }
          step &+= 1
        }
        result[block &* inner &+ column] = Number(best)
      }
    }
  }
}

/// `uniform`: a draw for every position, fixed by seed, step and place.
struct BoundDraw {
  let seed: (root: Int, offset: Int)
  let step: (root: Int, offset: Int)
  let place: Int
  let to: Int
  let count: Int

  func run<Number>(_ memory: MachineMemory<Number>) {
    let result = memory.bases[to]
    let generator = Philox(wholeSeed: Double((memory.bases[seed.root] + seed.offset).pointee))
    let stream = Philox.stream(
      step: Double((memory.bases[step.root] + step.offset).pointee), place: place)
    if let doubles = Number.doubles(result) {
      return generator.fillUniform(doubles, count, stream: stream, from: 0)
    }
    for position in 0..<count {
      let draw = generator.uniform(stream: stream, position: UInt64(truncatingIfNeeded: position))
      result[position] = Number.uniform(draw)
    }
  }
}
