// Which elements of a result change with which elements of the variables, found element by element
// at known sizes: a forward sweep over sets (Griewank and Walther 2008, section 7.1).

/// Why a pattern is not found.
package enum SparsityError: Error, Hashable, Sendable {
  /// A dimension without a size.
  case missingSize(String)
  /// More elements, or more dependences, than the limit.
  case tooLarge
}

extension ExpressionGraph {
  /// The pattern of the Jacobian of some results, stacked, by some variables, side by side.
  ///
  /// Structural: where a derivative is 0 for all values by the shape of the expression. Linear in
  /// the elements of all arrays between both and in what they depend on.
  ///
  /// - Parameters:
  ///   - sizes: of the named dimensions.
  ///   - constants: the elements of a node of a graph, where they follow from what is given for
  ///     others: of indices, and of what is multiplied.
  package mutating func sparsity(
    of results: [NodeID], by variables: [NodeID], sizes: [String: Int],
    constants: @escaping PatternConstants = { _, _, _ in nil }
  ) throws(SparsityError) -> SparsityPattern {
    let roots = prepareForPatterns(results)
    var sweep = try PatternSweep(self, variables: variables, sizes: sizes, constants)
    let ids = try sweep.run(roots).flatMap { $0 }
    return SparsityPattern(columns: sweep.count, lists: ids.map { sweep.sets[$0][...] })
  }

  /// Definitions in the place of operators, but for those whose zeros are known.
  mutating func prepareForPatterns(_ roots: [NodeID]) -> [NodeID] {
    var current = roots
    for _ in 0..<4 {
      let next = replaced(current) { graph, node in
        switch graph.operatorID(node) {
        case .eye, .diagonalMatrix, .root: return node
        default: return graph.definition(of: node)
        }
      }
      if next == current { break }
      current = next
    }
    return current
  }
}

/// The elements of a node that are known without a variable; the tables are what leaves stand for.
package typealias PatternConstants = (ExpressionGraph, NodeID, [NodeID: Table]) -> [Double]?

/// The sets of all nodes, in the order of the graph.
struct PatternSweep {
  /// The most elements of an array, and the most numbers in sets.
  static let limit = 1 << 26

  var graph: ExpressionGraph
  let sizes: [String: Int]
  /// The elements of all variables.
  let count: Int
  var sets: IndexSets
  /// For each node the set of every element, row by row; for what depends on nothing, nothing.
  var elements: [NodeID: [IndexSets.ID]] = [:]
  /// What every result of a `scan` depends on.
  var loops: [NodeID: [[IndexSets.ID]]] = [:]
  /// What leaves of a body stand for in the step that is swept.
  var known: [NodeID: Table] = [:]
  private let constantValues: PatternConstants
  private var variables: [NodeID: Int] = [:]

  init(
    _ graph: ExpressionGraph, variables: [NodeID], sizes: [String: Int],
    _ constants: @escaping PatternConstants
  ) throws(SparsityError) {
    self.graph = graph
    self.sizes = sizes
    constantValues = constants
    var count = 0
    for variable in variables {
      self.variables[variable] = count
      let own = try Self.sizes(of: graph.shape(variable), sizes)
      count += own.reduce(1, *)
      guard count <= Self.limit else { throw .tooLarge }
    }
    self.count = count
    sets = IndexSets(below: count)
  }

  /// The pattern of what depends on other leaves, at the same sizes.
  func pattern(of root: NodeID, by leaf: NodeID) throws(SparsityError) -> SparsityPattern {
    var other = try PatternSweep(graph, variables: [leaf], sizes: sizes, constantValues)
    let ids = try other.run([root])[0]
    return SparsityPattern(columns: other.count, lists: ids.map { other.sets[$0][...] })
  }

  /// The elements of a node, where they are known.
  func constants(_ node: NodeID) -> [Double]? { constantValues(graph, node, known) }

  static func sizes(of shape: Shape, _ known: [String: Int]) throws(SparsityError) -> [Int] {
    var result: [Int] = []
    for dimension in shape.dimensions {
      guard let size = dimension.value(known) else {
        throw .missingSize(dimension.terms.first?.name ?? "")
      }
      result.append(max(size, 0))
    }
    return result
  }

  func sizes(of node: NodeID) throws(SparsityError) -> [Int] {
    try Self.sizes(of: graph.shape(node), sizes)
  }

  /// The sets of some roots, from those of the variables.
  mutating func run(_ roots: [NodeID]) throws(SparsityError) -> [[IndexSets.ID]] {
    for (variable, start) in variables {
      let total = try sizes(of: variable).reduce(1, *)
      elements[variable] = (0..<total).map { sets.single(start + $0) }
    }
    return try sweep(roots, from: Array(variables.keys))
  }

  /// The sets of some roots, from those that leaves have.
  mutating func sweep(
    _ roots: [NodeID], from leaves: [NodeID]
  ) throws(SparsityError) -> [[IndexSets.ID]] {
    guard let last = roots.max() else { return [] }
    let needed = graph.reachable(from: roots)
    let depends = graph.dependents(on: leaves, upTo: last)
    let isLeaf = Set(leaves)
    for slot in 0...last.slot where needed[slot] {
      let node = NodeID(slot)
      if isLeaf.contains(node) { continue }
      let total = try count(of: node)
      guard sets.size <= Self.limit else { throw .tooLarge }
      if depends[slot] {
        elements[node] = try propagated(node, total)
      } else if roots.contains(node) || isFactor(node) {
        elements[node] = try constant(node, total)
      }
    }
    return try roots.map { root throws(SparsityError) in sets(of: root, try count(of: root)) }
  }

  /// The number of elements of a node.
  func count(of node: NodeID) throws(SparsityError) -> Int {
    let total = try sizes(of: node).reduce(1) {
      $0.multipliedReportingOverflow(by: $1).partialValue
    }
    guard total >= 0, total <= Self.limit else { throw .tooLarge }
    return total
  }

  /// Whether zeros in a constant array can matter.
  private func isFactor(_ node: NodeID) -> Bool {
    if graph.number(node) == 0 { return true }
    return !graph.shape(node).isScalar
  }

  /// The zeros of what depends on no variable.
  func constant(
    _ node: NodeID, _ total: Int
  ) throws(SparsityError) -> [IndexSets.ID] {
    if graph.operatorID(node) == .eye {
      let own = try sizes(of: node)
      return (0..<total).map {
        $0 / max(own[1], 1) == $0 % max(own[1], 1) ? IndexSets.empty : IndexSets.zero
      }
    }
    if let value = graph.number(node) { return [value == 0 ? IndexSets.zero : IndexSets.empty] }
    if let values = constants(node), values.count == total {
      return values.map { $0 == 0 ? IndexSets.zero : IndexSets.empty }
    }
    if graph.operatorID(node) == .broadcast, graph.number(graph.operands(node)[0]) == 0 {
      return [IndexSets.ID](repeating: IndexSets.zero, count: total)
    }
    return [IndexSets.ID](repeating: IndexSets.empty, count: total)
  }

  /// The sets of an operand: those of a constant scalar are not kept.
  func sets(of node: NodeID, _ total: Int) -> [IndexSets.ID] {
    elements[node] ?? [IndexSets.ID](repeating: IndexSets.empty, count: max(total, 1))
  }
}
