import ADCSyntax

extension MathWriter {
  /// A chain of products and quotients from left to right; what is divided becomes a fraction.
  mutating func product(
    _ first: Expression, _ links: [Expression.Link], _ e: Expression, _ indices: [String]
  ) -> MathPiece {
    if !indices.isEmpty, links.contains(where: { $0.operator == .matrixMultiply }) {
      // The number before a matrix product is no part of what has indices.
      let place = links.firstIndex { $0.operator == .matrixMultiply } ?? 0
      let head = Expression(.product(first, Array(links[..<max(0, place - 1)])), e.range)
      guard place > 0, shape(head)?.isEmpty == true, links[place - 1].operator == .multiply else {
        return element(product(first, links, e, []), of: e, indices)
      }
      let tail = Expression(
        .product(links[place - 1].operand, Array(links[place...])), e.range)
      let number = place == 1 ? piece(first, []) : piece(head, [])
      return times(number, element(piece(tail, []), of: tail, indices), isElementwise: false)
    }
    if isLaTeX, let (numerator, rest) = Self.reciprocal(first, links) {
      return product(numerator, rest, e, indices)
    }
    var result = piece(first, indices)
    var known = shape(first)
    for link in links {
      let right = piece(link.operand, indices)
      let other = shape(link.operand)
      switch link.operator {
      case .divide: result = quotient(result, right)
      case .matrixMultiply:
        // A number's or a matrix's product goes on; one of elements is done first.
        let isOpen = result.level == .product && !result.text.contains(isLaTeX ? "\\odot" : "⊙")
        result = juxtaposed(
          isOpen ? result : parenthesized(result, .sign), parenthesized(right, .power))
      default:
        let isElementwise =
          indices.isEmpty && (known?.isEmpty == false) && (other?.isEmpty == false)
        result = times(result, right, isElementwise: isElementwise)
      }
      known = known.flatMap { left in other.flatMap { Self.product(left, link.operator, $0) } }
    }
    return result
  }

  /// `1/(2*y)` for `0.5/y`, and `x/(2*y)` for `0.5*x/y`; nil for what is not divided last or has
  /// another number before it.
  private static func reciprocal(
    _ first: Expression, _ links: [Expression.Link]
  ) -> (Expression, [Expression.Link])? {
    guard case .number(let number) = first.form, let last = links.last, last.operator == .divide,
      links.dropLast().allSatisfy({ $0.operator == .multiply }),
      let whole = [2.0, 4, 8].first(where: { $0 * number == 1 })
    else { return nil }
    let two = Expression(.number(whole), first.range)
    let below: Expression
    switch last.operand.form {
    case .number: return nil
    case .product(let factor, let others) where others.allSatisfy { $0.operator == .multiply }:
      if case .number = factor.form { return nil }
      let link = Expression.Link(.multiply, factor.range, factor)
      below = Expression(.product(two, [link] + others), last.operand.range)
    default:
      let link = Expression.Link(.multiply, last.operatorRange, last.operand)
      below = Expression(.product(two, [link]), last.operand.range)
    }
    let division = Expression.Link(.divide, last.operatorRange, below)
    guard let next = links.dropLast().first else {
      return (Expression(.number(1), first.range), [division])
    }
    return (next.operand, Array(links.dropFirst().dropLast()) + [division])
  }

  /// A fraction; in a line of plain text with a slash.
  func quotient(_ above: MathPiece, _ below: MathPiece) -> MathPiece {
    if isLaTeX {
      // A sign stands before the fraction.
      if above.level == .sign, above.text.hasPrefix("-") {
        let rest = String(above.text.dropFirst())
        return MathPiece("-\\frac{\(rest)}{\(below.text)}", .sign, isTall: true)
      }
      return MathPiece("\\frac{\(above.text)}{\(below.text)}", .product, isTall: true)
    }
    let (left, right) = (parenthesized(above, .product), parenthesized(below, .power))
    return MathPiece("\(left.text)/\(right.text)", left.level == .sign ? .sign : .product)
  }

