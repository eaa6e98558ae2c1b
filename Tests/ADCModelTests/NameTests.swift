import ADCModel
import ADCSyntax
import Testing

@Suite("Names") struct NameTests {
  @Test("a name that nothing has gets the nearest one")
  func undefined() {
    #expect(
      problem("param weight = 1\nminimize (wieght - 2)^2")
        == "AD0201 <wieght> `wieght` is not defined (did you mean `weight`?)")
    #expect(problem("param w = 1\nminimize Sin(w)").hasSuffix("(did you mean `sin`?)"))
    #expect(problem("param w = 1\nminimize sqr(w)").hasSuffix("(did you mean `sqrt`?)"))
  }

  @Test("a second definition names both places")
  func twice() throws {
    let checked = check("param a = 1\nlet a = 2\nminimize a")
    #expect(checked.first.hasPrefix("AD0202 <a> `a` is defined twice"))
    let note = try #require(checked.diagnostics.first?.notes.first)
    #expect(note.range.lower == 6)
    #expect(note.message.contains("a parameter"))
  }

  @Test("a dimension is a name of the model, too")
  func dimension() {
    #expect(problem("input x: [n]\nlet n = 3\nminimize sum(x)").hasPrefix("AD0202 <n>"))
  }

  @Test("definitions in a circle are shown as one")
  func circle() {
    let checked = check("let a = b + 1\nlet b = c\nlet c = a * 2\nminimize a")
    #expect(checked.codes == ["AD0204"])
    #expect(checked.first.contains("a -> b -> c -> a"))
    #expect(problem("let a = a + 1").hasPrefix("AD0204 <a> `a` is defined by itself"))
    #expect(problem("fn f(x) = g(x)\nfn g(x) = f(x)\nminimize f(2)").contains("f -> g -> f"))
  }

  @Test("a name is declared before it is used")
  func order() {
    #expect(
      problem("let a = b\nparam b = 1\nminimize a")
        == "AD0203 <b> `b` is used before its declaration (move the declaration up)")
    #expect(problem("fn f(x) = f(x - 1)\nminimize f(2)").hasPrefix("AD0208 <f>"))
    #expect(problem("fn f(x) = x * k\nconst k = 2\nminimize f(2)").hasPrefix("AD0203 <k>"))
  }

  @Test("names of the model hide built-in ones")
  func hiding() throws {
    #expect(try check("param pi = 2\nlet a = pi * 3").numbers("a") == [6])
    #expect(
      problem("param exp = 2\nminimize exp(3)")
        == "AD0206 <exp> `exp` is a parameter and cannot be called; it hides the built-in function"
        + " (give it another name)")
  }

  @Test("functions are no values and values no functions")
  func functions() {
    #expect(
      problem("param w = 1\nminimize sin + w")
        == "AD0205 <sin> `sin` is a function and needs an argument (write `sin(…)`)")
    #expect(problem("param w = 1\nminimize w(2)").hasPrefix("AD0206 <w>"))
    #expect(problem("param w = 1\nminimize pi(2)").hasPrefix("AD0206 <pi>"))
  }

  @Test("an inner scope shadows an outer one")
  func shadowing() throws {
    let text = "const a = 1\nfn f(x) = {\n  let a = x * 10\n  a + x\n}\nlet y = f(2) + a"
    #expect(try check(text).numbers("y") == [23])
  }

  @Test("a name in a body is checked though nobody calls it")
  func bodies() {
    #expect(problem("fn f(a) = a + zz\nparam x = 1\nminimize x").hasPrefix("AD0201 <zz>"))
    #expect(problem("fn f(a) = zz(a)\nparam x = 1\nminimize x").hasPrefix("AD0401 <zz>"))
  }

  @Test("`step` is known where training goes on only")
  func step() {
    #expect(problem("param x = 1\nminimize x * step").hasPrefix("AD0207 <step>"))
    let model = check("param x = 1\nminimize x^2\ntrain { optimizer sgd(rate: 0.1/(1 + step)) }")
    #expect(model.codes.isEmpty)
    #expect(model.model?.environment["step"] != nil)
  }

  @Test("one mistake in a declaration is reported once")
  func silence() {
    #expect(check("let a = zz\nlet b = a + 1\nminimize a + b").codes == ["AD0201"])
  }

  @Test("a file must have a model")
  func empty() {
    #expect(problem("").hasPrefix("AD0210 <> the file has no model (no objective)"))
    #expect(problem("// nothing\n").hasPrefix("AD0210"))
    #expect(check("const a = 1\nlet b = a").codes.isEmpty)
  }

  @Test("many mistakes end somewhere")
  func limit() {
    let text = (0..<2_000).map { "let a\($0) = b\($0 + 1)\n" }.joined()
    #expect(check(text).diagnostics.count == 100)
  }
}
