/// Turns the bytes of a source text into tokens.
///
/// Never fails: what it cannot read becomes a diagnostic and, where a reader would guess what was
/// meant, the token that was meant. Time and memory grow with the length of the text.
package struct Lexer {
  /// Names longer than this many bytes are refused.
  package static let longestName = 1000
  /// After this many diagnostics the rest of the text is not read.
  package static let diagnosticLimit = 20

  let source: SourceText
  let bytes: [UInt8]
  var offset = 0
  var lineHasToken = false
  var pendingDescription: [String] = []
  var tokens: [Token] = []
  var descriptions: [Int: String] = [:]
  /// All comments, descriptions among them, in the order written.
  private(set) var comments: [Comment] = []
  var diagnostics: [Diagnostic] = []

  /// The tokens of a text from an offset on, the last of kind `end`; the `///` texts by the index
  /// of the token that they stand above; and what is wrong with the characters.
  package static func tokens(
    of source: SourceText, from start: Int = 0
  ) -> (tokens: [Token], descriptions: [Int: String], diagnostics: [Diagnostic]) {
    let lexer = read(source, from: start)
    return (lexer.tokens, lexer.descriptions, lexer.diagnostics)
  }

  /// The comments of a text, in the order written.
  package static func comments(of source: SourceText) -> [Comment] { read(source).comments }

  /// The tokens of a text, the last of kind `end`, and its comments.
  package static func tokensAndComments(
    of source: SourceText
  ) -> (tokens: [Token], comments: [Comment]) {
    let lexer = read(source)
    return (lexer.tokens, lexer.comments)
  }

  /// A lexer that has read a text from an offset on.
  static func read(_ source: SourceText, from start: Int = 0) -> Lexer {
    var lexer = Lexer(source: source)
    lexer.offset = start
    if let problem = lexer.invalidEncoding() {
      lexer.diagnostics = [problem]
    } else {
      lexer.readAll()
    }
    lexer.append(.end, from: lexer.bytes.count)
    return lexer
  }

  private init(source: SourceText) {
    self.source = source
    bytes = source.bytes
  }

  /// The byte at a distance from the current place; 0 past the end.
  func peek(_ distance: Int = 0) -> UInt8 {
    let place = offset + distance
    return place < bytes.count ? bytes[place] : 0
  }

  mutating func report(
    _ code: String, _ message: String, _ lower: Int, _ upper: Int, fix: String? = nil
  ) {
    diagnostics.append(Diagnostic(code, message, at: SourceRange(lower, upper), fix: fix))
  }

  /// Adds the token that ends at the current place.
  mutating func append(_ kind: Token.Kind, from start: Int, value: Double = 0) {
    if !pendingDescription.isEmpty {
      descriptions[tokens.count] = pendingDescription.joined(separator: "\n")
      pendingDescription = []
    }
    let next = peek()
    let spaceFollows =
      offset >= bytes.count || next == Ascii.space || next == Ascii.tab || next == Ascii.newline
      || next == Ascii.carriageReturn
    tokens.append(
      Token(
        kind: kind, range: SourceRange(start, offset), value: value, startsLine: !lineHasToken,
        spaceFollows: spaceFollows))
    lineHasToken = true
  }

  private mutating func readAll() {
    while offset < bytes.count, diagnostics.count < Lexer.diagnosticLimit { readNext() }
    offset = bytes.count
  }

  private mutating func readNext() {
    let byte = bytes[offset]
    switch byte {
    case Ascii.newline:
      offset += 1
      lineHasToken = false
    case Ascii.space, Ascii.tab, Ascii.carriageReturn:
      offset += 1
    case Ascii.slash where peek(1) == Ascii.slash:
      readComment()
    case Ascii.quote:
      readString()
    case Ascii.zero...Ascii.nine:
      readNumber()
    case Ascii.point where Ascii.isDigit(peek(1)):
      readNumber()
    default:
      if Ascii.isLetter(byte) || byte == Ascii.underscore {
        readName()
      } else if byte < 0x80 {
        readSign()
      } else {
        readBeyondAscii()
      }
    }
  }

  /// `//` to the end of the line; three slashes at the start of a line describe what follows.
  private mutating func readComment() {
    let start = offset
    while offset < bytes.count, bytes[offset] != Ascii.newline { offset += 1 }
    comments.append(
      Comment(
        range: SourceRange(start, offset), token: tokens.count, startsLine: !lineHasToken))
    let isDescription =
      !lineHasToken && start + 2 < offset && bytes[start + 2] == Ascii.slash
      && !(start + 3 < offset && bytes[start + 3] == Ascii.slash)
    guard isDescription else { return }
    var lower = start + 3
    var upper = offset
    if lower < upper, bytes[lower] == Ascii.space { lower += 1 }
    while upper > lower, Ascii.isBlank(bytes[upper - 1]) { upper -= 1 }
    pendingDescription.append(source.text(SourceRange(lower, upper)))
  }

  /// A name or a reserved word, from a letter or an underscore on.
  mutating func readName() {
    let start = offset
    skipNameCharacters()
    guard offset - start <= Lexer.longestName else {
      report(
        "AD0009", "this name is too long: \(offset - start) bytes, at most \(Lexer.longestName)",
        start, start + 20)
      append(.name, from: start)
      return
    }
    let isPossiblyReserved =
      offset - start <= 4 && Ascii.startsReservedWord(bytes[start])
      && !Ascii.isDigit(bytes[offset - 1])
    let kind =
      isPossiblyReserved
      ? Token.Kind.reservedWords[source.text(SourceRange(start, offset))] : nil
    append(kind ?? .name, from: start)
  }

  mutating func skipNameCharacters() {
    while offset < bytes.count {
      let byte = bytes[offset]
      if Ascii.isLetter(byte) || Ascii.isDigit(byte) || byte == Ascii.underscore {
        offset += 1
      } else if byte >= 0x80, let (scalar, length) = scalar(at: offset), scalar.continuesName {
        offset += length
      } else {
        return
      }
    }
  }

  /// A character outside ASCII: a letter, a space, or something to report.
  private mutating func readBeyondAscii() {
    guard let (scalar, length) = scalar(at: offset) else {
      offset += 1
      return
    }
    if scalar.startsName {
      readName()
    } else if scalar.properties.generalCategory == .spaceSeparator {
      offset += length
    } else {
      readStray(scalar, length: length)
    }
  }
}

/// The ASCII characters that the lexer looks for, as bytes.
enum Ascii {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let slash = UInt8(ascii: "/")
  static let point = UInt8(ascii: ".")
  static let underscore = UInt8(ascii: "_")
  static let zero = UInt8(ascii: "0")
  static let nine = UInt8(ascii: "9")

  static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= nine }

  static func isLetter(_ byte: UInt8) -> Bool {
    let lowered = byte | 0x20
    return lowered >= UInt8(ascii: "a") && lowered <= UInt8(ascii: "z")
  }

  /// Whether a reserved word begins with the letter: other names need not be looked up.
  static func startsReservedWord(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "a", "e", "i", "n", "o", "t": true
    default: false
    }
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == tab || byte == carriageReturn
  }
}