  func times(_ left: MathPiece, _ right: MathPiece, isElementwise: Bool) -> MathPiece {
    let first = parenthesized(left, .product)
    let second = parenthesized(right, .product)
    let level: MathPiece.Level = first.level == .sign ? .sign : .product
    if isElementwise {
      let text = first.text + (isLaTeX ? " \\odot " : " ⊙ ") + second.text
      return MathPiece(text, level, isTall: first.isTall || second.isTall)
    }
    var result = juxtaposed(first, right.level == .sign ? fenced(right, "(", ")") : second)
    result.level = level
    return result
  }

  /// Factors side by side, with a dot where they would run together.
  func juxtaposed(_ left: MathPiece, _ right: MathPiece) -> MathPiece {
    let beginsWithDigit = right.text.first?.isNumber ?? false
    let endsInDigit = left.text.last?.isNumber ?? false
    let gap: String
    if isLaTeX {
      let isFraction = endsInDigit && right.text.hasPrefix("\\frac")
      gap = beginsWithDigit || isFraction ? " \\cdot " : " \\, "
    } else {
      let isCoefficient = endsInDigit && !beginsWithDigit && left.text.allSatisfy(Self.isNumeric)
      gap = isCoefficient ? "" : "·"
    }
    return MathPiece(
      left.text + gap + right.text, left.level == .sign ? .sign : .product,
      isTall: left.isTall || right.isTall)
  }

  private static func isNumeric(_ character: Character) -> Bool {
    character.isNumber || character == "." || character == "−" || character == "-"
  }

  // Powers

  /// `a^b^c`; the power of a function stands at its word, that of an array's elements in a circle.
  mutating func power(_ operands: ArraySlice<Expression>, _ indices: [String]) -> MathPiece {
    guard let base = operands.first else { return MathPiece("?") }
    let rest = operands.dropFirst()
    if rest.isEmpty { return piece(base, indices) }
    let exponent = power(rest, indices)
    if let whole = functionPower(base, exponent, indices) { return whole }
    let isArray = indices.isEmpty && shape(base).map { !$0.isEmpty } ?? false
    var inner = parenthesized(piece(base, indices), .atom)
    // A fraction's bar and a superscript of its own both ask for parentheses.
    if inner.text.contains("^{"), !inner.text.hasSuffix(")"), isLaTeX, inner.level == .atom {
      inner = fenced(inner, "(", ")")
    }
    if !isArray { return raised(inner, exponent) }
    return raised(inner, MathPiece((isLaTeX ? "\\circ " : "∘") + exponent.text))
  }

  /// A part to a power that stands above the line.
  func raised(_ base: MathPiece, _ exponent: MathPiece) -> MathPiece {
    if isLaTeX {
      return MathPiece("\(base.text)^{\(exponent.text)}", .power, isTall: base.isTall)
    }
    if let high = exponent.text.superscript { return MathPiece(base.text + high, .power) }
    let inner = exponent.level == .atom ? exponent : fenced(exponent, "(", ")")
    return MathPiece("\(base.text)^\(inner.text)", .power)
  }

  /// A part with an index below the line.
  func lowered(_ base: MathPiece, _ index: String) -> MathPiece {
    if isLaTeX {
      // Two indices of one letter are one.
      if base.text.hasSuffix("}"), let mark = base.text.lastSubscript {
        return MathPiece(
          base.text[..<mark] + base.text[mark...].dropLast() + ",\(index)}", .atom,
          isTall: base.isTall)
      }
      return MathPiece("\(base.text)_{\(index)}", .atom, isTall: base.isTall)
    }
    if let low = index.subscripted {
      let ends = base.text.last?.isSubscript ?? false
      return MathPiece(base.text + (ends ? "," : "") + low)
    }
    return MathPiece("\(base.text)[\(index)]")
  }
}

extension String {
  /// Where the subscript begins that the text ends with: `x_{1}`.
  fileprivate var lastSubscript: String.Index? {
    var depth = 0
    for place in indices.reversed() {
      if self[place] == "}" { depth += 1 }
      guard self[place] == "{" else { continue }
      depth -= 1
      guard depth == 0 else { continue }
      guard place > startIndex else { return nil }
      let mark = index(before: place)
      return self[mark] == "_" ? mark : nil
    }
    return nil
  }
}
