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

  var strides: MatrixStrides { MatrixStrides(row: row, column: column) }
}

/// What computes a product: native code for a width of vectors, or none.
private struct Way: CustomStringConvertible {
  var width: Assembler.Width?

  static var all: [Way] { [Way()] + ProcessorFeatures.productWidths.map { Way(width: $0) } }

  var description: String { width.map { "\($0)" } ?? "interpreter" }

  /// The product, with `leading` one more than the columns, or 1 for one column.
  func product(_ a: Stored, _ b: Stored, _ m: Int, _ n: Int, _ k: Int) -> [Double] {
    guard let width else { return interpreted(a, b, m, n, k) }
    return Self.product(a, b, m, n, k, width, a.values, b.values) ?? interpreted(a, b, m, n, k)
  }

  static func leading(_ n: Int) -> Int { n == 1 ? 1 : n + 1 }

  private func interpreted(_ a: Stored, _ b: Stored, _ m: Int, _ n: Int, _ k: Int) -> [Double] {
    let room = MatrixProduct<Double>.scratchCount(rows: m, columns: n, inner: k)
    var scratch = [Double](repeating: .nan, count: room + 1)
    var c = [Double](repeating: -7, count: m * Self.leading(n) + 1)
    MatrixProduct<Double>.run(
      rows: m, columns: n, inner: k, a: a.values, aStrides: a.strides, b: b.values,
      bStrides: b.strides, c: &c, leading: Self.leading(n), scratch: &scratch)
    #expect(scratch[room].isNaN, "wrote past the scratch memory")
    return c
  }

