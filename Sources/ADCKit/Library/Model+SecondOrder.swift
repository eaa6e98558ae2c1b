import ADCMachine
import ADCTraining

extension Model {
  /// The second derivatives of the loss by all parameters, side by side in the order of the model.
  ///
  /// Only elements that can be other than 0 are computed: as many products as a star colouring has
  /// colours, or whole blocks where the matrix is dense. (i, j) and (j, i) have the same bits.
  ///
  /// - Parameters:
  ///   - parameters: A value for every parameter of the model; the first values where nil.
  ///   - data: All rows count.
  /// - Throws: `ModelError` for a model without an objective or whose gradient cannot be
  ///   differentiated, and where parameters or data do not fit.
  public func hessian(
    at parameters: [String: Tensor]? = nil, on data: Data = .declared
  ) throws(ModelError) -> SparseMatrix {
    try requireObjective()
    let session = try session(
      at: parameters, on: data, for: [FunctionName.gradient, FunctionName.loss])
    session.feed(rows: session.allRows)
    let hessian = try compiled.secondDerivatives(session)
    do throws(MachineError) { try hessian.evaluate() } catch { throw ModelError(error) }
    return SparseMatrix(hessian)
  }
}

extension CompiledModel {
  func secondDerivatives(_ session: Session) throws(ModelError) -> SparseHessian {
    guard let symbolic else {
      throw ModelError("AD0704", "second derivatives need the model's source")
    }
    do throws(DerivativeError) {
      return try SparseHessian(symbolic, session)
    } catch {
      throw ModelError(error.code, error.message)
    }
  }

  func secondDerivativeProduct(_ session: Session) throws(ModelError) -> HessianProduct {
    guard let symbolic else {
      throw ModelError("AD0704", "second derivatives need the model's source")
    }
    do throws(DerivativeError) {
      return try HessianProduct(symbolic, session)
    } catch {
      throw ModelError(error.code, error.message)
    }
  }
}
