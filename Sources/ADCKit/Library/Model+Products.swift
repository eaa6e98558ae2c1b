import ADCMachine
import ADCTraining

extension Model {
  /// How an output changes when parameters move along directions, J v: one forward sweep, and the
  /// Jacobian is never built.
  ///
  /// - Parameters:
  ///   - output: One of `outputs`.
  ///   - directions: Arrays of the parameters' shapes; parameters without one stay where they are.
  ///   - parameters: A value for every parameter of the model; the first values where nil.
  ///   - data: All rows count.
  /// - Returns: An array of the output's shape.
  /// - Throws: `ModelError` where a name or a shape is wrong, the output cannot be differentiated,
  ///   or the model was compiled without its source.
  public func jvp(
    of output: String, along directions: [String: Tensor],
    at parameters: [String: Tensor]? = nil, on data: Data = .declared
  ) throws(ModelError) -> Tensor {
    let (derivatives, session) = try derivatives(of: output, at: parameters, on: data)
    let given = try numbers(directions, "direction", in: session)
    return Tensor(
      try differentiating(derivatives) { (request) throws(DerivativeError) in
        try request.jvp(along: given)
      })
  }

  /// What every parameter receives when an output's adjoint is `seed`, J' u: one reverse sweep, and
  /// the Jacobian is never built.
  ///
  /// - Parameters:
  ///   - output: One of `outputs`.
  ///   - seed: An array of the output's shape.
  ///   - parameters: A value for every parameter of the model; the first values where nil.
  ///   - data: All rows count.
  /// - Returns: An array of each parameter's shape.
  /// - Throws: `ModelError` as for `jvp(of:along:at:on:)`.
  public func vjp(
    of output: String, seed: Tensor, at parameters: [String: Tensor]? = nil,
    on data: Data = .declared
  ) throws(ModelError) -> [String: Tensor] {
    let (derivatives, _) = try derivatives(of: output, at: parameters, on: data)
    let received = try differentiating(derivatives) { (request) throws(DerivativeError) in
      let shape = try request.outputSizes()
      guard shape == seed.shape else {
        throw DerivativeError(
          code: "AD0706",
          message: "the output `\(output)` has the shape \(shape), and its adjoint \(seed.shape)")
      }
      return try request.vjp(seed: seed.values)
    }
    return Dictionary(
      zip(compiled.description.parameters, received).map { ($0.name, Tensor($1)) },
      uniquingKeysWith: { $1 })
  }

  /// How the gradient of the loss changes when parameters move along directions, H v: forward over
  /// reverse, and the matrix is never built.
  ///
  /// For many products with the same model take ``Evaluator/hessianProduct(at:along:)``.
  ///
  /// - Parameters:
  ///   - directions: Arrays of the parameters' shapes; parameters without one stay where they are.
  ///   - parameters: A value for every parameter of the model; the first values where nil.
  ///   - data: All rows count.
  /// - Returns: An array of each parameter's shape.
  /// - Throws: `ModelError` for a model without an objective, and as for `jvp(of:along:at:on:)`.
  public func hvp(
    along directions: [String: Tensor], at parameters: [String: Tensor]? = nil,
    on data: Data = .declared
  ) throws(ModelError) -> [String: Tensor] {
    try requireObjective()
    let session = try session(
      at: parameters, on: data, for: [FunctionName.gradient, FunctionName.loss])
    session.feed(rows: session.allRows)
    let given = try numbers(directions, "direction", in: session)
    let product = try compiled.secondDerivativeProduct(session)
    var direction: [Double] = []
    for (place, parameter) in compiled.description.parameters.enumerated() {
      let count = session.memory.count(of: parameter.symbol)
      direction += given[place] ?? [Double](repeating: 0, count: count)
    }
    do throws(MachineError) {
      try product.evaluate(session, along: direction)
    } catch {
      throw ModelError(error)
    }
    var result: [String: Tensor] = [:]
    var start = 0
    for parameter in compiled.description.parameters {
      let shape = try sizes(of: parameter.symbol, in: session)
      let count = session.memory.count(of: parameter.symbol)
      let values = Array(product.values[start..<start + count])
      result[parameter.name] = Tensor(ShapedValues(shape: shape, values: values))
      start += count
    }
    return result
  }

