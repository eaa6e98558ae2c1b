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
  ///   - constants: the elements of a node that depends on no variable, where they are known: of
  ///     indices, and of what is multiplied.
  package mutating func sparsity(
    of results: [NodeID], by variables: [NodeID], sizes: [String: Int],
    constants: (NodeID) -> [Double]? = { _ in nil }
  ) throws(SparsityError) -> SparsityPattern {
    let roots = prepareForPatterns(results)
    var sweep = try PatternSweep(self, variables: variables, sizes: sizes)
    try sweep.run(roots, constants)
    let ids = roots.flatMap { sweep.elements[$0] ?? [] }
    return SparsityPattern(columns: sweep.count, lists: ids.map { sweep.sets[$0][...] })
  }

  /// Definitions in the place of operators, but for those whose zeros are known.
  private mutating func prepareForPatterns(_ roots: [NodeID]) -> [NodeID] {
    var current = roots
    for _ in 0..<4 {
      let next = replaced(current) { graph, node in
        switch graph.operatorID(node) {
        case .eye, .diagonalMatrix: return node
        default: return graph.definition(of: node)
        }
      }
      if next == current { break }
      current = next
    }
    return current
  }
}

/// The sets of all nodes, in the order of the graph.
struct PatternSweep {
  /// The most elements of an array, and the most numbers in sets.
  private static let limit = 1 << 26

  let graph: ExpressionGraph
  let sizes: [String: Int]
  /// The elements of all variables.
  let count: Int
  var sets: IndexSets
  /// For each node the set of every element, row by row; for what depends on nothing, nothing.
  var elements: [NodeID: [IndexSets.ID]] = [:]
  private var variables: [NodeID: Int] = [:]

  init(
    _ graph: ExpressionGraph, variables: [NodeID], sizes: [String: Int]
  ) throws(SparsityError) {
    self.graph = graph
    self.sizes = sizes
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

  mutating func run(
    _ roots: [NodeID], _ constants: (NodeID) -> [Double]?
  ) throws(SparsityError) {
    guard let last = roots.max() else { return }
    let needed = graph.reachable(from: roots)
    let depends = graph.dependents(on: Array(variables.keys), upTo: last)
    for slot in 0...last.slot where needed[slot] {
      let node = NodeID(slot)
      let total = try sizes(of: node).reduce(1) {
        $0.multipliedReportingOverflow(by: $1).partialValue
      }
      guard total >= 0, total <= Self.limit, sets.size <= Self.limit else { throw .tooLarge }
      if let start = variables[node] {
        elements[node] = (0..<total).map { sets.single(start + $0) }
      } else if depends[slot] {
        elements[node] = try propagated(node, total, constants)
      } else if roots.contains(node) || isFactor(node) {
        elements[node] = try constant(node, total, constants)
      }
    }
  }

  /// Whether zeros in a constant array can matter.
  private func isFactor(_ node: NodeID) -> Bool {
    if graph.number(node) == 0 { return true }
    return !graph.shape(node).isScalar
  }

  /// The zeros of what depends on no variable.
  private func constant(
    _ node: NodeID, _ total: Int, _ constants: (NodeID) -> [Double]?
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
