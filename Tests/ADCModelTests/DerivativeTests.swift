import Testing

@Suite("Derivatives in a model") struct DerivativeTests {
  @Test("by parameters, by arguments, and again")
  func values() throws {
    let text = """
      param x = 3
      param q = [0.5, 2]
      fn f(x) = x^3 + q[0]
      fn slope(a) = diff(a^2 * x, a)
      fn twice(a) = { let y = a^4; diff(y, a, a) }
      let first = diff(f(x), x)
      let second = diff(f(x), x, x)
      let vector = grad(sum(q^2) * x, q)
      let argument = slope(x + 1)
      let block = twice(2 * x)
      let each = diff(q^2, q)
      let nested = diff(slope(x), x)
      let none = grad(x^2, q)
      """
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    #expect(try checked.numbers("first") == [27])
    #expect(try checked.numbers("second") == [18])
    #expect(try checked.numbers("vector") == [3, 12])
    // 2·a·x at a = 4: the x in the body is no part of the argument.
    #expect(try checked.numbers("argument") == [24])
    #expect(try checked.numbers("block") == [432])
    #expect(try checked.numbers("each") == [1, 4])
    // 2·x·x by x.
    #expect(try checked.numbers("nested") == [12])
    #expect(try checked.numbers("none") == [0, 0])
  }

  @Test("Products with Jacobians and Hessians never build the matrix")
  func products() throws {
    let text = """
      param q = [0.5, 2]
      param A = [[1, 2], [3, 4]]
      fn energy(v) = sum(v^4)
      fn bend(v) = hvp(energy(v), v, 2*v)
      let forward = jvp(A @ q, q, [1, 10])
      let backward = vjp(A @ q, q, [1, 10])
      let every = vjp(q^2, q, 1)
      let matrix = jvp(A @ q, A, A)
      let second = hvp(sum(q^3) * q[0], q, [1, 0])
      let inside = bend(2*q)
      let nothing = jvp(q, A, A)
      """
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    #expect(try checked.numbers("forward") == [21, 43])
    #expect(try checked.numbers("backward") == [31, 42])
    #expect(try checked.numbers("every") == [1, 4])
    #expect(try checked.numbers("matrix") == [4.5, 9.5])
    // d²/dx² of x^4 + y³x is 12x², d²/dxdy is 3y².
    #expect(try checked.numbers("second") == [3, 12])
    #expect(try checked.numbers("inside") == [24, 1536])
    #expect(try checked.numbers("nothing") == [0, 0])
    #expect(checked.shape("second") == "[2]")
  }

  @Test(
    "not by a `let`, an expression or a number",
    arguments: [
      ("diff(y^2, y)", "AD0405 <y>"), ("diff(x^2, x + 1)", "AD0405 <x + 1>"),
      ("diff(x^2, pi)", "AD0405 <pi>"), ("diff(x^2, k)", "AD0405 <k>"),
      ("grad(v, x)", "AD0303 <v>"), ("diff(sum(v), v)", "AD0406"), ("diff(cumsum(v), v)", "AD0406"),
      ("grad(x, w)", "AD0201 <w>"), ("diff(x^2, by: x)", "AD0403 <by>"), ("jvp(v, v)", "AD0402"),
      ("vjp(v, v, [1])", "AD0303 <[1]>"),
      ("jvp(v, v + 1, v)", "AD0405 <v + 1>"), ("hvp(v, v, v)", "AD0303 <v>"),
      ("hvp(x^2, x, v)", "AD0303 <v>"), ("jvp(x, y, 1)", "AD0405 <y>"),
    ])
  func refusals(_ expression: String, _ start: String) {
    let head = "param x = 1\nparam v = [1, 2]\nconst k = 2\nlet y = x^2\n"
    #expect(problem(head + "let a = \(expression)").hasPrefix(start))
  }
}
