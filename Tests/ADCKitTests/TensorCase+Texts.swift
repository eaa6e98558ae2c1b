extension TensorCase {
  /// The statements behind the declarations of a case's inputs, the loss last, without its
  /// `minimize`; nil for a case that is not known here.
  var lines: [String]? { Self.texts[id]?.split(separator: "\n").map(String.init) }

  private static let texts = [
    "linreg-mse": "mean((X @ w + b - y)^2)",
    "linreg-matrix": "mean(sum((X @ W + b - Y)^2, axis: 1))",
    "logistic-regression": """
    let z = X @ w + b
    mean(log(1 + exp(z)) - y*z)
    """,
    "mlp-tanh-softmax-ce": """
    let h = tanh(X @ W1 + b1)
    let z = h @ W2 + b2
    mean(logsumexp(z, axis: 1) - sum(Y*z, axis: 1))
    """,
    "ridge": "sum((X @ w - y)^2) + lam*sum(w^2)",
    "svm-hinge": "mean(max(0, 1 - y*(X @ w + b))) + 0.01*sum(w^2)",
    "kmeans": "sum(min(sum((X[:, new] - C[new])^2, axis: 2), axis: 1))",
    "matrix-factorisation": "sum(M*(U @ V' - A)^2) + 0.1*(sum(U^2) + sum(V^2))",
    "quadratic-form": "x @ A @ x",
    "logdet": "log(det(A @ A' + eye(3)))",
    "inverse-form": "b @ inv(A) @ b",
    "trace-aba": "trace(A @ B @ A')",
    "norms": "sqrt(sum(x^2)) + norm(A) + sum(x^4)^0.25",
    "softmax-dot": """
    let p = exp(z)/sum(exp(z))
    sum(p*c)
    """,
    "logsumexp-large": "sum(logsumexp(Z, axis: 1))",
    "layer-norm": """
    let m = mean(X, axis: 1, keep: true)
    let v = mean((X - m)^2, axis: 1, keep: true)
    sum(T*((X - m)/sqrt(v + 1e-5)*g + b))
    """,
    "attention": """
    let S = Q @ K'/sqrt(3)
    let P = softmax(S, axis: 1)
    sum(T*(P @ V))
    """,
    "conv2d-valid": """
    let Y = conv2d(reshape(X, [1, 5, 5]), reshape(K, [1, 1, 3, 3]))[0] + c
    sum(T*tanh(Y))
    """,
    "lstm-cell": """
    let z = x @ Wx + h @ Wh + b
    let forget = sigmoid(z[0..<3])
    let keep = sigmoid(z[3..<6])
    let show = sigmoid(z[6..<9])
    let candidate = tanh(z[9..<12])
    let c2 = forget*c + keep*candidate
    let h2 = show*tanh(c2)
    sum(T*h2) + sum(c2^2)
    """,
    "gmm-loglikelihood": """
    let d = X[:, new] - means[new]
    let q0 = exp(icf[:, 0])*d[:, :, 0]
    let q1 = icf[:, 2]*d[:, :, 0] + exp(icf[:, 1])*d[:, :, 1]
    let t = alphas + sum(icf[:, 0..<2], axis: 1) - 0.5*(q0^2 + q1^2)
    sum(logsumexp(t, axis: 1)) - 5*log(2*pi) - 5*logsumexp(alphas)
    """,
    "bundle-adjustment": """
    let v = cam[0..<3]
    let t = norm(v)
    let k = v/t
    let p = X - cam[3..<6]
    let k_p = stack(k[1]*p[2] - k[2]*p[1], k[2]*p[0] - k[0]*p[2], k[0]*p[1] - k[1]*p[0])
    let q = p*cos(t) + k_p*sin(t) + k*sum(k*p)*(1 - cos(t))
    let s = q[0..<2]/q[2]
    let r2 = sum(s^2)
    let projected = s*(1 + cam[9]*r2 + cam[10]*r2^2)*cam[6] + cam[7..<9]
    sum((w*(projected - feat))^2) + (1 - w^2)^2
    """,
  ]
}
