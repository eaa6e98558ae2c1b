import ADCSyntax
import Testing

@Suite("Trees become canonical source")
struct TreePrinterTests {
  private func printed(_ text: String) -> String {
    let (expression, diagnostics) = Parser.parseExpression(SourceText(name: "e", text: text))
    #expect(diagnostics.isEmpty, "\(text): \(diagnostics)")
    return TreePrinter.print(expression)
  }

  @Test(
    "No more parentheses and spaces than needed",
    arguments: [
      ("((x))", "x"), ("(2 * x) * y", "(2*x)*y"), ("2*x*y", "2*x*y"), ("a+(b*c)", "a + b*c"),
      ("(a+b)*c", "(a + b)*c"), ("(x^2)^3", "(x^2)^3"), ("x^(-2)", "x^-2"), ("(-x)^2", "(-x)^2"),
      ("2/n*x'@(x@W+b-y)", "2/n * x' @ (x @ W + b - y)"), ("- (x^2)", "-x^2"), ("-(x*y)", "-(x*y)"),
      ("f( a , axis :1 )", "f(a, axis: 1)"),
      ("x[ : ,new,1 ..< 3, 2 ...]", "x[:, new, 1..<3, 2...]"),
      ("(if a then b else c) + 1", "(if a then b else c) + 1"), ("not(a<b)", "not a < b"),
      ("if a then b else (if c then d else e)", "if a then b else (if c then d else e)"),
      ("a<b and c", "a < b and c"), ("(a or b) and c", "(a or b) and c"), ("(a+b)'", "(a + b)'"),
      ("1e20 + 1e-7 + 1_000 + 5.", "1e+20 + 1e-07 + 1000 + 5"),
      ("a and (b and c)", "a and (b and c)"),
    ])
  func canonical(text: String, canonical: String) {
    #expect(printed(text) == canonical)
    #expect(printed(canonical) == canonical)
  }

  @Test("Numbers that no source has")
  func unusualNumbers() {
    let nowhere = SourceRange(0, 0)
    func number(_ value: Double) -> Expression { Expression(.number(value), nowhere) }
    func power(_ base: Double) -> String {
      TreePrinter.print(Expression(.power([number(base), number(-2)]), nowhere))
    }
    func sum(_ binary: BinaryOperator, _ operand: Expression) -> String {
      TreePrinter.print(
        Expression(.sum(number(1), [Expression.Link(binary, nowhere, operand)]), nowhere))
    }
    let name = Expression(.name("x"), nowhere)
    let product = Expression(
      .product(number(-2), [Expression.Link(.multiply, nowhere, name)]), nowhere)
    #expect(sum(.add, number(-2)) == "1 - 2")
    #expect(sum(.subtract, number(-2)) == "1 + 2")
    #expect(sum(.add, product) == "1 - 2*x")
    #expect(sum(.add, number(.nan)) == "1 + 0/0")
    #expect(TreePrinter.print(number(-3)) == "-3")
    #expect(TreePrinter.print(number(.nan)) == "0/0")
    #expect(power(-3) == "(-3)^-2")
    #expect(power(.infinity) == "inf^-2")
    #expect(power(-.infinity) == "(-inf)^-2")
    #expect(power(.nan) == "(0/0)^-2")
    #expect(power(-0.0) == "(-0)^-2")
  }

  @Test("Any double reads back to its bits")
  func numbersReadBack() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next() >> 1)
      guard value.isFinite else { continue }
      let text = TreePrinter.print(Expression(.number(value), SourceRange(0, 0)))
      let (again, diagnostics) = Parser.parseExpression(SourceText(name: "e", text: text))
      #expect(diagnostics.isEmpty && again.form == .number(value), "\(text)")
    }
  }

  @Test("A sum of a hundred thousand terms")
  func longSum() {
    let text = (0..<100_000).map { "\($0)*x" }.joined(separator: " + ")
    let (expression, diagnostics) = Parser.parseExpression(SourceText(name: "e", text: text))
    #expect(diagnostics.isEmpty)
    #expect(TreePrinter.print(expression) == text)
  }
}
