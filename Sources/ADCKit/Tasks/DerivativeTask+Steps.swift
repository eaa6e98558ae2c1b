import ADCCalculus
import ADCModel
import ADCTraining

extension DerivativeTask {
  /// The way to each derivative; needs `keepsSteps`.
  ///
  /// Of the derivatives of an array, which one sweep finds for all unit adjoints at once, the way
  /// is that of the sweep: to what the variable receives from an adjoint that has a name.
  package func steps() throws(TaskFailure) -> [StepsReport] {
    switch request.kind {
    case .orders:
      return try derivatives.map { derivative throws(TaskFailure) in
        try report(to: derivative.node, by: derivative.by, label(derivative))
      }
    case .jacobian:
      return try derivatives.map { derivative throws(TaskFailure) in
        try way(to: derivative, from: simpler[derivative.of])
      }
    case .hessian: return try secondSteps()
    case .jvp, .vjp, .hvp:
      throw TaskFailure(
        "`--steps` shows the way to derivatives, and products have none of their own: ask for the "
          + "`--jacobian` or the `--hessian`", code: "AD1003", fault: .commandLine)
    }
  }

  /// First the gradient, and from there on.
  private func secondSteps() throws(TaskFailure) -> [StepsReport] {
    var first = self
    let targets = targets
    let gradient: [NodeID]
    do throws(DifferentiationError) {
      let found = try first.graph.gradient(of: simpler[0], by: targets.map(\.node))
      gradient = first.simplified(found, for: .differentiation)
    } catch {
      throw failure(error)
    }
    let shown = first.simplified(gradient)
    var reports: [StepsReport] = []
    for (target, node) in zip(targets, shown) {
      reports.append(try first.report(to: node, by: [target.name], "d/d\(target.name)"))
    }
    for derivative in derivatives {
      guard let row = targets.firstIndex(where: { $0.name == derivative.by[0] }) else { continue }
      reports.append(try first.way(to: derivative, from: gradient[row]))
    }
    return reports
  }

  private func way(
    to derivative: Derivative, from value: NodeID
  ) throws(TaskFailure) -> StepsReport {
    if graph.shape(value).isScalar {
      return try report(to: derivative.node, by: derivative.by, label(derivative))
    }
    guard let target = target(of: derivative.by) else { throw lost(label(derivative)) }
    var task = self
    let adjoint = task.insertSeed("u", of: nil, shape: graph.shape(value))
    let received: NodeID
    do throws(DifferentiationError) {
      let found = try task.graph.vjp(of: value, seed: adjoint, by: [target.node])
      received = task.simplified(found)[0]
    } catch {
      throw failure(error)
    }
    var report = try task.report(
      to: received, by: derivative.by, label(derivative), concluding: (derivative.node, adjoint))
    report.conclusion?.text = conclusion(derivative)
    return report
  }

  private func target(of names: [String]) -> CheckedExpression.Variable? {
    variables.first { $0.name == names.last }
  }

  private func report(
    to node: NodeID, by names: [String], _ label: String,
    concluding: (derivative: NodeID, adjoint: NodeID)? = nil
  ) throws(TaskFailure) -> StepsReport {
    guard let target = target(of: names),
      let derivation = Derivation(in: graph, of: node, by: target.node)
    else { throw lost(label) }
    let taken = Set(variables.map(\.name) + seeds.map(\.name))
    var report = StepsReport(label, derivation, names: [:], taken: taken)
    if let (derivative, adjoint) = concluding {
      let whole = derivation.multiplying(derivative, with: adjoint)
      report.conclusion = StepsReport.Conclusion(
        adjoint: graph.symbol(adjoint)?.name ?? "", text: "",
        finding: DerivationCheck.check(whole).last ?? .unknown)
    }
    return report
  }

  private func lost(_ label: String) -> TaskFailure {
    TaskFailure("the way to \(label) has more steps than anybody reads", code: "AD0707")
  }

  /// The way to each derivative, as people and as programs read it.
  package func stepsReport() throws(TaskFailure) -> TaskReport {
    let reports = try steps()
    return TaskReport(
      text: reports.map(\.text).joined(separator: "\n"),
      json: .object([.init("derivations", .array(reports.map(\.json)))]))
  }
}
