import ADCCalculus
import ADCMachine

/// Matrices behind each other, along the axes before the last two.
private struct MatrixBatches {
  /// The sizes of those axes.
  let sizes: [Quantity]

  func strides(_ placement: Placement) -> [Quantity] {
    Placement(
      root: placement.root, sizes: Array(placement.sizes.dropLast(2)),
      strides: Array(placement.strides.dropLast(2))
    ).broadcast(to: sizes).strides
  }

  /// One matrix.
  func at(_ counters: [Quantity], _ placement: Placement) -> Placement {
    let offset = zip(counters, strides(placement)).reduce(placement.offset) { $0 + $1.0 * $1.1 }
    return Placement(
      root: placement.root, offset: offset, sizes: Array(placement.sizes.suffix(2)),
      strides: Array(placement.strides.suffix(2)))
  }
}

// What is done with whole matrices, and with the numbers along an axis.
extension FunctionCode {
  /// A function of matrices, one after the other; what is used up is copied first.
  func write(
    _ function: MatrixFunction, _ operands: [Int], _ to: Int
  ) throws(TranslationError) {
    let matrix = try placement(operands[0])
    var right = try operands.dropFirst().first.map { view throws(TranslationError) in
      try placement(view)
    }
    if right?.sizes.count == 1 {
      right?.sizes.append(.one)
      right?.strides.append(.zero)
    }
    let batches = MatrixBatches(sizes: Self.batches(matrix.sizes, right?.sizes ?? matrix.sizes))
    let sizes = batches.sizes
    let (rows, columns) = (matrix.sizes[sizes.count], matrix.sizes[sizes.count + 1])
    let columnsOfResult = right?.sizes.last
    let (helper, scratch) = Self.helper(function, rows, columns)
    let work: [Argument] =
      scratch.isZero ? [] : [.pointer(context.scratch("scratch", scratch, isWide: true))]
    let isDouble = program.precision == .double
    let inPlace = isDouble && Self.keepsMatrix(function) ? try? pointer(matrix) : nil
    let isRead = inPlace != nil && batches.at([], matrix).isContiguous
    let room = isRead ? nil : context.scratch("matrix", rows * columns, isWide: true)
    /// The statements before the call, and the matrix in it.
    func prepared(_ counters: [Quantity]) -> ([Statement], Pointer) {
      guard let room else {
        let found = batches.at(counters, matrix)
        return ([], Pointer(array: inPlace?.array ?? "", place: found.offset))
      }
      return (copying(from: batches.at(counters, matrix), to: room, by: { .widened($0) }), room)
    }
    var arguments: [Argument] = [.size(rows)]
    if function == .pseudoInverse { arguments.append(.size(columns)) }
    if let columnsOfResult, function != .adjugateAlong { arguments.append(.size(columnsOfResult)) }
    guard function != .determinant && function != .logDeterminant else {
      return writeNumbers(sizes, [batches.strides(matrix)], to) { counters in
        let (before, matrix) = prepared(counters)
        return (before, .narrowed(.call(helper, arguments + [.pointer(matrix)] + work)))
      }
    }
    let result = makeArray(to)
    let count = rows * (columnsOfResult ?? columns)
    let steps = Placement.rowMajor(sizes).map { $0 * count }
    let wide = isDouble ? nil : context.scratch("solution", count, isWide: true)
    let walks = [batches.strides(matrix), steps] + (right.map { [batches.strides($0)] } ?? [])
    statements += loops(sizes, walks) { [self] counters in
      var target = result
      target.place = zip(counters, steps).reduce(result.place) { $0 + $1.0 * $1.1 }
      var (body, matrix) = prepared(counters)
      let solution = wide ?? target
      if let right {
        body += copying(from: batches.at(counters, right), to: solution, by: { .widened($0) })
      }
      body.append(.call(helper, arguments + [.pointer(matrix), .pointer(solution)] + work))
      if let wide { body += narrowing(wide, to: target, count) }
      return body
    }
  }

