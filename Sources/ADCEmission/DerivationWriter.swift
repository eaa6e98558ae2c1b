package import ADCCalculus
package import ADCSyntax

/// A derivation as source: every line an expression of the language.
package struct WrittenDerivation: Sendable {
  /// A line of the way.
  package struct Step: Sendable {
    /// Which rule leads from the line before to this one.
    package var reason: Derivation.Reason
    /// The parts that were differentiated or rewritten, and what each gave; empty where it was all.
    package var touched: [(before: Expression, after: Expression)]
    /// The whole expression after the step.
    package var value: Expression
    /// Of a loop what happens in a step.
    package var inner: [WrittenDerivation] = []
  }

  /// The named lines that all others use.
  package var lines: [WrittenLine]
  /// What is differentiated.
  package var start: Expression
  /// From the first rule to the derivative.
  package var steps: [Step]
  /// What is differentiated by.
  package var target: Expression
  /// Of a step of a loop, the names of what its results receive from the steps behind it.
  package var adjoints: [String]
}

/// Writes derivations.
package struct DerivationWriter {
  private var graph: ExpressionGraph
  private let target: NodeID
  private var quotations: [NodeID: Quotation] = [:]
  private var known: [Quotation: NodeID] = [:]

  private init(_ derivation: Derivation) {
    graph = derivation.graph
    target = derivation.target
  }

  /// - Parameters:
  ///   - names: Nodes that are written by a name.
  ///   - taken: Words that no line may be called.
  package static func write(
    _ derivation: Derivation, names: [NodeID: String], taken: Set<String>, limit: Int = 200
  ) -> WrittenDerivation {
    var writer = DerivationWriter(derivation)
    let names = names.merging(derivation.names) { first, _ in first }
    var roots = [derivation.target, writer.state(derivation.start)]
    for step in derivation.steps {
      roots.append(writer.state(step.terms))
      for (before, after) in step.touched {
        roots.append(before.node ?? before.factor)
        roots.append(writer.state(after))
      }
    }
    var text = ExpressionWriter(graph: writer.graph, names: names, taken: taken)
    text.quotations = writer.quotations
    // What is shown twice is not shared for that.
    var places: [NodeID: Int] = [:]
    var single: [NodeID] = []
    for root in roots where places[root] == nil {
      places[root] = single.count
      single.append(root)
    }
    let written = text.write(single, style: .inline(limit: limit))
    var rest = roots.map { written.roots[places[$0] ?? 0] }[...]
    func next() -> Expression { rest.popFirst() ?? Tree.missing }
    let target = next()
    let start = next()
    let steps = derivation.steps.map { step in
      let value = next()
      let touched = step.touched.map { _ in
        let before = next()
        return (before: before, after: next())
      }
      let inner = step.inner.map { write($0, names: names, taken: taken, limit: limit) }
      return WrittenDerivation.Step(
        reason: step.reason, touched: touched, value: value, inner: inner)
    }
    return WrittenDerivation(
      lines: written.lines, start: start, steps: steps, target: target,
      adjoints: derivation.adjoints)
  }

  /// A sum of terms as one node.
  private mutating func state(_ terms: [Derivation.Term]) -> NodeID {
    let parts = terms.map { part($0) }
    if parts.isEmpty { return graph.constant(0) }
    if parts.count == 1 { return parts[0] }
    let isSingle = parts.allSatisfy { graph.shape($0) == graph.shape(parts[0]) }
    return isSingle
      ? graph.insert(.add, parts) : graph.insertFitting(.add, parts, within: widest(parts))
  }

  private func widest(_ parts: [NodeID]) -> Shape {
    parts.map { graph.shape($0) }.max { $0.rank < $1.rank } ?? .scalar
  }

  /// A term as a node: `u*diff(y, x)`, of an array `vjp(y, x, u)`.
  private mutating func part(_ term: Derivation.Term) -> NodeID {
    guard let node = term.node else { return term.factor }
    let shape = graph.shape(target)
    guard graph.shape(node).isScalar else {
      let factor =
        graph.shape(term.factor) == graph.shape(node)
        ? term.factor : graph.insert(.broadcast, [term.factor], .shape(graph.shape(node)))
      return quoted(Quotation(name: "vjp", arguments: [node, target, factor]), shape)
    }
    let name = shape.isScalar ? "diff" : "grad"
    let derivative = quoted(Quotation(name: name, arguments: [node, target]), shape)
    if graph.number(term.factor) == 1 { return derivative }
    return graph.insert(.multiply, [term.factor, derivative])
  }

  private mutating func quoted(_ quotation: Quotation, _ shape: Shape) -> NodeID {
    if let node = known[quotation] { return node }
    let node = graph.symbol(Symbol(name: quotation.name, role: .variable, shape: shape))
    known[quotation] = node
    quotations[node] = quotation
    return node
  }
}
