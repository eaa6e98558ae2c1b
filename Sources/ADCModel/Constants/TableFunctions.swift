import ADCCalculus

/// Arithmetic over constant arrays whose shapes are known and checked.
enum TableFunctions {
  /// The distance in a row-major array between neighbours along each axis.
  private static func strides(_ shape: Shape) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * (shape.dimensions[axis + 1].known ?? 1)
    }
    return strides
  }

  /// Runs over all positions of a shape, the last axis fastest.
  private static func forEachPosition(
    _ shape: Shape, _ count: Int, _ body: (_ place: Int, _ position: [Int]) -> Void
  ) {
    let sizes = shape.dimensions.map { $0.known ?? 0 }
    var position = [Int](repeating: 0, count: sizes.count)
    for place in 0..<count {
      body(place, position)
      var axis = sizes.count - 1
      while axis >= 0 {
        position[axis] += 1
        if position[axis] < sizes[axis] { break }
        position[axis] = 0
        axis -= 1
      }
    }
  }

  /// The elements of a table repeated to a shape that it broadcasts to.
  static func broadcast(_ table: Table, to shape: Shape, _ count: Int) -> [Double] {
    if table.shape == shape { return table.values }
    if table.values.count == 1 { return [Double](repeating: table.values[0], count: count) }
    let offset = shape.rank - table.shape.rank
    var steps = strides(table.shape)
    for axis in steps.indices where table.shape.dimensions[axis].isOne { steps[axis] = 0 }
    var result = [Double](repeating: 0, count: count)
    forEachPosition(shape, count) { place, position in
      var source = 0
      for axis in steps.indices { source += steps[axis] * position[axis + offset] }
      result[place] = table.values[source]
    }
    return result
  }

  static func reduce(
    _ table: Table, _ reduction: Reduction, _ axes: [Int], into shape: Shape, _ count: Int
  ) -> Table {
    let start: Double
    switch reduction {
    case .sum: start = 0
    case .product: start = 1
    case .minimum, .indexOfMinimum: start = .infinity
    case .maximum, .indexOfMaximum: start = -.infinity
    }
    // Strides of the result over the operand's axes; 0 along those that vanish.
    var steps = [Int](repeating: 0, count: table.shape.rank)
    var step = 1
    for axis in stride(from: table.shape.rank - 1, through: 0, by: -1) where !axes.contains(axis) {
      steps[axis] = step
      step *= table.shape.dimensions[axis].known ?? 1
    }
    var result = [Double](repeating: start, count: count)
    var places = [Double](repeating: 0, count: count)
    forEachPosition(table.shape, table.values.count) { place, position in
      var target = 0
      for axis in steps.indices { target += steps[axis] * position[axis] }
      let value = table.values[place]
      let index = axes.first.map { Double(position[$0]) } ?? 0
      switch reduction {
      case .sum: result[target] += value
      case .product: result[target] *= value
      case .minimum, .indexOfMinimum:
        if value < result[target] || value.isNaN {
          (result[target], places[target]) = (value, index)
        }
      case .maximum, .indexOfMaximum:
        if value > result[target] || value.isNaN {
          (result[target], places[target]) = (value, index)
        }
      }
    }
    let isIndex = reduction == .indexOfMinimum || reduction == .indexOfMaximum
    return Table(shape: shape, values: isIndex ? places : result)
  }

  /// The elements at other places; nil where the attribute does not fit the view.
  static func view(
    _ table: Table, _ view: View, _ attribute: Attribute, _ shape: Shape, _ count: Int
  ) -> Table? {
    var steps = strides(table.shape)
    var start = 0
    switch view {
    case .reshape: return Table(shape: shape, values: table.values)
    case .broadcast: return Table(shape: shape, values: broadcast(table, to: shape, count))
    case .transpose: steps.swapAt(steps.count - 1, steps.count - 2)
    case .diagonal:
      let last = steps.removeLast()
      steps[steps.count - 1] += last
    case .permute:
      guard case .permutation(let order) = attribute else { return nil }
      steps = order.map { steps[$0] }
    case .windows:
      guard case .windows(let sizes, let strides) = attribute else { return nil }
      steps += zip(steps.suffix(sizes.count), strides).map { $0 * $1 }
    case .reversed:
      guard case .axes(let axes, _) = attribute, let axis = axes.first else { return nil }
      start = ((table.shape.dimensions[axis].known ?? 1) - 1) * steps[axis]
      steps[axis] = -steps[axis]
    case .slice:
      guard case .window(let starts, _) = attribute else { return nil }
      for (axis, first) in starts.enumerated() {
        guard let first = first.known else { return nil }
        start += first * steps[axis]
      }
    }
    var result = [Double](repeating: 0, count: count)
    forEachPosition(shape, count) { place, position in
      var source = start
      for axis in steps.indices { source += steps[axis] * position[axis] }
      result[place] = table.values[source]
    }
    return Table(shape: shape, values: result)
  }

  /// Zeros with a table put at an index; nil where the index has a name.
  static func pad(
    _ table: Table, at starts: [Dimension], _ shape: Shape, _ count: Int
  ) -> Table? {
    let steps = strides(shape)
    var offset = 0
    for (axis, start) in starts.enumerated() {
      guard let start = start.known else { return nil }
      offset += start * steps[axis]
    }
    var result = [Double](repeating: 0, count: count)
    forEachPosition(table.shape, table.values.count) { place, position in
      var target = offset
      for axis in steps.indices { target += steps[axis] * position[axis] }
      result[target] = table.values[place]
    }
    return Table(shape: shape, values: result)
  }

  /// Rows by their indices, for each place of the `batch` leading axes on its own; nil where an
  /// index is outside.
  static func gather(
    _ table: Table, _ index: Table, _ batch: Int, _ shape: Shape, _ count: Int
  ) -> Table? {
    let sizes = table.shape.dimensions.map { $0.known ?? 0 }
    let (batches, rows) = (sizes.prefix(batch).reduce(1, *), sizes[batch])
    guard batches > 0, rows > 0 else { return nil }
    let width = table.values.count / (batches * rows)
    let perBatch = max(index.values.count / batches, 1)
    var result: [Double] = []
    result.reserveCapacity(count)
    for (place, value) in index.values.enumerated() {
      guard value >= 0, value < Double(rows), value.rounded(.towardZero) == value else {
        return nil
      }
      let start = (place / perBatch * rows + Int(value)) * width
      result.append(contentsOf: table.values[start..<start + width])
    }
    return Table(shape: shape, values: result)
  }

  static func concatenate(_ tables: [Table], axis: Int, _ shape: Shape, _ count: Int) -> Table {
    let steps = strides(shape)
    var result = [Double](repeating: 0, count: count)
    var offset = 0
    for table in tables {
      forEachPosition(table.shape, table.values.count) { place, position in
        var target = offset * steps[axis]
        for axis in steps.indices { target += steps[axis] * position[axis] }
        result[target] = table.values[place]
      }
      offset += table.shape.dimensions[axis].known ?? 0
    }
    return Table(shape: shape, values: result)
  }

  /// The most multiplications of one product.
  private static let workLimit = 1 << 28

  /// The product of matrices and vectors; nil for batches and for what would take minutes.
  static func matrixProduct(_ a: Table, _ b: Table, _ shape: Shape, _ count: Int) -> Table? {
    guard a.shape.rank <= 2, b.shape.rank <= 2, let inner = a.shape.dimensions.last?.known,
      let columns = b.shape.rank == 2 ? b.shape.dimensions[1].known : 1,
      count <= workLimit / max(1, inner)
    else { return nil }
    var result = [Double](repeating: 0, count: count)
    for place in result.indices {
      let (row, column) = place.quotientAndRemainder(dividingBy: columns)
      for k in 0..<inner {
        result[place] += a.values[row * inner + k] * b.values[k * columns + column]
      }
    }
    return Table(shape: shape, values: result)
  }
  /// A function of one matrix, with a right side where it takes one; nil for batches and for what
  /// would take minutes.
  static func matrixFunction(
    _ function: MatrixFunction, _ operands: [Table], _ shape: Shape, _ count: Int
  ) -> Table? {
    guard operands.allSatisfy({ $0.shape.rank <= 2 }), let matrix = operands.first,
      let rows = matrix.shape.dimensions.first?.known,
      let columns = matrix.shape.dimensions.last?.known, matrix.values.count <= 1 << 20
    else { return nil }
    let kernel = MatrixKernel(
      function, rows: rows, columns: columns,
      rightColumns: rows == 0 ? 0 : (operands.count > 1 ? operands[1].values.count / rows : 0))
    guard kernel.resultCount == count else { return nil }
    var (work, result) = (matrix.values, [Double](repeating: 0, count: count))
    if operands.count > 1 { result = operands[1].values }
    var scratch = [Double](repeating: 0, count: max(kernel.scratchCount, 1))
    work.withUnsafeMutableBufferPointer { work in
      result.withUnsafeMutableBufferPointer { result in
        scratch.withUnsafeMutableBufferPointer { scratch in
          guard let work = work.baseAddress, let result = result.baseAddress,
            let scratch = scratch.baseAddress
          else { return }
          kernel.run(work, result, scratch)
        }
      }
    }
    return Table(shape: shape, values: result)
  }
}