  /// Doubles rounded to the numbers of the program.
  private func narrowing(_ wide: Pointer, to target: Pointer, _ count: Quantity) -> [Statement] {
    loops([count], [[.one]]) { counters in
      let number = Value.element(Pointer(array: wide.array, place: counters[0]))
      return [
        .assign(
          Pointer(array: target.array, place: target.place + counters[0]), .narrowed(number))
      ]
    }
  }

  /// One number for every batch.
  private func writeNumbers(
    _ sizes: [Quantity], _ walks: [[Quantity]], _ to: Int,
    _ number: ([Quantity]) -> (before: [Statement], value: Value)
  ) {
    guard !sizes.isEmpty else {
      let (before, value) = number([])
      statements += before
      return buffers(to, is: value)
    }
    let result = makeArray(to)
    let steps = Placement.rowMajor(sizes)
    statements += loops(sizes, walks + [steps]) { counters in
      var target = result
      target.place = zip(counters, steps).reduce(result.place) { $0 + $1.0 * $1.1 }
      let (before, value) = number(counters)
      return before + [.assign(target, value)]
    }
  }

  /// The sizes of the batches of two operands, each seen in those of both.
  private static func batches(_ left: [Quantity], _ right: [Quantity]) -> [Quantity] {
    let (long, short) = left.count >= right.count ? (left, right) : (right, left)
    var sizes = Array(long.dropLast(2))
    for (axis, size) in short.dropLast(2).enumerated() where !size.isOne {
      sizes[long.count - short.count + axis] = size
    }
    return sizes
  }

  /// Whether the matrix is as it was afterwards.
  private static func keepsMatrix(_ function: MatrixFunction) -> Bool {
    switch function {
    case .cholesky, .pseudoInverse, .solveLower, .solveUpper: true
    case .inverse, .determinant, .logDeterminant, .solve, .adjugate, .adjugateAlong: false
    }
  }

  /// What computes a function, and the numbers that it needs room for beside the matrix.
  private static func helper(
    _ function: MatrixFunction, _ rows: Quantity, _ columns: Quantity
  ) -> (Helper, Quantity) {
    switch function {
    case .inverse: (.invert, rows)
    case .determinant: (.determinantOf, rows)
    case .logDeterminant: (.logDeterminantOf, rows)
    case .solve: (.solveSystem, rows)
    case .solveLower: (.solveLower, .zero)
    case .solveUpper: (.solveUpper, .zero)
    case .cholesky: (.choleskyFactor, .zero)
    case .adjugate: (.adjugateOf, rows * Quantity(3))
    case .adjugateAlong: (.adjugateAlong, rows * Quantity(5))
    case .pseudoInverse: (.pseudoInverse, rows * columns * Quantity(2) + rows + columns)
    }
  }

  /// Numbers along an axis in ascending order, or the places where they are.
  func writeSorting(
    _ view: Int, _ axis: Int, _ to: Int, _ helper: Helper
  ) throws(TranslationError) {
    let source = try stored(view)
    let start = try pointer(source)
    let result = makeArray(to)
    let steps = Placement.rowMajor(source.sizes)
    let count = source.sizes[axis]
    let work = context.scratch("order", count * Quantity(3))
    var outer = source.sizes
    outer[axis] = .one
    statements += loops(outer, [source.strides, steps]) { counters in
      func at(_ pointer: Pointer, _ strides: [Quantity]) -> Argument {
        let place = zip(counters, strides).reduce(pointer.place) { $0 + $1.0 * $1.1 }
        return .pointer(Pointer(array: pointer.array, place: place, isScalar: pointer.isScalar))
      }
      return [
        .call(
          helper,
          [
            at(start, source.strides), .size(source.strides[axis]), .size(count),
            at(result, steps), .size(steps[axis]), .pointer(work),
          ])
      ]
    }
  }
}
