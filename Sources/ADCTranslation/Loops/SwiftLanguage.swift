import ADCCalculus

/// Swift over pointers, within functions that nothing else sees.
struct SwiftLanguage: LoopLanguage {
  let target = TargetLanguage.swift
  let indent = "  "
  var functions = FunctionChoice.auto
  var precision = Precision.double

  static func real(_ precision: Precision) -> String { precision == .double ? "Double" : "Float" }
  var real: String { Self.real(precision) }

  let farStart = "far = 0"
  let farTest = "if far != 0 {"

  func far(_ condition: String) -> String { "far |= \(condition) ? 1 : 0" }

  func number(_ value: Double) -> String {
    let value = precision.rounded(value)
    if value.isNaN { return "\(real).nan" }
    if value.isInfinite { return value < 0 ? "-\(real).infinity" : "\(real).infinity" }
    return precision == .double ? "\(value)" : "\(Float(value))"
  }

  /// Long numbers in groups of three digits.
  func digits(_ whole: UInt) -> String {
    let text = "\(whole)"
    guard text.utf8.count > 6 else { return text }
    var grouped = ""
    for (place, digit) in text.enumerated() {
      if place > 0, (text.utf8.count - place) % 3 == 0 { grouped += "_" }
      grouped.append(digit)
    }
    return grouped
  }

  func size(_ text: String) -> String { "\(real)(\(text))" }

  func quantity(_ quantity: Quantity) -> String {
    sum(quantity, plus: " + ", minus: " - ", times: " * ")
  }

  /// An index, whose sums cannot overflow: they are within an array.
  private func place(_ quantity: Quantity) -> String {
    sum(quantity, plus: " &+ ", minus: " &- ", times: " &* ")
  }

  func element(_ pointer: Pointer) -> String {
    if pointer.isScalar { return "\(pointer.array).pointee" }
    return "\(pointer.array)[\(place(pointer.place))]"
  }

  func address(_ pointer: Pointer) -> String {
    if pointer.place.isZero { return pointer.array }
    let place = quantity(pointer.place)
    return pointer.place.terms.count == 1 && pointer.place.terms[0].coefficient > 0
      ? "\(pointer.array) + \(place)" : "\(pointer.array) + (\(place))"
  }

  func total(_ name: String) -> String { "\(name).value" }
  func widened(_ text: String) -> String { "Double(\(text))" }
  func narrowed(_ text: String) -> String { "Float(\(text))" }
  func library(_ name: String) -> String { name }
  func definition(_ text: String) -> String { text.replacing("Double", with: real) }

  func call(_ helper: Helper, _ arguments: [String]) -> String {
    "\(Self.name(helper))(\(arguments.joined(separator: ", ")))"
  }

  func inLoops(_ function: String) -> Helper? { nil }

  static func name(_ helper: Helper) -> String {
    switch helper {
    case .product: "productOfPart"
    case .row: "rowNumber"
    default: helper.rawValue
    }
  }

  func statement(_ statement: Statement, _ printer: inout CodePrinter) {
    switch statement {
    case .comment(let text): comment(text, &printer)
    case .constant(let name, let value):
      printer.broken("let \(name)\(annotation(value)) = ", printer.text(value))
    case .variable(let name, let value):
      printer.broken("var \(name)\(annotation(value)) = ", printer.text(value))
    case .assign(let pointer, let value): assign(element(pointer), value, &printer)
    case .assignName(let name, let value): assign(name, value, &printer)
    case .call(let helper, let arguments):
      printer.use(helper)
      printer.call(Self.name(helper), arguments.map { printer.text($0) }, "")
    case .loop(let name, let count, let isReversed, let body):
      let range = "0..<\(quantity(count))"
      let first = printer.lines.count
      printer.loop("for \(name) in \(isReversed ? "(\(range)).reversed()" : range) {", body)
      printer.leaveOut(counter: name, from: first)
    case .chunks(let count, let body):
      let size = quantity(count)
      printer.line("for start in stride(from: 0, to: \(size), by: \(chunk)) {")
      printer.indented { printer in
        printer.line("let end = min(start + \(chunk), \(size))")
        printer.print(body)
      }
      printer.line("}")
    case .lanes(let name, let body):
      // Over a range compilers keep a test of its end, and make no vectors.
      printer.loop(
        "while \(name) < end {", body, start: "var \(name) = start", step: "\(name) += 1")
    case .total(let name):
      printer.use(.addToTotal)
      printer.line("var \(name) = Total()")
    case .addToTotal(let name, let value):
      printer.use(.addToTotal)
      printer.line("\(name).add(\(printer.text(value)))")
    case .row(let name, let index, let below, let found, let otherwise):
      printer.use(.row)
      let text = printer.text(index)
      printer.block(
        "if let \(name) = rowNumber(\(text), \(quantity(below))) {", found,
        end: otherwise.isEmpty ? "}" : "} else {")
      if !otherwise.isEmpty {
        printer.indented { $0.print(otherwise) }
        printer.line("}")
      }
    }
  }

