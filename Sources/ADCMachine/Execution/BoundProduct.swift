import ADCPlatform

/// A matrix product with sizes: one product for every batch.
final class BoundProduct<Number: MachineNumber> {
  private let rows: Int
  private let columns: Int
  private let inner: Int
  /// Where the operands of the first batch lie.
  private let a: Place
  private let b: Place
  private let batches: Int
  private let aWalk: Walk
  private let bWalk: Walk
  private let interpreted: InterpretedProduct<Number>
  /// nil where the interpreter does it.
  private let native: NativeProduct<Number>?
  /// The same where one thread does it by tiles: read where it lies, as it is large for a copy.
  private let tiles: UnsafePointer<TiledProduct<Number>>?
  let to: Int

  private struct Place {
    var root: Int
    var offset: Int
  }

  /// Multiplications of one product from which native code is worth its making.
  private static var leastWork: Int { 1 << 11 }

  var scratchCount: Int {
    native?.scratchCount ?? interpreted.scratchCount
  }

  var resultCount: Int { batches.multipliedSaturating(by: rows.multipliedSaturating(by: columns)) }

  /// Vectors count as one row of the left operand, one column of the right.
  ///
  /// Whether native code does it depends on the sizes and the processor alone: its sums are
  /// rounded otherwise, and equal runs have equal bits.
  init(
    _ left: Layout, _ right: Layout, to: Int, in pool: Pool, _ settings: ExecutionSettings
  ) throws(MachineError) {
    self.to = to
    var (a, b) = (left, right)
    guard !a.sizes.isEmpty, !b.sizes.isEmpty else {
      throw .badSize("a matrix product of a scalar")
    }
    if a.sizes.count == 1 {
      a.sizes.insert(1, at: 0)
      a.strides.insert(0, at: 0)
    }
    if b.sizes.count == 1 {
      b.sizes.append(1)
      b.strides.append(0)
    }
    let (aRank, bRank) = (a.sizes.count, b.sizes.count)
    guard a.sizes[aRank - 1] == b.sizes[bRank - 2] else {
      throw .badSize("a matrix product of \(left.sizes) and \(right.sizes)")
    }
    inner = a.sizes[aRank - 1]
    columns = b.sizes[bRank - 1]
    let aStrides = MatrixStrides(row: a.strides[aRank - 2], column: a.strides[aRank - 1])
    let bStrides = MatrixStrides(row: b.strides[bRank - 2], column: b.strides[bRank - 1])
    let aBatch = Layout(
      root: 0, offset: 0, sizes: Array(a.sizes.dropLast(2)), strides: Array(a.strides.dropLast(2)))
    let bBatch = Layout(
      root: 0, offset: 0, sizes: Array(b.sizes.dropLast(2)), strides: Array(b.strides.dropLast(2)))
    var sizes = aBatch.sizes.count >= bBatch.sizes.count ? aBatch.sizes : bBatch.sizes
    let shorter = aBatch.sizes.count >= bBatch.sizes.count ? bBatch.sizes : aBatch.sizes
    for (axis, size) in shorter.enumerated() where size != 1 {
      sizes[sizes.count - shorter.count + axis] = size
    }
    let (aWide, bWide) = (try aBatch.broadcast(to: sizes), try bBatch.broadcast(to: sizes))
    aWalk = Walk(sizes: sizes, strides: aWide.strides, in: pool)
    bWalk = Walk(sizes: sizes, strides: bWide.strides, in: pool)
    let count = sizes.reduce(1) { $0.multipliedSaturating(by: $1) }
    // Batches against one matrix are more rows of one product.
    let isOneProduct =
      count > 1 && bWide.strides.allSatisfy { $0 == 0 } && aWalk.rank == 0
      && aWalk.innerStride == a.sizes[aRank - 2] &* aStrides.row
    rows = isOneProduct ? a.sizes[aRank - 2].multipliedSaturating(by: count) : a.sizes[aRank - 2]
    batches = isOneProduct ? 1 : count
    self.a = Place(root: a.root, offset: a.offset)
    self.b = Place(root: b.root, offset: b.offset)
    interpreted = InterpretedProduct(
      rows: rows, columns: columns, inner: inner, aStrides: aStrides, bStrides: bStrides,
      threads: settings.threads)
    let work = rows.multipliedSaturating(by: columns).multipliedSaturating(by: inner)
    let isNative =
      settings.engine == .native
      || settings.engine == .automatic && work >= Self.leastWork
    native =
      isNative
      ? NativeProduct(
        rows: rows, columns: columns, inner: inner, aStrides: aStrides, bStrides: bStrides,
        leading: columns, threads: settings.threads) : nil
    tiles = native?.plainTiles.map { UnsafePointer(pool.copy([$0])) }
  }

  /// The code for rows times a vector, where that is how it runs.
  var rowDots: DotProducts<Number>? { batches == 1 ? native?.rowDots : nil }

  /// The code for one row (or column) of results, where that is how it runs.
  var rowOfResults: TiledProduct<Number>? { batches == 1 ? native?.rowOfResults : nil }

  /// Whether the vector is the right operand.
  var hasVectorLast: Bool { columns == 1 }

  /// The operands of the only batch.
  func operands(
    _ memory: MachineMemory<Number>
  ) -> (UnsafePointer<Number>, UnsafePointer<Number>) {
    (
      UnsafePointer(memory.bases[a.root] + a.offset),
      UnsafePointer(memory.bases[b.root] + b.offset)
    )
  }

  func run(_ memory: MachineMemory<Number>) {
    let (x, y) = (memory.bases[a.root] + a.offset, memory.bases[b.root] + b.offset)
    var result = memory.bases[to]
    if batches == 1 { return run(x, y, result, memory.scratch) }
    var (aWalk, bWalk) = (aWalk, bWalk)
    aWalk.restart()
    bWalk.restart()
    for _ in 0..<batches {
      if CurrentProcess.stopsEvaluation { return }
      let left = x + (aWalk.offset &+ aWalk.inner &* aWalk.innerStride)
      let right = y + (bWalk.offset &+ bWalk.inner &* bWalk.innerStride)
      run(left, right, result, memory.scratch)
      result += rows &* columns
      aWalk.advance(1)
      bWalk.advance(1)
    }
  }

  @inline(__always)
  private func run(
    _ left: UnsafePointer<Number>, _ right: UnsafePointer<Number>,
    _ result: UnsafeMutablePointer<Number>, _ scratch: UnsafeMutablePointer<Number>
  ) {
    if let tiles {
      tiles.pointee.run(left, right, result, leading: columns, scratch)
    } else if let native {
      native.run(left, right, result, leading: columns, scratch)
    } else {
      interpreted.run(left, right, result, scratch)
    }
  }
}
