import ADCCalculus

/// A guarded formula with the addresses of its operands.
final class BoundFormula {
  private var evaluation: GuardedEvaluation
  private let inputs: [(root: Int, offset: Int)]
  private let to: Int
  private let guardsDigits: Bool

  init(
    _ formula: ScalarFormula, inputs: [(root: Int, offset: Int)], to: Int, guardsDigits: Bool
  ) {
    evaluation = GuardedEvaluation(formula)
    self.guardsDigits = guardsDigits
    self.inputs = inputs
    self.to = to
  }

  func run<Number>(_ memory: MachineMemory<Number>) {
    func input(_ place: Int) -> Double {
      Double((memory.bases[inputs[place].root] + inputs[place].offset).pointee)
    }
    let value = guardsDigits ? evaluation.value(input) : evaluation.plainValue(input)
    memory.bases[to].pointee = Number(value)
  }
}
