import ADCCalculus
package import ADCSyntax

/// A solver that searches: it decides its steps by looking at the objective, where an optimizer only
/// updates.
package struct SolverUse: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Chosen by the problem's shape, with further starts.
    case auto
    case levenbergMarquardt = "levenberg_marquardt"
    case gaussNewton = "gauss_newton"
    case newton
    case newtonCG = "newton_cg"
    case bfgs
    case lbfgs
    case conjugateGradient = "conjugate_gradient"
    case nelderMead = "nelder_mead"

    /// The arguments, with their defaults.
    var arguments: [(name: String, value: Double)] {
      switch self {
      case .auto: [("starts", 100), ("tolerance", 1e-15)]
      case .levenbergMarquardt: [("tolerance", 1e-15), ("radius", 100)]
      case .gaussNewton, .newton, .newtonCG, .bfgs, .conjugateGradient: [("tolerance", 1e-15)]
      case .lbfgs: [("memory", 10), ("tolerance", 1e-15)]
      case .nelderMead: [("tolerance", 1e-12)]
      }
    }

    /// Whether it works on residuals rather than on their sum of squares.
    package var needsResiduals: Bool { self == .levenbergMarquardt || self == .gaussNewton }
  }

  package var kind: Kind
  /// All arguments by name, defaults filled in.
  package var arguments: [String: Double]
  /// Whether the model says so; false where it is the default for a model of its kind.
  package var isWritten: Bool
  package var range: SourceRange

  /// A solver with its defaults.
  init(_ kind: Kind, isWritten: Bool, range: SourceRange) {
    self.kind = kind
    self.isWritten = isWritten
    self.range = range
    arguments = Dictionary(uniqueKeysWithValues: kind.arguments.map { ($0.name, $0.value) })
  }
}

extension Elaborator {
  /// What follows `optimizer`, where it is a solver; nil where it is an optimizer or unknown.
  mutating func solverUse(_ expression: Expression) throws(Reported) -> SolverUse? {
    let (name, given): (String, [Argument])
    switch expression.form {
    case .call(let called, let arguments): (name, given) = (called.text, arguments)
    case .name(let text): (name, given) = (text, [])
    default: return nil
    }
    // An optimizer of the model hides a solver of its name.
    guard !optimizers.contains(where: { $0.name.text == name }),
      let kind = SolverUse.Kind(rawValue: name)
    else { return nil }
    let formals = kind.arguments.map { argument in
      FormalParameter(
        name: Name(argument.name, expression.range),
        defaultValue: Expression(.number(argument.value), expression.range))
    }
    var use = SolverUse(kind, isWritten: true, range: expression.range)
    for (formal, value) in zip(formals, try bind(name, formals, given, at: expression.range)) {
      guard case .written(let written) = value else { continue }
      let number = try constantScalar(written, for: "`\(formal.name.text)`")
      let isCount = ["starts", "memory"].contains(formal.name.text)
      guard number.isFinite, isCount ? Self.wholeNumber(number) != nil && number >= 0 : number > 0,
        formal.name.text != "memory" || number >= 1
      else {
        throw report(
          "AD0508",
          isCount
            ? "`\(formal.name.text)` is a whole number, and it is \(Self.text(number))"
            : "`\(formal.name.text)` must be greater than 0 and finite, and it is "
              + Self.text(number), at: written.range)
      }
      use.arguments[formal.name.text] = number
    }
    return use
  }
}
