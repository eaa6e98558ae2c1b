// The usual forms of catalogue entries, so that an entry states only what is its own.

extension Operator {
  /// An elementwise operator of one operand.
  static func unary(
    _ name: String, _ summary: String, domain: ClosedRange<Double>, kinks: String = "",
    derivative: @escaping @Sendable (Template) -> Template, kernel: any UnaryKernel.Type,
    precise: (@Sendable (PreciseNumber) -> PreciseNumber)? = nil, call: CallForm? = .operands
  ) -> Operator {
    Operator(
      name, summary, arity: 1...1, shape: Shapes.elementwise, domain: [domain], kinks: kinks,
      derivative: .partials { [derivative($0[0])] }, execution: .elementwise(.unary(kernel)),
      precise: one(precise), call: call)
  }

  /// An elementwise operator whose derivative is zero wherever there is one.
  static func flat(
    _ name: String, _ summary: String, kinks: String, kernel: any UnaryKernel.Type,
    precise: (@Sendable (PreciseNumber) -> PreciseNumber)? = nil
  ) -> Operator {
    Operator(
      name, summary, arity: 1...1, shape: Shapes.elementwise, domain: [0.1...0.4], kinks: kinks,
      derivative: .zero, execution: .elementwise(.unary(kernel)), precise: one(precise),
      call: .operands)
  }

  /// An elementwise operator of two operands.
  static func binary(
    _ name: String, _ summary: String, domain: [ClosedRange<Double>], kinks: String = "",
    partials: @escaping @Sendable (Template, Template) -> [Template],
    kernel: any BinaryKernel.Type,
    precise: (@Sendable (PreciseNumber, PreciseNumber) -> PreciseNumber)? = nil,
    call: CallForm? = .operands
  ) -> Operator {
    Operator(
      name, summary, arity: 2...2, shape: Shapes.elementwise, domain: domain, kinks: kinks,
      derivative: .partials { partials($0[0], $0[1]) }, execution: .elementwise(.binary(kernel)),
      precise: two(precise), call: call)
  }

  /// A comparison or a logical operator: 0 or 1, with a derivative of zero.
  static func logical(
    _ name: String, _ summary: String, kernel: any BinaryKernel.Type,
    precise: (@Sendable (PreciseNumber, PreciseNumber) -> PreciseNumber)? = nil
  ) -> Operator {
    Operator(
      name, summary, arity: 2...2, shape: Shapes.elementwise, domain: [-2...0, 1...2],
      kinks: "a step where it changes; derivative 0", derivative: .zero,
      execution: .elementwise(.binary(kernel)), precise: two(precise))
  }

  /// An operator that is a short way to write others, and is replaced by them at once.
  static func abbreviation(
    _ name: String, _ summary: String, arity: ClosedRange<Int> = 1...1, shape: @escaping ShapeRule,
    domain: [ClosedRange<Double>] = [-2...2], call: CallForm?,
    definition: @escaping @Sendable (inout ExpressionGraph, NodeID) -> NodeID
  ) -> Operator {
    Operator(
      name, summary, arity: arity, shape: shape, domain: domain, derivative: .byDefinition,
      execution: .byDefinition, definition: definition, call: call)
  }

  /// The same where the others are written as a template of the operands.
  static func abbreviation(
    _ name: String, _ summary: String, arity: ClosedRange<Int> = 1...1, shape: @escaping ShapeRule,
    domain: [ClosedRange<Double>] = [-2...2], call: CallForm?,
    template: @escaping @Sendable ([Template]) -> Template
  ) -> Operator {
    .abbreviation(
      name, summary, arity: arity, shape: shape, domain: domain, call: call,
      definition: { graph, node in
        graph.insert(template(graph.operands(node).indices.map { .argument($0) }), for: node)
      })
  }

  private static func one(
    _ function: (@Sendable (PreciseNumber) -> PreciseNumber)?
  ) -> PreciseFunction? {
    function.map { function in { @Sendable operands in function(operands[0]) } }
  }

  private static func two(
    _ function: (@Sendable (PreciseNumber, PreciseNumber) -> PreciseNumber)?
  ) -> PreciseFunction? {
    function.map { function in { @Sendable operands in function(operands[0], operands[1]) } }
  }
}
