import Testing

/// `adc diff --jacobian`, `--hessian` and `--pattern`, `adc check --kinks`, and rules of one's own.
@Suite struct SecondOrderCommandTests {
  private let folder = Folder()
  private static let shapes = [
    "--shape", "A=[m, n]", "--shape", "x=[n]", "--shape", "S=[n, n]", "--shape", "X=[n, n]",
  ]

  private func diff(_ arguments: String...) -> Outcome {
    Executable.adc.run(["diff"] + arguments, in: folder)
  }

  @Test(
    arguments: [
      ("A @ x", "x", "A"), ("tanh(x)", "x", "diag(1 - tanh(x)^2)"),
      ("relu(x)", "x", "diag(step(x))"),
      ("tanh(A @ x)", "x", "A*(1 - tanh(A @ x)^2)[:, new]"),
      ("X", "X", "J[i, j, k, l] = (i == k)*(j == l)"),
      ("X'", "X", "J[i, j, k, l] = (i == l)*(j == k)"),
      ("X @ S", "X", "J[i, j, k, l] = S[l, j]*(i == k)"),
      ("inv(X)", "X", "J[i, j, k, l] = -inv(X)[i, k]*inv(X)[l, j]"),
      ("A @ x", "A", "J[i, j, k] = x[k]*(i == j)"),
    ])
  func jacobians(_ expression: String, _ variable: String, _ expected: String) {
    expect([expression, "--jacobian", "--by", variable] + Self.shapes, expected)
  }

  private func expect(_ arguments: [String], _ expected: String) {
    let outcome = Executable.adc.run(["diff"] + arguments, in: folder)
    #expect(outcome.output == expected + "\n", "\(outcome.errors)")
  }

  @Test(
    arguments: [
      ("sum(x^3)", "x", "diag(6*x)"),
      ("sum((A @ x)^2)", "A", "H[i, j, k, l] = 2*x[j]*x[l]*(i == k)"),
      ("trace(X @ X)", "X", "H[i, j, k, l] = 2*(i == l)*(j == k)"),
      ("logsumexp(x)", "x", "diag(softmax(x)) - outer(softmax(x), softmax(x))"),
    ])
  func hessians(_ expression: String, _ variable: String, _ expected: String) {
    expect([expression, "--hessian", "--by", variable] + Self.shapes, expected)
  }

  @Test(
    arguments: [
      (["x^2*y", "--jvp"], "x*(2*y*dx + x*dy)"), (["x^2*y", "--jvp", "--by", "x"], "2*x*y*dx"),
      (["x^4", "--hvp", "--at", "x=1,dx=2"], "12*x^2*dx\nat x = 1, dx = 2:  value 1  hvp x 24"),
      (["A @ x", "--vjp", "--by", "x"], "A' @ u"), (["A @ x", "--jvp", "--by", "A"], "dA @ x"),
      (["sum(exp(A @ x))", "--hvp", "--by", "x"], "A' @ (exp(A @ x)*(A @ dx))"),
      (
        ["x^2*y", "sin(x)", "--vjp", "--at", "x=0,y=2,u0=1,u1=3"],
        "vjp x  2*x*y*u0 + u1*cos(x)\nvjp y  x^2*u0\n"
          + "at x = 0, y = 2, u0 = 1, u1 = 3:  value 0, 0  vjp x 3  vjp y 0"
      ), (["x*dx", "--jvp", "--by", "x"], "dx*dx_"),
    ])
  func products(_ arguments: [String], _ expected: String) {
    let shapes = arguments[0].contains("A") ? Self.shapes : []
    expect(arguments + shapes, expected)
  }

  @Test func productsAsJSON() throws {
    let json = try JSON(diff("x^2*y", "--hvp", "--at", "x=3,y=2,dx=1,dy=0", "--json").output)
    #expect(json["seeds"].entries.map { $0["name"].string } == ["dx", "dy"])
    #expect(json["seeds"][1]["along"].string == "y")
    #expect(json["points"][0]["derivatives"].entries.map(\.number) == [4, 6])
  }

