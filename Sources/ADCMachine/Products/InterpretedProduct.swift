import ADCPlatform

/// A product of two matrices without native code, its rows or columns shared by threads. Results
/// have the same bits with any number of threads.
struct InterpretedProduct<Number: MachineNumber>: Sendable {
  private let rows: Int
  private let columns: Int
  private let inner: Int
  private let aStrides: MatrixStrides
  private let bStrides: MatrixStrides
  private let threads: Int
  private let workers: ProductWorkers<Number>?

  /// Multiplications from which threads share them: they take some 100 microseconds.
  private static var leastShared: Int { 1 << 20 }

  init(
    rows: Int, columns: Int, inner: Int, aStrides: MatrixStrides, bStrides: MatrixStrides,
    threads: Int
  ) {
    (self.rows, self.columns, self.inner) = (rows, columns, inner)
    (self.aStrides, self.bStrides) = (aStrides, bStrides)
    let work = rows.multipliedSaturating(by: columns).multipliedSaturating(by: inner)
    // One row or column is summed otherwise than several: no part may be that narrow.
    let isShared = work >= Self.leastShared && max(rows, columns) >= 8 * threads
    self.threads = isShared ? threads : 1
    workers =
      self.threads > 1
      ? ProductWorkers(
        threads: threads,
        scratchCount: MatrixProduct<Number>.scratchCount(
          rows: rows, columns: columns, inner: inner),
        sumCount: 0) : nil
  }

  /// The numbers of scratch memory that `run` takes.
  var scratchCount: Int {
    MatrixProduct<Number>.scratchCount(rows: rows, columns: columns, inner: inner)
  }

  /// c = a b, its rows without gaps.
  func run(
    _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>, _ c: UnsafeMutablePointer<Number>,
    _ scratch: UnsafeMutablePointer<Number>
  ) {
    guard let workers else {
      return part(a, b, c, rows: 0..<rows, columns: 0..<columns, scratch)
    }
    let memory = workers.scratch(scratch)
    WorkerPool.shared.run(parts: threads, threads: threads) { number, worker in
      if rows >= columns {
        part(a, b, c, rows: range(number, of: rows), columns: 0..<columns, memory[worker])
      } else {
        part(a, b, c, rows: 0..<rows, columns: range(number, of: columns), memory[worker])
      }
    }
  }

  private func range(_ part: Int, of count: Int) -> Range<Int> {
    count &* part / threads..<count &* (part &+ 1) / threads
  }

  private func part(
    _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>, _ c: UnsafeMutablePointer<Number>,
    rows: Range<Int>, columns: Range<Int>, _ scratch: UnsafeMutablePointer<Number>
  ) {
    MatrixProduct<Number>.run(
      rows: rows.count, columns: columns.count, inner: inner,
      a: a + rows.lowerBound &* aStrides.row, aStrides: aStrides,
      b: b + columns.lowerBound &* bStrides.column, bStrides: bStrides,
      c: c + (rows.lowerBound &* self.columns &+ columns.lowerBound), leading: self.columns,
      scratch: scratch)
  }
}
