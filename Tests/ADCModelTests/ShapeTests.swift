import ADCModel
import Testing

@Suite("Shapes") struct ShapeTests {
  @Test(
    "broadcasting is the language's",
    arguments: [
      ("[n, 1]", "[n]", nil), ("[n, 3]", "[3]", "[n, 3]"), ("[n, 3]", "[n]", nil),
      ("[n, 1]", "[n, 4]", "[n, 4]"), ("[n, 1]", "[1, n]", "[n, n]"), ("[]", "[n, 2]", "[n, 2]"),
      ("[3]", "[4]", nil), ("[2, 3, 4]", "[3, 4]", "[2, 3, 4]"), ("[n]", "[m]", nil),
    ] as [(String, String, String?)])
  func broadcasting(_ a: String, _ b: String, _ result: String?) {
    let shapes = { (text: String) in text == "[]" ? "" : ": \(text)" }
    let checked = check("input a\(shapes(a))\ninput b\(shapes(b))\nlet c = a + b\nlet d = a * b")
    #expect(checked.shape("c") == result)
    #expect(checked.shape("d") == result)
    if result == nil { #expect(checked.codes == ["AD0301", "AD0301"]) }
  }

  @Test("a column less a vector proposes both ways out")
  func columnAndVector() {
    let text = "input x: [n, 1]\ninput y: [n]\nparam w = 1\nminimize sum((w*x - y)^2)"
    #expect(
      problem(text)
        == "AD0301 <w*x - y> `w*x - y`: the shapes [n, 1] and [n] do not go together "
        + "(write `y[:, new]`, of shape [n, 1], or `(w*x)[:, 0]`, of shape [n])")
    #expect(problem("input x: [n, 3]\ninput y: [n]\nlet a = y * x").contains("`y[:, new]`"))
  }

