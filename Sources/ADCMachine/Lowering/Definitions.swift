import ADCCalculus

/// Puts definitions in the place of the operators that are done by others.
struct Definitions {
  private(set) var graph: ExpressionGraph
  /// What stands for a node; itself where nothing changed.
  private var replacements: [NodeID]
  /// The node that a new node came from.
  private var origins: [NodeID]

  /// Definitions may use operators that have definitions, but not for ever.
  private static let deepest = 64

  init(_ graph: ExpressionGraph) {
    self.graph = graph
    replacements = (0..<graph.count).map(NodeID.init)
    origins = replacements
  }

  func replacement(of node: NodeID) -> NodeID { replacements[node.slot] }
  func origin(of node: NodeID) -> NodeID { origins[node.slot] }

  mutating func expand(_ roots: [NodeID]) throws(MachineError) {
    var current = roots
    for _ in 0..<Self.deepest {
      let needed = graph.reachable(from: current)
      guard let first = needed.indices.first(where: { needed[$0] && isDefined(NodeID($0)) })
      else { return }
      var map = (0..<needed.count).map(NodeID.init)
      for slot in first..<needed.count where needed[slot] {
        map[slot] = rewritten(NodeID(slot), map)
      }
      for index in replacements.indices {
        let now = replacements[index]
        if now.slot < map.count { replacements[index] = map[now.slot] }
      }
      for slot in replacements.count..<graph.count { replacements.append(NodeID(slot)) }
      current = current.map { map[$0.slot] }
    }
    throw .unsupported("a definition that never ends")
  }

  private func isDefined(_ node: NodeID) -> Bool {
    if case .byDefinition = ExecutionTable.shared[graph.operatorID(node)] { true } else { false }
  }

  private mutating func rewritten(_ node: NodeID, _ map: [NodeID]) -> NodeID {
    let old = graph.operands(node)
    let operands = old.map { map[$0.slot] }
    var result = node
    if operands != old {
      result = graph.insert(graph.operatorID(node), operands, graph.attribute(node))
    }
    if isDefined(result), let definition = graph.op(result).definition {
      result = definition(&graph, result)
    }
    let origin = origins[node.slot]
    while origins.count < graph.count { origins.append(origin) }
    return result
  }
}

/// How each operator is executed, without the rest of its record.
struct ExecutionTable: Sendable {
  static let shared = ExecutionTable()

  private let executions = Catalogue.executions

  subscript(_ op: OperatorID) -> Execution { executions[op.index] }
}
