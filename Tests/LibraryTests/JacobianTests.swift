import ADCKit
import Testing

/// Derivatives of outputs against differences of predictions.
@Suite struct JacobianTests {
  private static let band = """
    const n = 12
    param x: [n] = [i in 0..<n: 0.1*i + 0.2]
    param s = 2
    output x[1...] - s*x[0..<n - 1]^2 as residual
    output sum(x^2)*s as energy
    minimize sum((x[1...] - x[0..<n - 1]^2)^2) + s^2*x[0]
    """

  private func differences(
    _ model: Model, of output: String, _ data: Model.Data = .declared
  ) throws -> [[Double]] {
    let start = try model.initialParameters(on: data)
    var columns: [[Double]] = []
    for parameter in model.parameters {
      let own = try #require(start[parameter.name])
      for place in own.values.indices {
        let sides = try [1e-6, -1e-6].map { step in
          var values = own.values
          values[place] += step
          var moved = start
          moved[parameter.name] = try Tensor(shape: own.shape, values: values)
          return try #require(try model.predict(at: moved, on: data)[output]).values
        }
        columns.append(zip(sides[0], sides[1]).map { ($0 - $1) / 2e-6 })
      }
    }
    return columns
  }

  @Test func compressedByColumns() throws {
    let model = try Model(parsing: Self.band)
    let jacobian = try model.jacobian(of: "residual")
    #expect(jacobian.rows == 11 && jacobian.columns == 13)
    #expect(jacobian.values.count == 11 * 3)
    for (column, expected) in try differences(model, of: "residual").enumerated() {
      for row in 0..<11 { #expect((jacobian[row, column] - expected[row]).magnitude < 1e-6) }
    }
    let whole = try model.jacobian(of: "residual", by: "x")
    #expect(whole.shape == [11, 12])
    for row in 0..<11 {
      for column in 0..<12 {
        #expect((whole.values[row * 12 + column] - jacobian[row, column]).magnitude < 1e-12)
      }
    }
  }

  @Test func compressedByRows() throws {
    let model = try Model(
      parsing: "input X: [n, 3]\nparam w: [3, 2] = 0.5\nparam b: [2] = 0.1\n"
        + "output sum(tanh(X @ w + b)^2, axis: 0) as y\n")
    let data: Model.Data = ["X": try Tensor(rows: [[1, 2, 0.5], [-1, 0.3, 2], [0.7, -2, 1]])]
    let jacobian = try model.jacobian(of: "y", on: data)
    #expect(jacobian.rows == 2 && jacobian.columns == 8)
    #expect(jacobian.values.count == 8)
    for (column, expected) in try differences(model, of: "y", data).enumerated() {
      for row in 0..<2 { #expect((jacobian[row, column] - expected[row]).magnitude < 1e-6) }
    }
    let energy = try Model(parsing: Self.band).jacobian(of: "energy")
    #expect(energy.rows == 1 && energy.columns == 13 && energy.values.count == 13)
  }

  @Test func products() throws {
    let model = try Model(parsing: Self.band)
    let dense = try model.jacobian(of: "residual").dense.values
    let direction = (0..<13).map { Double($0 % 4) - 1.5 }
    let change = try model.jvp(
      of: "residual", along: ["x": Tensor(Array(direction[..<12])), "s": Tensor(direction[12])])
    let seed = (0..<11).map { Double($0 % 3) - 0.5 }
    let received = try model.vjp(of: "residual", seed: Tensor(seed))
    let flat = try #require(received["x"]).values + #require(received["s"]).values
    for row in 0..<11 {
      let expected = (0..<13).reduce(0) { $0 + dense[row * 13 + $1] * direction[$1] }
      #expect((change.values[row] - expected).magnitude < 1e-12)
    }
    for column in 0..<13 {
      let expected = (0..<11).reduce(0) { $0 + dense[$1 * 13 + column] * seed[$1] }
      #expect((flat[column] - expected).magnitude < 1e-12)
    }
    let alone = try model.jvp(of: "residual", along: ["s": 1])
    for row in 0..<11 { #expect((alone.values[row] - dense[row * 13 + 12]).magnitude < 1e-12) }
  }

  @Test func secondOrderProduct() throws {
    let model = try Model(parsing: Self.band)
    let dense = try model.hessian().dense.values
    let direction = (0..<13).map { Double($0 % 5) - 2 }
    let product = try model.hvp(
      along: ["x": Tensor(Array(direction[..<12])), "s": Tensor(direction[12])])
    let flat = try #require(product["x"]).values + #require(product["s"]).values
    #expect(product["s"]?.shape == [])
    for row in 0..<13 {
      let expected = (0..<13).reduce(0) { $0 + dense[row * 13 + $1] * direction[$1] }
      #expect((flat[row] - expected).magnitude < 1e-12)
    }
  }

  @Test func mistakes() throws {
    let model = try Model(parsing: Self.band)
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    #expect(
      message { _ = try model.jacobian(of: "residuals") }.contains("did you mean `residual`?"))
    #expect(
      message { _ = try model.jvp(of: "energy", along: ["y": 1]) }.contains("no parameter `y`"))
    #expect(message { _ = try model.jvp(of: "energy", along: ["x": 1]) }.contains("[12]"))
    #expect(message { _ = try model.vjp(of: "residual", seed: 1) }.contains("[11]"))
  }
}
