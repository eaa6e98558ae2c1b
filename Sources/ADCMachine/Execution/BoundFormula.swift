import ADCCalculus

/// A guarded formula with the addresses of its operands.
final class BoundFormula {
  private var evaluation: GuardedEvaluation
  private let inputs: [(root: Int, offset: Int)]
  private let to: Int

  init(_ formula: ScalarFormula, inputs: [(root: Int, offset: Int)], to: Int) {
    evaluation = GuardedEvaluation(formula)
    self.inputs = inputs
    self.to = to
  }

  func run<Number>(_ memory: MachineMemory<Number>) {
    let value = evaluation.value { [inputs] place in
      Double((memory.bases[inputs[place].root] + inputs[place].offset).pointee)
    }
    memory.bases[to].pointee = Number(value)
  }
}
