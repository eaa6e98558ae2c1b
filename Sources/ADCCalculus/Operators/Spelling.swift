/// A language that models are written in for others.
package enum TargetLanguage: String, Sendable, CaseIterable {
  case c, swift, numpy, jax, tensorflow, onnx
}

/// How an elementwise operator is written in a language.
package struct Spelling: Sendable {
  /// What binds tighter comes later.
  package enum Level: Int, Comparable, Sendable {
    case choice, or, and, comparison, sum, product, prefix, atom

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// How a call is written.
  package enum Form: Sendable {
    /// Between two operands, from left to right.
    case infix(String, Level)
    case prefix(String)
    /// `name(x, y)`.
    case call(String)
    /// Behind the operand, as `.squareRoot()`.
    case suffix(String)
    /// A condition between two operands, which as a number is 0 or 1.
    case comparison(String)
    /// A condition of conditions: `&&`, `||`; and what turns one around.
    case conjunction(String, Level)
    case inversion(String)
    /// One of two operands by a condition.
    case choice
  }

  /// How a call is written in this language.
  package var form: Form
  /// The definition of a function that the language lacks; empty where it has it.
  package var definition: String
  /// The definitions that come before it.
  package var needs: [String]
  /// Whether the definition is of doubles in programs of singles, too.
  package var isInDouble: Bool

  /// Whether runtimes implement it for 32-bit numbers only.
  package var isOnlySingle = false

  /// A spelling, with the definitions that it takes.
  package init(
    _ form: Form, definition: String = "", needs: [String] = [], isInDouble: Bool = false
  ) {
    self.form = form
    self.definition = definition
    self.needs = needs
    self.isInDouble = isInDouble
  }

  static func call(_ name: String, _ definition: String = "") -> Spelling {
    Spelling(.call(name), definition: definition)
  }
}

/// What an operator is by another one of the same operand, in fewer passes over an array.
struct Companion: Sendable {
  var name: String
  var formula: @Sendable (_ x: Template, _ other: Template) -> Template
}

extension Operator {
  /// The operator by another one of its operand.
  consuming func cheap(
    by name: String, _ formula: @escaping @Sendable (_ x: Template, _ other: Template) -> Template
  ) -> Operator {
    var copy = self
    copy.companion = Companion(name: name, formula: formula)
    return copy
  }

  /// The operator with its spellings; a language that is left out keeps what it had.
  consuming func spelled(
    c: Spelling? = nil, swift: Spelling? = nil, numpy: Spelling? = nil, jax: Spelling? = nil,
    tensorflow: Spelling? = nil, onnx: String? = nil
  ) -> Operator {
    var copy = self
    copy.spellings.enter(
      (.c, c), (.swift, swift), (.numpy, numpy), (.jax, jax), (.tensorflow, tensorflow),
      (.onnx, onnx.map { .call($0) }))
    return copy
  }

  /// The operator with a formula for languages that lack it.
  consuming func composed(
    in languages: TargetLanguage..., formula: @escaping @Sendable ([Template]) -> Template
  ) -> Operator {
    var copy = self
    for language in languages { copy.formulas.enter(formula, for: language) }
    return copy
  }

  /// The operator with a formula for libraries of arrays, which all lack it.
  consuming func composedOfArrays(_ formula: @escaping @Sendable ([Template]) -> Template)
    -> Operator
  {
    composed(in: .numpy, .jax, .tensorflow, .onnx, formula: formula)
  }

  /// The same form in all languages that have infix operators.
  consuming func spelled(_ form: Spelling.Form, onnx: String? = nil) -> Operator {
    let same = Spelling(form)
    return spelled(
      c: same, swift: same, numpy: same, jax: same, tensorflow: same, onnx: onnx)
  }

  /// A function of C's library by its name, and what the libraries of Python call it; nil for none.
  consuming func spelled(
    libm name: String, numpy: String? = nil, jax: String? = nil, tensorflow: String? = nil,
    onnx: String? = nil, isOnlySingle: Bool = false
  ) -> Operator {
    var copy = spelled(
      c: .call(name), swift: .call(name), numpy: numpy.map { .call("np.\($0)") },
      jax: (jax ?? numpy.map { "jnp.\($0)" }).map { .call($0) },
      tensorflow: (tensorflow ?? numpy.map { "tf.math.\($0)" }).map { .call($0) }, onnx: onnx)
    if isOnlySingle, var own = copy.spellings[.onnx] {
      own.isOnlySingle = true
      copy.spellings.enter(own, for: .onnx)
    }
    return copy
  }
}
