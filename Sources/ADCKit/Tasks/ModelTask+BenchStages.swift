import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// One line of `adc bench --what all`.
private struct BenchLine {
  var name: String
  var seconds: Double
  var evaluations: Int
  /// What one evaluation does: operations on numbers, or of an expression; 0 where that says
  /// nothing.
  var operations = 0.0
  var bytes = 0.0
  var samples = 0

  var each: Double { seconds / Double(max(evaluations, 1)) }
}

extension ModelTask {
  /// Times every stage from the text to a bound function, and every kind of work that the model
  /// has, beside what this machine can do at most.
  func benchAll() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    let session = try session(for: [FunctionName.gradient])
    let gradient = try evaluate(session, FunctionName.gradient)
    let loss = gradient.scalar(ofOutput: 0)
    let stages = try stageLines(session)
    var work = try [workLine("gradient", gradient, session)]
    if model.program.function(named: FunctionName.step) != nil {
      let rows = min(
        options.batch ?? model.description.settings.batch ?? .max, session.allRows.count)
      session.feed(rows: 0..<rows)
      work.append(try workLine("step", try stepFunction(session, rows), session))
    }
    return allReport(stages, work, loss: loss, limits: ProcessorLimits.measure())
  }

  private func stepFunction(
    _ session: Session, _ rows: Int
  ) throws(TaskFailure) -> BoundFunction {
    do throws(RunError) {
      return try session.function(FunctionName.step, rows: rows)
    } catch {
      throw TaskFailure(error)
    }
  }

  private func workLine(
    _ name: String, _ function: BoundFunction, _ session: Session
  ) throws(TaskFailure) -> BenchLine {
    let (seconds, evaluations) = try timedRepeatedly { times throws(TaskFailure) in
      do throws(MachineError) {
        try function.evaluate(session.memory, times: times)
      } catch {
        throw TaskFailure(error.description, code: "AD0702")
      }
    }
    let costs = function.costs
    return BenchLine(
      name: name, seconds: seconds, evaluations: evaluations,
      operations: costs.reduce(0) { $0 + $1.operations },
      bytes: costs.reduce(0) { $0 + $1.bytes }, samples: session.fed.count)
  }

  /// The stages of compilation; none where the model is compiled already.
  private func stageLines(_ session: Session) throws(TaskFailure) -> [BenchLine] {
    guard let symbolic = model.symbolic, let loss = symbolic.loss,
      let objective = symbolic.model.objective?.node
    else { return [] }
    let (source, parameters) = (symbolic.source, symbolic.model.parameters.map(\.node))
    let operations = Double(symbolic.gradientOperations)
    var lines: [BenchLine] = []
    func add(
      _ name: String, _ operations: Double, _ work: () throws(TaskFailure) -> Void
    ) throws(TaskFailure) {
      let (seconds, evaluations) = try timed(work)
      lines.append(
        BenchLine(
          name: name, seconds: seconds, evaluations: evaluations, operations: operations))
    }
    let file = Parser.parse(source).file
    let written = Double(symbolic.lossOperations)
    try add("parse", written) { () throws(TaskFailure) in _ = Parser.parse(source) }
    try add("check", written) { () throws(TaskFailure) in
      _ = ModelChecker.check(file, source: source, options: ModelOptions())
    }
    let model = symbolic.model
    try add("differentiate", operations) { () throws(TaskFailure) in
      var graph = model.graph
      _ = try? graph.gradient(of: objective, by: parameters)
    }
    var open = model.graph
    let derivatives = (try? open.gradient(of: objective, by: parameters)) ?? []
    try add("simplify", operations) { () throws(TaskFailure) in
      var graph = open
      _ = Simplifier.simplify(&graph, [objective] + derivatives)
    }
    let roots = [loss] + symbolic.gradient
    try add("lower", operations) { () throws(TaskFailure) in
      var graph = symbolic.graph
      let prepared = graph.prepare(roots)
      _ = try? Program.lower(
        graph, [FunctionRequest(name: "f", outputs: prepared.map { (name: "", node: $0) })])
    }
    var sizes = session.sizes()
    if let rows = session.description.rowDimension { sizes[rows] = session.allRows.count }
    let settings = options.execution.settings
    try add("bind", operations) { () throws(TaskFailure) in
      _ = try? BoundFunction(
        self.model.program, function: FunctionName.gradient, sizes: sizes, settings: settings)
    }
    return lines
  }

  private func allReport(
    _ stages: [BenchLine], _ work: [BenchLine], loss: Double, limits: ProcessorLimits?
  ) -> TaskReport {
    var text = ""
    for line in stages {
      let each = line.each * 1e9 / max(line.operations, 1)
      text += "\(line.name): \((line.each * 1e6).brief) us, \(each.brief) ns an operation\n"
    }
    for line in work {
      text += "\(line.name): \((line.each * 1e6).brief) us"
      if line.samples > 0 {
        text += ", \((line.each * 1e9 / Double(line.samples)).brief) ns a sample"
      }
      text += ", \((line.each * 1e9 / max(line.operations, 1)).brief) ns an operation"
      text += ", \((line.operations / line.each * 1e-9).brief) GFLOP/s"
      text += ", \((line.bytes / line.each * 1e-9).brief) GB/s\n"
    }
    if let limits {
      text += "this machine, one thread: \((limits.operations * 1e-9).brief) GFLOP/s, "
      text += "\((limits.bytes * 1e-9).brief) GB/s\n"
    }
    var members: [JSONValue.Member] = [.init("loss", .number(loss))]
    if let first = work.first {
      members += [
        .init("seconds", .number(first.seconds)),
        .init("evaluations", .number(Double(first.evaluations))),
      ]
    }
    members += [
      .init("stages", .array(stages.map(\.json))), .init("work", .array(work.map(\.json))),
    ]
    if let limits {
      members.append(
        .init(
          "machine",
          .object([
            .init("gflops", .number(limits.operations * 1e-9)),
            .init("gigabytes_per_second", .number(limits.bytes * 1e-9)),
          ])))
    }
    return TaskReport(text: text, json: .object(members))
  }
}

extension BenchLine {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("seconds", .number(seconds)),
      .init("evaluations", .number(Double(evaluations))),
      .init("ns_per_operation", .number(each * 1e9 / max(operations, 1))),
    ]
    if samples > 0 {
      members.append(.init("ns_per_sample", .number(each * 1e9 / Double(samples))))
    }
    if bytes > 0 {
      members += [
        .init("gflops", .number(operations / each * 1e-9)),
        .init("gigabytes_per_second", .number(bytes / each * 1e-9)),
      ]
    }
    return .object(members)
  }
}
