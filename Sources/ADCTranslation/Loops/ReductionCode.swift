import ADCCalculus
import ADCMachine

extension FunctionCode {
  /// A reduction of an array that is written down, in the order in which the machine does it.
  func reduce(
    _ source: Pointer, _ space: [Quantity], _ reduction: LoopKernel.Reduction
  ) {
    let kept = space.indices.map { !reduction.axes.contains($0) }
    var strides = [Quantity](repeating: .zero, count: space.count)
    var count = Quantity.one
    for axis in space.indices.reversed() where kept[axis] {
      strides[axis] = count
      count = count * space[axis]
    }
    let rows = Placement.rowMajor(space)
    let axes = Self.merged(space, [strides, rows])
    guard let inner = axes.last else { return }
    let isInnerReduced = strides[inner.last].isZero
    let outer = axes.dropLast()
    let outerReduced = outer.contains { strides[$0.last].isZero }
    if outer.isEmpty, isInnerReduced {
      return reduceAll(source, inner.size, reduction)
    }
    let result = makeArray(reduction.to)
    func nest(
      _ axes: ArraySlice<(size: Quantity, last: Int)>,
      _ body: (_ from: Quantity, _ to: Quantity) -> [Statement]
    ) -> [Statement] {
      var from = Quantity.zero
      var to = Quantity.zero
      var names: [String] = []
      for axis in axes {
        let name = context.names.counter()
        names.append(name)
        from = from + Quantity(name: name) * rows[axis.last]
        to = to + Quantity(name: name) * strides[axis.last]
      }
      var statements = body(from, to)
      for (axis, name) in zip(axes, names).reversed() {
        statements = [.loop(name, axis.size, statements)]
      }
      for name in names { context.names.release(name) }
      return statements
    }
    func at(_ pointer: Pointer, _ place: Quantity) -> Pointer {
      Pointer(array: pointer.array, place: pointer.place + place, isScalar: pointer.isScalar)
    }
    guard reduction.kind == .sum else {
      let (helper, start): (Helper, Double) =
        switch reduction.kind {
        case .maximum: (.greatest, -.infinity)
        case .minimum: (.least, .infinity)
        default: (.product, 1)
        }
      if isInnerReduced, !outerReduced {
        let found = context.names.fresh(reduction.kind == .product ? "product" : "found")
        let counter = context.names.counter()
        statements += nest(outer) { from, to in
          let new = Value.element(at(source, from + Quantity(name: counter)))
          let value: Value =
            helper == .product
            ? .apply(Catalogue.operators[OperatorID.multiply.index], [.name(found), new])
            : .call(helper, [.value(.name(found)), .value(new)])
          return [
            .variable(found, .number(start)),
            .loop(counter, inner.size, [.assignName(found, value)]),
            .assign(at(result, to), .name(found)),
          ]
        }
        context.names.release(counter)
        context.names.release(found)
        return
      }
      fill(result, count, with: start)
      statements += nest(axes[...]) { from, to in
        let (old, new) = (Value.element(at(result, to)), Value.element(at(source, from)))
        let value: Value =
          helper == .product
          ? .apply(Catalogue.operators[OperatorID.multiply.index], [old, new])
          : .call(helper, [.value(old), .value(new)])
        return [.assign(at(result, to), value)]
      }
      return
    }
    if isInnerReduced, !outerReduced {
      statements += nest(outer) { from, to in
        let sum = Value.call(
          .sumOfRun, [.pointer(at(source, from)), .size(from), .size(inner.size)])
        return [.assign(at(result, to), .narrowed(sum))]
      }
      return
    }
    if !isInnerReduced, let group = outer.last, strides[group.last].isZero,
      !outer.dropLast().contains(where: { strides[$0.last].isZero })
    {
      let room = context.scratch("sums", inner.size * Quantity(3), isWide: true)
      statements += nest(outer.dropLast()) { from, to in
        [
          .call(
            .sumRows,
            [
              .pointer(at(source, from)), .size(group.size), .size(inner.size),
              .pointer(at(result, to)), .pointer(room),
            ])
        ]
      }
      return
    }
    let sums = context.scratch("sums", count * Quantity(2), isWide: true)
    let lost = Pointer(array: sums.array, place: count)
    fill(sums, count * Quantity(2), with: 0)
    statements += nest(isInnerReduced ? outer : axes[...]) { from, to in
      let part: Value =
        isInnerReduced
        ? .call(.sumOfRun, [.pointer(at(source, from)), .size(from), .size(inner.size)])
        : .widened(.element(at(source, from)))
      return [
        .call(
          .addCompensated,
          [
            .value(part), .pointer(at(sums, to)), .pointer(at(lost, to)),
          ])
      ]
    }
    statements.append(
      .call(
        .finishSums,
        [.pointer(sums), .pointer(lost), .pointer(result), .size(count)]))
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
      let (helper, start): (Helper, Double) =
        switch reduction.kind {
        case .maximum: (.greatest, -.infinity)
        case .minimum: (.least, .infinity)
        default: (.product, 1)
        }
      let name = context.names.fresh("found")
      statements.append(.variable(name, .number(start)))
      statements += loops([count], [[.one]]) { counters in
        let element = Value.element(
          Pointer(array: source.array, place: source.place + counters[0]))
        return [
          .assignName(
            name,
            helper == .product
              ? .apply(
                Catalogue.operators[OperatorID.multiply.index], [.name(name), element])
              : .call(helper, [.value(.name(name)), .value(element)]))
        ]
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
