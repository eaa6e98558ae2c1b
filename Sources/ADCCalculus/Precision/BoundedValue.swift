/// A double with a bound of how far it is from the number that it stands for.
struct BoundedValue {
  var value: Double
  /// Infinite where nothing is known: after an overflow or an uncertain choice.
  var error: Double

  init(_ value: Double, error: Double = 0) {
    self.value = value
    self.error = error
  }

  /// What a value may be off relative to itself before more digits are asked for: 16 units of the
  /// last place, of which a bound is seldom a quarter.
  static let tolerance = 0x1p-48
  /// What makes a formula one that is looked after.
  static let suspicion = 0x1p-45
  static let halfUnit = 0x1p-53
  /// The distance of two subnormal numbers, what a rounding near 0 may cost.
  static let least = Double.leastNonzeroMagnitude

  /// Whether the value is as good as it is taken for.
  var isGood: Bool { isWithin(Self.tolerance) }

  /// Whether the value is the number's nearest double or a neighbour of that.
  var isWithinUnit: Bool {
    if error == 0 { return !value.isNaN }
    return value.isFinite && value.magnitude >= .leastNormalMagnitude && error < 1.4 * value.ulp
  }

  /// Whether the bound is at most a share of the value.
  func isWithin(_ share: Double) -> Bool {
    if error == 0 { return !value.isNaN }
    if value.isNaN || value.isInfinite { return false }
    return error <= max(share * value.magnitude, Self.least)
  }
}

/// The kernels of a formula, looked up once.
struct BoundedEvaluation {
  enum Step {
    case input(Int)
    case number(BoundedValue)
    case sum([Int])
    case product([Int])
    case choice(Int, Int, Int)
    case unary(any UnaryKernel.Type, Int, rounding: Double)
    case binary(any BinaryKernel.Type, Int, Int, rounding: Double)
    case ternary(any TernaryKernel.Type, Int, Int, Int, rounding: Double)
  }

  let steps: [Step]
  /// The results of the last evaluation.
  private(set) var values: [BoundedValue]

  /// The formula is sound (`ScalarFormula.isSound`).
  init(_ formula: ScalarFormula) {
    steps = formula.steps.map { step in
      switch step {
      case .input(let place): return .input(place)
      case .number(let value):
        let isRounded = value.magnitude == Double.pi || value.magnitude == 2.718281828459045
        return .number(
          BoundedValue(value, error: isRounded ? BoundedValue.halfUnit * value.magnitude : 0))
      case .apply(let op, let operands):
        if op == .add { return .sum(operands) }
        if op == .multiply { return .product(operands) }
        if op == .select { return .choice(operands[0], operands[1], operands[2]) }
        guard case .elementwise(let kernel) = Catalogue.operators[op.index].execution else {
          preconditionFailure("a formula that is not sound")
        }
        let entry = Catalogue.operators[op.index]
        let rounding = entry.roundsNothing ? 0 : entry.errorBound
        switch kernel {
        case .unary(let type): return .unary(type, operands[0], rounding: rounding)
        case .binary(let type): return .binary(type, operands[0], operands[1], rounding: rounding)
        case .ternary(let type):
          return .ternary(type, operands[0], operands[1], operands[2], rounding: rounding)
        }
      }
    }
    values = [BoundedValue](repeating: BoundedValue(0), count: formula.steps.count)
  }

  /// Computes all steps at some inputs.
  mutating func run(_ inputs: (Int) -> Double) {
    for place in steps.indices {
      values[place] = result(steps[place], inputs)
    }
  }

