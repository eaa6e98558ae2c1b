import ADCKit
import Testing

@Suite struct HessianTests {
  private static let chain = """
    const n = 50
    param x: [n] = 0.5
    param s = 2
    minimize sum((x[1...] - x[0..<n - 1]^2)^2) + s^2*x[0]
    """

  @Test func sparseAndRight() throws {
    let model = try Model(parsing: Self.chain)
    let evaluator = try model.evaluator()
    let point = (0..<51).map { 0.3 + 0.01 * Double($0) }
    let hessian = try evaluator.hessian(at: point)
    #expect(hessian.rows == 51 && hessian.columns == 51)
    #expect(hessian.values.count == hessian.columnStarts.last)
    #expect(hessian.values.count < 51 * 4)
    var (above, below) = ([Double](repeating: 0, count: 51), [Double](repeating: 0, count: 51))
    for column in [0, 1, 7, 49, 50] {
      let step = 1e-5
      var moved = point
      moved[column] += step
      _ = try evaluator.valueAndGradient(at: moved, into: &above)
      moved[column] -= 2 * step
      _ = try evaluator.valueAndGradient(at: moved, into: &below)
      for row in 0..<51 {
        let expected = (above[row] - below[row]) / (2 * step)
        #expect((hessian[row, column] - expected).magnitude < 1e-6 * max(1, expected.magnitude))
        #expect(hessian[row, column] == hessian[column, row])
      }
    }
    let direction = (0..<51).map { Double($0 % 5) - 2 }
    let product = try evaluator.hessianProduct(at: point, along: direction)
    let dense = hessian.dense
    #expect(dense.shape == [51, 51])
    for row in 0..<51 {
      let expected = (0..<51).reduce(0) { $0 + dense.values[row * 51 + $1] * direction[$1] }
      #expect((product[row] - expected).magnitude < 1e-9)
    }
  }

  @Test func denseAndSymmetric() throws {
    let model = try Model(
      parsing: "input X: [n, 3]\ninput y: [n]\nparam w: [3] = 0.1\nparam b = 0.2\n"
        + "minimize mean(softplus(X @ w + b) - y*(X @ w + b))\n")
    let data: Model.Data = [
      "X": try Tensor(rows: [[1, 2, 0.5], [-1, 0.3, 2], [0.7, -2, 1]]), "y": [1, 0, 1],
    ]
    let hessian = try model.hessian(on: data)
    #expect(hessian.values.count == 16)
    for row in 0..<4 {
      for column in 0..<4 { #expect(hessian[row, column] == hessian[column, row]) }
    }
  }

  @Test func mistakes() throws {
    let evaluator = try Model(parsing: Self.chain).evaluator()
    #expect(throws: ModelError.self) { try evaluator.hessian(at: [1]) }
    #expect(throws: ModelError.self) {
      try evaluator.hessianProduct(at: evaluator.start, along: [1, 2])
    }
    let without = try Model(parsing: "param a = 1\noutput a^2 as b")
    #expect(throws: ModelError.self) { try without.hessian() }
  }
}
