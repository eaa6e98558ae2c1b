/// The instructions of a `SweepPlan`, bound: a chunk of rows goes through all of them before the
/// next one is read. Results have the bits of one instruction after the other.
final class BoundSweep<Number: MachineNumber> {
  let plan: SweepPlan
  private let first: BoundProduct<Number>
  private let dots: DotProducts<Number>
  private let loop: BoundLoop
  private let last: BoundProduct<Number>
  private let back: TiledProduct<Number>
  private let rows: Int
  private let columns: Int
  /// The products of the columns with each chunk of rows.
  private let sums: UnsafeMutablePointer<Number>
  private let scratch: UnsafeMutablePointer<Number>
  private let scratchRoom: Int

  /// nil where an instruction runs in a way that rows cannot be taken of.
  init?(_ plan: SweepPlan, _ actions: [BoundFunction.Action], in pool: Pool) {
    guard let first = actions[plan.first].product(of: Number.self), let dots = first.rowDots,
      case .loop(let loop) = actions[plan.loop], loop.isDivided,
      let last = actions[plan.last].product(of: Number.self), let back = last.rowOfResults,
      BoundLoop.chunk == ProductTerms.run, back.inner == loop.count
    else { return nil }
    self.plan = plan
    (self.first, self.dots, self.loop, self.last, self.back) = (first, dots, loop, last, back)
    (rows, columns) = (back.inner, back.columnCount)
    let chunks = (rows + BoundLoop.chunk - 1) / BoundLoop.chunk
    sums = pool.allocate(Number.self, chunks * columns)
    scratchRoom = MemoryPlan.aligned(max(dots.scratchCount, back.scratchCount))
    scratch = pool.allocate(Number.self, loop.threads * scratchRoom)
  }

  func run(_ memory: MachineMemory<Number>) {
    let (matrix, vector) = first.operands(memory)
    let values = memory.bases[first.to]
    let (left, right) = last.operands(memory)
    let (made, turned) = last.hasVectorLast ? (right, left) : (left, right)
    loop.run(
      memory.bases,
      before: { lanes, worker in
        dots.run(rows: lanes, matrix, vector, values, scratch + worker &* scratchRoom)
      },
      after: { lanes, worker in
        let part = TiledProduct<Number>.Part(
          rows: 0..<back.rows.tiles, columns: 0..<back.columns.tiles, terms: lanes)
        back.run(
          part, made, turned, sums + lanes.lowerBound / BoundLoop.chunk &* columns,
          leading: columns, scratch + worker &* scratchRoom)
      })
    let result = memory.bases[last.to]
    result.update(from: sums, count: columns)
    var next = sums + columns
    for _ in 0..<((rows &- 1) / BoundLoop.chunk) {
      for column in 0..<columns { result[column] += next[column] }
      next += columns
    }
  }
}
