/// Which elements of a matrix may be other than 0, by rows.
package struct SparsityPattern: Hashable, Sendable {
  /// The rows of the matrix.
  package let rows: Int
  /// The columns of the matrix.
  package let columns: Int
  /// Where each row begins in `places`, and where the last one ends.
  package let starts: [Int]
  /// The columns, ascending within a row.
  package let places: [Int32]

  /// - Parameter lists: the columns of every row, ascending.
  package init(columns: Int, lists: some Collection<ArraySlice<Int32>>) {
    self.columns = columns
    rows = lists.count
    var starts = [0]
    starts.reserveCapacity(lists.count + 1)
    var places: [Int32] = []
    for list in lists {
      places += list
      starts.append(places.count)
    }
    self.starts = starts
    self.places = places
  }

  /// The number of elements that may be other than 0.
  package var count: Int { places.count }

  /// The columns of a row.
  package subscript(row: Int) -> ArraySlice<Int32> { places[starts[row]..<starts[row + 1]] }

  /// Whether an element may be other than 0.
  package func contains(_ row: Int, _ column: Int) -> Bool {
    var (low, high) = (starts[row], starts[row + 1])
    while low < high {
      let middle = (low + high) / 2
      if Int(places[middle]) < column { low = middle + 1 } else { high = middle }
    }
    return low < starts[row + 1] && Int(places[low]) == column
  }

  /// The pattern of the transposed matrix.
  package var transposed: SparsityPattern {
    var lists = [[Int32]](repeating: [], count: columns)
    for row in 0..<rows { for column in self[row] { lists[Int(column)].append(Int32(row)) } }
    return SparsityPattern(columns: rows, lists: lists.map { $0[...] })
  }

  /// The pattern of the sum with the transposed matrix and with a full diagonal: that of a matrix
  /// known to be symmetric. Only of square ones.
  package var symmetrized: SparsityPattern {
    let other = transposed
    let lists = (0..<rows).map { row -> ArraySlice<Int32> in
      var all = Set(self[row])
      all.formUnion(other[row])
      all.insert(Int32(row))
      return all.sorted()[...]
    }
    return SparsityPattern(columns: columns, lists: lists)
  }
}
