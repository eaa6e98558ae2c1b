import ADCCalculus
import ADCSyntax

extension MathWriter {
  // Sums over elements

  /// `∑ᵢ xᵢ` where the shape is known, else the sign before the whole.
  mutating func reduction(
    _ sign: String, _ arguments: [Argument], _ plain: [Expression]
  ) -> MathPiece {
    // Axes that are kept change the shape and not the sum.
    let rest = arguments.filter { $0.label?.text != "keep" }
    guard plain.count == 1, let shape = shape(plain[0]), !shape.isEmpty, rest.count == 1 else {
      return wholeReduction(sign, rest, plain)
    }
    let indices = freeIndices(shape.count)
    openIndices.formUnion(indices)
    defer { openIndices.subtract(indices) }
    let body = parenthesized(piece(plain[0], indices), .product)
    return over(sign, indices.joined(separator: isLaTeX ? "," : ""), body)
  }

  /// A reduction with named arguments, or of what has no known shape.
  private mutating func wholeReduction(
    _ sign: String, _ arguments: [Argument], _ plain: [Expression]
  ) -> MathPiece {
    let named = arguments.filter { $0.label != nil }.map { argument in
      let value = piece(argument.value, []).text
      return isLaTeX
        ? "\\text{\(argument.label?.text ?? "") }\(value)"
        : "\(argument.label?.text ?? "") \(value)"
    }
    let parts = plain.map { piece($0, []) }
    let inner =
      parts.count == 1
      ? parenthesized(parts[0], .power)
      : fenced(MathPiece(parts.map(\.text).joined(separator: ", "), .expression), "(", ")")
    return over(sign, named.joined(separator: ", "), inner)
  }

  /// A sign with what it runs over, before what it runs over.
  func over(_ sign: String, _ index: String, _ body: MathPiece) -> MathPiece {
    if isLaTeX {
      return MathPiece(
        index.isEmpty ? "\(sign) \(body.text)" : "\(sign)_{\(index)} \(body.text)", .product,
        isTall: true)
    }
    let low = index.isEmpty ? "" : index.subscripted ?? "[\(index)]"
    return MathPiece("\(sign)\(low) \(body.text)", .product)
  }

  /// `1/n ∑ᵢ xᵢ`.
  mutating func mean(_ arguments: [Argument], _ plain: [Expression]) -> MathPiece {
    let rest = arguments.filter { $0.label?.text != "keep" }
    guard rest.count == 1, plain.count == 1, let shape = shape(plain[0]), !shape.isEmpty else {
      return wholeReduction(isLaTeX ? "\\operatorname{mean}" : "mean", arguments, plain)
    }
    let sum = reduction(isLaTeX ? "\\sum" : "∑", arguments, plain)
    let numbers = shape.compactMap { Int($0) }
    let sizes = shape.filter { Int($0) == nil }
    let known = numbers.reduce(1, *)
    let count = (known == 1 && !sizes.isEmpty ? [] : ["\(known)"]) + sizes
    let below = MathPiece(
      count.joined(separator: isLaTeX ? " \\, " : "·"), count.count == 1 ? .atom : .product)
    return juxtaposed(quotient(MathPiece("1"), below), sum)
  }

  // Parts of arrays

  mutating func subscripted(_ base: Expression, _ places: [Subscript]) -> MathPiece {
    let index = places.map { place(of: $0) }.joined(separator: isLaTeX ? ", " : ",")
    var inner = parenthesized(piece(base, []), .atom)
    if case .subscripted = base.form { inner = fenced(inner, "(", ")") }
    return lowered(inner, index)
  }

  private mutating func place(of subscripted: Subscript) -> String {
    switch subscripted {
    case .index(let e):
      guard let back = e.opposite, case .number(let value) = back.form else {
        return piece(e, []).text
      }
      // Counted from the end.
      let last = isLaTeX ? "\\mathrm{last}" : "last"
      return value == 1 ? last : last + (isLaTeX ? "-" : "−") + number(value - 1).text
    case .new: return isLaTeX ? "\\ast" : "∗"
    case .range(nil, nil, _, _): return ":"
    case .range(let lower, let upper, let includesUpper, _):
      let start = lower.map { piece($0, []).text } ?? ""
      let end = upper.map { piece($0, []).text } ?? ""
      if end.isEmpty { return "\(start):" }
      return includesUpper ? "\(start)..\(end)" : "\(start):\(end)"
    }
  }

