import ADCCalculus

/// A function of matrices with sizes: one matrix for every batch, worked on in double.
struct BoundMatrixFunction {
  private let kernel: MatrixKernel
  private let matrix: Layout
  private let right: Layout?
  private let batches: Int
  private let matrixWalk: Walk
  private let rightWalk: Walk?
  private let precision: Precision
  let to: Int

  /// A right side that is a vector counts as one column.
  init(
    _ function: MatrixFunction, _ operands: [Layout], to: Int, in pool: Pool, _ precision: Precision
  ) throws(MachineError) {
    self.to = to
    self.precision = precision
    matrix = operands[0]
    let rank = matrix.sizes.count
    guard rank >= 2 else { throw .badSize("\(function.rawValue) of \(matrix.sizes)") }
    let (rows, columns) = (matrix.sizes[rank - 2], matrix.sizes[rank - 1])
    guard rows == columns || function == .pseudoInverse else {
      throw .badSize("\(function.rawValue) of \(rows) × \(columns) elements")
    }
    var right = operands.count > 1 ? operands[1] : nil
    if let given = right, given.sizes.count == 1 {
      right?.sizes.append(1)
      right?.strides.append(1)
    }
    if let right, right.sizes[right.sizes.count - 2] != rows {
      throw .badSize("\(function.rawValue) of \(matrix.sizes) and \(right.sizes)")
    }
    let rightColumns = right?.sizes.last ?? 0
    if function == .adjugateAlong, rightColumns != columns {
      throw .badSize("\(function.rawValue) of \(matrix.sizes) and \(right?.sizes ?? [])")
    }
    kernel = MatrixKernel(function, rows: rows, columns: columns, rightColumns: rightColumns)
    self.right = right
    let batch = Self.batch(matrix)
    let rightBatch = right.map(Self.batch) ?? batch
    var sizes = batch.sizes.count >= rightBatch.sizes.count ? batch.sizes : rightBatch.sizes
    let shorter = batch.sizes.count >= rightBatch.sizes.count ? rightBatch.sizes : batch.sizes
    for (axis, size) in shorter.enumerated() where size != 1 {
      sizes[sizes.count - shorter.count + axis] = size
    }
    let wide = try batch.broadcast(to: sizes)
    matrixWalk = Walk(sizes: sizes, strides: wide.strides, in: pool)
    if right == nil {
      rightWalk = nil
    } else {
      let rightWide = try rightBatch.broadcast(to: sizes)
      rightWalk = Walk(sizes: sizes, strides: rightWide.strides, in: pool)
    }
    batches = sizes.reduce(1) { $0.multipliedSaturating(by: $1) }
  }

  private static func batch(_ layout: Layout) -> Layout {
    Layout(
      root: 0, offset: 0, sizes: Array(layout.sizes.dropLast(2)),
      strides: Array(layout.strides.dropLast(2)))
  }

  private var matrixRoom: Int { MemoryPlan.aligned(kernel.rows &* kernel.columns) }

  /// Room for a result in double, where memory has singles.
  private var resultRoom: Int {
    precision == .double ? 0 : MemoryPlan.aligned(kernel.resultCount)
  }

  var scratchCount: Int {
    matrixRoom.addedSaturating(resultRoom).addedSaturating(kernel.scratchCount)
  }

  var resultCount: Int { batches.multipliedSaturating(by: kernel.resultCount) }

  func run<Number>(_ memory: MachineMemory<Number>) {
    let scratch = memory.wideScratch
    let (wide, rest) = (scratch + matrixRoom, scratch + matrixRoom + resultRoom)
    var result = memory.bases[to]
    var (matrixWalk, rightWalk) = (matrixWalk, rightWalk)
    matrixWalk.restart()
    rightWalk?.restart()
    for _ in 0..<batches {
      let doubles = Number.doubles(result) ?? wide
      copy(matrix, matrixWalk, memory, to: scratch)
      matrixWalk.advance(1)
      if let right, let walk = rightWalk {
        copy(right, walk, memory, to: doubles)
        rightWalk?.advance(1)
      }
      kernel.run(scratch, doubles, rest)
      if doubles == wide { Number.round(wide, to: result, kernel.resultCount) }
      result += kernel.resultCount
    }
  }

  /// The matrix where a walk over the batches stands, without gaps.
  private func copy<Number>(
    _ layout: Layout, _ walk: Walk, _ memory: MachineMemory<Number>,
    to target: UnsafeMutablePointer<Double>
  ) {
    let rank = layout.sizes.count
    let (rows, columns) = (layout.sizes[rank - 2], layout.sizes[rank - 1])
    let (down, across) = (layout.strides[rank - 2], layout.strides[rank - 1])
    let base = memory.bases[layout.root] + layout.offset
    let source = base + (walk.offset &+ walk.inner &* walk.innerStride)
    for row in 0..<rows {
      let (from, place) = (source + row &* down, target + row &* columns)
      for column in 0..<columns { place[column] = Double(from[column &* across]) }
    }
  }
}
