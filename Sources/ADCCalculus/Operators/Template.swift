/// An expression as data, with no graph in sight: the notation of derivative rules.
package indirect enum Template: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// An operand of the operator that the rule belongs to.
  case argument(Int)
  /// The operator's own value, which is computed already.
  case result
  case constant(Double)
  case apply(String, [Template])

  /// A number of a rule.
  package init(floatLiteral value: Double) { self = .constant(value) }
  /// A whole number of a rule.
  package init(integerLiteral value: Int) { self = .constant(Double(value)) }

  /// The sum of both.
  package static func + (left: Template, right: Template) -> Template {
    .apply("add", [left, right])
  }
  /// The sum with the negated right side, as the graph has differences.
  package static func - (left: Template, right: Template) -> Template {
    .apply("add", [left, -right])
  }
  /// The product, element by element.
  package static func * (left: Template, right: Template) -> Template {
    .apply("multiply", [left, right])
  }
  /// The quotient, element by element.
  package static func / (left: Template, right: Template) -> Template {
    .apply("divide", [left, right])
  }
  /// The power; Swift's `^` binds like `+`, so that rules put it in parentheses.
  package static func ^ (left: Template, right: Template) -> Template {
    .apply("power", [left, right])
  }
  /// The value with its sign turned.
  package static prefix func - (value: Template) -> Template {
    .apply("negate", [value])
  }
}

extension ExpressionGraph {
  /// The nodes of a template whose arguments are the operands of `node`.
  ///
  /// Two operands that go together only with a third between them are repeated to the node's shape.
  package mutating func insert(_ template: Template, for node: NodeID) -> NodeID {
    switch template {
    case .argument(let place): return operands(node)[place]
    case .result: return node
    case .constant(let value): return constant(value)
    case .apply(let name, let arguments):
      let operands = arguments.map { insert($0, for: node) }
      let op = Catalogue.required(name)
      guard operands.count > 1, Catalogue.operators[op.index].isElementwise else {
        return insert(op, operands)
      }
      return insertFitting(op, operands, within: shape(node))
    }
  }
}
