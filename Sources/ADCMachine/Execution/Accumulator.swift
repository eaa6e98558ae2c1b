import ADCCalculus

/// One reduction of a loop while the loop runs: takes the lanes of its operand in row-major order.
///
/// Axes are merged to alternating groups of kept and reduced ones. Runs along a reduced innermost
/// group are folded first and then combined, with compensation for sums (A. Neumaier, 1974); runs
/// along a kept one are combined element by element.
struct Accumulator {
  let kind: ADCCalculus.Reduction
  let slot: Int
  /// Where the results start: a root.
  let root: Int
  let resultCount: Int
  private let innerIsReduced: Bool
  /// A walk over the space whose strides are those of the result, 0 along reduced axes.
  private var walk: Walk
  private var target: UnsafeMutablePointer<Double>
  private var folded = 0.0
  private var sum = CompensatedSum()

  init(
    _ reduction: LoopKernel.Reduction, root: Int, slot: Int, space: [Int], in pool: Pool,
    resting: UnsafeMutablePointer<Double>
  ) {
    kind = reduction.kind
    self.slot = slot
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
    target = resting
  }

  private var identity: Double {
    switch kind {
    case .sum, .indexOfMinimum, .indexOfMaximum: 0
    case .product: 1
    case .minimum: .infinity
    case .maximum: -.infinity
    }
  }

  mutating func start(_ results: UnsafeMutablePointer<Double>) {
    target = results
    walk.restart()
    folded = identity
    sum = CompensatedSum()
    for index in 0..<resultCount { results[index] = folded }
  }

  mutating func add(_ lanes: UnsafePointer<Double>, _ count: Int) {
    if innerIsReduced { foldRuns(lanes, count) } else { combineRuns(lanes, count) }
  }

  private mutating func foldRuns(_ lanes: UnsafePointer<Double>, _ count: Int) {
    var done = 0
    while done < count {
      let run = min(count &- done, walk.innerSize &- walk.inner)
      fold(lanes + done, run)
      done &+= run
      let place = target + walk.offset
      let ends = walk.inner &+ run == walk.innerSize
      walk.advance(run)
      if ends { finish(place) }
    }
  }

  @inline(__always)
  private mutating func fold(_ lanes: UnsafePointer<Double>, _ count: Int) {
    switch kind {
    case .sum: sum.add(ReductionKernel.sum(lanes, count))
    case .product: folded *= ReductionKernel.product(lanes, count)
    case .minimum: folded = Combining.lesser(folded, ReductionKernel.minimum(lanes, count))
    case .maximum: folded = Combining.greater(folded, ReductionKernel.maximum(lanes, count))
    case .indexOfMinimum, .indexOfMaximum: break
    }
  }

  @inline(__always)
  private mutating func finish(_ place: UnsafeMutablePointer<Double>) {
    switch kind {
    case .sum:
      place.pointee += sum.value
      sum = CompensatedSum()
    case .product: place.pointee *= folded
    case .minimum: place.pointee = Combining.lesser(place.pointee, folded)
    case .maximum: place.pointee = Combining.greater(place.pointee, folded)
    case .indexOfMinimum, .indexOfMaximum: break
    }
    folded = identity
  }

  private mutating func combineRuns(_ lanes: UnsafePointer<Double>, _ count: Int) {
    var done = 0
    while done < count {
      let run = min(count &- done, walk.innerSize &- walk.inner)
      let to = target + (walk.offset &+ walk.inner &* walk.innerStride)
      let from = lanes + done
      switch kind {
      case .sum: Combining.add(from, to: to, run)
      case .product: Combining.multiply(from, into: to, run)
      case .minimum: Combining.keepLesser(from, in: to, run)
      case .maximum: Combining.keepGreater(from, in: to, run)
      case .indexOfMinimum, .indexOfMaximum: break
      }
      done &+= run
      walk.advance(run)
    }
  }
}
