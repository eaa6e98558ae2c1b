// Implicit functions: a value that makes a residual 0, found by Newton's method as a recurrence and
// differentiated by the implicit function theorem.

/// An equation R(y, q) = 0 for y, as expressions over symbols of its own.
package struct Equation: Sendable {
  /// The symbol of the unknown.
  package var unknown: NodeID
  /// Symbols for what else of the model the residual depends on, in the order of a node's operands.
  package var arguments: [NodeID]
  /// R(y, q): of the unknown's shape, and 0 where the unknown is the root.
  package var residual: NodeID
  /// R_y: of the unknown's shape where each element depends on its own alone, else the Jacobian.
  package var slope: NodeID
  /// The symbol of what the residual's adjoint is in `parts`.
  package var seed: NodeID
  /// R_q' u for every argument; nil where the residual does not depend on it.
  package var parts: [NodeID?]
  /// Whether `slope` is a Jacobian.
  package var isSystem: Bool
}

/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let root = Catalogue.required("root")
  static let settled = Catalogue.required("settled")
}

extension Catalogue {
  static let equations: [Operator] = [
    Operator(
      "root", "The `y` that makes a residual 0, written `root(F(y), y, from: y0)`.",
      arity: 1...Int.max, shape: { .success($0.operands[0]) }, domain: [],
      derivative: .pullback { pullback in pullback.graph.pullback(ofRoot: pullback) },
      execution: .byDefinition, definition: { graph, node in graph.newtonsMethod(node) }),
    Operator(
      "settled",
      "`x` where the second operand is not 0, else NaN: Newton's method did not converge.",
      arity: 2...2, shape: Shapes.elementwise, domain: [-2...2, 1...2],
      derivative: .partials { _ in [1, 0] }, execution: .elementwise(.binary(Settled.self)),
      precise: { $0[1].isZero ? $0[0].constant(.nan) : $0[0] }, call: .operands
    ).composedOfArrays { x in select(x[1], x[0], .constant(.nan)) },
  ]
}

extension ExpressionGraph {
  /// A node for the unknown that makes a residual of its shape 0, near a first value.
  ///
  /// Differentiates the residual once by the unknown and by what else it depends on.
  package mutating func root(
    of residual: NodeID, _ unknown: NodeID, from start: NodeID
  ) throws(DifferentiationError) -> NodeID {
    let captured = frontier(of: residual, [unknown])
    var replacements: [NodeID: NodeID] = [:]
    for node in captured {
      replacements[node] = symbol(
        Symbol(name: symbol(node)?.name ?? "value", role: .variable, shape: shape(node)))
    }
    let symbols = captured.compactMap { replacements[$0] }
    let closed = substituting(replacements, in: [residual])[0]
    let isSystem = !isElementwise(closed, in: unknown)
    let slope =
      isSystem ? try jacobian(of: closed, by: unknown) : try derivative(of: closed, by: unknown)
    let seed = symbol(Symbol(name: "adjoint", role: .variable, shape: shape(unknown)))
    let parts = try adjoints(of: [(full(closed, shape(unknown)), seed)], by: symbols)
    let simple = Simplifier.simplify(&self, [closed, slope] + parts.compactMap { $0 }).roots
    var rest = simple.dropFirst(2)
    let equation = Equation(
      unknown: unknown, arguments: symbols, residual: simple[0], slope: simple[1], seed: seed,
      parts: parts.map { $0 == nil ? nil : rest.removeFirst() }, isSystem: isSystem)
    equations.append(equation)
    return insert(.root, [start] + captured, .equation(equations.count - 1))
  }

  /// Whether each element of a value depends on its own element of a symbol alone.
  private func isElementwise(_ value: NodeID, in symbol: NodeID) -> Bool {
    if shape(symbol).isScalar { return true }
    let depends = dependents(on: [symbol], upTo: value)
    let needed = reachable(from: [value])
    return depends.indices.allSatisfy { slot in
      !depends[slot] || !needed[slot] || NodeID(slot) == symbol
        || op(NodeID(slot)).isElementwise && haveOneShape(NodeID(slot), symbol)
    }
  }

  /// An expression of an equation with the operands of a node and a value in the symbols' place.
  private mutating func applied(
    _ templates: [NodeID], of equation: Equation, to node: NodeID, unknown: NodeID,
    seed: NodeID? = nil
  ) -> [NodeID] {
    var replacements = Dictionary(
      uniqueKeysWithValues: zip(equation.arguments, operands(node).dropFirst()).map { ($0, $1) })
    replacements[equation.unknown] = unknown
    if let seed { replacements[equation.seed] = seed }
    return substituting(replacements, in: templates)
  }

