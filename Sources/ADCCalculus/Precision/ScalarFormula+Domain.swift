// Where a formula has no value, whatever its rewritten form makes of the point.
// In: a formula as it was written, and a point. Out: whether a function was asked for a value
// outside its domain on the way, as in `sqrt(x)^2` at -4, of which the laws make x.

extension ScalarFormula {
  /// Whether the first output is certainly no real number at some inputs.
  ///
  /// Nor is a quotient of two numbers that are 0 for certain, or what has no value because of a
  /// division by such a zero, whatever its limit. A function of numbers that may be inside its
  /// domain but for rounding does not count. The cost is that of an evaluation in double. The
  /// formula is sound.
  package func leavesDomain(_ inputs: (Int) -> Double) -> Bool {
    var evaluation = BoundedEvaluation(self)
    evaluation.run(inputs)
    var isOutside = [Bool](repeating: false, count: steps.count)
    var isPole = [Bool](repeating: false, count: steps.count)
    for (place, step) in steps.enumerated() {
      guard case .apply(let op, let operands) = step else { continue }
      let value = evaluation.values[place].value
      let used =
        op == .select
        ? [evaluation.values[operands[0]].value != 0 ? operands[1] : operands[2]] : operands
      isPole[place] =
        value.isInfinite
        && (used.contains { isPole[$0] } || evaluation.dividesByZero(op, operands))
      guard value.isNaN else { continue }
      if op == .select {
        let taken = evaluation.values[operands[0]].value != 0 ? operands[1] : operands[2]
        isOutside[place] = isOutside[operands[0]] || isOutside[taken]
      } else {
        isOutside[place] =
          operands.contains { isOutside[$0] || isPole[$0] }
          || evaluation.dividesByZero(op, operands) || evaluation.isUndefined(around: place)
      }
    }
    return isOutside[outputs[0]]
  }
}

extension BoundedEvaluation {
  /// How far around its operands a function is looked at, relative to them: more than what
  /// rounding moves them, and enough to tell a pole from the outside.
  private static let neighbourhood = 0x1p-20

  /// Whether an operation divides by what is 0 for certain.
  fileprivate func dividesByZero(_ op: OperatorID, _ operands: [Int]) -> Bool {
    func isZero(_ place: Int) -> Bool { values[place].value == 0 && values[place].error == 0 }
    switch op {
    case .divide: return isZero(operands[1])
    case .power: return isZero(operands[0]) && values[operands[1]].value < 0
    default: return false
    }
  }

  /// Whether a step's function has no value at its operands, nor anywhere near them.
  fileprivate func isUndefined(around place: Int) -> Bool {
    let operands: [Int]
    let evaluate: ([Double]) -> Double
    switch steps[place] {
    case .unary(let kernel, let x, _):
      (operands, evaluate) = ([x], { kernel.value($0[0]) })
    case .binary(let kernel, let x, let y, _):
      (operands, evaluate) = ([x, y], { kernel.value($0[0], $0[1]) })
    case .ternary(let kernel, let x, let y, let z, _):
      (operands, evaluate) = ([x, y, z], { kernel.value($0[0], $0[1], $0[2]) })
    case .input, .number, .sum, .product, .choice: return false
    }
    let given = operands.map { values[$0] }
    guard given.allSatisfy({ $0.value.isFinite && $0.error.isFinite }) else { return false }
    for (place, operand) in given.enumerated() {
      let size = max(operand.value.magnitude, .leastNormalMagnitude)
      let reach = max(operand.error, Self.neighbourhood * size)
      for moved in [operand.value - reach, operand.value + reach] {
        var near = given.map(\.value)
        near[place] = moved
        if !evaluate(near).isNaN { return false }
      }
    }
    return true
  }
}
