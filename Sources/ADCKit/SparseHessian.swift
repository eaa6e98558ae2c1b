import ADCCalculus
import ADCMachine
import ADCTraining

/// The second derivatives of a model's loss by all parameters, side by side, at bound sizes.
///
/// Where few products with 0-1 vectors find all elements, these are computed together, one for each
/// colour of a star colouring; else whole blocks are. Used by one thread at a time.
final class SparseHessian {
  let pattern: SparsityPattern
  let colouring: Colouring
  /// Whether products are compressed by colours.
  let isCompressed: Bool
  /// The elements, row by row: as many as the pattern has.
  private(set) var values: [Double]

  private let function: BoundFunction
  private let memory: SymbolMemory
  private let parameters: [Int]
  /// For each element where it stands among the outputs.
  private let sources: [Int32]
  private var buffer: [Double]
  private var blocks: [Range<Int>] = []

  /// Finds the pattern and compiles what computes it; the session's inputs must be fed.
  init(_ symbolic: SymbolicModel, _ session: Session) throws(DerivativeError) {
    var request = HessianRequest(symbolic)
    let sizes = session.sizes()
    pattern = try request.pattern(sizes, session)
    colouring = Colouring.star(of: pattern)
    isCompressed = 2 * colouring.count <= pattern.columns
    let plan =
      isCompressed
      ? try request.compressed() : try request.whole()
    var bound = sizes
    bound[HessianRequest.colours] = colouring.count
    do throws(MachineError) {
      let program = try Program.lower(
        plan.graph,
        [FunctionRequest(name: "hessian", outputs: plan.roots.map { (name: "", node: $0) })])
      memory = SymbolMemory(program)
      function = try BoundFunction(
        program, function: "hessian", sizes: bound, settings: session.settings)
    } catch {
      throw DerivativeError(code: "AD0702", message: error.description)
    }
    parameters = request.places
    session.copyValues(to: memory, first: symbolic.graph.symbols.count)
    let layout = ParameterLayout(request.places, session)
    for (place, seed) in zip(layout.ranges, plan.seeds) {
      memory.set(seed, colouring.indicators(of: place))
    }
    var start = 0
    for output in plan.roots.indices {
      let count = function.sizes(ofOutput: output).reduce(1, *)
      blocks.append(start..<start + count)
      start += count
    }
    buffer = [Double](repeating: 0, count: start)
    values = [Double](repeating: 0, count: pattern.count)
    sources =
      isCompressed
      ? Self.compressedSources(pattern, colouring, layout)
      : Self.wholeSources(pattern, layout)
  }

  /// Computes all elements at the parameters that a session has.
  func evaluate(_ session: Session) throws(MachineError) {
    for symbol in parameters { memory.copy(symbol, from: session.memory) }
    try evaluate()
  }

  /// Computes all elements at the parameters of the last time.
  func evaluate() throws(MachineError) {
    try function.evaluate(memory)
    if blocks.count == 1, let elements = function.numbers(ofOutput: 0) { return take(elements) }
    buffer.withUnsafeMutableBufferPointer { buffer in
      for (output, range) in blocks.enumerated() {
        function.copyValues(
          ofOutput: output, to: UnsafeMutableBufferPointer(rebasing: buffer[range]))
      }
      take(UnsafeBufferPointer(buffer))
    }
  }

  private func take(_ elements: UnsafeBufferPointer<Double>) {
    values.withUnsafeMutableBufferPointer { values in
      sources.withUnsafeBufferPointer { sources in
        for place in sources.indices { values[place] = elements[Int(sources[place])] }
      }
    }
  }

