/// A factor of a product with its exponent.
struct Factor {
  var base: NodeID
  var exponent: Double
}

/// Room for the factors of a product and for what is still to be looked into.
struct GatheredFactors {
  var factors: [Factor] = []
  var stack: [(node: NodeID, exponent: Double)] = []
}

extension Simplifier {
  /// The product whose top is `top`, with like factors joined.
  mutating func gatheredProduct(_ top: NodeID) -> NodeID {
    if let plain = plainProduct(top) ?? asTyped(top) ?? plainQuotient(top) { return plain }
    // The lists are made once for all products.
    var room = GatheredFactors()
    swap(&room, &gathered)
    let result = gatheredProduct(top, &room.factors, &room.stack)
    room.factors.removeAll(keepingCapacity: true)
    room.stack.removeAll(keepingCapacity: true)
    swap(&room, &gathered)
    return result
  }

  private mutating func gatheredProduct(
    _ top: NodeID, _ factors: inout [Factor],
    _ stack: inout [(node: NodeID, exponent: Double)]
  ) -> NodeID {
    let shape = graph.shape(top)
    var coefficient = Coefficient.one
    var places = NodePlaces()
    stack.append((top, 1))
    var parts = 0
    while let (node, exponent) = stack.popLast() {
      if node != top, roles[node.slot] != .inProduct {
        take(image(node), exponent, &coefficient, &factors, &places)
        continue
      }
      parts += 1
      let first = graph.operand(node, 0)
      switch graph.operatorID(node) {
      case .multiply:
        for place in graph.operandPlaces(node.slot).reversed() {
          stack.append((graph.operand(at: place), exponent))
        }
      case .divide:
        stack.append((graph.operand(node, 1), -exponent))
        stack.append((first, exponent))
      case .power:
        let whole = exponent * (wholeExponent(of: node) ?? 1)
        if whole.magnitude <= 64 {
          stack.append((first, whole))
        } else {
          take(node, exponent, &coefficient, &factors, &places)
        }
      default:
        if exponent.truncatingRemainder(dividingBy: 2) != 0 { coefficient = coefficient.negated }
        stack.append((first, exponent))
      }
    }
    if lostNumber {
      lostNumber = false
      return graph.insertFitting(
        graph.operatorID(top), graph.operands(top).map { image($0) }, within: shape)
    }
    if parts > 1 { fire(.flatProduct) }
    joinSharedMultiples(&coefficient, &factors, &places)
    openShared(&coefficient, &factors)
    if mayJoin(factors) {
      joinPowers(&factors)
      joinSoftmax(&factors)
      cancelLengths(&factors)
      joinSigns(&factors)
      stabilizeFactors(&factors)
      joinMatrixFactors(&factors)
    }
    if shape.isScalar, factors.count <= FewNodes.limit { sort(&factors) }
    if coefficient.isZero, !factors.isEmpty {
      // 0 times infinity is no number, where it is there for all to see.
      if factors.contains(where: { graph.number($0.base).map { !$0.isFinite } ?? false }) {
        return graph.constant(.nan)
      }
      fire(.zeroFactor)
    }
    return product(factors, coefficient: coefficient, shape: shape)
  }

  /// What the laws look for that make one factor of two: powers, exponentials and the sums that
  /// they are divided by, lengths, and what goes with determinants and magnitudes.
  private static let joiners: [Bool] = {
    let operators: Set<OperatorID> = [
      .power, .exp, .inverseLength, .adjugate, .norm, .sign, .transpose,
    ]
    return Catalogue.operators.indices.map { operators.contains(OperatorID($0)) }
  }()

  /// Whether any law may make one factor of two, or of one another.
  private mutating func mayJoin(_ factors: [Factor]) -> Bool {
    let joiners = Self.joiners
    for factor in factors {
      let op = graph.operatorID(factor.base)
      if joiners[op.index] { return true }
      if factor.exponent < 0, op == .add || Self.isStabilized[op.index] { return true }
    }
    return false
  }