  /// dy/dq is -R_q/R_y (or -R_y^-1 R_q): the operands receive R_q' λ with λ = -R_y'^-1 ȳ.
  fileprivate mutating func pullback(ofRoot pullback: Pullback) -> [NodeID?] {
    guard case .equation(let place) = attribute(pullback.node) else { return [] }
    let equation = equations[place]
    let node = pullback.node
    let adjoint = full(pullback.adjoint, shape(node))
    let slope = applied([equation.slope], of: equation, to: node, unknown: node)[0]
    let share: NodeID
    if equation.isSystem {
      let transposed = insert(.transpose, [slope])
      share = insert(.solve, [transposed, adjoint])
    } else {
      share = insertFitting(.divide, [adjoint, slope], within: shape(node))
    }
    let seed = full(insert(.negate, [share]), shape(node))
    var result: [NodeID?] = [nil]
    for (part, operand) in zip(equation.parts, operands(node).dropFirst()) {
      result.append(
        part.map {
          full(
            applied([$0], of: equation, to: node, unknown: node, seed: seed)[0], shape(operand))
        })
    }
    return result
  }

  /// The most steps, rejected ones included.
  private static let newtonSteps = 256
  /// The last correction, relative to the unknown or to 1, from which on it has converged.
  private static let newtonTolerance = 1e-9

  /// Damped Newton steps as a `scan`, and NaN where the last correction is not small.
  ///
  /// A step is taken where it makes the residual smaller, and doubled up to the whole; else it is
  /// halved (Deuflhard, Newton Methods for Nonlinear Problems, 2004, section 3.1). Each element, or
  /// each system, for itself. Once no element moves the machine ends the loop.
  fileprivate mutating func newtonsMethod(_ node: NodeID) -> NodeID {
    guard case .equation(let place) = attribute(node) else { return node }
    let equation = equations[place]
    let start = operands(node)[0]
    let whole = shape(node)
    let damping = equation.isSystem ? Shape.scalar : whole
    let index = symbol(Symbol(name: "step", role: .step, shape: .scalar))
    let current = symbol(Symbol(name: "y", role: .step, shape: whole))
    let factor = symbol(Symbol(name: "damping", role: .step, shape: damping))
    let (residual, correction) = newtonCorrection(equation, node, at: current)
    let move = insertFitting(.multiply, [factor, correction], within: whole)
    let trial = insert(.add, [current, insert(.negate, [move])])
    let there = applied([equation.residual], of: equation, to: node, unknown: trial)[0]
    let isBetter = insert(
      .less, [size(of: there, equation, whole), size(of: residual, equation, whole)])
    let doubled = insert(
      .minimum, [insert(.multiply, [constant(2), factor]), constant(1)])
    let halved = insert(.multiply, [constant(0.5), factor])
    // Where a step moves nothing, a smaller one does not either.
    let isStill = all(insert(.equal, [trial, current]), equation, whole)
    let smaller = insertFitting(.select, [isStill, factor, halved], within: damping)
    let next = [
      insertFitting(.select, [isBetter, trial, current], within: whole),
      full(insertFitting(.select, [isBetter, doubled, smaller], within: damping), damping),
    ]
    let body = Recurrence(
      steps: Dimension(Self.newtonSteps), index: index, states: [current, factor], rows: [],
      shared: [], next: next, collected: [])
    let scan = closedScan(body, initial: [start, full(constant(1), damping)])
    let found = result(0, of: scan)
    return converged(found, newtonCorrection(equation, node, at: found).correction, equation)
  }

  /// The residual at a value, and what a whole Newton step subtracts.
  private mutating func newtonCorrection(
    _ equation: Equation, _ node: NodeID, at value: NodeID
  ) -> (residual: NodeID, correction: NodeID) {
    let whole = shape(node)
    let found = applied(
      [equation.residual, equation.slope], of: equation, to: node, unknown: value)
    let residual = full(found[0], whole)
    if equation.isSystem {
      return (residual, insert(.solve, [found[1], residual]))
    }
    // Where the residual is 0, so is the correction, whatever the slope is.
    let quotient = insertFitting(.divide, [residual, found[1]], within: whole)
    let isZero = insert(.equal, [residual, constant(0)])
    return (residual, insertFitting(.select, [isZero, constant(0), quotient], within: whole))
  }

  /// What must become smaller: the residual's magnitude, of a system the sum of squares.
  private mutating func size(
    of residual: NodeID, _ equation: Equation, _ whole: Shape
  ) -> NodeID {
    guard equation.isSystem else {
      return insert(.abs, [full(residual, whole)])
    }
    let squares = insert(.multiply, [full(residual, whole), full(residual, whole)])
    return insert(.sum, [squares], .axes(Array(0..<whole.rank), keep: false))
  }

  private mutating func converged(
    _ value: NodeID, _ correction: NodeID, _ equation: Equation
  ) -> NodeID {
    let whole = shape(value)
    let magnitude = OperatorID.abs
    let size = insert(.add, [constant(1), insert(magnitude, [value])])
    let bound = insert(.multiply, [constant(Self.newtonTolerance), size])
    let isSmall = insert(.lessOrEqual, [insert(magnitude, [correction]), bound])
    guard equation.isSystem else {
      return insert(.settled, [value, isSmall])
    }
    // One element that has not settled leaves nothing of the others.
    return insert(.settled, [value, all(isSmall, equation, whole)])
  }

  /// A condition for each element, or for all elements of a system.
  private mutating func all(
    _ condition: NodeID, _ equation: Equation, _ whole: Shape
  ) -> NodeID {
    guard equation.isSystem else { return condition }
    return insert(
      .minimumOver, [condition], .axes(Array(0..<whole.rank), keep: false))
  }
}
