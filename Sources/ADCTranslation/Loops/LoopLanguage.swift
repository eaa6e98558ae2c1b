import ADCCalculus

/// Where functions as `exp` are the machine's, and not those of the language's library.
package enum FunctionChoice: String, Sendable, CaseIterable {
  case own, library
  /// The machine's in loops over elements, which compilers make vectors of.
  case auto
}

/// A language of loops over arrays: how the parts of statements are written.
protocol LoopLanguage {
  var target: TargetLanguage { get }
  /// The spaces of one step inwards.
  var indent: String { get }
  var functions: FunctionChoice { get }
  var precision: Precision { get }

  func number(_ value: Double) -> String
  /// A size as a number.
  func size(_ text: String) -> String
  /// A whole number.
  func digits(_ whole: UInt) -> String
  func quantity(_ quantity: Quantity) -> String
  func element(_ pointer: Pointer) -> String
  func address(_ pointer: Pointer) -> String
  func total(_ name: String) -> String
  /// A number of the elements' type as a double, and the other way, in single precision.
  func widened(_ text: String) -> String
  func narrowed(_ text: String) -> String
  /// The name of a function of the library for the elements' type.
  func library(_ name: String) -> String
  /// A definition of numbers in double for the elements' type.
  func definition(_ text: String) -> String
  func call(_ helper: Helper, _ arguments: [String]) -> String
  /// What stands for a function of the library in loops over elements; nil for itself.
  func inLoops(_ function: String) -> Helper?
  func statement(_ statement: Statement, _ printer: inout CodePrinter)
  /// A function for an operator that the language lacks; nil where there can be none.
  func definition(of op: Operator, _ helpers: inout Set<Helper>) -> OwnFunction?
  /// The statement that notes a condition in a variable `far`, and what comes around it.
  func far(_ condition: String) -> String
  var farStart: String { get }
  var farTest: String { get }
}

/// A function that the machine has, as a definition of a language.
struct OwnFunction {
  var name: String
  var text: String
  /// The name of the function for the usual operands alone, and the condition on which an operand
  /// is none of them, in terms of `x`, `y` and `z`; nil where all are.
  var near: (name: String, exception: String)?
}

/// Statements as lines of text.
struct CodePrinter {
  let language: any LoopLanguage
  var lines: [String] = []
  private var depth = 0
  /// What the code calls.
  private(set) var helpers: Set<Helper> = []
  /// The definitions of operators that the language lacks, in the order of use.
  private(set) var definitions: [String] = []
  /// The first operator that the language has no word for.
  private(set) var missing: String?

  /// Whether functions are meant for the usual operands, and the conditions on which they are not.
  private var isNear = false
  /// Whether statements are those of a loop over elements.
  private var isInElements = false
  private var farConditions: [String] = []
  /// What `definition(of:)` said of operators so far, by name.
  private(set) var known: [String: OwnFunction?] = [:]

  /// No line should be longer.
  static let width = 100

  init(_ language: any LoopLanguage, depth: Int = 0, knowing known: [String: OwnFunction?] = [:]) {
    self.language = language
    self.depth = depth
    self.known = known
  }

  mutating func print(_ statements: [Statement]) {
    for statement in statements { language.statement(statement, &self) }
  }

  mutating func line(_ text: String) {
    lines.append(text.isEmpty ? "" : String(repeating: language.indent, count: depth) + text)
  }

  /// A loop, whose functions are tried for the usual operands first: without a branch a compiler
  /// makes vectors of it. Where an operand was none of these, the loop is run again.
  ///
  /// - Parameters:
  ///   - start: A line before the head.
  ///   - step: A line at the end of the body.
  mutating func loop(
    _ head: String, _ statements: [Statement], start: String? = nil, step: String? = nil
  ) {
    let before = isInElements
    defer { isInElements = before }
    isInElements = Self.isOfElements(statements)
    func whole(_ printer: inout CodePrinter) {
      if let start { printer.line(start) }
      printer.line(head)
      printer.indented { printer in
        printer.print(statements)
        if let step { printer.line(step) }
      }
      printer.line("}")
    }
    guard usesOwnFunctions, Self.canRepeat(statements) else {
      whole(&self)
      return
    }
    var trial = self
    trial.isNear = true
    trial.farConditions = []
    trial.line(language.farStart)
    if let start { trial.line(start) }
    trial.line(head)
    trial.indented { printer in
      printer.print(statements)
      for condition in printer.farConditions { printer.line(printer.language.far(condition)) }
      if let step { printer.line(step) }
    }
    trial.line("}")
    let hasFar = !trial.farConditions.isEmpty
    trial.isNear = false
    trial.farConditions = []
    guard hasFar else {
      whole(&self)
      return
    }
    self = trial
    line(language.farTest)
    indented { whole(&$0) }
    line("}")
  }

