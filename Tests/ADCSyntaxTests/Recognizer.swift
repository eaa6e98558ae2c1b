import ADCSyntax

/// Decides whether tokens are derivable from a grammar: all ends of a production from a place,
/// remembered. It shares nothing with the parser but the tokens.
struct Recognizer {
  let grammar: Grammar
  /// The texts of the tokens; of those with contents, the kind.
  private var words: [Word] = []
  private var known: [String: [Int: Set<Int>]] = [:]

  struct Word: Hashable {
    var kind: Token.Kind
    var text: String
  }

  init(_ grammar: Grammar) {
    self.grammar = grammar
  }

  /// Whether the text is one of the production, by the tokens of the lexer and the rule of lines.
  mutating func accepts(_ text: String, as production: String = "file") -> Bool {
    let source = SourceText(name: "text", text: text)
    words = Recognizer.words(of: source)
    known = [:]
    return ends(.reference(production), 0).contains(words.count)
  }

  private mutating func ends(_ rule: Grammar.Rule, _ start: Int) -> Set<Int> {
    switch rule {
    case .literal(let text): return matches(text, start) ? [start + 1] : []
    case .reference(let name): return ends(of: name, start)
    case .sequence(let parts):
      var places: Set<Int> = [start]
      for part in parts {
        places = places.reduce(into: []) { $0.formUnion(ends(part, $1)) }
        if places.isEmpty { return [] }
      }
      return places
    case .alternatives(let parts):
      return parts.reduce(into: []) { $0.formUnion(ends($1, start)) }
    case .optional(let part): return ends(part, start).union([start])
    case .repeated(let part):
      var all: Set<Int> = [start]
      var fresh = all
      while !fresh.isEmpty {
        var next: Set<Int> = []
        for place in fresh { next.formUnion(ends(part, place)) }
        fresh = next.subtracting(all)
        all.formUnion(fresh)
      }
      return all
    case .exception, .special: return []
    }
  }

  private mutating func ends(of name: String, _ start: Int) -> Set<Int> {
    switch name {
    case "lineEnd": return isKind(.lineEnd, start) ? [start + 1] : []
    case "number": return isKind(.number, start) ? [start + 1] : []
    case "text": return isKind(.string, start) ? [start + 1] : []
    case "name": return isKind(.name, start) ? [start + 1] : []
    default: break
    }
    if let result = known[name]?[start] { return result }
    guard let rule = grammar.productions[name] else { return [] }
    let result = ends(rule, start)
    known[name, default: [:]][start] = result
    return result
  }

  private func isKind(_ kind: Token.Kind, _ place: Int) -> Bool {
    place < words.count && words[place].kind == kind
  }

  private func matches(_ text: String, _ place: Int) -> Bool {
    guard place < words.count else { return false }
    let word = words[place]
    return word.kind != .string && word.kind != .number && word.text == text
  }

  /// The tokens with the line ends that the rule of lines leaves.
  static func words(of source: SourceText) -> [Word] {
    let continuing: Set<String> = [
      "+", "-", "*", "/", "@", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or", ",", "=", ":=",
      ":", "~", "..", "then", "else",
    ]
    let infix = continuing.subtracting([",", "=", ":=", ":", "~", "..", "then", "else"])
    var words: [Word] = []
    var open: [String] = []
    for token in Lexer.tokens(of: source).tokens where token.kind != .end {
      let word = Word(kind: token.kind, text: source.text(token.range))
      if token.startsLine, let last = words.last, open.last ?? "{" == "{" {
        let isOpenEnded = last.kind != .string && continuing.contains(last.text)
        let isContinued =
          word.text == "then" || word.text == "else"
          || infix.contains(word.text) && token.spaceFollows
        if !isOpenEnded, !isContinued { words.append(Word(kind: .lineEnd, text: "")) }
      }
      words.append(word)
      if ["(", "[", "{"].contains(word.text) { open.append(word.text) }
      if [")", "]", "}"].contains(word.text), !open.isEmpty { open.removeLast() }
    }
    return words
  }
}
