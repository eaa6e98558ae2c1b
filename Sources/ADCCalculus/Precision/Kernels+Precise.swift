// What each kernel is with more digits than a double has.

extension UnaryKernel {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { nil }
}

extension BinaryKernel {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? { nil }
}

extension TernaryKernel {
  package static func precise(
    _ x: PreciseNumber, _ y: PreciseNumber, _ z: PreciseNumber
  ) -> PreciseNumber? { nil }
}

extension PreciseNumber {
  /// 1 or 0.
  fileprivate init(_ truth: Bool, like other: PreciseNumber) {
    self.init(truth ? 1.0 : 0.0, precision: other.precision)
  }

  fileprivate func whole(_ value: Double) -> PreciseNumber {
    PreciseNumber(value, precision: precision)
  }
}

extension Negate {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { -x }
}

extension Abs {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.magnitude }
}

extension Sign {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    x.isNaN || x.isZero ? x : x.whole(x.isNegative ? -1 : 1)
  }
}

extension Square {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x * x }
}

extension Reciprocal {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.whole(1) / x }
}

extension Cube {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x * x * x }
}

extension FourthPower {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x * x * x * x }
}

extension ReciprocalSquare {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.whole(1) / (x * x) }
}

extension Sqrt {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.squareRoot() }
}

extension Cbrt {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.cubeRoot }
}

extension Exp {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.exponential }
}

extension Expm1 {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.exponentialMinusOne }
}

extension Log {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.logarithm }
}

extension Log1p {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.logarithmOfOnePlus }
}

extension Log2 {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    x.logarithm / PreciseNumber.ln2(precision: x.precision)
  }
}

extension Log10 {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    x.logarithm / x.whole(10).logarithm
  }
}

extension Sigmoid {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.sigmoid }
}

extension Softplus {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.softplus }
}

extension Sin {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.sine }
}

extension Cos {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.cosine }
}

extension Tan {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.tangent }
}

extension Asin {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.inverseSine }
}

extension Acos {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.inverseCosine }
}

extension Atan {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.inverseTangent }
}

extension Sinh {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.hyperbolicSine }
}

extension Cosh {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.hyperbolicCosine }
}

extension Tanh {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.hyperbolicTangent }
}

extension Asinh {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.inverseHyperbolicSine }
}

extension Acosh {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.inverseHyperbolicCosine }
}

extension Atanh {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.inverseHyperbolicTangent }
}

extension Erf {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.errorFunction }
}

extension Erfc {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.complementaryErrorFunction }
}

extension Gamma {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.gamma }
}

extension Lgamma {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.logarithmOfGamma }
}

extension Digamma {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.polygamma(0) }
}

extension Trigamma {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? { x.polygamma(1) }
}

extension Relu {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    x.isNegative ? x.whole(0) : x
  }
}

extension Step {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(!x.isNegative && !x.isZero && !x.isNaN, like: x)
  }
}

extension Not {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(x.isZero, like: x)
  }
}

extension Add {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? { x + y }
}

extension Subtract {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? { x - y }
}

extension Multiply {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? { x * y }
}

extension Divide {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? { x / y }
}

extension Power {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    x.power(y)
  }
}

extension Hypot {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    (x * x + y * y).squareRoot()
  }
}

extension Atan2 {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    x.angle(x: y)
  }
}

extension Min {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    x.isNaN ? x : y.isNaN ? y : x < y ? x : y
  }
}

extension Max {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    x.isNaN ? x : y.isNaN ? y : y < x ? x : y
  }
}

extension Less {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(x < y, like: x)
  }
}

extension LessOrEqual {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(x < y || x == y, like: x)
  }
}

extension Greater {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(y < x, like: x)
  }
}

extension GreaterOrEqual {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(y < x || x == y, like: x)
  }
}

extension Equal {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(x == y, like: x)
  }
}

extension NotEqual {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(!(x == y), like: x)
  }
}

extension And {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(!x.isZero && !y.isZero, like: x)
  }
}

extension Or {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    PreciseNumber(!x.isZero || !y.isZero, like: x)
  }
}

extension Polygamma {
  package static func precise(_ x: PreciseNumber, _ y: PreciseNumber) -> PreciseNumber? {
    x.int.flatMap { $0 < 0 || $0 > 200 ? nil : y.polygamma($0) }
  }
}

extension Select {
  package static func precise(
    _ x: PreciseNumber, _ y: PreciseNumber, _ z: PreciseNumber
  ) -> PreciseNumber? { x.isZero ? z : y }
}

extension Floor {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    x.isWhole || !x.isFinite ? x : x.isNegative ? x.truncated - x.whole(1) : x.truncated
  }
}

extension Ceil {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    Floor.precise(-x).map { -$0 }
  }
}

extension Round {
  package static func precise(_ x: PreciseNumber) -> PreciseNumber? {
    guard x.isFinite else { return x }
    let nearest = x.rounded
    let isHalf = (nearest - x).magnitude == x.whole(0.5)
    let isOdd = !nearest.scaled(by: -1).isWhole
    return isHalf && isOdd ? nearest - x.whole(x.isNegative ? -1 : 1) : nearest
  }
}
