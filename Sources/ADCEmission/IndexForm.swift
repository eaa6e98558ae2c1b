// Arrays of more than two dimensions as formulas for one element: `H[i, j, k] = …`.
// In: a graph and an array. Out: the names of the indices and a tree over them.
//
// Views and elementwise operations are followed to the elements they take, sums become sums over an
// index, and a sum over an index that must equal another one is its only term that is not 0.

package import ADCCalculus
package import ADCSyntax

/// An array as a formula for its elements.
package struct IndexForm: Sendable {
  /// One name for each axis, outermost first.
  package var indices: [String]
  /// Named lines that `element` uses.
  package var lines: [WrittenLine]
  /// The element at `indices`; may use the names of `lines`.
  package var element: Expression
}

extension ExpressionWriter {
  /// The element of an array at indices with names of their own.
  ///
  /// - Parameter taken: Words that no index may be called.
  package static func indexForm(of array: NodeID, in graph: ExpressionGraph, taken: Set<String>)
    -> IndexForm
  {
    var elements = ElementGraph(source: graph, taken: taken)
    let indices = graph.shape(array).dimensions.map { _ in elements.newIndex() }
    let element = elements.element(array, indices.map(\.node))
    let root = Simplifier.simplify(&elements.graph, [element]).roots[0]
    let opaque = elements.opaqueArrays
    var writer = ExpressionWriter(graph: graph, names: [:], taken: elements.taken)
    let written = writer.write(opaque, style: .short)
    let bases = Dictionary(uniqueKeysWithValues: zip(opaque, written.roots).map { ($0, $1) })
    return IndexForm(
      indices: indices.map(\.name), lines: written.lines,
      element: elements.tree(root, bases))
  }
}

/// A graph of numbers: the elements of another graph's arrays at symbolic indices.
struct ElementGraph {
  /// What a symbol of the graph stands for, beside an index.
  enum Atom {
    /// An element of an array that is written as it is.
    case element(NodeID, [NodeID])
    /// The sum of a body over an index below a size.
    case sum(NodeID, Dimension, body: NodeID)
  }

  let source: ExpressionGraph
  var graph = ExpressionGraph()
  var atoms: [NodeID: Atom] = [:]
  private(set) var taken: Set<String>
  private(set) var opaqueArrays: [NodeID] = []
  private var elementSymbols: [ElementKey: NodeID] = [:]
  private var known: [ElementKey: NodeID] = [:]
  private var depth = 0
  private let hasUnits: [Bool]
  private let letters = ["i", "j", "k", "l", "p", "q", "r", "s", "u", "v"]

  /// What is nested deeper is written as an array with indices.
  private static let depthLimit = 200

  private struct ElementKey: Hashable {
    var array: NodeID
    var indices: [NodeID]
  }

  init(source: ExpressionGraph, taken: Set<String>) {
    self.source = source
    var hasUnits = [Bool](repeating: false, count: source.count)
    var names = taken
    for slot in hasUnits.indices {
      let node = NodeID(slot)
      let op = source.operatorID(node)
      hasUnits[slot] =
        op == .eye || op == .diagonalMatrix
        || source.operands(node).contains { hasUnits[$0.slot] }
      if let symbol = source.symbol(node) { names.insert(symbol.name) }
      for dimension in source.shape(node).dimensions {
        names.formUnion(dimension.terms.map(\.name))
      }
    }
    self.hasUnits = hasUnits
    self.taken = names
  }

  /// A new index and what it is called.
  mutating func newIndex() -> (name: String, node: NodeID) {
    var round = 0
    while true {
      for letter in letters {
        let name = round == 0 ? letter : "\(letter)\(round)"
        guard taken.insert(name).inserted else { continue }
        return (name, graph.symbol(Symbol(name: name, role: .variable, shape: .scalar)))
      }
      round += 1
    }
  }

  /// The element of an array of the source; a number as it is.
  mutating func element(_ node: NodeID, _ indices: [NodeID]) -> NodeID {
    let key = ElementKey(array: node, indices: indices)
    if let known = known[key] { return known }
    depth += 1
    defer { depth -= 1 }
    let found = depth > Self.depthLimit ? atom(node, indices) : follow(node, indices)
    known[key] = found
    return found
  }

  private mutating func follow(_ node: NodeID, _ indices: [NodeID]) -> NodeID {
    if let value = source.number(node) { return graph.constant(value) }
    let operands = source.operands(node)
    let op = source.op(node)
    switch (op.execution, source.attribute(node)) {
    case (.elementwise, _):
      let parts = operands.map { element($0, aligned(indices, to: $0)) }
      return graph.insert(source.operatorID(node), parts, source.attribute(node))
    case (.view(.transpose), _):
      var swapped = indices
      swapped.swapAt(swapped.count - 1, swapped.count - 2)
      return element(operands[0], swapped)
    case (.view(.permute), .permutation(let order)):
      var moved = indices
      for (axis, from) in order.enumerated() { moved[from] = indices[axis] }
      return element(operands[0], moved)
    case (.view(.broadcast), _): return element(operands[0], aligned(indices, to: operands[0]))
    case (.view(.diagonal), _):
      return element(operands[0], indices + [indices[indices.count - 1]])
    case (.view(.slice), .window(let starts, _)):
      return element(operands[0], zip(indices, starts).map { sum($0, $1) })
    case (.view(.reshape), _):
      if let inner = reshaped(node, indices) { return element(operands[0], inner) }
    case (.generator(.iota), _): return indices[0]
    case (.reduction(.sum), .axes(let axes, let keep)):
      if hasUnits[node.slot] || source.shape(operands[0]).rank > 2 {
        return sum(operands[0], indices, axes, keep)
      }
    case (.matrixProduct, _):
      let isPlain =
        !hasUnits[node.slot] && operands.allSatisfy { source.shape($0).rank <= 2 }
      if !isPlain { return product(operands[0], operands[1], indices) }
    default:
      if let found = named(source.operatorID(node), operands, indices) { return found }
    }
    return atom(node, indices)
  }

