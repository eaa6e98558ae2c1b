import ADCKit
import Testing

@Suite("Implicit functions") struct RootTests {
  @Test("solve, element by element too, and have the derivatives of the implicit function")
  func values() throws {
    let text = """
      param a = 4
      param q = [1, 4, 9]
      let number = root(y^2 - a, y, from: 1)
      let slope = diff(root(y^2 - a, y, from: 1), a)
      let bend = diff(root(y^2 - a, y, from: 1), a, a)
      let third = diff(root(y^2 - a, y, from: 1), a, a, a)
      let every = root(y^3 - q, y, from: q)
      let slopes = grad(sum(root(y^3 - q, y, from: q)), q)
      let curvature = hvp(sum(root(y^2 - q, y, from: q)), q, 1)
      let far = root(atan(y), y, from: 20)
      fn kepler(m, c) = root(y - c*sin(y) - m, y, from: m)
      let orbit = diff(kepler(a/4, 0.5), a)
      let along = jvp(root(exp(y) - q, y, from: 0*q), q, [1, 1, 1])
      let never = root(y^2 + a, y, from: 1)
      """
    let names = text.split(separator: "\n").filter { $0.hasPrefix("let ") }
      .map { $0.split(separator: " ")[1] }
    let outputs = names.map { "output \($0)\n" }.joined()
    let found = try Model(parsing: text + "\n" + outputs).predict()
    func close(_ name: String, _ expected: [Double]) throws {
      let numbers = try #require(found[name]).values
      #expect(numbers.count == expected.count, "\(name)")
      for (value, wanted) in zip(numbers, expected) {
        #expect((value - wanted).magnitude <= 1e-12 * max(1, wanted.magnitude), "\(name): \(value)")
      }
    }
    try close("number", [2])
    try close("slope", [0.25])
    try close("bend", [-1.0 / 32])
    try close("third", [3.0 / 256])
    try close("every", [1, 1.5874010519681994, 2.080083823051904])
    try close("slopes", [1.0 / 3, 0.13228342099734997, 0.07704014159451499])
    try close("curvature", [-0.25, -1.0 / 32, -1.0 / 108])
    try close("far", [0])
    // Of y - sin(y)/2 = 1 at y = 1.4987…: 1/(4 (1 - cos(y)/2)).
    try close("orbit", [0.2593405054734115])
    try close("along", [1, 0.25, 1.0 / 9])
    #expect(try #require(found["never"]).values[0].isNaN)
  }

  @Test("of systems have derivatives of first and second order")
  func systems() throws {
    let model = try Model(
      parsing: """
        param q = [3, 2, 10]
        fn point(q) = root([y[0]^2 + y[1] - q[0], y[1]^3 + q[1]*y[0] - q[2]], y, from: [1, 1])
        output point(q) as y
        output jacobian(point(q), q) as J
        output hessian(sum(point(q)^2), q) as H
        """)
    let found = try model.predict()
    func close(_ name: String, _ expected: [Double]) throws {
      let values = try #require(found[name]).values
      for (value, wanted) in zip(values, expected) {
        #expect((value - wanted).magnitude < 1e-12, "\(name): \(values)")
      }
    }
    try close("y", [1, 2])
    // -inv([[2, 1], [2, 12]]) @ [[-1, 0, 0], [0, 1, -1]].
    try close("J", [12.0 / 22, 1.0 / 22, -1.0 / 22, -2.0 / 22, -2.0 / 22, 2.0 / 22])
    let hessian = try #require(found["H"]).values
    let step = 1e-4
    for row in 0..<3 {
      var sides: [[Double]] = []
      for sign in [1.0, -1.0] {
        var q = [3.0, 2, 10]
        q[row] += sign * step
        let at = try model.predict(at: ["q": Tensor(q)])
        let (y, slopes) = (try #require(at["y"]).values, try #require(at["J"]).values)
        sides.append((0..<3).map { 2 * (y[0] * slopes[$0] + y[1] * slopes[3 + $0]) })
      }
      for column in 0..<3 {
        let expected = (sides[0][column] - sides[1][column]) / (2 * step)
        #expect((hessian[3 * row + column] - expected).magnitude < 1e-7)
      }
    }
  }

  @Test("in loops over indices are the same, with the same derivatives")
  func lifted() throws {
    let model = try Model(
      parsing: """
        param q = [1, 4, 9]
        param M = [[3, 2, 10], [3.1, 2, 10], [3, 2.1, 9]]
        fn point(a, b, c) = sum(root([y[0]^2 + y[1] - a, y[1]^3 + b*y[0] - c], y, from: [1, 1]))
        output grad(sum([i in 0..<3: root(y^2 - q[i], y, from: 1)]), q) as slopes
        output grad(sum([i in 0..<3: root(y^2*q[0] - q[i], y, from: 1)]), q) as shared
        output grad(sum([i in 0..<3: point(M[i, 0], M[i, 1], M[i, 2])]), M) as rows
        output grad(point(M[2, 0], M[2, 1], M[2, 2]), M)[2] as last
        """)
    let found = try model.predict()
    func values(_ name: String) throws -> [Double] { try #require(found[name]).values }
    for (value, expected) in zip(try values("slopes"), [0.5, 0.25, 1.0 / 6]) {
      #expect((value - expected).magnitude < 1e-15)
    }
    // Of 1 + sqrt(q1/q0) + sqrt(q2/q0).
    for (value, expected) in zip(try values("shared"), [-2.5, 0.25, 1.0 / 6]) {
      #expect((value - expected).magnitude < 1e-14)
    }
    for (value, expected) in zip(try values("rows").suffix(3), try values("last")) {
      #expect((value - expected).magnitude < 1e-14)
    }
  }

  @Test("stop where nothing moves any more, as other loops do whose steps are all alike")
  func early() throws {
    let found = try Model(
      parsing: "param a = 2\noutput scan(t in 0..<60_000_000_000, h = a: sqrt(h))[-1] as h\n"
    ).predict()
    #expect(found["h"] == 1)
  }

  @Test("that are not found stop a training, which says so")
  func diagnosis() throws {
    let model = try Model(
      parsing: "param a = 0.5\nminimize root(y^2 + a, y, from: 1)^2\n"
        + "train { optimizer sgd(rate: 0.1); steps 3 }\n")
    let run = try model.train()
    #expect(run.reason == .notFinite)
    #expect("\(run.failure, default: "")".contains("`root`, which did not converge"))
  }
}
