import ADCCalculus
package import ADCSyntax

/// A solver that searches: it decides its steps by looking at the objective, where an optimizer
/// only updates.
package struct SolverUse: Hashable, Sendable {
  /// The solvers of the language; the raw value is their name in it.
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

    /// The length of the first step of `levenberg_marquardt`, as a share of the start's.
    package static let radius = 100.0
    /// The steps that `lbfgs` learns from.
    package static let memory = 10

    /// The arguments, with their defaults.
    var arguments: [(name: String, value: Double)] {
      switch self {
      case .auto: [("starts", 100), ("tolerance", 1e-15)]
      case .levenbergMarquardt: [("tolerance", 1e-15), ("radius", Self.radius)]
      case .gaussNewton, .newton, .newtonCG, .bfgs, .conjugateGradient: [("tolerance", 1e-15)]
      case .lbfgs: [("memory", Double(Self.memory)), ("tolerance", 1e-15)]
      case .nelderMead: [("tolerance", 1e-12)]
      }
    }

    /// The least number that an argument may be which counts something.
    private static let leastCounts = ["starts": 0.0, "memory": 1.0]

    /// Whether an argument counts something.
    static func isCount(_ argument: String) -> Bool { leastCounts[argument] != nil }

    /// Whether it has an argument that may have a value.
    package func takes(_ argument: String, _ value: Double) -> Bool {
      guard arguments.contains(where: { $0.name == argument }), value.isFinite else { return false }
      guard let least = Self.leastCounts[argument] else { return value > 0 }
      return Elaborator.wholeNumber(value) != nil && value >= least
    }

    /// Whether it works on residuals rather than on their sum of squares.
    package var needsResiduals: Bool { self == .levenbergMarquardt || self == .gaussNewton }
  }

  /// The method.
  package var kind: Kind
  /// All arguments by name, defaults filled in.
  package var arguments: [String: Double]
  /// Whether the model says so; false where it is the default for a model of its kind.
  package var isWritten: Bool
  /// The place where the model names it, or of what it is the default for.
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
      guard kind.takes(formal.name.text, number) else {
        throw report(
          "AD0508",
          SolverUse.Kind.isCount(formal.name.text)
            ? "`\(formal.name.text)` is a whole number, and it is \(Self.text(number))"
            : "`\(formal.name.text)` must be greater than 0 and finite, and it is "
              + Self.text(number), at: written.range)
      }
      use.arguments[formal.name.text] = number
    }
    return use
  }
}
