import ADCCalculus
import ADCMachine

/// How two numbers of a reduction become one, and with what it begins.
private struct Folding {
  /// Nil for a product.
  var helper: Helper?
  var start: Double

  /// Of a reduction that is no sum.
  init(_ kind: ADCCalculus.Reduction) {
    switch kind {
    case .maximum: (helper, start) = (.greatest, -.infinity)
    case .minimum: (helper, start) = (.least, .infinity)
    default: (helper, start) = (nil, 1)
    }
  }

  func combined(_ old: Value, _ new: Value) -> Value {
    guard let helper else {
      return .apply(Catalogue.operators[OperatorID.multiply.index], [old, new])
    }
    return .call(helper, [.value(old), .value(new)])
  }
}

/// An array that is reduced, as a nest of loops goes over it.
private struct ReductionNest {
  typealias Axis = (size: Quantity, last: Int)

  let source: Pointer
  /// What may be joined to one axis is.
  let axes: [Axis]
  let inner: Axis
  /// By how much a place moves along each axis of the space, in the source and in the result.
  let rows: [Quantity]
  let strides: [Quantity]
  /// The elements of the result.
  let count: Quantity

  var outer: ArraySlice<Axis> { axes.dropLast() }

  func isReduced(_ axis: Axis) -> Bool { strides[axis.last].isZero }

  /// Whether only the last axis is reduced.
  var reducesRuns: Bool { isReduced(inner) && !outer.contains(where: isReduced) }

  /// The reduced axis before the last, which is kept, where it is the only one.
  var group: Axis? {
    guard !isReduced(inner), let group = outer.last, isReduced(group),
      !outer.dropLast().contains(where: isReduced)
    else { return nil }
    return group
  }
}

extension Pointer {
  fileprivate func moved(by place: Quantity) -> Pointer {
    Pointer(array: array, place: self.place + place, isScalar: isScalar)
  }
}

extension FunctionCode {
  /// A reduction of an array that is written down, in the order in which the machine does it.
  func reduce(
    _ source: Pointer, _ space: [Quantity], _ reduction: LoopKernel.Reduction
  ) {
    var strides = [Quantity](repeating: .zero, count: space.count)
    var count = Quantity.one
    for axis in space.indices.reversed() where !reduction.axes.contains(axis) {
      strides[axis] = count
      count = count * space[axis]
    }
    let rows = Placement.rowMajor(space)
    let axes = Self.merged(space, [strides, rows])
    guard let inner = axes.last else { return }
    let nest = ReductionNest(
      source: source, axes: axes, inner: inner, rows: rows, strides: strides, count: count)
    if nest.outer.isEmpty, nest.isReduced(inner) {
      return reduceAll(source, inner.size, reduction)
    }
    let result = makeArray(reduction.to)
    switch reduction.kind {
    case .sum: sum(nest, to: result)
    default:
      let folding = Folding(reduction.kind)
      if nest.reducesRuns {
        foldRuns(
          nest, to: result, folding, named: reduction.kind == .product ? "product" : "found")
      } else {
        fold(nest, to: result, folding)
      }
    }
  }

  /// Loops over some axes of a nest around what is done at a place of source and result.
  private func loops(
    over axes: ArraySlice<ReductionNest.Axis>, of nest: ReductionNest,
    _ body: (_ from: Quantity, _ to: Quantity) -> [Statement]
  ) -> [Statement] {
    var from = Quantity.zero
    var to = Quantity.zero
    var names: [String] = []
    for axis in axes {
      let name = context.names.counter()
      names.append(name)
      from = from + Quantity(name: name) * nest.rows[axis.last]
      to = to + Quantity(name: name) * nest.strides[axis.last]
    }
    var statements = body(from, to)
    for (axis, name) in zip(axes, names).reversed() {
      statements = [.loop(name, axis.size, statements)]
    }
    for name in names { context.names.release(name) }
    return statements
  }

