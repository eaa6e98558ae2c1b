import ADCModel
import ADCSyntax

/// A command of the prompt, `:plot` and its like: its name, what it takes, what it does.
struct PromptCommand: Sendable {
  /// What is asked for; its name is what people write.
  enum Kind: String {
    case show, grad, hessian, steps, latex, unicode, at, plot, tree, graph, emit, code, cost,
      check, accuracy, vars, clear, load, save, train, help, quit
  }

  var kind: Kind
  /// What stands behind the name.
  var operands = ""
  /// One line for the list of commands.
  var summary: String
  /// More, with an example.
  var details: String

  var name: String { kind.rawValue }
}

/// A command as it was typed.
struct TypedCommand {
  var command: PromptCommand
  /// What stands behind the name, without the space around it.
  var operand: String
  /// Where that stands in the session's text.
  var range: SourceRange
}

extension PromptSession {
  /// Words that people type to leave or to ask, wherever they come from.
  private static let plainWords = ["quit": "quit", "exit": "quit", "help": "help", "?": "help"]

  /// The command in a line; nil where it is none.
  func command(in text: String, at start: Int) throws(PromptFailure) -> TypedCommand? {
    let bytes = Array(text.utf8)
    let lower = bytes.firstIndex { !isBlank($0) } ?? bytes.count
    var upper = bytes.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? lower
    upper = max(lower, upper)
    let line = String(decoding: bytes[lower..<upper], as: UTF8.self)
    if let name = Self.plainWords[line], scope.definition(of: line) == nil,
      scope.modelMeaning(of: line) == nil, let command = Self.command(named: name)
    {
      return TypedCommand(
        command: command, operand: "", range: SourceRange(start + upper, start + upper))
    }
    guard bytes.indices.contains(lower), bytes[lower] == UInt8(ascii: ":") else { return nil }
    var end = lower + 1
    while end < upper, !isBlank(bytes[end]) { end += 1 }
    let word = String(decoding: bytes[lower + 1..<end], as: UTF8.self)
    var operand = end
    while operand < upper, isBlank(bytes[operand]) { operand += 1 }
    guard let command = Self.command(named: word) else {
      let near = Words.nearest(to: word, among: Self.commands.map(\.name))
      throw failure(
        "AD1101", "there is no command `:\(word.prefix(60))`",
        at: SourceRange(start + lower, start + end),
        fix: near.map { "did you mean `:\($0)`?" } ?? "`:help` lists the commands")
    }
    return TypedCommand(
      command: command, operand: String(decoding: bytes[operand..<upper], as: UTF8.self),
      range: SourceRange(start + operand, start + upper))
  }

  /// A command by its name, or by the beginning of one name alone.
  static func command(named word: String) -> PromptCommand? {
    if let exact = commands.first(where: { $0.name == word }) { return exact }
    let short = commands.filter { !word.isEmpty && $0.name.hasPrefix(word) }
    return short.count == 1 ? short[0] : nil
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n")
      || byte == UInt8(ascii: "\r")
  }
}

