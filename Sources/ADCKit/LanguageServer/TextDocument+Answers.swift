import ADCModel
import ADCSyntax
import ADCTraining

extension TextDocument {
  mutating func answer(
    _ question: Question, _ parameters: JSONValue
  ) throws(LanguageServer.Refusal) -> JSONValue {
    switch question {
    case .formatting: return formatting()
    case .symbols: return .array(symbols())
    case .tokens: return semanticTokens()
    case .hover, .completion, .definition, .references, .prepareRename, .rename: break
    }
    guard let offset = offset(parameters["position"]) else {
      throw LanguageServer.Refusal(number: .invalidParameters, message: "a position is missing")
    }
    switch question {
    case .hover: return hover(at: offset)
    case .completion: return .array(completions(at: offset))
    case .definition: return definition(at: offset)
    case .references:
      return references(at: offset, parameters["context"]?["includeDeclaration"] == true)
    case .prepareRename: return try prepareRename(at: offset)
    case .rename: return try rename(at: offset, to: parameters["newName"]?.text ?? "")
    case .formatting, .symbols, .tokens: return .null
    }
  }

  // Diagnostics

  /// What the compiler says about the text.
  ///
  /// - Parameter page: the address of the page of all codes, where the editor's user gave one.
  mutating func diagnostics(page: String?) -> [JSONValue] {
    analysed { $0.diagnostics }.map { diagnostic in
      var message = diagnostic.message
      if let fix = diagnostic.fix { message += "\nhelp: \(fix)" }
      var members: [JSONValue.Member] = [
        .init("range", range(diagnostic.range)),
        .init("severity", diagnostic.severity == .error ? 1 : 2),
        .init("code", .string(diagnostic.code)),
      ]
      if let page {
        let address = "\(page)#\(diagnostic.code.lowercased())"
        members.append(.init("codeDescription", ["href": .string(address)]))
      }
      members += [.init("source", "adc"), .init("message", .string(message))]
      if !diagnostic.notes.isEmpty {
        members.append(.init("relatedInformation", .array(diagnostic.notes.map(related))))
      }
      return .object(members)
    }
  }

  private func related(_ note: Diagnostic.Note) -> JSONValue {
    ["location": location(note.range), "message": .string(note.message)]
  }

  private func location(_ place: SourceRange) -> JSONValue {
    ["uri": .string(uri), "range": range(place)]
  }

  // Names

  private mutating func definition(at offset: Int) -> JSONValue {
    let names = analysed { $0.names }
    guard let place = names.place(at: offset)?.declaration else { return .null }
    return location(names.declarations[place].name.range)
  }

  private mutating func references(at offset: Int, _ includesDeclaration: Bool) -> JSONValue {
    let names = analysed { $0.names }
    guard let declaration = names.place(at: offset)?.declaration else { return [] }
    let found = names.places(of: declaration).filter {
      includesDeclaration || $0.role != .declaration
    }
    return .array(found.map { location($0.name.range) })
  }

  private mutating func hover(at offset: Int) -> JSONValue {
    if let mistake = mistake(at: offset) { return mistake }
    let names = analysed { $0.names }
    guard let place = names.place(at: offset) else { return wordHover(at: offset) }
    let text = analysed { $0.description(of: place) }
    guard let text else { return .null }
    return markdown(text, place.name.range)
  }

  /// What the code of an error at an offset means.
  private mutating func mistake(at offset: Int) -> JSONValue? {
    let found = analysed { $0.diagnostics }.first {
      $0.severity == .error && $0.range.lower <= offset && offset < $0.range.upper
    }
    guard let found, let code = ErrorCode.named(found.code) else { return nil }
    var text = "**\(code.code): \(code.title)**\n\n\(code.explanation)"
    if code.right.command == nil {
      text += "\n\nRight:\n```ad\n\(code.right.model)\n```"
    }
    return markdown(text, found.range)
  }

  /// What a word of the language means, where one stands at an offset.
  private func wordHover(at offset: Int) -> JSONValue {
    var (lower, upper) = (offset, offset)
    func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
    while lower > 0, isLetter(source.bytes[lower - 1]) { lower -= 1 }
    while upper < source.bytes.count, isLetter(source.bytes[upper]) { upper += 1 }
    let word = source.text(SourceRange(lower, upper))
    let known = (KnownName.ofStatements + KnownName.words).first { $0.name == word }
    guard let known, !isInComment(lower) else { return .null }
    return markdown(
      "```ad\n\(known.signature)\n```\n\(known.summary)", SourceRange(lower, upper))
  }

