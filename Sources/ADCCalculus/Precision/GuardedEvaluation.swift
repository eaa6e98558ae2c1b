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

  /// The value at some inputs: right to about 12 digits and a half at least, and to the last bit
  /// where it took more than double to find it.
  package mutating func value(_ inputs: (Int) -> Double) -> Double {
    evaluation.run(inputs)
    let result = evaluation.values[formula.outputs[0]]
    if result.isGood { return result.value }
    return formula.preciseValues(inputs)?[0] ?? result.value
  }
}

extension ScalarFormula {
  /// The precisions that are tried, in bits.
  private static let precisions = [128, 256, 512, 1024, 2048]

  /// The outputs at some inputs, rounded once, found by raising the precision until two agree;
  /// nil where an operator has no precise form.
  ///
  /// The doubles of pi, e and some factors of derivatives stand for the numbers that they are next
  /// to. A cost of some 10 µs a function, or more where much cancels.
  package func preciseValues(_ inputs: (Int) -> Double) -> [Double]? {
    var last: [PreciseNumber]?
    for bits in Self.precisions {
      guard let next = outputs(inputs, bits: bits) else { return nil }
      if let last, zip(last, next).allSatisfy({ $0.agrees(with: $1) }) {
        return next.map(\.nearestDouble)
      }
      last = next
    }
    return last?.map(\.nearestDouble)
  }

  private func outputs(_ inputs: (Int) -> Double, bits: Int) -> [PreciseNumber]? {
    var values: [PreciseNumber] = []
    values.reserveCapacity(steps.count)
    for step in steps {
      switch step {
      case .input(let place): values.append(PreciseNumber(inputs(place), bits: bits))
      case .number(let value): values.append(PreciseNumber(constant: value, bits: bits))
      case .apply(let op, let operands):
        guard let precise = Catalogue.operators[op.index].precise else { return nil }
        values.append(precise(operands.map { values[$0] }))
      }
    }
    return outputs.map { values[$0] }
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
