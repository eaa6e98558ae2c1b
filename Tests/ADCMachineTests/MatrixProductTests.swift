import ADCCalculus
import ADCMachine
import Testing

/// A matrix in memory, in one of the layouts that strides can describe.
private struct Stored {
  enum Layout: CaseIterable { case rows, columns, padded, everyOther }

  var values: [Double]
  let row: Int
  let column: Int

  init(_ rows: Int, _ columns: Int, _ layout: Layout, _ element: (Int, Int) -> Double) {
    switch layout {
    case .rows: (row, column) = (columns, 1)
    case .columns: (row, column) = (1, rows)
    case .padded: (row, column) = (columns + 3, 1)
    case .everyOther: (row, column) = (2 * columns + 1, 2)
    }
    values = [Double](repeating: .nan, count: max(1, (row + 1) * (rows + 1) + column * columns))
    for i in 0..<rows {
      for j in 0..<columns { values[i * row + j * column] = element(i, j) }
    }
  }

  subscript(i: Int, j: Int) -> Double { values[i * row + j * column] }
}

/// The product as the machine computes it, with `leading` one more than the columns.
private func product(_ a: Stored, _ b: Stored, _ m: Int, _ n: Int, _ k: Int) -> [Double] {
  let room = MatrixProduct.scratchCount(rows: m, columns: n, inner: k)
  var scratch = [Double](repeating: .nan, count: room + 1)
  var c = [Double](repeating: -7, count: m * (n + 1) + 1)
  MatrixProduct.run(
    rows: m, columns: n, inner: k, a: a.values, aStrides: (a.row, a.column), b: b.values,
    bStrides: (b.row, b.column), c: &c, leading: n + 1, scratch: &scratch)
  #expect(scratch[room].isNaN, "wrote past the scratch memory")
  return c
}

@Suite("Matrix products")
struct MatrixProductTests {
  private let random = Philox(seed: 21)

  private func size(_ trial: Int, _ place: UInt64) -> Int {
    random.index(below: 71, stream: place, position: UInt64(trial))
  }

  private func check(
    _ m: Int, _ n: Int, _ k: Int, _ left: Stored.Layout, _ right: Stored.Layout
  ) {
    // Small integers: every order of summation gives the same number.
    let a = Stored(m, k, left) { i, l in
      Double(random.index(below: 17, stream: 7, position: UInt64(i * k + l)) - 8)
    }
    let b = Stored(k, n, right) { l, j in
      Double(random.index(below: 17, stream: 8, position: UInt64(l * n + j)) - 8)
    }
    let c = product(a, b, m, n, k)
    var wrong = 0
    for i in 0..<m {
      for j in 0..<n {
        let sum = (0..<k).reduce(0.0) { $0 + a[i, $1] * b[$1, j] }
        if c[i * (n + 1) + j] != sum { wrong += 1 }
      }
      if c[i * (n + 1) + n] != -7 { wrong += 1 }
    }
    #expect(wrong == 0, "\(m) × \(k) (\(left)) by \(k) × \(n) (\(right))")
  }

  @Test("every layout of both operands, shapes from 0 to 70", arguments: Stored.Layout.allCases)
  fileprivate func shapes(_ left: Stored.Layout) {
    for right in Stored.Layout.allCases {
      for trial in 0..<12 { check(size(trial, 1), size(trial, 2), size(trial, 3), left, right) }
      for (m, n, k) in [(1, 1, 37), (1, 33, 20), (29, 1, 70), (5, 4, 1), (3, 2, 0), (0, 3, 2)] {
        check(m, n, k, left, right)
      }
    }
  }

  @Test("more than one block in each direction")
  func blocks() {
    check(70, 261, 5, .rows, .columns)
    check(67, 6, 515, .columns, .rows)
    check(1, 5, 600, .everyOther, .padded)
    check(300, 1, 40, .columns, .everyOther)
  }

  @Test("rounding stays near that of the plain sum, and infinities come through")
  func rounding() {
    let (m, n, k) = (9, 11, 300)
    let a = Stored(m, k, .rows) { random.normal(stream: 1, position: UInt64($0 * k + $1)) }
    let b = Stored(k, n, .rows) { random.normal(stream: 2, position: UInt64($0 * n + $1)) }
    let c = product(a, b, m, n, k)
    for i in 0..<m {
      for j in 0..<n {
        let sum = (0..<k).reduce(0.0) { $0 + a[i, $1] * b[$1, j] }
        #expect((c[i * (n + 1) + j] - sum).magnitude < 1e-12)
      }
    }
    let ones = Stored(5, 5, .rows) { $0 == $1 ? 1 : 0 }
    let odd = Stored(5, 5, .rows) { $0 == 2 && $1 == 3 ? .infinity : 1 }
    let result = product(ones, odd, 5, 5, 5)
    #expect(result[2 * 6 + 3] == .infinity)
    #expect(result[3].isNaN)
    #expect(result[2 * 6 + 2] == 1)
  }

  @Test("a product may be cut into rows without changing a bit")
  func cutting() {
    let (m, n, k) = (23, 14, 290)
    let a = Stored(m, k, .rows) { random.normal(stream: 3, position: UInt64($0 * k + $1)) }
    let b = Stored(k, n, .rows) { random.normal(stream: 4, position: UInt64($0 * n + $1)) }
    let whole = product(a, b, m, n, k)
    var lower = a
    lower.values.removeFirst(10 * k)
    let part = product(lower, b, m - 10, n, k)
    #expect(Array(whole[(10 * (n + 1))..<(m * (n + 1))]) == Array(part.dropLast()))
  }
}
