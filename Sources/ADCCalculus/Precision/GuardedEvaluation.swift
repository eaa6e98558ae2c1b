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
    if formula.isExacting ? result.isWithinUnit : result.isGood { return result.value }
    return formula.preciseValues(inputs)?[0] ?? result.value
  }

  /// The value that double makes of the formula, however many digits are lost, if it makes any.
  package mutating func plainValue(_ inputs: (Int) -> Double) -> Double {
    evaluation.run(inputs)
    let result = evaluation.values[formula.outputs[0]].value
    return result.isNaN ? formula.preciseValues(inputs)?[0] ?? result : result
  }
}

extension ScalarFormula {
  private static let fewestBits = 128
  private static let mostBits = 4096

  /// The outputs at some inputs, rounded once, found by raising the precision until two agree;
  /// nil where an operator has no precise form, and where no precision that is tried would do.
  ///
  /// The doubles of pi, e and some factors of derivatives stand for the numbers that they are next
  /// to. A cost of some 10 µs a function, or more where much cancels.
  package func preciseValues(_ inputs: (Int) -> Double) -> [Double]? {
    var work = 0.0
    return preciseValues(inputs, work: &work)
  }

  /// The same, with the multiplications of 64 bits that it took added to `work`: about. Nil also
  /// where `work` would come to more than a limit.
  package func preciseValues(
    _ inputs: (Int) -> Double, work: inout Double, limit: Double = .infinity
  ) -> [Double]? {
    var bits = Self.fewestBits
    guard let first = evaluated(inputs, bits: bits, work: &work, limit: limit) else { return nil }
    if first.absorbsForever, first.cancels { return nil }
    if first.leavesRange, first.outputs.contains(where: { !$0.isZero && !$0.isFiniteNonzero }) {
      return nil
    }
    var last = first.fewestBits <= bits ? first : nil
    // Nothing that is 0 with so many bits is anything else.
    let enough = min(Self.mostBits, (hasSpecialFunctions ? 4 : 8) * max(bits, first.fewestBits))
    while bits < first.fewestBits { bits *= 2 }
    // A limb or two more show what the first ones were too few for.
    if last != nil { bits += bits / 2 }
    while bits <= Self.mostBits {
      guard let next = evaluated(inputs, bits: bits, work: &work, limit: limit) else {
        return nil
      }
      if let last, next.agrees(with: last, takesZeros: bits >= enough) {
        return next.doubles
      }
      last = next
      bits = bits < Self.mostBits ? min(2 * bits, Self.mostBits) : .max
    }
    return last?.doubles
  }

  /// What a number of bits makes of the outputs.
  private struct Evaluated {
    var outputs: [PreciseNumber] = []
    /// So many bits that no term of a sum vanishes beside another: 1 + x takes in a small x, and
    /// its square, only with so many.
    var fewestBits = 64
    /// Whether a term vanishes beside another with any number of bits that is tried.
    var absorbsForever = false
    /// Whether a sum of what is not 0 is 0.
    var cancels = false
    /// Whether a function of a huge number is beyond all exponents: what comes of it is no value.
    var leavesRange = false
    /// Whether a function that changes is 1 to all digits, as tanh is far from 0.
    var saturates = false

    mutating func note(_ sum: PreciseNumber, of terms: [PreciseNumber]) {
      let sizes = terms.filter(\.isFiniteNonzero).map(\.exponent)
      guard let least = sizes.min(), let most = sizes.max() else { return }
      if sum.isZero { cancels = true }
      if most - least > ScalarFormula.mostBits - 64 {
        absorbsForever = true
      } else {
        fewestBits = max(fewestBits, most - least + 64)
      }
    }

    /// The nearest doubles; nil where something was perhaps divided by a zero that is none.
    var doubles: [Double]? {
      if cancels, !outputs.allSatisfy(\.isFinite) { return nil }
      return outputs.map(\.nearestDouble)
    }

