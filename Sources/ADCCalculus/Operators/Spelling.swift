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
    c: @autoclosure @escaping @Sendable () -> Spelling? = nil,
    swift: @autoclosure @escaping @Sendable () -> Spelling? = nil,
    numpy: @autoclosure @escaping @Sendable () -> Spelling? = nil,
    jax: @autoclosure @escaping @Sendable () -> Spelling? = nil,
    tensorflow: @autoclosure @escaping @Sendable () -> Spelling? = nil,
    onnx: @autoclosure @escaping @Sendable () -> String? = nil
  ) -> Operator {
    var copy = self
    copy.spellings.enter { language in
      switch language {
      case .c: c()
      case .swift: swift()
      case .numpy: numpy()
      case .jax: jax()
      case .tensorflow: tensorflow()
      case .onnx: onnx().map { .call($0) }
      }
    }
    return copy
  }

  /// The operator with a formula for languages that lack it.
  consuming func composed(
    in languages: TargetLanguage..., formula: @escaping @Sendable ([Template]) -> Template
  ) -> Operator {
    var copy = self
    copy.formulas.enter { languages.contains($0) ? formula : nil }
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
    var copy = self
    copy.spellings.enter { language in
      language == .onnx ? onnx.map { .call($0) } : Spelling(form)
    }
    return copy
  }

  /// A function of C's library by its name, and what the libraries of Python call it; nil for none.
  consuming func spelled(
    libm name: String, numpy: String? = nil, jax: String? = nil, tensorflow: String? = nil,
    onnx: String? = nil, isOnlySingle: Bool = false
  ) -> Operator {
    var copy = self
    copy.spellings.enter { language in
      let word: String? =
        switch language {
        case .c, .swift: name
        case .numpy: numpy.map { "np.\($0)" }
        case .jax: jax ?? numpy.map { "jnp.\($0)" }
        case .tensorflow: tensorflow ?? numpy.map { "tf.math.\($0)" }
        case .onnx: onnx
        }
      guard let word else { return nil }
      var spelling = Spelling.call(word)
      spelling.isOnlySingle = isOnlySingle && language == .onnx
      return spelling
    }
    return copy
  }
}