  @Test func hessianProductAsAProgram() {
    folder.write("param w: [2] = 1\nparam b = 1\nminimize sum(w^4)*b\n", to: "quartic.ad")
    let outcome = diff("quartic.ad", "--hvp")
    #expect(outcome.output.contains("input v_w: [2]\ninput v_b\n"), "\(outcome.errors)")
    folder.write(outcome.output, to: "product.ad")
    let compiled = Executable.adc.run(["compile", "product.ad"], in: folder)
    #expect(compiled.status == 0, "\(compiled.errors)")
  }

  @Test func patternsOfExpressions() {
    #expect(
      diff("x*y", "y*z", "--pattern").output
        == "██·\n·██\n2 x 3, 4 of 6 elements can be other than 0; 2 products with directions find "
        + "them (column colouring)\n")
    let root = "root([y[0]^3 + y[0] - x[0], y[0] + y[1]^3 - x[1], y[2] - x[2]], y, from: x)"
    #expect(diff(root, "--pattern", "--shape", "x=[3]").output.hasPrefix("█··\n██·\n··█\n"))
    let loop = "scan(t in 0..<3, h = 0: h/2 + x[t])"
    #expect(diff(loop, "--pattern", "--shape", "x=[3]").output.hasPrefix("█··\n██·\n███\n"))
    let sum = "sum(scan(t in 0..<3, h = x: h^2))"
    #expect(diff(sum, "--pattern", "--shape", "x=[3]").output.hasPrefix("█··\n·█·\n··█\n"))
  }

  @Test func quadraticForm() {
    let outcome = Executable.adc.run(
      ["diff", "x @ S @ x", "--hessian", "--by", "x"] + Self.shapes, in: folder)
    #expect(["S' + S\n", "S + S'\n"].contains(outcome.output))
  }

  @Test func severalExpressions() throws {
    #expect(
      diff("x^2*y", "x + y", "--jacobian").output
        == "d[0]/dx  2*x*y\nd[0]/dy  x^2\nd[1]/dx  1\nd[1]/dy  1\n")
    let json = try JSON(diff("[x^2*y, x + y]", "--jacobian", "--at", "x=2,y=3", "--json").output)
    #expect(json["derivatives"].entries.map { $0["of"].number } == [0, 0, 1, 1])
    #expect(json["points"][0]["derivatives"].entries.map(\.number) == [12, 4, 1, 1])
  }

  @Test func arraysAtPoints() throws {
    let outcome = diff(
      "sum(x*y) + z*sum(x^2)", "--hessian", "--shape", "x=[n]", "--shape", "y=[n]", "--at",
      "x=[1, 2],y=[3, 4],z=5", "--json")
    let json = try JSON(outcome.output)
    #expect(
      json["derivatives"].entries.map { $0["by"].entries.compactMap(\.string).joined() }
        == ["xx", "xy", "xz", "yy", "yz", "zz"])
    let values = json["points"][0]["derivatives"]
    #expect(values[0][0][0].number == 10 && values[0][0][1].number == 0)
    #expect(values[1][1][1].number == 1)
    #expect(values[2].entries.map(\.number) == [2, 4])
  }

  @Test(
    arguments: [
      (["x", "--jacobian", "--hessian"], "exclude each other"), (["x", "y"], "--jacobian"),
      (["x^2", "--shape", "x=3"], "A=[n, 3]"), (["x^2", "--shape", "x"], "NAME=VALUE"),
      (["sum(x)", "--shape", "x=[n]", "--order", "2"], "--hessian"),
      (["tanh(x)", "--shape", "x=[n]"], "--jacobian"),
      (["sum(x)", "--shape", "x=[2]", "--at", "x=[1,2,3]"], "has [2]"),
      (["x^2", "--at", "x=[1, 2]"], "--shape"), (["x", "--pattern", "--jvp"], "--jacobian"),
      (["x^2", "--jvp", "--at", "x=1"], "`dx`"), (["x", "y", "--hvp"], "`--vjp`"),
      (["sum(x)", "--shape", "x=[n]", "--pattern"], "is not known"),
    ])
  func mistakes(_ arguments: [String], _ part: String) {
    let outcome = Executable.adc.run(["diff"] + arguments, in: folder)
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains(part), "\(outcome.errors)")
  }

  @Test func hessianOfAnExpression() {
    let outcome = diff("x^2*y + sin(x*y)", "--hessian", "--at", "x=0,y=3")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("d/dx dy"))
    #expect(outcome.output.contains("value 0  d/dx dx 6  d/dx dy 1  d/dy dy 0"))
  }

  @Test func hessianAsAProgram() {
    folder.write(
      "param x = -1.2\nparam y = 1\nminimize (1 - x)^2 + 100*(y - x^2)^2\n", to: "rosen.ad")
    let outcome = diff("rosen.ad", "--hessian")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(" as d_x_x\noutput -400*x as d_x_y\noutput 200 as d_y_y\n"))
    folder.write(outcome.output, to: "hessian.ad")
    folder.write(#"{"version":1,"parameters":{"x":-1.2,"y":1}}"#, to: "start.json")
    let compiled = Executable.adc.run(["compile", "hessian.ad"], in: folder)
    #expect(compiled.status == 0, "\(compiled.errors)")
  }

  @Test func patterns() throws {
    folder.write(
      """
      const n = 6
      param x: [n] = 0.5
      minimize sum(100*(x[1...] - x[0..<n - 1]^2)^2 + (1 - x[0..<n - 1])^2)
      """, to: "chain.ad")
    #expect(
      diff("chain.ad", "--pattern").output
        == """
        ██····
        ███···
        ·███··
        ··███·
        ···███
        ····██
        6 x 6, 16 of 36 elements can be other than 0; 3 products find them (star colouring)

        """)
    let large = diff("chain.ad", "--pattern", "--set", "n=1000")
    #expect(large.output.contains("2998 of 1e+06 elements"))
    #expect(large.output.contains("; 3 products find them"))
    let json = try JSON(diff("chain.ad", "--pattern", "--json").output)
    #expect(json["pattern"][0].entries.map(\.number) == [0, 1])
    #expect(json["colours"].number == 3)
    let bench = Executable.adc.run(
      ["bench", "chain.ad", "--what", "hessian", "--set", "n=1000", "--json"], in: folder)
    #expect(try JSON(bench.output)["nonzeros"].number == 2998)
  }

  @Test func kinks() throws {
    folder.write(
      """
      input x: [n]
      param w = 1
      let z = w*x
      minimize sum(relu(z)) + abs(w - 1) + sum(max(z, 2))
      """, to: "kinks.ad")
    folder.write("x\n0\n2\n-1\n0\n", to: "kinks.csv")
    let outcome = Executable.adc.run(
      ["check", "--kinks", "kinks.ad", "--data", "kinks.csv", "--json"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try JSON(outcome.output)["kinks"].entries
    #expect(found.map { $0["source"].string } == ["relu(z)", "abs(w - 1)", "max(z, 2)"])
    #expect(found.map { $0["line"].number } == [4, 4, 4])
    #expect(found.map { $0["at_kink"].number } == [2, 1, 1])
    #expect(found.map { $0["elements"].number } == [4, 1, 4])
    folder.write("param w = 1\nminimize w^2\n", to: "smooth.ad")
    #expect(
      Executable.adc.run(["check", "--kinks", "smooth.ad"], in: folder).output
        == "the loss has a derivative everywhere\n")
  }

  @Test func rulesAreComparedWithDifferences() {
    let start = "param p = 2\nfn clipped(x) = max(min(x, 1), -1)\n"
    folder.write(start + "derivative clipped(x) = 1\nminimize clipped(p)^2\n", to: "wrong.ad")
    let wrong = Executable.adc.run(["compile", "wrong.ad"], in: folder)
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("AD0606"), "\(wrong.errors)")
    #expect(wrong.errors.contains("it is 1, and differences of `clipped` give 0"))
    folder.write(
      start + "derivative clipped(x) as meant = 1\nminimize clipped(p)^2\n", to: "meant.ad")
    let meant = Executable.adc.run(["gradient", "meant.ad", "--json"], in: folder)
    #expect(meant.output.contains(#""gradient":{"p":2}"#), "\(meant.errors)")
  }
}
