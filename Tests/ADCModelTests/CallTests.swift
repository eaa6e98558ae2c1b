import ADCCalculus
import ADCModel
import ADCSyntax
import Testing

@Suite("Calls") struct CallTests {
  /// The message for an expression of variables, or its variables if there is none.
  private func outcome(_ text: String, _ variables: [String]? = nil) -> String {
    let source = SourceText(name: "expression", text: text)
    let (expression, problems) = Parser.parseExpression(source)
    guard problems.isEmpty else { return "syntax" }
    let (checked, diagnostics) = ModelChecker.checkExpression(
      expression, source: source, variables: variables)
    return diagnostics.first.map { "\($0.code) \($0.message)" }
      ?? checked?.variables.map(\.name).joined(separator: " ") ?? "nothing"
  }

  @Test(
    "the number of arguments is said as people count",
    arguments: [
      ("atan2(y)", "AD0402 `atan2` takes 2 arguments, 1 given"),
      ("exp(x, y)", "AD0402 `exp` takes 1 argument, 2 given"),
      ("log()", "AD0402 `log` takes 1 argument, 0 given"),
      ("max()", "AD0402 `max` takes 1 argument, 0 given"),
      ("sin + x", "AD0205 `sin` is a function and needs an argument"),
      ("conv3d(x, y)", "AD0407 `conv3d` is not supported yet"),
      ("sum(x, axes: 0)", "AD0403 `sum` has no argument `axes`"),
      ("sum([x, y], axis: 1)", "AD0408 there is no axis 1: the shape is [2], its only axis is 0"),
      ("foo(x)", "AD0401 there is no function `foo`"),
      ("diff(x)", "AD0402 `diff` takes at least 2 arguments, 1 given"),
      ("grad([x, x], x)", "AD0303 `grad` differentiates a number, and this has the shape [2]"),
      ("clamp(x, 1)", "AD0402 `clamp` takes 3 arguments, 2 given"),
    ])
  func messages(_ text: String, _ message: String) {
    #expect(outcome(text) == message)
  }

