import ADCKit
import ADCModel
import ADCSyntax
import ADCTraining
import FoundationEssentials
import TestSupport
import Testing

/// The colours of editors without the server: `Grammar/ad.tmLanguage.json`.
private enum TextMateGrammar {
  static let path = Repository.root + "/Grammar/ad.tmLanguage.json"

  /// Made from the words and signs of the language.
  static var text: String {
    let grammar: JSONValue = [
      "name": "ad", "scopeName": "source.ad", "fileTypes": ["ad"],
      "patterns": .array(patterns),
    ]
    return laidOut(grammar) + "\n"
  }

  private static let patterns: [JSONValue] = [
    rule("comment.line.documentation.ad", "^\\s*///(?!/).*$"),
    rule("comment.line.double-slash.ad", "//.*$"),
    [
      "name": "string.quoted.double.ad", "begin": "\"", "end": "\"|$",
      "patterns": [rule("constant.character.escape.ad", "\\\\[\"\\\\nt]")],
    ],
    // A word of a statement begins its line, or stands behind `;` or `{`.
    first("keyword.declaration.ad", Parser.statementWords + ["state"], "(?=\\s+[^\\s:=])"),
    first("keyword.other.setting.ad", BuiltIn.settings.map(\.name), "(?=\\s+[^\\s:=])"),
    rule("keyword.control.ad", word(Array(Token.Kind.reservedWords.keys))),
    rule(
      "keyword.other.ad",
      word(["in", "from", "as", "by", "category", "meant", "last", "new", "with"])),
    rule(
      "constant.numeric.ad",
      "(?<![\\p{L}_\\d])(?:\\d[\\d_]*(?:\\.(?!\\.)[\\d_]*)?|\\.\\d[\\d_]*)(?:[eE][+-]?\\d[\\d_]*)?"),
    rule("constant.language.ad", word(BuiltIn.values.map(\.name))),
    rule(
      "support.function.ad",
      word(BuiltIn.functions.map(\.name) + BuiltIn.distributions.map(\.name)) + "(?=\\()"),
    rule(
      "support.class.optimizer.ad", "(?<=optimizer )" + word(BuiltIn.optimizers.map(\.name))),
    rule("entity.name.function.ad", "[\\p{L}_][\\p{L}\\p{M}\\d_]*(?=\\()"),
    rule("keyword.operator.ad", signs),
  ]

  private static func rule(_ name: String, _ match: String) -> JSONValue {
    ["name": .string(name), "match": .string(match)]
  }

  /// Words at the start of a statement, and what must follow them.
  private static func first(_ name: String, _ words: [String], _ behind: String) -> JSONValue {
    [
      "match": .string("(?:^|[;{])\\s*(\(word(words)))\(behind)"),
      "captures": ["1": ["name": .string(name)]],
    ]
  }

  private static func word(_ words: [String]) -> String {
    "(?<![\\p{L}_\\d])(?:\(words.sorted().joined(separator: "|")))(?![\\p{L}\\p{M}_\\d])"
  }

  /// All signs but brackets and what separates, longer ones first.
  private static var signs: String {
    let others: Set<Token.Kind> = [
      .number, .string, .name, .invalid, .lineEnd, .end, .leftParenthesis, .rightParenthesis,
      .leftBracket, .rightBracket, .leftBrace, .rightBrace, .comma, .semicolon, .colon,
    ]
    let signs = Token.Kind.allCases.filter {
      !others.contains($0) && Token.Kind.reservedWords[$0.rawValue] == nil
    }
    return signs.map(\.rawValue).sorted { ($1.count, $0) < ($0.count, $1) }
      .map { sign in sign.map { ".^*+".contains($0) ? "\\\($0)" : "\($0)" }.joined() }
      .joined(separator: "|")
  }

  /// JSON with an object's members and an array's entries a line each.
  private static func laidOut(_ value: JSONValue, _ indentation: String = "") -> String {
    let inner = indentation + "  "
    switch value {
    case .array(let entries) where entries.contains { $0.members != nil }:
      let lines = entries.map { inner + laidOut($0, inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indentation)]"
    case .object(let members):
      let lines = members.map {
        "\(inner)\(JSONValue.string($0.name)): \(laidOut($0.value, inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indentation)}"
    default: return value.description
    }
  }
}

@Suite struct TextMateTests {
  /// With `ADC_RECORD=1` in the environment the file is written, and the test fails.
  @Test func grammarIsUpToDate() throws {
    #expect(try GoldenFile(TextMateGrammar.path).mismatch(with: TextMateGrammar.text) == nil)
  }

  @Test func statementsAndWordsAreToldOf() {
    #expect(Set(BuiltIn.statements.map(\.name)) == Set(Parser.statementWords))
    #expect(Set(Token.Kind.reservedWords.keys).isSubset(of: BuiltIn.words.map(\.name)))
  }
}

/// The page on editors.
@Suite struct EditorPageTests {
  @Test func settingsAreJSON() throws {
    let page = try String(contentsOfFile: Repository.root + "/Grammar/editors.md", encoding: .utf8)
    let blocks = page.components(separatedBy: "```json\n").dropFirst()
    #expect(blocks.count == 3)
    for block in blocks {
      let text = block.components(separatedBy: "```")[0]
      #expect(throws: Never.self) { try JSONValue.parse(Array(text.utf8), file: "editors.md") }
    }
  }
}
