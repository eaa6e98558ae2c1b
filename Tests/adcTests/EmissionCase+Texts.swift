import ADCKit
import Foundation

extension EmissionCase {
  /// Models of what no sample has.
  static let texts: [(name: String, rows: Int, text: String)] = [
    (
      "parameter_loss", 9,
      """
      input x: [n]
      input y: [n]
      param loss = 0.5
      param w = 1
      minimize mean((w*x + loss - y)^2) + (loss - 2)^2
      output w*x + loss as level
      train { optimizer adam(rate: 0.01) }
      """
    ),
    (
      "output_loss", 9,
      """
      input x: [n]
      param w = 1
      minimize mean((w*x)^2)
      output 2*w*x as loss
      output w*x as half
      """
    ),
    (
      "square_root_of_states", 11,
      """
      // A loop that is to keep few of its states, which sources that run once keep all.
      input x: [n]
      param a = 0.2
      let (ms, costs) = scan(t in 0..<n, m = 0.0, cost = 0.0: {
        let surprise = x[t] - m
        (m + a*tanh(surprise), cost + surprise^2)
      }, store: sqrt)
      minimize costs[-1]/2
      output ms as level
      """
    ),
    (
      "loop_in_loop", 7,
      """
      // A loop within another one, whose counter nothing reads.
      input x: [n]
      param a = 0.5
      param b = 0.2
      let hs = scan(t in 0..<n, h = 0.0: {
        let spread = x[t]*a - h
        scan(k in 0..<3, g = spread: {
          let spread = 0.5*g + h
          sin(spread)*b
        })[-1]
      })
      minimize mean(hs^2)
      output hs as level
      """
    ),
    (
      "sorting", 11,
      """
      // Order, and what is told of it.
      input x: [n]
      input y: [n, 3]
      param a: [5] = 0
      param b: [3] = 0
      let spread = quantile(x * a[0] + y @ b, 0.3) - median(y @ b)
      minimize sum(sort(y * b, axis: 0)[1..<3] * a[0]) + spread^2 + sum(sort(y, axis: 1) @ b) * a[1]
        + median(a)
      output argsort(x * a[0]) as order
      output sort(y @ b - x) as sorted
      output quantile(y @ b, 0.75) as upper
      """
    ),
    (
      "integrals", 9,
      """
      // Functions that libraries lack, near 0 and far out.
      input x: [n]
      param a = 1
      let near = x*a
      let far = 9 + 11*x*a
      let waves = sinc(near) + sinc(far) + sinc(-far) + sinh(near)/near + sinh(far)/far*1e-4
      let falls = exprel(near) + exprel(-far) + exprel(far)*1e-5 + log1p(near)/near + log1p(far)/far
      let errors = erfcx(near) + erfcx(far) + erfcx(-near)
      let gammas = trigamma(near + 0.1) + lbeta(near + 1, far) + lbeta(far, 2*far) + beta(near + 1, 3)
      minimize sum(waves + falls + errors + gammas + lchoose(3*far, far) + log1mexp(-far))
      """
    ),
    (
      "matrices", 4,
      """
      // Functions of matrices, of one and of many.
      input x: [n, 3, 3]
      input v: [n, 3]
      param A: [3, 3] = 0
      param B: [3, 2] = 0
      let S = A @ A' + 2*eye(3)
      let L = cholesky(S)
      minimize sum(inv(S)) + det(A) + logdet(S) + sum(solve(S, B)) + sum(solve_lower(L, B)^2)
        + sum(solve_upper(L', v[0])) + sum(pinv(B)) + sum(det(x @ A + 2*eye(3)))
      output inv(x + 2*eye(3)) as inverses
      output logdet(x + eye(3)) as logs
      output adjugate(A) as minors
      output pinv(B) as pseudo
      output L as factor
      output solve(S, B) as solution
      """
    ),
    ("catalogue", 60, catalogue),
    (
      "names", 3,
      """
      // Names that the emitted code has uses for.
      input row: [n]
      input total: [n]
      param A: [2, 2] = 0
      param part = 0.5
      param sum = 2
      let invert = A + 2*eye(2)
      let eliminate = row * part + total
      let sqrtf = sqrt(eliminate * sum + 3)
      let work = inv(invert)
      let wide = sort(sqrtf)
      minimize mean(wide) + mean(invert @ work) + mean(tanh(total * sum))
      output wide as ordered
      """
    ),
  ]

  /// Whether a model of `texts` is about the functions or the names of C and Swift.
  static func isForLoops(_ name: String) -> Bool {
    ["catalogue", "names"].contains { name == $0 || name == $0 + "_single" }
  }

  /// All that is compared.
  static func allRequests(_ folder: Folder) throws -> [Request] {
    try requests() + secondRequests(folder) + productRequests(folder) + textRequests(folder)
      + singleRequests(folder)
  }

  /// Samples that are tried in single precision.
  static let singles: [(path: String, rows: Int)] = [
    ("rosenbrock.ad", 1), ("linear_regression.ad", 600), ("logistic_regression.ad", 300),
    ("softmax_regression.ad", 150), ("kalman.ad", 100), ("lstm.ad", 40), ("digits.ad", 33),
    ("convolution.ad", 3), ("autoencoder.ad", 9), ("matrix_factorization.ad", 347),
    ("benchmarks/elementwise.ad", 1000), ("benchmarks/mlp.ad", 70),
    ("benchmarks/rosenbrock.ad", 2),
  ]

  /// These and the models of `texts` as they are in single precision.
  static func singleRequests(_ folder: Folder) throws -> [Request] {
    let samples = try singles.map { path, rows in
      let words = path.replacing("/", with: "_").replacing(".ad", with: "")
      let text = try String(contentsOfFile: Folder.package + "/Samples/" + path, encoding: .utf8)
      return (name: words, rows: rows, text: text)
    }
    return try (samples + texts).map { name, rows, text in
      let single = "\(name)_single"
      folder.write(Array(("precision single\n" + text).utf8), to: single + ".ad")
      let model = try EmissionCase(path: folder.path + "/\(single).ad", rows: rows, name: single)
      return Request(path: single + ".ad", task: model.task, model: model)
    }
  }

  /// These models, and what is asked of them.
  static func textRequests(_ folder: Folder) throws -> [Request] {
    try texts.map { name, rows, text in
      folder.write(Array(text.utf8), to: name + ".ad")
      let model = try EmissionCase(path: folder.path + "/\(name).ad", rows: rows, name: name)
      return Request(path: name + ".ad", task: model.task, model: model)
    }
  }
}
