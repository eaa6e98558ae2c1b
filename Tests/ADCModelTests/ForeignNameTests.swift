import ADCModel
import ADCSyntax
import Testing

/// What other languages write, and that what is proposed instead is of this language.
@Suite("Foreign names") struct ForeignNameTests {
  @Test("each proposed name is one of the language")
  func synonyms() {
    for (foreign, name) in ForeignNames.synonyms {
      #expect(!problem("let y = \(name)()").hasPrefix("AD0401"), "\(foreign)")
    }
    for name in ForeignSpellings.methods {
      #expect(!problem("let y = \(name)()").hasPrefix("AD0401"), "\(name)")
    }
    for name in ForeignNames.phrases.keys where name != "normal" {
      // What there is, or what to write instead.
      let answer = problem("let y = \(name)(1)")
      let words = [
        "(write `", "(there are derivatives, and ", "(expressions are simplified as ",
        "(of a matrix there are `",
      ]
      #expect(words.contains { answer.contains($0) }, "\(name)")
    }
  }

  @Test(
    "a foreign form gets the one of the language",
    arguments: [
      ("minimize ctg(a)", "did you mean `cot`?"),
      ("minimize clip(a, 0, 1)", "did you mean `clamp`?"),
      ("minimize sum(svd(a))", "of a matrix there are `inv`, `solve`, `det`"),
      ("minimize where(a > 0, 1, a)", "write `(if c then a else b)`"),
      ("minimize log(8, 2) * a", "write `log(x) / log(b)`"),
      ("minimize diff(a^3, a, 2)", "write `diff(…, a, a)`"),
      ("minimize diff(a^3, a, 2.5)", "write the name once for each time"),
      ("minimize diff(a^3)", "write `diff(…, x)` to"),
      ("minimize sum([a, 2], dim: 0)", "did you mean `axis`?"),
      ("minimize a^2\nsubject to 0 <= a and a <= 2", "a line `subject to` for each part"),
      ("minimize a^2\ntrain {\n  validation 20%\n}", "did you mean `validate`?"),
      ("minimize a^2\ntrain {\n  shuffle no\n}", "write `shuffle false`"),
      ("minimize a^2\ntrain {\n  optimizer adam rate 0.01\n}", "`optimizer adam(rate: 0.01)`"),
      ("minimize a^2\ntrain {\n  optimizer adam(lr: 0.01)\n}", "did you mean `rate`?"),
      ("minimize a^2\ntrain {\n  precision single\n}", "`precision single` above `train { }`"),
      ("minimize a^2\ntrain {\n  lr 0.1\n}", "write `optimizer adam(rate: 0.01)`"),
    ])
  func forms(_ text: String, _ fix: String) {
    #expect(problem("param a = 1\n" + text).contains(fix))
  }

  @Test("the size of an array that nothing else names")
  func size() {
    #expect(problem("param a = 1\nminimize a * size([1, 2, 3])") == "no diagnostic")
  }
}
