import ADCCalculus
import ADCMachine

extension FunctionCode {
  func write(_ instruction: Instruction) throws(TranslationError) {
    switch instruction {
    case .loop(let kernel): try write(kernel)
    case .copy(let view, let to):
      copy(from: try placement(view), to: makeArray(to))
    case .matrixProduct(let a, let b, let to): try writeProduct(a, b, to)
    case .pad(let view, let starts, let to):
      try writePadding(view, starts, to)
    case .concatenation(let views, let axis, let to):
      let target = makeArray(to)
      let strides = Placement.rowMajor(sizes(function.buffers[to]))
      var start = Quantity.zero
      for view in views {
        let source = try placement(view)
        if !isPlaced(source, in: target) {
          copy(
            from: source,
            to: Pointer(array: target.array, place: target.place + start * strides[axis]),
            strides: strides)
        }
        start = start + source.sizes[axis]
      }
    case .gather(let table, let index, let batch, let to):
      try writeRows(table, index, batch, to, isGather: true)
    case .scatterAdd(let rows, let index, let batch, let to):
      try writeRows(rows, index, batch, to, isGather: false)
    case .cumulativeSum(let view, let axis, let reversed, let to):
      try writeCumulativeSum(view, axis, reversed, to)
    case .extremeIndex(let view, let axis, let maximum, let to):
      try writeExtremeIndex(view, axis, maximum, to)
    case .takeAlong(let view, let index, let axis, let to):
      try writeAlong(view, index, axis, to, takes: true)
    case .putAlong(let view, let index, let axis, let to):
      try writeAlong(view, index, axis, to, takes: false)
    case .overlapAdd(let view, let steps, let to):
      let source = try placement(view)
      let whole = sizes(function.buffers[to])
      let target = makeArray(to)
      fill(target, whole.reduce(.one, *), with: 0)
      let kept = whole.count - steps.count
      let rows = Placement.rowMajor(whole)
      let strides = rows + zip(rows[kept...], steps).map { $0 * Quantity($1) }
      statements += loops(source.sizes, [source.strides, strides]) { counters in
        let place = Pointer(
          array: target.array, place: zip(counters, strides).reduce(.zero) { $0 + $1.0 * $1.1 })
        return [.assign(place, sum(.element(place), element(source, counters)))]
      }
    case .iota(let to):
      guard function.buffers[to].rank == 1 else {
        throw TranslationError("a count over several axes")
      }
      setHome(Home(place: .counting), ofBuffer: to)
    case .size(let dimension, let to):
      setHome(Home(place: .value(.size(context.quantity(dimension)))), ofBuffer: to)
    case .uniform(let seed, let step, let place, let to):
      let target = makeArray(to, "draws")
      let count = sizes(function.buffers[to]).reduce(.one, *)
      statements.append(
        .call(
          .uniform,
          [
            .value(.widened(element(try placement(seed), []))),
            .value(.widened(element(try placement(step), []))),
            .size(Quantity(place)), .size(count), .pointer(target),
          ]))
    case .steps(let loop): try write(loop)
    case .matrixFunction(let function, let operands, let to):
      try write(function, operands, to)
    case .sort(let view, let axis, let indices, let to):
      try writeSorting(view, axis, to, indices ? .sortIndices : .sortNumbers)
    case .formula: throw TranslationError("a formula whose digits are looked after")
    }
  }

  /// Gives back names that were defined within loops; without a loop they stay taken.
  private func release(_ names: [String], after sizes: [Quantity]) {
    guard sizes.contains(where: { !$0.isOne }) else { return }
    for name in names { context.names.release(name) }
  }

  func sum(_ left: Value, _ right: Value) -> Value {
    .apply(Catalogue.operators[OperatorID.add.index], [left, right])
  }

  // MARK: Matrices