  private mutating func named(
    _ op: OperatorID, _ operands: [NodeID], _ indices: [NodeID]
  ) -> NodeID? {
    switch op {
    case .eye: return equal(indices[0], indices[1])
    case .symmetricPart: return element(operands[0], indices)
    case .outer:
      return graph.insert(
        .multiply, [element(operands[0], [indices[0]]), element(operands[1], [indices[1]])])
    case .diagonalMatrix:
      let (row, column) = (indices[indices.count - 2], indices[indices.count - 1])
      let value = element(operands[0], Array(indices.dropLast()))
      return graph.insert(.multiply, [equal(row, column), value])
    default: return nil
    }
  }

  /// The indices of an operand that is broadcast.
  private mutating func aligned(_ indices: [NodeID], to operand: NodeID) -> [NodeID] {
    let shape = source.shape(operand)
    return zip(indices.suffix(shape.rank), shape.dimensions).map { index, dimension in
      dimension.isOne ? graph.constant(0) : index
    }
  }

  /// The indices before a reshape that only adds or drops dimensions of 1.
  private mutating func reshaped(_ node: NodeID, _ indices: [NodeID]) -> [NodeID]? {
    let from = source.shape(source.operands(node)[0]).dimensions
    let to = source.shape(node).dimensions
    guard from.filter({ !$0.isOne }) == to.filter({ !$0.isOne }) else { return nil }
    var rest = zip(to, indices).filter { !$0.0.isOne }.map(\.1)[...]
    return from.map { $0.isOne ? graph.constant(0) : rest.removeFirst() }
  }

  private mutating func sum(_ index: NodeID, _ start: Dimension) -> NodeID {
    if start == 0 { return index }
    let offset =
      start.known.map { graph.constant(Double($0)) }
      ?? graph.insert(.size, [], .dimension(start))
    if let value = graph.number(index), let known = start.known {
      return graph.constant(value + Double(known))
    }
    return graph.insert(.add, [index, offset])
  }

  mutating func equal(_ left: NodeID, _ right: NodeID) -> NodeID {
    if left == right { return graph.constant(1) }
    if let a = graph.number(left), let b = graph.number(right) {
      return graph.constant(a == b ? 1 : 0)
    }
    return graph.insert(.equal, [min(left, right), max(left, right)])
  }

  private mutating func sum(
    _ operand: NodeID, _ indices: [NodeID], _ axes: [Int], _ keep: Bool
  ) -> NodeID {
    let dimensions = source.shape(operand).dimensions
    var rest = indices[...]
    var bound: [(NodeID, Dimension)] = []
    let inner = dimensions.indices.map { axis -> NodeID in
      guard axes.contains(axis) else { return rest.removeFirst() }
      if keep { _ = rest.removeFirst() }
      let index = newIndex().node
      bound.append((index, dimensions[axis]))
      return index
    }
    var body = element(operand, inner)
    for (index, dimension) in bound.reversed() { body = total(body, over: index, dimension) }
    return body
  }

  private mutating func product(
    _ left: NodeID, _ right: NodeID, _ indices: [NodeID]
  ) -> NodeID {
    let (a, b) = (source.shape(left), source.shape(right))
    let index = newIndex().node
    var rest = indices[...]
    let column = b.rank > 1 ? rest.popLast() : nil
    let row = a.rank > 1 ? rest.popLast() : nil
    let batch = Array(rest)
    func batched(_ shape: Shape) -> [NodeID] {
      zip(batch.suffix(max(0, shape.rank - 2)), shape.dimensions).map { index, dimension in
        dimension.isOne ? graph.constant(0) : index
      }
    }
    let first = element(left, batched(a) + (row.map { [$0] } ?? []) + [index])
    let second = element(right, batched(b) + [index] + (column.map { [$0] } ?? []))
    let body = graph.insert(.multiply, [first, second])
    return total(body, over: index, a.dimensions[a.rank - 1])
  }

  /// An element of an array that is written as it is.
  private mutating func atom(_ node: NodeID, _ indices: [NodeID]) -> NodeID {
    let key = ElementKey(array: node, indices: indices)
    if let known = elementSymbols[key] { return known }
    if !opaqueArrays.contains(node) { opaqueArrays.append(node) }
    let symbol = graph.symbol(Symbol(name: "element", role: .variable, shape: .scalar))
    atoms[symbol] = .element(node, indices)
    elementSymbols[key] = symbol
    return symbol
  }
}