  /// Adds `node^exponent` to what was gathered, looking one level into it.
  private mutating func take(
    _ node: NodeID, _ exponent: Double, _ coefficient: inout Coefficient,
    _ factors: inout [Factor], _ places: inout NodePlaces
  ) {
    if let value = graph.number(node), !isNamed(value) {
      if let power = numberPower(value, exponent) {
        if let product = coefficient.times(power) {
          coefficient = product
        } else {
          lostNumber = true
        }
        return
      }
      append(Factor(base: node, exponent: exponent), &factors, &places)
      return
    }
    switch graph.operatorID(node) {
    case .negate where graph.shape(node) == graph.shape(graph.operand(node, 0)):
      if exponent.truncatingRemainder(dividingBy: 2) != 0 { coefficient = coefficient.negated }
      take(graph.operand(node, 0), exponent, &coefficient, &factors, &places)
    case .power:
      if let inner = wholeExponent(of: node), (inner * exponent).magnitude <= 64 {
        if exponent != 1, exponent != -1 { fire(.powerOfPower) }
        let base = graph.operand(node, 0)
        append(Factor(base: base, exponent: inner * exponent), &factors, &places)
      } else {
        append(Factor(base: node, exponent: exponent), &factors, &places)
      }
    case graph.repetition:
      fire(.implicitBroadcast)
      take(graph.operand(node, 0), exponent, &coefficient, &factors, &places)
    default:
      append(Factor(base: node, exponent: exponent), &factors, &places)
    }
  }

  /// Where a number is in front already, 2*(200*r) is 400*r at no cost, though 200*r is shared; and
  /// -(-2*x) is 2*x.
  private mutating func joinSharedMultiples(
    _ coefficient: inout Coefficient, _ factors: inout [Factor], _ places: inout NodePlaces
  ) {
    guard !coefficient.isOne, !coefficient.isZero else { return }
    guard factors.contains(where: { isMultiple($0.base) }) else { return }
    let isSign = coefficient.isMinusOne
    let gathered = factors
    factors = []
    places = NodePlaces()
    for factor in gathered {
      let operands = graph.operands(factor.base)
      if graph.operatorID(factor.base) == .multiply, operands.count == 2,
        let value = graph.number(operands[0]), !isNamed(value), value.isFinite,
        !isSign || (value < 0 && factor.exponent == 1 && gathered.count == 1),
        let power = numberPower(value, factor.exponent),
        let product = coefficient.times(power),
        graph.shape(operands[1]) == graph.shape(factor.base)
      {
        coefficient = product
        take(operands[1], factor.exponent, &coefficient, &factors, &places)
      } else {
        append(factor, &factors, &places)
      }
    }
  }

  /// Whether a node is a number times another node.
  private mutating func isMultiple(_ node: NodeID) -> Bool {
    graph.operatorID(node) == .multiply && graph.operandPlaces(node.slot).count == 2
      && graph.number(graph.operand(node, 0)) != nil
  }

  /// x*x^(y - 1) as x^y, and x^(y - 1)/(x^y)^2, the derivative of a reciprocal, as x^(-y - 1).
  private mutating func joinPowers(_ factors: inout [Factor]) {
    for place in factors.indices where factors[place].exponent == 1 {
      let power = factors[place].base
      guard graph.operatorID(power) == .power else { continue }
      let operands = graph.operands(power)
      guard graph.number(operands[1]) == nil else { continue }
      if joinInverseSquare(place, operands[0], operands[1], &factors) { continue }
      guard
        let other = factors.firstIndex(where: { $0.base == operands[0] }),
        factors[other].exponent != 0, factors[other].exponent.rounded() == factors[other].exponent
      else { continue }
      let added = graph.constant(factors[other].exponent)
      let exponent = sum(
        [(operands[1], false), (added, false)], shape: graph.shape(operands[1]), opening: true)
      fire(.likeFactors)
      factors[other].exponent = 0
      factors[place].base = graph.insert(.power, [operands[0], exponent])
    }
  }

  /// Whether a power was joined with the square of another one of its base in the denominator. The
  /// exponents differ by a whole number, so that the joint power is a number where they are.
  private mutating func joinInverseSquare(
    _ place: Int, _ base: NodeID, _ exponent: NodeID, _ factors: inout [Factor]
  ) -> Bool {
    for other in factors.indices where factors[other].exponent == -2 {
      guard graph.operatorID(factors[other].base) == .power,
        graph.operand(factors[other].base, 0) == base
      else { continue }
      let second = graph.operand(factors[other].base, 1)
      let shape = graph.shape(exponent)
      let gap = sum([(exponent, false), (second, true)], shape: shape, opening: true)
      guard let number = graph.number(gap), number == number.rounded() else { continue }
      let joint = sum([(second, true), (gap, false)], shape: shape, opening: true)
      fire(.likeFactors)
      factors[other].exponent = 0
      factors[place].base = graph.insert(.power, [base, joint])
      return true
    }
    return false
  }

