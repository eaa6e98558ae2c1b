import ADCCalculus
import TestSupport
import Testing

/// An expression that a law shortens, and what comes of it.
struct LawCase: Sendable, CustomTestStringConvertible {
  let law: Law
  let before: @Sendable (inout LawSketch) -> NodeID
  let after: @Sendable (inout LawSketch) -> NodeID

  init(
    _ law: Law, _ before: @escaping @Sendable (inout LawSketch) -> NodeID,
    becomes after: @escaping @Sendable (inout LawSketch) -> NodeID
  ) {
    self.law = law
    self.before = before
    self.after = after
  }

  var testDescription: String { law.name }

  static let all = numbers + functions + arrays + loops
}

/// A graph with two scalars, a vector of n, and a square matrix.
struct LawSketch {
  static let n = Dimension(named: "n")

  var graph = ExpressionGraph()
  let x: NodeID
  let y: NodeID
  let v: NodeID
  let a: NodeID
  var leaves: [NodeID] = []

  init() {
    func symbol(_ graph: inout ExpressionGraph, _ name: String, _ dimensions: [Dimension]) -> NodeID
    {
      graph.symbol(Symbol(name: name, role: .variable, shape: Shape(dimensions)))
    }
    x = symbol(&graph, "x", [])
    y = symbol(&graph, "y", [])
    v = symbol(&graph, "v", [Self.n])
    a = symbol(&graph, "a", [Self.n, Self.n])
  }

  mutating func callAsFunction(
    _ name: String, _ operands: NodeID..., attribute: Attribute = .none
  ) -> NodeID {
    graph.insert(.required(name), operands, attribute)
  }

  /// A function by name, after its operand, for use in closures over names.
  mutating func callAsFunction(_ operand: NodeID, _ name: String) -> NodeID {
    self(name, operand)
  }

  mutating func number(_ value: Double) -> NodeID { graph.constant(value) }

  mutating func sum(_ node: NodeID, _ axes: Int...) -> NodeID {
    graph.insert(.sum, [node], .axes(axes, keep: false))
  }

  mutating func spread(_ node: NodeID, _ dimensions: Dimension...) -> NodeID {
    graph.insert(.broadcast, [node], .shape(Shape(dimensions)))
  }

  mutating func reshaped(_ node: NodeID, _ dimensions: Dimension...) -> NodeID {
    graph.insert(.reshape, [node], .shape(Shape(dimensions)))
  }
}

extension LawSketch {
  private static let step = Symbol(name: "t", role: .step, shape: .scalar)

  /// n numbers, each twice the one before, in a scan that may have a second state; or the last of
  /// them.
  mutating func doubling(
    from first: NodeID, beside other: NodeID? = nil, collects: Bool = true
  ) -> NodeID {
    if leaves.isEmpty { leaves = (0..<3).map { _ in graph.symbol(Self.step) } }
    let next = graph.insert(.multiply, [graph.constant(2), leaves[1]])
    let second = self("sin", leaves[2])
    let count = other == nil ? 1 : 2
    let body = Recurrence(
      steps: Self.n, index: leaves[0], states: Array(leaves[1...count]), rows: [], shared: [],
      next: Array([next, second].prefix(count)), collected: collects ? [next] : [])
    let scan = graph.scan(body, [first] + (other.map { [$0] } ?? []))
    return graph.result(collects ? 2 * count : 0, of: scan)
  }

  /// n numbers, each more than the one before by a state that stays, or by a value of all steps.
  mutating func growing(from first: NodeID, by more: NodeID, isState: Bool) -> NodeID {
    if leaves.isEmpty { leaves = (0..<3).map { _ in graph.symbol(Self.step) } }
    let next = graph.insert(.add, [leaves[1], leaves[2]])
    let states = isState ? [leaves[1], leaves[2]] : [leaves[1]]
    let body = Recurrence(
      steps: Self.n, index: leaves[0], states: states, rows: [], shared: isState ? [] : [leaves[2]],
      next: isState ? [next, leaves[2]] : [next], collected: [next])
    return graph.result(2 * states.count, of: graph.scan(body, [first, more]))
  }
}
