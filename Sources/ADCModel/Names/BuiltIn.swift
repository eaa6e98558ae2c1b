import ADCCalculus
import ADCSyntax

/// A name that every model knows, as people are told of it.
package struct BuiltIn: Hashable, Sendable {
  /// What a name is.
  package enum Kind: Sendable {
    case function, value, distribution, optimizer, setting, statement, word
  }

  /// As it is written in a model.
  package var name: String
  /// What it is.
  package var kind: Kind
  /// How it is written: a call with its arguments, or the name alone.
  package var signature: String
  /// What it is, in one line.
  package var summary: String

  /// Calls that the elaborator itself understands.
  static let calls: [BuiltIn] = [
    (
      "diff", "diff(f, x)",
      "The derivative of `f` by `x`, element by element; `diff(f, x, x)` is the second."
    ),
    ("grad", "grad(f, w)", "The gradient of the number `f`, in the shape of `w`."),
    (
      "jacobian", "jacobian(r, w)",
      "All first derivatives: the dimensions of `r`, then those of `w`."
    ),
    (
      "hessian", "hessian(f, w)",
      "All second derivatives of the number `f`: the dimensions of `w` twice."
    ),
    ("jvp", "jvp(f, w, v)", "The derivative of `f` along `v`; the Jacobian is not built."),
    (
      "vjp", "vjp(r, w, u)",
      "The gradient of the product of `u` and `r`; the Jacobian is not built."
    ),
    ("hvp", "hvp(f, w, v)", "The Hessian of `f` times `v`; the Hessian is not built."),
    ("pow", "pow(a, b)", "`a^b`."),
    (
      "root", "root(F, y, from: y0)",
      "The `y` near `y0` that makes `F` 0; differentiated as an implicit function."
    ),
    (
      "ndim", "ndim(x)", "The number of dimensions of `x`."
    ),
    (
      "size", "size(x, axis: 0)", "The number of elements of `x`, or of its size along an axis."
    ),
    (
      "scan", "scan(t in 0..<T, h = h0: body)",
      "All states of a loop, each made from the one before, stacked."
    ),
  ].map { BuiltIn(name: $0.0, kind: .function, signature: $0.1, summary: $0.2) }

  /// The functions of the catalogue, one for each spelling, and the elaborator's own calls, by
  /// name.
  package static let functions: [BuiltIn] = {
    var found: [String: BuiltIn] = [:]
    for op in Catalogue.operators {
      guard let signature = op.signature, found[op.spelling] == nil else { continue }
      found[op.spelling] = BuiltIn(
        name: op.spelling, kind: .function, signature: signature, summary: op.summary)
    }
    for call in calls + preludeFunctions { found[call.name] = call }
    return found.values.sorted { $0.name < $1.name }
  }()

  /// The functions of the prelude.
  static let preludeFunctions: [BuiltIn] = Prelude.statements(
    of: Prelude.functionTexts
  ).compactMap { statement in
    guard case .function(let name, let arguments, body: _) = statement.form else { return nil }
    return BuiltIn(
      name: name.text, kind: .function, signature: signature(name, arguments),
      summary: statement.description ?? "")
  }

  private static func signature(_ name: Name, _ arguments: [FormalParameter]) -> String {
    let formals = arguments.map { formal in
      formal.name.text + (formal.defaultValue.map { ": " + TreePrinter.print($0) } ?? "")
    }
    return "\(name.text)(\(formals.joined(separator: ", ")))"
  }

  /// The names of numbers.
  package static let values: [BuiltIn] = Known.values.sorted { $0.key < $1.key }.map {
    BuiltIn(name: $0.key, kind: .value, signature: $0.key, summary: "The number \($0.value).")
  }

  /// What draws the first values of parameters.
  package static let distributions: [BuiltIn] = Distribution.Kind.allCases.map { kind in
    let arguments = Elaborator.arguments(of: kind).map(\.name).joined(separator: ", ")
    return BuiltIn(
      name: kind.rawValue, kind: .distribution, signature: "\(kind.rawValue)(\(arguments))",
      summary: "A distribution of first values: `param w: [3] ~ \(kind.rawValue)()`.")
  }

  /// The optimizers of the prelude.
  package static let optimizers: [BuiltIn] = Prelude.statements(
    of: Prelude.optimizerTexts
  ).compactMap { statement in
    guard case .optimizer(let name, let arguments, body: _) = statement.form else { return nil }
    return BuiltIn(
      name: name.text, kind: .optimizer, signature: signature(name, arguments),
      summary: statement.description ?? "")
  }
}
