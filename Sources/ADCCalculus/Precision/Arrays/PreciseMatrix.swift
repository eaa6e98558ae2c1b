extension PreciseEvaluation {
  /// A function of every matrix of a batch.
  func matrices(
    _ function: MatrixFunction, _ x: [PreciseArray], _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    var operands = x
    if x.count > 1, x[1].sizes.count == 1 {
      operands[1] = PreciseArray(sizes: x[1].sizes + [1], values: x[1].values)
    }
    var batch = [Int](repeating: 1, count: (operands.map(\.sizes.count).max() ?? 2) - 2)
    for operand in operands {
      let own = operand.sizes.dropLast(2)
      for (axis, size) in own.enumerated() where size != 1 {
        batch[batch.count - own.count + axis] = size
      }
    }
    var values: [PreciseNumber] = []
    try PreciseArray.forEachIndex(batch) { index throws(PreciseFailure) in
      let matrices = operands.map { PreciseMatrix($0, index, bits: bits) }
      values += matrices[0].value(of: function, matrices.count > 1 ? matrices[1] : matrices[0])
    }
    return PreciseArray(sizes: shape, values: values)
  }
}

/// A matrix of precise numbers, by rows.
private struct PreciseMatrix {
  var rows: [[PreciseNumber]]
  let bits: Int

  init(_ rows: [[PreciseNumber]], bits: Int) {
    self.rows = rows
    self.bits = bits
  }

  init(_ x: PreciseArray, _ batch: [Int], bits: Int) {
    let sizes = Array(x.sizes.suffix(2))
    let rows = (0..<sizes[0]).map { row in
      (0..<sizes[1]).map { x.at(batch + [row, $0]) }
    }
    self.init(rows, bits: bits)
  }

  private var zero: PreciseNumber { PreciseNumber(0, bits: bits) }
  private var one: PreciseNumber { PreciseNumber(1, bits: bits) }
  private var columnCount: Int { rows.first?.count ?? 0 }

  func value(of function: MatrixFunction, _ other: PreciseMatrix) -> [PreciseNumber] {
    switch function {
    case .determinant: return [eliminated(identity).determinant]
    case .logDeterminant: return [eliminated(identity).determinant.magnitude.logarithm]
    case .inverse: return eliminated(identity).solution.elements
    case .solve: return eliminated(other).solution.elements
    case .solveLower: return kept { $0 >= $1 }.eliminated(other).solution.elements
    case .solveUpper: return kept { $0 <= $1 }.eliminated(other).solution.elements
    case .adjugate: return adjugate.elements
    case .adjugateAlong: return adjugate(along: other).elements
    case .cholesky: return factor.elements
    case .pseudoInverse:
      let turned = transposed
      if rows.count >= columnCount { return (turned * self).eliminated(turned).solution.elements }
      return (turned * (self * turned).eliminated((self * turned).identity).solution).elements
    }
  }

  private var elements: [PreciseNumber] { rows.flatMap { $0 } }

  private var identity: PreciseMatrix {
    PreciseMatrix(
      rows.indices.map { row in rows.indices.map { $0 == row ? one : zero } }, bits: bits)
  }

  private var transposed: PreciseMatrix {
    PreciseMatrix((0..<columnCount).map { column in rows.map { $0[column] } }, bits: bits)
  }

  private func kept(_ isKept: (_ row: Int, _ column: Int) -> Bool) -> PreciseMatrix {
    PreciseMatrix(
      rows.indices.map { row in rows.indices.map { isKept(row, $0) ? rows[row][$0] : zero } },
      bits: bits)
  }

  fileprivate static func * (a: PreciseMatrix, b: PreciseMatrix) -> PreciseMatrix {
    let rows = a.rows.map { row in
      (0..<b.columnCount).map { column in
        row.indices.reduce(a.zero) { $0 + row[$1] * b.rows[$1][column] }
      }
    }
    return PreciseMatrix(rows, bits: a.bits)
  }

  /// The solution for a right side, by Gauss and Jordan with row pivots, and the determinant.
  private func eliminated(
    _ right: PreciseMatrix
  ) -> (solution: PreciseMatrix, determinant: PreciseNumber) {
    var (a, x, determinant) = (rows, right.rows, one)
    for k in a.indices {
      let pivot = a.indices[k...].max { a[$0][k].magnitude < a[$1][k].magnitude } ?? k
      if pivot != k {
        a.swapAt(k, pivot)
        x.swapAt(k, pivot)
        determinant = -determinant
      }
      determinant = determinant * a[k][k]
      guard !a[k][k].isZero else { break }
      for row in a.indices where row != k {
        let factor = a[row][k] / a[k][k]
        for column in k..<a.count { a[row][column] = a[row][column] - factor * a[k][column] }
        for column in x[row].indices { x[row][column] = x[row][column] - factor * x[k][column] }
      }
    }
    for row in x.indices { x[row] = x[row].map { $0 / a[row][row] } }
    return (PreciseMatrix(x, bits: bits), determinant)
  }

  /// The transposed matrix of cofactors, which singular matrices have too.
  private var adjugate: PreciseMatrix {
    let (inverse, determinant) = eliminated(identity)
    if !determinant.isZero {
      return PreciseMatrix(inverse.rows.map { $0.map { $0 * determinant } }, bits: bits)
    }
    return PreciseMatrix(
      rows.indices.map { row in
        rows.indices.map { column in
          let minor = minor(without: column, row)
          let value = minor.eliminated(minor.identity).determinant
          return (row + column) % 2 == 0 ? value : -value
        }
      }, bits: bits)
  }

  private func minor(without row: Int, _ column: Int) -> PreciseMatrix {
    PreciseMatrix(
      rows.indices.filter { $0 != row }.map { place in
        rows.indices.filter { $0 != column }.map { rows[place][$0] }
      }, bits: bits)
  }

  /// How the adjugate changes along a direction E: tr(inv(A) E) adj(A) - adj(A) E inv(A), for
  /// matrices that are not singular; NaN for those that are.
  private func adjugate(along direction: PreciseMatrix) -> PreciseMatrix {
    let (inverse, determinant) = eliminated(identity)
    let turned = inverse * direction
    let trace = turned.rows.indices.reduce(zero) { $0 + turned.rows[$1][$1] }
    let product = turned * inverse
    return PreciseMatrix(
      rows.indices.map { row in
        rows.indices.map {
          determinant * (trace * inverse.rows[row][$0] - product.rows[row][$0])
        }
      }, bits: bits)
  }

  /// The lower triangular factor of the symmetric part.
  private var factor: PreciseMatrix {
    var l = rows.map { $0.map { _ in zero } }
    for j in rows.indices {
      let square = (0..<j).reduce(rows[j][j]) { $0 - l[j][$1].squared }
      l[j][j] = square.squareRoot()
      for i in rows.indices where i > j {
        let mean = (rows[i][j] + rows[j][i]).scaled(-1)
        l[i][j] = (0..<j).reduce(mean) { $0 - l[i][$1] * l[j][$1] } / l[j][j]
      }
    }
    return PreciseMatrix(l, bits: bits)
  }
}
