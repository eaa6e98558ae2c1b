import ADCCalculus
import ADCTraining

// Laws put numbers together, 0.3*0.7 to 0.21, and round: where terms cancel afterwards, that shows.
// Numbers at points are therefore those of the expression as it was written, and of the derivative
// that has not been rewritten, as long as enough digits settle them. Where what was written has no
// value, neither has what the laws made of it.
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
      for (entry, form) in forms.enumerated() {
        form?.settle(&results[place].derivatives[entry], at: point)
      }
      for (entry, form) in values.enumerated() {
        form?.settle(&results[place].values[entry], at: point)
        if form?.leavesDomain(at: point) == true { results[place].forget(entry, derivatives) }
      }
    }
    return results
  }

  /// A number as it was written, and the names of its inputs.
  private struct WrittenForm {
    var formula: ScalarFormula
    var names: [String]

    /// The inputs at a point; nil where it does not give all.
    private func inputs(at point: [Coordinate]) -> [Double]? {
      let given = names.compactMap { name in point.first { $0.name == name }?.values.first }
      return given.count == names.count ? given : nil
    }

    /// Whether what was written has no value at a point.
    func leavesDomain(at point: [Coordinate]) -> Bool {
      inputs(at: point).map { given in formula.leavesDomain { given[$0] } } ?? false
    }

    /// Puts the number that more digits settle in the place of one that differs from it.
    func settle(_ found: inout ShapedValues, at point: [Coordinate]) {
      guard found.values.count == 1, formula.hasPreciseForm, let inputs = inputs(at: point) else {
        return
      }
      var work = 0.0
      let precise = formula.preciseValues(
        { inputs[$0] }, work: &work, limit: DerivativeTask.workAtPoint)
      // A zero may be what is left of digits that there were too few of, and where there is no
      // number a limit may have been taken.
      guard let value = precise?.first, value.isFinite, value != 0 else { return }
      let difference = abs(value - found.values[0])
      if difference <= 0x1p-50 * abs(value) { return }
      found.values[0] = value
    }
  }

  private func writtenForm(of node: NodeID) -> WrittenForm? {
    guard let (formula, inputs) = graph.scalarFormula(of: [node], limit: 5000) else { return nil }
    return WrittenForm(formula: formula, names: inputs.map { graph.symbol($0)?.name ?? "" })
  }
}

extension DerivativeTask.Result {
  /// Takes back the numbers of an expression that has no value here: its own and its derivatives'.
  fileprivate mutating func forget(_ entry: Int, _ all: [DerivativeTask.Derivative]) {
    values[entry].values = [.nan]
    for (place, derivative) in all.enumerated() where derivative.of == entry {
      derivatives[place].values = [.nan]
    }
  }
}
