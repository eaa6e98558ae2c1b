import ADCModel
import ADCSyntax
import ADCTraining

extension PromptSession {
  /// Files that load each other end here.
  private static let mostLevels = 20

  /// The definitions and the model's statements, as a text that can be loaded or compiled.
  func sessionText() -> String {
    var statements: [Statement] = []
    for definition in scope.definitions where !isOwn(definition) {
      statements.append(definition.written)
      statements += definition.rules
    }
    return TreePrinter.print(SourceFile(statements: ordered(statements) + modelStatements))
  }

  /// Whether a definition was not typed as such: the last result, the name of the objective.
  func isOwn(_ definition: PromptScope.Definition) -> Bool {
    definition.names.first?.text == Self.lastResult
      || modelStatements.contains { $0.range == definition.statement.range }
  }

  /// Each definition after those that it needs, as a model has them.
  private func ordered(_ statements: [Statement]) -> [Statement] {
    let order = scope.definitionOrder
    return statements.enumerated().sorted { left, right in
      let (first, second) = (order(left.element), order(right.element))
      return (first, left.offset) < (second, right.offset)
    }.map(\.element)
  }

  /// `:save`.
  func save(_ typed: TypedCommand, _ answer: inout PromptAnswer) throws(PromptFailure) {
    let path = try path(typed)
    do throws(TaskFailure) {
      if path.hasSuffix(".json") {
        try saveParameters(to: path)
      } else {
        var text = sessionText()
        if let loaded { text = ":load \(loaded.task.path)\n" + text }
        try ModelTask.write(Array(text.utf8), to: path)
      }
    } catch {
      throw PromptFailure(error)
    }
    answer.remarks += "saved \(path)\n"
  }

  private func saveParameters(to path: String) throws(TaskFailure) {
    guard let loaded else {
      throw TaskFailure("there is no model whose parameters could be saved", code: "AD1102")
    }
    do {
      let file = ParameterFile(
        model: loaded.task.model.description.hash, parameters: try loaded.run.parameters())
      try file.write(path: path)
    } catch let error as DataError {
      throw TaskFailure(error)
    } catch let error as RunError {
      throw TaskFailure(error)
    } catch {
      throw TaskFailure("\(error)", code: "AD0701")
    }
  }

  private func path(_ typed: TypedCommand) throws(PromptFailure) -> String {
    var text = typed.operand
    if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") {
      text = String(text.dropFirst().dropLast())
    }
    guard !text.isEmpty else {
      throw failure(
        "AD1102", "`:\(typed.command.name)` needs a file", at: typed.range,
        fix: "write `:\(typed.command.name) session.ad`")
    }
    return text
  }

  /// `:load`.
  mutating func load(
    _ typed: TypedCommand, _ answer: inout PromptAnswer
  ) throws(PromptFailure) {
    let path = try path(typed)
    do throws(TaskFailure) {
      if path.hasSuffix(".json") {
        try loadParameters(from: path)
        return
      }
      let bytes = try ModelTask.read(path)
      let text = String(decoding: bytes, as: UTF8.self)
      guard path.hasSuffix(".adb") || Self.isModel(text) else {
        guard loadDepth < Self.mostLevels else {
          throw TaskFailure("files that load each other", code: "AD1102", file: path)
        }
        try perform(fileNamed: path, text, &answer)
        return
      }
      answer.remarks += try load(model: path, options: TaskOptions())
    } catch {
      throw PromptFailure(error)
    }
  }

  /// Whether a text is a model of its own: it has an objective, outputs or training.
  private static func isModel(_ text: String) -> Bool {
    let (file, mistakes) = Parser.parse(SourceText(name: "", text: text))
    if text.split(separator: "\n").contains(where: { $0.hasPrefix(":") }) { return false }
    let isWhole = file.statements.contains { statement in
      switch statement.form {
      case .minimize, .maximize, .fit, .output, .report, .constraint, .train: true
      default: false
      }
    }
    return isWhole || (!mistakes.isEmpty && text.contains("minimize "))
  }

  private mutating func loadParameters(from path: String) throws(TaskFailure) {
    guard let loaded else {
      throw TaskFailure("there is no model whose parameters these could be", code: "AD1102")
    }
    do {
      try loaded.run.restore(try ParameterFile.read(path: path), path: path)
    } catch let error as RunError {
      throw TaskFailure(error)
    } catch let error as DataError {
      throw TaskFailure(error)
    } catch {
      throw TaskFailure("\(error)", code: "AD0701")
    }
  }

  /// Takes over what a file would say at the prompt; results are not shown.
  private mutating func perform(
    fileNamed path: String, _ text: String, _ answer: inout PromptAnswer
  ) throws(TaskFailure) {
    loadDepth += 1
    defer { loadDepth -= 1 }
    var lines = PromptLines()
    var number = 1
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      guard let whole = lines.add(line) else { continue }
      try perform(part: whole, of: path, at: number, &answer)
      number += whole.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }
    if let rest = lines.rest() { try perform(part: rest, of: path, at: number, &answer) }
    returnToInput()
  }

  private mutating func perform(
    part: String, of path: String, at number: Int, _ answer: inout PromptAnswer
  ) throws(TaskFailure) {
    let start = source.append(part + "\n", name: path, from: number)
    var silent = PromptAnswer()
    do throws(PromptFailure) {
      try perform(part, at: start, &silent)
    } catch {
      throw error.taskFailure
    }
    answer.remarks += silent.remarks
  }
}

/// Puts lines together that belong to one entry.
package struct PromptLines {
  private var pending: [String] = []

  /// No line waits.
  package init() {}

  /// Whether lines wait for others.
  package var isWaiting: Bool { !pending.isEmpty }

  /// The entry that a line completes; nil where it goes on.
  package mutating func add(_ line: String) -> String? {
    pending.append(line)
    let text = pending.joined(separator: "\n")
    if !Self.isCommand(pending[0]), Parser.isIncomplete(text) { return nil }
    pending = []
    return text
  }

  /// What waits, where nothing will follow it.
  package mutating func rest() -> String? {
    guard !pending.isEmpty else { return nil }
    defer { pending = [] }
    return pending.joined(separator: "\n")
  }

  /// Whether a line is a command, which is complete in itself.
  package static func isCommand(_ line: String) -> Bool {
    line.first { $0 != " " && $0 != "\t" } == ":"
  }
}

extension PromptScope.Definition {
  /// The statement that would define it again.
  var written: Statement {
    guard case .value(let table) = meaning, let name = names.first else { return statement }
    let value = table.literal
    switch statement.form {
    case .parameter(_, let shape, _, let bounds):
      return Statement(
        .parameter(name, shape, .value(value), bounds), description: statement.description,
        range: statement.range)
    case .constant(_, let shape, _):
      return Statement(
        .constant(name, shape, value), description: statement.description, range: statement.range)
    default:
      let binding = LetDeclaration(
        name: name, value: value, description: statement.description, range: statement.range)
      return Statement(
        .binding(binding), description: statement.description, range: statement.range)
    }
  }
}
