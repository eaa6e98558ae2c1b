import ADCCalculus

/// The operators that syntax stands for.
enum Known {
  static let add = named("add")
  static let multiply = named("multiply")
  static let divide = named("divide")
  static let negate = named("negate")
  static let power = named("power")
  static let matmul = named("matmul")
  static let transpose = named("transpose")
  static let reshape = named("reshape")
  static let broadcast = named("broadcast")
  static let functionCall = named("function_call")
  static let slice = named("slice")
  static let gather = named("gather")
  static let stack = named("stack")
  static let select = named("select")
  static let less = named("less")
  static let lessEqual = named("less_equal")
  static let equal = named("equal")
  static let notEqual = named("not_equal")
  static let and = named("and")
  static let or = named("or")
  static let not = named("not")
  static let size = named("size")
  static let sqrt = named("sqrt")
  static let sum = named("sum")
  static let product = named("prod")
  static let greatestOf = named("max_over")
  static let leastOf = named("min_over")
  static let norm = named("norm")
  static let least = named("min")
  static let greatest = named("max")

  /// Names with a value.
  static let values: [String: Double] = [
    "pi": .pi, "e": 2.718281828459045, "inf": .infinity, "true": 1, "false": 0,
  ]

  /// Calls that the elaborator itself understands.
  static let ownCalls = Set(BuiltIn.calls.map(\.name))

  /// Calls whose second argument is a name to differentiate by.
  static let derivativeCalls: Set<String> = [
    "diff", "grad", "jacobian", "hessian", "jvp", "vjp", "hvp",
  ]

  /// Words of the language that are not there yet.
  static let unsupported: Set<String> = ["conv3d"]

  static func isFunction(_ word: String) -> Bool {
    Catalogue.called[word] != nil || ownCalls.contains(word) || unsupported.contains(word)
      || Prelude.hasFunction(named: word)
  }

  private static func named(_ name: String) -> OperatorID {
    guard let id = Catalogue.id(named: name) else {
      preconditionFailure("no operator is named \(name)")
    }
    return id
  }
}