  /// One number for each run of the last axis.
  private func foldRuns(
    _ nest: ReductionNest, to result: Pointer, _ folding: Folding, named word: String
  ) {
    let found = context.names.fresh(word)
    let counter = context.names.counter()
    statements += loops(over: nest.outer, of: nest) { from, to in
      let new = Value.element(nest.source.moved(by: from + Quantity(name: counter)))
      return [
        .variable(found, .number(folding.start)),
        .loop(counter, nest.inner.size, [.assignName(found, folding.combined(.name(found), new))]),
        .assign(result.moved(by: to), .name(found)),
      ]
    }
    context.names.release(counter)
    context.names.release(found)
  }

  /// Number by number into a result that begins full.
  private func fold(_ nest: ReductionNest, to result: Pointer, _ folding: Folding) {
    fill(result, nest.count, with: folding.start)
    statements += loops(over: nest.axes[...], of: nest) { from, to in
      let old = Value.element(result.moved(by: to))
      let new = Value.element(nest.source.moved(by: from))
      return [.assign(result.moved(by: to), folding.combined(old, new))]
    }
  }

  private func sum(_ nest: ReductionNest, to result: Pointer) {
    if nest.reducesRuns {
      statements += loops(over: nest.outer, of: nest) { from, to in
        [.assign(result.moved(by: to), .narrowed(sumOfRun(nest, from)))]
      }
    } else if let group = nest.group {
      let room = context.scratch("sums", nest.inner.size * Quantity(3), isWide: true)
      statements += loops(over: nest.outer.dropLast(), of: nest) { from, to in
        [
          .call(
            .sumRows,
            [
              .pointer(nest.source.moved(by: from)), .size(group.size), .size(nest.inner.size),
              .pointer(result.moved(by: to)), .pointer(room),
            ])
        ]
      }
    } else {
      sumCompensated(nest, to: result)
    }
  }

  private func sumOfRun(_ nest: ReductionNest, _ from: Quantity) -> Value {
    .call(
      .sumOfRun,
      [.pointer(nest.source.moved(by: from)), .size(from), .size(nest.inner.size)])
  }

  /// Part by part into sums that know what rounding has lost of them.
  private func sumCompensated(_ nest: ReductionNest, to result: Pointer) {
    let sums = context.scratch("sums", nest.count * Quantity(2), isWide: true)
    let lost = Pointer(array: sums.array, place: nest.count)
    fill(sums, nest.count * Quantity(2), with: 0)
    let sumsRuns = nest.isReduced(nest.inner)
    statements += loops(over: sumsRuns ? nest.outer : nest.axes[...], of: nest) { from, to in
      let part: Value =
        sumsRuns ? sumOfRun(nest, from) : .widened(.element(nest.source.moved(by: from)))
      return [
        .call(
          .addCompensated,
          [.value(part), .pointer(sums.moved(by: to)), .pointer(lost.moved(by: to))])
      ]
    }
    statements.append(
      .call(
        .finishSums, [.pointer(sums), .pointer(lost), .pointer(result), .size(nest.count)]))
  }

  /// A reduction of everything.
  private func reduceAll(
    _ source: Pointer, _ count: Quantity, _ reduction: LoopKernel.Reduction
  ) {
    let value: Value
    switch reduction.kind {
    case .sum:
      value = .narrowed(.call(.sumOfRun, [.pointer(source), .size(.zero), .size(count)]))
    default:
      let folding = Folding(reduction.kind)
      let name = context.names.fresh("found")
      statements.append(.variable(name, .number(folding.start)))
      statements += loops([count], [[.one]]) { counters in
        let element = Value.element(
          Pointer(array: source.array, place: source.place + counters[0]))
        return [.assignName(name, folding.combined(.name(name), element))]
      }
      value = .name(name)
    }
    let home = makeHome(reduction.to, "sum")
    switch home.place {
    case .local(let name): statements.append(.constant(name, value))
    default: statements.append(.assign(makeArray(reduction.to), value))
    }
  }
}
