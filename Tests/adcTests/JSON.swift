import FoundationEssentials
import Testing

/// A JSON value, read by Foundation, which shares nothing with the writer under test.
enum JSON: Decodable, Equatable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case array([JSON])
  case object([String: JSON])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .truth(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// Reads one value.
  init(_ text: String) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  /// Reads one value a line.
  static func lines(_ text: String) throws -> [JSON] {
    try text.split(separator: "\n").map { try JSON(String($0)) }
  }

  /// The member of an object, null where there is none.
  subscript(name: String) -> JSON {
    if case .object(let members) = self { return members[name] ?? .null }
    return .null
  }

  /// The entry of an array, null where there is none.
  subscript(place: Int) -> JSON {
    if case .array(let entries) = self, entries.indices.contains(place) { return entries[place] }
    return .null
  }

  var number: Double? {
    if case .number(let value) = self { return value }
    return nil
  }

  var string: String? {
    if case .text(let value) = self { return value }
    return nil
  }

  var entries: [JSON] {
    if case .array(let entries) = self { return entries }
    return []
  }

  var members: [String: JSON] {
    if case .object(let members) = self { return members }
    return [:]
  }

  /// The names of an object's members, sorted.
  var names: [String] { members.keys.sorted() }

  /// All numbers of nested arrays in order.
  var numbers: [Double] {
    switch self {
    case .number(let value): [value]
    case .array(let entries): entries.flatMap(\.numbers)
    case .null, .truth, .text, .object: []
    }
  }
}

/// Numbers of a JSON text, outside its strings, that are longer than the shortest that read back.
func longNumbers(in text: String) -> [Substring] {
  let outside = text.split(separator: "\"", omittingEmptySubsequences: false)
    .enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
  let words = outside.flatMap { $0.split { !"0123456789+-.eE".contains($0) } }
  return words.filter { word in
    guard let value = Double(word) else { return !"truefalsenull".contains(word) }
    return significantDigits(word) > significantDigits(value.description[...])
  }
}

private func significantDigits(_ text: Substring) -> Int {
  let mantissa = text.prefix { $0 != "e" && $0 != "E" }.filter(\.isNumber)
  let short = mantissa.drop { $0 == "0" }
  return short.count - short.reversed().prefix { $0 == "0" }.count
}
