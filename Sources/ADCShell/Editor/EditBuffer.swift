/// The text that is being typed, and the place in it.
struct EditBuffer: Equatable {
  private(set) var characters: [Character] = []
  private(set) var cursor = 0

  init(_ text: String = "") {
    characters = Array(text)
    cursor = characters.count
  }

  var text: String { String(characters) }
  var isEmpty: Bool { characters.isEmpty }
  var beforeCursor: String { String(characters[..<cursor]) }

  /// Inserts before the cursor; a mark joins the character that it combines with.
  mutating func insert(_ text: String) {
    let head = Array(String(characters[..<cursor]) + text)
    characters = Array(String(head) + String(characters[cursor...]))
    cursor = min(head.count, characters.count)
  }

  mutating func move(to place: Int) { cursor = min(max(place, 0), characters.count) }

  /// Takes characters away and gives them.
  @discardableResult
  mutating func remove(_ range: Range<Int>) -> String {
    let gone = String(characters[range])
    characters.removeSubrange(range)
    cursor = range.lowerBound
    return gone
  }

  /// Puts a text in the place of some characters.
  mutating func replace(_ range: Range<Int>, with text: String) {
    remove(range)
    insert(text)
  }

  /// Swaps the characters around the cursor, or the last two at the end.
  mutating func transpose() {
    guard characters.count > 1, cursor > 0 else { return }
    let place = cursor == characters.count ? cursor - 1 : cursor
    guard place > 0 else { return }
    characters.swapAt(place - 1, place)
    cursor = place + 1
  }

  // Places.

  /// The start of the word before the cursor.
  var wordStart: Int {
    var place = cursor
    while place > 0, !Self.isWord(characters[place - 1]) { place -= 1 }
    while place > 0, Self.isWord(characters[place - 1]) { place -= 1 }
    return place
  }

  /// The end of the word after the cursor.
  var wordEnd: Int {
    var place = cursor
    while place < characters.count, !Self.isWord(characters[place]) { place += 1 }
    while place < characters.count, Self.isWord(characters[place]) { place += 1 }
    return place
  }

  /// Where the text between blanks before the cursor starts.
  var blankStart: Int {
    var place = cursor
    while place > 0, characters[place - 1].isWhitespace { place -= 1 }
    while place > 0, !characters[place - 1].isWhitespace { place -= 1 }
    return place
  }

  var lineStart: Int {
    characters[..<cursor].lastIndex(where: \.isNewline).map { $0 + 1 } ?? 0
  }

  var lineEnd: Int {
    characters[cursor...].firstIndex(where: \.isNewline) ?? characters.count
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  /// Moves by one line of the text; false where there is none.
  mutating func moveLine(down: Bool) -> Bool {
    let column = cursor - lineStart
    if down {
      guard lineEnd < characters.count else { return false }
      move(to: lineEnd + 1)
    } else {
      guard lineStart > 0 else { return false }
      move(to: lineStart - 1)
      move(to: lineStart)
    }
    move(to: min(lineStart + column, lineEnd))
    return true
  }
}
