import ADCSyntax
import FoundationEssentials
import TestSupport
import Testing

@Suite("The grammar and the parser are the same language")
struct GrammarTests {
  let grammar: Grammar

  init() throws {
    grammar = try Grammar.ofTheLanguage()
  }

  @Test("Every name in the grammar is defined, and every production is used")
  func grammarIsClosed() {
    let used = grammar.productions.values.reduce(into: Set(["file", "entries"])) {
      $0.formUnion(Grammar.references(in: $1))
    }
    #expect(used.subtracting(["lineEnd"]) == Set(grammar.names))
  }

  @Test("The grammar uses every sign of the lexer, and no other")
  func signsAreUsed() {
    let ofTokens = grammar.names.prefix { $0 != "number" }
    let used = ofTokens.compactMap { grammar.productions[$0] }
      .reduce(into: Set<String>()) { $0.formUnion(Grammar.literals(in: $1)) }
    let contents: Set<Token.Kind> = [.number, .string, .name, .invalid, .lineEnd, .end]
    let signs = Set(Token.Kind.allCases).subtracting(contents).map(\.rawValue)
    let words = used.filter { $0.first?.isLetter ?? false }
    let reserved = grammar.productions["reservedWord"].map(Grammar.literals) ?? []
    #expect(used.subtracting(words).union(reserved) == Set(signs))
    #expect(reserved.isSubset(of: words))
  }

  @Test("The parser has a method for each production over tokens")
  func methodsAreProductions() throws {
    let folder = Repository.root + "/Sources/ADCSyntax"
    var code = ""
    for file in try FileManager.default.contentsOfDirectory(atPath: folder)
    where file.hasPrefix("Parser") {
      code += try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    }
    let ofTokens = grammar.names.prefix { $0 != "number" }.filter { $0 != "separator" }
    #expect(ofTokens.count > 30)
    for name in ofTokens {
      #expect(code.contains("func \(name)("), "no method for the production \(name)")
    }
  }

