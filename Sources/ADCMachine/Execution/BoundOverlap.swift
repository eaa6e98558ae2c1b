import ADCCalculus

/// Windows added up at the places that they were taken from: one window offset after the other,
/// so that the order of every sum is fixed.
struct BoundOverlap {
  private let source: Layout
  /// Over all axes of the windows, with the strides of the places in the result.
  private let sourceWalk: Walk
  private let targetWalk: Walk
  private let count: Int
  let resultCount: Int
  let to: Int

  init(
    _ source: Layout, _ steps: [Int], sizes: [Int], to: Int, in pool: Pool
  ) throws(MachineError) {
    self.source = source
    self.to = to
    resultCount = sizes.reduce(1, &*)
    count = source.count
    let target = try Layout.contiguous(root: to, sizes: sizes).windows(steps, source.sizes)
    sourceWalk = Walk(sizes: source.sizes, strides: source.strides, in: pool)
    targetWalk = Walk(sizes: source.sizes, strides: target.strides, in: pool)
  }

  func run<Number>(_ memory: MachineMemory<Number>) {
    let result = memory.bases[to]
    result.update(repeating: 0, count: resultCount)
    let from = memory.bases[source.root] + source.offset
    var (source, target) = (sourceWalk, targetWalk)
    source.restart()
    target.restart()
    var done = 0
    while done < count {
      let run = min(source.innerSize &- source.inner, target.innerSize &- target.inner)
      let x = from + (source.offset &+ source.inner &* source.innerStride)
      let y = result + (target.offset &+ target.inner &* target.innerStride)
      if source.innerStride == 1, target.innerStride == 1 {
        Combining.add(x, to: y, run)
      } else {
        for place in 0..<run { y[place &* target.innerStride] += x[place &* source.innerStride] }
      }
      source.advance(run)
      target.advance(run)
      done &+= run
    }
  }
}
