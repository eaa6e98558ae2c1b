package import ADCCalculus
package import ADCMachine

/// The values of a model's inputs, all rows, and the sizes that they give to named dimensions.
package struct Dataset: Sendable {
  /// One input's numbers, row-major, at an address that stays.
  package struct Array: Sendable {
    package var symbol: Int
    package var values: FixedNumbers
    /// Numbers in one row; nil for an input that is not cut into batches.
    package var rowWidth: Int?

    package init(symbol: Int, values: FixedNumbers, rowWidth: Int?) {
      self.symbol = symbol
      self.values = values
      self.rowWidth = rowWidth
    }
  }

  package var arrays: [Array] = []
  package var sizes: [String: Int] = [:]
  /// The number of rows; nil for a model without data.
  package var rowCount: Int?

  package init() {}
}

/// Numbers that never change and never move, so that a machine may read them where they lie.
package final class FixedNumbers: Sendable {
  package let count: Int
  nonisolated(unsafe) package let base: UnsafePointer<Double>

  package init(_ values: [Double]) {
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: max(values.count, 1))
    memory.initialize(to: 0)
    for (place, value) in values.enumerated() { (memory + place).initialize(to: value) }
    base = UnsafePointer(memory)
    count = values.count
  }

  deinit { base.deallocate() }
}

/// A file that feeds one input: `--input x=FILE`.
package struct InputFile: Equatable, Sendable {
  package var name: String
  package var path: String

  package init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}

extension Dataset {
  /// Reads what a model's inputs need.
  ///
  /// - Parameters:
  ///   - needed: The symbols that will be used; inputs beside them may be missing.
  ///   - tables: CSV files; the rows of several follow each other.
  ///   - files: Files of single inputs, which win over columns.
  package static func load(
    _ description: RunDescription, _ program: Program, needed: Set<Int>? = nil,
    tables: [String], files: [InputFile]
  ) throws(DataError) -> Dataset {
    var dataset = Dataset()
    var fromTable: [RunDescription.Input] = []
    for input in description.inputs where needed?.contains(input.symbol) ?? true {
      let shape = program.symbols[input.symbol].shape
      guard let file = files.last(where: { $0.name == input.name }) else {
        fromTable.append(input)
        continue
      }
      let array = try readArray(file.path, like: shape)
      try dataset.bind(
        shape, to: array.shape, of: "input `\(input.name)`", file: file.path)
      dataset.append(input.symbol, shape, array.values, description.rowDimension)
    }
    if !fromTable.isEmpty {
      try dataset.load(fromTable, description, program, tables)
    }
    if let name = description.rowDimension { dataset.rowCount = dataset.sizes[name] }
    return dataset
  }

  mutating func append(
    _ symbol: Int, _ shape: Shape, _ values: [Double], _ rows: String?
  ) {
    let isCut = rows != nil && shape.dimensions.first?.name == rows
    let count = isCut ? (rows.flatMap { sizes[$0] } ?? 0) : 0
    arrays.append(
      Array(
        symbol: symbol, values: FixedNumbers(values),
        rowWidth: isCut ? (count == 0 ? 0 : values.count / count) : nil))
  }

  /// Gives names the sizes that an array has, or says what does not agree.
  package mutating func bind(
    _ shape: Shape, to found: [Int], of what: String, file: String
  ) throws(DataError) {
    guard shape.rank == found.count else {
      throw DataError(
        "\(what) has the shape \(shape), and the array has the shape \(found)", file: file)
    }
    for (dimension, size) in zip(shape.dimensions, found) {
      if let name = dimension.name, sizes[name] == nil {
        sizes[name] = size
      } else if dimension.value(sizes) != size {
        let wanted = dimension.value(sizes).map { "\(dimension) is \($0)" } ?? "\(dimension)"
        throw DataError(
          "\(what) has the shape \(shape), where \(wanted), and the array has the shape \(found)",
          file: file)
      }
    }
  }

  private mutating func load(
    _ inputs: [RunDescription.Input], _ description: RunDescription, _ program: Program,
    _ tables: [String]
  ) throws(DataError) {
    guard let first = tables.first else {
      let names = inputs.map { "`\($0.name)`" }.joined(separator: ", ")
      throw DataError(
        "the model has inputs (\(names)) and no data: name a file with `--data FILE.csv`, or in the "
          + "model with `train { data \"…\" }`", file: "")
    }
    for input in inputs where program.symbols[input.symbol].shape.isScalar {
      throw DataError(
        "input `\(input.name)` is one number, which no table gives: use `--input "
          + "\(input.name)=FILE` or declare it `[n]`", file: first)
    }
    var columns: [String] = []
    for input in inputs { columns += input.columns }
    var unique: [String] = []
    var places: [String: Int] = [:]
    for column in columns where places[column] == nil {
      places[column] = unique.count
      unique.append(column)
    }
    var parts: [ColumnTable] = []
    for path in tables { parts.append(try CSVReader.read(path: path, columns: unique)) }
    let rowCount = parts.reduce(0) { $0 + $1.rowCount }
    for input in inputs {
      let shape = program.symbols[input.symbol].shape
      let width = input.columns.count
      var values = [Double](repeating: 0, count: rowCount * width)
      var start = 0
      for part in parts {
        for (place, name) in input.columns.enumerated() {
          guard let column = places[name] else { continue }
          for row in 0..<part.rowCount {
            values[(start + row) * width + place] = part.columns[column][row]
          }
        }
        start += part.rowCount
      }
      var found = [rowCount]
      for dimension in shape.dimensions.dropFirst() {
        found.append(dimension.value(sizes) ?? width)
      }
      var size: Int? = 1
      for extent in found.dropFirst() {
        let (product, overflow) = (size ?? 0).multipliedReportingOverflow(by: extent)
        if overflow { size = nil }
        if size != nil { size = product }
      }
      guard size == width else {
        throw DataError(
          "input `\(input.name)` has the shape \(shape) and "
            + (width == 1 ? "one column; name its columns with `from`" : "\(width) columns"),
          file: first)
      }
      try bind(shape, to: found, of: "input `\(input.name)`", file: first)
      append(input.symbol, shape, values, description.rowDimension)
    }
  }

  /// An array from `.npy`, `.csv` (all its numbers, below the names of columns if there are any)
  /// or `.json`.
  package static func readArray(
    _ path: String, like shape: Shape
  ) throws(DataError) -> ShapedValues {
    if path.hasSuffix(".json") {
      do {
        return try JSONValue.read(path: path).shapedValues(nonFinite: true)
      } catch let error as JSONValue.ShapeMistake {
        throw DataError(error.message, file: path)
      } catch let error as DataError {
        throw error
      } catch {
        throw DataError("the array cannot be read", file: path)
      }
    }
    guard path.hasSuffix(".csv") else { return try NumPyArray.read(path: path) }
    let table = try CSVReader.readNumbers(path: path)
    let width = table.columns.count
    var values = [Double](repeating: 0, count: table.rowCount * width)
    for (place, column) in table.columns.enumerated() {
      for row in 0..<table.rowCount { values[row * width + place] = column[row] }
    }
    if shape.isScalar, values.count == 1 { return ShapedValues(shape: [], values: values) }
    let isVector = shape.rank <= 1 && width == 1
    return ShapedValues(
      shape: isVector ? [table.rowCount] : [table.rowCount, width], values: values)
  }
}
