/// The rows of a table, gathered by column.
struct CSVRows {
  /// Where the values of each column of the file go; -1 where they are not wanted.
  let slots: [Int]
  /// The names of the wanted columns, by slot.
  let names: [String]
  private(set) var values: [[Double]]
  private(set) var count = 0

  init(slots: [Int], names: [String]) {
    self.slots = slots
    self.names = names
    values = Array(repeating: [], count: names.count)
  }

  /// Rows of which the first is read already, every column wanted.
  init(slots: [Int], names: [String], first: [Double]) {
    self.init(slots: slots, names: names)
    values = first.map { [$0] }
    count = 1
  }

  /// Reads rows up to the end of the file.
  mutating func read(_ scanner: inout CSVScanner) throws(DataError) {
    var blank: Int?
    while true {
      let first = try scanner.next()
      if first.isEmpty, first.ending == .endOfFile { return }
      if first.isEmpty, first.ending == .line {
        if blank == nil { blank = scanner.line }
        continue
      }
      if let blank {
        throw DataError("a blank line between rows", file: scanner.path, line: blank)
      }
      if count == 1000 { reserve(scanner) }
      let isLast = try readRow(&scanner, first)
      count += 1
      if isLast { return }
    }
  }

  /// Makes room for the rows that the first ones let one expect, and a few more.
  private mutating func reserve(_ scanner: borrowing CSVScanner) {
    guard let size = scanner.input.size else { return }
    let rows = size / max(1, scanner.consumed / count)
    // The least a row takes is a byte and a separator for each of its fields.
    let most = size / (2 * slots.count) + 1
    for slot in values.indices {
      values[slot].reserveCapacity(min(rows + rows / 50, most))
    }
  }

  /// Reads the rest of a row whose first field is at hand; true where the file ends with it.
  @inline(__always)
  private mutating func readRow(
    _ scanner: inout CSVScanner, _ first: CSVScanner.Field
  ) throws(DataError) -> Bool {
    var field = first
    var index = 0
    while true {
      let slot = slots[index]
      if slot >= 0 { values[slot].append(try number(field, scanner, slot)) }
      index += 1
      if field.ending != .comma { break }
      guard index < slots.count else {
        throw try ragged(&scanner, index, field)
      }
      field = try scanner.next()
    }
    guard index == slots.count else { throw try ragged(&scanner, index, field) }
    return field.ending == .endOfFile
  }

  /// The mistake of a row with too few or too many fields, those that are left counted.
  private func ragged(
    _ scanner: inout CSVScanner, _ read: Int, _ latest: CSVScanner.Field
  ) throws(DataError) -> DataError {
    let line = scanner.line
    var count = read
    var field = latest
    while field.ending == .comma {
      field = try scanner.next()
      count += 1
    }
    return DataError(
      "\(counted(count, "field")) where \(slots.count) are expected", file: scanner.path,
      line: line)
  }

  @inline(__always)
  private func number(
    _ field: CSVScanner.Field, _ scanner: borrowing CSVScanner, _ slot: Int
  ) throws(DataError) -> Double {
    if let value = DecimalNumber.parse(scanner.bytes(field)), value.isFinite { return value }
    return try numberInSpaces(field, scanner, slot)
  }

  private func numberInSpaces(
    _ field: CSVScanner.Field, _ scanner: borrowing CSVScanner, _ slot: Int
  ) throws(DataError) -> Double {
    let bytes = scanner.bytes(scanner.trimmed(field))
    let column = names[slot]
    guard !bytes.isEmpty else { throw scanner.error("the field is empty", column: column) }
    let text = excerpt(String(decoding: bytes.prefix(200), as: UTF8.self))
    guard let value = DecimalNumber.parse(bytes) else {
      let word = String(decoding: bytes.prefix(12), as: UTF8.self).lowercased()
      let bare = word.drop { $0 == "-" || $0 == "+" }
      let isNonFinite = ["nan", "inf", "infinity"].contains(String(bare))
      throw scanner.error(
        "\(text) is not a \(isNonFinite ? "finite " : "")number", column: column)
    }
    guard value.isFinite else {
      throw scanner.error("\(text) is too large for a double", column: column)
    }
    return value
  }
}
