package import ADCCalculus
package import ADCMachine

/// The values of a model's inputs, all rows, and the sizes that they give to named dimensions.
package struct Dataset: Sendable {
  /// One input's numbers, row-major, at an address that stays.
  package struct Array: Sendable {
    /// The input's place in the program's symbols.
    package var symbol: Int
    /// All rows, row-major; nothing where rows are streamed from a file.
    package var values: FixedNumbers
    /// Numbers in one row; nil for an input that is not cut into batches.
    package var rowWidth: Int?

    /// An input's numbers, which are not copied.
    package init(symbol: Int, values: FixedNumbers, rowWidth: Int?) {
      self.symbol = symbol
      self.values = values
      self.rowWidth = rowWidth
    }
  }

  /// One for each input, in the order of the description.
  package var arrays: [Array] = []
  /// That of the arrays.
  package private(set) var precision: Precision
  /// What the data make of the dimensions that the model names.
  package var sizes: [String: Int] = [:]
  /// The number of rows; nil for a model without data.
  package var rowCount: Int?
  /// Where the rows are, if they are not in `arrays`.
  package var stream: RowStream?
  /// What was done with the numbers.
  package var preparation = DataPreparation()
  /// The rows left out because a field has no value.
  package var dropped = 0

  /// Data of no inputs and no rows.
  package init(precision: Precision = .double) { self.precision = precision }

  /// The same data in another precision.
  func rounded(to precision: Precision) -> Dataset {
    guard precision != self.precision else { return self }
    var result = self
    result.precision = precision
    for place in arrays.indices {
      result.arrays[place].values = FixedNumbers(arrays[place].values.doubles, precision)
    }
    return result
  }
}

/// Numbers that never change and never move, so that a machine may read them where they lie.
package final class FixedNumbers: Sendable {
  /// The number of values.
  package let count: Int
  private let precision: Precision
  nonisolated(unsafe) private let base: UnsafeRawPointer

  /// - Parameter precision: that of the numbers in memory, to which the values are rounded.
  package init(_ values: [Double], _ precision: Precision = .double) {
    switch precision {
    case .double: base = UnsafeRawPointer(Self.memory(values))
    case .single: base = UnsafeRawPointer(Self.memory(values.map { Float($0) }))
    }
    count = values.count
    self.precision = precision
  }

  private static func memory<Number: BinaryFloatingPoint>(
    _ values: [Number]
  ) -> UnsafeMutablePointer<Number> {
    let memory = UnsafeMutablePointer<Number>.allocate(capacity: max(values.count, 1))
    memory.initialize(to: 0)
    for (place, value) in values.enumerated() { (memory + place).initialize(to: value) }
    return memory
  }

  deinit { base.deallocate() }

  /// Where a number lies.
  package func address(of place: Int) -> UnsafeRawPointer { base + place * precision.bytes }

  /// All of them as doubles.
  package var doubles: [Double] {
    switch precision {
    case .double:
      Array(UnsafeBufferPointer(start: base.assumingMemoryBound(to: Double.self), count: count))
    case .single:
      UnsafeBufferPointer(start: base.assumingMemoryBound(to: Float.self), count: count)
        .map { Double($0) }
    }
  }
}

/// A file that feeds one input: `--input x=FILE`.
package struct InputFile: Equatable, Sendable {
  /// The input's name.
  package var name: String
  /// Where the numbers are, in a format that the path's end tells.
  package var path: String

  /// A file for an input, which need not exist yet.
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
  ///   - preparation: What was done with earlier data, to be done with these too.
  ///   - streams: Whether the rows of tables stay on the disk.
  ///   - keepsGaps: Whether rows that `missing drop` leaves out stay, with NaN in their gaps.
  package static func load(
    _ description: RunDescription, _ program: Program, needed: Set<Int>? = nil,
    tables: [String], files: [InputFile], preparation: DataPreparation? = nil,
    streams: Bool = false, keepsGaps: Bool = false
  ) throws(DataError) -> Dataset {
    var dataset = Dataset(precision: program.precision)
    var fromTable: [RunDescription.Input] = []
    for input in description.inputs where needed?.contains(input.symbol) ?? true {
      let shape = program.symbols[input.symbol].shape
      guard let file = files.last(where: { $0.name == input.name }) else {
        fromTable.append(input)
        continue
      }
      var array = try readArray(file.path, like: shape)
      try dataset.bind(
        shape, to: array.shape, of: "input `\(input.name)`", file: file.path)
      dataset.standardize(&array, input, description.settings, preparation)
      dataset.append(input.symbol, shape, array.values, description.rowDimension)
    }
    if !fromTable.isEmpty {
      try dataset.checkTables(fromTable, program, tables)
      if tables.allSatisfy(TableFile.holdsArrays) {
        try dataset.loadArrays(fromTable, description, program, tables, given: preparation)
      } else {
        try dataset.load(
          fromTable, description, program, tables, given: preparation, streams: streams,
          keepsGaps: keepsGaps)
      }
    }
    if let name = description.rowDimension { dataset.rowCount = dataset.sizes[name] }
    return dataset
  }

  private func checkTables(
    _ inputs: [RunDescription.Input], _ program: Program, _ tables: [String]
  ) throws(DataError) {
    guard let first = tables.first else {
      let names = inputs.map { "`\($0.name)`" }.joined(separator: ", ")
      throw DataError(
        "the model has inputs (\(names)) and no data: name a file in the model with "
          + "`train { data \"…\" }`", file: "", remedy: .data)
    }
    for input in inputs where program.symbols[input.symbol].shape.isScalar {
      throw DataError(
        "input `\(input.name)` is one number, which no table gives: declare it `[n]`",
        file: first, remedy: .array(input: input.name))
    }
    guard !tables.contains(where: TableFile.holdsArrays) || tables.allSatisfy(TableFile.holdsArrays)
    else { throw DataError("tables and arrays of NumPy cannot follow each other", file: first) }
  }

  mutating func append(
    _ symbol: Int, _ shape: Shape, _ values: [Double], _ rows: String?
  ) {
    let isCut = rows != nil && shape.dimensions.first?.name == rows
    let count = isCut ? (rows.flatMap { sizes[$0] } ?? 0) : 0
    arrays.append(
      Array(
        symbol: symbol, values: FixedNumbers(values, precision),
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
