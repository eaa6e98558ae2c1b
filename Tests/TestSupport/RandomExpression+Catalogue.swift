package import ADCCalculus

// Uses of operators that are found by what the catalogue says of them alone: how they are called,
// what shapes they take, where their operands are sampled.

extension RandomExpression {
  /// The operators that an expression can hold without a body or a draw of its own.
  package static let candidates: [OperatorID] = Catalogue.operators.indices.filter { place in
    let op = Catalogue.operators[place]
    switch op.execution {
    case .leaf, .formula, .recurrence, .recurrenceResult, .generator(.uniform): return false
    default: break
    }
    // A loop, an equation and a function of the model carry a body.
    let carriesBody = op.domain.isEmpty && op.arity.upperBound == Int.max
    // What has no call and another's spelling is a part of that one, and has no text.
    let isPart = op.call == nil && op.spelling != op.name
    return !carriesBody && !isPart && op.call != .dropout
  }.map(OperatorID.init)

  /// Adds a use of a random operator, where one of a few tries fits.
  mutating func addFromCatalogue() {
    addUse(of: Self.candidates.randomElement(using: &random) ?? .add)
  }

  /// Adds a use of an operator.
  ///
  /// - Returns: Whether one of the tries fits.
  @discardableResult
  package mutating func addUse(of id: OperatorID) -> Bool {
    let op = Catalogue.operators[id.index]
    for attempt in 0..<12 {
      let most = min(op.arity.upperBound, max(op.arity.lowerBound, 4))
      let count = Int.random(in: op.arity.lowerBound...most, using: &random)
      var operands = sources(of: op, count, fromLeaves: attempt >= 4)
      let attribute = attribute(of: op, operands)
      for place in operands.indices {
        operands[place] = operand(operands[place], place, of: op, operands, attribute)
      }
      if add(id, operands, attribute) != nil { return true }
    }
    return false
  }

  // MARK: - Operands

  private mutating func sources(of op: Operator, _ count: Int, fromLeaves: Bool) -> [NodeID] {
    if case .convolution = op.call { return convolved() }
    var result: [NodeID] = []
    for _ in 0..<count {
      if let first = result.first, Int.random(in: 0..<5, using: &random) < 2 {
        let alike = nodes.filter { graph.shape($0) == graph.shape(first) }
        result.append(alike.randomElement(using: &random) ?? first)
      } else {
        result.append(fromLeaves ? leaves.randomElement(using: &random) ?? pick() : pick())
      }
    }
    return result
  }

  /// A value moved to where an operand is sampled, an order, or an index.
  private mutating func operand(
    _ source: NodeID, _ place: Int, of op: Operator, _ operands: [NodeID], _ attribute: Attribute
  ) -> NodeID {
    guard !op.domain.isEmpty else { return source }
    let range = op.domain[min(place, op.domain.count - 1)]
    if place == 0, case .matrixFunction = op.execution, Bool.random(using: &random) {
      return shifted(source)
    }
    if range.lowerBound == range.upperBound {
      return range.lowerBound == 0
        ? index(place, operands, attribute)
        : graph.constant(range.lowerBound + Double(Int.random(in: 0...2, using: &random)))
    }
    let values = values(of: source, in: graph)
    if values.allSatisfy({ range.contains($0) }) { return source }
    if range == -2...2, Bool.random(using: &random) { return source }
    let half = (range.upperBound - range.lowerBound) / 2
    let bent = graph.insert(.required("tanh"), [source])
    let scaled = half == 1 ? bent : graph.insert(.multiply, [graph.constant(half), bent])
    let middle = range.lowerBound + half
    return middle == 0 ? scaled : graph.insert(.add, [scaled, graph.constant(middle)])
  }

  /// A square matrix with more on its diagonal, so that it is positive definite or nearly.
  private mutating func shifted(_ source: NodeID) -> NodeID {
    let shape = graph.shape(source)
    let last = shape.dimensions.suffix(2)
    guard last.count == 2, last.first == last.last else { return source }
    let eye = graph.insert(.required("eye"), [], .shape(Shape(Array(last))))
    let multiple = graph.insert(.multiply, [graph.constant(3), eye])
    return graph.insert(.add, [source, multiple])
  }

  /// A constant array of indices that every axis in sight has.
  private mutating func index(
    _ place: Int, _ operands: [NodeID], _ attribute: Attribute
  ) -> NodeID {
    var shapes = operands.enumerated().filter { $0.offset != place }.map { graph.shape($0.element) }
    switch attribute {
    case .shape(let shape), .scattering(let shape, _): shapes.append(shape)
    default: break
    }
    let limit = shapes.flatMap(\.dimensions).map { $0.value(sizes) ?? 1 }.min() ?? 2
    // The shapes that some rule may ask for: the other's, less its last or its first axes.
    var choices = [Shape.scalar, Shape([2])]
    for shape in shapes {
      choices += [
        shape, Shape(Array(shape.dimensions.dropLast())), Shape(Array(shape.dimensions.prefix(1))),
      ]
    }
    let shape = choices.randomElement(using: &random) ?? .scalar
    guard shape.dimensions.allSatisfy({ $0.known != nil }) else {
      // A size with a name has no table: the whole numbers of an iota, or zeros.
      let zero = graph.constant(Double(Int.random(in: 0..<max(limit, 1), using: &random)))
      return graph.insert(.broadcast, [zero], .shape(shape))
    }
    let values = (0..<count(of: shape)).map { _ in
      Double(Int.random(in: 0..<max(limit, 1), using: &random))
    }
    return graph.table(Table(shape: shape, values: values))
  }

