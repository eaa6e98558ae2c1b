import ADCPlatform

/// How threads share a product in tiles: rows, columns or terms of it. Results have the same bits
/// with any number of threads.
struct TileShare: Sendable {
  private enum Cut {
    case rows, columns
    /// Runs of terms, each summed by itself; the sums are added in their order afterwards.
    case terms
  }

  /// Multiplications from which threads share them: they take some 100 microseconds.
  private static let leastWork = 1 << 23
  /// Numbers that runs of terms make in all: not more than caches hold.
  private static let mostSums = 1 << 17

  private let cut: Cut
  private let threads: Int
  /// The runs of terms.
  private let runs: Int

  /// nil where one thread does it.
  init?<Number: ProductNumber>(_ product: TiledProduct<Number>, threads: Int) {
    let results = product.rowCount.multipliedSaturating(by: product.columnCount)
    guard threads > 1, results.multipliedSaturating(by: product.inner) >= Self.leastWork else {
      return nil
    }
    let runs =
      (product.inner &+ (ProductTerms.run &- 1)) / ProductTerms.run
    if max(product.rows.tiles, product.columns.tiles) >= 2 * threads {
      cut = product.columns.tiles >= product.rows.tiles ? .columns : .rows
    } else if runs >= 2 * threads, results.multipliedSaturating(by: runs) <= Self.mostSums {
      cut = .terms
    } else {
      return nil
    }
    (self.threads, self.runs) = (threads, runs)
  }

  /// The numbers of memory for the sums of runs.
  func sumCount<Number: ProductNumber>(_ product: TiledProduct<Number>) -> Int {
    switch cut {
    case .rows, .columns: 0
    case .terms: runs &* product.rowCount &* product.columnCount
    }
  }

  /// c = a b; `scratch` leads to the memory of each thread, `sums` to that for runs.
  func run<Number: ProductNumber>(
    _ product: TiledProduct<Number>, _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>,
    _ c: UnsafeMutablePointer<Number>, leading: Int,
    scratch: UnsafeMutablePointer<UnsafeMutablePointer<Number>>,
    sums: UnsafeMutablePointer<Number>
  ) {
    let whole = TiledProduct<Number>.Part(
      rows: 0..<product.rows.tiles, columns: 0..<product.columns.tiles, terms: 0..<product.inner)
    WorkerPool.shared.run(parts: threads, threads: threads) { number, worker in
      var part = whole
      switch cut {
      case .rows: part.rows = range(number, of: product.rows.tiles)
      case .columns: part.columns = range(number, of: product.columns.tiles)
      case .terms:
        for run in range(number, of: runs) {
          let first = run &* ProductTerms.run
          part.terms = first..<min(first &+ ProductTerms.run, product.inner)
          let target = sums + run &* (product.rowCount &* product.columnCount)
          product.run(part, a, b, target, leading: product.columnCount, scratch[worker])
        }
        return
      }
      product.run(part, a, b, c, leading: leading, scratch[worker])
    }
    if cut == .terms { add(product, sums, c, leading: leading) }
  }

  private func range(_ part: Int, of count: Int) -> Range<Int> {
    count &* part / threads..<count &* (part &+ 1) / threads
  }

  private func add<Number: ProductNumber>(
    _ product: TiledProduct<Number>, _ sums: UnsafeMutablePointer<Number>,
    _ c: UnsafeMutablePointer<Number>, leading: Int
  ) {
    let (rows, columns) = (product.rowCount, product.columnCount)
    for run in 0..<runs {
      for row in 0..<rows {
        let (to, from) = (c + row &* leading, sums + (run &* rows &+ row) &* columns)
        if run == 0 {
          to.update(from: from, count: columns)
        } else {
          for column in 0..<columns { to[column] = to[column] + from[column] }
        }
      }
    }
  }
}

/// Memory that threads other than the first need for a product; taken when it is first needed.
final class ProductWorkers<Number: ProductNumber>: @unchecked Sendable {
  // Unchecked: a bound function, and so its products, is used by one thread at a time.
  private let pool = Pool()
  private let threads: Int
  private let scratchCount: Int
  private let sumCount: Int
  private var memory: UnsafeMutablePointer<UnsafeMutablePointer<Number>>?
  private(set) lazy var sums = pool.allocate(Number.self, sumCount)

  init(threads: Int, scratchCount: Int, sumCount: Int) {
    (self.threads, self.scratchCount, self.sumCount) = (threads, scratchCount, sumCount)
  }

  /// The memory of every thread, that of the first being given.
  func scratch(
    _ first: UnsafeMutablePointer<Number>
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Number>> {
    if let memory {
      memory[0] = first
      return memory
    }
    let memory = pool.allocate(UnsafeMutablePointer<Number>.self, threads)
    memory.initialize(repeating: first, count: threads)
    for worker in 1..<threads { memory[worker] = pool.allocate(Number.self, scratchCount) }
    self.memory = memory
    return memory
  }
}
