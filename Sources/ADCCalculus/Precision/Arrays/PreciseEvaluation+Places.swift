extension PreciseEvaluation {
  /// What puts elements at other places; nil for every other operator.
  func moved(
    _ node: NodeID, _ x: [PreciseArray], _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray? {
    switch (graph.op(node).execution, graph.attribute(node)) {
    case (.view(let view), let attribute): return try seen(view, attribute, x[0], shape)
    case (.pad, .window(let starts, _)): return try padded(x[0], starts, shape)
    case (.concatenation, .axis(let axis)): return try joined(x, axis, shape)
    case (.gather, _): return try gathered(x[0], x[1], batch: graph.batch(of: node), shape)
    case (.scatterAdd, _): return try scattered(x[0], x[1], batch: graph.batch(of: node), shape)
    case (.sort, .axes(let axes, _)): return sorted(x[0], axes[0], asPlaces: false)
    case (.order, .axes(let axes, _)): return sorted(x[0], axes[0], asPlaces: true)
    case (.takeAlong, .axes(let axes, _)):
      return try .make(shape) { index throws(PreciseFailure) in
        var place = index
        place[axes[0]] = try row(x[1].at(index), of: x[0].sizes[axes[0]])
        return x[0].at(place)
      }
    case (.putAlong, .axes(let axes, _)): return try put(x[0], x[1], axes[0], shape)
    case (.overlapAdd, .windows(let whole, let strides)):
      return try overlapped(x[0], strides, kept: shape.count - whole.count, shape)
    case (.generator(.uniform), .place(let place, _)):
      return drawn(seed: x[0], step: x[1], place: place, shape)
    default: return nil
    }
  }

  private func zeros(_ shape: [Int]) -> PreciseArray {
    PreciseArray(
      sizes: shape, values: [PreciseNumber](repeating: number(0), count: shape.reduce(1, *)))
  }

  /// An index of one of so many rows.
  private func row(_ value: PreciseNumber, of count: Int) throws(PreciseFailure) -> Int {
    let place = value.nearestDouble
    guard place >= 0, place < Double(count), place == place.rounded() else {
      throw PreciseFailure(message: "\(place) is no index of one of \(count) rows")
    }
    return Int(place)
  }

  private func seen(
    _ view: View, _ attribute: Attribute, _ x: PreciseArray, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    if view == .reshape { return PreciseArray(sizes: shape, values: x.values) }
    return try .make(shape) { index throws(PreciseFailure) in
      var place = index
      switch (view, attribute) {
      case (.transpose, _): place.swapAt(index.count - 1, index.count - 2)
      case (.slice, .window(let starts, _)):
        for (axis, start) in starts.enumerated() { place[axis] += start.value(sizes) ?? 0 }
      case (.permute, .permutation(let order)):
        for (axis, source) in order.enumerated() { place[source] = index[axis] }
      case (.windows, .windows(_, let strides)):
        place = self.place(index, strides, kept: index.count - 2 * strides.count)
      case (.reversed, .axes(let axes, _)): place[axes[0]] = shape[axes[0]] - 1 - index[axes[0]]
      case (.diagonal, _): place.append(index[index.count - 1])
      default: break
      }
      return x.at(place)
    }
  }

  /// Where an element of a window is in the whole.
  private func place(_ index: [Int], _ strides: [Int], kept: Int) -> [Int] {
    var place = Array(index[..<kept])
    for (axis, stride) in strides.enumerated() {
      place.append(index[kept + axis] + stride * index[kept + strides.count + axis])
    }
    return place
  }

  private func padded(
    _ x: PreciseArray, _ starts: [Dimension], _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    let first = starts.map { $0.value(sizes) ?? 0 }
    return try .make(shape) { index throws(PreciseFailure) in
      let inner = zip(index, first).map { $0 - $1 }
      let isInside = zip(inner, x.sizes).allSatisfy { $0 >= 0 && $0 < $1 }
      return isInside ? x.at(inner) : number(0)
    }
  }

  private func joined(
    _ parts: [PreciseArray], _ axis: Int, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    try .make(shape) { index throws(PreciseFailure) in
      var (inner, part) = (index, 0)
      while inner[axis] >= parts[part].sizes[axis] {
        inner[axis] -= parts[part].sizes[axis]
        part += 1
      }
      return parts[part].at(inner)
    }
  }

  private func gathered(
    _ table: PreciseArray, _ rows: PreciseArray, batch: Int, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    let rank = rows.sizes.count
    return try .make(shape) { index throws(PreciseFailure) in
      let row = try row(rows.at(Array(index[..<rank])), of: table.sizes[batch])
      return table.at(index[..<batch] + [row] + index[rank...])
    }
  }

  private func scattered(
    _ x: PreciseArray, _ rows: PreciseArray, batch: Int, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    var result = zeros(shape)
    let rank = rows.sizes.count
    try PreciseArray.forEachIndex(x.sizes) { index throws(PreciseFailure) in
      let row = try row(rows.at(Array(index[..<rank])), of: shape[batch])
      let place = result.place(index[..<batch] + [row] + index[rank...])
      result.values[place] = result.values[place] + x.at(index)
    }
    return result
  }

  private func put(
    _ x: PreciseArray, _ places: PreciseArray, _ axis: Int, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    var result = zeros(shape)
    try PreciseArray.forEachIndex(x.sizes) { index throws(PreciseFailure) in
      var place = index
      place[axis] = try row(places.at(index), of: shape[axis])
      result.values[result.place(place)] = result.at(place) + x.at(index)
    }
    return result
  }

  private func overlapped(
    _ x: PreciseArray, _ strides: [Int], kept: Int, _ shape: [Int]
  ) throws(PreciseFailure) -> PreciseArray {
    var result = zeros(shape)
    try PreciseArray.forEachIndex(x.sizes) { index throws(PreciseFailure) in
      let place = result.place(self.place(index, strides, kept: kept))
      result.values[place] = result.values[place] + x.at(index)
    }
    return result
  }

  private func sorted(
    _ x: PreciseArray, _ axis: Int, asPlaces: Bool
  ) -> PreciseArray {
    var result = x
    let stride = x.sizes[(axis + 1)...].reduce(1, *)
    for first in x.values.indices where first / stride % x.sizes[axis] == 0 {
      let row = (0..<x.sizes[axis]).map { x.values[first + $0 * stride] }
      let order = row.indices.sorted { left, right in
        if row[left].isNaN || row[right].isNaN, row[left].isNaN != row[right].isNaN {
          return row[right].isNaN
        }
        let comparison = row[left].compared(with: row[right]) ?? 0
        return comparison < 0 || (comparison == 0 && left < right)
      }
      for (place, source) in order.enumerated() {
        result.values[first + place * stride] =
          asPlaces ? number(Double(source)) : row[source]
      }
    }
    return result
  }

  /// Draws do not depend on the precision.
  private func drawn(
    seed: PreciseArray, step: PreciseArray, place: Int, _ shape: [Int]
  ) -> PreciseArray {
    let stream = Philox.stream(step: step.values[0].nearestDouble, place: place)
    let random = Philox(wholeSeed: seed.values[0].nearestDouble)
    let values = (0..<shape.reduce(1, *)).map {
      number(random.uniform(stream: stream, position: UInt64($0)))
    }
    return PreciseArray(sizes: shape, values: values)
  }
}
