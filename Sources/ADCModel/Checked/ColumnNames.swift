import ADCSyntax

/// The columns that `from` names.
enum ColumnNames {
  /// More columns than this are a mistake in the numbers.
  static let limit = 1 << 20

  static func binding(
    of list: ColumnList?, in elaborator: inout Elaborator
  ) throws(Reported) -> ColumnBinding {
    switch list {
    case nil: return .ownName
    case .names(let names, let range)?: return .columns(names, range)
    case .categories(let names, let range)?: return .categories(names, range)
    case .span(let first, let last, let range)?:
      guard let names = span(first, last) else {
        throw elaborator.report(
          "AD0310",
          "`\"\(first)\"..\"\(last)\"` names no columns: both must be one word with a number at the "
            + "end that grows by at most \(limit)", at: range)
      }
      return .columns(names, range)
    }
  }

  /// `p0`, `p1`, … `p63`; leading zeros of the first are kept.
  static func span(_ first: String, _ last: String) -> [String]? {
    let (head, start) = split(first)
    let (tail, end) = split(last)
    guard head == tail, let low = Int(start), let high = Int(end), low <= high,
      high - low < limit
    else { return nil }
    let width = start.hasPrefix("0") ? start.utf8.count : 0
    return (low...high).map { number in
      let digits = String(number)
      return head + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
  }

  private static func split(_ text: String) -> (head: String, digits: String) {
    let bytes = Array(text.utf8)
    var place = bytes.count
    while place > 0, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place - 1]) {
      place -= 1
    }
    return (
      String(decoding: bytes[..<place], as: UTF8.self),
      String(decoding: bytes[place...], as: UTF8.self)
    )
  }
}
