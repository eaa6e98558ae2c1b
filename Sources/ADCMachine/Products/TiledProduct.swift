/// A product of two matrices by native code: the sizes cut into tiles, and the code for each tile.
///
/// The blocks are those of Goto and van de Geijn: Anatomy of high-performance matrix
/// multiplication (2008). Operands that lie well in memory are read where they are; others, and
/// those too large for the caches, are copied block by block. Each sum adds its terms in order,
/// in runs of `ProductTerms.run`, each term with one rounding: the bits depend neither on
/// the tiles, nor on the width of vectors, nor on how rows and columns are cut.
struct TiledProduct<Number: ProductNumber>: Sendable {
  private let form: Assembler.Form
  let rowCount: Int
  let columnCount: Int
  let inner: Int
  private let aStrides: MatrixStrides
  private let bStrides: MatrixStrides
  let rows: TileCut
  /// Counts vectors.
  let columns: TileCut
  private let lastLanes: Int
  private let packsLeft: Bool
  private let packsRight: Bool
  /// Row tiles and column tiles of a block.
  private let blockRows: Int
  private let blockColumns: Int
  /// For smaller and larger rows: smaller, larger and last columns.
  private let codes: [6 of ProductCode.Function]

  /// Rows and columns of a block that is packed at once.
  private static var packedRows: Int { 96 }
  private static var packedColumns: Int { 1024 }
  /// Numbers of an operand from which it is packed although it need not be.
  private static var largeCount: Int { 1 << 14 }
  /// Room for the sums of a tile.
  private static var tileRoom: Int { 128 }

  /// nil for sizes of 0, and where the system refuses executable memory.
  init?(
    rows m: Int, columns n: Int, inner k: Int, aStrides: MatrixStrides, bStrides: MatrixStrides,
    width: Assembler.Width
  ) {
    guard m > 0, n > 0, k > 0 else { return nil }
    let form = Assembler.Form(width, Number.element)
    let lanes = form.lanes
    (self.form, rowCount, columnCount, inner) = (form, m, n, k)
    (self.aStrides, self.bStrides) = (aStrides, bStrides)
    let rows = TileCut(m, limit: Self.rowLimit(m, width))
    let columns = TileCut(
      (n + lanes - 1) / lanes, limit: TileCode.vectors(rows: rows.largest, width))
    (self.rows, self.columns) = (rows, columns)
    lastLanes = n - columns.start(columns.tiles - 1) * lanes
    packsLeft = n > 4 * lanes && m.multipliedSaturating(by: k) > Self.largeCount
    packsRight =
      bStrides.column != 1 && n > 1
      || m > 4 * rows.largest && n.multipliedSaturating(by: k) > Self.largeCount
    blockRows = packsLeft ? max(Self.packedRows / rows.largest, 1) : rows.tiles
    blockColumns =
      packsRight ? max(Self.packedColumns / (columns.largest * lanes), 1) : columns.tiles
    var codes: [ProductCode.Function] = []
    for size in [rows.size, rows.largest] {
      for kind in ColumnKind.allCases {
        let vectors =
          switch kind {
          case .smaller: columns.size
          case .larger: columns.largest
          case .last: columns.size(columns.tiles - 1)
          }
        let isMasked = kind == .last && n % lanes != 0
        guard
          let code = ProductCode.code(
            .tile(rows: size, vectors: vectors, isMasked: isMasked), form)
        else { return nil }
        codes.append(code.function)
      }
    }
    self.codes = InlineArray { codes[$0] }
  }

  private enum ColumnKind: Int, CaseIterable {
    case smaller, larger, last
  }

  private static func rowLimit(_ m: Int, _ width: Assembler.Width) -> Int {
    switch width {
    case .bytes32: 6
    case .bytes64: m <= TileCode.mostRows ? TileCode.mostRows : 8
    }
  }

  private var terms: Int { min(inner, ProductTerms.run) }
  private var leftRoom: Int {
    packsLeft ? MemoryPlan.aligned(min(blockRows, rows.tiles) * rows.largest * terms) : 0
  }

  /// The numbers of scratch memory, aligned to 64 bytes, that `run` takes.
  var scratchCount: Int {
    let columns = min(blockColumns, columns.tiles) * columns.largest * form.lanes
    return Self.tileRoom + leftRoom + (packsRight ? columns * terms : 0)
  }

  /// c = a b; rows of c are contiguous, `leading` numbers apart.
  func run(
    _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>, _ c: UnsafeMutablePointer<Number>,
    leading: Int, _ scratch: UnsafeMutablePointer<Number>
  ) {
    let whole = Part(rows: 0..<rows.tiles, columns: 0..<columns.tiles, terms: 0..<inner)
    run(whole, a, b, c, leading: leading, scratch)
  }

  /// Some of the tiles and terms.
  struct Part {
    var rows: Range<Int>
    var columns: Range<Int>
    var terms: Range<Int>
  }

