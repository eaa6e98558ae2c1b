extension PatternSweep {
  /// The sets of a matrix product: for each element those of a row and a column, without the pairs
  /// of which one factor is 0.
  mutating func product(
    _ left: NodeID, _ right: NodeID, _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    var (a, b) = (try sizes(of: left), try sizes(of: right))
    let first = sets(of: left, a.reduce(1, *))
    let second = sets(of: right, b.reduce(1, *))
    if a.count == 1 { a = [1] + a }
    if b.count == 1 { b += [1] }
    let (rows, inner, columns) = (a[a.count - 2], a[a.count - 1], b[b.count - 1])
    let batches = rows * columns == 0 ? 0 : total / (rows * columns)
    // Leading axes, the missing ones as 1; the last ones of the result are the batch.
    let rank = max(a.count, b.count) - 2
    let (outerA, outerB) = (
      Self.leading(a, rank: rank), Self.leading(b, rank: rank)
    )
    var result: [IndexSets.ID] = []
    result.reserveCapacity(total)
    for batch in 0..<batches {
      let index = zip(outerA, outerB).map { max($0, $1) }.places(of: batch)
      let block = Matrices(
        a: Self.position(index, outerA) * rows * inner,
        b: Self.position(index, outerB) * inner * columns, rows: rows, inner: inner,
        columns: columns)
      append(block, first, second, to: &result)
    }
    return result
  }

  /// Where two matrices lie in the elements of two arrays.
  private struct Matrices {
    var a: Int
    var b: Int
    var rows: Int
    var inner: Int
    var columns: Int
  }

  private mutating func append(
    _ block: Matrices, _ first: [IndexSets.ID], _ second: [IndexSets.ID],
    to result: inout [IndexSets.ID]
  ) {
    let (inner, columns) = (block.inner, block.columns)
    var filled: [[Int]] = []
    var rowSets: [IndexSets.ID] = []
    for row in 0..<block.rows {
      let start = block.a + row * inner
      filled.append((0..<inner).filter { first[start + $0] != IndexSets.zero })
      rowSets.append(sets.union(Array(Set(filled[row].map { first[start + $0] }))))
    }
    var columnSets: [IndexSets.ID] = []
    var isFull: [Bool] = []
    for column in 0..<columns {
      let ids = (0..<inner).map { second[block.b + $0 * columns + column] }
      columnSets.append(sets.union(Array(Set(ids))))
      isFull.append(!ids.contains(IndexSets.zero))
    }
    for row in 0..<block.rows {
      for column in 0..<columns {
        if filled[row].count == inner, isFull[column] {
          result.append(sets.union(rowSets[row], columnSets[column]))
          continue
        }
        var ids: [IndexSets.ID] = []
        for place in filled[row] {
          let other = second[block.b + place * columns + column]
          if other != IndexSets.zero { ids += [first[block.a + row * inner + place], other] }
        }
        result.append(sets.union(ids))
      }
    }
  }

  private static func leading(_ sizes: [Int], rank: Int) -> [Int] {
    let own = Array(sizes.dropLast(2))
    return [Int](repeating: 1, count: rank - own.count) + own
  }

  private static func position(_ index: [Int], _ sizes: [Int]) -> Int {
    zip(index, sizes).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : $1.0) }
  }
}
