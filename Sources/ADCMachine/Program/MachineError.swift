/// Why a program cannot be made, bound or run.
package enum MachineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The graph holds what the machine cannot execute.
  case unsupported(String)
  /// The program has no function of this name.
  case noFunction(String)
  /// A named dimension has no size.
  case missingSize(String)
  /// A size that is negative, too large, or does not fit the rest.
  case badSize(String)
  /// More bytes than the limit.
  case tooMuchMemory(bytes: Int, limit: Int)
  /// A symbol without values, or with fewer than its shape needs.
  case missingValues(symbol: String, expected: Int, found: Int)
  /// A symbol that is updated, but borrowed.
  case readOnly(symbol: String)
  /// An index that is not a row: the element of the index array, its value, the number of rows.
  case indexOutOfRange(element: Int, value: Double, rows: Int)
  /// The user wants no result any more.
  case interrupted

  package var description: String {
    switch self {
    case .unsupported(let what): "the machine cannot execute \(what)"
    case .noFunction(let name): "the program has no function `\(name)`"
    case .missingSize(let name): "the size of dimension `\(name)` is not known"
    case .badSize(let what): what
    case .tooMuchMemory(let bytes, let limit):
      "\(bytes) bytes of memory are needed, and the limit is \(limit)"
    case .missingValues(let symbol, let expected, let found):
      "`\(symbol)` needs \(expected) values and has \(found)"
    case .interrupted: "interrupted"
    case .readOnly(let symbol): "`\(symbol)` is borrowed data and cannot be updated"
    case .indexOutOfRange(let element, let value, let rows):
      "element \(element) of an index is \(value), and the table has rows 0..<\(rows)"
    }
  }
}
