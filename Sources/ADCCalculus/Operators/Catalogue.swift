/// All operators, family by family.
package enum Catalogue {
  /// All operators; `OperatorID.index` is the place in it. Made once, at the first use.
  package static let operators: [Operator] = {
    let families = [
      leaves, arithmetic, exponential, trigonometric, hyperbolic, piecewise, parts,
    ]
    let others = [
      reductions, arrays, matrixProducts, linearAlgebra, matrixBuilding, rearranging, ordering,
      convolutions, convolutionFamilies, norms, activations, networkComposites, densities,
      recurrences, functions, equations, derivativeArrays,
    ]
    var result: [Operator] = []
    result.reserveCapacity((families + compositions + others).reduce(0) { $0 + $1.count })
    for family in families { result += family }
    let composed = result.count
    for family in compositions { result += family }
    for place in composed..<result.count { result[place].errorBound = 4 }
    for family in others { result += family }
    return result
  }()

  // From where they lie here and by index below: a copy of an operator costs more than what is
  // made.

  /// How each operator is executed, in the order of `operators`.
  package static let executions = operators.withUnsafeBufferPointer { list in
    list.indices.map { list[$0].execution }
  }

  /// How each operator is differentiated, in the order of `operators`.
  static let derivatives = operators.withUnsafeBufferPointer { list in
    list.indices.map { list[$0].derivative }
  }

  /// Whether each operator is at once replaced by its definition, in the order of `operators`.
  static let isAbbreviation = derivatives.map { derivative in
    if case .byDefinition = derivative { true } else { false }
  }

  /// Whether each operator works element by element, in the order of `operators`.
  package static let isElementwise = executions.map { execution in
    if case .elementwise = execution { true } else { false }
  }

  /// What is composed of several kernels, or summed by series.
  private static var compositions: [[Operator]] {
    [special, distributions, stableComposites, reciprocals, remainders, quotients]
  }

  private static let places: [String: Int] = {
    var result: [String: Int] = [:]
    result.reserveCapacity(operators.count)
    for place in operators.indices {
      precondition(result.updateValue(place, forKey: operators[place].name) == nil)
    }
    return result
  }()

  /// The operator of a name, which is unique; nil for a name that no operator has.
  package static func id(named name: String) -> OperatorID? {
    places[name].map(OperatorID.init)
  }

  /// The operators that a called word can mean (`max`: elementwise and over an axis), in their
  /// order.
  package static let called: [String: [OperatorID]] = {
    var result: [String: [OperatorID]] = [:]
    result.reserveCapacity(operators.count)
    for place in operators.indices where operators[place].call != nil {
      result[operators[place].spelling, default: []].append(OperatorID(place))
    }
    return result
  }()

  /// The operators that a call with this word can mean; none for a word that calls nothing.
  package static func ids(spelled word: String) -> [OperatorID] { called[word] ?? [] }

  /// Whether each operator is one of these, in the order of `operators`.
  static func isOne(of names: [String]) -> [Bool] {
    var result = [Bool](repeating: false, count: operators.count)
    for name in names { result[required(name).index] = true }
    return result
  }

  /// What is given for each operator by its name, in the order of `operators`; nil for the others.
  static func table<Value>(_ values: [String: Value]) -> [Value?] {
    var result = [Value?](repeating: nil, count: operators.count)
    for (name, value) in values { result[required(name).index] = value }
    return result
  }

  /// An operator that the code itself names; a wrong name is a mistake in adc.
  static func required(_ name: String) -> OperatorID {
    guard let id = id(named: name) else { preconditionFailure("no operator is named \(name)") }
    return id
  }
}
