import ADCCalculus

/// One reduction of a loop while the loop runs: takes the lanes of its operand in row-major order.
///
/// Axes are merged to alternating groups of kept and reduced ones. Runs along a reduced innermost
/// group are folded, each by itself, and what they come to is combined; runs along a kept one are
/// combined element by element. Of these, sums are taken of 64 runs at a time, which are summed in
/// turn: such sums of sums are compensated (A. Neumaier, 1974), so that the error does not grow
/// with the number of rows.
///
/// Singles are accumulated in double, in memory of the accumulator's own, and rounded at the end.
struct Accumulator {
  let kind: ADCCalculus.Reduction
  /// Where the results start: a root.
  let root: Int
  let resultCount: Int
  private let innerIsReduced: Bool
  /// A walk over the space whose strides are those of the result, 0 along reduced axes.
  private var walk: Walk
  /// The results so far.
  private var target: UnsafeMutablePointer<Double>
  private var fold: Fold
  /// What rounding lost of each result that is a sum of sums.
  private let lost: UnsafeMutablePointer<Double>
  private let hasLost: Bool
  /// Sums of the last runs along a kept innermost group; how many these are, and which results they
  /// belong to.
  private let part: UnsafeMutablePointer<Double>
  private var partRuns = 0
  private var partOffset = 0
  private let precision: Precision

  private static let mostPartRuns = 64
  /// Whether all runs are added to the same results, and are few enough for one part.
  private let isSummedAtOnce: Bool

  init(
    _ reduction: LoopKernel.Reduction, root: Int, space: [Int], in pool: Pool,
    _ precision: Precision
  ) {
    self.precision = precision
    kind = reduction.kind
    fold = Fold(reduction.kind)
    self.root = root
    let kept = space.indices.map { !reduction.axes.contains($0) }
    var strides = [Int](repeating: 0, count: space.count)
    var stride = 1
    for axis in space.indices.reversed() where kept[axis] {
      strides[axis] = stride
      stride &*= max(space[axis], 1)
    }
    resultCount = space.indices.reduce(1) { kept[$1] ? $0 &* space[$1] : $0 }
    walk = Walk(sizes: space, strides: strides, in: pool)
    innerIsReduced = walk.innerStride == 0
    let runs = space.reduce(1, &*) / max(walk.innerSize, 1)
    isSummedAtOnce =
      kind == .sum && !innerIsReduced && resultCount == walk.innerSize
      && runs <= Self.mostPartRuns
    // A result that is one run needs no more than the sum of that run.
    hasLost = kind == .sum && !isSummedAtOnce && (walk.repeatsOffsets || !innerIsReduced)
    lost = pool.allocate(Double.self, hasLost ? resultCount : 0)
    part = pool.allocate(Double.self, hasLost && !innerIsReduced ? walk.innerSize : 0)
    target = precision == .double ? lost : pool.allocate(Double.self, resultCount)
  }

  mutating func start<Number: MachineNumber>(_ results: UnsafeMutablePointer<Number>) {
    if let doubles = Number.doubles(results) { target = doubles }
    walk.restart()
    fold.restart()
    partRuns = 0
    partOffset = 0
    target.update(repeating: Fold.identity(kind), count: resultCount)
    guard hasLost else { return }
    lost.update(repeating: 0, count: resultCount)
    if !innerIsReduced { part.update(repeating: 0, count: walk.innerSize) }
  }

  mutating func add(_ lanes: UnsafePointer<Double>, _ count: Int) {
    if innerIsReduced {
      foldRuns(lanes, count)
    } else if isSummedAtOnce {
      sumAtOnce(lanes, count)
    } else if case .sum = kind {
      sumRuns(lanes, count)
    } else {
      combineRuns(lanes, count)
    }
  }

  /// Completes the results after the last lanes.
  mutating func finish<Number: MachineNumber>(_ results: UnsafeMutablePointer<Number>) {
    if hasLost {
      if !innerIsReduced { flushPart() }
      for index in 0..<resultCount where target[index].isFinite && lost[index].isFinite {
        target[index] += lost[index]
      }
    }
    if !Number.areDoubles { Number.round(target, to: results, resultCount) }
  }

  // MARK: Runs along a reduced group

