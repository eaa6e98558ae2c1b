// Values of JSON as they are written in Swift: `["a": 1, "b": [true, "c"]]`.

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  /// A string.
  package init(stringLiteral text: String) { self = .string(text) }
  /// A number; integers beyond 2^53 are rounded to a double.
  package init(integerLiteral number: Int) { self = .number(Double(number)) }
  /// A truth value.
  package init(booleanLiteral isTrue: Bool) { self = .bool(isTrue) }
  /// An array, of any mixture of kinds.
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// JSON's null.
  package init(nilLiteral: ()) { self = .null }

  /// An object with its members in the order written.
  package init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(members.map { Member($0.0, $0.1) })
  }
}
