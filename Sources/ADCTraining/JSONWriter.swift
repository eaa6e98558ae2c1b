/// Text of JSON as it grows.
///
/// Numbers are the shortest decimals that read back to the same double, integers without a point;
/// NaN and the infinities, which JSON does not have, are the strings "nan", "inf" and "-inf".
package struct JSONWriter: Sendable {
  /// What was written, as UTF-8.
  package private(set) var bytes: [UInt8] = []

  /// A writer that has written nothing.
  package init() {}

  /// A writer that has room for so many bytes, and takes more where it needs them.
  init(room: Int) { bytes.reserveCapacity(room) }

  /// The same as a string; copies all bytes.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends text that is JSON already, such as `,` or a line end.
  package mutating func append(verbatim text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  /// Appends a number: the shortest decimal that reads back to it.
  package mutating func append(_ number: Double) {
    guard number.isFinite else {
      append(verbatim: number.isNaN ? "\"nan\"" : number < 0 ? "\"-inf\"" : "\"inf\"")
      return
    }
    if number.magnitude < 1e6, let integer = Int(exactly: number), integer != 0 {
      return append(integer)
    }
    var digits = number.description
    digits.withUTF8 { text in
      let isInteger = text.count > 2 && text[text.count - 1] == 0x30 && text[text.count - 2] == 0x2E
      bytes.append(contentsOf: isInteger ? text.dropLast(2) : text[...])
    }
  }

  /// An integer that is not 0, which has a sign in a double.
  private mutating func append(_ integer: Int) {
    if integer < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = integer.magnitude
    var unit: UInt = 1
    while rest / unit >= 10 { unit *= 10 }
    while unit > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / unit))
      rest %= unit
      unit /= 10
    }
  }

  /// Appends a string in quotes, with what JSON wants escaped.
  package mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy(Self.isPlain) { append(verbatim: text) } else { appendEscaped(text) }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func appendEscaped(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: append(verbatim: "\\n")
      case 0x0D: append(verbatim: "\\r")
      case 0x09: append(verbatim: "\\t")
      case 0..<0x20: append(verbatim: "\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
  }

  /// Appends a value with all that it holds, without white space.
  package mutating func append(_ value: JSONValue) {
    switch value {
    case .null: append(verbatim: "null")
    case .bool(let isTrue): append(verbatim: isTrue ? "true" : "false")
    case .number(let number): append(number)
    case .string(let text): append(text)
    case .array(let elements):
      appendList("[", elements, "]") { $0.append($1) }
    case .object(let members):
      appendList("{", members, "}") { writer, member in
        writer.append(member.name)
        writer.append(verbatim: ":")
        writer.append(member.value)
      }
    }
  }

  /// Appends numbers nested as their shape is: `[[1,2],[3,4]]`.
  package mutating func append(_ array: ShapedValues) {
    append(array.shape[...], array.values[...])
  }

  private mutating func append(_ shape: ArraySlice<Int>, _ values: ArraySlice<Double>) {
    guard let count = shape.first else {
      append(values.first ?? 0)
      return
    }
    let step = count > 0 ? values.count / count : 0
    appendList("[", 0..<max(0, count), "]") { writer, index in
      writer.append(shape.dropFirst(), values.dropFirst(index * step).prefix(step))
    }
  }

  private mutating func appendList<Elements: Sequence>(
    _ opening: String, _ elements: Elements, _ closing: String,
    _ append: (inout JSONWriter, Elements.Element) -> Void
  ) {
    self.append(verbatim: opening)
    var isFirst = true
    for element in elements {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      append(&self, element)
    }
    self.append(verbatim: closing)
  }
}

extension JSONValue: CustomStringConvertible {
  /// The value as one line of JSON.
  package var description: String { line }

  /// Nested arrays of numbers; a number where the shape is a scalar's.
  package static func nested(_ array: ShapedValues) -> JSONValue {
    nested(array.shape[...], array.values[...])
  }

  private static func nested(_ shape: ArraySlice<Int>, _ values: ArraySlice<Double>) -> JSONValue {
    guard let count = shape.first else { return .number(values.first ?? 0) }
    let step = count > 0 ? values.count / count : 0
    return .array(
      (0..<max(0, count)).map {
        nested(shape.dropFirst(), values.dropFirst($0 * step).prefix(step))
      })
  }
}

extension JSONValue {
  /// The value as one line.
  package var line: String {
    var writer = JSONWriter(room: 128)
    writer.append(self)
    return writer.text
  }
}
