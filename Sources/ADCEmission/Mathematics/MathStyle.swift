/// How mathematics is set.
package enum MathStyle: Sendable {
  /// LaTeX with `amsmath` and `amssymb`.
  case latex
  /// Plain text with the characters that Unicode has for it.
  case unicode
}

/// A part of a formula and what it takes to stand beside others.
struct MathPiece {
  /// How tightly it binds; what stands in a tighter place takes parentheses.
  enum Level: Int, Comparable {
    case expression, or, and, comparison, sum, product, sign, power, atom

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  var text: String
  var level: Level
  /// Whether it is higher than a line, so that its parentheses must grow.
  var isTall = false

  init(_ text: String, _ level: Level = .atom, isTall: Bool = false) {
    self.text = text
    self.level = level
    self.isTall = isTall
  }
}

/// The sizes of what has a name, for indices under sums: a text for each dimension.
package typealias NamedShapes = [String: [String]]