  /// The type of a name, where its value would have another one: literals are doubles.
  private func annotation(_ value: Value) -> String {
    func isLiteral(_ value: Value) -> Bool {
      guard case .apply(let op, let operands) = value else {
        if case .number = value { return true }
        return false
      }
      switch op.spellings[.swift]?.form {
      case .comparison, .conjunction, .inversion: return true
      case .choice: return operands.dropFirst().allSatisfy(isLiteral)
      case .infix, .prefix: return operands.allSatisfy(isLiteral)
      default: return false
      }
    }
    return precision == .single && isLiteral(value) ? ": \(real)" : ""
  }

  /// An expression that something can stand behind.
  private static func atom(_ text: String) -> String {
    text.allSatisfy { $0.isLetter || $0.isNumber } ? text : "(\(text))"
  }

  /// Bits in groups of four digits.
  private static func hexadecimal(_ bits: UInt64) -> String {
    var text = ""
    for (place, digit) in String(bits, radix: 16).reversed().enumerated() {
      if place > 0, place % 4 == 0 { text.append("_") }
      text.append(digit)
    }
    return "0x" + String(text.reversed())
  }

  /// A comment on as many lines as it takes.
  private func comment(_ text: String, _ printer: inout CodePrinter) {
    var line = "//"
    for word in text.split(separator: " ") {
      if line.utf8.count + word.utf8.count > 80, line != "//" {
        printer.line(line)
        line = "//"
      }
      line += " " + word
    }
    printer.line(line)
  }

  private func assign(_ target: String, _ value: Value, _ printer: inout CodePrinter) {
    if case .apply(let op, let operands) = value, operands.count == 2,
      case .infix(let sign, _)? = op.spellings[.swift]?.form, printer.text(operands[0]) == target
    {
      printer.broken("\(target) \(sign)= ", printer.text(operands[1]))
    } else {
      printer.broken("\(target) = ", printer.text(value))
    }
  }

  func definition(
    of op: Operator, _ helpers: inout Set<Helper>
  ) -> OwnFunction? {
    var own: String?
    if case .call(let name)? = op.spellings[.swift]?.form { own = name }
    let isInLibrary = op.spellings[.swift]?.definition.isEmpty ?? false
    guard let function = RecordedFunction(op, allowsExceptions: isInLibrary, precision),
      own == nil || !function.isSingle
    else { return nil }
    let words = RecordedFunction.Words(
      constant: { name, value, _ in "let \(name) = \(value)" }, number: SwiftLanguage().number,
      squareRoot: { Self.atom($0) + ".squareRoot()" },
      rounded: { rounding, text in
        switch rounding {
        case .toEven: Self.atom(text) + ".rounded(.toNearestOrEven)"
        case .down: Self.atom(text) + ".rounded(.down)"
        case .up: Self.atom(text) + ".rounded(.up)"
        }
      }, magnitude: { "abs(\($0))" },
      copySign: { "Double(signOf: \($1), magnitudeOf: \($0))" },
      bits: { Self.atom($0) + ".bitPattern" }, number64: Self.hexadecimal,
      fromBits: { "Double(bitPattern: \($0))" }, isNaN: { Self.atom($0) + ".isNaN" })
    let (body, result, exception) = function.lines(words)
    let name = own == nil ? NameStyle.camel(op.name) : NameStyle.camel("adc_\(op.name)")
    let names = Array(["x", "y", "z"].prefix(op.arity.upperBound))
    // Singles are computed in double and rounded once.
    let isDouble = precision == .double
    let given = isDouble ? names : Array(["u", "v", "w"].prefix(names.count))
    var printer = CodePrinter(self, depth: 1)
    if !isDouble {
      for (name, single) in zip(names, given) { printer.line("let \(name) = Double(\(single))") }
    }
    func put(_ line: String) {
      guard let equals = line.firstRange(of: " = ") else {
        printer.broken("", line)
        return
      }
      printer.broken(String(line[..<equals.upperBound]), String(line[equals.upperBound...]))
    }
    for line in body { put(line) }
    if isDouble {
      printer.broken("return ", result)
    } else if printer.lineWidth("return Float(\(result))") <= CodePrinter.width {
      printer.line("return Float(\(result))")
    } else {
      printer.broken("let value = ", result)
      printer.line("return Float(value)")
    }
    let summary = op.summary.replacing("`", with: "")
    func list(_ names: [String]) -> String {
      names.map { "_ \($0): \(real)" }.joined(separator: ", ")
    }
    let near = exception == nil ? name : name + "Near"
    var text =
      "/// \(summary)\n@inline(__always)\nprivate func \(near)(\(list(given))) -> \(real) {\n"
      + printer.lines.joined(separator: "\n") + "\n}"
    guard let exception, let own else { return OwnFunction(name: name, text: text, near: nil) }
    let arguments = names.joined(separator: ", ")
    text +=
      "\n\n/// The same for all numbers.\nprivate func \(name)(\(list(names))) -> \(real) {\n"
      + "  \(exception) ? \(own)(\(arguments)) : \(near)(\(arguments))\n}"
    return OwnFunction(name: name, text: text, near: (near, exception))
  }
}

