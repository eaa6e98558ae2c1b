import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// `diff(f, x, …)`: by one name after the other.
  mutating func diff(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (value, names) = try parts(of: "diff", arguments, atMost: Int.max, at: range)
    var result = try elaborate(value)
    for name in names {
      let symbol = try variable(name, of: "diff")
      result = try differentiated(at: range) { (graph) throws(DifferentiationError) in
        try graph.derivative(of: result, by: symbol)
      }
    }
    return result
  }

  /// `grad(f, w)`: of `w`'s shape.
  mutating func grad(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let (value, names) = try parts(of: "grad", arguments, atMost: 2, at: range)
    let node = try elaborate(value)
    let symbol = try variable(names[0], of: "grad")
    guard graph.shape(node).isScalar else {
      throw report(
        "AD0303", "`grad` differentiates a number, and this has the shape \(graph.shape(node))",
        at: value.range, fix: "write `sum(…)` around it")
    }
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.gradient(of: node, by: [symbol])[0]
    }
  }

  private mutating func parts(
    of callee: String, _ arguments: [Argument], atMost limit: Int, at range: SourceRange
  ) throws(Reported) -> (Expression, [Expression]) {
    if let label = arguments.lazy.compactMap(\.label).first {
      throw report(
        "AD0403", "`\(callee)` has no argument \(quote(name: label.text))", at: label.range)
    }
    try checkCount(of: callee, 2...limit, arguments.count, at: range)
    return (arguments[0].value, arguments.dropFirst().map(\.value))
  }

  private mutating func differentiated(
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

  /// The symbol that one differentiates by.
  private mutating func variable(
    _ expression: Expression, of callee: String
  ) throws(Reported) -> NodeID {
    guard case .name(let name) = expression.form else {
      throw report(
        "AD0405", "`\(callee)` differentiates by a name, and this is an expression",
        at: expression.range)
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
    case .constant, .binding, .function, .optimizer, .dimension, .state, .index, .environment: break
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
