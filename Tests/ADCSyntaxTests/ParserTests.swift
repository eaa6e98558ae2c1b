import ADCSyntax
import Testing

@Suite("Texts become trees")
struct ParserTests {
  private func parsed(_ text: String) -> Expression.Form {
    let (expression, diagnostics) = Parser.parseExpression(SourceText(name: "e", text: text))
    #expect(diagnostics.isEmpty, "\(text): \(diagnostics)")
    return expression.erasingRanges.form
  }

  @Test(
    "Two spellings of one tree",
    arguments: [
      ("-x^2", "-(x^2)"), ("2^-1", "2^(-1)"), ("2^-x^2", "2^(-(x^2))"), ("--x^2", "--(x^2)"),
      ("a*-b", "a*(-b)"), ("a - -b", "a - (-b)"), ("-a*b", "(-a)*b"), ("-x'", "-(x')"),
      ("not a < b", "not (a < b)"), ("not a and b", "(not a) and b"),
      ("a or b and c", "a or (b and c)"), ("a + b < c*d", "(a + b) < (c*d)"),
      ("if a then b else c + d", "if a then b else (c + d)"),
      ("if a or b then c else d", "if (a or b) then c else d"),
      ("x[a + 1..<b*2]", "x[(a + 1)..<(b*2)]"), ("a^b'", "a^(b')"), ("a^b[0]^c", "a^(b[0])^c"),
      ("a + b*c^d", "a + (b*(c^d))"), ("2^-3^-4", "2^(-(3^(-4)))"), ("+-x", "+(-x)"),
    ])
  func precedence(short: String, long: String) {
    #expect(parsed(short) == parsed(long))
  }

  @Test(
    "Spellings of two trees",
    arguments: [
      ("-x^2", "(-x)^2"), ("a^b^c", "(a^b)^c"), ("a - b - c", "a - (b - c)"),
      ("a/b*c", "a/(b*c)"), ("a @ b * c", "a @ (b * c)"), ("x'[0]", "x[0]'"),
      ("if a then b else c + d", "(if a then b else c) + d"), ("x[new]", "x[(new)]"),
    ])
  func groupings(left: String, right: String) {
    #expect(parsed(left) != parsed(right))
  }

  @Test("Power chains are one node, signs in exponents open another")
  func powers() {
    guard case .power(let operands) = parsed("a^b^c^-d^e") else {
      Issue.record("no power")
      return
    }
    #expect(operands.count == 4)
    guard case .prefix(.minus, count: 1, let inner)? = operands.last?.form,
      case .power(let innerOperands) = inner.form
    else {
      Issue.record("no sign over the rest")
      return
    }
    #expect(innerOperands.count == 2)
  }

  @Test(
    "Lines that are one statement",
    arguments: [
      "let a = b +\n c", "let a = b\n + c", "let a =\n b", "let a = (b\n + c\n)",
      "let a = if b\n then c\n else d", "let a = if b then\n c else\n d", "let a = f(b,\n c)",
      "let a = b\n\n // a note\n and c", "let a = [1,\n 2]", "input x:\n [n]",
      "input x: [n] from \"a\",\n \"b\"", "param w ~\n normal(0, 1)", "let a = x[0\n]",
      "let a = b\n +\n c", "let a = b or\r\n c",
    ])
  func oneStatement(text: String) {
    let (file, diagnostics) = Parser.parse(SourceText(name: "m", text: text))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    #expect(file.statements.count == 1)
  }

  @Test("A sign that touches its operand starts a new line's statement")
  func signsStartAnew() {
    let text = "fn f(c) = {\n let a = c\n -c\n}\nfn g(c) = {\n c\n - c\n}"
    let (file, diagnostics) = Parser.parse(SourceText(name: "m", text: text))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    #expect(
      TreePrinter.print(file)
        == "fn f(c) = {\n  let a = c\n  -c\n}\nfn g(c) = {\n  c - c\n}\n")
  }

  @Test("Brackets at the start of a line do not continue it")
  func bracketsStartAnew() {
    let text = "let a = b\n(c)\nlet d = e\n[0]"
    let diagnostics = Parser.parse(SourceText(name: "m", text: text)).diagnostics
    #expect(diagnostics.map(\.code) == ["AD0101", "AD0101"])
  }

  @Test("Words are keywords only where they start something")
  func contextualWords() {
    let text = """
      input input: [data] from "from"
      let data = input*step + state'
      fn fn(train) = train + new
      optimizer optimizer(state = 1) {
        state state = 0
        state := param - gradient
        param := state
      }
      train { data "a.csv"; optimizer optimizer(state: 2); validate last 20%; shuffle false }
      output output as as

      """
    let (file, diagnostics) = Parser.parse(SourceText(name: "m", text: text))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    #expect(file.statements.count == 6)
    guard case .train(let settings)? = file.statements.dropLast().last?.form else {
      Issue.record("no training")
      return
    }
    #expect(settings.map(\.name.text) == ["data", "optimizer", "validate", "shuffle"])
    #expect(settings.map { $0.modifiers.map(\.text) } == [[], [], ["last"], []])
    #expect(settings.map(\.isPercentage) == [false, false, true, false])
  }

  @Test("After a mistake the next statement is read, and what was read before it is kept")
  func recovery() {
    let text = "let a = 1 +* 2\nlet b = 2\nlet c = (3\nlet d = 4\nlet e = x y\nlet f = 6"
    let (file, diagnostics) = Parser.parse(SourceText(name: "m", text: text))
    #expect(diagnostics.map(\.code) == ["AD0102", "AD0103", "AD0105"])
    #expect(TreePrinter.print(file) == "let b = 2\nlet d = 4\nlet e = x\nlet f = 6\n")
  }

  @Test("Ranges cover what was written, parentheses included")
  func ranges() {
    let source = SourceText(name: "e", text: " (a + b) * f(c)' ")
    let expression = Parser.parseExpression(source).expression
    #expect(source.text(expression.range) == "(a + b) * f(c)'")
    guard case .product(let first, let links) = expression.form else {
      Issue.record("no product")
      return
    }
    #expect(source.text(first.range) == "(a + b)")
    #expect(links.map { source.text($0.operatorRange) } == ["*"])
    #expect(links.map { source.text($0.operand.range) } == ["f(c)'"])
  }
}
