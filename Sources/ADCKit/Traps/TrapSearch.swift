import ADCCalculus
import ADCMachine
import ADCTraining

/// What `--trap` looks for.
package enum TrapKind: String, Sendable, CaseIterable {
  /// NaN, and where the infinity came from that made it.
  case nan
  /// NaN or an infinity.
  case inf

  func holds(_ value: Double) -> Bool { self == .nan ? value.isNaN : !value.isFinite }
}

/// An element of a node, in the model or in a step of a loop.
struct TrapPlace {
  var frame: TrapFrame
  var node: NodeID
  var element: Int

  var value: Double {
    let values = frame.values(node)
    return values.indices.contains(element) ? values[element] : .nan
  }
}

/// Looks back from a result to the operation that first made what it is.
///
/// From each element only the operands' elements are followed that it is computed from, and of a
/// choice the branch that is taken: what never reaches the result is never named.
struct TrapSearch {
  let kind: TrapKind

  /// The first operation on the way to an element for which the search's kind holds.
  func origin(of start: TrapPlace) -> TrapPlace {
    var current = start
    while let next = source(of: current) { current = next }
    return current
  }

  /// An element that is already what is searched for, one operation before.
  private func source(of place: TrapPlace) -> TrapPlace? {
    let frame = place.frame
    if let (scan, result) = frame.graph.result(place.node) {
      return source(of: place, scan: scan, result: result)
    }
    for operand in frame.graph.operandPlaces(place.node.slot).indices {
      let number = operand - frame.graph.operandPlaces(place.node.slot).lowerBound
      let node = frame.graph.operand(place.node, number)
      let values = frame.values(node)
      let found = frame.sources(of: place.node, place.element, operand: number).first {
        values.indices.contains($0) && kind.holds(values[$0])
      }
      if let found { return TrapPlace(frame: frame, node: node, element: found) }
    }
    return nil
  }

  /// Within a loop: the first step after which the kind holds of a state or of what is collected.
  private func source(of place: TrapPlace, scan: NodeID, result: Int) -> TrapPlace? {
    let frame = place.frame
    guard let body = frame.graph.recurrence(of: scan) else { return nil }
    let operands = frame.graph.operands(scan)
    guard let inner = TrapLoop(body, operands, frame) else {
      return outer(operands, frame)
    }
    let wanted = result < body.next.count ? body.next : body.next + [body.roots[result]]
    if let found = inner.first(of: wanted, where: kind.holds) {
      let origin = self.origin(of: found)
      // What a step got from outside is looked for outside.
      guard let outside = inner.operand(origin) else { return isLeaf(origin) ? nil : origin }
      return outside
    }
    return outer(operands, frame)
  }

  private func isLeaf(_ place: TrapPlace) -> Bool {
    place.frame.graph.symbol(place.node) != nil
  }

  private func outer(_ operands: [NodeID], _ frame: TrapFrame) -> TrapPlace? {
    for node in operands {
      if let element = frame.values(node).firstIndex(where: kind.holds) {
        return TrapPlace(frame: frame, node: node, element: element)
      }
    }
    return nil
  }
}

/// A loop run on the host, one step after the other, with all values of each step at hand.
struct TrapLoop {
  private let body: Recurrence
  private let operands: [NodeID]
  private let outer: TrapFrame
  private let frame: TrapFrame

  init?(_ body: Recurrence, _ operands: [NodeID], _ outer: TrapFrame) {
    self.body = body
    self.operands = operands
    self.outer = outer
    guard
      let frame = TrapFrame(
        outer.graph, roots: body.roots, sizes: outer.sizes, memory: { SymbolMemory($0) })
    else { return nil }
    self.frame = frame
  }

  private func symbol(_ leaf: NodeID) -> Int? {
    guard case .symbol(let place) = outer.graph.attribute(leaf) else { return nil }
    return place
  }

  private func set(_ leaf: NodeID, _ values: [Double]) {
    guard let place = symbol(leaf) else { return }
    frame.memory.set(place, values)
  }

  /// The first value of a step, of some nodes in order, for which something holds.
  func first(of nodes: [NodeID], where holds: (Double) -> Bool) -> TrapPlace? {
    let steps = max(body.steps.value(outer.sizes) ?? 0, 0)
    var states = operands.prefix(body.states.count).map { outer.values($0) }
    let rows = operands.dropFirst(body.states.count).prefix(body.rows.count)
      .map { outer.values($0) }
    for (leaf, operand) in zip(body.shared, operands.suffix(body.shared.count)) {
      set(leaf, outer.values(operand))
    }
    for step in 0..<steps {
      let row = body.isReversed ? steps - 1 - step : step
      set(body.index, [Double(row)])
      for (leaf, values) in zip(body.states, states) { set(leaf, values) }
      for (leaf, values) in zip(body.rows, rows) {
        let width = values.count / max(steps, 1)
        set(leaf, Array(values[row * width..<(row + 1) * width]))
      }
      guard frame.evaluate() else { return nil }
      frame.step = row
      for node in nodes {
        if let element = frame.values(node).firstIndex(where: holds) {
          return TrapPlace(frame: frame, node: node, element: element)
        }
      }
      states = body.next.map { frame.values($0) }
    }
    return nil
  }

  /// Where a leaf of a step comes from outside; nil for what is no such leaf.
  func operand(_ place: TrapPlace) -> TrapPlace? {
    let leaves = body.states + body.rows + body.shared
    guard place.frame === frame, let number = leaves.firstIndex(of: place.node),
      operands.indices.contains(number)
    else { return nil }
    var element = place.element
    if (body.states.count..<body.states.count + body.rows.count).contains(number) {
      element += (frame.step ?? 0) * frame.values(place.node).count
    }
    return TrapPlace(frame: outer, node: operands[number], element: element)
  }
}
