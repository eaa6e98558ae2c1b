import ADCCalculus
import ADCMachine

/// The rows of tables as a model's inputs want them: record after record, in memory or on the disk.
final class TableRows {
  /// One input's part of a record, and the column that each of its numbers comes from.
  struct Part {
    var input: RunDescription.Input
    var symbol: Int
    var columns: [Int]
  }

  let parts: [Part]
  let request: TableRequest
  private let stream: RowStream?
  /// The numbers of each part, rows first; empty where they are on the disk.
  private(set) var values: [[Double]]
  private(set) var rowCount = 0
  /// Of each number of a record, where they are needed.
  private var moments: [[RunningMoments]]
  private let measures: [Bool]

  init(
    _ inputs: [RunDescription.Input], _ settings: RunDescription.Settings,
    _ given: DataPreparation?, stream: RowStream?, keepsGaps: Bool = false
  ) throws(DataError) {
    var columns: [TableRequest.Column] = []
    var places: [String: Int] = [:]
    var parts: [Part] = []
    for input in inputs {
      var slots: [Int] = []
      for name in input.columns {
        if let place = places[name] {
          guard input.isCategory == (columns[place].words != nil) else {
            throw DataError(
              "column \(excerpt(name)) feeds one input as numbers and another one as categories",
              file: "")
          }
          slots.append(place)
          continue
        }
        let known = given?.categories.first { $0.column == name }?.words
        let words = input.isCategory ? known.map(WordTable.init(complete:)) ?? WordTable() : nil
        places[name] = columns.count
        slots.append(columns.count)
        columns.append(TableRequest.Column(name, words: words))
      }
      parts.append(Part(input: input, symbol: input.symbol, columns: slots))
    }
    let keeps = keepsGaps && settings.missing == .drop
    request = TableRequest(columns: columns, policy: keeps ? .mean : settings.missing)
    self.parts = parts
    self.stream = stream
    values = Array(repeating: [], count: parts.count)
    moments = parts.map { part in
      Array(repeating: RunningMoments(), count: part.columns.count)
    }
    measures = parts.map { part in
      !part.input.isCategory
        && (settings.missing == .mean || settings.standardized.contains(part.input.name))
    }
  }

  /// Takes a block of rows, one array for each column of the request.
  func append(_ columns: [[Double]], _ count: Int) throws(DataError) {
    rowCount += count
    let width = parts.reduce(0) { $0 + $1.columns.count }
    var records = stream == nil ? [] : [Double](repeating: 0, count: count * width)
    var offset = 0
    for (place, part) in parts.enumerated() {
      for (number, column) in part.columns.enumerated() where measures[place] {
        for value in columns[column].prefix(count) { moments[place][number].add(value) }
      }
      let chosen = part.columns.map { columns[$0] }
      if stream == nil {
        let start = values[place].count
        values[place].append(contentsOf: repeatElement(0, count: count * chosen.count))
        Self.interleave(chosen, count, into: &values[place], at: start, width: chosen.count)
      } else {
        Self.interleave(chosen, count, into: &records, at: offset, width: width)
      }
      offset += part.columns.count
    }
    try stream?.append(records)
  }

  /// Writes columns as rows of `width` numbers, the first of them at `start`.
  private static func interleave(
    _ columns: [[Double]], _ count: Int, into rows: inout [Double], at start: Int, width: Int
  ) {
    rows.withUnsafeMutableBufferPointer { rows in
      for (number, column) in columns.enumerated() {
        var place = start + number
        for value in column.prefix(count) {
          rows[place] = value
          place += width
        }
      }
    }
  }

