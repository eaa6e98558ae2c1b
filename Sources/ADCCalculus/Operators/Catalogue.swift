/// All operators, family by family.
package enum Catalogue {
  package static let operators: [Operator] = Array(
    [
      leaves, arithmetic, exponential, trigonometric, hyperbolic, piecewise, parts,
      compositions.map { $0.within(4) }, reductions, arrays, matrixProducts, linearAlgebra,
      matrixBuilding, rearranging, ordering, convolutions, convolutionFamilies, norms, activations,
      networkComposites, densities, recurrences, functions, equations, derivativeArrays,
    ].joined())

  /// How each operator is executed, in the order of `operators`.
  static let executions = operators.map(\.execution)

  /// How each operator is differentiated, in the order of `operators`.
  static let derivatives = operators.map(\.derivative)

  /// Whether each operator is at once replaced by its definition, in the order of `operators`.
  static let isAbbreviation = operators.map { entry in
    if case .byDefinition = entry.derivative { true } else { false }
  }

  /// Whether each operator works element by element, in the order of `operators`.
  package static let isElementwise = executions.map { execution in
    if case .elementwise = execution { true } else { false }
  }

  /// What is composed of several kernels, or summed by series.
  private static let compositions =
    special + distributions + stableComposites + reciprocals + remainders + quotients

  private static let places: [String: Int] = Dictionary(
    uniqueKeysWithValues: operators.enumerated().map { ($1.name, $0) })

  /// The operator of a name, which is unique; nil for a name that no operator has.
  package static func id(named name: String) -> OperatorID? {
    places[name].map(OperatorID.init)
  }

  /// The operators that a called word can mean (`max`: elementwise and over an axis), in their order.
  package static let called: [String: [OperatorID]] = {
    var result: [String: [OperatorID]] = [:]
    for (place, entry) in operators.enumerated() where entry.call != nil {
      result[entry.spelling, default: []].append(OperatorID(place))
    }
    return result
  }()

  /// The operators that a call with this word can mean; none for a word that calls nothing.
  package static func ids(spelled word: String) -> [OperatorID] { called[word] ?? [] }

  /// An operator that the code itself names; a wrong name is a mistake in adc.
  static func required(_ name: String) -> OperatorID {
    guard let id = id(named: name) else { preconditionFailure("no operator is named \(name)") }
    return id
  }
}
