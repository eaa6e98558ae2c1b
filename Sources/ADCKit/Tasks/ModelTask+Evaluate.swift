import ADCCalculus
import ADCMachine
import ADCTraining

extension ModelTask {
  /// What `adc compile` prints: parameters, operations and memory.
  package func summary(bytes: Int, output: String) throws(TaskFailure) -> TaskReport {
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
      bytes += 8 * (model.program.symbols[symbol].shape.knownCount ?? 0)
    }
    return bytes
  }

  /// Loss and gradient at the parameters as they are.
  package func gradient() throws(TaskFailure) -> TaskReport {
    try requireObjective()
    let session = try session(for: [FunctionName.gradient])
    let function = try evaluate(session, FunctionName.gradient)
    let loss = function.scalar(ofOutput: 0)
    var text = "loss  \(loss.brief)\n"
    var members: [JSONValue.Member] = []
    for (place, parameter) in model.description.parameters.enumerated() {
      let array = ShapedValues(
        shape: function.sizes(ofOutput: place + 1), values: function.values(ofOutput: place + 1))
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

  /// The model's outputs for all rows: a table as CSV where all have the rows' dimension, and a
  /// report of all.
  ///
  /// - Parameter isTable: Whether outputs of which none has rows make a table of one row.
  package func predict(
    isTable: Bool = false
  ) throws(TaskFailure) -> (csv: String, report: TaskReport) {
    guard !model.description.outputs.isEmpty else {
      throw TaskFailure(
        "the model has no outputs: write `output prediction`", code: "AD0705", file: path)
    }
    let session = try session(for: [FunctionName.outputs])
    let function = try evaluate(session, FunctionName.outputs)
    var members: [JSONValue.Member] = []
    var columns: [(name: String, values: [Double], width: Int)] = []
    let rows = session.allRows.count
    var single: [(name: String, values: [Double], width: Int)] = []
    var scalars = ""
    for (place, name) in model.description.outputs.enumerated() {
      let array = ShapedValues(
        shape: function.sizes(ofOutput: place), values: function.values(ofOutput: place))
      members.append(.init(name, .nested(array)))
      if hasRows(place), array.shape.first == rows {
        columns.append((name, array.values, rows == 0 ? 0 : array.values.count / rows))
      } else {
        single.append((name, array.values, array.values.count))
        scalars += "\(name)  \(array.brief)\n"
      }
    }
    if isTable, columns.isEmpty {
      return (Self.csv(single, rows: 1), TaskReport(text: "", json: .object(members)))
    }
    return (
      Self.csv(columns, rows: rows), TaskReport(text: scalars, json: .object(members))
    )
  }

  /// Whether an output has a line for each row: its first dimension is the rows', by name.
  private func hasRows(_ output: Int) -> Bool {
    guard let name = model.description.rowDimension,
      let function = model.program.function(named: FunctionName.outputs),
      function.outputs.indices.contains(output),
      function.views.indices.contains(function.outputs[output].view)
    else { return false }
    return function.views[function.outputs[output].view].shape.dimensions.first
      == Dimension(named: name)
  }

  private static func csv(
    _ columns: [(name: String, values: [Double], width: Int)], rows: Int
  ) -> String {
    guard !columns.isEmpty else { return "" }
    var text = ""
    var names: [String] = []
    for column in columns {
      names +=
        column.width == 1 ? [column.name] : (0..<column.width).map { "\(column.name)\($0)" }
    }
    text = names.joined(separator: ",") + "\n"
    for row in 0..<rows {
      var fields: [String] = []
      for column in columns {
        for place in 0..<column.width {
          var writer = JSONWriter()
          let value = column.values[row * column.width + place]
          if value.isFinite { writer.append(value) } else { writer.append(verbatim: value.brief) }
          fields.append(writer.text)
        }
      }
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  /// The bytecode, one instruction a line.
  package func disassembly() -> String {
    model.program.functions.map { model.program.disassembly(function: $0.name) }
      .joined(separator: "\n")
  }
}
