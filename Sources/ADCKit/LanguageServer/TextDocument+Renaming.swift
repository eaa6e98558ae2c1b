import ADCSyntax
import ADCTraining

extension TextDocument {
  private func refusal(_ message: String) -> LanguageServer.Refusal {
    LanguageServer.Refusal(number: .requestFailed, message: message)
  }

  /// The declared name at an offset, or why it cannot have another.
  private mutating func renamed(
    at offset: Int
  ) throws(LanguageServer.Refusal) -> (place: NameTable.Place, declaration: Int) {
    guard let place = analysed({ $0.names }).place(at: offset) else {
      throw refusal("there is no name here")
    }
    if let declaration = place.declaration { return (place, declaration) }
    let name = place.name.text
    let isBuiltIn =
      place.role == .setting || place.role == .label || KnownName.builtIn(name) != nil
      || (KnownName.ofOptimizers + KnownName.ofDistributions).contains { $0.name == name }
    throw refusal(
      isBuiltIn
        ? "`\(name)` belongs to the language and keeps its name"
        : "`\(name)` is not declared in this model")
  }

  mutating func prepareRename(at offset: Int) throws(LanguageServer.Refusal) -> JSONValue {
    let place = try renamed(at: offset).place
    return ["range": range(place.name.range), "placeholder": .string(place.name.text)]
  }

  /// The edits that give a name another one everywhere. What the data and the results are called
  /// stays: an input keeps its column by `from`, an output its name by `as`.
  mutating func rename(
    at offset: Int, to name: String
  ) throws(LanguageServer.Refusal) -> JSONValue {
    let (place, declaration) = try renamed(at: offset)
    guard !analysis.hasMistakes else {
      throw refusal("a part of the text cannot be read, and names in it would be missed")
    }
    guard Words.isName(name) else { throw refusal("`\(name.prefix(60))` is no name") }
    guard name != place.name.text else { return ["changes": .object([.init(uri, [])])] }
    let names = analysed { $0.names }
    let places = names.places(of: declaration)
    var edits = places.map { (range: $0.name.range, text: name) }
    edits += additions(for: names.declarations[declaration])
    edits.sort { ($0.range.lower, $0.range.upper) < ($1.range.lower, $1.range.upper) }
    try checkMeaning(of: declaration, after: edits, to: name, names)
    let list = edits.map { edit -> JSONValue in
      ["range": range(edit.range), "newText": .string(edit.text)]
    }
    return ["changes": .object([.init(uri, .array(list))])]
  }

  /// What keeps an input's column and an output's name.
  private func additions(
    for declaration: NameTable.Declaration
  ) -> [(range: SourceRange, text: String)] {
    let old = declaration.name.text
    guard declaration.scope == nil else { return [] }
    var added: [(range: SourceRange, text: String)] = []
    for statement in analysis.file.statements {
      let end = SourceRange(statement.range.upper, statement.range.upper)
      switch statement.form {
      case .input(let name, let shape, columns: nil)
      where name == declaration.name && (shape?.dimensions.count ?? 0) <= 1:
        added.append((end, " from \"\(old)\""))
      case .output(let value, alias: nil):
        if case .name(old) = value.form { added.append((end, " as \(old)")) }
      default: break
      }
    }
    return added
  }

  /// Every name stands for what it stood for, or the new one is taken where it would be used.
  private func checkMeaning(
    of number: Int, after edits: [(range: SourceRange, text: String)], to name: String,
    _ before: NameTable
  ) throws(LanguageServer.Refusal) {
    var bytes: [UInt8] = []
    var end = 0
    for edit in edits {
      bytes += source.bytes[end..<edit.range.lower] + Array(edit.text.utf8)
      end = edit.range.upper
    }
    bytes += source.bytes[end...]
    let changed = Parser.parse(SourceText(name: source.name, bytes: bytes))
    let after = NameTable(changed.file)
    let isSame = Self.meanings(before, number, as: name) == Self.meanings(after)
    let isNew = !before.declarations.contains { declaration in
      declaration.name.text == name && declaration.scope == before.declarations[number].scope
    }
    guard isSame, isNew, changed.diagnostics.isEmpty else {
      throw refusal("`\(name)` means something else here already")
    }
  }

  /// What each name in the text stands for: the number of its declaration among those that an `as`
  /// which is added does not shift. The names of outputs are left out.
  ///
  /// - Parameter renamed: the declaration that is taken to have another name.
  private static func meanings(
    _ names: NameTable, _ renamed: Int? = nil, as name: String = ""
  ) -> [Meaning] {
    var numbers: [Int?] = []
    var count = 0
    for declaration in names.declarations {
      numbers.append(declaration.kind == .output ? nil : count)
      if declaration.kind != .output { count += 1 }
    }
    return names.places.compactMap { place in
      let text = place.declaration != nil && place.declaration == renamed ? name : place.name.text
      guard let declaration = place.declaration else { return Meaning(name: text, number: nil) }
      return numbers[declaration].map { Meaning(name: text, number: $0) }
    }
  }

  private struct Meaning: Equatable {
    var name: String
    var number: Int?
  }
}