  private func writeProduct(
    _ left: Int, _ right: Int, _ to: Int
  ) throws(TranslationError) {
    var (a, b) = (try stored(left), try stored(right))
    if a.sizes.count == 1 {
      a.sizes.insert(.one, at: 0)
      a.strides.insert(.zero, at: 0)
    }
    if b.sizes.count == 1 {
      b.sizes.append(.one)
      b.strides.append(.zero)
    }
    let (aRank, bRank) = (a.sizes.count, b.sizes.count)
    var rows = a.sizes[aRank - 2]
    let (inner, columns) = (a.sizes[aRank - 1], b.sizes[bRank - 1])
    let result = makeArray(to, "product")
    var sizes = Array((aRank >= bRank ? a.sizes : b.sizes).dropLast(2))
    let shorter = Array((aRank >= bRank ? b.sizes : a.sizes).dropLast(2))
    for (axis, size) in shorter.enumerated() where !size.isOne {
      sizes[sizes.count - shorter.count + axis] = size
    }
    func batch(_ placement: Placement) -> [Quantity] {
      Placement(
        root: placement.root, sizes: Array(placement.sizes.dropLast(2)),
        strides: Array(placement.strides.dropLast(2))
      ).broadcast(to: sizes).strides
    }
    var (aBatch, bBatch) = (batch(a), batch(b))
    // Batches against one matrix are more rows of one product.
    let walk = Self.merged(sizes, [aBatch])
    if walk.count == 1, bBatch.allSatisfy(\.isZero),
      aBatch[walk[0].last] == rows * a.strides[aRank - 2]
    {
      rows = rows * walk[0].size
      (sizes, aBatch, bBatch) = ([], [], [])
    }
    let (x, y) = (try pointer(a), try pointer(b))
    let (down, across) = (Array(a.strides.suffix(2)), Array(b.strides.suffix(2)))
    let resultStrides = Placement.rowMajor(sizes).map { $0 * rows * columns }
    statements += loops(sizes, [aBatch, bBatch, resultStrides]) { counters in
      func moved(_ pointer: Pointer, _ strides: [Quantity]) -> Argument {
        let place = zip(counters, strides).reduce(pointer.place) { $0 + $1.0 * $1.1 }
        return .pointer(Pointer(array: pointer.array, place: place, isScalar: pointer.isScalar))
      }
      return [
        .call(
          .matrixProduct,
          [
            .size(rows), .size(columns), .size(inner), moved(x, aBatch), .size(down[0]),
            .size(down[1]), moved(y, bBatch), .size(across[0]), .size(across[1]),
            moved(result, resultStrides),
          ])
      ]
    }
  }

  // MARK: Indices

  private func writeRows(
    _ values: Int, _ index: Int, _ batch: Int, _ to: Int, isGather: Bool
  ) throws(TranslationError) {
    let (source, indices) = (try placement(values), try placement(index))
    let result = makeArray(to)
    let whole = sizes(function.buffers[to])
    let rows = Placement.rowMajor(whole)
    if !isGather { fill(result, whole.reduce(.one, *), with: 0) }
    // The axes of a row, and how a place of the index goes through both arrays.
    let (table, entries) = isGather ? (source.strides, rows) : (rows, source.strides)
    let rank = (isGather ? source.sizes : whole).count
    let rowSizes = Array((isGather ? source.sizes : whole).dropFirst(batch + 1))
    let extent = (isGather ? source.sizes : whole)[batch]
    let walk = indices.sizes.count
    let row = context.names.fresh("row")
    defer { release([row], after: indices.sizes) }
    statements += loops(indices.sizes, [indices.strides, Array(entries.prefix(walk))]) { place in
      func within(_ inner: [Quantity], _ strides: ArraySlice<Quantity>) -> Quantity {
        zip(inner, strides).reduce(.zero) { $0 + $1.0 * $1.1 }
      }
      let entry = within(place, entries.prefix(walk))
      let start =
        within(Array(place.prefix(batch)), table.prefix(batch)) + Quantity(name: row)
        * table[batch]
      let (rowTable, rowEntries) = (table[(batch + 1)..<rank], entries[walk...])
      let found = loops(rowSizes, [Array(rowTable), Array(rowEntries)]) { inner in
        let (at, from) = (start + within(inner, rowTable), entry + within(inner, rowEntries))
        if isGather {
          return [.assign(offset(result, from), elementAt(source, at))]
        }
        let target = offset(result, at)
        return [.assign(target, sum(.element(target), elementAt(source, from)))]
      }
      let missing =
        isGather
        ? loops(rowSizes, [Array(rowEntries)]) { inner in
          [.assign(offset(result, entry + within(inner, rowEntries)), .number(.nan))]
        } : []
      return [
        .row(row, element(indices, place), below: extent, found, otherwise: missing)
      ]
    }
  }