extension PromptSession {
  /// All commands, in the order in which they are listed.
  static let commands: [PromptCommand] = [
    PromptCommand(
      kind: .show, operands: "EXPR", summary: "the expression as a formula, its values left out",
      details:
        "`:show grad(loss, W)` prints the formula of a model's gradient, though its data have "
        + "values."),
    PromptCommand(
      kind: .grad, operands: "EXPR", summary: "the derivatives by all its names",
      details: "`:grad x^2*y` prints d/dx and d/dy, each as a formula."),
    PromptCommand(
      kind: .hessian, operands: "EXPR", summary: "the second derivatives by all its names",
      details: "`:hessian x^2*y` prints each pair of names once."),
    PromptCommand(
      kind: .steps, operands: "EXPR", summary: "the way to a derivative, one rule a line",
      details: "`:steps diff(x^2*sin(x), x)`; of another expression, to each of its derivatives. "
        + "Every line is checked by numbers."),
    PromptCommand(
      kind: .latex, operands: "EXPR", summary: "the formula in LaTeX",
      details: "`:latex diff(sin(x)/x, x)`; values of names are left out."),
    PromptCommand(
      kind: .unicode, operands: "EXPR", summary: "the formula in mathematical characters",
      details: "`:unicode diff(sin(x)/x, x)`; values of names are left out."),
    PromptCommand(
      kind: .at, operands: "x=2, y=1 [EXPR]",
      summary: "value and derivatives of an expression at a point",
      details: "`:at x=2 x^3` prints 8 and the derivative 12; without an expression, of the last "
        + "result."),
    PromptCommand(
      kind: .plot, operands: "EXPR [-3..3]", summary: "the curve and its derivative",
      details: "`:plot sin(x) -3..3`; a function of one argument is plotted by its name, `:plot f "
        + "0..1`. Without a range from -5 to 5."),
    PromptCommand(
      kind: .tree, operands: "EXPR", summary: "the operations of an expression, drawn as a tree",
      details: "`:tree x*sin(x)`: every operation above its operands, as written."),
    PromptCommand(
      kind: .graph, operands: "[FILE.svg] [EXPR]",
      summary: "draw an expression with its derivatives, or the model's loss and gradient",
      details: "`:graph f.svg x*sin(x)` writes a picture, `:graph f.dot x*sin(x)` the text for "
        + "Graphviz, which is printed where no file is named."),
    PromptCommand(
      kind: .emit, operands: "LANGUAGE [FILE]",
      summary: "the model as source in \(EmissionLanguage.alternatives)",
      details:
        "`:emit python` prints loss, gradient, training step and prediction; `:emit c line.c` "
        + "writes a source and its header."),
    PromptCommand(
      kind: .code, operands: "[EXPR]", summary: "the bytecode of an expression, or of the model",
      details: "`:code x^2 + 1` lists the instructions that compute it."),
    PromptCommand(
      kind: .cost, operands: "[EXPR]",
      summary: "operations, bytes and memory of an expression and its derivatives, or of the model",
      details: "`:cost sum(w^2)` after `param w: [1000]`; without an expression, by line of the "
        + "model."),
    PromptCommand(
      kind: .check, operands: "[EXPR]", summary: "compare derivatives with differences",
      details: "`:check exp(x)*y` compares its derivatives by all names with differences, at drawn "
        + "points; without an expression, the gradient of the model's loss on its data."),
    PromptCommand(
      kind: .accuracy, operands: "EXPR",
      summary: "how many units in the last place an expression and its derivatives are off",
      details: "`:accuracy (1 - cos(x))/x^2` compares with exact values at 24 points, as written "
        + "and as computed."),
    PromptCommand(
      kind: .vars, summary: "what is defined",
      details: "Names of the session, and the inputs, parameters and lets of the model."),
    PromptCommand(
      kind: .clear, operands: "[NAME…]", summary: "forget names, or everything",
      details:
        "`:clear x` makes `x` a name without a value again; `:clear` alone leaves the model, "
        + "too."),
    PromptCommand(
      kind: .load, operands: "FILE", summary: "a model, a saved session, or parameters (.json)",
      details: "`:load Samples/digits.ad` takes a model with its data and leaves the one before; a "
        + "file of definitions adds them; `:load p.json` sets the model's parameters."),
    PromptCommand(
      kind: .save, operands: "FILE", summary: "the session as text, or parameters (.json)",
      details:
        "`:save session.ad` writes the definitions, `:save p.json` the model's parameters as "
        + "`--from` reads them. The file is replaced whole or not at all."),
    PromptCommand(
      kind: .train, operands: "[SETTINGS]",
      summary: "train the model, from its parameters as they are",
      details: "`:train epochs 5; batch 16` overrides settings of the model. Ctrl-C stops it and "
        + "keeps what was trained."),
    PromptCommand(
      kind: .help, operands: "[NAME]", summary: "the commands, or one command or function",
      details: "`:help plot`, `:help sigmoid`."),
    PromptCommand(
      kind: .quit, summary: "leave (or Ctrl-D)", details: "Leaves; nothing is saved by itself."),
  ]

  mutating func perform(
    _ typed: TypedCommand, _ answer: inout PromptAnswer
  ) throws(PromptFailure) {
    switch typed.command.kind {
    case .quit: answer.ends = true
    case .help: answer.text += try help(typed)
    case .vars: answer.text += variables()
    case .clear: try clear(typed)
    case .load: try load(typed, &answer)
    case .save: try save(typed, &answer)
    case .train: try train(typed, &answer)
    case .check: answer.text += try check(typed)
    case .code: answer.text += try code(typed)
    case .cost: answer.text += try cost(typed)
    case .graph: try graph(typed, &answer)
    case .emit: try emit(typed, &answer)
    case .show: answer.text += try show(try expression(of: typed))
    case .grad: answer.text += try derivatives(try expression(of: typed), .orders(1))
    case .hessian: answer.text += try derivatives(try expression(of: typed), .hessian)
    case .steps: answer.text += try steps(try expression(of: typed))
    case .latex: answer.text += try mathematics(try expression(of: typed), .latex)
    case .unicode: answer.text += try mathematics(try expression(of: typed), .unicode)
    case .at: answer.text += try values(at: typed)
    case .plot: answer.text += try plot(typed)
    case .tree: answer.text += try tree(try expression(of: typed))
    case .accuracy: answer.text += try accuracy(try expression(of: typed))
    }
  }

  /// The expression behind a command; the last result where nothing is written.
  func expression(
    of typed: TypedCommand, from lower: Int? = nil, to upper: Int? = nil
  ) throws(PromptFailure) -> Expression {
    let lower = lower ?? typed.range.lower
    let text = upper.map { source.prefix($0) } ?? source
    if lower >= (upper ?? typed.range.upper) {
      if scope.definition(of: Self.lastResult) != nil {
        return Expression(.name(Self.lastResult), SourceRange(lower, lower))
      }
      throw failure(
        "AD1102", "`:\(typed.command.name)` needs an expression", at: SourceRange(lower, lower),
        fix: "write `:\(typed.command.name) \(typed.command.operands)`")
    }
    let (expression, mistakes) = Parser.parseExpression(text, from: lower)
    guard mistakes.isEmpty else { throw failure(mistakes) }
    if case .name(let name) = expression.form, let arguments = scope.arguments(of: name) {
      // A function alone is meant with its arguments as they are called.
      let values = arguments.filter { $0.defaultValue == nil }.map { argument in
        Argument(label: nil, value: Expression(.name(argument.name.text), expression.range))
      }
      return Expression(.call(Name(name, expression.range), values), expression.range)
    }
    return expression
  }
}

extension PromptSession {
  /// Whether an interruption may end the computation of an answer anywhere: training ends by
  /// itself, with what it has.
  package static func stops(_ text: String) -> Bool {
    let word = text.drop { $0 == " " }.prefix { $0 != " " }
    return !(word.hasPrefix(":") && command(named: String(word.dropFirst()))?.name == "train")
  }
}