  /// Where each element stands in the products: as it is, or mirrored where another element of its
  /// row has its colour.
  private static func compressedSources(
    _ pattern: SparsityPattern, _ colouring: Colouring, _ layout: ParameterLayout
  ) -> [Int32] {
    var sources: [Int32] = []
    sources.reserveCapacity(pattern.count)
    var seen = [Int](repeating: 0, count: colouring.count)
    // How many elements of each row have a colour, for all rows.
    var isAlone = [Bool](repeating: false, count: pattern.count)
    for row in 0..<pattern.rows {
      for column in pattern[row] { seen[colouring.colours[Int(column)]] += 1 }
      for place in pattern.starts[row]..<pattern.starts[row + 1] {
        isAlone[place] = seen[colouring.colours[Int(pattern.places[place])]] == 1
      }
      for column in pattern[row] { seen[colouring.colours[Int(column)]] = 0 }
    }
    for row in 0..<pattern.rows {
      for place in pattern.starts[row]..<pattern.starts[row + 1] {
        let column = Int(pattern.places[place])
        // The same one of both for (i, j) and (j, i).
        let (first, second) = row <= column ? (row, column) : (column, row)
        let here = pattern.place(first, second)
        let (from, colour) =
          isAlone[here] ? (first, colouring.colours[second]) : (second, colouring.colours[first])
        sources.append(Int32(layout.position(row: from, colour: colour, of: colouring.count)))
      }
    }
    return sources
  }

  private static func wholeSources(
    _ pattern: SparsityPattern, _ layout: ParameterLayout
  ) -> [Int32] {
    var sources: [Int32] = []
    sources.reserveCapacity(pattern.count)
    for row in 0..<pattern.rows {
      for column in pattern[row] {
        sources.append(Int32(layout.position(min(row, Int(column)), max(row, Int(column)))))
      }
    }
    return sources
  }
}

/// Where the elements of each parameter lie among all.
private struct ParameterLayout {
  private(set) var ranges: [Range<Int>] = []
  /// Where the block of a pair of parameters begins, the first one not behind the second.
  private var blockStarts: [[Int]] = []
  private var owners: [Int] = []

  init(_ symbols: [Int], _ session: Session) {
    var start = 0
    for (place, symbol) in symbols.enumerated() {
      let count = session.memory.count(of: symbol)
      ranges.append(start..<start + count)
      owners += [Int](repeating: place, count: count)
      start += count
    }
    var block = 0
    for (first, rows) in ranges.enumerated() {
      var starts = [Int](repeating: 0, count: ranges.count)
      for (second, columns) in ranges.enumerated().dropFirst(first) {
        starts[second] = block
        block += rows.count * columns.count
      }
      blockStarts.append(starts)
    }
  }

  /// The place of an element of a product in the outputs: one block for each parameter, a row of it
  /// for each colour.
  func position(row: Int, colour: Int, of count: Int) -> Int {
    let range = ranges[owners[row]]
    return range.lowerBound * count + colour * range.count + (row - range.lowerBound)
  }

  /// The place of an element in the blocks of pairs; the row is not below the column.
  func position(_ row: Int, _ column: Int) -> Int {
    let (first, second) = (owners[row], owners[column])
    return blockStarts[first][second]
      + (row - ranges[first].lowerBound) * ranges[second].count
      + (column - ranges[second].lowerBound)
  }
}

extension SparsityPattern {
  /// The place of an element among all.
  fileprivate func place(_ row: Int, _ column: Int) -> Int {
    var (low, high) = (starts[row], starts[row + 1])
    while low < high {
      let middle = (low + high) / 2
      if Int(places[middle]) < column { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Session {
  /// The sizes of all named dimensions.
  func sizes() -> [String: Int] {
    var sizes: [String: Int] = [:]
    for (place, symbol) in program.symbols.enumerated() where memory.count(of: place) > 0 {
      let names = symbol.shape.dimensions.compactMap(\.name)
      guard !names.isEmpty, let shape = try? shape(of: place) else { continue }
      for (dimension, size) in zip(symbol.shape.dimensions, shape) {
        if let name = dimension.name { sizes[name] = size }
      }
    }
    return sizes
  }

  /// Gives the first symbols of another program, which are this one's, the same values.
  func copyValues(to other: SymbolMemory, first count: Int) {
    for place in 0..<min(count, program.symbols.count) where memory.count(of: place) > 0 {
      other.set(place, memory.values(of: place))
    }
  }
}
