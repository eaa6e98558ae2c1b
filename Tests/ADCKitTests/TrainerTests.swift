import ADCCalculus
import ADCKit
import ADCMachine
import ADCSyntax
import ADCTraining
import Testing

@Suite struct TrainerTests {
  private static func session(_ text: String) throws -> (Session, CompiledModel) {
    let model = try Compiler.compile(SourceText(name: "test", text: text))
    let rows = ShapedValues(shape: [10], values: (0..<10).map(Double.init))
    let dataset = try Dataset.load(
      model.description, model.program, needed: [], arrays: ["x": rows])
    return (try Session(model.program, model.description, dataset: dataset), model)
  }

  /// Whichever rows are held back, a run leaves the session as one that only evaluates.
  @Test(arguments: ["", "; validate 20%", "; validate last 20%"])
  func trainingEndsWithTheRun(validation: String) throws {
    let (session, _) = try Self.session(
      """
      input x: [n]
      param w = 1
      minimize mean((dropout(w * x, 0.5) - x)^2)
      train { optimizer sgd(rate: 0.001); epochs 2; batch 3\(validation) }
      """)
    try #require(session.description.environment["training"] != nil)
    var duringRun: Set<Double> = []
    var trainer = Trainer(session, options: TrainingOptions()) { _ in
      duringRun.insert(session.environment("training"))
    }
    _ = try trainer.run()
    #expect(duringRun == [1])
    #expect(session.environment("training") == 0)
    let first = try session.evaluate(FunctionName.loss, rows: session.allRows).scalar(ofOutput: 0)
    let second = try session.evaluate(FunctionName.loss, rows: session.allRows).scalar(ofOutput: 0)
    #expect(first == second)
  }

  /// What says whether a loss has settled survives a stop.
  @Test func checkpointsKeepTheCounters() throws {
    let (session, _) = try Self.session(
      """
      input x: [n]
      param w = 1
      minimize mean((w * x - 2 * x)^2)
      train { optimizer adam(rate: 0.1); batch 4 }
      """)
    var options = TrainingOptions()
    options.steps = 7
    var trainer = Trainer(session, options: options) { _ in }
    let result = try trainer.run()
    let checkpoint = try #require(result.checkpoint)
    #expect(checkpoint.largest > 0)
    #expect(checkpoint.best <= checkpoint.largest)
    let file = ParameterFile(
      model: session.description.hash, parameters: try session.parameters(),
      state: try checkpoint.entries(session))
    #expect(try Checkpoint.restore(file, path: "", into: session) == checkpoint)
  }

  @Test func solversHaveArgumentsOfTheirs() throws {
    let (_, model) = try Self.session(
      """
      input x: [n]
      param w = 1
      minimize mean((w * x - 2)^2)
      train { optimizer lbfgs(memory: 3) }
      """)
    #expect(model.description.mistake(with: model.program) == nil)
    for (name, value) in [("memory", 1e300), ("memory", 0.5), ("tolerance", .nan), ("starts", 1)] {
      var changed = model.description
      changed.solver?.arguments[name] = value
      #expect(changed.mistake(with: model.program)?.contains("`\(name)` of the solver") == true)
    }
  }

  @Test func descriptionsGoWithTheirPrograms() throws {
    let (_, model) = try Self.session(
      """
      input x: [n]
      param w: [3] = 1
      minimize mean(x) * sum(dropout(w, 0.5)^2)
      output x as y
      train { optimizer adam(rate: 0.1) }
      """)
    let (description, program) = (model.description, model.program)
    #expect(description.mistake(with: program) == nil)
    func mistake(_ change: (inout RunDescription) -> Void) -> String {
      var changed = description
      change(&changed)
      return changed.mistake(with: program) ?? ""
    }
    #expect(mistake { $0.parameters[0].symbol = 99 }.contains("does not have"))
    #expect(mistake { $0.states[1].symbol = $0.states[0].symbol }.contains("two roles"))
    #expect(mistake { $0.inputs[0].symbol = $0.states[0].symbol }.contains("described as input"))
    #expect(mistake { $0.environment["epoch"] = $0.parameters[0].symbol }.contains("`epoch`"))
    #expect(mistake { $0.states.removeLast() }.contains("no parameter and no state"))
    #expect(mistake { $0.outputs.append("z") }.contains("`outputs`"))
    #expect(mistake { $0.parameters.removeAll() }.contains("`gradient`"))
    for values in [[], [1, 2], [1, 2, 3, 4]] as [[Double]] {
      let array = ShapedValues(shape: [values.count], values: values)
      #expect(mistake { $0.parameters[0].start = .values(array) }.contains("first values of `w`"))
    }
    let hollow = ShapedValues(shape: [3], values: [1])
    #expect(mistake { $0.parameters[0].start = .values(hollow) }.contains("first values"))
    var other = program
    other.functions.removeAll { $0.name == FunctionName.step }
    #expect(description.mistake(with: other)?.contains("no function `step`") == true)
    for (place, symbol) in program.symbols.enumerated() where symbol.role == .environment {
      other = program
      other.symbols[place].shape.dimensions = [3]
      #expect(description.mistake(with: other)?.contains("is not one number") == true)
    }
  }
}