  private mutating func append(
    _ factor: Factor, _ factors: inout [Factor], _ places: inout NodePlaces
  ) {
    if let place = places[factor.base] {
      fire(.likeFactors)
      factors[place].exponent += factor.exponent
    } else {
      places[factor.base] = factors.count
      factors.append(factor)
    }
  }

  /// A number to a whole power of moderate size as a coefficient, where that is finite.
  mutating func numberPower(_ value: Double, _ exponent: Double) -> Coefficient? {
    guard value.isFinite, exponent.rounded() == exponent, exponent.magnitude <= 64 else {
      return nil
    }
    if exponent < 0, value == 0 { return nil }
    var power = 1.0
    for _ in 0..<Int(exponent.magnitude) { power *= value }
    guard power.isNormal || value == 0 || exponent == 1 else { return nil }
    return exponent < 0
      ? Coefficient(numerator: 1, denominator: power).normalized : Coefficient(power)
  }

  /// The node of a product: numbers first, then scalars, then arrays, one division for all
  /// denominators of a kind.
  mutating func product(
    _ factors: [Factor], coefficient: Coefficient, shape: Shape
  ) -> NodeID {
    if coefficient.isZero { return graph.constant(0) }
    guard coefficient.isUsable else {
      return plainProduct(factors, coefficient, shape)
    }
    // Not in one line with what follows, which would be given a copy of all that is here.
    let open = withoutRoots(factors)
    let ordered = inOrder(open)
    if shape.isScalar, ordered.allSatisfy({ $0.exponent != 0 }) {
      return quotient(ordered, coefficient, shape)
    }
    var scalars: [Factor] = []
    var arrays: [Factor] = []
    for factor in ordered where factor.exponent != 0 {
      if graph.isScalar(factor.base) { scalars.append(factor) } else { arrays.append(factor) }
    }
    if arrays.isEmpty || scalars.isEmpty || shape.isScalar {
      return quotient(arrays.isEmpty ? scalars : arrays, coefficient, shape)
    }
    // A scalar that has no denominator needs no product of its own.
    // x/norm(x) rather than 1/norm(x)*x.
    let areAlike = scalars.allSatisfy { $0.exponent < 0 } || scalars[0].exponent > 0
    if areAlike, scalars.count == 1, coefficient.isOne || coefficient.isMinusOne {
      return quotient(scalars + arrays, coefficient, shape)
    }
    // A/s as it is: (1/s)*A would be an operation more.
    if coefficient.numerator.magnitude == 1, scalars.allSatisfy({ $0.exponent < 0 }) {
      return quotient(scalars + arrays, coefficient, shape)
    }
    let scalar = quotient(scalars, coefficient, .scalar)
    let isNegative = graph.operatorID(scalar) == .negate
    let front = Factor(base: isNegative ? graph.operands(scalar)[0] : scalar, exponent: 1)
    return quotient([front] + arrays, isNegative ? Coefficient(-1) : .one, shape)
  }

  /// Numbers, then names, then what is made of them, each as first met: `2*pi*n*x*sin(x)`.
  private mutating func inOrder(_ factors: [Factor]) -> [Factor] {
    guard factors.count > 1 else { return factors }
    var isOrdered = true
    var last = (rank: rank(factors[0].base), factor: factors[0])
    for factor in factors.dropFirst() {
      let next = (rank: rank(factor.base), factor: factor)
      if Self.isBefore(next, last) {
        isOrdered = false
        break
      }
      last = next
    }
    if isOrdered { return factors }
    if factors.count <= FewNodes.limit {
      var result = factors
      sort(&result)
      return result
    }
    let ranked = factors.map { (rank: rank($0.base), factor: $0) }
    // A closure that holds the graph would copy it, so the comparison knows nothing of it.
    return ranked.sorted(by: Self.isBefore).map(\.factor)
  }

