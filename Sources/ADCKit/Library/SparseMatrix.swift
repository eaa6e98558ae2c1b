import ADCCalculus
import ADCTraining

/// A matrix of which most elements are 0, in compressed columns: for each column its rows,
/// ascending, and the elements in them.
public struct SparseMatrix: Sendable, Hashable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// Where each column begins in `rowIndices` and `values`, and where the last one ends.
  public let columnStarts: [Int]
  /// The rows of the elements, column by column.
  public let rowIndices: [Int]
  /// The elements, in the order of `rowIndices`.
  public let values: [Double]

  /// An element; 0 where none is kept.
  ///
  /// The time grows with the logarithm of the column's elements.
  public subscript(row: Int, column: Int) -> Double {
    precondition(row >= 0 && row < rows, "the row \(row) is outside a matrix of \(rows)")
    precondition(
      column >= 0 && column < columns, "the column \(column) is outside a matrix of \(columns)")
    var (low, high) = (columnStarts[column], columnStarts[column + 1])
    while low < high {
      let middle = (low + high) / 2
      if rowIndices[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < columnStarts[column + 1] && rowIndices[low] == row ? values[low] : 0
  }

  /// All elements, the zeros too.
  public var dense: Tensor {
    var elements = [Double](repeating: 0, count: rows * columns)
    for column in 0..<columns {
      for place in columnStarts[column]..<columnStarts[column + 1] {
        elements[rowIndices[place] * columns + column] = values[place]
      }
    }
    return Tensor(ShapedValues(shape: [rows, columns], values: elements))
  }
}

extension SparseMatrix {
  /// - Parameter values: an element for every place of the pattern, row by row.
  init(_ pattern: SparsityPattern, rowByRow values: [Double]) {
    var starts = [Int](repeating: 0, count: pattern.columns + 1)
    for column in pattern.places { starts[Int(column) + 1] += 1 }
    for column in 0..<pattern.columns { starts[column + 1] += starts[column] }
    var next = starts
    var rows = [Int](repeating: 0, count: pattern.count)
    var sorted = [Double](repeating: 0, count: pattern.count)
    for row in 0..<pattern.rows {
      for place in pattern.starts[row]..<pattern.starts[row + 1] {
        let column = Int(pattern.places[place])
        rows[next[column]] = row
        sorted[next[column]] = values[place]
        next[column] += 1
      }
    }
    self.init(
      rows: pattern.rows, columns: pattern.columns, columnStarts: starts, rowIndices: rows,
      values: sorted)
  }

  /// A symmetric matrix, whose rows are its columns.
  init(_ hessian: SparseHessian) {
    let pattern = hessian.pattern
    self.init(
      rows: pattern.rows, columns: pattern.columns, columnStarts: pattern.starts,
      rowIndices: pattern.places.map { Int($0) }, values: hessian.values)
  }
}
