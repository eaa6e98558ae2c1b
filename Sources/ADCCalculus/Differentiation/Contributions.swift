/// What nodes receive in a backward sweep: lists of nodes, all in one buffer.
struct Contributions {
  /// The place of what each node received last, -1 for nothing.
  private var lasts: [Int32]
  private var entries: [(part: NodeID, before: Int32)] = []

  init(count: Int) { lasts = [Int32](repeating: -1, count: count) }

  func isEmpty(_ slot: Int) -> Bool { lasts[slot] < 0 }

  mutating func add(_ part: NodeID, to node: NodeID) {
    entries.append((part, lasts[node.slot]))
    lasts[node.slot] = Int32(entries.count - 1)
  }

  /// Puts one part in the place of all that a node received.
  mutating func set(_ part: NodeID, to node: NodeID) {
    lasts[node.slot] = -1
    add(part, to: node)
  }

  /// What a node received, if it is one part.
  func only(_ slot: Int) -> NodeID? {
    let entry = entries[Int(lasts[slot])]
    return entry.before < 0 ? entry.part : nil
  }

  /// What a node received, the last first: the sweep meets the last use first, and the first
  /// written comes first in the sum.
  func all(_ slot: Int) -> [NodeID] {
    var parts: [NodeID] = []
    var place = lasts[slot]
    while place >= 0 {
      parts.append(entries[Int(place)].part)
      place = entries[Int(place)].before
    }
    return parts
  }
}

/// Templates of partial derivatives with their operators looked up, for the operators that a sweep
/// has met.
struct ResolvedRules {
  /// Sums of very many terms are few.
  private static let mostOperands = 4
  private var known: [[ResolvedTemplate]?]

  init() {
    known = Array(repeating: nil, count: Catalogue.operators.count * (Self.mostOperands + 1))
  }

  /// The partial derivatives of an operator of so many operands.
  mutating func templates(
    _ op: OperatorID, _ count: Int, _ partials: ([Template]) -> [Template]
  ) -> [ResolvedTemplate] {
    let place = op.index * (Self.mostOperands + 1) + count
    if count <= Self.mostOperands, let templates = known[place] { return templates }
    let templates = partials((0..<count).map { .argument($0) }).map { ResolvedTemplate($0) }
    if count <= Self.mostOperands { known[place] = templates }
    return templates
  }
}

/// A template with its operators looked up.
indirect enum ResolvedTemplate {
  case argument(Int)
  case result
  case constant(Double)
  case unary(OperatorID, ResolvedTemplate)
  case binary(OperatorID, ResolvedTemplate, ResolvedTemplate)
  case apply(OperatorID, [ResolvedTemplate])

  init(_ template: Template) {
    switch template {
    case .argument(let place): self = .argument(place)
    case .result: self = .result
    case .constant(let value): self = .constant(value)
    case .apply(let name, let arguments):
      let (op, parts) = (Catalogue.required(name), arguments.map { ResolvedTemplate($0) })
      switch parts.count {
      case 1: self = .unary(op, parts[0])
      case 2: self = .binary(op, parts[0], parts[1])
      default: self = .apply(op, parts)
      }
    }
  }
}

extension ExpressionGraph {
  /// The nodes of a template whose arguments are the operands of `node`.
  mutating func insert(_ template: ResolvedTemplate, for node: NodeID) -> NodeID {
    switch template {
    case .argument(let place): return operand(node, place)
    case .result: return node
    case .constant(let value): return constant(value)
    case .unary(let op, let part):
      let operand = insert(part, for: node)
      return insert(op, operand)
    case .binary(let op, let first, let second):
      let left = insert(first, for: node)
      let right = insert(second, for: node)
      return insert(op, left, right)
    case .apply(let op, let parts):
      var operands: [NodeID] = []
      for part in parts { operands.append(insert(part, for: node)) }
      return insert(op, operands)
    }
  }
}