  @Test("Random programs of the grammar parse, and print to what parses to the same tree")
  func generatedProgramsParse() throws {
    let seed: UInt64 = 20_26
    var generator = ProgramGenerator(grammar, seed: seed)
    var spelling = Spelling(random: SeededGenerator(seed: seed))
    for round in 0..<4000 {
      let text = spelling.text(of: generator.tokens(of: "file", depth: 16 + round % 24))
      let (file, diagnostics) = Parser.parse(SourceText(name: "generated", text: text))
      try #require(diagnostics.isEmpty, "seed \(seed), round \(round): \(diagnostics)\n\(text)")
      let printed = TreePrinter.print(file)
      let again = Parser.parse(SourceText(name: "printed", text: printed))
      try #require(again.diagnostics.isEmpty, "\(again.diagnostics)\n\(text)\n\(printed)")
      try #require(
        again.file.erasingRanges == file.erasingRanges, "round \(round):\n\(text)\n\(printed)")
      try #require(TreePrinter.print(again.file) == printed)
    }
  }

  @Test("Random expressions of the grammar parse and print back")
  func generatedExpressionsParse() throws {
    let seed: UInt64 = 7
    var generator = ProgramGenerator(grammar, seed: seed)
    var spelling = Spelling(random: SeededGenerator(seed: seed))
    for round in 0..<4000 {
      let text = spelling.text(of: generator.tokens(of: "expression", depth: 13 + round % 30))
      let (expression, diagnostics) = Parser.parseExpression(SourceText(name: "e", text: text))
      try #require(diagnostics.isEmpty, "seed \(seed), round \(round): \(diagnostics)\n\(text)")
      let printed = TreePrinter.print(expression)
      let again = Parser.parseExpression(SourceText(name: "e", text: printed))
      try #require(again.diagnostics.isEmpty, "\(again.diagnostics)\n\(text)\n\(printed)")
      try #require(
        again.expression.erasingRanges == expression.erasingRanges, "\(text)\n\(printed)")
    }
  }

  @Test("Mutated programs are accepted exactly if the grammar derives them")
  func mutatedProgramsAgree() throws {
    let seed: UInt64 = 99
    var generator = ProgramGenerator(grammar, seed: seed)
    var spelling = Spelling(random: SeededGenerator(seed: seed))
    var recognizer = Recognizer(grammar)
    var counts = [true: 0, false: 0]
    for round in 0..<3000 {
      var tokens = generator.tokens(of: "file", depth: 14 + round % 12)
      guard tokens.count < 300 else { continue }
      Mutation.apply(to: &tokens, &generator.random)
      let text = spelling.text(of: tokens)
      let source = SourceText(name: "mutated", text: text)
      guard Lexer.tokens(of: source).diagnostics.isEmpty, !namesSettingLikeStatement(text)
      else { continue }
      let diagnostics = Parser.parse(source).diagnostics
      let isDerivable = recognizer.accepts(text)
      counts[isDerivable, default: 0] += 1
      try #require(
        diagnostics.isEmpty == isDerivable,
        "seed \(seed), round \(round), derivable: \(isDerivable), \(diagnostics)\n\(text)")
    }
    #expect(counts[true, default: 0] > 200 && counts[false, default: 0] > 200, "\(counts)")
  }

  /// The one rule that the grammar states in words.
  private func namesSettingLikeStatement(_ text: String) -> Bool {
    text.split(separator: "\n").contains { line in
      let words = line.split { $0 == " " || $0 == "\t" }
      // `optimizer` begins a setting as well, which the grammar derives.
      return words.first.map { $0 != "optimizer" && Parser.statementWords.contains(String($0)) }
        ?? false
    } && text.contains("train")
  }

  @Test("Every sample is derivable from the grammar and parses")
  func samplesAreDerivable() throws {
    let folder = Repository.root + "/Samples"
    let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    var recognizer = Recognizer(grammar)
    #expect(files.contains { $0.hasSuffix(".ad") })
    for file in files where file.hasSuffix(".ad") {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      let isDerivable = recognizer.accepts(text)
      #expect(isDerivable, "\(file) is not derivable")
      let (tree, diagnostics) = Parser.parse(SourceText(name: file, text: text))
      #expect(diagnostics.isEmpty, "\(file): \(diagnostics)")
      let printed = TreePrinter.print(tree)
      let again = Parser.parse(SourceText(name: file, text: printed)).file
      #expect(again.erasingRanges == tree.erasingRanges, "\(file) does not print back")
    }
  }
}

/// Small changes to a list of tokens.
enum Mutation {
  private static let inserted = [
    "(", ")", "[", "]", "{", "}", ",", ";", ":", ":=", "=", "~", "%", "'", "+", "-", "*", "/", "@",
    "^", "<", "<=", ">", ">=", "==", "!=", "..", "...", "..<", "if", "then", "else", "and", "or",
    "not", "x", "1", "\"a\"",
    "let", "fn", "param", "state", "new", "from", "as", "in", "minimize", "\n",
  ]

  static func apply(to tokens: inout [String], _ random: inout SeededGenerator) {
    for _ in 0...(random.next() % 2) {
      let place = Int.random(in: 0...tokens.count, using: &random)
      switch random.next() % 5 {
      case 0: tokens.insert(inserted.randomElement(using: &random) ?? "x", at: place)
      case 1 where place < tokens.count: tokens.remove(at: place)
      case 2 where place < tokens.count:
        tokens[place] = inserted.randomElement(using: &random) ?? "x"
      case 3: exchangeOperator(in: &tokens, from: place, &random)
      case 4 where place + 1 < tokens.count: tokens.swapAt(place, place + 1)
      default: break
      }
    }
  }

  private static let operators = [
    "+", "-", "*", "/", "@", "^", "<", "<=", ">", ">=", "==", "!=", "and", "or",
  ]

  /// Puts another operator in the place of the next one.
  private static func exchangeOperator(
    in tokens: inout [String], from place: Int, _ random: inout SeededGenerator
  ) {
    guard let found = tokens[place...].firstIndex(where: operators.contains) else { return }
    tokens[found] = operators.randomElement(using: &random) ?? "+"
  }
}
