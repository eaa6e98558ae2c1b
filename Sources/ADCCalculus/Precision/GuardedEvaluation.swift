import ADCPlatform

/// Evaluates a formula in double, and again with more digits where the bound of the error asks
/// for it.
package struct GuardedEvaluation {
  private let formula: ScalarFormula
  private var evaluation: BoundedEvaluation

  /// The formula is sound and has one output.
  package init(_ formula: ScalarFormula) {
    self.formula = formula
    evaluation = BoundedEvaluation(formula)
  }

  /// The value at some inputs: right to some units of the last place, and to the last bit where
  /// it took more than double to find it.
  package mutating func value(_ inputs: (Int) -> Double) -> Double {
    evaluation.run(inputs)
    let result = evaluation.values[formula.outputs[0]]
    if result.isGood { return result.value }
    return formula.preciseValues(inputs)?[0] ?? result.value
  }
}

extension ScalarFormula {
  private static let mostBits = 4096

  /// The outputs at some inputs, rounded once, found by raising the precision until two agree;
  /// nil where an operator has no precise form.
  ///
  /// The doubles of pi, e and some factors of derivatives stand for the numbers that they are next
  /// to. A cost of some 10 µs a function, or more where much cancels.
  package func preciseValues(_ inputs: (Int) -> Double) -> [Double]? {
    guard let first = values(inputs, bits: 128) else { return nil }
    var bits = 128
    // 1 + x takes in x, and its square and cube, only with so many bits.
    let widest = first.reduce(0) { $1.isFinite ? max($0, $1.exponent.magnitude) : $0 }
    let inputWidth = (0..<inputCount).reduce(0) { place, input in
      let value = inputs(input)
      return value == 0 || !value.isFinite ? place : max(place, Int(value.exponent.magnitude))
    }
    while bits < Self.mostBits, bits < max(3 * inputWidth, Int(clamping: widest)) { bits *= 2 }
    var last = bits == 128 ? outputs.map { first[$0] } : nil
    if last != nil { bits *= 2 }
    while bits <= Self.mostBits {
      guard let found = values(inputs, bits: bits) else { return nil }
      let next = outputs.map { found[$0] }
      if let last, zip(last, next).allSatisfy({ $0.agrees(with: $1) }) {
        return next.map(\.nearestDouble)
      }
      last = next
      bits *= 2
    }
    return last?.map(\.nearestDouble)
  }

  private func values(_ inputs: (Int) -> Double, bits: Int) -> [PreciseNumber]? {
    var values: [PreciseNumber] = []
    values.reserveCapacity(steps.count)
    for step in steps {
      // Thousands of digits take a while.
      if CurrentProcess.stopsEvaluation { return nil }
      switch step {
      case .input(let place): values.append(PreciseNumber(inputs(place), bits: bits))
      case .number(let value): values.append(PreciseNumber(constant: value, bits: bits))
      case .apply(let op, let operands):
        guard let precise = Catalogue.operators[op.index].precise else { return nil }
        values.append(precise(operands.map { values[$0] }))
      }
    }
    return values
  }
}

extension PreciseNumber {
  /// Whether both are the same to some bits more than a double has, or both are nothing that more
  /// digits would change.
  fileprivate func agrees(with other: PreciseNumber) -> Bool {
    if isNaN || other.isNaN { return isNaN && other.isNaN }
    if isInfinite || other.isInfinite { return isInfinite && self == other }
    // A zero may be what is left of digits that there were too few of.
    if isZero || other.isZero { return false }
    let difference = self - other
    return difference.isZero || difference.exponent < other.exponent - 60
  }
}