  /// nil where there is nothing to multiply.
  static func product<Number: ProductNumber & BinaryFloatingPoint>(
    _ a: Stored, _ b: Stored, _ m: Int, _ n: Int, _ k: Int, _ width: Assembler.Width,
    _ left: [Number], _ right: [Number], threads: Int = 1
  ) -> [Number]? {
    guard
      let product = NativeProduct<Number>(
        rows: m, columns: n, inner: k, aStrides: a.strides, bStrides: b.strides,
        leading: leading(n), threads: threads, width: width)
    else {
      #expect(m * n * k == 0)
      return nil
    }
    let room = product.scratchCount
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: (room + 1) * MemoryLayout<Number>.stride, alignment: 64)
    defer { bytes.deallocate() }
    let scratch = bytes.bindMemory(to: Number.self)
    scratch.initialize(repeating: .nan)
    var c = [Number](repeating: -7, count: m * leading(n) + 1)
    product.run(left, right, &c, leading: leading(n), scratch.baseAddress!)
    #expect(scratch[room].isNaN, "wrote past the scratch memory")
    return c
  }
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
    for way in Way.all {
      let c = way.product(a, b, m, n, k)
      let leading = Way.leading(n)
      var wrong = 0
      for i in 0..<m {
        for j in 0..<n {
          let sum = (0..<k).reduce(0.0) { $0 + a[i, $1] * b[$1, j] }
          if c[i * leading + j] != sum { wrong += 1 }
        }
        if leading > n, c[i * leading + n] != -7 { wrong += 1 }
      }
      if c[m * leading] != -7 { wrong += 1 }
      #expect(wrong == 0, "\(m) × \(k) (\(left)) by \(k) × \(n) (\(right)), \(way)")
    }
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
    check(130, 150, 140, .rows, .rows)
    check(101, 1100, 20, .everyOther, .columns)
    check(2, 3000, 2, .rows, .padded)
    check(3000, 2, 3, .columns, .rows)
  }

  private func normal(_ rows: Int, _ columns: Int, _ stream: UInt64, _ layout: Stored.Layout)
    -> Stored
  {
    Stored(rows, columns, layout) {
      random.normal(stream: stream, position: UInt64($0 * columns + $1))
    }
  }

  /// (k + 16) 2^-53 times the magnitudes' sum from the exact sum: one way from another, twice that.
  @Test("each way stays within the stated bound of the plain sum")
  func rounding() {
    for (m, n, k) in [(9, 11, 300), (1, 40, 517), (40, 1, 517), (13, 70, 33)] {
      let (a, b) = (normal(m, k, 1, .rows), normal(k, n, 2, .rows))
      for way in Way.all {
        let c = way.product(a, b, m, n, k)
        for i in 0..<m {
          for j in 0..<n {
            let terms = (0..<k).map { a[i, $0] * b[$0, j] }
            let bound = Double(2 * (k + 16)) * 0x1p-53 * terms.reduce(0) { $0 + $1.magnitude }
            let sum = terms.reduce(0, +)
            #expect((c[i * Way.leading(n) + j] - sum).magnitude <= bound)
          }
        }
      }
    }
  }

  @Test("infinities and NaN come through as in a plain sum")
  func specialNumbers() {
    for way in Way.all {
      for (m, n, k) in [(5, 5, 5), (1, 9, 12), (9, 1, 12), (14, 37, 21)] {
        let ones = Stored(m, k, .rows) { i, l in i == l ? 1 : l == 1 ? 2 : 0 }
        let odd = Stored(k, n, .rows) { l, j in
          l == 2 && j == n / 2 ? .infinity : l == 3 && j == 0 ? .nan : 1
        }
        let c = way.product(ones, odd, m, n, k)
        for i in 0..<m {
          for j in 0..<n {
            let sum = (0..<k).reduce(0.0) { $0 + ones[i, $1] * odd[$1, j] }
            let found = c[i * Way.leading(n) + j]
            #expect(found == sum || found.isNaN && sum.isNaN, "\(i), \(j): \(found), \(way)")
          }
        }
      }
    }
  }

  @Test("a product may be cut into rows without changing a bit")
  func cutting() {
    for way in Way.all {
      let (m, n, k) = (23, 14, 290)
      let (a, b) = (normal(m, k, 3, .rows), normal(k, n, 4, .rows))
      let whole = way.product(a, b, m, n, k)
      var lower = a
      lower.values.removeFirst(10 * k)
      let part = way.product(lower, b, m - 10, n, k)
      #expect(Array(whole[(10 * (n + 1))..<(m * (n + 1))]) == Array(part.dropLast()), "\(way)")
    }
  }

  @Test("the width of vectors changes no bit")
  func widths() {
    for trial in 0..<60 {
      let (m, n, k) = (size(trial, 11) + 1, size(trial, 12) + 1, 5 * size(trial, 13) + 1)
      let (m1, n1) = (trial % 5 == 0 ? 1 : m, trial % 5 == 1 ? 1 : n)
      let layouts = Stored.Layout.allCases
      let a = normal(m1, k, 5, layouts[trial % 4])
      let b = normal(k, n1, 6, layouts[trial / 4 % 4])
      let results = ProcessorFeatures.productWidths.map {
        Way(width: $0).product(a, b, m1, n1, k).map(\.bitPattern)
      }
      #expect(results.allSatisfy { $0 == results[0] }, "\(m1) × \(k) × \(n1)")
    }
  }

  @Test("single precision stays within its bound, and the width changes no bit")
  func single() {
    for trial in 0..<40 {
      let (m, n, k) = (size(trial, 21) + 1, size(trial, 22) + 1, 4 * size(trial, 23) + 1)
      let (m1, n1) = (trial % 5 == 0 ? 1 : m, trial % 5 == 1 ? 1 : n)
      let layouts = Stored.Layout.allCases
      let a = normal(m1, k, 5, layouts[trial % 4])
      let b = normal(k, n1, 6, layouts[trial / 4 % 4])
      let (left, right) = (a.values.map(Float.init), b.values.map(Float.init))
      let results = ProcessorFeatures.productWidths.compactMap {
        Way.product(a, b, m1, n1, k, $0, left, right)
      }
      for result in results {
        #expect(result.map(\.bitPattern) == results[0].map(\.bitPattern))
        for i in 0..<m1 {
          for j in 0..<n1 {
            let terms = (0..<k).map { l in
              Double(left[i * a.row + l * a.column]) * Double(right[l * b.row + j * b.column])
            }
            let bound = Double(k + 16) * 0x1p-24 * terms.reduce(0) { $0 + $1.magnitude }
            let found = Double(result[i * Way.leading(n1) + j])
            #expect((found - terms.reduce(0, +)).magnitude <= bound, "\(m1) × \(k) × \(n1)")
          }
        }
      }
    }
  }

  @Test("any number of threads gives the same bits")
  func threads() {
    // Shared by rows, by columns, by terms, by rows of a matrix times a vector.
    for (m, n, k) in [
      (700, 100, 130), (90, 900, 120), (4, 30, 80_000), (1, 40, 230_000), (33_000, 1, 33),
      (40, 1, 230_000),
    ] {
      let layout: Stored.Layout = m == 40 ? .columns : .rows
      let (a, b) = (normal(m, k, 5, layout), normal(k, n, 6, .rows))
      for width in ProcessorFeatures.productWidths {
        let results = [1, 2, 3].map { threads in
          Way.product(a, b, m, n, k, width, a.values, b.values, threads: threads)
        }
        let isSame = results.allSatisfy { $0 == results[0] }
        #expect(isSame, "\(m) × \(k) × \(n), \(width)")
        #expect(results[0]?.contains { $0.isNaN } == false)
      }
    }
  }

  @Test("and without native code", arguments: [1, 2, 3])
  func interpretedThreads(trial: Int) throws {
    for (m, n, k) in [(700, 100, 30), (30, 900, 50), (33_001, 1, 33), (41, 1, 30_000)] {
      var sketch = Sketch()
      let dimensions = [("m", m), ("n", n), ("k", k)].map { Dimension(named: $0.0) }
      let a = sketch.symbol("a", [dimensions[2], dimensions[0]])
      let b = sketch.symbol("b", n == 1 ? [dimensions[2]] : [dimensions[2], dimensions[1]])
      let product = try sketch.apply("matmul", [sketch.apply("transpose", [a]), b])
      let program = try Program.lower(
        sketch.graph, [FunctionRequest(name: "f", outputs: [("c", product)])])
      let memory = SymbolMemory(program)
      memory.set(0, normal(k, m, 5, .rows).values)
      memory.set(1, normal(k, n, 6, .rows).values)
      let results = try [1, trial + 1].map { threads in
        let function = try BoundFunction(
          program, function: "f", sizes: ["m": m, "n": n, "k": k],
          settings: ExecutionSettings(engine: .interpreter, threads: threads))
        for _ in 0..<2 { try function.run(memory) }
        return function.values(ofOutput: 0).map(\.bitPattern)
      }
      #expect(results[0] == results[1], "\(m) × \(k) × \(n)")
    }
  }
}
