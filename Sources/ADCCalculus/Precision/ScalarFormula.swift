// Expressions of numbers alone, whose digits are looked after when they are evaluated.
// In: nodes of a graph without arrays. Out: values that are right to the last few bits, where a
// double can hold them.
//
// As in geometric predicates (J. R. Shewchuk, "Adaptive precision floating-point arithmetic and
// fast robust geometric predicates", 1997) a value is first computed in double together with a
// bound of its error; only where the bound is too wide is it computed again with more digits.

/// An expression, or several that share, over numbers: steps in an order in which they can run.
package struct ScalarFormula: Hashable, Sendable {
  /// A value of the formula.
  package enum Step: Hashable, Sendable {
    /// A value from outside, by its place among the inputs.
    case input(Int)
    case number(Double)
    /// An elementwise operator of the results of earlier steps.
    case apply(OperatorID, [Int])
  }

  /// In an order in which each comes after those that it reads.
  package var steps: [Step]
  /// The steps whose results are wanted.
  package var outputs: [Int]
  /// The values from outside, of which steps may read some only.
  package var inputCount: Int
  /// Whether the value is to be right to the last unit whatever that costs, or only where double
  /// loses more than some units.
  package var isExacting = false

  /// A formula that is not exacting. Nothing is checked.
  package init(steps: [Step], outputs: [Int], inputCount: Int) {
    self.steps = steps
    self.outputs = outputs
    self.inputCount = inputCount
  }

  /// Whether every step is an input, a number or an elementwise operator over earlier steps, and
  /// the outputs are steps: what evaluation takes for granted.
  package var isSound: Bool {
    for (place, step) in steps.enumerated() {
      switch step {
      case .input(let input):
        guard input >= 0, input < inputCount else { return false }
      case .number: continue
      case .apply(let op, let operands):
        guard Catalogue.operators.indices.contains(op.index),
          case .elementwise(let kernel) = Catalogue.operators[op.index].execution,
          Catalogue.operators[op.index].arity.contains(operands.count),
          operands.count == kernel.arity || (kernel.arity == 2 && operands.count > 2),
          operands.allSatisfy({ $0 >= 0 && $0 < place })
        else { return false }
      }
    }
    return !outputs.isEmpty && outputs.allSatisfy { $0 >= 0 && $0 < steps.count }
  }
}

extension Kernel {
  /// The number of operands that the kernel takes at once.
  package var arity: Int {
    switch self {
    case .unary: 1
    case .binary: 2
    case .ternary: 3
    }
  }
}

extension ExpressionGraph {
  /// The nodes as a formula of symbols; nil where they need anything but numbers, symbols without
  /// dimensions and elementwise operators, or more steps than `limit`.
  ///
  /// - Returns: the formula, and the symbols that are its inputs.
  package func scalarFormula(
    of roots: [NodeID], limit: Int
  ) -> (formula: ScalarFormula, inputs: [NodeID])? {
    guard !roots.isEmpty, let order = order(of: roots, limit: limit) else { return nil }
    var places: [NodeID: Int] = [:]
    var formula = ScalarFormula(steps: [], outputs: [], inputCount: 0)
    var inputs: [NodeID] = []
    for node in order {
      guard isScalar(node) else { return nil }
      if let value = number(node) {
        formula.steps.append(.number(value))
      } else if symbol(node) != nil {
        formula.steps.append(.input(inputs.count))
        inputs.append(node)
      } else if case .elementwise = execution(node) {
        let operands = operands(node).compactMap { places[$0] }
        formula.steps.append(.apply(operatorID(node), operands))
      } else {
        return nil
      }
      places[node] = formula.steps.count - 1
    }
    formula.outputs = roots.compactMap { places[$0] }
    formula.inputCount = inputs.count
    return (formula, inputs)
  }

  /// What some nodes need, operands first; nil where that is more than a number of nodes. The time
  /// grows with this number, not with the graph.
  private func order(of roots: [NodeID], limit: Int) -> [NodeID]? {
    var found = Set(roots)
    var stack = Array(found)
    while let node = stack.popLast() {
      guard found.count <= limit else { return nil }
      for place in operandPlaces(node.slot) where found.insert(operand(at: place)).inserted {
        stack.append(operand(at: place))
      }
    }
    return found.sorted()
  }
}
