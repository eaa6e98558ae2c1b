import ADCMachine
import ADCTraining

extension Model {
  /// The parameters that training starts from: given, drawn by the seed, or read from files.
  ///
  /// - Parameters:
  ///   - data: Needed only where a parameter's shape has a name that the data fix.
  ///   - seed: Of the draws; the model's where nil.
  /// - Throws: `ModelError` where a file cannot be read or a size is not known.
  public func initialParameters(
    on data: Data = .declared, seed: Int? = nil
  ) throws(ModelError) -> [String: Tensor] {
    let session = try session(at: nil, on: data, for: [], seed: seed)
    return try Self.parameters(of: session)
  }

  /// The loss at some parameters.
  ///
  /// - Parameters:
  ///   - parameters: A value for every parameter of the model; the first values where nil.
  ///   - data: All rows count.
  /// - Throws: `ModelError` for a model without an objective, and where parameters or data do not
  ///   fit. A loss that is not finite is a value.
  public func value(
    at parameters: [String: Tensor]? = nil, on data: Data = .declared
  ) throws(ModelError) -> Double {
    try requireObjective()
    let session = try session(at: parameters, on: data, for: [FunctionName.loss])
    return try Self.evaluate(FunctionName.loss, session).scalar(ofOutput: 0)
  }

  /// The loss and its derivative by each parameter, each of that parameter's shape.
  ///
  /// The parameters and errors are those of `value(at:on:)`. `maximize f` has the loss `-f`.
  public func valueAndGradient(
    at parameters: [String: Tensor]? = nil, on data: Data = .declared
  ) throws(ModelError) -> (value: Double, gradient: [String: Tensor]) {
    try requireObjective()
    let session = try session(at: parameters, on: data, for: [FunctionName.gradient])
    let function = try Self.evaluate(FunctionName.gradient, session)
    var gradient: [String: Tensor] = [:]
    for (place, parameter) in compiled.description.parameters.enumerated() {
      gradient[parameter.name] = Self.output(place + 1, of: function)
    }
    return (function.scalar(ofOutput: 0), gradient)
  }

  /// The model's outputs for all rows, by name.
  ///
  /// - Parameter data: Inputs that no output reads may be missing.
  /// - Throws: `ModelError` for a model without outputs, and where parameters or data do not fit.
  public func predict(
    at parameters: [String: Tensor]? = nil, on data: Data = .declared
  ) throws(ModelError) -> [String: Tensor] {
    guard !compiled.description.outputs.isEmpty else {
      throw ModelError("AD0705", "the model has no outputs: write `output prediction`")
    }
    let session = try session(at: parameters, on: data, for: [FunctionName.outputs])
    let function = try Self.evaluate(FunctionName.outputs, session)
    var outputs: [String: Tensor] = [:]
    for (place, name) in compiled.description.outputs.enumerated() {
      outputs[name] = Self.output(place, of: function)
    }
    return outputs
  }

  private static func evaluate(
    _ name: String, _ session: Session
  ) throws(ModelError) -> BoundFunction {
    do throws(RunError) {
      return try session.evaluate(name, rows: session.allRows)
    } catch {
      throw ModelError(error)
    }
  }

  private static func output(_ place: Int, of function: BoundFunction) -> Tensor {
    Tensor(
      ShapedValues(
        shape: function.sizes(ofOutput: place), values: function.values(ofOutput: place)))
  }
}

extension Model {
  func requireObjective() throws(ModelError) {
    guard compiled.description.hasObjective else {
      throw ModelError("AD0210", "the model has no objective: write `minimize …`")
    }
  }

  /// A session over all that `functions` read.
  func session(
    at parameters: [String: Tensor]?, on data: Data, for functions: [String], seed: Int? = nil
  ) throws(ModelError) -> Session {
    let starts = try starts(parameters)
    do {
      let dataset = try dataset(data, needed: compiled.neededSymbols(functions))
      return try Session(
        compiled.program, compiled.description, dataset: dataset, folder: compiled.folder,
        seed: seed, starts: starts, settings: execution.settings)
    } catch let error as DataError {
      throw ModelError(error)
    } catch let error as RunError {
      throw ModelError(error)
    } catch {
      throw ModelError("AD0703", "\(error)")
    }
  }

  private func dataset(_ data: Data, needed: Set<Int>) throws(DataError) -> Dataset {
    let (description, program) = (compiled.description, compiled.program)
    switch data {
    case .declared:
      return try Dataset.load(
        description, program, needed: needed, tables: compiled.declaredTables, files: [])
    case .table(let path):
      return try Dataset.load(
        description, program, needed: needed, tables: [path], files: [],
        preparation: try preparation())
    case .arrays(let arrays):
      return try Dataset.load(
        description, program, needed: needed, arrays: arrays.mapValues(\.shaped),
        preparation: try preparation())
    }
  }

  /// What the model's own data say of words, gaps and scales: other data are treated alike. Nil for
  /// a model that says nothing of them.
  private func preparation() throws(DataError) -> DataPreparation? {
    let (description, program) = (compiled.description, compiled.program)
    let settings = description.settings
    guard
      settings.missing == .mean || !settings.standardized.isEmpty
        || description.inputs.contains(where: \.isCategory)
    else { return nil }
    guard !compiled.declaredTables.isEmpty else {
      throw DataError(
        "words, means and scales come from the model's own data, and it names none: write "
          + "`train { data \"…\" }`", file: "")
    }
    return try Dataset.load(description, program, tables: compiled.declaredTables, files: [])
      .preparation
  }

  /// The parameters as a session takes them, all there and none unknown.
  private func starts(_ parameters: [String: Tensor]?) throws(ModelError) -> [String: ShapedValues]
  {
    guard let parameters else { return [:] }
    let names = compiled.description.parameters.map(\.name)
    let missing = names.filter { parameters[$0] == nil }
    guard missing.isEmpty else {
      let list = missing.map { "`\($0)`" }.joined(separator: ", ")
      throw ModelError(
        "AD0706",
        "\(missing.count == 1 ? "the parameter" : "the parameters") \(list) "
          + "\(missing.count == 1 ? "has" : "have") no value")
    }
    for name in parameters.keys.sorted() where !names.contains(name) {
      let near = Words.nearest(to: name, among: names).map { "; did you mean `\($0)`?" } ?? ""
      throw ModelError("AD0706", "the model has no parameter `\(name)`\(near)")
    }
    return parameters.mapValues(\.shaped)
  }

  static func parameters(of session: Session) throws(ModelError) -> [String: Tensor] {
    do throws(RunError) {
      return Dictionary(
        try session.parameters().map { ($0.name, Tensor($0.array)) }, uniquingKeysWith: { $1 })
    } catch {
      throw ModelError(error)
    }
  }
}
