import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

/// A model at a prompt, with its data and its parameters as they are.
struct LoadedModel {
  var task: ModelTask
  let symbolic: SymbolicModel
  /// Parameters and data; changed in place.
  let run: Session

  var model: CheckedModel { symbolic.model }

  /// Reads a model and its data. Where data that the model names are not there, or some input has
  /// none, inputs stay symbols, which `remark` says.
  init(
    path: String, options: TaskOptions, remark: inout String
  ) throws(TaskFailure) {
    try self.init(try ModelTask(path: path, options: options), remark: &remark)
  }

  init(_ task: ModelTask, remark: inout String) throws(TaskFailure) {
    guard let symbolic = task.model.symbolic else {
      throw TaskFailure(
        "a prompt needs the model's source, and \(task.path) is compiled", code: "AD0704",
        fault: .commandLine)
    }
    self.task = task
    self.symbolic = symbolic
    let inputs = Set(task.model.description.inputs.map(\.symbol))
    let isAsked = !task.options.data.isEmpty || !task.options.inputs.isEmpty
    do throws(TaskFailure) {
      run = try task.session(needing: inputs)
    } catch {
      guard !inputs.isEmpty, !isAsked else { throw error }
      do throws(TaskFailure) {
        run = try task.session(needing: [])
      } catch let second {
        // What is missing is not the data.
        throw second
      }
      remark += "the inputs have no data: \(error.messageAlone)\n"
    }
    remark += task.warnings
  }

  /// The sizes of named dimensions.
  var sizes: [String: Int] {
    var sizes = run.sizes
    if let rows = task.model.description.rowDimension, run.dataset.rowCount != nil {
      sizes[rows] = run.allRows.count
    }
    return sizes
  }

  /// Whether a symbol of the model has values.
  func hasValues(of node: NodeID, in graph: ExpressionGraph) -> Bool {
    guard case .symbol(let place) = graph.attribute(node) else { return false }
    let description = task.model.description
    if description.parameters.contains(where: { $0.symbol == place }) { return true }
    return run.dataset.arrays.contains { $0.symbol == place }
  }

  /// Lets a program that has the model's symbols read their values.
  func lend(to memory: SymbolMemory) {
    run.feed(rows: run.allRows)
    let description = task.model.description
    let places = description.parameters.map(\.symbol) + description.inputs.map(\.symbol)
    for place in places where run.memory.count(of: place) > 0 {
      memory.share(place, of: run.memory)
    }
  }
}

extension TaskFailure {
  /// The message without its place and code.
  var messageAlone: String {
    let line = text.split(separator: "\n").first.map(String.init) ?? ""
    guard let code = line.firstRange(of: "error AD"),
      line.distance(from: code.upperBound, to: line.endIndex) > 6
    else { return line }
    return String(line[line.index(code.upperBound, offsetBy: 6)...])
  }
}
