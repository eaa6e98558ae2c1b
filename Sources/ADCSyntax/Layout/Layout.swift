/// A text whose line breaks are not chosen yet, after Oppen (ACM TOPLAS 2, 1980) and Wadler
/// ("A prettier printer", 2003): a group stands in one line where it fits, else its lines break.
struct Layout: Sendable {
  indirect enum Form: Sendable {
    case text(String)
    /// A line break in a broken group, else this text.
    case line(flat: String)
    /// A line break, with a blank line before what follows where asked for.
    case hardLine(isBlank: Bool)
    /// A text that only a broken group has.
    case whenBroken(String)
    case sequence([Layout])
    case group(Layout)
    /// Lines that break in it are indented by one level more.
    case nest(Layout)
    /// A comment behind what stands in its line, tight where no space may be between them; the line
    /// ends after it.
    case trailingComment(String, isTight: Bool)
    /// A comment with a line of its own.
    case ownComment(String)
  }

  let form: Form
  /// Whether a group around it cannot stand in one line.
  private(set) var mustBreak = false
  private(set) var startsWithComment = false
  private(set) var endsWithComment = false
  /// Whether it is an expression that breaks between its own operands, not in brackets.
  var isChain = false

  private init(_ form: Form) { self.form = form }

  static func text(_ text: String) -> Layout { Layout(.text(text)) }
  static let empty = Layout(.text(""))
  static let space = Layout(.text(" "))
  static let line = Layout(.line(flat: " "))
  static let softLine = Layout(.line(flat: ""))
  static func whenBroken(_ text: String) -> Layout { Layout(.whenBroken(text)) }

  static func hardLine(isBlank: Bool = false) -> Layout {
    var result = Layout(.hardLine(isBlank: isBlank))
    result.mustBreak = true
    return result
  }

  static func trailingComment(_ text: String, isTight: Bool = false) -> Layout {
    var result = Layout(.trailingComment(text, isTight: isTight))
    result.endsWithComment = true
    return result
  }

  static func ownComment(_ text: String) -> Layout {
    var result = Layout(.ownComment(text))
    result.startsWithComment = true
    result.endsWithComment = true
    return result
  }

  /// The parts one after the other; a comment between two of them breaks what is around.
  static func sequence(_ parts: [Layout]) -> Layout {
    if parts.count == 1 { return parts[0] }
    var result = Layout(.sequence(parts))
    result.startsWithComment = parts.first?.startsWithComment ?? false
    result.endsWithComment = parts.last?.endsWithComment ?? false
    for (place, part) in parts.enumerated() {
      let isSplit =
        part.startsWithComment && place > 0 || part.endsWithComment && place < parts.count - 1
      if part.mustBreak || isSplit { result.mustBreak = true }
    }
    return result
  }

  static func group(_ parts: [Layout]) -> Layout { wrapped(sequence(parts)) { .group($0) } }
  static func nest(_ parts: [Layout]) -> Layout { wrapped(sequence(parts)) { .nest($0) } }

  /// A chain whose lines after the first are indented by one level more; anything else as it is.
  func hanging() -> Layout {
    guard isChain else { return self }
    var result = self
    if case .group(let inner) = form, case .sequence(let parts) = inner.form {
      result = .group([parts[0]] + parts.dropFirst().map { .nest([$0]) })
    } else if case .sequence(let parts) = form {
      result = .sequence([parts[0]] + parts.dropFirst().map { .nest([$0]) })
    }
    result.isChain = true
    return result
  }

  private static func wrapped(_ inner: Layout, _ form: (Layout) -> Form) -> Layout {
    var result = Layout(form(inner))
    result.mustBreak = inner.mustBreak
    result.startsWithComment = inner.startsWithComment
    result.endsWithComment = inner.endsWithComment
    return result
  }
}