  private func offset(_ pointer: Pointer, _ place: Quantity) -> Pointer {
    Pointer(array: pointer.array, place: pointer.place + place, isScalar: pointer.isScalar)
  }

  /// The element of a placement's array at a place counted from its first element.
  private func elementAt(_ placement: Placement, _ place: Quantity) -> Value {
    var flat = placement
    flat.sizes = [.one]
    flat.strides = [.one]
    return element(flat, [place])
  }

  private func writeAlong(
    _ view: Int, _ index: Int, _ axis: Int, _ to: Int, takes: Bool
  ) throws(TranslationError) {
    let (source, indices) = (try placement(view), try placement(index))
    let result = makeArray(to)
    let rows = Placement.rowMajor(source.sizes)
    if !takes { fill(result, source.count, with: 0) }
    let place = context.names.fresh("place")
    defer { release([place], after: source.sizes) }
    let whole = source.sizes
    // The axis has a counter of its own.
    var apart = rows
    apart[axis] = .zero
    statements += loops(whole, [source.strides, indices.strides, rows, apart]) { counters in
      var named = counters
      named[axis] = Quantity(name: place)
      func at(_ counters: [Quantity]) -> Pointer {
        offset(result, zip(counters, rows).reduce(.zero) { $0 + $1.0 * $1.1 })
      }
      let found: [Statement] =
        takes
        ? [.assign(at(counters), element(source, named))]
        : [.assign(at(named), sum(.element(at(named)), element(source, counters)))]
      return [
        .row(
          place, element(indices, counters), below: whole[axis], found,
          otherwise: takes ? [.assign(at(counters), .number(.nan))] : [])
      ]
    }
  }

  // MARK: Along an axis

  private func writeCumulativeSum(
    _ view: Int, _ axis: Int, _ reversed: Bool, _ to: Int
  ) throws(TranslationError) {
    let source = try placement(view)
    let result = makeArray(to)
    let rows = Placement.rowMajor(source.sizes)
    var outer = source.sizes
    outer[axis] = .one
    let total = context.names.fresh("total")
    defer { release([total], after: outer) }
    statements += loops(outer, [source.strides, rows]) { counters in
      let step = context.names.counter()
      defer { context.names.release(step) }
      var inner = counters
      inner[axis] = Quantity(name: step)
      let place = zip(inner, rows).reduce(result.place) { $0 + $1.0 * $1.1 }
      return [
        .variable(total, .number(-0.0)),
        .loop(
          step, source.sizes[axis], isReversed: reversed,
          [
            .assignName(total, sum(.name(total), element(source, inner))),
            .assign(Pointer(array: result.array, place: place), .name(total)),
          ]),
      ]
    }
  }

  private func writeExtremeIndex(
    _ view: Int, _ axis: Int, _ maximum: Bool, _ to: Int
  ) throws(TranslationError) {
    let source = try placement(view)
    let result = makeArray(to)
    var outer = source.sizes
    outer[axis] = .one
    var kept = source.sizes
    kept.remove(at: axis)
    var strides = Placement.rowMajor(kept)
    strides.insert(.zero, at: axis)
    if function.buffers[to].rank == source.sizes.count {
      strides = Placement.rowMajor(outer)
    }
    let best = context.names.fresh("best")
    let index = context.names.fresh("index")
    defer { release([best, index], after: outer) }
    let less = Catalogue.operators[OperatorID.less.index]
    let select = Catalogue.operators[OperatorID.select.index]
    statements += loops(outer, [source.strides, strides]) { counters in
      let step = context.names.counter()
      defer { context.names.release(step) }
      var inner = counters
      inner[axis] = Quantity(name: step)
      let next = element(source, inner)
      let isBetter: Value =
        maximum
        ? .apply(less, [.name(best), next]) : .apply(less, [next, .name(best)])
      let place = zip(counters, strides).reduce(result.place) { $0 + $1.0 * $1.1 }
      return [
        .variable(best, element(source, counters)),
        .variable(index, .number(0)),
        .loop(
          step, source.sizes[axis],
          [
            .assignName(
              index, .apply(select, [isBetter, .size(Quantity(name: step)), .name(index)])),
            .assignName(
              best,
              .call(maximum ? .greatest : .least, [.value(.name(best)), .value(next)])),
          ]),
        .assign(
          Pointer(array: result.array, place: place, isScalar: result.isScalar), .name(index)),
      ]
    }
  }
}
