import ADCCalculus

// What NumPy does in fewer passes over memory than its operators would take one by one.

extension ArrayExpressions {
  /// Notes which nodes are written within others: products that are added up whole, and arrays that
  /// are put into a sum among zeros.
  mutating func findFused(_ needed: [Bool]) {
    findConditions(needed)
    guard language == .numpy else { return }
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      switch graph.execution(node) {
      case .reduction(.sum) where graph.shape(node).isScalar && !addsOne(node):
        let operand = graph.operand(node, 0)
        if isAlone(operand), isProduct(operand) { fused.insert(operand) }
      case .elementwise where graph.operatorID(node) == .add && !graph.shape(node).isScalar:
        for operand in graph.operands(node) where isAlone(operand) {
          if isPad(operand) { fused.insert(operand) }
          let inner = graph.operands(operand).first ?? operand
          if graph.operatorID(operand) == .negate, isPad(inner), isAlone(inner) {
            fused.formUnion([operand, inner])
          }
        }
      default: break
      }
    }
  }

  /// Notes which comparisons choose or are parts of others, and are nothing else.
  private mutating func findConditions(_ needed: [Bool]) {
    var numbers: Set<NodeID> = []
    var counted: Set<NodeID> = []
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      let operands = graph.operands(node)
      if case .comparison = language.spelling(graph.op(node))?.form {
        compared.formUnion(operands.map { isNumbered($0) ?? $0 })
      } else if isNumbered(node) == nil {
        counted.formUnion(operands.map { isNumbered($0) ?? $0 })
      }
      let isChoice = graph.operatorID(node) == .select
      for (place, operand) in operands.enumerated() where isCondition(operand) {
        switch language.spelling(graph.op(node))?.form {
        case .conjunction: decisive.insert(operand)
        default:
          if isChoice, place == 0 { decisive.insert(operand) } else { numbers.insert(operand) }
        }
      }
    }
    decisive.subtract(numbers)
    compared.subtract(counted)
  }

  /// The numbers from 0 that a node is, as a column or a row perhaps; nil for any other.
  private func isNumbered(_ node: NodeID) -> NodeID? {
    var node = node
    while case .view(.reshape) = graph.execution(node) { node = graph.operand(node, 0) }
    if case .generator(.iota) = graph.execution(node) { return node }
    return nil
  }

  private func isAlone(_ node: NodeID) -> Bool { uses[node.slot] == 1 && labels[node] == nil }

  private func isPad(_ node: NodeID) -> Bool {
    if case .pad = graph.execution(node) { true } else { false }
  }

  /// Whether a sum has but one element to add.
  private func addsOne(_ node: NodeID) -> Bool {
    graph.shape(graph.operand(node, 0)).knownCount == 1
  }

  private func isProduct(_ node: NodeID) -> Bool {
    switch graph.operatorID(node) {
    case .multiply: true
    case .power: graph.number(graph.operand(node, 1)) == 2
    default: false
    }
  }

  /// The sum of all elements of a product as one of its two halves by the other; nil where it has
  /// not two of the whole shape.
  func dot(_ product: NodeID) -> Text? {
    guard fused.contains(product) else { return nil }
    let shape = graph.shape(product)
    let operands = graph.operands(product)
    let left: Text
    let right: Text
    if graph.operatorID(product) == .power {
      let base = text(operands[0])
      guard base.level == .atom, base.shape == shape, !base.text.contains("(") else { return nil }
      (left, right) = (base, base)
    } else {
      var parts = operands.map { text($0) }
      guard let last = parts.lastIndex(where: { $0.shape == shape }) else { return nil }
      right = parts.remove(at: last)
      guard parts.reduce(Shape.scalar, { $0.broadcast(with: $1.shape) ?? $0 }) == shape else {
        return nil
      }
      let words = parts.enumerated().map { place, part in
        place == 0 && part.level >= .product ? part.text : above(part, .product)
      }
      left =
        parts.count == 1
        ? parts[0] : Text(text: words.joined(separator: " * "), level: .product, shape: shape)
    }
    guard shape.rank == 1 else {
      return Text(text: "np.vdot(\(left.text), \(right.text))", level: .atom, shape: .scalar)
    }
    let first = left.level == .atom ? left.text : "(\(left.text))"
    return Text(text: "\(first) @ \(above(right, .product))", level: .product, shape: .scalar)
  }

  /// The statements that make a sum of two terms from the first; nil where that is no new array of
  /// the whole shape.
  func steps(of node: NodeID, _ name: String) -> [String]? {
    let operands = graph.operands(node)
    guard graph.operatorID(node) == .add, operands.count == 2 else { return nil }
    let (first, second) = (text(operands[0]), text(operands[1]))
    guard first.level == .product, first.shape == graph.shape(node),
      !second.text.hasPrefix("-")
    else { return nil }
    return ["\(name) = \(first.text)", "\(name) += \(second.text)"]
  }

  /// Writes arrays that are put among zeros and added up: each at its place of what is there.
  ///
  /// - Returns: False for any other node.
  mutating func writePlacing(_ node: NodeID) throws(TranslationError) -> Bool {
    guard language == .numpy else { return false }
    if fused.contains(node), isPad(node) || isPad(graph.operands(node).first ?? node) {
      return true
    }
    let isSum = graph.operatorID(node) == .add
    let operands = isSum ? graph.operands(node) : [node]
    let placed = isSum ? operands.filter { fused.contains($0) } : isPad(node) ? [node] : []
    guard !placed.isEmpty else { return false }
    let others = operands.filter { !placed.contains($0) }
    let shape = graph.shape(node)
    var start = "np.zeros(\(size(shape))\(type))"
    if others.count == 1 { start = "\(above(whole(others[0]), .power)).copy()" }
    if others.count > 1 {
      let part = sum(others, shape)
      start = part.shape == shape ? part.text : "\(start) + \(above(part, .sum))"
    }
    let name = labels[node].map { names.fresh($0) } ?? names.temporary()
    line("\(name) = \(start)")
    for operand in placed {
      let isNegated = graph.operatorID(operand) == .negate
      let pad = isNegated ? graph.operand(operand, 0) : operand
      guard case .window(let starts, _) = graph.attribute(pad) else { continue }
      let inner = graph.operand(pad, 0)
      var part = text(inner)
      var sign = isNegated ? "-=" : "+="
      if part.text.hasPrefix("-"), part.level == .product || part.level == .prefix {
        part.text.removeFirst()
        sign = isNegated ? "+=" : "-="
      }
      let place = window(starts, graph.shape(inner), of: shape)
      line("\(name)[\(place)] \(isSum ? sign : "=") \(isSum ? part.text : text(inner).text)")
    }
    set(node, name)
    return true
  }

  /// A part of an array as slices of its axes; the whole of the last axes is left out.
  mutating func window(_ starts: [Dimension], _ part: Shape, of whole: Shape) -> String {
    var places: [String] = []
    for (axis, start) in starts.enumerated() {
      let end = start + part.dimensions[axis]
      let first = start == Dimension(0) ? "" : dimension(start)
      let rest = whole.dimensions[axis] - end
      var last = end == whole.dimensions[axis] ? "" : dimension(end)
      // What is left out is the shorter thing to say.
      if let known = rest.known, known > 0, known < 3 || end.known == nil,
        end.known.map({ $0 > known }) ?? true
      {
        last = "-\(known)"
      }
      places.append("\(first):\(last)")
    }
    while places.count > 1, places.last == ":" { places.removeLast() }
    return places.joined(separator: ", ")
  }
}
