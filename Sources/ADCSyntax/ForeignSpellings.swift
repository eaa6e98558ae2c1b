/// What other languages and notations write, and what to write instead.
package enum ForeignSpellings {
  /// Signs of other languages, the token that each stands for, and the help.
  static let signs: [(text: [UInt8], kind: Token.Kind, fix: String)] = [
    (Array("**".utf8), .caret, "write `^` for a power"),
    (Array("&&".utf8), .andWord, "write `and`"),
    (Array("||".utf8), .orWord, "write `or`"),
    (Array("<>".utf8), .notEqual, "write `!=`"),
    (Array(".*".utf8), .times, "write `*`, which goes element by element"),
    (Array("./".utf8), .divide, "write `/`, which goes element by element"),
    (Array(".^".utf8), .caret, "write `^`, which goes element by element"),
  ]

  /// Characters that stand for no single sign.
  static let characters: [Unicode.Scalar: String] = [
    "?": "write `(if … then … else …)`", "&": "write `and`",
    "|": "write `abs(x)` for a magnitude, `or` between conditions",
  ]

  /// What functions are parts of elsewhere.
  static let modules: Set<String> = [
    "np", "numpy", "jnp", "jax", "math", "Math", "cmath", "torch", "tf", "keras", "nn", "F",
    "scipy", "special", "sp", "sympy", "mx", "xp", "Foundation",
  ]

  /// Functions that are methods elsewhere; all are functions of one value here.
  package static let methods: Set<String> = [
    "sum", "mean", "prod", "max", "min", "std", "var", "abs", "exp", "log", "sqrt", "square", "sin",
    "cos", "tan", "tanh", "sigmoid", "relu", "round", "floor", "ceil", "trace", "det", "inv",
    "norm",
    "cumsum", "argmax", "argmin", "flatten", "softmax", "median", "size", "ndim",
  ]

  /// Words that begin something elsewhere, wherever they stand.
  static let words: [String: String] = {
    var found: [String: String] = ["return": "take `return` away: a block ends with its value"]
    func add(_ words: [String], _ fix: String) { for word in words { found[word] = fix } }
    add(
      ["lambda", "def", "function", "func", "fun"],
      "a function is a statement of its own: `fn f(x) = …`")
    add(["var", "val"], "a value is named with `let name = …`")
    add(
      ["import", "include", "using", "require"],
      "take the line away: all functions are there without it")
    add(
      ["for", "while", "foreach"],
      "loops are `sum(i in 0..<n: …)` and its kind, `[i in 0..<n: …]` and `scan(t in 0..<T, …)`")
    return found
  }()

  /// Words that begin a statement elsewhere.
  static let statements: [String: String] = [
    "parameter": "write `param name = 1`", "parameters": "write `param name = 1`",
    "variable": "write `param name = 1`", "constant": "write `const name = 1`",
    "objective": "write `minimize …`", "loss": "write `minimize …`", "cost": "write `minimize …`",
    "constraint": "write `subject to …`", "constrain": "write `subject to …`",
    "print": "write `report …`", "echo": "write `report …`",
  ]
}
