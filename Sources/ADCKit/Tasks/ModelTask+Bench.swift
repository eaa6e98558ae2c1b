import ADCMachine
import ADCPlatform
import ADCSyntax
import ADCTraining

/// What `adc bench` times.
package enum BenchSubject: String, Sendable, CaseIterable {
  /// Updates that go on after the model's training.
  case step
  /// Loss and gradient at the first parameters.
  case gradient
  /// The same by calls of the library, one after another.
  case calls
  /// The outputs, at the first parameters.
  case outputs
  /// Whole runs from fresh parameters.
  case train
  /// Whole runs of a solver from the first parameters, standard errors and all.
  case fit
  /// From source to program.
  case compile
  /// The gradient from the checked loss: differentiated and simplified.
  case derivative
  /// All second derivatives of the loss.
  case hessian
  /// The product of the second derivatives with one direction.
  case hvp
  /// Every stage of compilation and the work of evaluation and training, beside the machine's
  /// limits.
  case all
}

extension ModelTask {
  /// A sample is at least this long, in seconds.
  private static let sample = 0.1
  /// The most epochs of one sample, and the most evaluations.
  private static let epochLimit = 1 << 28

  /// Times a part of the work in the process, after a warm-up.
  package func bench(_ subject: BenchSubject) throws(TaskFailure) -> TaskReport {
    switch subject {
    case .gradient: try benchGradient()
    case .calls: try benchCalls()
    case .outputs: try benchOutputs()
    case .step: try benchSteps()
    case .train: try benchTraining()
    case .fit: try benchFit()
    case .compile: try benchCompilation()
    case .derivative: try benchDerivative()
    case .hessian: try benchHessian()
    case .hvp: try benchHessianProduct()
    case .all: try benchAll()
    }
  }

  func timed(
    _ work: () throws(TaskFailure) -> Void
  ) throws(TaskFailure) -> (seconds: Double, evaluations: Int) {
    try timedRepeatedly { count throws(TaskFailure) in for _ in 0..<count { try work() } }
  }

  /// Times work that is given how often it is to be done.
  func timedRepeatedly(
    _ work: (_ times: Int) throws(TaskFailure) -> Void
  ) throws(TaskFailure) -> (seconds: Double, evaluations: Int) {
    try work(1)
    var count = 1
    while true {
      let start = MonotonicClock.seconds()
      try work(count)
      let seconds = MonotonicClock.seconds() - start
      if seconds >= Self.sample || count >= Self.epochLimit { return (seconds, count) }
      let wanted = Double(count) * Self.sample / max(seconds, 1e-9) * 1.1
      count = max(count * 2, Int(min(wanted, Double(Self.epochLimit))))
    }
  }

  func report(
    _ what: String, loss: Double?, seconds: Double, evaluations: Int,
    more: [JSONValue.Member] = []
  ) -> TaskReport {
    let each = seconds / Double(max(evaluations, 1))
    let unit = each < 1e-3 ? "\((each * 1e6).brief) us" : "\((each * 1e3).brief) ms"
    var members: [JSONValue.Member] = []
    if let loss { members.append(.init("loss", .number(written(loss)))) }
    members += [
      .init("seconds", .number(seconds)), .init("evaluations", .number(Double(evaluations))),
    ]
    return TaskReport(
      text: "\(what): \(unit) each, \(evaluations) in \(seconds.brief) s\n",
      json: .object(members + more))
  }