  /// An array and a kernel, or what stands in for one of both.
  private mutating func convolved() -> [NodeID] {
    let isWide = Bool.random(using: &random)
    let array = fresh(Shape(isWide ? [2, 4, 3] : [2, 5]))
    let kernel = fresh(Shape(isWide ? [2, 2, 2, 2] : [3, 2, 2]))
    let result = fresh(Shape(isWide ? [2, 3, 2] : [3, 4]))
    let pairs = [[array, kernel], [result, kernel], [array, result]]
    return pairs.randomElement(using: &random) ?? [array, kernel]
  }

  /// A new symbol times what is there already.
  private mutating func fresh(_ shape: Shape) -> NodeID {
    let scalars = nodes.filter { graph.shape($0).isScalar }
    let leaf = addLeaf(shape)
    guard let scalar = scalars.randomElement(using: &random), Bool.random(using: &random) else {
      return leaf
    }
    return graph.insert(.multiply, [scalar, leaf])
  }

  // MARK: - Attributes

  private mutating func attribute(of op: Operator, _ operands: [NodeID]) -> Attribute {
    let shape = operands.first.map { graph.shape($0) } ?? .scalar
    let rank = shape.rank
    let axis = rank == 0 ? 0 : Int.random(in: 0..<rank, using: &random)
    switch op.call {
    case .operands, .dropout: return .none
    case .reduction:
      let some = (0..<rank).filter { _ in Bool.random(using: &random) }
      let axes = some.isEmpty || Bool.random(using: &random) ? [axis] : some
      return .axes(rank == 0 ? [] : axes, keep: Bool.random(using: &random))
    case .alongAxis: return .axes([axis], keep: true)
    case .alongAxisBy: return .along(axis: axis, count: Int.random(in: -1...2, using: &random))
    case .scan: return .scan(axis: axis, reversed: Bool.random(using: &random))
    case .windows where op.execution.isOverlapAdd: return wholeSizes(of: shape)
    case .windows, .pooling:
      let count = max(1, min(rank, Int.random(in: 1...2, using: &random)))
      return .windows(
        sizes: (0..<count).map { _ in Dimension(Int.random(in: 1...2, using: &random)) },
        strides: (0..<count).map { _ in Int.random(in: 1...2, using: &random) })
    case .convolution:
      let axes = rank - 1
      let sizes = [[], [4, 3], [2, 2], [5], [2]].filter { $0.isEmpty || $0.count == axes }
      return .convolution(
        strides: Array(repeating: 1, count: axes), padding: Array(repeating: 0, count: axes),
        sizes: (sizes.randomElement(using: &random) ?? []).map { Dimension($0) })
    case .toShape: return .shape(target(from: shape))
    case .ofShape:
      let sizes: [Dimension] = [Dimension(named: "n"), 2, 3]
      let size = sizes.randomElement(using: &random) ?? 2
      return .shape(Shape(Bool.random(using: &random) ? [size, size] : [size]))
    case .joining: return .axis(axis)
    case .oneHot: return .shape(Shape(shape.dimensions + [3]))
    case .window:
      let starts = shape.dimensions.map { _ in Dimension(Int.random(in: 0...1, using: &random)) }
      return .window(starts: starts, sizes: Shape(shape.dimensions.map { $0 + 1 }))
    case .gathering: return .gathering(batch: rank > 1 ? Int.random(in: 0...1, using: &random) : 0)
    case .scattering:
      let batch = rank > 1 ? Int.random(in: 0...1, using: &random) : 0
      var whole = shape.dimensions
      if rank > batch { whole[batch] = 3 }
      return .scattering(to: Shape(whole), batch: batch)
    case .permuting: return .permutation((0..<rank).shuffled(using: &random))
    case nil: return hiddenAttribute(of: op, shape)
    }
  }

  /// Of what the language has a sign for instead of a name.
  private mutating func hiddenAttribute(of op: Operator, _ shape: Shape) -> Attribute {
    switch op.execution {
    case .view(.slice):
      var starts = shape.dimensions.map { _ in Dimension(0) }
      var sizes = shape
      guard !starts.isEmpty else { return .none }
      let axis = Int.random(in: 0..<starts.count, using: &random)
      starts[axis] = 1
      sizes.dimensions[axis] = sizes.dimensions[axis] - 1
      return .window(starts: starts, sizes: sizes)
    case .generator(.size): return .dimension(Dimension(named: "n"))
    case .view(.broadcast), .view(.reshape): return .shape(target(from: shape))
    default: return .none
    }
  }

  /// A shape of the same elements, or one that they are repeated to.
  private mutating func target(from shape: Shape) -> Shape {
    let dimensions = shape.dimensions
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return Shape([Dimension(named: "m")] + dimensions)
    case 1: return Shape(dimensions + [1])
    case 2: return Shape(dimensions.reversed())
    default:
      guard let whole = shape.knownCount else { return Shape([1] + dimensions) }
      return whole % 2 == 0 ? Shape([2, Dimension(whole / 2)]) : Shape([Dimension(whole)])
    }
  }

  /// For windows as they come, the sizes of what they add up to.
  private mutating func wholeSizes(of shape: Shape) -> Attribute {
    let count = shape.rank >= 4 ? Int.random(in: 1...2, using: &random) : 1
    guard shape.rank >= 2 * count else { return .none }
    let stride = Int.random(in: 1...2, using: &random)
    let last = shape.dimensions.suffix(2 * count)
    let sizes = zip(last.prefix(count), last.suffix(count)).map { size, places in
      (places - 1) * stride + size
    }
    return .windows(sizes: sizes, strides: Array(repeating: stride, count: count))
  }
}

extension Execution {
  fileprivate var isOverlapAdd: Bool { if case .overlapAdd = self { true } else { false } }
}