extension CodePrinter {
  /// Takes the name of a counter that no line of its loop has.
  fileprivate mutating func leaveOut(counter: String, from first: Int) {
    let head = "for \(counter) in "
    let isUsed = lines[first...].contains { line in
      !line.contains(head)
        && line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains(counter[...])
    }
    guard !isUsed else { return }
    for place in lines.indices[first...] {
      lines[place] = lines[place].replacing(head, with: "for _ in ")
    }
  }

  /// `head` and an expression: below it, where the line would be long.
  mutating func broken(_ head: String, _ text: String) {
    let inner = lineWidth(head + text)
    if inner <= Self.width || head.isEmpty {
      line(head + text)
      return
    }
    line(head.hasSuffix(" ") ? String(head.dropLast()) : head)
    indented { printer in
      if printer.lineWidth(text) <= Self.width {
        printer.line(text)
      } else {
        printer.operators(text)
      }
    }
  }

  /// Whether words have a choice outside of parentheses.
  private static func isChoice(_ words: [String]) -> Bool {
    var depth = 0
    for (place, word) in words.enumerated() {
      if depth == 0, place > 0, word == "?" { return true }
      depth += word.count { $0 == "(" || $0 == "[" } - word.count { $0 == ")" || $0 == "]" }
    }
    return false
  }

  /// An expression broken before operators outside of parentheses.
  private mutating func operators(_ text: String) {
    var parts: [String] = []
    var current = ""
    var depth = 0
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    // What is chosen between stands on lines of its own.
    let isChoice = Self.isChoice(words)
    let breaks = isChoice ? ["?", ":"] : ["+", "-", "*", "/", "?", ":"]
    for word in words {
      if depth == 0, breaks.contains(word), !current.isEmpty {
        parts.append(current)
        current = word
      } else {
        current += (current.isEmpty ? "" : " ") + word
      }
      depth += word.count { $0 == "(" || $0 == "[" } - word.count { $0 == ")" || $0 == "]" }
    }
    parts.append(current)
    if isChoice {
      for part in parts {
        if lineWidth(part) <= Self.width { line(part) } else { operators(part) }
      }
      return
    }
    var row = ""
    for part in parts {
      if row.isEmpty {
        row = part
      } else if lineWidth(row + " " + part) <= Self.width {
        row += " " + part
      } else {
        line(row)
        row = part
      }
    }
    line(row)
  }
}

/// Words as languages like them.
enum NameStyle {
  /// `log_noise` as `logNoise`, `W1` as `w1`.
  static func camel(_ word: String) -> String {
    let parts = word.split(separator: "_", omittingEmptySubsequences: true).map(String.init)
    guard let first = parts.first else { return "x" }
    let capitals = first.prefix { $0.isUppercase }
    let lowered =
      capitals.count <= 1 || capitals.count == first.count
      ? first.prefix(capitals.count).lowercased() + first.dropFirst(capitals.count)
      : first.prefix(capitals.count - 1).lowercased() + first.dropFirst(capitals.count - 1)
    let rest = parts.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
    let name = ([lowered] + rest).joined()
    return name.first?.isNumber == true ? "x" + name : name
  }

  /// `sumOfPart` as `sum_of_part`.
  static func snake(_ word: String) -> String {
    word.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }

  /// The name of a type.
  static func type(_ word: String) -> String {
    let parts = word.split { !($0.isLetter || $0.isNumber) }
    let name = parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return name.isEmpty || name.first?.isNumber == true ? "Model" + name : name
  }
}