  private var usesOwnFunctions: Bool {
    switch language.functions {
    case .own: true
    case .library: false
    case .auto: isInElements
    }
  }

  /// Whether a loop does nothing but compute numbers, each step for itself.
  private static func isOfElements(_ statements: [Statement]) -> Bool {
    statements.allSatisfy { statement in
      switch statement {
      case .constant, .assign, .comment: true
      default: false
      }
    }
  }

  /// Whether a loop has nothing but numbers and assignments, and does the same when run again.
  private static func canRepeat(_ statements: [Statement]) -> Bool {
    var (targets, sources): (Set<String>, Set<String>) = ([], [])
    func read(_ value: Value) {
      switch value {
      case .element(let pointer): sources.insert(pointer.array)
      case .apply(_, let operands): for operand in operands { read(operand) }
      case .widened(let value), .narrowed(let value): read(value)
      case .call(_, let arguments):
        for case .value(let value) in arguments { read(value) }
      case .number, .name, .size, .total: break
      }
    }
    for statement in statements {
      switch statement {
      case .constant(_, let value): read(value)
      case .assign(let target, let value):
        targets.insert(target.array)
        read(value)
      case .comment: break
      default: return false
      }
    }
    return targets.isDisjoint(with: sources)
  }

  /// A head, its statements, and the end of the block.
  mutating func block(_ head: String, _ statements: [Statement], end: String = "}") {
    line(head)
    depth += 1
    print(statements)
    depth -= 1
    line(end)
  }

  /// A call that goes over several lines where it is long: `head(`, the arguments, `tail`.
  mutating func call(_ head: String, _ arguments: [String], _ tail: String) {
    let inner = depth * language.indent.utf8.count
    let whole = head + "(" + arguments.joined(separator: ", ") + ")" + tail
    if inner + whole.utf8.count <= Self.width {
      line(whole)
      return
    }
    line(head + "(")
    depth += 1
    for text in Self.filled(
      arguments, width: Self.width - inner - language.indent.utf8.count, last: 1 + tail.utf8.count)
    {
      line(text)
    }
    depth -= 1
    lines[lines.count - 1] += ")" + tail
  }

  /// Arguments on as few lines as they take.
  static func filled(_ arguments: [String], width: Int, last: Int) -> [String] {
    var lines: [String] = []
    var current = ""
    for (place, argument) in arguments.enumerated() {
      let isLast = place == arguments.count - 1
      let text = argument + (isLast ? "" : ",")
      let needed = current.utf8.count + 1 + text.utf8.count + (isLast ? last : 0)
      if current.isEmpty {
        current = text
      } else if needed <= width {
        current += " " + text
      } else {
        lines.append(current)
        current = text
      }
    }
    if !current.isEmpty { lines.append(current) }
    return lines
  }

  /// How long a line would be.
  func lineWidth(_ text: String) -> Int { depth * language.indent.utf8.count + text.utf8.count }

