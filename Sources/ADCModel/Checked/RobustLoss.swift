package import ADCCalculus

/// A loss that grows less than the square of a residual r does far from 0: scale² rho(z),
/// z = (r / scale)²; the losses of SciPy's `least_squares`, with their `f_scale`.
package struct RobustLoss: Sendable {
  enum Kind: String, CaseIterable {
    case linear
    case huber
    case softL1 = "soft_l1"
    case cauchy
    case arctan
  }

  let kind: Kind
  let scale: Double

  /// The residual r sqrt(rho(z) / z), whose square is the loss; smooth at 0.
  package func bend(_ r: NodeID, in graph: inout ExpressionGraph) -> NodeID {
    func op(_ name: String, _ operands: NodeID...) -> NodeID {
      graph.applying(name, operands)
    }
    func number(_ value: Double) -> NodeID { graph.constant(value) }
    if kind == .linear { return r }
    let t = op("divide", r, number(scale))
    let z = op("power", t, number(2))
    switch kind {
    case .linear: return r
    case .huber:
      // 2 |t| - 1 beyond 1.
      let size = op("abs", t)
      let far = op("sqrt", op("add", op("multiply", number(2), size), number(-1)))
      let signed = op("multiply", op("multiply", op("sign", t), number(scale)), far)
      return op("select", op("less_equal", size, number(1)), r, signed)
    case .softL1:
      let root = op("sqrt", op("add", number(1), z))
      return op(
        "multiply", r, op("sqrt", op("divide", number(2), op("add", root, number(1)))))
    case .cauchy, .arctan:
      let rho = op(kind == .cauchy ? "log1p" : "atan", z)
      let near =
        kind == .cauchy
        ? op("add", number(1), op("multiply", number(-0.25), z))
        : op("add", number(1), op("multiply", number(-1.0 / 6), op("power", z, number(2))))
      let far = op("sqrt", op("divide", rho, z))
      // Beyond the first two terms of its series lies nothing that a double shows.
      return op("multiply", r, op("select", op("less", z, number(1e-8)), near, far))
    }
  }

  /// The derivative psi(r) = r rho'(z) of half the loss, and psi's own, rho'(z) + 2 z rho''(z).
  package func influence(
    of r: NodeID, in graph: inout ExpressionGraph
  ) -> (value: NodeID, slope: NodeID) {
    func op(_ name: String, _ operands: NodeID...) -> NodeID {
      graph.applying(name, operands)
    }
    func number(_ value: Double) -> NodeID { graph.constant(value) }
    let t = op("divide", r, number(scale))
    let z = op("power", t, number(2))
    let more = op("add", number(1), z)
    switch kind {
    case .linear: return (r, number(1))
    case .huber:
      let isNear = op("less_equal", op("abs", t), number(1))
      let far = op("multiply", op("sign", t), number(scale))
      return (op("select", isNear, r, far), isNear)
    case .softL1:
      return (op("divide", r, op("sqrt", more)), op("power", more, number(-1.5)))
    case .cauchy:
      let less = op("add", number(1), op("multiply", number(-1), z))
      return (op("divide", r, more), op("divide", less, op("power", more, number(2))))
    case .arctan:
      let square = op("power", z, number(2))
      let whole = op("add", number(1), square)
      let less = op("add", number(1), op("multiply", number(-3), square))
      return (op("divide", r, whole), op("divide", less, op("power", whole, number(2))))
    }
  }
}

extension ExpressionGraph {
  fileprivate mutating func applying(_ name: String, _ operands: [NodeID]) -> NodeID {
    guard let id = Catalogue.id(named: name) else { preconditionFailure("no operator \(name)") }
    return build(id, operands)
  }
}
