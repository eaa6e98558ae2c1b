import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// `diff(f, x, …)`: by one name after the other.
  mutating func diff(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (value, names) = try parts(of: "diff", arguments, 2...Int.max, at: range)
    var result = try elaborate(value)
    for (place, name) in names.enumerated() {
      if case .number(let times) = name.form, place > 0, times > 0,
        case .name(let earlier) = names[place - 1].form
      {
        throw report(
          "AD0405", "`diff` differentiates by names, and this is a number", at: name.range,
          fix: repetition(of: earlier, times))
      }
      let symbol = try variable(name, of: "diff")
      result = try differentiated(at: range) { (graph) throws(DifferentiationError) in
        try graph.derivative(of: result, by: symbol)
      }
    }
    return result
  }

  /// What to write for `diff(f, x, 3)`.
  private func repetition(of name: String, _ times: Double) -> String {
    if times == 1 { return "take it away" }
    guard times <= 5, times == times.rounded() else { return "write the name once for each time" }
    let names = [String](repeating: name, count: Int(times)).joined(separator: ", ")
    return "write `diff(…, \(names))`"
  }

  /// `grad(f, w)`: of `w`'s shape.
  mutating func grad(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (node, symbol) = try number("grad", arguments, at: range)
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.gradient(of: node, by: [symbol])[0]
    }
  }

  /// `jvp(f, w, v)`: how `f` changes when `w` moves along `v`; of `f`'s shape.
  mutating func jvp(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (value, symbol, direction) = try product("jvp", arguments, at: range)
    let given = try like(symbol, direction, "the direction of `jvp`", "what it differentiates by")
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.jvp(of: [value], along: [symbol: given])[0]
    }
  }

  /// `vjp(r, w, u)`: what `w` receives when `r`'s adjoint is `u`; of `w`'s shape.
  mutating func vjp(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (value, symbol, seed) = try product("vjp", arguments, at: range)
    let given = try like(value, seed, "the adjoint given to `vjp`", "what is differentiated")
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.vjp(of: value, seed: given, by: [symbol])[0]
    }
  }

  /// `hvp(f, w, v)`: how the gradient of `f` changes when `w` moves along `v`; of `w`'s shape.
  mutating func hvp(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (value, symbol, direction) = try product("hvp", arguments, at: range)
    try checkScalar(value, of: "hvp", at: arguments[0].value.range)
    let given = try like(symbol, direction, "the direction of `hvp`", "what it differentiates by")
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.hvp(of: value, by: symbol, along: given)
    }
  }

  /// `jacobian(r, w)`: of `r`'s dimensions, then `w`'s.
  mutating func jacobian(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID
  {
    let (value, names) = try parts(of: "jacobian", arguments, 2...2, at: range)
    let node = try elaborate(value)
    let symbol = try variable(names[0], of: "jacobian")
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.jacobian(of: node, by: symbol)
    }
  }

  /// `hessian(f, w)`: of `w`'s dimensions twice.
  mutating func hessian(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (node, symbol) = try number("hessian", arguments, at: range)
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.hessian(of: node, by: symbol)
    }
  }

  /// The number that is differentiated, and the symbol that it is differentiated by.
  private mutating func number(
    _ word: String, _ arguments: [Argument], at range: SourceRange
  ) throws(Reported) -> (node: NodeID, symbol: NodeID) {
    let (value, names) = try parts(of: word, arguments, 2...2, at: range)
    let node = try elaborate(value)
    let symbol = try variable(names[0], of: word)
    try checkScalar(node, of: word, at: value.range)
    return (node, symbol)
  }

  /// The value, the symbol and the vector of a product with a derivative.
  private mutating func product(
    _ callee: String, _ arguments: [Argument], at range: SourceRange
  ) throws(Reported) -> (value: NodeID, symbol: NodeID, vector: Expression) {
    let (value, others) = try parts(of: callee, arguments, 3...3, at: range)
    let node = try elaborate(value)
    return (node, try variable(others[0], of: callee), others[1])
  }

  /// An expression of the shape of a node; a number is repeated.
  private mutating func like(
    _ node: NodeID, _ expression: Expression, _ what: String, _ whose: String
  ) throws(Reported) -> NodeID {
    let given = try elaborate(expression)
    let (wanted, found) = (graph.shape(node), graph.shape(given))
    if found == wanted { return given }
    guard found.isScalar else {
      throw report(
        "AD0303", "\(what) must have the shape \(wanted) of \(whose), and it has \(found)",
        at: expression.range)
    }
    return try apply(Known.broadcast, [given], .shape(wanted), at: expression.range)
  }

  private mutating func checkScalar(
    _ node: NodeID, of callee: String, at range: SourceRange
  ) throws(Reported) {
    guard graph.shape(node).isScalar else {
      throw report(
        "AD0303",
        "`\(callee)` differentiates a number, and this has the shape "
          + "\(graph.shape(node))", at: range, fix: "write `sum(…)` around it")
    }
  }

  private mutating func parts(
    of callee: String, _ arguments: [Argument], _ count: ClosedRange<Int>, at range: SourceRange
  ) throws(Reported) -> (Expression, [Expression]) {
    if let label = arguments.lazy.compactMap(\.label).first {
      throw report(
        "AD0403", "`\(callee)` has no argument \(quote(name: label.text))", at: label.range)
    }
    let isWithoutName = arguments.count == 1 && count.contains(2)
    try checkCount(
      of: callee, count, arguments.count, at: range,
      fix: isWithoutName ? "write `\(callee)(…, x)` to differentiate by `x`" : nil)
    return (arguments[0].value, arguments.dropFirst().map(\.value))
  }

  mutating func differentiated(
    at range: SourceRange,
    _ body: (inout ExpressionGraph) throws(DifferentiationError) -> NodeID
  ) throws(Reported) -> NodeID {
    do throws(DifferentiationError) {
      let node = try body(&graph)
      record(range)
      return node
    } catch {
      record(range)
      var notes: [Diagnostic.Note] = []
      if substituteRange == nil, error.node.slot < spans.count {
        notes.append(Diagnostic.Note("here", at: spans[error.node.slot]))
      }
      throw report("AD0406", error.message, at: range, notes: notes)
    }
  }

  /// What to write for `grad(f, [x, y])`.
  private static func byEach(_ expression: Expression, _ callee: String) -> String? {
    guard case .array(let entries) = expression.form, !entries.isEmpty, entries.count <= 5 else {
      return nil
    }
    var calls: [String] = []
    for entry in entries {
      guard case .name(let name) = entry.form else { return nil }
      calls.append("\(callee)(…, \(name))")
    }
    return "write `[\(calls.joined(separator: ", "))]`; at the prompt `:grad …` gives all"
  }

  /// The symbol that one differentiates by.
  private mutating func variable(
    _ expression: Expression, of callee: String
  ) throws(Reported) -> NodeID {
    guard case .name(let name) = expression.form else {
      throw report(
        "AD0405", "`\(callee)` differentiates by a name, and this is an expression",
        at: expression.range, fix: Self.byEach(expression, callee))
    }
    let node = try value(of: name, at: expression.range)
    guard let binding = binding(name) else {
      throw report(
        "AD0405", "\(quote(name: name)) is a fixed number; one cannot differentiate by it",
        at: expression.range)
    }
    switch binding.kind {
    case .input, .parameter, .argument, .variable:
      if graph.symbol(node) != nil { return node }
    case .constant, .binding, .function, .dimension, .state, .index, .environment: break
    }
    throw report(
      "AD0405",
      "\(quote(name: name)) is \(binding.kind.rawValue); one differentiates by an input, a "
        + "parameter or an argument of the surrounding `fn`", at: expression.range,
      notes: [Diagnostic.Note("it is defined here", at: binding.range)],
      fix: binding.kind == .binding
        ? "make it the argument of a function: `fn f(\(name)) = …`" : nil)
  }
}
