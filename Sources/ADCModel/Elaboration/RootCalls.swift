import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// `root(F(y), y, from: y0)`: the value of `y`, of the shape of `y0`, that makes `F` 0.
  mutating func root(_ arguments: [Argument], at range: SourceRange) throws(Reported) -> NodeID {
    let plain = arguments.filter { $0.label == nil }
    if let label = arguments.lazy.compactMap(\.label).first(where: { $0.text != "from" }) {
      throw report(
        "AD0403", "`root` has no argument \(quote(name: label.text))", at: label.range,
        fix: "write `root(F(y), y, from: y0)`")
    }
    guard plain.count == 2, arguments.count == 3,
      let start = arguments.first(where: { $0.label != nil })
    else {
      throw report(
        "AD0402", "`root` takes a residual, the name of the unknown and where to begin", at: range,
        fix: "write `root(F(y), y, from: y0)`")
    }
    guard case .name(let name) = plain[1].value.form else {
      throw report(
        "AD0405", "`root` solves for a name, and this is an expression", at: plain[1].value.range)
    }
    let first = try elaborate(start.value)
    let shape = graph.shape(first)
    let unknown = symbol(name, .variable, shape, at: plain[1].value.range)
    locals.append([
      name: Binding(meaning: .node(unknown), kind: .argument, range: plain[1].value.range)
    ])
    defer { locals.removeLast() }
    let residual = try elaborate(plain[0].value)
    try checkResidual(residual, unknown, shape, plain[0].value, name)
    return try differentiated(at: range) { (graph) throws(DifferentiationError) in
      try graph.root(of: residual, unknown, from: first)
    }
  }

  private mutating func checkResidual(
    _ residual: NodeID, _ unknown: NodeID, _ shape: Shape, _ expression: Expression, _ name: String
  ) throws(Reported) {
    guard graph.depends(residual, on: unknown) else {
      throw report(
        "AD0411", "the residual does not depend on \(quote(name: name))", at: expression.range)
    }
    guard graph.shape(residual) == shape else {
      throw report(
        "AD0303",
        "there must be an equation for each unknown: the residual has the shape "
          + "\(graph.shape(residual)), and \(quote(name: name)) begins with \(shape)",
        at: expression.range)
    }
    guard shape.rank <= 1 || isElementwise(residual, unknown, shape) else {
      throw report(
        "AD0303",
        "systems of equations are for vectors, and \(quote(name: name)) has the shape "
          + "\(shape)", at: expression.range, fix: "write it as a vector, with `reshape` inside")
    }
  }

  private func isElementwise(_ residual: NodeID, _ unknown: NodeID, _ shape: Shape) -> Bool {
    let depends = graph.dependents(on: [unknown], upTo: residual)
    let needed = graph.reachable(from: [residual])
    return depends.indices.allSatisfy { slot in
      let node = NodeID(slot)
      return !depends[slot] || !needed[slot] || node == unknown
        || graph.op(node).isElementwise && graph.shape(node) == shape
    }
  }
}
