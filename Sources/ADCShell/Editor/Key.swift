/// What a person did at the keyboard.
package enum Key: Hashable {
  case text(String)
  /// A whole paste, which is taken as it is.
  case paste(String)
  case control(Character)
  case alt(Character)
  case enter, tab, backspace, delete, escape
  case up, down, left, right, home, end
  case wordLeft, wordRight, deleteWordBack
  /// A sequence that means nothing here.
  case unknown
}

/// Puts the bytes of a terminal together to keys; a sequence may come in several pieces.
package struct KeyDecoder {
  private var pending: [UInt8] = []
  private var pasted: [UInt8]?
  private static let escape: UInt8 = 0x1B
  private static let pasteEnd = Array("\u{1B}[201~".utf8)

  /// No bytes are pending.
  package init() {}

  /// Whether the bytes so far may be the beginning of a longer key.
  package var isWaiting: Bool { !pending.isEmpty || pasted != nil }

  /// The keys that are complete with these bytes.
  package mutating func keys(_ bytes: [UInt8]) -> [Key] {
    pending += bytes
    var keys: [Key] = []
    while let key = next() { keys.append(key) }
    return keys
  }

  /// The keys of what waits, where nothing more will come soon: a lone Escape is a key.
  package mutating func flush() -> [Key] {
    guard pasted == nil, !pending.isEmpty else { return [] }
    defer { pending = [] }
    return pending == [Self.escape] ? [.escape] : [.unknown]
  }

  private mutating func next() -> Key? {
    if pasted != nil { return paste() }
    guard let first = pending.first else { return nil }
    switch first {
    case Self.escape: return sequence()
    case 0x0D, 0x0A: return taking(1, .enter)
    case 0x09: return taking(1, .tab)
    case 0x7F, 0x08: return taking(1, .backspace)
    case 0..<0x20: return taking(1, .control(Character(Unicode.Scalar(first | 0x40))))
    default: return character()
    }
  }

  private mutating func taking(_ count: Int, _ key: Key) -> Key {
    pending.removeFirst(count)
    return key
  }

  /// A run of printable characters, as far as they are complete.
  private mutating func character() -> Key? {
    var end = 0
    while end < pending.count, pending[end] >= 0x20, pending[end] != 0x7F {
      let lead = pending[end]
      let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
      guard end + length <= pending.count else { break }
      end += length
    }
    guard end > 0 else { return nil }
    let text = String(decoding: pending[..<end], as: UTF8.self)
    return taking(end, .text(text))
  }

  /// What begins with Escape.
  private mutating func sequence() -> Key? {
    guard pending.count > 1 else { return nil }
    switch pending[1] {
    case UInt8(ascii: "["): return controlSequence()
    case UInt8(ascii: "O"):
      guard pending.count > 2 else { return nil }
      let final = pending[2]
      return taking(3, Self.key(final: final, parameters: []))
    case Self.escape: return taking(1, .escape)
    case 0x7F, 0x08: return taking(2, .deleteWordBack)
    case 0x20..<0x7F:
      let letter = Character(Unicode.Scalar(pending[1]))
      return taking(2, .alt(letter))
    default: return taking(2, .unknown)
    }
  }

  /// `ESC [ 1 ; 5 D` and its like.
  private mutating func controlSequence() -> Key? {
    var end = 2
    while end < pending.count, !(0x40...0x7E).contains(pending[end]) {
      // No byte of a sequence is a control character; what is not one ends it.
      guard pending[end] >= 0x20, end < 32 else { return taking(end, .unknown) }
      end += 1
    }
    guard end < pending.count else { return nil }
    let text = String(decoding: pending[2..<end], as: UTF8.self)
    let parameters = text.split(separator: ";", omittingEmptySubsequences: false).map {
      Int($0) ?? 0
    }
    let final = pending[end]
    pending.removeFirst(end + 1)
    if final == UInt8(ascii: "~"), parameters.first == 200 {
      pasted = []
      return paste()
    }
    return Self.key(final: final, parameters: parameters)
  }

  private static func key(final: UInt8, parameters: [Int]) -> Key {
    let isWord = parameters.count > 1 && parameters[1] > 2
    switch Character(Unicode.Scalar(final)) {
    case "A": return .up
    case "B": return .down
    case "C": return isWord ? .wordRight : .right
    case "D": return isWord ? .wordLeft : .left
    case "H": return .home
    case "F": return .end
    case "~":
      switch parameters.first {
      case 1, 7: return .home
      case 3: return .delete
      case 4, 8: return .end
      default: return .unknown
      }
    default: return .unknown
    }
  }

  private mutating func paste() -> Key? {
    guard var text = pasted else { return nil }
    text += pending
    pending = []
    guard let end = Self.firstPlace(of: Self.pasteEnd, in: text) else {
      pasted = text
      return nil
    }
    pasted = nil
    pending = Array(text[(end + Self.pasteEnd.count)...])
    return .paste(Self.plain(text[..<end]))
  }

  private static func firstPlace(of mark: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    return (0...bytes.count - mark.count).first { start in
      bytes[start] == mark[0] && bytes[start..<start + mark.count].elementsEqual(mark)
    }
  }

  /// Pasted text with line ends of one kind, and without characters that would not be seen.
  private static func plain(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\r": text.unicodeScalars.append("\n")
      case "\n" where text.unicodeScalars.last == "\n" && bytes.contains(0x0D): continue
      case "\t": text += "  "
      case "\n": text.unicodeScalars.append(scalar)
      default:
        if scalar.value >= 0x20, scalar.value != 0x7F { text.unicodeScalars.append(scalar) }
      }
    }
    return text
  }
}