  /// The sums of a part's terms.
  func run(
    _ part: Part, _ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>,
    _ c: UnsafeMutablePointer<Number>, leading: Int, _ scratch: UnsafeMutablePointer<Number>
  ) {
    let size = MemoryLayout<Number>.stride
    let left = scratch + Self.tileRoom
    let right = left + leftRoom
    var call = TileCode.Arguments(
      a: a, aRow: aStrides.row &* size, aTerm: aStrides.column &* size, b: b,
      bTerm: bStrides.row &* size, c: c, cRow: leading &* size, terms: 0, mask: 0, adding: 0)
    var column = part.columns.lowerBound
    while column < part.columns.upperBound {
      let columnEnd = min(column &+ blockColumns, part.columns.upperBound)
      var first = part.terms.lowerBound
      while first < part.terms.upperBound {
        call.terms = min(part.terms.upperBound &- first, ProductTerms.run)
        call.adding = first == part.terms.lowerBound ? 0 : 1
        if packsRight {
          packRight(b + first &* bStrides.row, column..<columnEnd, call.terms, into: right)
        }
        var row = part.rows.lowerBound
        while row < part.rows.upperBound {
          let rowEnd = min(row &+ blockRows, part.rows.upperBound)
          if packsLeft {
            packLeft(a + first &* aStrides.column, row..<rowEnd, call.terms, into: left)
          }
          let block = Block(
            rows: row..<rowEnd, columns: column..<columnEnd,
            a: packsLeft ? UnsafePointer(left) : a + first &* aStrides.column,
            b: packsRight ? UnsafePointer(right) : b + first &* bStrides.row, c: c,
            leading: leading, spare: scratch)
          run(block, &call)
          row = rowEnd
        }
        first &+= call.terms
      }
      column = columnEnd
    }
  }

  /// Tiles that are done in one go.
  private struct Block {
    var rows: Range<Int>
    var columns: Range<Int>
    /// Packed tiles, or the whole operand from a term on.
    var a: UnsafePointer<Number>
    var b: UnsafePointer<Number>
    var c: UnsafeMutablePointer<Number>
    var leading: Int
    var spare: UnsafeMutablePointer<Number>
  }

  private func run(_ block: Block, _ call: inout TileCode.Arguments) {
    let (size, lanes) = (MemoryLayout<Number>.stride, form.lanes)
    var column = block.columns.lowerBound
    while column < block.columns.upperBound {
      let start = columns.start(column) &* lanes
      let isLast = column &+ 1 == columns.tiles
      if packsRight {
        let before = columns.start(block.columns.lowerBound) &* lanes
        call.b = UnsafeRawPointer(block.b + (start &- before) &* call.terms)
        call.bTerm = columns.size(column) &* lanes &* size
      } else {
        call.b = UnsafeRawPointer(block.b + start)
      }
      var kind = column < columns.larger ? ColumnKind.larger : .smaller
      if isLast {
        kind = .last
        setMask(&call)
      }
      // Masked stores of 256 bits are slow where they are rare: the sums take a detour.
      let isSpare = isLast && form.width == .bytes32 && lastLanes % lanes != 0
      let adding = call.adding
      if isSpare { (call.cRow, call.adding) = (columns.largest &* lanes &* size, 0) }
      var row = block.rows.lowerBound
      while row < block.rows.upperBound {
        let top = rows.start(row)
        let height = rows.size(row)
        if packsLeft {
          let before = rows.start(block.rows.lowerBound)
          call.a = UnsafeRawPointer(block.a + (top &- before) &* call.terms)
          (call.aRow, call.aTerm) = (size, height &* size)
        } else {
          call.a = UnsafeRawPointer(block.a + top &* aStrides.row)
        }
        let target = block.c + (top &* block.leading &+ start)
        call.c = UnsafeMutableRawPointer(isSpare ? block.spare : target)
        codes[(row < rows.larger ? 3 : 0) &+ kind.rawValue](&call)
        if isSpare { store(block, target, height, adding: adding != 0) }
        row &+= 1
      }
      if isSpare { (call.cRow, call.adding) = (block.leading &* size, adding) }
      column &+= 1
    }
  }

  private func setMask(_ call: inout TileCode.Arguments) {
    let rest = lastLanes % form.lanes
    switch form.width {
    case .bytes64: call.mask = 1 &<< rest &- 1
    case .bytes32:
      call.mask = Int(bitPattern: LaneMask.bytes(rest &* MemoryLayout<Number>.stride))
    }
  }

  private func store(
    _ block: Block, _ target: UnsafeMutablePointer<Number>, _ height: Int, adding: Bool
  ) {
    let width = columns.largest &* form.lanes
    for row in 0..<height {
      let (from, to) = (block.spare + row &* width, target + row &* block.leading)
      for place in 0..<lastLanes { to[place] = adding ? to[place] + from[place] : from[place] }
    }
  }

  private func packLeft(
    _ a: UnsafePointer<Number>, _ tiles: Range<Int>, _ terms: Int,
    into target: UnsafeMutablePointer<Number>
  ) {
    var target = target
    for tile in tiles {
      let size = rows.size(tile)
      Packing.sliver(
        a + rows.start(tile) &* aStrides.row, count: size, across: aStrides.row, terms: terms,
        along: aStrides.column, width: size, into: target)
      target += size &* terms
    }
  }

  private func packRight(
    _ b: UnsafePointer<Number>, _ tiles: Range<Int>, _ terms: Int,
    into target: UnsafeMutablePointer<Number>
  ) {
    var target = target
    for tile in tiles {
      let size = columns.size(tile) &* form.lanes
      let count = tile &+ 1 == columns.tiles ? lastLanes : size
      Packing.sliver(
        b + columns.start(tile) &* form.lanes &* bStrides.column, count: count,
        across: bStrides.column, terms: terms, along: bStrides.row, width: size, into: target)
      target += size &* terms
    }
  }
}