  /// The derivatives of an output by one parameter, all elements: the axes of the output come
  /// first, then those of the parameter.
  ///
  /// The parameters and errors are those of `jvp(of:along:at:on:)`.
  public func jacobian(
    of output: String, by parameter: String, at parameters: [String: Tensor]? = nil,
    on data: Data = .declared
  ) throws(ModelError) -> Tensor {
    let place = try self.place(ofParameter: parameter)
    let (derivatives, _) = try derivatives(of: output, at: parameters, on: data)
    return Tensor(
      try differentiating(derivatives) { (request) throws(DerivativeError) in
        try request.jacobian(by: place)
      })
  }

  /// The derivatives of an output by all parameters: a row for each element of the output, and the
  /// parameters side by side in the order of the model.
  ///
  /// Only elements that can be other than 0 are computed: columns, or rows, that share none are
  /// found by one product together (Curtis, Powell and Reid 1974).
  ///
  /// The parameters and errors are those of `jvp(of:along:at:on:)`.
  public func jacobian(
    of output: String, at parameters: [String: Tensor]? = nil, on data: Data = .declared
  ) throws(ModelError) -> SparseMatrix {
    let (derivatives, _) = try derivatives(of: output, at: parameters, on: data)
    let found = try differentiating(derivatives) { (request) throws(DerivativeError) in
      try request.sparseJacobian()
    }
    return SparseMatrix(found.pattern, rowByRow: found.values)
  }
}

extension Model {
  private func derivatives(
    of output: String, at parameters: [String: Tensor]?, on data: Data
  ) throws(ModelError) -> (OutputDerivatives, Session) {
    let names = compiled.description.outputs
    guard let place = names.firstIndex(of: output) else {
      let near = Words.nearest(to: output, among: names).map { "; did you mean `\($0)`?" } ?? ""
      throw ModelError("AD0706", "the model has no output `\(output)`\(near)")
    }
    guard let symbolic = compiled.symbolic else {
      throw ModelError("AD0704", "derivatives of outputs need the model's source")
    }
    let session = try session(at: parameters, on: data, for: [FunctionName.outputs])
    session.feed(rows: session.allRows)
    do throws(DerivativeError) {
      return (try OutputDerivatives(symbolic, output: place, session), session)
    } catch {
      throw ModelError(error.code, error.message)
    }
  }

  private func differentiating<Value>(
    _ derivatives: OutputDerivatives,
    _ body: (inout OutputDerivatives) throws(DerivativeError) -> Value
  ) throws(ModelError) -> Value {
    var request = derivatives
    do throws(DerivativeError) { return try body(&request) } catch {
      throw ModelError(error.code, error.message)
    }
  }

  private func place(ofParameter name: String) throws(ModelError) -> Int {
    let names = compiled.description.parameters.map(\.name)
    if let place = names.firstIndex(of: name) { return place }
    let near = Words.nearest(to: name, among: names).map { "; did you mean `\($0)`?" } ?? ""
    throw ModelError("AD0706", "the model has no parameter `\(name)`\(near)")
  }

  private func sizes(of symbol: Int, in session: Session) throws(ModelError) -> [Int] {
    do throws(RunError) { return try session.shape(of: symbol) } catch { throw ModelError(error) }
  }

  /// The numbers given for parameters, by their places.
  private func numbers(
    _ given: [String: Tensor], _ what: String, in session: Session
  ) throws(ModelError) -> [Int: [Double]] {
    var result: [Int: [Double]] = [:]
    for (name, tensor) in given.sorted(by: { $0.key < $1.key }) {
      let place = try place(ofParameter: name)
      let shape = try sizes(of: compiled.description.parameters[place].symbol, in: session)
      guard shape == tensor.shape else {
        throw ModelError(
          "AD0706",
          "the parameter `\(name)` has the shape \(shape), and its \(what) \(tensor.shape)")
      }
      result[place] = tensor.values
    }
    return result
  }
}
