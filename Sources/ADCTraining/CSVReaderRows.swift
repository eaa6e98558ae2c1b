/// The rows of a table, gathered by column.
struct CSVRows {
  /// Where the values of each column of the file go; -1 where they are not wanted.
  let slots: [Int]
  /// The wanted columns, by slot.
  let columns: [TableRequest.Column]
  var policy = RunDescription.MissingPolicy.error
  /// Takes the rows by blocks, so that they are not all in memory.
  var sink: TableRequest.Sink?
  /// The rows left out because a field has no value.
  private(set) var dropped = 0
  private(set) var values: [[Double]]
  private(set) var count = 0

  init(slots: [Int], names: [String]) {
    self.init(slots: slots, columns: names.map { TableRequest.Column($0) })
  }

  init(slots: [Int], columns: [TableRequest.Column]) {
    self.slots = slots
    self.columns = columns
    values = Array(repeating: [], count: columns.count)
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
      if first.isEmpty, first.ending == .endOfFile { return try flush() }
      // Where missing values are allowed, the blank line of a table of one column is one.
      if first.isEmpty, first.ending == .line, policy == .error || slots.count > 1 {
        if blank == nil { blank = scanner.line }
        continue
      }
      if let blank {
        throw DataError("a blank line between rows", file: scanner.path, line: blank)
      }
      if count == 1000 { reserve(scanner) }
      let isLast = try readRow(&scanner, first)
      count += 1
      if policy == .drop { dropIncomplete() }
      if sink != nil, (values.first?.count ?? 0) >= TableRequest.blockRows { try flush() }
      if isLast { return try flush() }
    }
  }

  private mutating func flush() throws(DataError) {
    guard let sink else { return }
    try sink(values, values.first?.count ?? 0)
    for slot in values.indices { values[slot].removeAll(keepingCapacity: true) }
  }

  /// Takes the last row away where one of its fields has no value.
  private mutating func dropIncomplete() {
    guard values.contains(where: { $0.last?.isNaN == true }) else { return }
    for slot in values.indices { values[slot].removeLast() }
    count -= 1
    dropped += 1
  }

  /// Makes room for the rows that the first ones let one expect, and a few more.
  private mutating func reserve(_ scanner: borrowing CSVScanner) {
    guard let size = scanner.input.size, sink == nil else { return }
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
    if columns[slot].words == nil, let value = DecimalNumber.parse(scanner.bytes(field)),
      value.isFinite
    {
      return value
    }
    return try word(field, scanner, slot)
  }

  /// The place of a word among those of its column, or a number that is not read at once.
  private func word(
    _ field: CSVScanner.Field, _ scanner: borrowing CSVScanner, _ slot: Int
  ) throws(DataError) -> Double {
    let text = scanner.bytes(scanner.trimmed(field))
    if policy != .error, !field.isQuoted, TableRequest.isMissing(text) {
      guard policy == .mean, columns[slot].words != nil else { return .nan }
      throw scanner.error(
        "the field is empty, and words have no mean; \(TableRequest.advice)",
        column: columns[slot].name)
    }
    guard let words = columns[slot].words else {
      return try numberInSpaces(field, scanner, slot)
    }
    guard !text.isEmpty else {
      throw scanner.error("the field is empty; \(TableRequest.advice)", column: columns[slot].name)
    }
    do throws(DataError) {
      return try words.place(of: try scanner.text(field))
    } catch {
      throw scanner.error(error.message, column: columns[slot].name)
    }
  }

  private func numberInSpaces(
    _ field: CSVScanner.Field, _ scanner: borrowing CSVScanner, _ slot: Int
  ) throws(DataError) -> Double {
    let bytes = scanner.bytes(scanner.trimmed(field))
    let column = columns[slot].name
    guard !bytes.isEmpty else {
      let advice = sink == nil ? "" : "; \(TableRequest.advice)"
      throw scanner.error("the field is empty\(advice)", column: column)
    }
    let text = excerpt(String(decoding: bytes.prefix(200), as: UTF8.self))
    guard let value = DecimalNumber.parse(bytes) ?? scanner.numberWithComma(bytes) else {
      let word = String(decoding: bytes.prefix(12), as: UTF8.self).lowercased()
      let bare = word.drop { $0 == "-" || $0 == "+" }
      let isNonFinite = ["nan", "inf", "infinity"].contains(String(bare))
      let advice = sink != nil && TableRequest.isMissing(bytes) ? "; \(TableRequest.advice)" : ""
      throw scanner.error(
        "\(text) is not a \(isNonFinite ? "finite " : "")number\(advice)", column: column)
    }
    guard value.isFinite else {
      throw scanner.error("\(text) is too large for a double", column: column)
    }
    return value
  }
}
