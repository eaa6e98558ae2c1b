/// Random numbers that are the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Makes random programs of a grammar, and spells them with random white space.
struct ProgramGenerator {
  let grammar: Grammar
  var random: SeededGenerator
  private var tokens: [String] = []
  private var leastHeights: [String: Int] = [:]

  static let lineEnd = "\n"
  private static let keywords = [
    "input", "data", "step", "state", "train", "param", "let", "from", "as", "in", "new", "fn",
    "last", "gradient", "output", "minimize", "e", "inf",
  ]
  private static let letters = ["a", "b", "x", "y", "W", "β", "λ", "ü", "ж", "数", "n̂"]

  init(_ grammar: Grammar, seed: UInt64) {
    self.grammar = grammar
    random = SeededGenerator(seed: seed)
    leastHeights = ProgramGenerator.leastHeights(of: grammar)
  }

  /// The tokens of a random derivation of a production.
  mutating func tokens(of production: String, depth: Int) -> [String] {
    tokens = []
    derive(.reference(production), depth)
    return tokens
  }

  /// Past this many tokens a program ends as soon as the grammar lets it.
  private static let longEnough = 250

  private mutating func derive(_ rule: Grammar.Rule, _ allowed: Int) {
    let depth = tokens.count > ProgramGenerator.longEnough ? 0 : allowed
    switch rule {
    case .literal(let text): tokens.append(text)
    case .reference("lineEnd"): tokens.append(ProgramGenerator.lineEnd)
    case .reference(let name) where Grammar.tokens.contains(name): tokens.append(token(name))
    case .reference("setting"):
      // A setting that starts a line is not named like a statement.
      tokens.append("epochs")
      guard case .sequence(let parts)? = grammar.productions["setting"] else { return }
      for part in parts.dropFirst() { derive(part, depth - 1) }
    case .reference(let name):
      guard let production = grammar.productions[name] else { return }
      derive(production, depth - 1)
    case .sequence(let parts):
      for part in parts { derive(part, depth) }
    case .alternatives(let parts): derive(choose(parts, depth), depth)
    case .optional(let part):
      if height(part) < depth, random.next() % 2 == 0 { derive(part, depth) }
    case .repeated(let part):
      while height(part) < depth, random.next() % 3 == 0 { derive(part, depth) }
    case .exception, .special: break
    }
  }

  private mutating func choose(_ parts: [Grammar.Rule], _ depth: Int) -> Grammar.Rule {
    let affordable = parts.filter { height($0) <= depth }
    if let part = affordable.randomElement(using: &random) { return part }
    return parts.min { height($0) < height($1) } ?? .sequence([])
  }

  // Tokens with contents

  private mutating func token(_ name: String) -> String {
    while true {
      var text = ""
      spell(.reference(name), &text)
      if name == "name" {
        if random.next() % 6 == 0 {
          text = ProgramGenerator.keywords.randomElement(using: &random) ?? text
        }
        let reserved = grammar.productions["reservedWord"].map(Grammar.literals) ?? []
        if !reserved.contains(text), text.utf8.count <= 1000 { return text }
      } else if name == "number" {
        if isFinite(text) { return text }
      } else {
        return text
      }
    }
  }

  /// Whether the value of a number with at most a few digits can be a double: at most 1e307.
  private func isFinite(_ text: String) -> Bool {
    let parts = text.lowercased().split(separator: "e")
    guard parts.count == 2 else { return parts[0].count < 300 }
    let exponent = Int(parts[1].filter { $0 != "_" && $0 != "+" })
    return exponent.map { $0 + parts[0].count < 307 } ?? false
  }

  private mutating func spell(_ rule: Grammar.Rule, _ text: inout String) {
    switch rule {
    case .literal(let part): text += part
    case .reference(let name):
      if let production = grammar.productions[name] { spell(production, &text) }
    case .sequence(let parts):
      for part in parts { spell(part, &text) }
    case .alternatives(let parts):
      if let part = parts.randomElement(using: &random) { spell(part, &text) }
    case .optional(let part):
      if random.next() % 3 == 0 { spell(part, &text) }
    case .repeated(let part):
      while random.next() % 2 == 0 { spell(part, &text) }
    case .exception(let part, _): spell(part, &text)
    case .special(let words):
      text +=
        words.contains("letter")
        ? ProgramGenerator.letters.randomElement(using: &random) ?? "x"
        : ["a", "ß", " ", "\t", "/", "'", "€"].randomElement(using: &random) ?? "-"
    }
  }

  // Heights

  private func height(_ rule: Grammar.Rule) -> Int {
    ProgramGenerator.height(rule, leastHeights)
  }

  private static func height(_ rule: Grammar.Rule, _ known: [String: Int]) -> Int {
    switch rule {
    case .literal, .special, .exception, .optional, .repeated: 0
    case .reference(let name):
      Grammar.tokens.contains(name) || name == "lineEnd" ? 0 : 1 + (known[name] ?? 1000)
    case .sequence(let parts): parts.map { height($0, known) }.max() ?? 0
    case .alternatives(let parts): parts.map { height($0, known) }.min() ?? 0
    }
  }

  private static func leastHeights(of grammar: Grammar) -> [String: Int] {
    var known: [String: Int] = [:]
    for _ in grammar.names {
      for (name, rule) in grammar.productions { known[name] = min(1000, height(rule, known)) }
    }
    return known
  }
}

/// Spells tokens as a text, with white space, comments and line breaks where they mean nothing.
struct Spelling {
  var random: SeededGenerator

  mutating func text(of tokens: [String]) -> String {
    var text = ""
    var open: [String] = []
    var previous = ProgramGenerator.lineEnd
    for token in tokens {
      text += gap(
        after: previous, before: token, isInBrackets: open.last.map { $0 != "{" } ?? false)
      text += token
      if ["(", "[", "{"].contains(token) { open.append(token) }
      if [")", "]", "}"].contains(token), !open.isEmpty { open.removeLast() }
      previous = previous == ProgramGenerator.lineEnd && ["-", "+"].contains(token) ? "" : token
    }
    return text
  }

  /// A sign that starts a line touches what follows it: with a space it would continue the line.
  private mutating func gap(
    after previous: String, before next: String, isInBrackets: Bool
  ) -> String {
    if previous.isEmpty || previous == ProgramGenerator.lineEnd && ["-", "+"].contains(next) {
      return ""
    }
    let dice = random.next() % 12
    let brackets = ["(", ")", "[", "]", "{", "}", ",", ";"]
    if dice < 5, brackets.contains(previous) || brackets.contains(next) { return "" }
    if dice == 5, isInBrackets { return "\n  " }
    if dice == 6, isInBrackets || next == ProgramGenerator.lineEnd && dice == 6 {
      return isInBrackets ? " // a note\n" : " // a note"
    }
    return dice == 7 ? "\t " : " "
  }
}