  /// Whether the result is one number of all elements of a space.
  func isWhole(of count: Int) -> Bool {
    innerIsReduced && walk.innerSize == count && resultCount == 1
  }

  private mutating func foldRuns(_ lanes: UnsafePointer<Double>, _ count: Int) {
    var done = 0
    while done < count {
      let whole = hasLost || walk.inner != 0 ? 0 : walk.runsInOrder(atMost: count &- done)
      if whole > 0 {
        foldWhole(lanes + done, runs: whole)
        done &+= whole &* walk.innerSize
        walk.skip(runs: whole)
        continue
      }
      let run = min(count &- done, walk.innerSize &- walk.inner)
      fold.add(lanes + done, run)
      done &+= run
      let place = walk.offset
      let ends = walk.inner &+ run == walk.innerSize
      walk.advance(run)
      if ends { combineFolded(place) }
    }
  }

  /// Runs that are results of their own and lie, as their results do, one after the other: what a
  /// fold makes of each.
  @inline(__always)
  private func foldWhole(_ lanes: UnsafePointer<Double>, runs: Int) {
    let (results, size) = (target + walk.offset, walk.innerSize)
    switch kind {
    case .sum:
      for run in 0..<runs { results[run] = Fold.value(of: .sum, lanes + run &* size, size) }
    case .maximum:
      for run in 0..<runs { results[run] = Fold.value(of: .maximum, lanes + run &* size, size) }
    case .product, .minimum, .indexOfMinimum, .indexOfMaximum:
      for run in 0..<runs { results[run] = Fold.value(of: kind, lanes + run &* size, size) }
    }
  }

  @inline(__always)
  private mutating func combineFolded(_ place: Int) {
    let folded = fold.value
    switch kind {
    case .sum:
      if hasLost { addCompensated(folded, at: place) } else { target[place] = folded }
    case .product: target[place] *= folded
    case .minimum: target[place] = Combining.lesser(target[place], folded)
    case .maximum: target[place] = Combining.greater(target[place], folded)
    case .indexOfMinimum, .indexOfMaximum: break
    }
    fold.restart()
  }

  @inline(__always)
  private func addCompensated(_ value: Double, at place: Int) {
    let old = target[place]
    let new = old + value
    lost[place] += old.magnitude >= value.magnitude ? (old - new) + value : (value - new) + old
    target[place] = new
  }

  // MARK: Runs along a kept group

  private mutating func sumAtOnce(_ lanes: UnsafePointer<Double>, _ count: Int) {
    let size = walk.innerSize
    var done = 0
    while done < count {
      if walk.inner == 0, count &- done >= 4 &* size {
        Combining.addFour(lanes + done, to: target, size)
        done &+= 4 &* size
        continue
      }
      let run = min(count &- done, size &- walk.inner)
      Combining.add(lanes + done, to: target + walk.inner, run)
      done &+= run
      walk.advance(run)
    }
  }

  private mutating func sumRuns(_ lanes: UnsafePointer<Double>, _ count: Int) {
    var done = 0
    while done < count {
      let run = min(count &- done, walk.innerSize &- walk.inner)
      Combining.add(lanes + done, to: part + walk.inner, run)
      done &+= run
      let ends = walk.inner &+ run == walk.innerSize
      partOffset = walk.offset
      walk.advance(run)
      guard ends else { continue }
      partRuns &+= 1
      if partRuns == Self.mostPartRuns || walk.offset != partOffset { flushPart() }
    }
  }

  private mutating func flushPart() {
    guard partRuns > 0 else { return }
    for index in 0..<walk.innerSize {
      addCompensated(part[index], at: partOffset &+ index)
      part[index] = 0
    }
    partRuns = 0
  }

  private mutating func combineRuns(_ lanes: UnsafePointer<Double>, _ count: Int) {
    var done = 0
    while done < count {
      let run = min(count &- done, walk.innerSize &- walk.inner)
      let to = target + (walk.offset &+ walk.inner)
      let from = lanes + done
      switch kind {
      case .sum, .indexOfMinimum, .indexOfMaximum: break
      case .product: Combining.multiply(from, into: to, run)
      case .minimum: Combining.keepLesser(from, in: to, run)
      case .maximum: Combining.keepGreater(from, in: to, run)
      }
      done &+= run
      walk.advance(run)
    }
  }
}
