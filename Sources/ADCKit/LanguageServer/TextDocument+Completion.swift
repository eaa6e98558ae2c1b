import ADCSyntax
import ADCTraining

extension TextDocument {
  /// What may be written at a place.
  private enum Slot {
    case nothing, statement, setting, optimizer, distribution, column, expression
  }

  mutating func completions(at offset: Int) -> [JSONValue] {
    let (slot, prefix) = slot(at: offset)
    let visible = analysed { $0.names }.visible(at: offset)
    let names: [KnownName]
    switch slot {
    case .nothing: return []
    case .column: return columns().map { completion($0, kind: 5, detail: "a column", "") }
    case .statement: names = KnownName.ofStatements
    case .setting: names = KnownName.ofSettings
    case .distribution: names = KnownName.ofDistributions
    case .optimizer:
      names = analysed { $0.known }.filter { $0.kind == .optimizer } + KnownName.ofOptimizers
    case .expression:
      names = expressionNames(visible, analysed { $0.known })
    }
    return KnownName.completing(prefix, among: names).map { known in
      completion(
        known.name, kind: Self.number(of: known.kind), detail: known.signature, known.summary)
    }
  }

  private func expressionNames(
    _ visible: [NameTable.Declaration], _ known: [KnownName]
  ) -> [KnownName] {
    let signatures = Dictionary(
      known.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [String: KnownName] = [:]
    for builtIn in KnownName.ofExpressions + KnownName.words { found[builtIn.name] = builtIn }
    for declaration in visible where declaration.kind != .output && declaration.kind != .optimizer {
      let name = declaration.name.text
      found[name] =
        declaration.scope == nil
        ? signatures[name]
        : nil
          ?? KnownName(name: name, kind: declaration.kind, signature: name)
    }
    return Array(found.values)
  }

  private func completion(
    _ label: String, kind: Int, detail: String, _ summary: String
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("label", .string(label)), .init("kind", .number(Double(kind))),
      .init("detail", .string(detail)),
    ]
    if !summary.isEmpty { members.append(.init("documentation", .string(summary))) }
    return .object(members)
  }

  /// The protocol's numbers of kinds.
  private static func number(of kind: KnownName.Kind) -> Int {
    switch kind {
    case .function, .distribution: 3
    case .optimizer: 7
    case .number, .constant: 21
    case .setting: 10
    case .statement, .word: 14
    case .dimension: 25
    case .input, .parameter, .binding, .argument, .index, .state, .output: 6
    }
  }

  /// What may stand at an offset, and the beginning of it that is written already.
  private func slot(at offset: Int) -> (Slot, prefix: String) {
    let cut = SourceText(name: source.name, bytes: Array(source.bytes[..<offset]))
    let (tokens, comments) = Lexer.tokensAndComments(of: cut)
    if let comment = comments.last, comment.range.upper == offset {
      return (.nothing, "")
    }
    var before = tokens.dropLast()
    var prefix = ""
    if let last = before.last, last.range.upper == offset {
      switch last.kind {
      case .name, .ifWord, .thenWord, .elseWord, .andWord, .orWord, .notWord:
        prefix = cut.text(last.range)
        before.removeLast()
      case .number, .string: return (.nothing, "")
      case .invalid:
        before.removeLast()
        let isColumn = Self.follows("from", before, cut)
        return (isColumn ? .column : .nothing, "")
      default: break
      }
    }
    return (
      Self.slot(after: before, startsLine: startsLine(offset - prefix.utf8.count), cut), prefix
    )
  }

  private func startsLine(_ offset: Int) -> Bool {
    let line = source.bytes[source.lineStarts[line(of: offset)]..<offset]
    return line.allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  /// Whether a word stands before a text, or before the texts and commas of a list.
  private static func follows(
    _ word: String, _ tokens: ArraySlice<Token>, _ text: SourceText
  ) -> Bool {
    let last = tokens.last { $0.kind != .string && $0.kind != .comma && $0.kind != .span }
    return last.map { $0.kind == .name && text.text($0.range) == word } ?? false
  }

  private static func slot(
    after tokens: ArraySlice<Token>, startsLine: Bool, _ text: SourceText
  ) -> Slot {
    var open: [(kind: Token.Kind, word: String)] = []
    var statement = ""
    for token in tokens {
      if token.kind.opensBracket { open.append((token.kind, statement)) }
      if token.kind.closesBracket, !open.isEmpty { open.removeLast() }
      if token.startsLine, open.isEmpty { statement = text.text(token.range) }
    }
    let last = tokens.last
    let beginsItem = startsLine || last?.kind == .semicolon || last?.kind == .leftBrace
    if open.isEmpty, beginsItem, last.map({ !$0.kind.continuesAtLineEnd }) ?? true {
      return .statement
    }
    if let brace = open.last, brace.kind == .leftBrace, brace.word == "train" {
      if beginsItem { return .setting }
      if let last, last.kind == .name, text.text(last.range) == "optimizer" { return .optimizer }
    }
    return last?.kind == .tilde ? .distribution : .expression
  }

  /// The columns of the model's tables, as far as they can be read.
  private func columns() -> [String] {
    let folder = source.name.lastIndex(of: "/").map { String(source.name[...$0]) } ?? ""
    var found: [String] = []
    for statement in analysis.file.statements {
      guard case .train(let settings) = statement.form else { continue }
      for setting in settings where setting.name.text == "data" {
        for value in setting.values {
          guard case .string(let path) = value.form else { continue }
          let whole = path.hasPrefix("/") ? path : folder + path
          guard let header = try? CSVReader.header(path: whole) else { continue }
          found += header.prefix(1000).filter { !found.contains($0) }
        }
      }
    }
    return found
  }
}
