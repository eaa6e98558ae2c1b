import ADCCalculus
import ADCSyntax

/// `precision single`, and what cannot be done in it.
extension DeclarationChecker {
  mutating func precision(_ word: Name, at range: SourceRange) throws(Reported) {
    if let first = precisionRange {
      throw elaborator.report(
        "AD0515", "a model states its precision once", at: range,
        notes: [Diagnostic.Note("the first", at: first)], fix: "keep one of the two")
    }
    precisionRange = range
    guard elaborator.ordinal == 0 else {
      throw elaborator.report(
        "AD0516", "the precision is that of the whole model, and stands before all else", at: range,
        fix: "make it the first statement")
    }
    precision = Precision(rawValue: word.text) ?? .double
  }

  /// Solvers work in double; and numbers must be numbers in the precision of the model.
  mutating func checkPrecision() {
    guard precision == .single, let precisionRange else { return }
    let notes = [Diagnostic.Note("the precision", at: precisionRange)]
    if let place = training.solver?.range ?? constraints.first?.range {
      _ = elaborator.reportSolverInSingle(at: place, notes: notes)
    }
    for slot in 0..<elaborator.graph.count {
      guard case .number(let value) = elaborator.graph.attribute(NodeID(slot)), value.isFinite,
        !Float(value).isFinite, elaborator.spans.indices.contains(slot)
      else { continue }
      _ = elaborator.report(
        "AD0518", "\(value) is too large for single precision, which ends at 3.4e38",
        at: elaborator.spans[slot], notes: notes)
    }
  }
}

extension Elaborator {
  mutating func reportSolverInSingle(
    at range: SourceRange, notes: [Diagnostic.Note]
  ) -> Reported {
    report(
      "AD0517",
      "solvers and fits need numbers of double precision: in single they would end early, and the "
        + "errors of parameters would mean nothing", at: range, notes: notes,
      fix: "take `precision single` away, or name an optimizer: "
        + "`train { optimizer adam(rate: 0.01) }`")
  }
}
