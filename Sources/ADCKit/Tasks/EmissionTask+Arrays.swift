import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining
import ADCTranslation

extension ModelTask {
  /// The model with its graph, as libraries of arrays take it.
  func arrayModel() throws(TaskFailure) -> ArrayModel {
    guard let symbolic = model.symbolic else {
      throw TaskFailure(
        "arrays need the model's source, and \(path) is compiled", code: "AD0704",
        fault: .commandLine)
    }
    let checked = symbolic.model
    var result = ArrayModel(
      name: Self.stem(of: path), hash: derivedFrom?.hash ?? model.description.hash,
      version: Version.current, comment: derivedFrom == nil ? Self.comment(symbolic.source) : [],
      graph: symbolic.training?.graph ?? symbolic.graph, precision: model.program.precision)
    result.inputs = checked.inputs.map {
      ArrayModel.Variable(name: $0.name, node: $0.node, summary: $0.description ?? "")
    }
    result.parameters = checked.parameters.map {
      ArrayModel.Variable(
        name: $0.name, node: $0.node, summary: $0.description ?? "", bounds: $0.bounds)
    }
    result.loss = symbolic.loss
    result.gradient = symbolic.gradient
    result.outputs = zip(checked.outputs, symbolic.outputs).map { ($0.name, $1) }
    result.names = symbolic.letNames
    for (parameter, node) in zip(checked.parameters, symbolic.gradient)
    where result.names[node] == nil {
      result.names[node] = "d_\(parameter.name)"
    }
    if let training = symbolic.training {
      result.states = zip(model.description.states, training.states).map { state, node in
        let words = state.name.split(separator: ".")
        return ArrayModel.Variable(name: words.reversed().joined(separator: "_"), node: node)
      }
      result.starts = training.starts
      result.updates = training.updates
    }
    result.environment = ["step", "epoch", "training", "seed"].compactMap { name in
      checked.environment[name].map { ArrayModel.Variable(name: name, node: $0) }
    }
    let settings = model.description.settings
    result.epochs = settings.epochs ?? settings.steps ?? 1
    result.batch = settings.batch
    result.rowDimension = model.description.rowDimension
    if let derivedFrom {
      result.outputWord = derivedFrom.word
      result.outputSummary = derivedFrom.summary
    }
    return result
  }
}

extension ModelTask {
  /// The outputs as ONNX, with the parameters of `--from`, and what was done to its inputs.
  func onnx() throws -> [UInt8] {
    let graph = try arrayModel()
    guard let path = options.parameterFile else { return try graph.onnx([:]) }
    let file: ParameterFile
    do throws(DataError) { file = try ParameterFile.read(path: path) } catch {
      throw TaskFailure(error)
    }
    var values: [String: (shape: [Int], values: [Double])] = [:]
    for entry in file.parameters { values[entry.name] = (entry.array.shape, entry.array.values) }
    var scalings: [String: (means: [Double], deviations: [Double])] = [:]
    for scaling in file.preparation.scalings {
      scalings[scaling.input] = (scaling.means, scaling.deviations)
    }
    return try graph.onnx(values, scalings: scalings)
  }
}
