import ADCCalculus
import ADCTraining

// Laws put numbers together, 0.3*0.7 to 0.21, and round: where terms cancel afterwards, that shows.
// Numbers at points are therefore those of the expression as it was written, and of the derivative
// that has not been rewritten, as long as enough digits settle them.
extension DerivativeTask {
  /// The most multiplications of 64 bits that a number at a point may take.
  private static let workAtPoint = 3e7

  /// The results at the points, of what was written wherever the two differ and that is settled.
  func resultsAsWritten() throws(TaskFailure) -> [Result] {
    var results = try results()
    guard request.simplifies, isOfText, case .orders = request.kind, !results.isEmpty else {
      return results
    }
    var wanted = request
    (wanted.simplifies, wanted.keepsSteps) = (false, false)
    guard let plain = try? DerivativeTask(wanted) else { return results }
    let values = plain.values.map { plain.writtenForm(of: $0) }
    let forms = derivatives.map { derivative in
      plain.derivatives.first { $0.of == derivative.of && $0.by == derivative.by }.flatMap {
        plain.writtenForm(of: $0.node)
      }
    }
    for place in results.indices {
      let point = results[place].at
      for (entry, form) in values.enumerated() {
        form?.settle(&results[place].values[entry], at: point)
      }
      for (entry, form) in forms.enumerated() {
        form?.settle(&results[place].derivatives[entry], at: point)
      }
    }
    return results
  }

  /// A number as it was written, and the names of its inputs.
  private struct WrittenForm {
    var formula: ScalarFormula
    var names: [String]

    /// Puts the number that more digits settle in the place of one that differs from it.
    func settle(_ found: inout ShapedValues, at point: [Coordinate]) {
      let inputs = names.map { name in point.first { $0.name == name }?.values.first }
      guard found.values.count == 1, inputs.allSatisfy({ $0 != nil }) else { return }
      var work = 0.0
      let precise = formula.preciseValues(
        { inputs[$0] ?? .nan }, work: &work, limit: DerivativeTask.workAtPoint)
      // A zero may be what is left of digits that there were too few of, and where there is no
      // number a limit may have been taken.
      guard let value = precise?.first, value.isFinite, value != 0 else { return }
      let difference = abs(value - found.values[0])
      if difference <= 0x1p-50 * abs(value) { return }
      found.values[0] = value
    }
  }

  private func writtenForm(of node: NodeID) -> WrittenForm? {
    guard let (formula, inputs) = graph.scalarFormula(of: [node], limit: 5000),
      formula.hasPreciseForm
    else { return nil }
    return WrittenForm(formula: formula, names: inputs.map { graph.symbol($0)?.name ?? "" })
  }
}
