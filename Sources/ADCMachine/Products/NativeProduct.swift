/// The native code for a product of two matrices of known sizes, chosen by their layout.
///
/// Against exact sums of exact products, each result differs by at most (k + 16) · 2⁻⁵³, of singles
/// (k + 16) · 2⁻²⁴, times the sum of the magnitudes of its k terms (Higham: Accuracy and stability
/// of numerical algorithms, 2nd edition, section 3.1), the same as without native code. Two ways to
/// compute it differ by at most twice that.
package struct NativeProduct<Number: ProductNumber>: Sendable {
  private enum Way {
    case tiles(TiledProduct<Number>)
    /// A column of results as a row.
    case turnedTiles(TiledProduct<Number>)
    case leftDots(DotProducts<Number>)
    case rightDots(DotProducts<Number>)
  }

  private let way: Way
  private let share: TileShare?
  private let workers: ProductWorkers<Number>?

  /// nil where the processor is not one of those known, the system refuses, or a size is 0.
  /// - Parameters:
  ///   - leading: From one row of the result to the next.
  ///   - threads: How many may share it.
  package init?(
    rows: Int, columns: Int, inner: Int, aStrides: MatrixStrides, bStrides: MatrixStrides,
    leading: Int, threads: Int = 1, width: Assembler.Width? = ProcessorFeatures.productWidths.first
  ) {
    guard let width else { return nil }
    let way: Way?
    if columns == 1, leading == 1, aStrides.column == 1 || inner == 1 {
      way = DotProducts(
        rows: rows, inner: inner, rowStride: aStrides.row, vectorStride: bStrides.row,
        threads: threads, width: width
      ).map(Way.leftDots)
    } else if columns == 1, leading == 1 {
      way = TiledProduct(
        rows: 1, columns: rows, inner: inner,
        aStrides: MatrixStrides(row: bStrides.column, column: bStrides.row),
        bStrides: MatrixStrides(row: aStrides.column, column: aStrides.row), width: width
      ).map(Way.turnedTiles)
    } else if rows == 1, bStrides.row == 1, bStrides.column != 1 {
      way = DotProducts(
        rows: columns, inner: inner, rowStride: bStrides.column, vectorStride: aStrides.column,
        threads: threads, width: width
      ).map(Way.rightDots)
    } else {
      way = TiledProduct(
        rows: rows, columns: columns, inner: inner, aStrides: aStrides, bStrides: bStrides,
        width: width
      ).map(Way.tiles)
    }
    guard let way else { return nil }
    self.way = way
    switch way {
    case .tiles(let product), .turnedTiles(let product):
      share = TileShare(product, threads: threads)
      workers = share.map {
        ProductWorkers(
          threads: threads, scratchCount: product.scratchCount, sumCount: $0.sumCount(product))
      }
    case .leftDots, .rightDots: (share, workers) = (nil, nil)
    }
  }

  /// The code for rows times a vector, where that is how it runs.
  var rowDots: DotProducts<Number>? {
    if case .leftDots(let product) = way { product } else { nil }
  }

  /// The tiles, where the operands are taken as they are and one thread does all.
  var plainTiles: TiledProduct<Number>? {
    if case .tiles(let product) = way, share == nil { product } else { nil }
  }

  /// The code for one row (or column) of results, where that is how it runs.
  var rowOfResults: TiledProduct<Number>? {
    switch way {
    case .tiles(let product), .turnedTiles(let product):
      product.rowCount == 1 ? product : nil
    case .leftDots, .rightDots: nil
    }
  }

  /// The numbers of scratch memory, aligned to 64 bytes, that `run` takes.
  package var scratchCount: Int {
    switch way {
    case .tiles(let product), .turnedTiles(let product): product.scratchCount
    case .leftDots(let product), .rightDots(let product): product.scratchCount
    }
  }

  /// c = a b, replacing what c held.
  package func run(
    _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>, _ c: UnsafeMutablePointer<Number>,
    leading: Int, _ scratch: UnsafeMutablePointer<Number>
  ) {
    switch way {
    case .tiles(let product): run(product, a, b, c, leading: leading, scratch)
    // A column of results is a row without gaps.
    case .turnedTiles(let product): run(product, b, a, c, leading: product.columnCount, scratch)
    case .leftDots(let product): product.run(a, b, c, scratch)
    case .rightDots(let product): product.run(b, a, c, scratch)
    }
  }

  private func run(
    _ product: TiledProduct<Number>, _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>,
    _ c: UnsafeMutablePointer<Number>, leading: Int, _ scratch: UnsafeMutablePointer<Number>
  ) {
    if let share, let workers {
      share.run(
        product, a, b, c, leading: leading, scratch: workers.scratch(scratch),
        sums: workers.sums)
    } else {
      product.run(a, b, c, leading: leading, scratch)
    }
  }
}
