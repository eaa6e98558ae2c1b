// FoundationEssentials' JSONDecoder and JSONEncoder hand out the names of an object in an order of
// their own, different from run to run, have no value for JSON of unknown form, and take 0.4 s for
// a million numbers; parameters keep the order of the model, so the format is read and written
// here.

/// A value of JSON, the members of an object in their order.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One name of an object with its value.
  package struct Member: Equatable, Sendable {
    /// Unique within an object that was read.
    package var name: String
    /// Of any kind.
    package var value: JSONValue

    /// A member, for objects that are written in an order.
    package init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a name of an object; nil where this is none or has no such name.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The members of an object; nil of anything else.
  package var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The text of a string; nil of anything else.
  package var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// A number; with `nonFinite`, also what the strings "nan", "inf" and "-inf" stand for.
  package func number(nonFinite: Bool = false) -> Double? {
    switch self {
    case .number(let value): value
    case .string("nan") where nonFinite: .nan
    case .string("inf") where nonFinite: .infinity
    case .string("-inf") where nonFinite: -.infinity
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// What the value is called in a message: `a number`, `an object`.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// Numbers in an array of some shape, rows first.
package struct ShapedValues: Equatable, Sendable {
  /// The sizes, outermost first; none of a scalar.
  package var shape: [Int]
  /// Row-major, as many as the product of the sizes.
  package var values: [Double]

  /// Takes both as they are: the number of values is the caller's to check.
  package init(shape: [Int], values: [Double]) {
    self.shape = shape
    self.values = values
  }
}

extension JSONValue {
  /// Nested arrays as an array of numbers, "nan", "inf" and "-inf" among them if asked for.
  ///
  /// Throws a sentence about what is wrong, such as rows of different lengths.
  package func shapedValues(nonFinite: Bool = false) throws(ShapeMistake) -> ShapedValues {
    var shape: [Int] = []
    var level = self
    while case .array(let elements) = level {
      shape.append(elements.count)
      guard let first = elements.first else { break }
      level = first
    }
    var values: [Double] = []
    try append(to: &values, shape[...], nonFinite)
    return ShapedValues(shape: shape, values: values)
  }

  private func append(
    to values: inout [Double], _ shape: ArraySlice<Int>, _ nonFinite: Bool
  ) throws(ShapeMistake) {
    guard let count = shape.first else {
      guard let value = number(nonFinite: nonFinite) else {
        throw ShapeMistake(message: "\(kind) where a number is expected")
      }
      values.append(value)
      return
    }
    guard case .array(let elements) = self else {
      throw ShapeMistake(message: "\(kind) where an array of \(count) is expected")
    }
    guard elements.count == count else {
      throw ShapeMistake(
        message: "an array of \(elements.count) beside one of \(count): the rows differ in length")
    }
    for element in elements { try element.append(to: &values, shape.dropFirst(), nonFinite) }
  }

  /// What keeps nested arrays from being an array of numbers.
  package struct ShapeMistake: Error, Equatable, Sendable {
    /// What was found and where, for people.
    package var message: String
  }
}
