import ADCCalculus
import ADCMachine
import ADCTraining

extension ModelTask {
  /// What `adc compile` prints: parameters, operations and memory.
  package func summary(bytes: Int, output: String) -> TaskReport {
    let description = model.description
    var text = ""
    var parameters: [JSONValue.Member] = []
    for parameter in description.parameters {
      let shape = model.program.symbols[parameter.symbol].shape
      text += "parameter \(parameter.name): \(shape.isScalar ? "a number" : shape.description)\n"
      parameters.append(.init(parameter.name, .string(shape.description)))
    }
    var members: [JSONValue.Member] = [.init("parameters", .object(parameters))]
    if let symbolic = model.symbolic, symbolic.loss != nil {
      let (loss, gradient) = (symbolic.lossOperations, symbolic.gradientOperations)
      let ratio = loss == 0 ? 0 : Double(gradient) / Double(loss)
      text +=
        "operations: \(loss) in the loss, \(gradient) in its gradient, ratio \(ratio.brief)\n"
      members += [
        .init("loss_operations", .number(Double(loss))),
        .init("gradient_operations", .number(Double(gradient))), .init("ratio", .number(ratio)),
      ]
    }
    text += "\(output): \(bytes) bytes\n"
    members += [.init("file", .string(output)), .init("bytes", .number(Double(bytes)))]
    if let memory = runBytes() {
      text += "memory of a run: \(memory) bytes\(memoryNote)\n"
      members.append(.init("memory", .number(Double(memory))))
    }
    return TaskReport(text: text, json: .object(members))
  }

  private var memoryNote: String {
    guard model.description.rowDimension != nil else { return "" }
    let batch = model.description.settings.batch
    return batch.map { " beside the data, for batches of \($0) rows" }
      ?? " beside the data, for every 1000 rows"
  }

  /// The bytes that a training step (or the gradient, or the outputs) takes beside the data.
  private func runBytes() -> Int? {
    let names = [FunctionName.step, FunctionName.gradient, FunctionName.outputs]
    guard let name = names.first(where: { model.program.function(named: $0) != nil }) else {
      return nil
    }
    var sizes: [String: Int] = [:]
    if let rows = model.description.rowDimension {
      sizes[rows] = model.description.settings.batch ?? 1000
    }
    guard let function = try? BoundFunction(model.program, function: name, sizes: sizes) else {
      return nil
    }
    var bytes = function.bytes
    let symbols =
      model.description.parameters.map(\.symbol) + model.description.states.map(\.symbol)
    for symbol in symbols {
      bytes += model.program.precision.bytes * (model.program.symbols[symbol].shape.knownCount ?? 0)
    }
    return bytes
  }

  /// Loss and gradient at the parameters as they are.
  package func gradient() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    let session = try session(for: [FunctionName.gradient])
    let function = try evaluate(session, FunctionName.gradient)
    let precision = model.program.precision
    let loss = precision.written(function.scalar(ofOutput: 0))
    var text = "loss  \(loss.brief)\n"
    var members: [JSONValue.Member] = []
    for (place, parameter) in model.description.parameters.enumerated() {
      let array = ShapedValues(
        shape: function.sizes(ofOutput: place + 1),
        values: function.values(ofOutput: place + 1).map(precision.written))
      text += "d/d\(parameter.name)  \(array.brief)\n"
      members.append(.init(parameter.name, .nested(array)))
    }
    return TaskReport(
      text: text,
      json: .object([.init("loss", .number(loss)), .init("gradient", .object(members))]))
  }

  func requireObjective() throws(TaskFailure) {
    guard model.description.hasObjective else {
      throw TaskFailure(
        "the model has no objective: write `minimize …`", code: "AD0210", file: path)
    }
  }

  func evaluate(_ session: Session, _ name: String) throws(TaskFailure) -> BoundFunction {
    do throws(RunError) {
      return try session.evaluate(name, rows: session.allRows)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// The bytecode, one instruction a line.
  package func disassembly() -> String {
    model.program.functions.map { model.program.disassembly(function: $0.name) }
      .joined(separator: "\n")
  }
}
