import ADCSyntax
import Testing

/// Whole messages as people see them.
@Suite("Messages") struct MessageTests {
  private func shown(_ text: String) -> String {
    let checked = check(text)
    return checked.diagnostics.map { rendered($0, in: checked.source, colour: false) }
      .joined(separator: "\n")
  }

  @Test("a shape mismatch")
  func shapes() {
    let text = """
      input x: [n, 3]
      input y: [n]
      param W: [4, 1] = 0
      minimize mean((x @ W - y)^2)
      """
    #expect(
      shown(text) == """
        model.ad:4:16: error AD0302: `x @ W`: the inner dimensions differ, 3 and 4: [n, 3] @ [4, 1]
          4 | minimize mean((x @ W - y)^2)
            |                ^^^^^
          help: the left side needs 4 columns, or the right side 3 rows
        """)
  }

  @Test("a broadcast that would make a square")
  func broadcast() {
    let text = "input x: [n, 1]\ninput y: [n]\nminimize mean((x - y)^2)"
    #expect(
      shown(text) == """
        model.ad:3:16: error AD0301: `x - y`: the shapes [n, 1] and [n] do not go together
          3 | minimize mean((x - y)^2)
            |                ^^^^^
          help: write `y[:, new]`, of shape [n, 1], or `x[:, 0]`, of shape [n]
        """)
  }

  @Test("a second definition")
  func twice() {
    #expect(
      shown("param a = 1\nparam a = 2\nminimize a") == """
        model.ad:2:7: error AD0202: `a` is defined twice
          2 | param a = 2
            |       ^
          note: model.ad:1:7: it is a parameter already, defined here
          1 | param a = 1
            |       ^
          help: give one of them another name
        """)
  }

  @Test("the derivative by a `let`")
  func byLet() {
    #expect(
      shown("param x = 1\nlet y = x^2\nminimize diff(y^2, y)") == """
        model.ad:3:20: error AD0405: `y` is a `let`; one differentiates by an input, a parameter or an argument of the surrounding `fn`
          3 | minimize diff(y^2, y)
            |                    ^
          note: model.ad:2:5: it is defined here
          2 | let y = x^2
            |     ^
          help: make it the argument of a function: `fn f(y) = …`
        """)
  }

  @Test("a name as long as a novel is not repeated")
  func longName() {
    let name = String(repeating: "a", count: 100_000)
    #expect(check("minimize \(name)").diagnostics[0].message.utf8.count < 100)
    #expect(check("minimize \(name)(1)").diagnostics[0].message.utf8.count < 100)
    #expect(check("train { \(name) 1 }").diagnostics[0].message.utf8.count < 100)
  }
}
