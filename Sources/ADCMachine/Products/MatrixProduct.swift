/// The product of two matrices without native code, on one thread.
///
/// Goto and van de Geijn: Anatomy of high-performance matrix multiplication (2008): the operands
/// are copied in blocks that fit the caches into the order in which a kernel that holds a tile of
/// 4 × 4 results in registers reads them.
package enum MatrixProduct<Number: MachineNumber> {
  static var innerBlock: Int { ProductTerms.run }
  /// Rows of a that are packed at once, and columns of b: a block of each stays in a cache.
  static var rowBlock: Int { 64 }
  static var columnBlock: Int { 256 }
  /// The rows of the tile in registers, and as many columns are the least that it has.
  static var tile: Int { 4 }
  /// The columns of the tile: as many as there are registers for.
  static var tileColumns: Int { MemoryLayout<Number>.stride > 4 ? tile : 2 &* tile }

  /// The numbers of scratch memory that `run` needs for these dimensions; may be 0.
  package static func scratchCount(rows m: Int, columns n: Int, inner k: Int) -> Int {
    if m <= 0 || n <= 0 || k <= 0 { return 0 }
    if m == 1 || n == 1 { return k &+ max(m, n) }
    let rows = packed(min(m, rowBlock), tile)
    return min(k, innerBlock) &* (rows &+ packed(min(n, columnBlock), tileColumns))
  }

  /// c = a b, with a of m × k, b of k × n and c of m × n, replacing what c held; zeros for k = 0.
  ///
  /// Element (i, j) of an operand is `i * row + j * column` numbers behind its pointer, so a
  /// transposed or broadcast operand costs no copy; rows of c are contiguous, `leading` numbers
  /// apart. c must not overlap the operands, `scratch` holds `scratchCount` numbers (and is not
  /// touched where that is 0). The order of every sum depends on the dimensions and strides
  /// alone, and unless m or n is 1 on k alone: a product may be cut into rows or columns.
  package static func run(
    rows m: Int, columns n: Int, inner k: Int,
    a: UnsafePointer<Number>, aStrides: MatrixStrides,
    b: UnsafePointer<Number>, bStrides: MatrixStrides,
    c: UnsafeMutablePointer<Number>, leading: Int, scratch: UnsafeMutablePointer<Number>
  ) {
    guard m > 0, n > 0 else { return }
    guard k > 0 else {
      for i in 0..<m { (c + i &* leading).update(repeating: 0, count: n) }
      return
    }
    let left = Operand(start: a, row: aStrides.row, column: aStrides.column)
    let right = Operand(start: b, row: bStrides.row, column: bStrides.column)
    if n == 1 {
      let vector = (start: b, stride: bStrides.row)
      timesVector(left, rows: m, inner: k, vector, into: (c, leading), scratch)
    } else if m == 1 {
      let vector = (start: a, stride: aStrides.column)
      timesVector(right.transposed, rows: n, inner: k, vector, into: (c, 1), scratch)
    } else {
      let result = Result(start: c, leading: leading)
      inBlocks(left, right, result, Extent(rows: m, columns: n, inner: k), scratch)
    }
  }

  struct Operand {
    var start: UnsafePointer<Number>
    var row: Int
    var column: Int

    var transposed: Operand { Operand(start: start, row: column, column: row) }

    @inline(__always)
    func from(row i: Int, column j: Int) -> Operand {
      Operand(start: start + (i &* row &+ j &* column), row: row, column: column)
    }
  }

  struct Result {
    var start: UnsafeMutablePointer<Number>
    var leading: Int
  }

  struct Extent {
    var rows: Int
    var columns: Int
    var inner: Int
  }

  /// A count rounded up to whole tiles of a size that is a power of 2.
  @inline(__always)
  static func packed(_ count: Int, _ size: Int) -> Int { (count &+ (size &- 1)) & ~(size &- 1) }

  private static func inBlocks(
    _ a: Operand, _ b: Operand, _ c: Result, _ extent: Extent,
    _ scratch: UnsafeMutablePointer<Number>
  ) {
    let packedRows =
      scratch + min(extent.inner, innerBlock)
      &* packed(min(extent.columns, columnBlock), tileColumns)
    var column = 0
    while column < extent.columns {
      let columns = min(columnBlock, extent.columns &- column)
      var inner = 0
      while inner < extent.inner {
        let terms = min(innerBlock, extent.inner &- inner)
        let block = b.from(row: inner, column: column)
        pack(block.transposed, rows: columns, terms: terms, width: tileColumns, into: scratch)
        var row = 0
        while row < extent.rows {
          let rows = min(rowBlock, extent.rows &- row)
          let left = a.from(row: row, column: inner)
          pack(left, rows: rows, terms: terms, width: tile, into: packedRows)
          let target = Result(start: c.start + (row &* c.leading &+ column), leading: c.leading)
          tiles(
            packedRows, scratch, target, Extent(rows: rows, columns: columns, inner: terms),
            adding: inner > 0)
          row &+= rows
        }
        inner &+= terms
      }
      column &+= columns
    }
  }

  /// All tiles of one packed block of a by one packed block of b.
  private static func tiles(
    _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>, _ c: Result, _ extent: Extent,
    adding: Bool
  ) {
    var j = 0
    while j < extent.columns {
      let panel = b + j &* extent.inner
      let left = extent.columns &- j
      let isWide = tileColumns > tile && left > tile
      var i = 0
      while i < extent.rows {
        let (rows, block) = (min(tile, extent.rows &- i), a + i &* extent.inner)
        let target = Result(start: c.start + (i &* c.leading &+ j), leading: c.leading)
        if isWide {
          let sums = wideTileSums(block, panel, extent.inner)
          let second = Result(start: target.start + tile, leading: c.leading)
          store(sums.0, target, rows: rows, columns: tile, adding: adding)
          store(sums.1, second, rows: rows, columns: min(tile, left &- tile), adding: adding)
        } else {
          let sums = tileSums(block, panel, extent.inner)
          store(sums, target, rows: rows, columns: min(tile, left), adding: adding)
        }
        i &+= tile
      }
      j &+= isWide ? 2 &* tile : tile
    }
  }
}
