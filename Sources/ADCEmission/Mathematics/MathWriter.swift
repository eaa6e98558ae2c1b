// Trees as mathematics: for a paper in LaTeX, for a terminal in Unicode.
// In: trees of ADCSyntax, and the shapes of names. Out: text.

import ADCCalculus
package import ADCSyntax

/// Writes expressions as people write them by hand.
package struct MathWriter {
  let style: MathStyle
  private(set) var shapes: NamedShapes
  /// Words of the model that hide an operator's.
  private(set) var hidden: Set<String>
  /// Names that stand for an element of themselves, as states within a loop.
  var renamed: [String: String] = [:]
  /// The indices of sums that are open here.
  var openIndices: Set<String> = []

  /// `shapes` gives the axes of names that are arrays; `hidden` are words that stand for the
  /// model's own names and not for operators.
  package init(_ style: MathStyle, shapes: NamedShapes = [:], hidden: Set<String> = []) {
    self.style = style
    self.shapes = shapes
    self.hidden = hidden
  }

  mutating func set(_ name: String, _ shape: [String]) { shapes[name] = shape }

  /// Takes a name for one of unknown shape: an argument of a function.
  mutating func forget(_ name: String) {
    shapes[name] = nil
    hidden.insert(name)
  }

  var isLaTeX: Bool { style == .latex }

  /// An expression in one line.
  package mutating func text(_ e: Expression) -> String { piece(e, []).text }

  /// A part, or the element of it that some indices name.
  mutating func piece(_ e: Expression, _ indices: [String]) -> MathPiece {
    if !indices.isEmpty, let shape = shape(e), shape.isEmpty { return piece(e, []) }
    switch e.form {
    case .number(let value): return number(value)
    case .string(let text): return MathPiece(isLaTeX ? "\\texttt{\(text)}" : "\"\(text)\"")
    case .name(let name): return element(self.name(name), of: e, indices)
    case .sum(let first, let links): return sum(first, links, indices)
    case .product(let first, let links): return product(first, links, e, indices)
    case .power(let operands): return power(operands[...], indices)
    case .prefix(let sign, let count, let operand): return prefix(sign, count, operand, indices)
    case .comparison(let left, let op, let right):
      return comparison(piece(left, indices), op, piece(right, indices))
    case .and(let operands): return joined(operands, .and, isLaTeX ? " \\land " : " ∧ ", indices)
    case .or(let operands): return joined(operands, .or, isLaTeX ? " \\lor " : " ∨ ", indices)
    case .choice(let branches, let otherwise): return choice(branches, otherwise, indices)
    case .call(let name, let arguments): return call(name.text, arguments, e, indices)
    case .subscripted(let base, let places):
      return element(subscripted(base, places), of: e, indices)
    case .transposed(let base): return transposed(base, e, indices)
    case .array(let elements): return element(array(elements), of: e, indices)
    case .loop(let loop): return element(self.loop(loop), of: e, indices)
    case .block(let declarations, let value): return block(declarations, value)
    case .missing: return MathPiece("?")
    }
  }

  /// A part as an element of itself where indices are asked for.
  func element(_ piece: MathPiece, of e: Expression, _ indices: [String]) -> MathPiece {
    guard !indices.isEmpty else { return piece }
    // What has fewer axes is the same along the first ones.
    let rank = shape(e)?.count ?? indices.count
    if rank == 0 { return piece }
    let own = Array(indices.suffix(rank))
    return lowered(parenthesized(piece, .atom), own.joined(separator: isLaTeX ? " " : ""))
  }

  // Parentheses

  /// The part in a place that takes a level or tighter ones.
  func parenthesized(_ piece: MathPiece, _ least: MathPiece.Level) -> MathPiece {
    if piece.level >= least { return piece }
    // A condition as a number: Iverson's brackets.
    let isCondition = piece.level <= .comparison && piece.level > .expression
    return isCondition && least > .comparison ? fenced(piece, "[", "]") : fenced(piece, "(", ")")
  }

  func fenced(_ piece: MathPiece, _ left: String, _ right: String) -> MathPiece {
    let text =
      isLaTeX && piece.isTall
      ? "\\left\(left) \(piece.text) \\right\(right)" : left + piece.text + right
    return MathPiece(text, .atom, isTall: piece.isTall)
  }

  // Numbers and sums

  func number(_ value: Double) -> MathPiece {
    if value.isNaN { return MathPiece(isLaTeX ? "\\mathrm{NaN}" : "NaN") }
    let sign = value.sign == .minus ? "-" : ""
    let level: MathPiece.Level = sign.isEmpty ? .atom : .sign
    if value.isInfinite { return MathPiece(sign + (isLaTeX ? "\\infty" : "∞"), level) }
    var digits = value.magnitude.description
    if digits.hasSuffix(".0") { digits = String(digits.dropLast(2)) }
    guard let mark = digits.firstIndex(of: "e") else { return MathPiece(sign + digits, level) }
    var mantissa = String(digits[..<mark])
    if mantissa.hasSuffix(".0") { mantissa = String(mantissa.dropLast(2)) }
    let exponent = Int(digits[digits.index(after: mark)...]) ?? 0
    let power = raised(MathPiece("10"), MathPiece("\(exponent)"))
    if mantissa == "1" { return MathPiece(sign + power.text, sign.isEmpty ? .power : .sign) }
    return MathPiece(sign + mantissa + (isLaTeX ? " \\cdot " : "·") + power.text, .product)
  }

  private mutating func sum(
    _ first: Expression, _ links: [Expression.Link], _ indices: [String]
  ) -> MathPiece {
    let head = parenthesized(piece(first, indices), .sum)
    var (text, isTall) = (head.text, head.isTall)
    for link in links {
      var operand = link.operand
      var isSubtracted = link.operator == .subtract
      if let opposite = operand.opposite {
        operand = opposite
        isSubtracted.toggle()
      }
      let part = parenthesized(piece(operand, indices), isSubtracted ? .product : .sum)
      text += (isSubtracted ? (isLaTeX ? " - " : " − ") : " + ") + part.text
      isTall = isTall || part.isTall
    }
    return MathPiece(text, .sum, isTall: isTall)
  }

  private mutating func prefix(
    _ sign: PrefixOperator, _ count: Int, _ operand: Expression, _ indices: [String]
  ) -> MathPiece {
    let part = parenthesized(piece(operand, indices), sign == .not ? .atom : .product)
    let mark: String
    switch sign {
    case .minus: mark = isLaTeX ? "-" : "−"
    case .plus: mark = "+"
    case .not: mark = isLaTeX ? "\\lnot " : "¬"
    }
    let marks = String(repeating: mark, count: max(0, count))
    return MathPiece(marks + part.text, .sign, isTall: part.isTall)
  }

  private func comparison(
    _ left: MathPiece, _ op: ComparisonOperator, _ right: MathPiece
  ) -> MathPiece {
    let mark: String
    switch op {
    case .less: mark = "<"
    case .greater: mark = ">"
    case .equal: mark = "="
    case .lessOrEqual: mark = isLaTeX ? "\\le" : "≤"
    case .greaterOrEqual: mark = isLaTeX ? "\\ge" : "≥"
    case .notEqual: mark = isLaTeX ? "\\ne" : "≠"
    }
    let (first, second) = (parenthesized(left, .sum), parenthesized(right, .sum))
    return MathPiece(
      "\(first.text) \(mark) \(second.text)", .comparison, isTall: first.isTall || second.isTall)
  }

  private mutating func joined(
    _ operands: [Expression], _ level: MathPiece.Level, _ mark: String, _ indices: [String]
  ) -> MathPiece {
    let parts = operands.map { operand -> MathPiece in
      let part = piece(operand, indices)
      return part.level <= level ? fenced(part, "(", ")") : part
    }
    return MathPiece(
      parts.map(\.text).joined(separator: mark), level, isTall: parts.contains(where: \.isTall))
  }

  private mutating func choice(
    _ branches: [Expression.Branch], _ otherwise: Expression, _ indices: [String]
  ) -> MathPiece {
    if case .choice(let more, let rest) = otherwise.form {
      return choice(branches + more, rest, indices)
    }
    let cases = branches.map {
      (value: piece($0.value, indices).text, when: piece($0.condition, indices).text)
    }
    let rest = piece(otherwise, indices).text
    if isLaTeX {
      let rows = cases.map { "\($0.value) & \\text{if } \($0.when)" } + ["\(rest) & \\text{else}"]
      let text = "\\begin{cases} " + rows.joined(separator: " \\\\ ") + " \\end{cases}"
      return MathPiece(text, .product, isTall: true)
    }
    let text = cases.map { "\($0.value) if \($0.when)" }.joined(separator: "; ")
    return MathPiece("{ \(text); \(rest) else }", .atom)
  }
}

extension Expression {
  /// What it is the negative of, where it begins with a sign.
  var opposite: Expression? {
    switch form {
    case .number(let value) where value.sign == .minus && !value.isNaN:
      return Expression(.number(-value), range)
    case .prefix(.minus, count: 1, let value): return value
    case .product(let first, let links):
      return first.opposite.map { Expression(.product($0, links), range) }
    default: return nil
    }
  }
}
