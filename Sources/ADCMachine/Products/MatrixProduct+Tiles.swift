extension MatrixProduct {
  typealias Row = SIMD4<Number>
  typealias Tile = (Row, Row, Row, Row)

  /// Copies four rows at a time, term by term. Where rows run out the last one is repeated:
  /// what comes of it is never stored.
  static func pack(
    _ source: Operand, rows: Int, terms: Int, into packed: UnsafeMutablePointer<Number>
  ) {
    var target = UnsafeMutableRawPointer(packed)
    var i = 0
    while i < rows {
      let last = rows &- 1
      let r0 = source.from(row: i, column: 0).start
      if source.row == 1 && i &+ tile <= rows {
        for l in 0..<terms {
          target.storeBytes(of: load(r0 + l &* source.column), as: Row.self)
          target += MemoryLayout<Row>.stride
        }
      } else {
        let r1 = source.from(row: min(i &+ 1, last), column: 0).start
        let r2 = source.from(row: min(i &+ 2, last), column: 0).start
        let r3 = source.from(row: min(i &+ 3, last), column: 0).start
        for l in 0..<terms {
          let at = l &* source.column
          target.storeBytes(of: Row(r0[at], r1[at], r2[at], r3[at]), as: Row.self)
          target += MemoryLayout<Row>.stride
        }
      }
      i &+= tile
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
      let row = load(b)
      c0 += row * a[0]
      c1 += row * a[1]
      c2 += row * a[2]
      c3 += row * a[3]
      a += tile
      b += tile
    }
    return (c0, c1, c2, c3)
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
