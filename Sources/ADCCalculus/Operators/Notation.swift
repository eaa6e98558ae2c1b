/// How an operator is set in mathematics. One that says nothing is an upright word, `softmax(x)`.
package enum Notation: Sendable {
  /// A command of LaTeX for an upright word: `\sin`. Exponents stand at the word: `\sin^2(x)`.
  case function(String)
  /// A letter that takes arguments, and its subscript: Γ(x), log₂ x.
  case symbol(latex: String, unicode: String)
  /// Between two signs, with what is behind the second: |x|, ‖x‖₁.
  case fences(Fences)
  /// A root of an order: √x, ∛x.
  case root(Int)
  /// A number to the power of the operand: e^x.
  case exponential(String)
  /// Behind the operand: A⁻¹, x!.
  case suffix(latex: String, unicode: String)
  /// Over the elements, by an index: ∑ᵢ xᵢ.
  case overElements(latex: String, unicode: String)
  /// The sum over the elements by their number.
  case mean
  /// Between two operands: u·v.
  case infix(latex: String, unicode: String)
  /// A name in the place of a call: I for `eye(n)`.
  case name(latex: String, unicode: String)
  /// The operand times ones of a shape.
  case repeated

  /// A pair of signs in both kinds of mathematics.
  package struct Fences: Sendable {
    /// As commands of LaTeX.
    package var latex: (left: String, right: String)
    /// As characters; the right one has what is behind it, `‖₁`.
    package var unicode: (left: String, right: String)
  }

  static func fences(
    _ left: String, _ right: String, unicode: (String, String)
  ) -> Notation {
    .fences(Fences(latex: (left, right), unicode: unicode))
  }
}

extension Operator {
  /// The operator with a notation.
  consuming func set(_ notation: Notation) -> Operator {
    var copy = self
    copy.notation = notation
    return copy
  }
}

extension Catalogue {
  /// The notation of what a call with a word and so many arguments means; nil for a plain word.
  package static func notation(spelled word: String, arguments: Int) -> Notation? {
    ids(spelled: word).map { operators[$0.index] }.first { op in
      guard op.notation != nil else { return false }
      switch op.call {
      case .ofShape: return true
      case .toShape: return arguments == 2
      default: return op.arity.contains(arguments)
      }
    }?.notation
  }
}
