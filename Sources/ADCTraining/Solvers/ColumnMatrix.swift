/// A matrix stored column by column.
package struct ColumnMatrix: Equatable, Sendable {
  /// At least 0.
  package let rowCount: Int
  /// At least 0.
  package let columnCount: Int
  /// Column after column, `rowCount * columnCount` numbers.
  package var entries: [Double]

  /// Takes entries column by column; stops the program where their number is wrong.
  package init(rowCount: Int, columnCount: Int, entries: [Double]) {
    precondition(entries.count == rowCount * columnCount, "a matrix has all its entries")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.entries = entries
  }

  /// A matrix of zeros.
  package init(rowCount: Int, columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      entries: [Double](repeating: 0, count: rowCount * columnCount))
  }

  /// The entry at places that count from 0.
  package subscript(row: Int, column: Int) -> Double {
    get { entries[column * rowCount + row] }
    set { entries[column * rowCount + row] = newValue }
  }

  /// The product with a vector of `columnCount` numbers.
  package func times(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rowCount)
    for column in 0..<columnCount where vector[column] != 0 {
      let (start, factor) = (column * rowCount, vector[column])
      for row in 0..<rowCount { result[row] += entries[start + row] * factor }
    }
    return result
  }

  /// The product with another matrix.
  package func times(_ other: ColumnMatrix) -> ColumnMatrix {
    var entries: [Double] = []
    entries.reserveCapacity(rowCount * other.columnCount)
    for column in 0..<other.columnCount {
      let start = column * other.rowCount
      entries += times(Array(other.entries[start..<start + other.rowCount]))
    }
    return ColumnMatrix(rowCount: rowCount, columnCount: other.columnCount, entries: entries)
  }

  /// A copy of a row.
  package func row(_ row: Int) -> [Double] { (0..<columnCount).map { self[row, $0] } }

  /// The first rows.
  package func rows(_ count: Int) -> ColumnMatrix {
    count == rowCount ? self : rows(Array(0..<count))
  }

  /// The rows of some places, in their order.
  package func rows(_ places: [Int]) -> ColumnMatrix {
    var result = ColumnMatrix(rowCount: places.count, columnCount: columnCount)
    for column in 0..<columnCount {
      for (place, row) in places.enumerated() { result[place, column] = self[row, column] }
    }
    return result
  }

  /// The product of the transpose with a vector of `rowCount` numbers.
  package func transposedTimes(_ vector: [Double]) -> [Double] {
    (0..<columnCount).map { column in
      let start = column * rowCount
      var sum = 0.0
      for row in 0..<rowCount { sum += entries[start + row] * vector[row] }
      return sum
    }
  }

  /// The columns of some places, in their order.
  package func columns(_ places: [Int]) -> ColumnMatrix {
    var chosen: [Double] = []
    chosen.reserveCapacity(places.count * rowCount)
    for place in places {
      chosen += entries[place * rowCount..<(place + 1) * rowCount]
    }
    return ColumnMatrix(rowCount: rowCount, columnCount: places.count, entries: chosen)
  }

  /// R of the matrix = Q R. Takes 2 m n^2 operations.
  var triangle: ColumnMatrix {
    // Without a column there is nothing that could stand for the right side below.
    guard columnCount > 0 else { return ColumnMatrix(rowCount: 0, columnCount: 0) }
    let factor = TallFactor(order: columnCount)
    let panel = RowPanel(rows: rowCount, columns: columnCount)
    var result = ColumnMatrix(rowCount: columnCount, columnCount: columnCount)
    entries.withUnsafeBufferPointer { entries in
      guard let first = entries.baseAddress else { return }
      let reader: RowPanel.Reader = { rows, target, distance in
        for column in 0..<columnCount {
          (target + column * distance).update(
            from: first + (column * rowCount + rows.lowerBound), count: rows.count)
        }
      }
      // No right side is asked for: any column will do.
      factor.take(reader, first, panel)
    }
    result.entries.withUnsafeMutableBufferPointer { entries in
      entries.baseAddress?.update(from: factor.entries, count: entries.count)
    }
    return result
  }

  /// The Euclidean norm of a column, without overflow on the way.
  package func columnNorm(_ column: Int) -> Double {
    entries.withUnsafeBufferPointer { entries in
      guard let first = entries.baseAddress else { return 0 }
      return VectorMath.norm(first + column * rowCount, rowCount)
    }
  }
}