  mutating func transposed(
    _ base: Expression, _ e: Expression, _ indices: [String]
  ) -> MathPiece {
    if indices.count == 2, shape(e)?.count == 2 { return piece(base, indices.reversed()) }
    let inner = piece(base, [])
    let isRaised = inner.level == .power
    let operand = isRaised ? fenced(inner, "(", ")") : parenthesized(inner, .atom)
    let whole = MathPiece(
      operand.text + (isLaTeX ? "^{\\top}" : "ᵀ"), .power, isTall: operand.isTall)
    return element(whole, of: e, indices)
  }

  /// A matrix in brackets, a vector as a list.
  mutating func array(_ elements: [Expression]) -> MathPiece {
    let rows = elements.map { element -> [Expression]? in
      if case .array(let row) = element.form { return row }
      return nil
    }
    if isLaTeX, !rows.isEmpty, rows.allSatisfy({ $0 != nil }) {
      let text = rows.map { row in
        (row ?? []).map { piece($0, []).text }.joined(separator: " & ")
      }.joined(separator: " \\\\ ")
      return MathPiece("\\begin{bmatrix} \(text) \\end{bmatrix}", .atom, isTall: true)
    }
    let parts = elements.map { piece($0, []) }
    let list = MathPiece(
      parts.map(\.text).joined(separator: ", "), .expression,
      isTall: parts.contains(where: \.isTall))
    return fenced(list, "[", "]")
  }

  // Loops

  mutating func loop(_ loop: Loop) -> MathPiece {
    let ranges = loop.ranges.map { bounds($0) }
    for range in loop.ranges { openIndices.insert(range.name.text) }
    defer { for range in loop.ranges { openIndices.remove(range.name.text) } }
    var values = loop.body.map { piece($0, []) }
    if !loop.lets.isEmpty {
      values = [block(loop.lets, loop.body.last ?? Expression(.missing, SourceRange(0, 0)))]
    }
    let list = MathPiece(
      values.map(\.text).joined(separator: ", "), values.count == 1 ? values[0].level : .expression,
      isTall: values.contains(where: \.isTall))
    if let word = loop.callee?.text,
      case .overElements(let latex, let unicode)? = Catalogue.notation(spelled: word, arguments: 1)
    {
      var result = parenthesized(list, .product)
      for range in ranges.reversed() {
        if isLaTeX {
          result = MathPiece(
            "\(latex)_{\(range.lower)}^{\(range.upper)} \(result.text)", .product, isTall: true)
        } else {
          result = MathPiece(
            "\(unicode)[\(range.lower)..\(range.upper)] \(result.text)", .product)
        }
      }
      return result
    }
    let states = loop.states.map { state in
      "\(name(state.name.text).text) = \(piece(state.initial, []).text)"
    }
    let inner = fenced(list, "(", ")").text
    let head = loop.callee.map { isLaTeX ? "\\operatorname{\($0.text)}" : $0.text } ?? ""
    let start =
      states.isEmpty
      ? "" : (isLaTeX ? "_{" : "[") + states.joined(separator: ", ") + (isLaTeX ? "}" : "]")
    let all = ranges.map {
      isLaTeX ? "_{\($0.lower)}^{\($0.upper)}" : "[\($0.lower)..\($0.upper)]"
    }.joined()
    return MathPiece(
      head + start + inner + all, .atom, isTall: list.isTall)
  }

  /// `i = 0` and `n - 1`.
  mutating func bounds(_ range: LoopRange) -> (lower: String, upper: String) {
    let index = name(range.name.text).text
    let lower = "\(index)\(isLaTeX ? " = " : "=")\(piece(range.lower, []).text)"
    if range.includesUpper { return (lower, piece(range.upper, []).text) }
    if case .number(let value) = range.upper.form { return (lower, number(value - 1).text) }
    if case .sum(let first, let links) = range.upper.form, let last = links.last,
      last.operator == .subtract, case .number(let value) = last.operand.form
    {
      let more = Expression(.number(value + 1), last.operand.range)
      let link = Expression.Link(.subtract, last.operatorRange, more)
      let sum = Expression(.sum(first, links.dropLast() + [link]), range.upper.range)
      return (lower, piece(sum, []).text)
    }
    let upper = parenthesized(piece(range.upper, []), .sum).text
    return (lower, upper + (isLaTeX ? " - 1" : "−1"))
  }

  /// A value under what is declared for it.
  mutating func block(_ declarations: [LetDeclaration], _ value: Expression) -> MathPiece {
    let lines = declarations.map { declaration in
      let names = declaration.names.map { name($0.text).text }.joined(separator: ", ")
      return "\(names) = \(piece(declaration.value, []).text)"
    }
    let body = piece(value, [])
    let word = isLaTeX ? " \\text{ where } " : " where "
    return MathPiece(body.text + word + lines.joined(separator: ", "), .expression, isTall: true)
  }
}