  @Test("what is called otherwise elsewhere gets its name here")
  func synonyms() {
    #expect(problem("param x = 1\nminimize ln(x)").hasSuffix("(did you mean `log`?)"))
    #expect(problem("param x = 1\nminimize x * π").hasSuffix("(did you mean `pi`?)"))
    #expect(
      problem("let a = sum([1, 2], 0)").hasSuffix("2 given (an axis is named: `axis: 0`)"))
  }

  @Test("free names are variables, in alphabetical order")
  func variables() {
    #expect(outcome("y * x + pi^2 + e") == "x y")
    #expect(outcome("e * pi * a", ["pi", "e"]) == "a e pi")
    #expect(outcome("2 + 3") == "")
    #expect(outcome("gamma + 1", ["gamma"]) == "gamma")
  }

  @Test(
    "values of calls",
    arguments: [
      ("max(1, 3, 2)", [3]), ("min([4, 2, 3])", [2]), ("sum([[1, 2], [3, 4]], axis: 0)", [4, 6]),
      ("sum([[1, 2], [3, 4]], axis: -1)", [3, 7]), ("sum([[1, 2], [3, 4]], axis: [0, 1])", [10]),
      ("mean([1, 2, 6])", [3]), ("var([1, 2, 6])", [14.0 / 3]), ("var([1, 2, 6], ddof: 1)", [7]),
      ("std([1, 3], ddof: 0)", [1]), ("norm([3, 4])", [5]), ("dot([1, 2], [3, 4])", [11]),
      ("pow(2, 10)", [1024]), ("step(0.5) + step(-1)", [1]), ("eye(2)", [1, 0, 0, 1]),
      ("zeros(2)", [0, 0]), ("ones([1, 2])", [1, 1]), ("one_hot([1, 0], 3)", [0, 1, 0, 1, 0, 0]),
      ("argmax([[1, 5], [7, 2]], axis: 1)", [1, 0]), ("concat([1], [2, 3])", [1, 2, 3]),
      ("stack([1, 2], [3, 4], axis: 1)", [1, 3, 2, 4]),
      ("reshape([1, 2, 3, 4], [2, 2])[1]", [3, 4]),
      ("if 1 < 2 and not 0 then 5 else 6", [5]), ("2^-1", [0.5]), ("-2^2", [-4]), ("2^3^2", [512]),
      ("12 / 3 / 2", [2]), ("7 - 2 - -1", [6]), ("--3", [3]), ("not not 5", [1]),
      ("if [1, 0] > 0 then [1, 2] else 9", [1, 9]), ("[[1, 2], [3, 4]]'", [1, 3, 2, 4]),
      ("[[1, 2], [3, 4]] @ [1, 1]", [3, 7]), ("[1, 2, 3][-1]", [3]), ("[5, 6, 7][[2, 0]]", [7, 5]),
      ("prod([2, 3, 4])", [24]), ("max([[1, 5], [7, 2]], axis: 0, keep: true)", [7, 5]),
    ] as [(String, [Double])])
  func values(_ text: String, _ expected: [Double]) throws {
    let found = try check("let a = \(text)").numbers("a")
    #expect(found.count == expected.count)
    for (value, wanted) in zip(found, expected) { #expect(abs(value - wanted) <= 1e-14 * 1024) }
  }

  @Test("functions take arguments by place, by label and by default")
  func functions() throws {
    let text = """
      const k = 10
      fn f(a, b = 2, c = k) = a + 10 * b + 100 * c
      let p = f(1)
      let q = f(1, c: 0)
      let r = f(c: 3, a: 1, b: 1)
      fn g(x) = { let y = x^2; y + f(x, 0, 0) }
      let s = g(3)
      """
    let checked = check(text)
    #expect(try checked.numbers("p") == [1021])
    #expect(try checked.numbers("q") == [21])
    #expect(try checked.numbers("r") == [311])
    #expect(try checked.numbers("s") == [12])
    #expect(checked.model?.functions == ["f", "g"])
    let head = "fn f(a, b = 2) = a*b\n"
    #expect(problem(head + "let x = f()").hasPrefix("AD0402 <f()> `f` takes 1 to 2 arguments"))
    #expect(problem(head + "let x = f(1, 2, 3)").hasPrefix("AD0402"))
    #expect(problem(head + "let x = f(1, a: 3)").hasPrefix("AD0403 <a> the argument `a` is given"))
    #expect(problem(head + "let x = f(1, d: 3)").hasPrefix("AD0403 <d> `f` has no argument `d`"))
  }

  @Test("a mistake in a body shows the call as well")
  func bodies() throws {
    let checked = check("fn f(a, b) = a + b\nlet x = f([1, 2], [1, 2, 3])")
    #expect(checked.first.hasPrefix("AD0301 <a + b>"))
    let note = try #require(checked.diagnostics.first?.notes.first)
    #expect(checked.source.text(note.range) == "f([1, 2], [1, 2, 3])")
  }

  @Test("calls that never end, or nearly, are messages")
  func expansion() {
    let doubling = (1..<60).map { "fn f\($0)(a) = f\($0 - 1)(a + 1) + f\($0 - 1)(a * 2)\n" }
    #expect(problem("fn f0(a) = a\n" + doubling.joined() + "let x = f59(1)").hasPrefix("AD0409"))
    let same = (1..<60).map { "fn f\($0)(a) = f\($0 - 1)(a) + f\($0 - 1)(a)\n" }
    #expect(check("fn f0(a) = a\n" + same.joined() + "let x = f59(1)").codes.isEmpty)
    let deep = (1..<5_000).map { "fn f\($0)(a) = f\($0 - 1)(a + 1)\n" }
    #expect(problem("fn f0(a) = a\n" + deep.joined() + "let x = f4999(1)").hasPrefix("AD0409"))
  }

  @Test("a draw of dropout in a loop is one for each number of its index")
  func draws() throws {
    let head = "param x: [4] = 1\n"
    func shapes(_ expression: String) throws -> [Shape] {
      let model = try #require(check(head + "minimize sum(\(expression))").model)
      let needed = model.graph.reachable(from: [try #require(model.objective).node])
      return needed.indices.filter { needed[$0] && model.graph.operatorID(NodeID($0)) == .uniform }
        .map { model.graph.shape(NodeID($0)) }
    }
    #expect(try shapes("[i in 0..<3: dropout(x, 0.5)]") == [Shape([3, 4])])
    #expect(try shapes("[i in 0..<3, j in 0..<2: dropout(x[0], 0.5)]") == [Shape([3, 2])])
    #expect(try shapes("scan(t in 0..<5, h = x: dropout(h, 0.5))") == [Shape([5, 4])])
    #expect(
      try shapes("[i in 0..<3: scan(t in 0..<5, h = x*i: dropout(h, 0.5))[-1]]")
        == [Shape([3, 5, 4])])
  }

  @Test("two draws of dropout are two")
  func dropout() throws {
    let head = "param x: [4] = 1\nfn f(a) = dropout(a, 0.5)\n"
    let model = try #require(check(head + "let a = f(x)\nlet b = f(x)").model)
    #expect(model.lets[0].node != model.lets[1].node)
    #expect(model.environment["training"] != nil)
    #expect(problem(head + "let a = dropout(x, 1)").hasPrefix("AD0404 <1>"))
  }
}