  @Test("a matrix product says which dimensions differ")
  func matrixProduct() {
    #expect(
      problem("param A: [3, 2] = 1\nconst v = [1, 2, 3, 4]\nminimize sum(A @ v)")
        == "AD0302 <A @ v> `A @ v`: the inner dimensions differ, 2 and 4: [3, 2] @ [4]")
    let transposed = problem("input x: [n, 3]\nparam W: [4, 3] = 0\nlet a = x @ W")
    #expect(transposed.contains("3 and 4"))
    #expect(transposed.contains("transpose"))
    let chain = check(
      "input x: [n, 3]\nparam W: [3, 4] = 0\nlet a = 2 * x @ W / 3\nlet b = W' @ x'")
    #expect(chain.shape("a") == "[n, 4]")
    #expect(chain.shape("b") == "[4, n]")
    #expect(problem("param v: [3] = 0\nminimize sum(v')").hasPrefix("AD0305 <v'>"))
  }

  @Test("the objective is one number")
  func objective() {
    #expect(
      problem("param x: [1] = 0\nminimize x^2")
        == "AD0303 <x^2> the objective must be one number, and its shape is [1] "
        + "(write `sum(…)` or `mean(…)` around it)")
    #expect(problem("param x = 0\nminimize x\nmaximize x").hasPrefix("AD0211 <x>"))
  }

  @Test(
    "parts of arrays have their shapes",
    arguments: [
      ("x[0]", "[4]"), ("x[-1]", "[4]"), ("x[:, 0]", "[n]"), ("x[1...]", "[n - 1, 4]"),
      ("x[:, 1..<3]", "[n, 2]"), ("x[:, 1...2]", "[n, 2]"), ("x[:, ..<3]", "[n, 3]"),
      ("x[:, new]", "[n, 1, 4]"), ("x[:, 0, new]", "[n, 1]"), ("x[0, -1]", "[]"),
      ("x[:, -2...]", "[n, 2]"), ("x[n - 1]", "[4]"), ("E[k]", "[n, 3]"), ("E[[2, 0]]", "[2, 3]"),
      ("E[k, 1]", "[n]"), ("E[[[0, 1], [2, 3]]]", "[2, 2, 3]"), ("x'[1]", "[n]"),
      ("E[:, k]", "[5, n]"), ("E[sum(k)]", "[3]"),
    ])
  func subscripts(_ expression: String, _ shape: String) {
    let text = "input x: [n, 4]\ninput k: [n]\nparam E: [5, 3] = 0\nlet a = \(expression)"
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    #expect(checked.shape("a") == shape)
  }

  @Test(
    "an index outside a known size is found",
    arguments: [
      ("v[3]", "AD0306 <3>"), ("v[-4]", "AD0306 <-4>"), ("v[0, 1]", "AD0309 <1>"),
      ("v[1..<5]", "AD0306 <1..<5>"), ("v[2..<1]", "AD0306 <2..<1>"),
      ("v[[0, 3]]", "AD0306 <[0, 3]>"),
      ("v[0.5]", "AD0404 <0.5>"), ("v[1e300]", "AD0307 <1e300>"), ("v[0][0]", "AD0309 <0>"),
    ])
  func outside(_ expression: String, _ start: String) {
    #expect(problem("param v: [3] = 0\nlet a = \(expression)").hasPrefix(start))
  }

  @Test("array literals of any rank")
  func arrays() throws {
    let checked = check("const k = 2\nlet a = [[1, -2], [k, k + 1]]\nlet b = [[[1]], [[2]]]")
    #expect(checked.shape("a") == "[2, 2]")
    #expect(try checked.numbers("a") == [1, -2, 2, 3])
    #expect(checked.shape("b") == "[2, 1, 1]")
    #expect(problem("let a = [[1, 2], [3]]").hasPrefix("AD0304 <[3]> the rows of an array"))
    #expect(problem("let a = [1, [2]]").hasPrefix("AD0304 <[2]>"))
  }

  @Test("declared shapes and values fit")
  func declared() {
    #expect(problem("param W: [2, 3] = [1, 2]\nminimize sum(W)").hasPrefix("AD0308 <[1, 2]>"))
    #expect(problem("param W: [k, 3] = 0\nminimize sum(W)").hasPrefix("AD0213 <k>"))
    #expect(problem("const k = 2.5\nparam W: [k] = 0\nminimize sum(W)").hasPrefix("AD0404 <k>"))
    #expect(problem("param W: [-1] = 0\nminimize sum(W)").hasPrefix("AD0307 <-1>"))
    #expect(problem("input x: [n]\nparam W: [n * n] = 0").hasPrefix("AD0307 <n * n>"))
    let checked = check(
      "const k = 3\nconst m: [2] = k\nparam W: [2 * k + 1, k] = 0\nlet a = W\nlet b = m")
    #expect(checked.shape("a") == "[7, 3]")
    #expect(checked.shape("b") == "[2]")
  }

  @Test("the columns of an input say how many there are")
  func columns() {
    let checked = check(
      "input x: [n, k] from \"p0\"..\"p9\"\nparam w: [k] = 0\nlet a = x @ w\nlet b = x")
    #expect(checked.shape("a") == "[n]")
    #expect(checked.shape("b") == "[n, 10]")
    #expect(checked.model?.rowDimension == "n")
    #expect(problem("input x: [n, 3] from \"a\", \"b\"\nlet y = x").hasPrefix("AD0310"))
    #expect(problem("input x: [n, 3] from \"a\"..\"b\"\nlet y = x").hasPrefix("AD0310"))
    #expect(
      problem("input x: [n, 3] from \"a0\"..\"a999999999999\"\nlet y = x").hasPrefix("AD0310"))
  }

  @Test(
    "sizes beyond reason are messages",
    arguments: [
      "param W: [1e18, 2] = 0\nlet a = W",
      "input x: [n]\nparam W: [n * 1099511627776 * 1099511627776] = 0\nlet a = W",
      "const k = zeros(1000000, 1000000)\nlet a = k",
      "param W: [1000000000000, 1000000000000] = 0\nlet a = reshape(W, [10])",
      "param W: [99999999999999999999] = 0\nlet a = W",
      "param v: [3] = 0\nlet a = v[1e18..<1e19]",
      "const k = ones(4096, 4096) @ ones(4096, 4096)\nlet a = k",
      "param v: [3] = 0\nlet a = one_hot(v, 1e300)",
      "param v: [3] = 0\nlet a = eye([2, 3, 4])",
      "param v: [3] = 0\nlet a = sum(v, axis: 1e300)",
      "param v: [3] = 0\nlet a = dropout(v, v)",
    ])
  func hostile(_ text: String) {
    #expect(check(text).codes.count == 1)
  }

  @Test("large shapes that are used as such stay symbols")
  func large() {
    let text =
      "param W: [1000000000000, 1000000000000] = 0\nlet a = W * 2 + W'\nlet b = W[0, 5]\n"
      + "let c = concat(W, W, axis: 1)\nlet d = mean(W)\nlet f = var(W, axis: 0)\nminimize d"
    let checked = check(text)
    #expect(checked.codes.isEmpty)
    #expect(checked.shape("c") == "[1000000000000, 2000000000000]")
  }
}
