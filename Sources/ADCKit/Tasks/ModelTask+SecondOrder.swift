import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

extension ModelTask {
  /// A session whose inputs are fed with all rows, for derivatives that are compiled later.
  func fedSession() throws(TaskFailure) -> (session: Session, symbolic: SymbolicModel) {
    try requireObjective()
    guard let symbolic = model.symbolic else {
      throw TaskFailure(
        "second derivatives need the model's source, and \(path) is compiled", code: "AD0704",
        fault: .commandLine)
    }
    let session = try session(for: [FunctionName.gradient, FunctionName.loss])
    session.feed(rows: session.allRows)
    return (session, symbolic)
  }

  /// The second derivatives at the session's sizes.
  func hessian() throws(TaskFailure) -> (hessian: SparseHessian, session: Session) {
    let (session, symbolic) = try fedSession()
    do throws(DerivativeError) {
      return (try SparseHessian(symbolic, session), session)
    } catch {
      throw TaskFailure(error.message, code: error.code, file: path)
    }
  }

  func benchHessian() throws(TaskFailure) -> TaskReport {
    let (hessian, session) = try hessian()
    try run { () throws(MachineError) in try hessian.evaluate(session) }
    let (seconds, evaluations) = try timed { () throws(TaskFailure) in
      try run { () throws(MachineError) in try hessian.evaluate() }
    }
    var (squares, trace) = (0.0, 0.0)
    let pattern = hessian.pattern
    for row in 0..<pattern.rows {
      for place in pattern.starts[row]..<pattern.starts[row + 1] {
        let value = hessian.values[place]
        squares += value * value
        if Int(pattern.places[place]) == row { trace += value }
      }
    }
    return report(
      "second derivatives", loss: nil, seconds: seconds, evaluations: evaluations,
      more: [
        .init("hess_norm", .number(squares.squareRoot())), .init("hess_trace", .number(trace)),
        .init("nonzeros", .number(Double(pattern.count))),
        .init(
          "products",
          .number(Double(hessian.isCompressed ? hessian.colouring.count : pattern.columns))),
      ])
  }

  /// Along the direction whose element i is ((29 i) mod 31)/15 - 1.
  func benchHessianProduct() throws(TaskFailure) -> TaskReport {
    let (session, symbolic) = try fedSession()
    let product: HessianProduct
    do throws(DerivativeError) {
      product = try HessianProduct(symbolic, session)
    } catch {
      throw TaskFailure(error.message, code: error.code, file: path)
    }
    let direction = (0..<product.count).map { Double(29 * $0 % 31) / 15 - 1 }
    try run { () throws(MachineError) in try product.evaluate(session, along: direction) }
    let (seconds, evaluations) = try timed { () throws(TaskFailure) in
      try run { () throws(MachineError) in try product.evaluate() }
    }
    var (squares, weighted) = (0.0, 0.0)
    for (index, value) in product.values.enumerated() {
      squares += value * value
      weighted += Double(1 + index % 7) * value
    }
    return report(
      "product with the second derivatives", loss: nil, seconds: seconds,
      evaluations: evaluations,
      more: [
        .init("hvp_norm", .number(squares.squareRoot())), .init("hvp_dot", .number(weighted)),
      ])
  }

  /// Differentiating and simplifying, from the loss as it was checked, with the operations and the
  /// value at the first parameters.
  func benchDerivative() throws(TaskFailure) -> TaskReport {
    let (session, symbolic) = try fedSession()
    let parameters = symbolic.model.parameters.map(\.node)
    guard let loss = symbolic.model.objective?.node else { throw unsupported() }
    let (seconds, evaluations) = try timed { () throws(TaskFailure) in
      var graph = symbolic.model.graph
      let start = Simplifier.simplify(&graph, [loss], for: .differentiation).roots[0]
      guard let gradient = try? graph.gradient(of: start, by: parameters) else {
        throw unsupported()
      }
      _ = Simplifier.simplify(&graph, [start] + gradient)
    }
    let function = try evaluate(session, FunctionName.gradient)
    var (squares, weighted, index) = (0.0, 0.0, 0)
    for place in parameters.indices {
      for value in function.values(ofOutput: place + 1) {
        squares += value * value
        weighted += Double(1 + index % 7) * value
        index += 1
      }
    }
    return report(
      "gradient from the loss", loss: nil, seconds: seconds / Double(evaluations), evaluations: 1,
      more: [
        .init("f_ops", .number(Double(symbolic.lossOperations))),
        .init("g_ops", .number(Double(symbolic.gradientOperations))),
        .init("grad_norm", .number(squares.squareRoot())), .init("grad_dot", .number(weighted)),
      ])
  }

  private func unsupported() -> TaskFailure {
    TaskFailure("the loss cannot be differentiated", code: "AD0601", file: path)
  }

  private func run(_ body: () throws(MachineError) -> Void) throws(TaskFailure) {
    do throws(MachineError) {
      try body()
    } catch {
      throw TaskFailure(error.description, code: "AD0702")
    }
  }
}

extension ModelTask {
  /// The pattern of the second derivatives, drawn, and how many products find them.
  package func patternReport() throws(TaskFailure) -> TaskReport {
    let (hessian, _) = try hessian()
    let pattern = hessian.pattern
    let how =
      hessian.isCompressed
      ? "\(hessian.colouring.count) products find them (star colouring)"
      : "computed as whole blocks: \(hessian.colouring.count) colours"
    return PatternDrawing.report(pattern, hessian.colouring, how: how)
  }

  /// The second derivatives as a `.ad` program that compiles, as text and as the member `program`.
  package func hessianReport() throws(TaskFailure) -> TaskReport {
    try secondOrderReport { symbolic throws(DifferentiationError) in
      try symbolic.hessianProgram()
    }
  }

  /// The product with a direction, one input for each parameter, as such a program.
  package func hessianProductReport() throws(TaskFailure) -> TaskReport {
    try secondOrderReport { symbolic throws(DifferentiationError) in
      try symbolic.hessianProductProgram()
    }
  }

  private func secondOrderReport(
    _ program: (SymbolicModel) throws(DifferentiationError) -> String
  ) throws(TaskFailure) -> TaskReport {
    try requireObjective()
    guard let symbolic = model.symbolic else {
      throw TaskFailure(
        "the second derivatives are printed from the model's source, and \(path) is compiled",
        code: "AD0704", fault: .commandLine)
    }
    do throws(DifferentiationError) {
      let text = try program(symbolic)
      return TaskReport(text: text, json: .object([.init("program", .string(text))]))
    } catch {
      throw TaskFailure(error.message, code: "AD0601", file: path)
    }
  }
}
