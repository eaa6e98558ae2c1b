// Laws of arrays known entry by entry, and of softmax written by hand.

extension Simplifier {
  /// The sum of all entries of a constant array.
  mutating func sumOfTable(_ operand: NodeID, _ axes: [Int], _ keep: Bool) -> NodeID? {
    guard axes.count == graph.shape(operand).rank,
      case .table(let place) = graph.attribute(operand)
    else { return nil }
    let total = graph.tables[place].values.reduce(0, +)
    guard total.isFinite else { return nil }
    fire(.sumOfTable)
    let ones = keep ? axes.map { _ in Dimension(1) } : []
    return fitted(graph.constant(total), to: Shape(ones))
  }

  /// The sum of what stands among zeros, and of shares of a whole.
  mutating func sumOfParts(_ operand: NodeID, _ axes: [Int], _ keep: Bool) -> NodeID? {
    let whole = graph.shape(operand).dimensions
    let inner = graph.operands(operand).first
    switch graph.operatorID(operand) {
    case .softmax:
      guard case .axes(axes, _) = graph.attribute(operand),
        let count = Shape(axes.map { whole[$0] }).knownCount, count > 0
      else { return nil }
      let rest = whole.indices.filter { keep || !axes.contains($0) }
      let shape = Shape(rest.map { axes.contains($0) ? 1 : whole[$0] })
      // Nothing else may be left to say how many there are.
      guard shape.knownCount != nil else { return nil }
      fire(.sumOfSoftmax)
      return fitted(graph.constant(1), to: shape)
    case .pad:
      guard let inner, graph.shape(inner).rank == whole.count else { return nil }
      let own = graph.shape(inner).dimensions
      guard whole.indices.allSatisfy({ own[$0] == whole[$0] || axes.contains($0) }) else {
        return nil
      }
      fire(.sumOfPadding)
      return graph.insert(.sum, [inner], .axes(axes, keep: keep))
    default: return nil
    }
  }

  /// Copies of a number put among zeros, as the number times copies of 1.
  mutating func numberOutside(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    guard graph.operatorID(operands[0]) == .broadcast,
      let value = graph.number(graph.operand(operands[0], 0)), value != 1, value.isFinite
    else { return nil }
    let ones = graph.insert(.broadcast, [graph.constant(1)], graph.attribute(operands[0]))
    let result = graph.insert(
      graph.operatorID(node), [ones] + operands.dropFirst(), graph.attribute(node))
    fire(.scalarOutside)
    return scaledResult(
      result, value.magnitude == 1 ? [] : [graph.constant(value.magnitude)], value < 0)
  }

  /// Vectors put at places of their own in zeros and added, as one vector of all entries.
  mutating func concatenated(_ sum: NodeID) -> NodeID? {
    guard graph.operatorID(sum) == .add, graph.shape(sum).rank == 1,
      let size = graph.shape(sum).knownCount, size <= 4096
    else { return nil }
    var parts: [Int: (size: Int, nodes: [NodeID])] = [:]
    for term in graph.operands(sum) {
      guard let (start, part) = padded(term), let length = graph.shape(part).knownCount else {
        return nil
      }
      if let known = parts[start], known.size != length { return nil }
      parts[start, default: (length, [])].nodes.append(part)
    }
    var pieces: [NodeID] = []
    var end = 0
    for (start, part) in parts.sorted(by: { $0.key < $1.key }) {
      guard start >= end else { return nil }
      if start > end { pieces.append(zeros(start - end)) }
      let shape = Shape([Dimension(part.size)])
      pieces.append(
        part.nodes.count == 1
          ? part.nodes[0] : self.sum(part.nodes.map { ($0, false) }, shape: shape))
      end = start + part.size
    }
    if end < size { pieces.append(zeros(size - end)) }
    fire(.entries)
    return graph.insert(.concatenation, pieces, .axis(0))
  }

  private mutating func zeros(_ count: Int) -> NodeID {
    graph.insert(.broadcast, [graph.constant(0)], .shape(Shape([Dimension(count)])))
  }

  /// Where a padded vector is put, and the vector, with the sign inside.
  private mutating func padded(_ node: NodeID) -> (start: Int, part: NodeID)? {
    if graph.operatorID(node) == .negate {
      guard let (start, part) = padded(graph.operand(node, 0)) else { return nil }
      return (start, graph.insert(.negate, part))
    }
    guard graph.operatorID(node) == .pad, case .window(let starts, _) = graph.attribute(node),
      let start = starts.first?.known, starts.count == 1
    else { return nil }
    return (start, graph.operand(node, 0))
  }

  /// `exp(x)/sum(exp(x))` among the factors of a product, as `softmax(x)`.
  mutating func joinSoftmax(_ factors: inout [Factor]) {
    for place in factors.indices where factors[place].exponent == 1 {
      let exponential = factors[place].base
      guard graph.operatorID(exponential) == .exp, !graph.shape(exponential).isScalar,
        let other = factors.firstIndex(where: { divides($0, exponential) }),
        let axis = axis(ofSum: factors[other].base)
      else { continue }
      fire(.softmaxQuotient)
      factors[place].base = graph.insert(
        .softmax, [graph.operand(exponential, 0)], .axes([axis], keep: true))
      factors[other].exponent += 1
    }
  }

  private func divides(_ factor: Factor, _ exponential: NodeID) -> Bool {
    graph.operatorID(factor.base) == .sum && factor.exponent <= -1
      && graph.operand(factor.base, 0) == exponential
  }

  /// The one axis that a sum goes over, where its result lines up with what it sums.
  private func axis(ofSum node: NodeID) -> Int? {
    guard case .axes(let axes, let keep) = graph.attribute(node), axes.count == 1,
      keep || graph.shape(node).isScalar || axes == [0]
    else { return nil }
    return axes[0]
  }
}
