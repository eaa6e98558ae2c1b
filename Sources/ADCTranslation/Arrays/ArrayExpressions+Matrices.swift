import ADCCalculus

extension ArrayExpressions {
  mutating func matrixFunction(
    _ function: MatrixFunction, _ node: NodeID, _ parts: [String]
  ) throws(TranslationError) -> String {
    // The functions of NumPy that TensorFlow has leave these out.
    let isTensors = language == .tensorflow
    let call = "\(isTensors ? "tf" : module).linalg"
    switch function {
    case .inverse: return "\(call).inv(\(parts[0]))"
    case .determinant: return "\(call).det(\(parts[0]))"
    case .logDeterminant: return "\(call).slogdet(\(parts[0]))[1]"
    case .cholesky: return "\(call).cholesky(\(symmetric(node, parts[0])))"
    case .pseudoInverse: return "\(call).pinv(\(parts[0]))"
    case .solve: return solution("\(call).solve", parts[0], parts[1], node)
    case .solveLower:
      return isTensors
        ? solution("\(call).triangular_solve", parts[0], parts[1], node)
        : solution("\(call).solve", "\(module).tril(\(parts[0]))", parts[1], node)
    case .solveUpper:
      return isTensors
        ? solution("\(call).triangular_solve", parts[0], parts[1], node, ", lower=False")
        : solution("\(call).solve", "\(module).triu(\(parts[0]))", parts[1], node)
    case .adjugate:
      define(isTensors ? Self.adjugateOfTensors : Self.adjugate(module))
      return "adjugate(\(parts[0]))"
    case .adjugateAlong: throw lacking(function.rawValue)
    }
  }

  /// The symmetric part, which is what is decomposed.
  private func symmetric(_ node: NodeID, _ x: String) -> String {
    let part = x.contains("(") || x.contains(" ") ? "(\(x))" : x
    let turned =
      graph.shape(node).rank == 2 ? "\(part).T" : "\(module).swapaxes(\(x), -1, -2)"
    return "0.5 * (\(x) + \(turned))"
  }

  /// A solution for one right side as a column, which is taken away again.
  private func solution(
    _ call: String, _ matrix: String, _ side: String, _ node: NodeID, _ more: String = ""
  ) -> String {
    let isVector = graph.shape(graph.operand(node, 1)).rank == 1
    guard isVector, language == .tensorflow || graph.shape(graph.operand(node, 0)).rank > 2 else {
      return "\(call)(\(matrix), \(side)\(more))"
    }
    let part = side.contains(" ") ? "(\(side))" : side
    return "\(call)(\(matrix), \(part)[:, None]\(more))[..., 0]"
  }

  private static func adjugate(_ module: String) -> String {
    """
    def adjugate(x):
        \"\"\"The transposed cofactors, by the products of all singular values but one.\"\"\"
        u, s, vt = \(module).linalg.svd(x)
        parts = [
            \(module).concatenate([s[..., :i], s[..., i + 1 :]], axis=-1).prod(axis=-1)
            for i in range(s.shape[-1])
        ]
        sign = \(module).linalg.det(u) * \(module).linalg.det(vt)
        others = sign[..., None, None] * \(module).stack(parts, axis=-1)[..., None, :]
        return (\(module).swapaxes(vt, -1, -2) * others) @ \(module).swapaxes(u, -1, -2)
    """
  }

  private static let adjugateOfTensors = """
    def adjugate(x):
        \"\"\"The transposed cofactors, by the products of all singular values but one.\"\"\"
        s, u, v = tf.linalg.svd(x)
        parts = [
            tf.reduce_prod(tf.concat([s[..., :i], s[..., i + 1 :]], axis=-1), axis=-1)
            for i in range(s.shape[-1])
        ]
        sign = tf.linalg.det(u) * tf.linalg.det(v)
        others = sign[..., None, None] * tf.stack(parts, axis=-1)[..., None, :]
        return tf.matmul(v * others, u, transpose_b=True)
    """
}
