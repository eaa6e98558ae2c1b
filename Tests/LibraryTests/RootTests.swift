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
}
