import ADCCalculus
import ADCKit

extension EmissionCase {
  /// Calls of operators over arrays: `A` is a matrix of 3 by 3, `v` a vector of 3, `T` of 2 by 3 by
  /// 4, `i` an index of A's shape with rows of it.
  private static let arrayCalls: [String] = [
    "sum(A, axis: 0)", "prod(A, axis: 1)", "prod(v)", "mean(A, axis: 0)", "var(A, axis: 0)",
    "std(v)", "min(A, axis: 1)", "max(A)", "argmin(A, axis: 0)", "argmax(A, axis: 1)",
    "logsumexp(A, axis: 0)", "logsumexp(A)", "softmax(A, axis: 1)", "log_softmax(v)", "norm(v)",
    "norm(A, axis: 1)", "cumsum(A, axis: 1)", "A'", "permute(T, [2, 0, 1])",
    "reshape(A, [9])", "flatten(T)", "flip(A, axis: 1)", "roll(A, 1, axis: 0)",
    "repeat(A, 2, axis: 1)", "tile(v, 3, axis: 0)", "T[0..<2, 1..<3]", "pad(v, [2], [7])",
    "concat(A, A, axis: 1)", "stack(v, v)", "gather(A, i[0])", "scatter_add(A, i[0], [4, 3])",
    "take_along(A, i, axis: 0)", "put_along(A, i, axis: 0)", "sort(A, axis: 1)", "argsort(v)",
    "median(A, axis: 0)", "quantile(v, 0.4)", "one_hot(i[0], 3)", "diag(A)", "diagonal(A)",
    "trace(A)", "tril(A)", "triu(A)", "outer(v, v)", "dot(v, v)", "cross(v, A[0])", "A @ v",
    "v @ A", "T @ v4", "inv(A + 3*eye(3))", "det(A + eye(3))", "logdet(A + 3*eye(3))",
    "adjugate(A + eye(3))",
    "pinv(A[0..<3, 0..<2] + eye(3)[0..<3, 0..<2])", "cholesky(A @ A' + eye(3))",
    "solve(A + 3*eye(3), v)",
    "solve_lower(A + 3*eye(3), A)", "solve_upper(A + 3*eye(3), v)",
    "windows(A, [2, 2])", "max_pool(A, size: 2, stride: 1)",
    "conv1d(reshape(A, [1, 3, 3]), reshape(A[0..<2], [1, 3, 2]))",
  ]

  /// A model for every function of numbers in the catalogue, and for calls over arrays: its value
  /// is an output, and its derivative that of the loss.
  static func operatorRequests(_ folder: Folder) throws -> [Request] {
    var calls: [(name: String, inputs: String, call: String)] = []
    for op in Catalogue.operators {
      guard case .elementwise = op.execution, op.call == .operands else { continue }
      let count = op.arity.lowerBound
      let operands = (0..<count).map { place in
        let range = op.domain.indices.contains(place) ? op.domain[place] : 0.5...1
        let width = range.upperBound - range.lowerBound
        return "\(range.lowerBound) + \(width) * (x\(place) * p)"
      }
      calls.append(
        (
          "function_\(op.name)", (0..<count).map { "input x\($0): [5]\n" }.joined(),
          "\(op.spelling)(\(operands.joined(separator: ", ")))"
        ))
    }
    let inputs =
      "input B: [3, 3]\ninput w: [3]\ninput U: [2, 3, 4]\ninput v4: [4]\ninput digit: [3, 3]\n"
      + "let A = B * p + p\nlet v = w * p\nlet T = U * p\nlet i = mod(digit, 3)\n"
    for (place, call) in arrayCalls.enumerated() {
      calls.append(("arrays_\(place)", inputs, call))
    }
    var requests: [Request] = []
    for (name, inputs, call) in calls {
      let text =
        "// \(call)\nparam p = 0.7\n\(inputs)output \(call) as value\nminimize sum(\(call)) + p\n"
      folder.write(Array(text.utf8), to: name + ".ad")
      let model = try EmissionCase(path: folder.path + "/\(name).ad", rows: 5, name: name)
      requests.append(Request(path: name + ".ad", task: model.task, model: model))
    }
    return requests
  }
}