  /// What becomes of each number of a record, and what is kept of that with the parameters.
  func transforms(
    _ settings: RunDescription.Settings, _ given: DataPreparation?
  ) throws(DataError) -> (transforms: [[NumberTransform]], preparation: DataPreparation) {
    var preparation = DataPreparation()
    var ordered: [Int: [Double]] = [:]
    for (place, column) in request.columns.enumerated() {
      guard let words = column.words?.ordered() else { continue }
      ordered[place] = words.places
      preparation.categories.append(.init(column: column.name, words: words.words))
    }
    var transforms: [[NumberTransform]] = []
    for (place, part) in parts.enumerated() {
      var row = part.columns.map { NumberTransform(places: ordered[$0]) }
      if settings.missing == .mean, !part.input.isCategory {
        for (number, column) in part.columns.enumerated() {
          let name = request.columns[column].name
          let known = given?.fillings.first { $0.column == name }?.mean
          guard known != nil || moments[place][number].count > 0 else {
            throw DataError("column \(excerpt(name)) has no value at all", file: "")
          }
          row[number].filling = known ?? moments[place][number].mean
          if !preparation.fillings.contains(where: { $0.column == name }) {
            preparation.fillings.append(.init(column: name, mean: row[number].filling))
          }
        }
      }
      let known = given?.scalings.first {
        $0.input == part.input.name && $0.means.count == row.count
      }
      if known != nil || settings.standardized.contains(part.input.name) {
        let scaling =
          known
          ?? DataPreparation.Scaling(
            input: part.input.name, means: moments[place].map(\.mean),
            deviations: moments[place].map { $0.deviation(of: rowCount) })
        for number in row.indices {
          row[number].mean = scaling.means[number]
          row[number].deviation = scaling.deviations[number]
        }
        preparation.scalings.append(scaling)
      }
      transforms.append(row)
    }
    return (transforms, preparation)
  }

  /// The numbers of a part, as the model sees them.
  func take(_ place: Int, _ transforms: [NumberTransform]) -> [Double] {
    var result: [Double] = []
    swap(&result, &values[place])
    guard !transforms.allSatisfy(\.isIdentity) else { return result }
    let width = transforms.count
    for index in result.indices { result[index] = transforms[index % width].apply(result[index]) }
    return result
  }
}

extension Dataset {
  /// Reads tables: CSV, TSV or JSON lines, whose rows follow each other.
  mutating func load(
    _ inputs: [RunDescription.Input], _ description: RunDescription, _ program: Program,
    _ tables: [String], given: DataPreparation?, streams: Bool, keepsGaps: Bool
  ) throws(DataError) {
    let first = tables.first ?? ""
    for input in inputs {
      try checkWidth(of: input, program.symbols[input.symbol].shape, file: first)
    }
    let rows: TableRows
    var stream: RowStream?
    do throws(DataError) {
      if streams {
        var offset = 0
        var parts: [RowStream.Part] = []
        for input in inputs {
          parts.append(.init(symbol: input.symbol, offset: offset, width: input.columns.count))
          offset += input.columns.count
        }
        stream = try RowStream(parts: parts)
      }
      rows = try TableRows(
        inputs, description.settings, given, stream: stream, keepsGaps: keepsGaps)
      for path in tables { dropped += try TableFile.read(path, into: rows) }
      guard rows.rowCount > 0 else {
        throw DataError("every row has a field without a value, and is left out", file: first)
      }
    } catch {
      var error = error
      if error.file.isEmpty { error.file = first }
      throw error
    }
    let (transforms, preparation) = try rows.transforms(description.settings, given)
    self.preparation = preparation
    stream?.transforms = transforms.flatMap { $0 }
    self.stream = stream
    for (place, part) in rows.parts.enumerated() {
      let shape = program.symbols[part.symbol].shape
      var found = [rows.rowCount]
      for dimension in shape.dimensions.dropFirst() {
        found.append(dimension.value(sizes) ?? part.columns.count)
      }
      let input = description.inputs.first { $0.symbol == part.symbol }
      try bind(shape, to: found, of: "input `\(input?.name ?? "")`", file: first)
      if stream == nil {
        append(part.symbol, shape, rows.take(place, transforms[place]), description.rowDimension)
      }
    }
  }

  private func checkWidth(
    of input: RunDescription.Input, _ shape: Shape, file: String
  ) throws(DataError) {
    let width = input.columns.count
    var size: Int? = 1
    for dimension in shape.dimensions.dropFirst() {
      let extent = dimension.value(sizes) ?? width
      let (product, overflow) = (size ?? 0).multipliedReportingOverflow(by: extent)
      size = overflow || size == nil ? nil : product
    }
    guard size == width else {
      throw DataError(
        "input `\(input.name)` has the shape \(shape) and "
          + (width == 1 ? "one column; name its columns with `from`" : "\(width) columns"),
        file: file)
    }
  }

  /// Takes inputs from arrays of NumPy: of an archive by their names, a single array for the only
  /// input or the one that the file is named after. The rows of several files follow each other.
  mutating func loadArrays(
    _ inputs: [RunDescription.Input], _ description: RunDescription, _ program: Program,
    _ tables: [String], given: DataPreparation?
  ) throws(DataError) {
    var found = [ShapedValues?](repeating: nil, count: inputs.count)
    for path in tables {
      let source = try ArraySource(path)
      for (place, input) in inputs.enumerated() {
        let array = try source.array(for: input.name, isOnly: inputs.count == 1)
        found[place] = try joined(found[place], array, input.name, path)
      }
    }
    for (input, array) in zip(inputs, found) {
      guard var array else { continue }
      let shape = program.symbols[input.symbol].shape
      try bind(shape, to: array.shape, of: "input `\(input.name)`", file: tables.first ?? "")
      standardize(&array, input, description.settings, given)
      append(input.symbol, shape, array.values, description.rowDimension)
    }
  }