  /// Puts a few factors in order.
  private mutating func sort(_ factors: inout [Factor]) {
    for place in factors.indices.dropFirst() {
      let next = (rank: rank(factors[place].base), factor: factors[place])
      var free = place
      while free > 0 {
        let before = factors[free - 1]
        guard Self.isBefore(next, (rank(before.base), before)) else { break }
        factors[free] = before
        free -= 1
      }
      if free < place { factors[free] = next.factor }
    }
  }

  static func isBefore(
    _ left: (rank: Int, factor: Factor), _ right: (rank: Int, factor: Factor)
  ) -> Bool {
    if left.rank != right.rank { return left.rank < right.rank }
    return left.factor.base < right.factor.base
  }

  mutating func rank(_ node: NodeID) -> Int {
    switch graph.operatorID(node) {
    case .number: 0
    case .multiply where isProductOfNumbers(node): 0
    case graph.dimension: 1
    default: graph.operandPlaces(node.slot).isEmpty ? 2 : 3
    }
  }

  private mutating func isProductOfNumbers(_ node: NodeID) -> Bool {
    for place in graph.operandPlaces(node.slot)
    where graph.operatorID(graph.operand(at: place)) != .number { return false }
    return true
  }

  /// A product of names alone as it was given: `m*g*l` is not turned around for another's sake.
  private mutating func asTyped(_ top: NodeID) -> NodeID? {
    guard graph.operatorID(top) == .multiply, graph.operandPlaces(top.slot).count > 2, isTyped(top),
      isName(graph.operand(top, 1))
    else { return nil }
    let operands = graph.operands(top)
    let names =
      graph.number(operands[0]).map { $0.isFinite && $0 > 1 } ?? false
      ? operands.dropFirst() : operands[...]
    guard names.allSatisfy({ isName($0) && image($0) == $0 }),
      Set(names).count == names.count,
      names.allSatisfy({ graph.shape($0).isScalar })
    else { return nil }
    return joined(.multiply, operands, within: .scalar)
  }

  mutating func isName(_ node: NodeID) -> Bool { graph.operatorID(node) == .symbol }

  /// Squares of roots undone, and roots of what is a factor too: `x/sqrt(x)` is `sqrt(x)`.
  private mutating func withoutRoots(_ factors: [Factor]) -> [Factor] {
    guard factors.contains(where: { degree(ofRoot: $0.base) != nil }) else { return factors }
    var result: [Factor] = []
    var places = NodePlaces()
    for factor in factors {
      guard let degree = degree(ofRoot: factor.base), factor.exponent.magnitude >= degree else {
        append(factor, &result, &places)
        continue
      }
      fire(degree == 2 ? .squareOfRoot : .rootsOfOneBase)
      let whole = (factor.exponent / degree).rounded(.towardZero)
      append(Factor(base: graph.operand(factor.base, 0), exponent: whole), &result, &places)
      let rest = factor.exponent - degree * whole
      if rest != 0 { append(Factor(base: factor.base, exponent: rest), &result, &places) }
    }
    for place in result.indices {
      guard let degree = degree(ofRoot: result[place].base),
        let other = places[graph.operand(result[place].base, 0)],
        result[other].exponent * result[place].exponent < 0
      else { continue }
      fire(.rootsOfOneBase)
      let total = result[other].exponent * degree + result[place].exponent
      let whole = (total / degree).rounded(.towardZero)
      result[other].exponent = whole
      result[place].exponent = total - degree * whole
    }
    return result
  }

  /// 2 for a square root, 3 for a cube root.
  private mutating func degree(ofRoot node: NodeID) -> Double? {
    switch graph.operatorID(node) {
    case .sqrt: 2
    case .cbrt: 3
    default: nil
    }
  }

  /// A product with a number that is no use as a coefficient (0, infinity, NaN in the wrong place).
  private mutating func plainProduct(
    _ factors: [Factor], _ coefficient: Coefficient, _ shape: Shape
  ) -> NodeID {
    let numbers = [graph.constant(coefficient.numerator), graph.constant(coefficient.denominator)]
    let front = graph.insert(.divide, numbers)
    let rest = factors.filter { $0.exponent != 0 }
    guard !rest.isEmpty else { return front }
    let product = quotient(rest, .one, shape)
    return graph.insertFitting(.multiply, [front, product], within: shape)
  }
}
