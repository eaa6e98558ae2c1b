/// The numbers from an element of a matrix to the one below it and to the one on its right.
package struct MatrixStrides: Sendable {
  /// From one row to the next.
  package var row: Int
  /// From one column to the next.
  package var column: Int

  /// Strides in numbers, not in bytes.
  package init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

/// An extent cut into as few tiles as there can be of a size, as equal as can be.
struct TileCut: Sendable {
  let tiles: Int
  /// Of all tiles but the first `larger`, which have one more.
  let size: Int
  let larger: Int

  init(_ count: Int, limit: Int) {
    tiles = (count &+ (limit &- 1)) / limit
    size = count / tiles
    larger = count % tiles
  }

  var largest: Int { larger > 0 ? size + 1 : size }

  @inline(__always)
  func start(_ tile: Int) -> Int { tile &* size &+ min(tile, larger) }

  @inline(__always)
  func size(_ tile: Int) -> Int { tile < larger ? size &+ 1 : size }
}

/// How the terms of a result are added up.
enum ProductTerms {
  /// Terms of a sum that are added up before they are added to the result.
  static let run = 256
}