  private func joined(
    _ first: ShapedValues?, _ second: ShapedValues, _ name: String, _ path: String
  ) throws(DataError) -> ShapedValues {
    guard var first else { return second }
    guard !first.shape.isEmpty, first.shape.dropFirst() == second.shape.dropFirst(),
      !second.shape.isEmpty
    else {
      throw DataError(
        "the array for `\(name)` has the shape \(second.shape), which does not go on from "
          + "\(first.shape)", file: path)
    }
    first.shape[0] += second.shape[0]
    first.values += second.values
    return first
  }

  /// Shifts and scales an input's array where the model asks for it.
  mutating func standardize(
    _ array: inout ShapedValues, _ input: RunDescription.Input,
    _ settings: RunDescription.Settings, _ given: DataPreparation?
  ) {
    guard let rows = array.shape.first, rows > 0 else { return }
    let width = array.values.count / rows
    var scaling = given?.scalings.first { $0.input == input.name && $0.means.count == width }
    if scaling == nil {
      guard settings.standardized.contains(input.name) else { return }
      var moments = [RunningMoments](repeating: RunningMoments(), count: width)
      for (index, value) in array.values.enumerated() { moments[index % width].add(value) }
      scaling = .init(
        input: input.name, means: moments.map(\.mean),
        deviations: moments.map { $0.deviation(of: rows) })
    }
    guard let scaling else { return }
    for index in array.values.indices {
      let place = index % width
      array.values[index] = (array.values[index] - scaling.means[place]) / scaling.deviations[place]
    }
    preparation.scalings.append(scaling)
  }
}

/// A table in a file, in the format that its name says, or, of standard input, its first bytes.
enum TableFile {
  /// Whether a file holds arrays and not a table.
  static func holdsArrays(_ path: String) -> Bool {
    path.hasSuffix(".npz") || path.hasSuffix(".npy")
  }

  /// Gives the rows to `rows`; the result is how many were left out.
  static func read(_ path: String, into rows: TableRows) throws(DataError) -> Int {
    var input = try FileReading(path: path)
    let name = path.lowercased()
    var isJSON = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    var separator = name.hasSuffix(".tsv") || name.hasSuffix(".tab") ? tab : CSVScanner.comma
    if path == FileReading.standardInput, try input.more() {
      let start = UnsafeBufferPointer(start: input.bytes, count: input.end)
      isJSON = start.first == UInt8(ascii: "{")
      let line = start.prefix { $0 != UInt8(ascii: "\n") }
      if line.contains(tab), !line.contains(CSVScanner.comma) { separator = tab }
      guard start.first != 0x93, !start.starts(with: "PK".utf8) else {
        throw DataError("arrays of NumPy are read from files, not from here", file: input.path)
      }
    }
    let sink: TableRequest.Sink = { columns, count throws(DataError) in
      try rows.append(columns, count)
    }
    return isJSON
      ? try JSONLinesReader.read(input, rows.request, sink: sink).dropped
      : try CSVReader.read(input, rows.request, separator: separator, sink: sink).dropped
  }

  private static let tab: UInt8 = 0x09
}

/// Arrays in a file of NumPy.
private struct ArraySource {
  private let path: String
  private let archive: NumPyArchive?

  init(_ path: String) throws(DataError) {
    self.path = path
    archive = path.hasSuffix(".npz") ? try NumPyArchive(path: path) : nil
  }

  func array(for input: String, isOnly: Bool) throws(DataError) -> ShapedValues {
    if let archive {
      if let array = try archive.array(input) { return array }
      let names = archive.names.map { "`\($0)`" }.joined(separator: ", ")
      throw DataError("there is no array `\(input)`; it has: \(names)", file: path)
    }
    let name = path.split(separator: "/").last.map { $0.dropLast(4) } ?? ""
    guard isOnly || name == input else {
      throw DataError(
        "one array cannot feed several inputs: use an `.npz` file", file: path,
        remedy: .array(input: input))
    }
    return try NumPyArray.read(path: path)
  }
}
