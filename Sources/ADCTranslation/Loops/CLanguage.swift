import ADCCalculus

/// C99 that is also C++.
struct CLanguage: LoopLanguage {
  let target = TargetLanguage.c
  let indent = "    "
  var functions = FunctionChoice.auto
  var precision = Precision.double

  static func real(_ precision: Precision) -> String { precision == .double ? "double" : "float" }
  /// The end of the names of the library's functions.
  static func suffix(_ precision: Precision) -> String { precision == .double ? "" : "f" }
  var real: String { Self.real(precision) }

  let farStart = "far = 0;"
  let farTest = "if (far) {"

  func far(_ condition: String) -> String { "far |= \(condition);" }

  func number(_ value: Double) -> String {
    let value = precision.rounded(value)
    if value.isNaN { return "(\(real))NAN" }
    if value.isInfinite { return value < 0 ? "-(\(real))INFINITY" : "(\(real))INFINITY" }
    return precision == .double ? "\(value)" : "\(Float(value))f"
  }

  func size(_ text: String) -> String { cast(text, real) }

  private func cast(_ text: String, _ real: String) -> String {
    text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      ? "(\(real))\(text)" : "(\(real))(\(text))"
  }

  func quantity(_ quantity: Quantity) -> String {
    sum(quantity, plus: " + ", minus: " - ", times: " * ")
  }

  func element(_ pointer: Pointer) -> String {
    if pointer.isScalar { return "*\(pointer.array)" }
    return "\(pointer.array)[\(quantity(pointer.place))]"
  }

  func address(_ pointer: Pointer) -> String {
    pointer.place.isZero ? pointer.array : "\(pointer.array) + \(quantity(pointer.place))"
  }

  func total(_ name: String) -> String { "total_value(&\(name))" }
  func widened(_ text: String) -> String { cast(text, "double") }
  func narrowed(_ text: String) -> String { cast(text, "float") }
  func library(_ name: String) -> String { name + Self.suffix(precision) }

  func call(_ helper: Helper, _ arguments: [String]) -> String {
    "\(name(helper))(\(arguments.joined(separator: ", ")))"
  }

  func inLoops(_ function: String) -> Helper? { function == "sqrt" ? .squareRoot : nil }

  func name(_ helper: Helper) -> String {
    switch helper {
    case .squareRoot: library("sqrt")
    case .product: "product_of"
    case .uniform: "uniform_numbers"
    case .row: "row_number"
    case .bits: "bits_of"
    default: NameStyle.snake(helper.rawValue)
    }
  }

  func statement(_ statement: Statement, _ printer: inout CodePrinter) {
    switch statement {
    case .comment(let text):
      let text = text.replacing("*/", with: "* /").replacing("/*", with: "/ *")
      let lines = Self.comment([text], width: CodePrinter.width - printer.lineWidth(""))
      for line in lines { printer.line(line) }
    case .constant(let name, let value): assign("const \(real) \(name)", value, &printer)
    case .variable(let name, let value): assign("\(real) \(name)", value, &printer)
    case .assign(let pointer, let value): assign(element(pointer), value, &printer)
    case .assignName(let name, let value): assign(name, value, &printer)
    case .call(let helper, let arguments):
      printer.use(helper)
      printer.call(name(helper), arguments.map { printer.text($0) }, ";")
    case .loop(let name, let count, let isReversed, let body):
      let size = quantity(count)
      printer.loop(
        isReversed
          ? "for (size_t \(name) = \(size); \(name)-- > 0;) {"
          : "for (size_t \(name) = 0; \(name) < \(size); ++\(name)) {", body)
    case .chunks(let count, let body):
      let size = quantity(count)
      printer.line("for (size_t start = 0; start < \(size); start += \(chunk)) {")
      printer.indented { printer in
        let rest = count.terms.count == 1 ? size : "(\(size))"
        printer.line(
          "const size_t end = \(rest) - start < \(chunk) ? \(size) : start + \(chunk);")
        printer.print(body)
      }
      printer.line("}")
    case .lanes(let name, let body):
      printer.loop("for (size_t \(name) = start; \(name) < end; ++\(name)) {", body)
    case .total(let name):
      printer.use(.addToTotal)
      printer.line("sum_in_parts \(name) = {0.0, 0.0};")
    case .addToTotal(let name, let value):
      printer.use(.addToTotal)
      printer.line("add_to_total(&\(name), \(printer.text(value)));")
    case .row(let name, let index, let below, let found, let otherwise):
      let text = printer.text(index)
      let end = quantity(below)
      printer.use(.row)
      printer.line("const size_t \(name) = row_number(\(text), \(end));")
      printer.block(
        "if (\(name) < \(end)) {", found, end: otherwise.isEmpty ? "}" : "} else {")
      if !otherwise.isEmpty {
        printer.indented { $0.print(otherwise) }
        printer.line("}")
      }
    }
  }

