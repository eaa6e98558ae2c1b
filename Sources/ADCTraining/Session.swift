// A program with values for its symbols: what evaluates, trains and predicts.
// In: a program, what its symbols are, and data. Out: numbers, and changed parameters.
// Must not know the command line.

import ADCCalculus
package import ADCMachine
import ADCPlatform

/// One model at work: parameters, data, and functions bound to the sizes that were met. Used by one
/// thread at a time; a program may have any number of sessions.
package final class Session {
  /// What is bound and run.
  package let program: Program
  /// What the symbols of the program are, and how they are trained.
  package let description: RunDescription
  /// All rows, those held back included.
  package let dataset: Dataset
  /// The current values of all symbols: parameters, inputs of the batch, states.
  package let memory: SymbolMemory
  /// What first values, orders of rows and noise are drawn from.
  package let seed: UInt64
  /// How functions run that are bound for this session.
  package let settings: ExecutionSettings
  /// The sizes of named dimensions, but for the number of rows.
  package private(set) var sizes: [String: Int]
  private var bound: [BoundKey: BoundFunction] = [:]
  // These change with every batch, and no access to them is ever within another.
  /// A few that are looked for first: a fit has four functions, and the last batch of an epoch
  /// other rows than the others.
  @exclusivity(unchecked) private var recent: [(key: BoundKey, function: BoundFunction)] = []
  @exclusivity(unchecked) package private(set) var fed = FedRows.range(0..<0)
  /// Taken by parameters and states.
  private var bytes = 0

  private struct BoundKey: Hashable {
    var function: String
    var rows: Int
    var guardsDigits: Bool
  }

  /// Whether formulas that lose digits are computed again with more of them. A search for a minimum
  /// does not: it takes thousands of values, and each may take a thousand times as long.
  package var guardsDigits = true
  /// Whether there are such formulas.
  private let hasFormulas: Bool

  /// The rows of the data that the inputs hold.
  package enum FedRows {
    case range(Range<Int>)
    case order(ArraySlice<Int32>)

    /// The number of rows.
    package var count: Int {
      switch self {
      case .range(let rows): rows.count
      case .order(let rows): rows.count
      }
    }
  }

  /// Gives every symbol its first value.
  ///
  /// - Parameters:
  ///   - folder: Where files that the model names are looked for.
  ///   - starts: First values that replace the model's, by parameter.
  package init(
    _ program: Program, _ description: RunDescription, dataset: Dataset, folder: String = "",
    seed: Int? = nil, starts: [String: ShapedValues] = [:],
    settings: ExecutionSettings = ExecutionSettings()
  ) throws(RunError) {
    self.settings = settings
    self.program = program
    self.description = description
    hasFormulas = program.functions.contains { function in
      function.instructions.contains { if case .formula = $0 { true } else { false } }
    }
    self.dataset = dataset.rounded(to: program.precision)
    self.seed = UInt64(clamping: seed ?? description.settings.seed ?? 0)
    sizes = dataset.sizes
    memory = SymbolMemory(program)
    for symbol in description.environment.values { memory.allocate(symbol, count: 1) }
    if description.environment["seed"] != nil, self.seed > program.precision.mostWhole {
      throw .setting(
        "the seed \(self.seed) is no number of \(program.precision.rawValue) precision, which counts "
          + "to \(program.precision.mostWhole): give a smaller one", remedy: .seed)
    }
    setEnvironment("seed", Double(self.seed))
    var files: [Int: ShapedValues] = [:]
    do throws(DataError) {
      files = try readStarts(folder: folder, starts: starts)
    } catch {
      throw .data(error)
    }
    for (place, parameter) in description.parameters.enumerated() {
      try setStart(of: parameter, place, from: files[place])
    }
    for state in description.states {
      memory.allocate(state.symbol, count: try claim(state.symbol, "optimizer value"))
    }
  }

  /// Values from files and from outside, which may fix the sizes of named dimensions.
  private func readStarts(
    folder: String, starts: [String: ShapedValues]
  ) throws(DataError) -> [Int: ShapedValues] {
    var found: [Int: ShapedValues] = [:]
    var sizes = dataset
    for (place, parameter) in description.parameters.enumerated() {
      let shape = program.symbols[parameter.symbol].shape
      let array: ShapedValues
      var file = ""
      if let given = starts[parameter.name] {
        array = given
      } else if case .file(let path) = parameter.start {
        file = path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
        array = try Dataset.readArray(file, like: shape)
      } else {
        continue
      }
      try sizes.bind(shape, to: array.shape, of: "parameter `\(parameter.name)`", file: file)
      found[place] = array
    }
    self.sizes = sizes.sizes
    return found
  }

  private func setStart(
    of parameter: RunDescription.Parameter, _ place: Int, from file: ShapedValues?
  ) throws(RunError) {
    let count = try claim(parameter.symbol, "parameter")
    memory.allocate(parameter.symbol, count: count)
    if let file {
      memory.set(parameter.symbol, file.values)
      return
    }
    switch parameter.start {
    case .file: break
    case .values(let array):
      let sizes = try shape(of: parameter.symbol)
      guard array.stretches(to: sizes) else {
        throw .setting(
          "the first values of `\(parameter.name)` have the shape \(array.shape), and it has the "
            + "shape \(sizes)")
      }
      if array.values.count == 1 {
        // A second array of the parameter's size is not needed for one number.
        memory.fill(parameter.symbol, with: array.values[0])
        return
      }
      memory.set(parameter.symbol, repeated(array, to: sizes, count: count))
    case .drawn(let kind, let arguments):
      let draw = Draw(seed: seed, stream: UInt64(place))
      guard
        let values = draw.values(
          kind, arguments, sizes: try shape(of: parameter.symbol), count: count)
      else { throw .setting("there is no distribution `\(kind)`") }
      memory.set(parameter.symbol, values)
    }
  }

  /// An array repeated along its missing and stretched axes.
  private func repeated(_ array: ShapedValues, to sizes: [Int], count: Int) -> [Double] {
    if array.values.count == count { return array.values }
    let missing = sizes.count - array.shape.count
    return (0..<count).map { index in
      var rest = index
      var place = 0
      var stride = 1
      for axis in sizes.indices.reversed() {
        let position = rest % sizes[axis]
        rest /= sizes[axis]
        guard axis >= missing else { continue }
        let own = array.shape[axis - missing]
        if own != 1 { place += position * stride }
        stride *= own
      }
      return array.values[place]
    }
  }

  /// The sizes of a symbol's axes; of an input, with so many rows.
  package func shape(of symbol: Int, rows: Int? = nil) throws(RunError) -> [Int] {
    var sizes = sizes
    if let rows, let name = description.rowDimension { sizes[name] = rows }
    var result: [Int] = []
    for dimension in program.symbols[symbol].shape.dimensions {
      guard let size = dimension.value(sizes) else {
        throw .setting(
          "the size of `\(dimension)` in `\(program.symbols[symbol].name): "
            + "\(program.symbols[symbol].shape)` is not known: no data give it")
      }
      guard size >= 0 else {
        throw .setting("`\(dimension)` would be \(size) in `\(program.symbols[symbol].name)`")
      }
      result.append(size)
    }
    return result
  }

  /// The number of values of a symbol, for which there is room within the limit of memory.
  private func claim(_ symbol: Int, _ kind: String) throws(RunError) -> Int {
    let sizes = try shape(of: symbol)
    let limit = MachineLimits().bytes
    let left = (limit - bytes) / program.precision.bytes
    var count = sizes.contains(0) ? 0 : 1
    for size in sizes where count > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= left else {
        throw .setting(
          "the \(kind) `\(program.symbols[symbol].name)` of the shape \(sizes) is too large: "
            + "\(limit) bytes is the most that parameters and the optimizer's values may take")
      }
      count = product
    }
    bytes += count * program.precision.bytes
    return count
  }

  /// A function bound to a number of rows; bound once and kept.
  package func function(_ name: String, rows: Int) throws(RunError) -> BoundFunction {
    let guardsDigits = guardsDigits || !hasFormulas
    let key = BoundKey(function: name, rows: rows, guardsDigits: guardsDigits)
    for place in recent.indices where recent[place].key == key { return recent[place].function }
    if let known = bound[key] {
      if recent.count == 6 { recent.removeAll(keepingCapacity: true) }
      recent.append((key, known))
      return known
    }
    var sizes = sizes
    if let dimension = description.rowDimension { sizes[dimension] = rows }
    var settings = settings
    settings.guardsDigits = guardsDigits
    do throws(MachineError) {
      let function = try BoundFunction(program, function: name, sizes: sizes, settings: settings)
      bound[key] = function
      return function
    } catch {
      throw .machine(error)
    }
  }

  /// Lets the inputs read rows of the data where they lie.
  package func feed(rows: Range<Int>) {
    fed = .range(rows)
    if dataset.stream != nil { return feedFromDisk(rows.map { Int32(clamping: $0) }[...]) }
    for array in dataset.arrays {
      guard let width = array.rowWidth else {
        feedWhole(array)
        continue
      }
      memory.borrow(
        array.symbol, array.values.address(of: rows.lowerBound * width),
        count: rows.count * width)
    }
  }

  /// Copies rows, in an order of their own, to where the inputs read them.
  package func feed(_ order: ArraySlice<Int32>) {
    fed = .order(order)
    if dataset.stream != nil { return feedFromDisk(order) }
    for array in dataset.arrays {
      guard let width = array.rowWidth else {
        feedWhole(array)
        continue
      }
      if !memory.isOwned(array.symbol) || memory.count(of: array.symbol) != order.count * width {
        memory.allocate(array.symbol, count: order.count * width)
      }
      var target = memory.address(of: array.symbol)
      let room = width * memory.precision.bytes
      for row in order {
        target.copyMemory(from: array.values.address(of: Int(row) * width), byteCount: room)
        target += room
      }
    }
  }

  /// What keeps rows from being read back; told by the next evaluation.
  @exclusivity(unchecked) private var readingFailure: DataError?

  private func feedFromDisk(_ order: ArraySlice<Int32>) {
    guard let stream = dataset.stream else { return }
    for array in dataset.arrays where array.rowWidth == nil { feedWhole(array) }
    for part in stream.parts {
      let count = order.count * part.width
      if !memory.isOwned(part.symbol) || memory.count(of: part.symbol) != count {
        memory.allocate(part.symbol, count: count)
      }
    }
    do throws(DataError) {
      for (place, row) in order.enumerated() {
        try stream.read(row: Int(row), to: memory, at: place)
      }
      readingFailure = nil
    } catch {
      readingFailure = error
    }
  }

  /// Lets the inputs hold rows that they held before.
  package func feed(again rows: FedRows) {
    switch rows {
    case .range(let rows): feed(rows: rows)
    case .order(let rows): feed(rows)
    }
  }

  private func feedWhole(_ array: Dataset.Array) {
    memory.borrow(array.symbol, array.values.address(of: 0), count: array.values.count)
  }

  /// Evaluates a function on some rows without changing anything.
  package func evaluate(_ name: String, rows: Range<Int>) throws(RunError) -> BoundFunction {
    feed(rows: rows)
    let function = try function(name, rows: rows.count)
    try evaluate(function)
    return function
  }

  /// Evaluates a function on the rows that the inputs hold.
  ///
  /// - Throws: where an index is not a row of its table, with the input and the row of the data
  ///   that it comes from, if it comes from one as it is.
  package func evaluate(_ function: BoundFunction) throws(RunError) {
    if let readingFailure { throw .data(readingFailure) }
    do throws(MachineError) {
      try function.evaluate(memory)
    } catch {
      throw placed(error, in: function)
    }
  }

  /// Makes the updates that a function has computed.
  func commit(_ function: BoundFunction) throws(RunError) {
    do throws(MachineError) {
      try function.commit(memory)
    } catch {
      throw .machine(error)
    }
  }

  private func placed(_ error: MachineError, in function: BoundFunction) -> RunError {
    guard case .indexOutOfRange(let element, let value, let rows) = error,
      let found = function.failedIndex(memory, element: element)
    else { return .machine(error) }
    guard let (symbol, position) = found.origin,
      let input = description.inputs.first(where: { $0.symbol == symbol })
    else { return found.tag.map { .placed(error, $0) } ?? .machine(error) }
    var place = "input `\(input.name)`"
    if let array = dataset.arrays.first(where: { $0.symbol == symbol }) {
      if let width = array.rowWidth, width > 0, let row = dataRow(position / width) {
        place += ", data row \(row + 1)"
      } else if array.values.count > 1 {
        place += ", element \(position)"
      }
    }
    return .data(
      DataError(
        "\(place): \(JSONValue.number(value)) is no index of a table with the rows 0..<\(rows)",
        file: ""))
  }

  /// The row of the data, from 0, that the inputs hold at a place of the batch.
  package func dataRow(_ place: Int) -> Int? {
    switch fed {
    case .range(let rows): place < rows.count ? rows.lowerBound + place : nil
    case .order(let rows): rows.dropFirst(place).first.map { Int($0) }
    }
  }

  /// All rows of the data; an empty range for a model without data.
  package var allRows: Range<Int> { 0..<(dataset.rowCount ?? 0) }

  /// The parameters as they are now, as numbers that are written with their digits.
  package func parameters() throws(RunError) -> [ParameterFile.Entry] {
    var result: [ParameterFile.Entry] = []
    for parameter in description.parameters {
      result.append(
        ParameterFile.Entry(
          name: parameter.name,
          array: ShapedValues(
            shape: try shape(of: parameter.symbol),
            values: memory.values(of: parameter.symbol).map(program.precision.written))))
    }
    return result
  }

  /// Takes over parameters (and a state, where there is one) from a file.
  package func restore(_ file: ParameterFile, path: String) throws(RunError) {
    for parameter in description.parameters {
      guard let array = file[parameter.name] else {
        throw .data(DataError("there is no parameter `\(parameter.name)`", file: path))
      }
      try restore(parameter.symbol, parameter.name, array, path)
    }
  }

  func restore(
    _ symbol: Int, _ name: String, _ array: ShapedValues, _ path: String
  ) throws(RunError) {
    let shape = try shape(of: symbol)
    guard array.shape == shape else {
      throw .data(
        DataError(
          "`\(name)` has the shape \(array.shape), and the model's has the shape \(shape)",
          file: path))
    }
    memory.set(symbol, array.values)
  }
}
