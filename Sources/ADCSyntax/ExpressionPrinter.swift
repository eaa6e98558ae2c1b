/// How tightly a form binds; what stands in a tighter place takes parentheses.
enum Level: Int, Comparable {
  case expression, or, and, not, comparison, sum, product, sign, power, postfix

  static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

  init(of form: Expression.Form) {
    switch form {
    case .number(let value):
      self = value.isNaN ? .product : value.sign == .minus ? .sign : .postfix
    case .string, .name, .call, .subscripted, .transposed, .array, .loop, .missing:
      self = .postfix
    case .sum: self = .sum
    case .product: self = .product
    case .power: self = .power
    case .prefix(.not, _, _): self = .not
    case .prefix: self = .sign
    case .comparison: self = .comparison
    case .and: self = .and
    case .or: self = .or
    case .choice, .block: self = .expression
    }
  }
}

/// Writes expressions, and what stands in them, as canonical source.
struct ExpressionPrinter {
  var text = ""
  var indentation = ""

  /// Writes an expression into a place that takes forms of a level or tighter ones.
  mutating func write(_ e: Expression, _ least: Level) {
    guard Level(of: e.form) < least else { return write(e.form) }
    text += "("
    write(e.form)
    text += ")"
  }

  private mutating func write(_ form: Expression.Form) {
    switch form {
    case .number(let value): write(value)
    case .string(let contents): writeString(contents)
    case .name(let name): text += name
    case .sum(let first, let links): writeSum(first, links)
    case .product(let first, let links): writeProduct(first, links)
    case .power(let operands): writePower(operands)
    case .prefix(let sign, let count, let operand): writePrefix(sign, count, operand)
    case .comparison(let left, let comparison, let right):
      write(left, .sum)
      text += " \(comparison.rawValue) "
      write(right, .sum)
    case .and(let operands): write(operands, .not, between: " and ")
    case .or(let operands): write(operands, .and, between: " or ")
    case .choice(let branches, let otherwise): writeChoice(branches, otherwise)
    case .call(let name, let arguments): writeCall(name, arguments)
    case .subscripted(let base, let places):
      write(base, .postfix)
      text += "["
      writeList(places) { $0.write($1) }
      text += "]"
    case .transposed(let base):
      write(base, .postfix)
      text += "'"
    case .array(let elements):
      text += "["
      write(elements, .expression, between: ", ")
      text += "]"
    case .loop(let loop): write(loop)
    case .block(let declarations, let value): writeBlock(declarations, value)
    case .missing: text += "missing"
    }
  }

  mutating func writeList<Entry>(
    _ entries: [Entry], _ body: (inout ExpressionPrinter, Entry) -> Void
  ) {
    for (place, entry) in entries.enumerated() {
      if place > 0 { text += ", " }
      body(&self, entry)
    }
  }

  mutating func write(_ entries: [Expression], _ level: Level, between separator: String) {
    for (place, entry) in entries.enumerated() {
      if place > 0 { text += separator }
      write(entry, level)
    }
  }

