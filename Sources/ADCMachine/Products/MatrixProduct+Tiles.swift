extension MatrixProduct {
  typealias Row = SIMD4<Number>
  typealias Tile = (Row, Row, Row, Row)

  /// Copies so many rows at a time, a multiple of the tile's, term by term. Where rows run out the
  /// last one is repeated: what comes of it is never stored. Where no more than a tile of them is
  /// left, this is as wide as a tile.
  static func pack(
    _ source: Operand, rows: Int, terms: Int, width: Int,
    into packed: UnsafeMutablePointer<Number>
  ) {
    var i = 0
    while i < rows {
      let wide = rows &- i > tile ? width : tile
      var part = 0
      while part < wide {
        packTile(source, i &+ part, of: rows, terms, into: packed + (i &* terms &+ part), wide)
        part &+= tile
      }
      i &+= wide
    }
  }

  /// Copies a tile's rows, the terms being so many numbers apart.
  @inline(__always)
  private static func packTile(
    _ source: Operand, _ i: Int, of rows: Int, _ terms: Int,
    into packed: UnsafeMutablePointer<Number>, _ apart: Int
  ) {
    var target = UnsafeMutableRawPointer(packed)
    let step = apart &* MemoryLayout<Number>.stride
    let last = rows &- 1
    let r0 = source.from(row: min(i, last), column: 0).start
    if source.row == 1 && i &+ tile <= rows {
      for l in 0..<terms {
        target.storeBytes(of: load(r0 + l &* source.column), as: Row.self)
        target += step
      }
    } else {
      let r1 = source.from(row: min(i &+ 1, last), column: 0).start
      let r2 = source.from(row: min(i &+ 2, last), column: 0).start
      let r3 = source.from(row: min(i &+ 3, last), column: 0).start
      for l in 0..<terms {
        let at = l &* source.column
        target.storeBytes(of: Row(r0[at], r1[at], r2[at], r3[at]), as: Row.self)
        target += step
      }
    }
  }

  /// The products of four packed rows and four packed columns, each summed in order.
  @inline(__always)
  static func tileSums(_ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>, _ terms: Int)
    -> Tile
  {
    var (c0, c1, c2, c3) = (Row(), Row(), Row(), Row())
    var (a, b) = (a, b)
    for _ in 0..<terms {
      let (row, factors) = (load(b), load(a))
      c0 += row * factors[0]
      c1 += row * factors[1]
      c2 += row * factors[2]
      c3 += row * factors[3]
      a += tile
      b += tile
    }
    return (c0, c1, c2, c3)
  }

  /// The same for eight packed columns.
  @inline(__always)
  static func wideTileSums(_ a: UnsafePointer<Number>, _ b: UnsafePointer<Number>, _ terms: Int)
    -> (Tile, Tile)
  {
    var (c0, c1, c2, c3) = (Row(), Row(), Row(), Row())
    var (d0, d1, d2, d3) = (Row(), Row(), Row(), Row())
    var (a, b) = (a, b)
    for _ in 0..<terms {
      let (left, right, factors) = (load(b), load(b + tile), load(a))
      c0 += left * factors[0]
      d0 += right * factors[0]
      c1 += left * factors[1]
      d1 += right * factors[1]
      c2 += left * factors[2]
      d2 += right * factors[2]
      c3 += left * factors[3]
      d3 += right * factors[3]
      a += tile
      b += 2 &* tile
    }
    return ((c0, c1, c2, c3), (d0, d1, d2, d3))
  }

  /// Stores the first `rows` and `columns` of a tile.
  @inline(__always)
  static func store(_ sums: Tile, _ c: Result, rows: Int, columns: Int, adding: Bool) {
    store(sums.0, c.start, columns, adding)
    if rows > 1 { store(sums.1, c.start + c.leading, columns, adding) }
    if rows > 2 { store(sums.2, c.start + 2 &* c.leading, columns, adding) }
    if rows > 3 { store(sums.3, c.start + 3 &* c.leading, columns, adding) }
  }

  @inline(__always)
  private static func store(
    _ sums: Row, _ c: UnsafeMutablePointer<Number>, _ columns: Int, _ adding: Bool
  ) {
    if columns == tile {
      let value = adding ? load(c) + sums : sums
      UnsafeMutableRawPointer(c).storeBytes(of: value, as: Row.self)
    } else {
      for j in 0..<columns { c[j] = adding ? c[j] + sums[j] : sums[j] }
    }
  }

  @inline(__always)
  static func load(_ place: UnsafePointer<Number>) -> Row {
    UnsafeRawPointer(place).loadUnaligned(as: Row.self)
  }
}