  mutating func indented(_ body: (inout CodePrinter) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  mutating func use(_ helper: Helper) { helpers.insert(helper) }

  /// Adds definitions that other code needs.
  mutating func take(_ others: [String]) {
    for definition in others where !definitions.contains(definition) {
      definitions.append(definition)
    }
  }

  // MARK: Expressions

  mutating func text(_ value: Value) -> String { written(value).text }

  mutating func text(_ argument: Argument) -> String {
    switch argument {
    case .pointer(let pointer): language.address(pointer)
    case .size(let size): language.quantity(size)
    case .value(let value): text(value)
    }
  }

  private mutating func written(_ value: Value) -> (text: String, level: Spelling.Level) {
    switch value {
    case .number(let number):
      return (language.number(number), number.sign == .minus ? .prefix : .atom)
    case .name(let name): return (name, .atom)
    case .size(let size): return (language.size(language.quantity(size)), .atom)
    case .element(let pointer): return (language.element(pointer), .atom)
    case .total(let name): return (language.total(name), .atom)
    case .call(let helper, let arguments):
      helpers.insert(helper)
      return (language.call(helper, arguments.map { text($0) }), .atom)
    case .apply(let op, let operands): return applied(op, operands)
    case .widened(let value):
      return language.precision == .double
        ? written(value) : (language.widened(text(value)), .prefix)
    case .narrowed(let value):
      return language.precision == .double
        ? written(value) : (language.narrowed(text(value)), .prefix)
    }
  }

  private mutating func wrapped(_ value: Value, above level: Spelling.Level) -> String {
    let (text, own) = written(value)
    return own > level ? text : "(\(text))"
  }

  private mutating func own(_ op: Operator) -> OwnFunction? {
    if let found = known[op.name] { return found }
    let found = language.definition(of: op, &helpers)
    known[op.name] = .some(found)
    return found
  }

  private mutating func applied(
    _ op: Operator, _ operands: [Value]
  ) -> (text: String, level: Spelling.Level) {
    let isCall = if case .call? = op.spellings[language.target]?.form { true } else { false }
    if isCall, usesOwnFunctions, op.errorBound > 0.5,
      let own = own(op)
    {
      take([own.text])
      let arguments = operands.map { text($0) }
      if isNear, let near = own.near {
        var condition = near.exception
        for (name, argument) in zip(["x", "y", "z"], arguments) {
          condition = condition.replacing("(\(name))", with: "(\(argument))")
        }
        if !farConditions.contains(condition) { farConditions.append(condition) }
        return ("\(near.name)(\(arguments.joined(separator: ", ")))", .atom)
      }
      return ("\(own.name)(\(arguments.joined(separator: ", ")))", .atom)
    }
    guard let spelling = op.spellings[language.target] else {
      guard let own = own(op) else {
        if missing == nil { missing = op.name }
        return ("0", .atom)
      }
      take([own.text])
      return ("\(own.name)(\(operands.map { text($0) }.joined(separator: ", ")))", .atom)
    }
    for definition in spelling.needs + [spelling.definition] where !definition.isEmpty {
      take([spelling.isInDouble ? definition : language.definition(definition)])
    }
    switch spelling.form {
    case .infix("*", _) where operands[0].isMinusOne:
      return ("-\(wrapped(operands[1], above: .prefix))", .prefix)
    case .infix(let sign, let level):
      let left = written(operands[0])
      let first = left.level >= level ? left.text : "(\(left.text))"
      // To add -2 x is to take 2 x away, bit for bit.
      if let other = ["+": "-", "-": "+"][sign], let opposite = operands[1].opposite {
        return ("\(first) \(other) \(wrapped(opposite, above: level))", level)
      }
      return ("\(first) \(sign) \(wrapped(operands[1], above: level))", level)
    case .prefix(let sign):
      let (text, level) = written(operands[0])
      if sign.isEmpty { return (text, level) }
      return (sign + (level > .prefix ? text : "(\(text))"), .prefix)
    case .call(let name):
      if isInElements, let helper = language.inLoops(name) {
        helpers.insert(helper)
        return (language.call(helper, operands.map { text($0) }), .atom)
      }
      if spelling.isInDouble, language.precision == .single {
        let wide = operands.map { language.widened(text($0)) }.joined(separator: ", ")
        return (language.narrowed("\(name)(\(wide))"), .prefix)
      }
      let function = spelling.definition.isEmpty ? language.library(name) : name
      return ("\(function)(\(operands.map { text($0) }.joined(separator: ", ")))", .atom)
    case .suffix(let tail): return (wrapped(operands[0], above: .prefix) + tail, .atom)
    case .comparison, .conjunction, .inversion:
      return (
        "\(condition(op, operands).text) ? \(language.number(1)) : \(language.number(0))", .choice
      )
    case .choice:
      let yes = wrapped(operands[1], above: .choice)
      let no = wrapped(operands[2], above: .choice)
      return ("\(condition(operands[0], above: .choice)) ? \(yes) : \(no)", .choice)
    }
  }

  /// A number as a condition: whether it is not 0.
  private mutating func condition(_ value: Value, above level: Spelling.Level) -> String {
    guard case .apply(let op, let operands) = value,
      let form = op.spellings[language.target]?.form
    else { return "\(wrapped(value, above: .comparison)) != 0" }
    switch form {
    case .comparison, .conjunction, .inversion:
      let (text, own) = condition(op, operands)
      return own > level ? text : "(\(text))"
    default: return "\(wrapped(value, above: .comparison)) != 0"
    }
  }

  private mutating func condition(
    _ op: Operator, _ operands: [Value]
  ) -> (text: String, level: Spelling.Level) {
    switch op.spellings[language.target]?.form {
    case .comparison(let sign):
      let left = wrapped(operands[0], above: .comparison)
      return ("\(left) \(sign) \(wrapped(operands[1], above: .comparison))", .comparison)
    case .conjunction(let sign, let level):
      let left = condition(operands[0], above: .or)
      return ("\(left) \(sign) \(condition(operands[1], above: .or))", level)
    case .inversion(let sign):
      return ("\(sign)(\(condition(operands[0], above: .choice)))", .prefix)
    default: return ("", .atom)
    }
  }
}