  func isInComment(_ offset: Int) -> Bool {
    Lexer.comments(of: source).contains { $0.range.lower < offset && offset <= $0.range.upper }
  }

  private func markdown(_ text: String, _ place: SourceRange) -> JSONValue {
    ["contents": ["kind": "markdown", "value": .string(text)], "range": range(place)]
  }

  // Layout and outline

  /// One edit for the whole text; none where it is laid out or has a mistake.
  private func formatting() -> JSONValue {
    guard let text = Formatter.format(source).text else { return .null }
    guard Array(text.utf8) != source.bytes else { return [] }
    return [["range": range(SourceRange(0, source.bytes.count)), "newText": .string(text)]]
  }

  private mutating func symbols() -> [JSONValue] {
    let known = Dictionary(
      analysed { $0.known }.map { ($0.name, $0.signature) }, uniquingKeysWith: { first, _ in first }
    )
    return analysis.file.statements.flatMap { statement -> [JSONValue] in
      Self.outline(of: statement).map { entry in
        [
          "name": .string(entry.name.text), "detail": .string(known[entry.name.text] ?? ""),
          "kind": .number(Double(entry.kind)), "range": range(statement.range),
          "selectionRange": range(entry.name.range),
        ]
      }
    }
  }

  /// The names of a statement in the outline, with the protocol's numbers of their kinds.
  private static func outline(of statement: Statement) -> [(name: Name, kind: Int)] {
    let start = statement.range.lower
    func word(_ text: String, _ kind: Int) -> [(name: Name, kind: Int)] {
      [(Name(text, SourceRange(start, start + text.utf8.count)), kind)]
    }
    switch statement.form {
    case .input(let name, _, columns: _): return [(name, 8)]
    case .parameter(let name, _, _, _): return [(name, 13)]
    case .constant(let name, _, _): return [(name, 14)]
    case .binding(let declaration): return declaration.names.map { ($0, 13) }
    case .function(let name, _, body: _): return [(name, 12)]
    case .optimizer(let name, _, body: _): return [(name, 5)]
    case .metric(let name, _): return [(name, 7)]
    case .output(let value, let alias):
      if let alias { return [(alias, 7)] }
      if case .name(let text) = value.form { return [(Name(text, value.range), 7)] }
      return word("output", 7)
    case .report(_, let alias): return alias.map { [($0, 7)] } ?? word("report", 7)
    case .constraint: return word("subject", 25)
    case .minimize: return word("minimize", 25)
    case .maximize: return word("maximize", 25)
    case .fit: return word("fit", 25)
    case .derivative(let rule): return [(rule.function, 12)]
    case .train: return word("train", 3)
    case .precision: return []
    }
  }
}

extension ModelAnalysis {
  /// What people are told of a name at a place, as Markdown; nil where nothing is known of it.
  mutating func description(of place: NameTable.Place) -> String? {
    if place.role == .setting {
      return KnownName.ofSettings.first { $0.name == place.name.text }.map(Self.markdown)
    }
    guard let number = place.declaration else {
      let known =
        KnownName.builtIn(place.name.text)
        ?? (KnownName.ofOptimizers + KnownName.ofDistributions).first {
          $0.name == place.name.text
        }
      return known.map(Self.markdown)
    }
    let declaration = names.declarations[number]
    guard declaration.scope == nil, declaration.kind != .dimension else {
      return "```ad\n\(declaration.name.text)\n```\n\(declaration.kind.rawValue)"
    }
    guard let known = known.first(where: { $0.name == declaration.name.text }) else { return nil }
    var text = Self.markdown(known)
    if known.kind == .parameter || known.kind == .input,
      let derivative = derivative(by: known.name)
    {
      text += "\n\nThe derivative of the objective by `\(known.name)`:\n```ad\n\(derivative)\n```"
    }
    return text
  }

  private static func markdown(_ known: KnownName) -> String {
    let summary = known.summary.isEmpty ? known.kind.rawValue : known.summary
    let word: String? =
      switch known.kind {
      case .input: "input"
      case .parameter: "param"
      case .constant: "const"
      case .binding: "let"
      default: nil
      }
    let signature = (word.map { $0 + " " } ?? "") + known.signature
    return "```ad\n\(signature)\n```\n\(summary)"
  }
}
