import ADCMachine
import ADCTraining

/// A model bound to its data, for many evaluations: the parameters are one flat array, in the
/// order of the model. `value` and `valueAndGradient` allocate nothing.
///
/// Used by one thread at a time: make one for every thread, from the same model.
public final class Evaluator {
  /// Where each parameter lies in the flat array.
  public let places: [(name: String, range: Range<Int>)]
  /// The numbers of all parameters together.
  public let count: Int
  /// The parameters that training would start from.
  public let start: [Double]

  private let session: Session
  private let parameters: [Parameter]
  private let loss: BoundFunction
  private let gradient: BoundFunction
  private let model: CompiledModel
  /// Made when they are first asked for.
  private var secondDerivatives: SparseHessian?
  private var secondProduct: HessianProduct?

  /// What a call needs of a parameter, without references that would be counted.
  private struct Parameter {
    var symbol: Int
    var range: Range<Int>
  }

  init(_ session: Session, of model: CompiledModel) throws(RunError) {
    self.session = session
    self.model = model
    let described = session.description.parameters
    var places: [(name: String, range: Range<Int>)] = []
    var values: [Double] = []
    for parameter in described {
      let own = session.memory.values(of: parameter.symbol)
      places.append((parameter.name, values.count..<values.count + own.count))
      values += own
    }
    self.places = places
    parameters = zip(described, places).map { Parameter(symbol: $0.symbol, range: $1.range) }
    count = values.count
    start = values
    let rows = session.allRows
    session.feed(rows: rows)
    loss = try session.function(FunctionName.loss, rows: rows.count)
    gradient = try session.function(FunctionName.gradient, rows: rows.count)
  }

  /// The loss at a point.
  ///
  /// - Parameter point: `count` numbers.
  /// - Throws: `ModelError` where `point` has another length, or an index of the model is not a
  ///   row.
  public func value(at point: [Double]) throws(ModelError) -> Double {
    try move(to: point)
    do throws(RunError) { try session.evaluate(loss) } catch { throw ModelError(error) }
    return loss.scalar(ofOutput: 0)
  }

  /// The loss at a point, and its gradient written over `result`.
  ///
  /// - Parameters:
  ///   - point: `count` numbers.
  ///   - result: `count` numbers, in the order of `places`; unchanged where the call throws.
  /// - Throws: `ModelError` where a length is wrong, or an index of the model is not a row.
  public func valueAndGradient(
    at point: [Double], into result: inout [Double]
  ) throws(ModelError) -> Double {
    guard result.count == count else {
      throw ModelError(
        "AD0706", "the gradient has \(count) numbers, and the array for it \(result.count)")
    }
    try move(to: point)
    do throws(RunError) {
      try session.evaluate(gradient)
    } catch {
      throw ModelError(error)
    }
    result.withUnsafeMutableBufferPointer { values in
      for place in parameters.indices {
        gradient.copyValues(
          ofOutput: place + 1,
          to: UnsafeMutableBufferPointer(rebasing: values[parameters[place].range]))
      }
    }
    return gradient.scalar(ofOutput: 0)
  }

  /// The second derivatives at a point, by all parameters in the order of `places`.
  ///
  /// Only elements that can be other than 0 are computed; (i, j) and (j, i) have the same bits. The
  /// first call finds the pattern and compiles.
  ///
  /// - Parameter point: `count` numbers.
  /// - Throws: `ModelError` where `point` has another length, the gradient cannot be
  ///   differentiated, or the model was compiled without its source.
  public func hessian(at point: [Double]) throws(ModelError) -> SparseMatrix {
    try move(to: point)
    let hessian: SparseHessian
    if let known = secondDerivatives {
      hessian = known
    } else {
      hessian = try model.secondDerivatives(session)
      secondDerivatives = hessian
    }
    do throws(MachineError) { try hessian.evaluate(session) } catch { throw ModelError(error) }
    return SparseMatrix(hessian)
  }

  /// The product of the second derivatives at a point with a direction; the matrix is never built.
  ///
  /// - Parameters:
  ///   - point: `count` numbers.
  ///   - direction: `count` numbers.
  /// - Throws: `ModelError` as for `hessian(at:)`.
  public func hessianProduct(
    at point: [Double], along direction: [Double]
  ) throws(ModelError) -> [Double] {
    try move(to: point)
    guard direction.count == count else {
      throw ModelError(
        "AD0706", "a direction has \(count) numbers, and this one has \(direction.count)")
    }
    let product: HessianProduct
    if let known = secondProduct {
      product = known
    } else {
      product = try model.secondDerivativeProduct(session)
      secondProduct = product
    }
    do throws(MachineError) {
      try product.evaluate(session, along: direction)
    } catch {
      throw ModelError(error)
    }
    return product.values
  }

  private func move(to point: [Double]) throws(ModelError) {
    guard point.count == count else {
      throw ModelError("AD0706", "a point has \(count) numbers, and this one has \(point.count)")
    }
    point.withUnsafeBufferPointer { values in
      for parameter in parameters {
        session.memory.write(
          UnsafeBufferPointer(rebasing: values[parameter.range]), to: parameter.symbol)
      }
    }
  }
}

extension Model {
  /// Binds the model to data, for many evaluations.
  ///
  /// - Throws: `ModelError` for a model without an objective, and where data do not fit.
  public func evaluator(for data: Data = .declared) throws(ModelError) -> Evaluator {
    try requireObjective()
    let session = try session(at: nil, on: data, for: [FunctionName.gradient, FunctionName.loss])
    do throws(RunError) { return try Evaluator(session, of: compiled) } catch {
      throw ModelError(error)
    }
  }
}
