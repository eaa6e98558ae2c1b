import ADCCalculus
import ADCMachine
import ADCModel

/// Which derivatives of expressions can be other than 0, found without computing any.
///
/// Of one number the second derivatives by all pairs, unless the Jacobian is asked for; of an array
/// or of several expressions the Jacobian.
package struct PatternTask: Sendable {
  let pattern: SparsityPattern
  let isHessian: Bool

  /// Checks expressions and finds the pattern; named dimensions have the sizes of the first point.
  package init(_ request: DerivativeRequest) throws(TaskFailure) {
    var wanted = request
    switch request.kind {
    case .orders(1), .hessian, .jacobian: break
    case .orders, .jvp, .vjp, .hvp:
      throw TaskFailure(
        "`--pattern` is of a `--jacobian` or a `--hessian`", code: "AD1003", fault: .commandLine)
    }
    if case .orders = request.kind { wanted.kind = .jacobian }
    var task = try DerivativeTask(checking: wanted)
    let isNumber = task.values.count == 1 && task.graph.shape(task.values[0]).isScalar
    if case .jacobian = request.kind { isHessian = false } else { isHessian = isNumber }
    var sizes: [String: Int] = [:]
    do throws(DifferentiationError) {
      try task.checkShapes()
    } catch {
      throw task.failure(error)
    }
    if let point = request.points.first {
      do throws(MachineError) { sizes = try task.sizes(at: point) } catch {
        throw TaskFailure(error.description, code: "AD0702")
      }
    }
    pattern = try task.pattern(isHessian: isHessian, sizes)
  }

  /// The pattern drawn, and how many products find the matrix.
  package func report() -> TaskReport {
    let colouring = isHessian ? Colouring.star(of: pattern) : Colouring.columns(of: pattern)
    let how = "\(colouring.count) product\(colouring.count == 1 ? "" : "s") with directions find "
    return PatternDrawing.report(
      pattern, colouring,
      how: how + "them (\(isHessian ? "star" : "column") colouring)")
  }
}

extension DerivativeTask {
  /// The pattern of the Jacobian of all values, or of the gradient of the only one.
  fileprivate mutating func pattern(
    isHessian: Bool, _ sizes: [String: Int]
  ) throws(TaskFailure) -> SparsityPattern {
    let targets = targets.map(\.node)
    var roots = simplified(values, for: .differentiation)
    do throws(DifferentiationError) {
      if isHessian {
        let gradient = try graph.gradient(of: roots[0], by: targets)
        roots = simplified(gradient, for: .differentiation)
      }
    } catch {
      throw failure(error)
    }
    do throws(SparsityError) {
      let found = try graph.sparsity(of: roots, by: targets, sizes: sizes) { graph, node, own in
        var scratch = graph
        var evaluator = ConstantEvaluator(values: own)
        return try? evaluator.evaluate(node, in: &scratch).values
      }
      return isHessian ? found.symmetrized : found
    } catch {
      let error = DerivativeError(error)
      let isSize = error.message.hasPrefix("the size")
      throw TaskFailure(
        error.message + (isSize ? ": give it in `--shape`, `x=[5]`" : ""), code: error.code)
    }
  }
}
