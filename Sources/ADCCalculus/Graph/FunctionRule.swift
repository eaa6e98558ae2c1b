// Functions of a model that carry derivatives of their own: what a call stands for, and what it
// becomes when it is differentiated.

/// A function of numbers as expressions over symbols; a call applies it to every element.
package struct FunctionRule: Sendable {
  /// As in the model; in messages and in what is printed.
  package var name: String
  /// Symbols that the operands of a call take the place of: the arguments, then what else of the
  /// model the value depends on.
  package var arguments: [NodeID]
  /// Calls of other such functions in it have their values' place.
  package var value: NodeID
  /// By argument; nil where the value does not depend on it.
  package var partials: [NodeID?]
}

extension ExpressionGraph {
  /// Makes a function of an expression over some symbols, for `function_call`.
  ///
  /// The expression must be elementwise in the arguments and in what else it depends on.
  ///
  /// - Returns: its place in `rules`, and the nodes beside the arguments that a call needs as
  ///   operands behind them. The partial derivatives are those of the value until others are set.
  package mutating func defineFunction(
    _ name: String, arguments: [NodeID], value: NodeID
  ) throws(DifferentiationError) -> (rule: Int, captured: [NodeID]) {
    let captured = frontier(of: value, arguments)
    var replacements: [NodeID: NodeID] = [:]
    for node in captured {
      replacements[node] = symbol(
        Symbol(name: symbol(node)?.name ?? "", role: .variable, shape: shape(node)))
    }
    let symbols = arguments + captured.compactMap { replacements[$0] }
    let closed = substituting(replacements, in: [value])[0]
    let partials = try gradient(of: closed, by: symbols)
    let plain = inliningFunctions(in: [closed])[0]
    rules.append(
      FunctionRule(
        name: name, arguments: symbols, value: plain,
        partials: partials.map { number($0) == 0 ? nil : $0 }))
    return (rules.count - 1, captured)
  }

  /// The nodes that an expression takes from outside: operands that do not depend on the symbols
  /// but on some other one or on a loop, of nodes that do.
  func frontier(of value: NodeID, _ symbols: [NodeID]) -> [NodeID] {
    let depends = dependents(on: symbols, upTo: value)
    let needed = reachable(from: [value])
    var isOpen = [Bool](repeating: false, count: value.slot + 1)
    for slot in isOpen.indices where needed[slot] {
      isOpen[slot] =
        symbol(NodeID(slot)) != nil || operatorID(NodeID(slot)) == .size
        || operatorID(NodeID(slot)) == .scan
        || operands(NodeID(slot)).contains { isOpen[$0.slot] }
    }
    if !depends[value.slot] { return isOpen[value.slot] ? [value] : [] }
    var found: Set<NodeID> = []
    for slot in isOpen.indices where needed[slot] && depends[slot] {
      for operand in operands(NodeID(slot)) where isOpen[operand.slot] && !depends[operand.slot] {
        // A sign is written inside.
        found.insert(operatorID(operand) == .negate ? operands(operand)[0] : operand)
      }
    }
    return found.sorted()
  }

  /// What a call of a function with rules computes.
  package mutating func value(ofCall node: NodeID) -> NodeID {
    guard case .rule(let place) = attribute(node) else { return node }
    return applied(rules[place].value, to: node, rules[place])
  }

  /// The partial derivative of a call by one of its operands; nil for 0.
  mutating func partial(ofCall node: NodeID, by place: Int) -> NodeID? {
    guard case .rule(let rule) = attribute(node) else { return nil }
    return rules[rule].partials[place].map { applied($0, to: node, rules[rule]) }
  }

  private mutating func applied(
    _ template: NodeID, to node: NodeID, _ rule: FunctionRule
  ) -> NodeID {
    let replacements = Dictionary(
      uniqueKeysWithValues: zip(rule.arguments, operands(node)).map { ($0, $1) })
    return full(substituting(replacements, in: [template])[0], shape(node))
  }

  /// The roots with the values of calls in the place of the calls: what is not differentiated any
  /// more needs no rules.
  package mutating func inliningFunctions(in roots: [NodeID]) -> [NodeID] {
    guard !rules.isEmpty, let last = roots.max() else { return roots }
    let needed = reachable(from: roots)
    let outerOrigin = origin
    defer { origin = outerOrigin }
    var mapped: [NodeID: NodeID] = [:]
    for slot in 0...last.slot where needed[slot] {
      var node = NodeID(slot)
      origin = origin(at: slot)
      if operands(NodeID(slot)).contains(where: { mapped[$0] != nil }) {
        let operands = operands(NodeID(slot)).map { mapped[$0] ?? $0 }
        node = insert(operatorID(at: slot), operands, attribute(NodeID(slot)))
      }
      if operatorID(at: slot) == .functionCall { node = value(ofCall: node) }
      passName(of: NodeID(slot), to: node)
      if node.slot != slot { mapped[NodeID(slot)] = node }
    }
    return roots.map { mapped[$0] ?? $0 }
  }
}
