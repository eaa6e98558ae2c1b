import ADCCalculus

/// Functions of matrices from their definitions: cofactors by minors, and Cramer's rule.
enum NaiveMatrix {
  typealias Rows = [[Double]]

  static func evaluate(
    _ function: MatrixFunction, _ x: [NaiveArray], _ shape: [Int]
  ) -> NaiveArray {
    let isVector = x.count > 1 && x[1].sizes.count == 1
    let operands =
      isVector ? [x[0], NaiveArray(sizes: x[1].sizes + [1], values: x[1].values)] : x
    var batch = [Int](repeating: 1, count: (operands.map(\.sizes.count).max() ?? 2) - 2)
    for operand in operands {
      let own = operand.sizes.dropLast(2)
      for (axis, size) in own.enumerated() where size != 1 {
        batch[batch.count - own.count + axis] = size
      }
    }
    let values = (0..<batch.reduce(1, *)).flatMap { place in
      let index = NaiveArray.index(place, batch)
      let matrices = operands.map { rows($0, index) }
      return result(function, matrices[0], matrices.count > 1 ? matrices[1] : [])
    }
    return NaiveArray(sizes: shape, values: values)
  }

  private static func rows(_ x: NaiveArray, _ batch: [Int]) -> Rows {
    let sizes = x.sizes.suffix(2).map { $0 }
    return (0..<sizes[0]).map { row in (0..<sizes[1]).map { x.at(batch + [row, $0]) } }
  }

  private static func result(_ function: MatrixFunction, _ a: Rows, _ b: Rows) -> [Double] {
    switch function {
    case .determinant: return [determinant(a)]
    case .logDeterminant: return [Log.evaluate(determinant(a).magnitude)]
    case .adjugate: return adjugate(a).flatMap { $0 }
    case .inverse: return inverse(a).flatMap { $0 }
    case .solve: return product(inverse(a), b).flatMap { $0 }
    case .solveLower: return product(inverse(triangle(a) { $0 >= $1 }), b).flatMap { $0 }
    case .solveUpper: return product(inverse(triangle(a) { $0 <= $1 }), b).flatMap { $0 }
    case .adjugateAlong: return change(a, b).flatMap { $0 }
    case .cholesky: return cholesky(a).flatMap { $0 }
    case .pseudoInverse:
      let t = transposed(a)
      let isTall = a.count >= t.count
      let p = isTall ? product(inverse(product(t, a)), t) : product(t, inverse(product(a, t)))
      return p.flatMap { $0 }
    }
  }

  private static func triangle(_ a: Rows, _ keeps: (Int, Int) -> Bool) -> Rows {
    a.indices.map { row in a.indices.map { keeps(row, $0) ? a[row][$0] : 0 } }
  }

  private static func transposed(_ a: Rows) -> Rows {
    (a.first ?? []).indices.map { column in a.map { $0[column] } }
  }

  private static func product(_ a: Rows, _ b: Rows) -> Rows {
    a.map { row in
      (b.first ?? []).indices.map { column in
        row.indices.reduce(0.0) { $0 + row[$1] * b[$1][column] }
      }
    }
  }

  private static func minor(_ a: Rows, _ row: Int, _ column: Int) -> Rows {
    a.indices.filter { $0 != row }.map { place in
      a[place].indices.filter { $0 != column }.map { a[place][$0] }
    }
  }

  private static func sign(_ place: Int) -> Double { place.isMultiple(of: 2) ? 1 : -1 }

  static func determinant(_ a: Rows) -> Double {
    guard !a.isEmpty else { return 1 }
    return a.indices.reduce(0.0) { $0 + sign($1) * a[0][$1] * determinant(minor(a, 0, $1)) }
  }

  private static func adjugate(_ a: Rows) -> Rows {
    a.indices.map { row in
      a.indices.map { sign(row + $0) * determinant(minor(a, $0, row)) }
    }
  }

  private static func inverse(_ a: Rows) -> Rows {
    let whole = determinant(a)
    return adjugate(a).map { $0.map { $0 / whole } }
  }

  /// The part of first order in t of adj(A + t E), which is a polynomial in t: by interpolation.
  private static func change(_ a: Rows, _ e: Rows) -> Rows {
    let degree = max(a.count - 1, 1)
    func value(_ t: Double) -> Rows {
      adjugate(zip(a, e).map { row, other in zip(row, other).map { $0 + t * $1 } })
    }
    // Weights of the derivative at 0 of the polynomial through 0, 1, …, degree.
    let nodes = (0...degree).map(Double.init)
    var result = a.map { $0.map { _ in 0.0 } }
    for k in nodes.indices {
      let others = nodes.indices.filter { $0 != k }
      let below = others.reduce(1.0) { $0 * (nodes[k] - nodes[$1]) }
      let above = others.reduce(0.0) { sum, left in
        sum + others.filter { $0 != left }.reduce(1.0) { $0 * -nodes[$1] }
      }
      let values = value(nodes[k])
      for row in a.indices {
        for column in a.indices { result[row][column] += above / below * values[row][column] }
      }
    }
    return result
  }

  private static func cholesky(_ a: Rows) -> Rows {
    var l = a.map { $0.map { _ in 0.0 } }
    for j in a.indices {
      let square = (0..<j).reduce(a[j][j]) { $0 - l[j][$1] * l[j][$1] }
      l[j][j] = square.squareRoot()
      for i in a.indices where i > j {
        let mean = (a[i][j] + a[j][i]) / 2
        l[i][j] = (0..<j).reduce(mean) { $0 - l[i][$1] * l[j][$1] } / l[j][j]
      }
    }
    return l
  }
}