  private mutating func write(_ value: Double) {
    guard value.isFinite else {
      text += value.isNaN ? "0/0" : value < 0 ? "-inf" : "inf"
      return
    }
    let digits = value.description
    text += digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  mutating func writeString(_ contents: String) {
    text += "\""
    for scalar in contents.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private mutating func writeSum(_ first: Expression, _ links: [Expression.Link]) {
    write(first, .product)
    for link in links {
      // `a + -2` says less clearly what `a - 2` says, with the same value to the bit.
      let negated = negated(link.operand)
      let isSubtracted = (link.operator == .subtract) != (negated != nil)
      text += isSubtracted ? " - " : " + "
      write(negated ?? link.operand, .product)
    }
  }

  /// The opposite of a negative number, or of a product that begins with one.
  private func negated(_ e: Expression) -> Expression? {
    guard case .product(let first, let links) = e.form else { return negated(number: e) }
    return negated(number: first).map { Expression(.product($0, links), e.range) }
  }

  private func negated(number e: Expression) -> Expression? {
    guard case .number(let value) = e.form, value.sign == .minus, !value.isNaN else { return nil }
    return Expression(.number(-value), e.range)
  }

  /// `*` and `/` stand tight, unless `@` is among them: then only `/` before the first other one.
  private mutating func writeProduct(_ first: Expression, _ links: [Expression.Link]) {
    let isTightThroughout = !links.contains { $0.operator == .matrixMultiply }
    var isTight = true
    write(first, .sign)
    for link in links {
      if link.operator != .divide, !isTightThroughout { isTight = false }
      text += isTight ? link.operator.rawValue : " \(link.operator.rawValue) "
      write(link.operand, .sign)
    }
  }

  private mutating func writePower(_ operands: [Expression]) {
    for (place, operand) in operands.enumerated() {
      if place > 0 { text += "^" }
      let isSigned = place > 0 && place == operands.count - 1 && Level(of: operand.form) == .sign
      write(operand, isSigned ? .sign : .postfix)
    }
  }

  private mutating func writePrefix(
    _ sign: PrefixOperator, _ count: Int, _ operand: Expression
  ) {
    let word = sign == .not ? "not " : sign.rawValue
    text += String(repeating: word, count: max(0, count))
    if sign == .not { return write(operand, .comparison) }
    var isOtherSign = false
    if case .prefix(let inner, _, _) = operand.form { isOtherSign = inner != sign && inner != .not }
    write(operand, isOtherSign ? .sign : .power)
  }

  private mutating func writeChoice(_ branches: [Expression.Branch], _ otherwise: Expression) {
    for branch in branches {
      text += "if "
      write(branch.condition, .or)
      text += " then "
      write(branch.value, .or)
      text += " else "
    }
    write(otherwise, .or)
  }

  mutating func writeCall(_ name: Name, _ arguments: [Argument]) {
    text += "\(name.text)("
    writeList(arguments) { printer, argument in
      if let label = argument.label { printer.text += "\(label.text): " }
      printer.write(argument.value, .expression)
    }
    text += ")"
  }

  private mutating func write(_ loop: Loop) {
    text += loop.callee.map { "\($0.text)(" } ?? "["
    writeList(loop.ranges) { printer, range in
      printer.text += "\(range.name.text) in "
      printer.write(range.lower, .expression)
      printer.text += range.includesUpper ? "..." : "..<"
      printer.write(range.upper, .expression)
    }
    for state in loop.states {
      text += ", \(state.name.text) = "
      write(state.initial, .expression)
    }
    text += ": "
    if loop.lets.isEmpty {
      writeValues(of: loop)
    } else {
      writeBlock(loop.lets) { $0.writeValues(of: loop) }
    }
    for option in loop.options {
      text += ", \(option.label?.text ?? ""): "
      write(option.value, .expression)
    }
    text += loop.callee == nil ? "]" : ")"
  }

  private mutating func write(_ place: Subscript) {
    switch place {
    case .index(let value):
      // Without parentheses the word would add a dimension.
      if case .name("new") = value.form { text += "(new)" } else { write(value, .expression) }
    case .new: text += "new"
    case .range(nil, nil, _, _): text += ":"
    case .range(let lower, let upper, let includesUpper, _):
      if let lower { write(lower, .expression) }
      text += includesUpper || upper == nil ? "..." : "..<"
      if let upper { write(upper, .expression) }
    }
  }

  private mutating func writeValues(of loop: Loop) {
    if loop.body.count != 1 { text += "(" }
    write(loop.body, .expression, between: ", ")
    if loop.body.count != 1 { text += ")" }
  }

  private mutating func writeBlock(_ declarations: [LetDeclaration], _ value: Expression) {
    writeBlock(declarations) { $0.write(value, .expression) }
  }

  private mutating func writeBlock(
    _ declarations: [LetDeclaration], _ value: (inout ExpressionPrinter) -> Void
  ) {
    text += "{\n"
    let outer = indentation
    indentation += "  "
    for declaration in declarations {
      writeDescription(declaration.description)
      text += indentation
      write(declaration)
      text += "\n"
    }
    text += indentation
    value(&self)
    indentation = outer
    text += "\n\(indentation)}"
  }

  mutating func writeDescription(_ description: String?) {
    guard let description else { return }
    for line in description.split(separator: "\n", omittingEmptySubsequences: false) {
      text += line.isEmpty ? "\(indentation)///\n" : "\(indentation)/// \(line)\n"
    }
  }

  mutating func write(_ declaration: LetDeclaration) {
    let names = declaration.names.map(\.text).joined(separator: ", ")
    text += declaration.others.isEmpty ? "let \(names) = " : "let (\(names)) = "
    write(declaration.value, .expression)
  }
}
