/// What other libraries and languages call what has another name, or another form, here.
package enum ForeignNames {
  /// Functions and numbers by their other names.
  package static let synonyms = [
    "ln": "log", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "sgn": "sign", "fabs": "abs",
    "logistic": "sigmoid", "expit": "sigmoid", "average": "mean", "product": "prod",
    "maximum": "max", "minimum": "min", "concatenate": "concat", "gammaln": "lgamma",
    "loggamma": "lgamma", "tg": "tan", "heaviside": "step", "gradient": "grad",
    "derivative": "diff", "inverse": "inv", "slogdet": "logdet", "clip": "clamp",
    "swish": "silu", "maxpool": "max_pool", "identity": "eye", "π": "pi", "infinity": "inf",
    "ctg": "cot", "cotan": "cot", "cosec": "csc", "arctg": "atan", "arcctg": "acot", "lg": "log10",
    "sh": "sinh", "ch": "cosh", "th": "tanh", "fmod": "rem", "modulo": "mod", "remainder": "rem",
    "len": "size", "length": "size", "numel": "size", "tgamma": "gamma",
    "cross_entropy": "softmax_cross_entropy", "crossentropy": "softmax_cross_entropy",
    "binary_cross_entropy": "sigmoid_cross_entropy", "bce": "sigmoid_cross_entropy",
  ]

  /// Numbers by names that are variables where nothing else is said.
  package static let constants = [
    "π": "pi", "Pi": "pi", "PI": "pi", "E": "e", "Inf": "inf", "Infinity": "inf", "∞": "inf",
    "True": "true", "False": "false",
  ]

  /// What has no function, because syntax says it.
  package static let phrases: [String: String] = {
    var found = [
      "transpose": "write `x'`", "matmul": "write `a @ b`",
      "normal": "`normal` starts a parameter, `param a ~ normal(0, 1)`; data are fitted with "
        + "`fit y ~ model with sigma: s`",
    ]
    for word in ["simplify", "expand", "factor", "collect", "fullsimplify", "trigsimp"] {
      found[word] = "expressions are simplified as they are printed"
    }
    for word in ["integrate", "integral", "int", "quad", "antiderivative"] {
      found[word] = "there are derivatives, and no integrals"
    }
    for word in ["limit", "taylor", "series"] {
      found[word] = "there are derivatives, and neither limits nor series"
    }
    for word in ["fsolve", "nsolve", "roots", "find_root", "findroot"] {
      found[word] = "write `root(x^2 - 2, x, from: 1)` for a solution of x^2 - 2 = 0"
    }
    for word in ["where", "piecewise", "cases", "ifelse", "iif", "cond"] {
      found[word] = "write `(if c then a else b)`"
    }
    for word in ["range", "arange"] { found[word] = "write `[i in 0..<n: i]`" }
    for word in ["map", "vmap"] { found[word] = "write `[i in 0..<n: …]`" }
    for word in ["svd", "eig", "eigh", "eigvals", "eigvalsh", "eigenvalues", "qr", "lu", "schur"] {
      found[word] = "of a matrix there are `inv`, `solve`, `det`, `logdet` and `cholesky`"
    }
    for word in ["floordiv", "floor_divide"] { found[word] = "write `floor(a / b)`" }
    return found
  }()

  /// What to write for a call with more values than a function takes.
  static let longCalls = ["log": "write `log(x) / log(b)` for another base, or `log2` and `log10`"]

  /// Settings of `train { }` by their other names.
  static let settings = [
    "validation": "validate", "holdout": "validate", "val": "validate", "batch_size": "batch",
    "iterations": "steps", "max_iter": "steps", "normalize": "standardize", "random_state": "seed",
    "cross_validate": "folds", "cv": "folds",
  ]

  /// Settings that are said in another way.
  static let settingPhrases: [String: String] = {
    var found = [
      "precision": "a statement of its own: write `precision single` above `train { }`"
    ]
    for word in ["rate", "lr", "learning_rate"] {
      found[word] = "write `optimizer adam(rate: 0.01)`"
    }
    for word in ["patience", "early_stopping", "early_stop"] {
      found[word] = "write `stop after 10 epochs without improvement`"
    }
    return found
  }()

  /// Arguments of optimizers and functions by their other names.
  static let labels = [
    "lr": "rate", "learning_rate": "rate", "eta": "rate", "step_size": "rate", "alpha": "rate",
    "eps": "epsilon", "l2": "weight_decay", "wd": "weight_decay", "dim": "axis", "keepdims": "keep",
    "keepdim": "keep", "correction": "ddof", "strides": "stride", "kernel_size": "size",
  ]

  /// How true and false are written elsewhere.
  static let truths = [
    "yes": "true", "on": "true", "True": "true", "no": "false", "off": "false", "False": "false",
    "none": "false", "None": "false",
  ]
}
