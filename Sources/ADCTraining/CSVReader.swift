internal import ADCModel

/// Numbers by column, the columns in the order they were asked for.
package struct ColumnTable: Sendable {
  /// Those of the header, quotes removed, in the order in which they were asked for.
  package var names: [String]
  /// The rows of data; the header is none.
  package var rowCount: Int
  /// One array of `rowCount` values per name.
  package var columns: [[Double]]

  /// A table whose columns all have `rowCount` values, which is not checked.
  package init(names: [String], rowCount: Int, columns: [[Double]]) {
    self.names = names
    self.rowCount = rowCount
    self.columns = columns
  }
}

/// Reads tables of comma-separated values (RFC 4180) whose first line names the columns.
///
/// Where the first line has semicolons and no commas, they separate, and a comma in a number is its
/// decimal sign. Fields may be quoted, with doubled quotes and line ends inside; lines end in LF,
/// CRLF or CR; a byte order mark and blank lines at the end are passed over, spaces around numbers
/// and names too. The file is read in blocks: the memory beyond the values is constant.
package enum CSVReader {
  /// The most columns that a file may have.
  static let columnLimit = 1_000_000
  /// The most bytes that the first line may have, in all its names.
  static let headerLimit = 1 << 26

  /// The names in the first line.
  package static func header(path: String) throws(DataError) -> [String] {
    var scanner = CSVScanner(try FileReading(path: path))
    return try header(&scanner)
  }

  /// The values of the named columns, or of all where `columns` is nil.
  ///
  /// Only these columns must hold numbers, finite ones, in every row. The file is read by `block`
  /// bytes. Costs about 3 ns a byte where all columns are wanted, 1 ns where few are.
  package static func read(
    path: String, columns: [String]? = nil, block: Int = 1 << 18
  ) throws(DataError) -> ColumnTable {
    var scanner = CSVScanner(try FileReading(path: path, block: max(1, block)))
    let names = try header(&scanner)
    let wanted = columns ?? names
    let indices = try positions(of: wanted, in: names, path)
    // The slot of the values of each column of the file, -1 where it is not wanted.
    var slots = [Int](repeating: -1, count: names.count)
    var slotNames: [String] = []
    for index in indices where slots[index] < 0 {
      slots[index] = slotNames.count
      slotNames.append(names[index])
    }
    var rows = CSVRows(slots: slots, names: slotNames)
    try rows.read(&scanner)
    guard rows.count > 0 else {
      throw DataError("it has no rows below the names of its columns", file: path)
    }
    return ColumnTable(
      names: wanted, rowCount: rows.count, columns: indices.map { rows.values[slots[$0]] })
  }

  /// Hands the wanted columns over to `sink`, block after block; gives the rows read and left out.
  static func read(
    _ input: consuming FileReading, _ request: TableRequest, separator: UInt8,
    sink: @escaping TableRequest.Sink
  ) throws(DataError) -> (rows: Int, dropped: Int) {
    var scanner = CSVScanner(input, separator: separator)
    let names = try header(&scanner)
    let indices = try positions(of: request.columns.map(\.name), in: names, scanner.path)
    var slots = [Int](repeating: -1, count: names.count)
    for (slot, index) in indices.enumerated() { slots[index] = slot }
    var rows = CSVRows(slots: slots, columns: request.columns)
    rows.policy = request.policy
    rows.sink = sink
    try rows.read(&scanner)
    guard rows.count + rows.dropped > 0 else {
      throw DataError("it has no rows below the names of its columns", file: scanner.path)
    }
    return (rows.count, rows.dropped)
  }

  /// The numbers of all columns of a file whose first line may or may not name them.
  ///
  /// A first line of numbers alone is a row; its columns have no names then.
  static func readNumbers(path: String) throws(DataError) -> ColumnTable {
    var scanner = CSVScanner(try FileReading(path: path))
    let names = try header(&scanner)
    var numbers: [Double] = []
    for name in names {
      var text = name
      let number = text.withUTF8 { DecimalNumber.parse($0) }
      guard let number, number.isFinite else { return try read(path: path) }
      numbers.append(number)
    }
    var rows = CSVRows(
      slots: Array(names.indices), names: names.indices.map { String($0 + 1) }, first: numbers)
    try rows.read(&scanner)
    return ColumnTable(names: names, rowCount: rows.count, columns: rows.values)
  }

  private static func header(_ scanner: inout CSVScanner) throws(DataError) -> [String] {
    try scanner.skipByteOrderMark()
    try scanner.settleSeparator()
    var names: [String] = []
    var bytes = 0
    while true {
      let field = try scanner.next()
      if names.isEmpty, field.ending == .endOfFile, field.isEmpty {
        throw DataError("it is empty", file: scanner.path)
      }
      if names.isEmpty, field.ending == .line, field.isEmpty {
        throw scanner.error("the names of the columns are expected in the first line")
      }
      bytes += field.end - field.start
      names.append(try scanner.text(field))
      if field.ending != .comma { return names }
      guard names.count < columnLimit, bytes < headerLimit else {
        throw scanner.error(
          "more than \(columnLimit) columns or \(headerLimit) bytes of names, the most there may be"
        )
      }
    }
  }

  private static func positions(
    of wanted: [String], in names: [String], _ path: String
  ) throws(DataError) -> [Int] {
    var index = [String: Int](minimumCapacity: names.count)
    var repeated: Set<String> = []
    for (position, name) in names.enumerated() {
      if index.updateValue(position, forKey: name) != nil { repeated.insert(name) }
    }
    var result: [Int] = []
    for name in wanted {
      guard let position = index[name] else {
        throw DataError(missing(name, from: names), file: path, line: 1)
      }
      if repeated.contains(name) {
        throw DataError("two columns have this name", file: path, line: 1, column: excerpt(name))
      }
      result.append(position)
    }
    return result
  }

  /// Whether a name goes on after a word, as `x (cm)` does after `x`.
  private static func begins(_ name: String, with word: String) -> Bool {
    guard let next = name.dropFirst(word.count).unicodeScalars.first else { return false }
    return name.hasPrefix(word) && !next.properties.isAlphabetic
      && next.properties.numericType == nil && !name.contains { "\"\\\t|".contains($0) }
  }

  /// `no column y; it has: x, z (did you mean z?)`.
  private static func missing(_ name: String, from names: [String]) -> String {
    var message = "no column \(excerpt(name)); it has: "
    message += names.prefix(10).map(excerpt).joined(separator: ", ")
    if names.count > 10 { message += ", … (\(names.count) in all)" }
    if let near = Suggestion.nearest(to: name, among: names.prefix(10_000)) {
      message += " (did you mean \(excerpt(near))?)"
    } else if let longer = names.prefix(10_000).first(where: { Self.begins($0, with: name) }) {
      message += "; write `input \(name): [n] from \"\(longer)\"` for \(excerpt(longer))"
    } else if names.count == 1, let only = names.first,
      only.contains(where: { "\t|".contains($0) })
    {
      message +=
        only.contains("\t")
        ? " (tabs separate in files whose names end in .tsv)"
        : " (commas or semicolons are expected between the fields)"
    } else if names.allSatisfy({ Double($0) != nil }) {
      message += " (the first line must name the columns)"
    }
    return message
  }
}