  private func result(_ step: Step, _ inputs: (Int) -> Double) -> BoundedValue {
    switch step {
    case .input(let place): return BoundedValue(inputs(place))
    case .number(let value): return value
    case .sum(let terms): return terms.dropFirst().reduce(values[terms[0]]) { $0 + values[$1] }
    case .product(let factors):
      return factors.dropFirst().reduce(values[factors[0]]) { $0 * values[$1] }
    case .choice(let condition, let yes, let no):
      let test = values[condition]
      let taken = values[test.value != 0 ? yes : no]
      return test.error == 0 ? taken : BoundedValue(taken.value, error: .infinity)
    case .unary(let kernel, let x, let rounding):
      let x = values[x]
      return bounded(kernel.value(x.value), [x], rounding) { kernel.value($0[0]) }
    case .binary(let kernel, let x, let y, let rounding):
      let (x, y) = (values[x], values[y])
      return bounded(kernel.value(x.value, y.value), [x, y], rounding) {
        kernel.value($0[0], $0[1])
      }
    case .ternary(let kernel, let x, let y, let z, let rounding):
      let (x, y, z) = (values[x], values[y], values[z])
      return bounded(kernel.value(x.value, y.value, z.value), [x, y, z], rounding) {
        kernel.value($0[0], $0[1], $0[2])
      }
    }
  }

  /// The bound of a function's value: its own rounding, and how far it moves when an operand moves
  /// to the ends of its bound.
  private func bounded(
    _ value: Double, _ operands: [BoundedValue], _ rounding: Double,
    _ evaluate: ([Double]) -> Double
  ) -> BoundedValue {
    guard value.isFinite, operands.allSatisfy(\.value.isFinite) else {
      return BoundedValue(value, error: .infinity)
    }
    var error =
      rounding == 0
      ? 0 : max(rounding * value.ulp, BoundedValue.least)
    for (place, operand) in operands.enumerated() where operand.error != 0 {
      guard operand.error.isFinite else { return BoundedValue(value, error: .infinity) }
      var moved = operands.map(\.value)
      // A bound below the distance of two doubles is taken as its share of that distance.
      let step = max(operand.error, operand.value.ulp)
      for end in [operand.value - step, operand.value + step] {
        moved[place] = end
        let spread = (evaluate(moved) - value).magnitude * (operand.error / step)
        guard spread.isFinite else { return BoundedValue(value, error: .infinity) }
        error += spread
      }
    }
    return BoundedValue(value, error: error)
  }
}

extension BoundedValue {
  /// The sum; exact where nothing was rounded (D. E. Knuth, The Art of Computer Programming,
  /// vol. 2, 4.2.2, theorem B).
  static func + (left: BoundedValue, right: BoundedValue) -> BoundedValue {
    let sum = left.value + right.value
    guard sum.isFinite else { return BoundedValue(sum, error: .infinity) }
    let part = sum - left.value
    let rest = (left.value - (sum - part)) + (right.value - part)
    return BoundedValue(sum, error: left.error + right.error + rest.magnitude)
  }

  static func * (left: BoundedValue, right: BoundedValue) -> BoundedValue {
    let product = left.value * right.value
    if left.isExactZero || right.isExactZero, product == 0 { return BoundedValue(product) }
    guard product.isFinite else { return BoundedValue(product, error: .infinity) }
    var rounding = (-product).addingProduct(left.value, right.value).magnitude
    if product.magnitude < Double.leastNormalMagnitude / halfUnit { rounding += least }
    return BoundedValue(
      product,
      error: rounding + left.error * (right.value.magnitude + right.error)
        + right.error * left.value.magnitude)
  }

  private var isExactZero: Bool { value == 0 && error == 0 }
}

extension Operator {
  /// Whether the result is one of the operands but for its sign, or a whole number: told by slopes
  /// that are -1, 0 or 1 everywhere.
  fileprivate var roundsNothing: Bool {
    switch derivative {
    case .zero: return true
    case .partials(let partials):
      return partials((0..<arity.lowerBound).map { .argument($0) }).allSatisfy(\.isSteady)
    case .pullback, .byDefinition, .asLoop, .none: return false
    }
  }
}

extension Template {
  /// Whether this is -1, 0 or 1 whatever the arguments are.
  fileprivate var isSteady: Bool {
    switch self {
    case .argument, .result: return false
    case .constant(let value): return value == 0 || value.magnitude == 1
    case .apply("select", let parts): return parts[1].isSteady && parts[2].isSteady
    case .apply(let name, _):
      if case .zero = Catalogue.operators[Catalogue.required(name).index].derivative { return true }
      return false
    }
  }
}