    func agrees(with other: Evaluated, takesZeros: Bool) -> Bool {
      // What a zero that may be none leads to, a logarithm of it, agrees as well.
      guard takesZeros || !cancels else { return false }
      // So is the logarithm of what is nearly 1, while there are too few digits.
      if saturates, !takesZeros, outputs.contains(where: \.isZero) { return false }
      return zip(outputs, other.outputs).allSatisfy { own, other in
        own.isZero && other.isZero || own.agrees(with: other)
      }
    }
  }

  private func evaluated(
    _ inputs: (Int) -> Double, bits: Int, work: inout Double, limit: Double
  ) -> Evaluated? {
    var values: [PreciseNumber] = []
    values.reserveCapacity(steps.count)
    var result = Evaluated()
    for step in steps {
      // Thousands of digits take a while.
      if CurrentProcess.stopsEvaluation { return nil }
      switch step {
      case .input(let place): values.append(PreciseNumber(inputs(place), bits: bits))
      case .number(let value): values.append(PreciseNumber(constant: value, bits: bits))
      case .apply(let op, let operands):
        let entry = Catalogue.operators[op.index]
        work += Self.work(op, entry, bits: bits)
        guard let precise = entry.precise, work <= limit else { return nil }
        let terms = operands.map { values[$0] }
        let value = precise(terms)
        if op == .add || op == .subtract { result.note(value, of: terms) }
        if entry.isSaturated(at: terms, value) { result.saturates = true }
        if entry.leavesRange(at: terms, value) { result.leavesRange = true }
        values.append(value)
      }
    }
    result.outputs = outputs.map { values[$0] }
    return result
  }

  /// Whether there are functions whose time grows faster with the bits than that of others.
  private var hasSpecialFunctions: Bool {
    steps.contains { step in
      guard case .apply(let op, _) = step else { return false }
      return Catalogue.operators[op.index].errorBound > 1.5
    }
  }

  /// Whether every operator has a precise form.
  package var hasPreciseForm: Bool {
    steps.allSatisfy { step in
      guard case .apply(let op, _) = step else { return true }
      return Catalogue.operators[op.index].precise != nil
    }
  }

  private static func work(_ op: OperatorID, _ entry: Operator, bits: Int) -> Double {
    let square = Double(bits / 64 * (bits / 64))
    switch op {
    case .add, .subtract, .multiply, .divide, .negate: return square + 16
    default: return entry.errorBound > 1.5 ? 2560 * square : 64 * square + 600
    }
  }
}

extension PreciseNumber {
  /// Whether both are the same to some bits more than a double has, or both are nothing that more
  /// digits would change.
  func agrees(with other: PreciseNumber) -> Bool {
    if isNaN || other.isNaN { return isNaN && other.isNaN }
    if isInfinite || other.isInfinite { return isInfinite && self == other }
    // A zero may be what is left of digits that there were too few of.
    if isZero || other.isZero { return false }
    let difference = self - other
    return difference.isZero || difference.exponent < other.exponent - 60
  }
}

extension Operator {
  /// The largest binary exponent of numbers whose exponentials have one.
  private static let largestExponent = 60

  /// Whether a function of one number is 0 or infinite at a number that is too large for its
  /// digits.
  fileprivate func leavesRange(at terms: [PreciseNumber], _ value: PreciseNumber) -> Bool {
    arity.upperBound == 1 && terms[0].isFiniteNonzero && terms[0].exponent > Self.largestExponent
      && (value.isZero || value.isInfinite)
  }

  /// Whether a function of one number is 1 in size, at a number that is no such value's, with the
  /// digits that there are: steps and signs are nothing else.
  fileprivate func isSaturated(at terms: [PreciseNumber], _ value: PreciseNumber) -> Bool {
    guard value.exponent == 1, arity.upperBound == 1, terms[0].isFiniteNonzero,
      value.magnitude == 1, !(terms[0].magnitude == 1)
    else { return false }
    if case .zero = derivative { return false }
    return true
  }
}