  /// Lines as a comment; what is much longer than a width goes on below its first word.
  static func comment(_ lines: [String], width: Int = CodePrinter.width) -> [String] {
    var result: [String] = []
    for line in lines {
      guard line.utf8.count > width + 8 else {
        result.append(line)
        continue
      }
      let inset = String(line.prefix { $0 == " " })
      var row = ""
      for word in line.split(separator: " ") {
        if !row.isEmpty, 3 + row.utf8.count + word.utf8.count + 4 > width {
          result.append(row)
          row = inset + word
        } else {
          row += (row.isEmpty ? inset : " ") + word
        }
      }
      result.append(row)
    }
    for place in result.indices where !result[place].isEmpty {
      result[place] = (place == 0 ? "/* " : "   ") + result[place]
    }
    result[result.count - 1] += " */"
    return result
  }

  private func assign(_ target: String, _ value: Value, _ printer: inout CodePrinter) {
    // x = x + y is x += y, bit for bit.
    if case .apply(let op, let operands) = value, operands.count == 2,
      case .infix(let sign, _)? = op.spellings[.c]?.form, printer.text(operands[0]) == target
    {
      printer.wrapped("\(target) \(sign)= \(printer.text(operands[1]));")
    } else {
      printer.wrapped("\(target) = \(printer.text(value));")
    }
  }
}

extension CodePrinter {
  /// A statement, broken before operators where it is long: before those that bind least.
  mutating func wrapped(_ text: String) {
    // Loops within many others go beyond the width.
    let room = max(40, Self.width - lineWidth("") - language.indent.utf8.count)
    let bytes = Array(text.utf8)
    var start = 0
    while bytes.count - start > room, let end = Self.bestBreak(bytes, start, room) {
      let part = String(decoding: bytes[start..<end], as: UTF8.self)
      line((start == 0 ? "" : language.indent) + String(Substring(part).trimmed))
      start = bytes[end...].firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.count
    }
    let last = String(decoding: bytes[start...], as: UTF8.self)
    line((start == 0 ? "" : language.indent) + last)
  }

  /// Where the operator between spaces begins that binds least within `room` bytes, the last of
  /// several; the place after a comma counts as one that binds most.
  private static func bestBreak(_ bytes: [UInt8], _ start: Int, _ room: Int) -> Int? {
    var best: (place: Int, depth: Int, rank: Int)?
    var depth = 0
    for place in start + 1..<start + room - 1 {
      if bytes[place] == UInt8(ascii: "(") { depth += 1 }
      if bytes[place] == UInt8(ascii: ")") { depth -= 1 }
      guard bytes[place + 1] == UInt8(ascii: " ") else { continue }
      let isBetween = bytes[place - 1] == UInt8(ascii: " ") && place - 1 > start
      let rank: Int
      switch bytes[place] {
      case UInt8(ascii: "?"), UInt8(ascii: ":"): rank = 0
      case UInt8(ascii: "+"), UInt8(ascii: "-"): rank = 1
      case UInt8(ascii: "*"), UInt8(ascii: "/"): rank = 2
      case UInt8(ascii: ","): rank = 3
      default: continue
      }
      guard isBetween || rank == 3 else { continue }
      let found = (place: rank == 3 ? place + 2 : place - 1, depth: depth, rank: rank)
      if let best, (found.depth, found.rank) > (best.depth, best.rank) { continue }
      best = found
    }
    return best?.place
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
