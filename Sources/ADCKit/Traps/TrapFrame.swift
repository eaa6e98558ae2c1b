import ADCCalculus
import ADCMachine
import ADCTraining

/// The values of all nodes that some roots need, at one point: what a trap looks back through.
final class TrapFrame {
  let graph: ExpressionGraph
  let sizes: [String: Int]
  let memory: SymbolMemory
  /// The number of the step, within a loop.
  var step: Int?
  private let function: BoundFunction
  private let places: [NodeID: Int]
  private var known: [NodeID: [Double]] = [:]

  /// Values of more elements than this in all are not looked at.
  private static let elementLimit = 50_000_000

  /// - Returns: nil where the values are too many, or the machine refuses them.
  init?(
    _ graph: ExpressionGraph, roots: [NodeID], sizes: [String: Int],
    memory: (Program) -> SymbolMemory
  ) {
    var scratch = graph
    let needed = graph.reachable(from: roots)
    let nodes = needed.indices.filter { needed[$0] && Self.hasValue(NodeID($0), graph) }
      .map { NodeID($0) }
    var elements = 0
    for node in nodes {
      elements += graph.shape(node).dimensions.reduce(1) { $0 * max($1.value(sizes) ?? 0, 0) }
    }
    guard elements <= Self.elementLimit else { return nil }
    let prepared = scratch.prepare(scratch.inliningFunctions(in: nodes))
    let request = FunctionRequest(
      name: "trap", outputs: prepared.map { (name: "", node: $0) })
    guard let program = try? Program.lower(scratch, [request]),
      let function = try? BoundFunction(program, function: "trap", sizes: sizes)
    else { return nil }
    self.graph = graph
    self.sizes = sizes
    self.function = function
    self.memory = memory(program)
    places = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
  }

  private static func hasValue(_ node: NodeID, _ graph: ExpressionGraph) -> Bool {
    if case .recurrence = graph.op(node).execution { return false }
    return true
  }

  /// Computes all values from those of the symbols; false where the machine cannot.
  func evaluate() -> Bool {
    known = [:]
    return (try? function.evaluate(memory)) != nil
  }

  /// The elements of a node, row-major.
  func values(_ node: NodeID) -> [Double] {
    if let values = known[node] { return values }
    guard let place = places[node] else { return [] }
    let values = function.values(ofOutput: place)
    known[node] = values
    return values
  }

  /// The sizes of a node.
  func shape(_ node: NodeID) -> [Int] {
    graph.shape(node).dimensions.map { max($0.value(sizes) ?? 0, 0) }
  }

  /// The place along each axis of an element.
  func index(_ node: NodeID, _ element: Int) -> [Int] {
    shape(node).places(of: element)
  }

  /// The elements of an operand that an element of a node is computed from; all where the operator
  /// says nothing simpler.
  func sources(of node: NodeID, _ element: Int, operand place: Int) -> [Int] {
    let operand = graph.operand(node, place)
    let sizes = shape(operand)
    let count = sizes.reduce(1, *)
    let position = index(node, element)
    switch graph.op(node).execution {
    case .elementwise:
      if graph.operatorID(node) == .select, place > 0 {
        let condition = values(graph.operand(node, 0))
        let at = sources(of: node, element, operand: 0)
        let isTaken = at.first.map { condition[$0] != 0 } ?? true
        if isTaken != (place == 1) { return [] }
      }
      return [Self.flat(aligned(position, sizes), sizes)]
    case .reduction:
      guard case .axes(let axes, let keep) = graph.attribute(node) else { return Array(0..<count) }
      return reduced(position, sizes, axes, keep: keep)
    case .view(.reshape): return element < count ? [element] : []
    case .view(.broadcast): return [Self.flat(aligned(position, sizes), sizes)]
    case .view(.transpose):
      var swapped = position
      if swapped.count >= 2 { swapped.swapAt(swapped.count - 1, swapped.count - 2) }
      return [Self.flat(swapped, sizes)]
    case .view(.slice):
      guard case .window(let starts, _) = graph.attribute(node) else { return Array(0..<count) }
      let moved = zip(position, starts).map { $0 + ($1.value(self.sizes) ?? 0) }
      return [Self.flat(moved, sizes)]
    case .matrixProduct: return line(position, sizes, isLeft: place == 0)
    default: return Array(0..<count)
    }
  }

  /// A position in an array that is repeated along leading and stretched axes.
  private func aligned(_ position: [Int], _ sizes: [Int]) -> [Int] {
    zip(position.suffix(sizes.count), sizes).map { $1 == 1 ? 0 : $0 }
  }

  static func flat(_ position: [Int], _ sizes: [Int]) -> Int {
    zip(position, sizes).reduce(0) { $0 * $1.1 + $1.0 }
  }

  private func reduced(_ position: [Int], _ sizes: [Int], _ axes: [Int], keep: Bool) -> [Int] {
    var fixed = [Int?](repeating: nil, count: sizes.count)
    var rest = position[...]
    for axis in sizes.indices {
      if axes.contains(axis) {
        if keep { _ = rest.popFirst() }
      } else {
        fixed[axis] = rest.popFirst()
      }
    }
    return elements(sizes, fixed)
  }

  /// A row of the left matrix, a column of the right one.
  private func line(_ position: [Int], _ sizes: [Int], isLeft: Bool) -> [Int] {
    guard sizes.count == 2 else { return Array(0..<sizes.reduce(1, *)) }
    var fixed: [Int?] = [nil, nil]
    if isLeft { fixed[0] = position.first } else { fixed[1] = position.last }
    return elements(sizes, fixed)
  }

  /// The elements whose position is fixed along some axes.
  private func elements(_ sizes: [Int], _ fixed: [Int?]) -> [Int] {
    var result = [0]
    for (size, place) in zip(sizes, fixed) {
      let range = place.map { $0..<$0 + 1 } ?? 0..<size
      result = result.flatMap { start in range.map { start * size + $0 } }
    }
    return result
  }
}
