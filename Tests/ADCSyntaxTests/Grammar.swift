import FoundationEssentials
import TestSupport

/// A grammar in the notation of ISO/IEC 14977, as far as `ad.ebnf` uses it.
struct Grammar {
  indirect enum Rule: Hashable {
    case literal(String)
    case reference(String)
    case sequence([Rule])
    case alternatives([Rule])
    case optional(Rule)
    case repeated(Rule)
    case exception(Rule, not: Rule)
    /// `? … ?`: characters described in words.
    case special(String)
  }

  struct Malformed: Error {
    var message: String
  }

  private(set) var productions: [String: Rule] = [:]
  /// The names of the productions, in the order written.
  private(set) var names: [String] = []

  /// The productions over characters, which make one token each.
  static let tokens: Set<String> = ["number", "name", "text"]

  /// The grammar of the language, from `Grammar/ad.ebnf`.
  static func ofTheLanguage() throws -> Grammar {
    let path = Repository.root + "/Grammar/ad.ebnf"
    return try Grammar(String(contentsOfFile: path, encoding: .utf8))
  }

  init(_ text: String) throws {
    var reader = Reader(text)
    while let name = try reader.productionName() {
      guard productions[name] == nil else { throw Malformed(message: "\(name) twice") }
      productions[name] = try reader.alternatives()
      names.append(name)
      try reader.expect(";")
    }
  }

  /// The names that a rule refers to.
  static func references(in rule: Rule) -> Set<String> {
    switch rule {
    case .literal, .special: []
    case .reference(let name): [name]
    case .sequence(let parts), .alternatives(let parts):
      parts.reduce(into: []) { $0.formUnion(references(in: $1)) }
    case .optional(let part), .repeated(let part): references(in: part)
    case .exception(let part, let other): references(in: part).union(references(in: other))
    }
  }

  /// The texts in quotes in a rule.
  static func literals(in rule: Rule) -> Set<String> {
    switch rule {
    case .literal(let text): [text]
    case .reference, .special: []
    case .sequence(let parts), .alternatives(let parts):
      parts.reduce(into: []) { $0.formUnion(literals(in: $1)) }
    case .optional(let part), .repeated(let part): literals(in: part)
    case .exception(let part, let other): literals(in: part).union(literals(in: other))
    }
  }
}

/// Reads the notation: terminals, names, `,` `|` `[ ]` `{ }` `( )` `-` and comments.
private struct Reader {
  private let characters: [Character]
  private var place = 0

  init(_ text: String) {
    characters = Array(text)
  }

  private mutating func skipSpace() throws {
    while place < characters.count {
      if characters[place].isWhitespace {
        place += 1
      } else if starts(with: "(*") {
        while place < characters.count, !starts(with: "*)") { place += 1 }
        guard place < characters.count else { throw Grammar.Malformed(message: "open comment") }
        place += 2
      } else {
        return
      }
    }
  }

  private func starts(with text: String) -> Bool {
    characters[place...].starts(with: text)
  }

  private mutating func take(_ sign: Character) throws -> Bool {
    try skipSpace()
    guard place < characters.count, characters[place] == sign else { return false }
    place += 1
    return true
  }

  mutating func expect(_ sign: Character) throws {
    guard try take(sign) else {
      let rest = String(characters[place...].prefix(30))
      throw Grammar.Malformed(message: "expected \(sign) before \(rest)")
    }
  }

  private mutating func word() throws -> String? {
    try skipSpace()
    let start = place
    while place < characters.count, characters[place].isLetter { place += 1 }
    return place > start ? String(characters[start..<place]) : nil
  }

  mutating func productionName() throws -> String? {
    guard let name = try word() else {
      guard place >= characters.count else {
        throw Grammar.Malformed(message: "a production has no name")
      }
      return nil
    }
    try expect("=")
    return name
  }

  mutating func alternatives() throws -> Grammar.Rule {
    var parts = [try sequence()]
    while try take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .alternatives(parts)
  }

  private mutating func sequence() throws -> Grammar.Rule {
    var parts = [try item()]
    while try take(",") { parts.append(try item()) }
    let whole: Grammar.Rule = parts.count == 1 ? parts[0] : .sequence(parts)
    return try take("-") ? .exception(whole, not: item()) : whole
  }

  private mutating func item() throws -> Grammar.Rule {
    if let name = try word() { return .reference(name) }
    if try take("\"") { return .literal(try quoted("\"")) }
    if try take("'") { return .literal(try quoted("'")) }
    if try take("?") { return .special(try quoted("?")) }
    if try take("(") { return try enclosed(")") }
    if try take("[") { return .optional(try enclosed("]")) }
    if try take("{") { return .repeated(try enclosed("}")) }
    throw Grammar.Malformed(message: "expected a part before \(characters[place...].prefix(30))")
  }

  private mutating func enclosed(_ closer: Character) throws -> Grammar.Rule {
    let rule = try alternatives()
    try expect(closer)
    return rule
  }

  private mutating func quoted(_ closer: Character) throws -> String {
    let start = place
    while place < characters.count, characters[place] != closer { place += 1 }
    guard place < characters.count else { throw Grammar.Malformed(message: "open quote") }
    place += 1
    return String(characters[start..<(place - 1)])
  }
}