  private func benchGradient() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    let session = try session(for: [FunctionName.gradient])
    let function = try evaluate(session, FunctionName.gradient)
    let loss = function.scalar(ofOutput: 0)
    let (seconds, evaluations) = try timed(function, session)
    var squares = 0.0
    var weighted = 0.0
    var index = 0
    for place in model.description.parameters.indices {
      for value in function.values(ofOutput: place + 1) {
        squares += value * value
        weighted += Double(1 + index % 7) * value
        index += 1
      }
    }
    return report(
      "loss and gradient", loss: loss, seconds: seconds, evaluations: evaluations,
      more: [
        .init("grad_norm", .number(squares.squareRoot())), .init("grad_dot", .number(weighted)),
      ])
  }

  private func timed(
    _ function: BoundFunction, _ session: Session
  ) throws(TaskFailure) -> (seconds: Double, evaluations: Int) {
    try timedRepeatedly { times throws(TaskFailure) in
      do throws(MachineError) {
        try function.evaluate(session.memory, times: times)
      } catch {
        throw TaskFailure(error.description, code: "AD0702")
      }
    }
  }

  private func benchOutputs() throws(TaskFailure) -> TaskReport {
    guard model.program.function(named: FunctionName.outputs) != nil else {
      throw TaskFailure("\(path) has no `output`", code: "AD0704", fault: .commandLine)
    }
    let session = try session(for: [FunctionName.outputs])
    let function = try evaluate(session, FunctionName.outputs)
    let (seconds, evaluations) = try timed(function, session)
    var squares = 0.0
    for place in model.description.outputs.indices {
      for value in function.values(ofOutput: place) { squares += value * value }
    }
    return report(
      "outputs", loss: nil, seconds: seconds, evaluations: evaluations,
      more: [.init("norm", .number(squares.squareRoot()))])
  }

  private var trainingOptions: TrainingOptions {
    var settings = TrainingOptions()
    settings.epochs = options.epochs
    settings.steps = options.steps
    settings.batch = options.batch
    return settings
  }

  private func run(
    _ session: Session, _ settings: TrainingOptions
  ) throws(TaskFailure) -> TrainingResult {
    var trainer = Trainer(session, options: settings, report: { _ in })
    let result: TrainingResult
    do throws(RunError) {
      result = try trainer.run()
    } catch {
      throw TaskFailure(error)
    }
    // What follows the first number that is not finite is no work that anybody does.
    guard result.reason != .notFinite else {
      let step = result.failure.map { " at step \($0.step)" } ?? ""
      let loss = result.failure?.loss ?? result.loss
      throw TaskFailure(
        "the loss became \(loss.brief)\(step), and a run that diverges is not timed",
        code: "AD0901",
        file: path)
    }
    return result
  }

  private func benchSteps() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    let session = try session(for: [FunctionName.step, FunctionName.loss])
    let result = try run(session, trainingOptions)
    let parameters = try scalarParameters(session)
    var settings = trainingOptions
    settings.steps = nil
    settings.epochs = max(1, result.epochs / 10)
    var seconds = 0.0
    var steps = 0
    while true {
      let more = try run(session, settings)
      let epochs = settings.epochs ?? 1
      // More epochs do not help where a run ends on its own.
      let isWhole = more.reason == .epochs
      (seconds, steps) = (more.seconds, more.steps)
      guard seconds < Self.sample, isWhole, epochs < Self.epochLimit else { break }
      let factor = Self.sample / max(seconds, 1e-6) * 1.2
      settings.epochs = Int(min(Double(epochs) * factor, Double(Self.epochLimit - 1))) + 1
    }
    return report(
      "update", loss: result.loss, seconds: seconds, evaluations: steps, more: parameters)
  }

  private func benchTraining() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    let warm = try session(for: [FunctionName.step, FunctionName.loss, FunctionName.outputs])
    var settings = trainingOptions
    let whole = settings
    settings.epochs = nil
    settings.steps = 1
    _ = try run(warm, settings)
    let session = try session(for: [FunctionName.step, FunctionName.loss, FunctionName.outputs])
    let result = try run(session, whole)
    var more = try scalarParameters(session)
    if model.program.function(named: FunctionName.outputs) != nil {
      let function = try evaluate(session, FunctionName.outputs)
      for (place, name) in model.description.outputs.enumerated()
      where function.sizes(ofOutput: place).isEmpty {
        more.append(.init(name, .number(written(function.scalar(ofOutput: place)))))
      }
    }
    return report(
      "update", loss: result.loss, seconds: result.seconds, evaluations: result.steps, more: more)
  }

  private func benchFit() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    guard model.description.solver != nil else {
      throw TaskFailure(
        "the model has no solver: `--what train` times an optimizer", code: "AD0703",
        fault: .commandLine, file: "--what fit")
    }
    let session = try session(for: model.solverFunctions)
    let symbols = model.description.parameters.map(\.symbol)
    let starts = symbols.map { session.memory.values(of: $0) }
    var loss: Double?
    var more: [JSONValue.Member] = []
    let (seconds, evaluations) = try timed { () throws(TaskFailure) in
      for (symbol, values) in zip(symbols, starts) { session.memory.set(symbol, values) }
      guard let run = SolverRun(session, options: trainingOptions, report: { _ in }) else { return }
      do throws(RunError) {
        loss = try run.run().0.loss
      } catch {
        throw TaskFailure(error)
      }
    }
    more += try scalarParameters(session)
    return report("fit", loss: loss, seconds: seconds, evaluations: evaluations, more: more)
  }

  private func scalarParameters(_ session: Session) throws(TaskFailure) -> [JSONValue.Member] {
    do throws(RunError) {
      return try session.parameters().filter { $0.array.shape.isEmpty }
        .map { .init($0.name, .number($0.array.values[0])) }
    } catch {
      throw TaskFailure(error)
    }
  }

  private func benchCompilation() throws(TaskFailure) -> TaskReport {
    guard let source = model.symbolic?.source else {
      throw TaskFailure(
        "\(path) is compiled already", code: "AD0704", fault: .commandLine)
    }
    let folder = model.folder
    let settings = options.compilation
    let (seconds, evaluations) = try timed { () throws(TaskFailure) in
      do throws(CompilationError) {
        _ = try Compiler.compile(source, folder: folder, options: settings)
      } catch {
        throw TaskFailure(error)
      }
    }
    return report("compilation", loss: nil, seconds: seconds, evaluations: evaluations)
  }
}
