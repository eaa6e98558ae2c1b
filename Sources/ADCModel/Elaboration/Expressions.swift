import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// The node of an expression; reports what is wrong with it.
  mutating func elaborate(_ expression: Expression) throws(Reported) -> NodeID {
    try enter(expression.range)
    defer { depth -= 1 }
    switch expression.form {
    case .number(let value): return constant(value, at: expression.range)
    case .string:
      throw report(
        "AD0408", "a text stands where a number is expected", at: expression.range)
    case .name(let name): return try value(of: name, at: expression.range)
    case .sum(let first, let links): return try sum(first, links)
    case .product(let first, let links): return try product(first, links)
    case .power(let operands): return try power(operands, at: expression.range)
    case .prefix(let sign, let count, let operand):
      return try prefix(sign, count, operand, at: expression.range)
    case .comparison(let left, let comparison, let right):
      return try compare(left, comparison, right, at: expression.range)
    case .and(let operands): return try joined(Known.and, operands)
    case .or(let operands): return try joined(Known.or, operands)
    case .choice(let branches, let otherwise):
      return try choice(branches, otherwise, at: expression.range)
    case .call(let name, let arguments):
      return try call(name, arguments, at: expression.range)
    case .subscripted(let base, let subscripts):
      return try subscripted(base, subscripts, at: expression.range)
    case .transposed(let operand):
      return try transposed(operand, at: expression.range)
    case .array(let entries): return try array(entries, at: expression.range)
    case .loop(let loop): return try self.loop(loop, at: expression.range)
    case .block(let lets, let value): return try block(lets, value)
    case .missing: throw Reported()
    }
  }

  /// `A'`; of a name without dimensions and of a function it is likelier meant as a derivative.
  private mutating func transposed(
    _ operand: Expression, at range: SourceRange
  ) throws(Reported) -> NodeID {
    if case .name(let name) = operand.form, binding(name)?.kind == .function {
      throw report(
        "AD0205", "\(quote(name: name)) is a function, and `'` transposes a matrix", at: range,
        fix: "write `diff(\(name)(x), x)` for a derivative")
    }
    let node = try elaborate(operand)
    if case .name(let name) = operand.form, graph.shape(node).isScalar {
      throw report(
        "AD0305", "\(quote(range).map { "\($0): " } ?? "")`'` needs a matrix, and the shape is []",
        at: range, fix: "write `diff(\(name), x)` for a derivative by `x`")
    }
    return try apply(Known.transpose, [node], at: range)
  }

  private mutating func sum(
    _ first: Expression, _ links: [Expression.Link]
  ) throws(Reported) -> NodeID {
    var operands = [try elaborate(first)]
    operands.reserveCapacity(links.count + 1)
    var shape = graph.shape(operands[0])
    for (place, link) in links.enumerated() {
      var node = try elaborate(link.operand)
      shape = try broadcast(shape, graph.shape(node), first, links, place)
      if link.operator == .subtract { node = negated(node, at: link.operand.range) }
      operands.append(node)
    }
    let range = links.last.map { first.range.union($0.operand.range) } ?? first.range
    if operands.count == 1 { return operands[0] }
    let node = graph.build(Known.add, operands)
    record(range)
    return node
  }

  /// The common shape of what is left of a link and its operand.
  private mutating func broadcast(
    _ left: Shape, _ right: Shape, _ first: Expression, _ links: [Expression.Link], _ place: Int
  ) throws(Reported) -> Shape {
    if let shape = left.broadcast(with: right) { return shape }
    let operand = links[place].operand
    let range = first.range.union(operand.range)
    let subject = quote(range).map { "\($0): " } ?? ""
    let problem = BroadcastAdvice.problem(
      left, right, leftText: place == 0 ? indexable(first) : nil, rightText: indexable(operand))
    throw report("AD0301", subject + problem.message, at: range, fix: problem.fix)
  }

  /// The text of an expression that `[…]` can follow.
  private func indexable(_ expression: Expression) -> String? {
    guard substituteRange == nil, expression.range.upper - expression.range.lower <= 30 else {
      return nil
    }
    let text = source.text(expression.range)
    switch expression.form {
    case .name, .call, .loop, .transposed, .subscripted: return text
    case .number, .string, .sum, .product, .power, .prefix, .comparison, .and, .or, .choice,
      .array, .block, .missing:
      return text.contains(where: \.isNewline) ? nil : "(\(text))"
    }
  }

  private mutating func product(
    _ first: Expression, _ links: [Expression.Link]
  ) throws(Reported) -> NodeID {
    // Factors that wait to be multiplied in one node.
    var factors = [try elaborate(first)]
    var shape = graph.shape(factors[0])
    var range = first.range
    for (place, link) in links.enumerated() {
      let before = range
      range = first.range.union(link.operand.range)
      let node = try elaborate(link.operand)
      if link.operator == .multiply {
        shape = try broadcast(shape, graph.shape(node), first, links, place)
        factors.append(node)
        continue
      }
      let left = multiplied(factors, at: before)
      if link.operator == .divide {
        _ = try broadcast(shape, graph.shape(node), first, links, place)
        factors = [try apply(Known.divide, [left, node], at: range)]
      } else {
        factors = [try apply(Known.matmul, [left, node], at: range, code: "AD0302")]
      }
      shape = graph.shape(factors[0])
    }
    return multiplied(factors, at: range)
  }

  private mutating func multiplied(_ factors: [NodeID], at range: SourceRange) -> NodeID {
    if factors.count == 1 { return factors[0] }
    let node = graph.build(Known.multiply, factors)
    record(range)
    return node
  }

  private mutating func power(
    _ operands: [Expression], at range: SourceRange
  ) throws(Reported) -> NodeID {
    var nodes: [NodeID] = []
    for operand in operands { nodes.append(try elaborate(operand)) }
    var result = nodes[nodes.count - 1]
    for place in stride(from: nodes.count - 2, through: 0, by: -1) {
      let part = SourceRange(operands[place].range.lower, range.upper)
      result = try apply(Known.power, [nodes[place], result], at: part, code: "AD0301")
    }
    return result
  }

  /// `-x`; a number just changes its sign.
  mutating func negated(_ node: NodeID, at range: SourceRange) -> NodeID {
    if let number = graph.number(node) { return constant(-number, at: range) }
    let result = graph.build(Known.negate, [node])
    record(range)
    return result
  }

  private mutating func prefix(
    _ sign: PrefixOperator, _ count: Int, _ operand: Expression, at range: SourceRange
  ) throws(Reported) -> NodeID {
    let node = try elaborate(operand)
    switch sign {
    case .plus: return node
    case .minus: return count.isMultiple(of: 2) ? node : negated(node, at: range)
    case .not:
      let once = try apply(Known.not, [node], at: range)
      return count.isMultiple(of: 2) ? try apply(Known.not, [once], at: range) : once
    }
  }

  private mutating func compare(
    _ left: Expression, _ comparison: ComparisonOperator, _ right: Expression,
    at range: SourceRange
  ) throws(Reported) -> NodeID {
    let a = try elaborate(left)
    let b = try elaborate(right)
    let (op, operands): (OperatorID, [NodeID])
    switch comparison {
    case .less: (op, operands) = (Known.less, [a, b])
    case .lessOrEqual: (op, operands) = (Known.lessEqual, [a, b])
    case .greater: (op, operands) = (Known.less, [b, a])
    case .greaterOrEqual: (op, operands) = (Known.lessEqual, [b, a])
    case .equal: (op, operands) = (Known.equal, [a, b])
    case .notEqual: (op, operands) = (Known.notEqual, [a, b])
    }
    return try apply(op, operands, at: range, code: "AD0301")
  }

  private mutating func joined(
    _ op: OperatorID, _ operands: [Expression]
  ) throws(Reported) -> NodeID {
    var result = try elaborate(operands[0])
    for operand in operands.dropFirst() {
      let node = try elaborate(operand)
      let range = operands[0].range.union(operand.range)
      result = try apply(op, [result, node], at: range, code: "AD0301")
    }
    return result
  }

  private mutating func choice(
    _ branches: [Expression.Branch], _ otherwise: Expression, at range: SourceRange
  ) throws(Reported) -> NodeID {
    let around = branchConditions.count
    defer { branchConditions.removeSubrange(around...) }
    var chosen: [(condition: NodeID, value: NodeID)] = []
    var last: NodeID?
    var unused: [Expression] = []
    for (place, branch) in branches.enumerated() {
      let condition = try elaborate(branch.condition)
      if graph.shape(condition).isScalar, let decided = constantNumber(condition) {
        // What never happens is left out, so that an optimizer keeps no state for it.
        if decided == 0 {
          unused.append(branch.value)
          continue
        }
        last = try elaborate(branch.value)
        unused += branches[(place + 1)...].map(\.value) + [otherwise]
        break
      }
      if dependsOnIndex(condition) {
        branchConditions.append(condition)
        chosen.append((condition, try elaborate(branch.value)))
        branchConditions.removeLast()
        branchConditions.append(try apply(Known.not, [condition], at: branch.condition.range))
      } else {
        chosen.append((condition, try elaborate(branch.value)))
      }
    }
    var result: NodeID
    if let last { result = last } else { result = try elaborate(otherwise) }
    for (condition, value) in chosen.reversed() {
      result = try apply(Known.select, [condition, value, result], at: range, code: "AD0301")
    }
    return stretched(result, to: unused, at: range)
  }

  /// A value under the shape that it has beside what is never chosen, as far as that goes with it:
  /// `if` is elementwise whether or not its condition is known.
  private mutating func stretched(
    _ node: NodeID, to unused: [Expression], at range: SourceRange
  ) -> NodeID {
    var shape = graph.shape(node)
    for expression in unused {
      let (reports, drawn, level) = (diagnostics.count, draws, depth)
      if let other = try? elaborate(expression) {
        shape = shape.broadcast(with: graph.shape(other)) ?? shape
      }
      diagnostics.removeSubrange(reports...)
      (draws, depth) = (drawn, level)
    }
    if shape == graph.shape(node) { return node }
    let result = graph.insert(Known.broadcast, [node], .shape(shape))
    record(range)
    return result
  }

  private mutating func block(
    _ lets: [LetDeclaration], _ value: Expression
  ) throws(Reported) -> NodeID {
    locals.append([:])
    defer { locals.removeLast() }
    for declaration in lets { try defineLocal(declaration) }
    return try elaborate(value)
  }

  /// A `let` in the innermost scope.
  mutating func defineLocal(_ declaration: LetDeclaration) throws(Reported) {
    let nodes = try values(of: declaration)
    for (name, node) in zip(declaration.names, nodes) {
      if let first = locals[locals.count - 1][name.text] {
        throw report(
          "AD0202", "\(quote(name: name.text)) is defined twice", at: name.range,
          notes: [
            Diagnostic.Note("it is \(first.kind.rawValue) already, defined here", at: first.range)
          ])
      }
      locals[locals.count - 1][name.text] = Binding(
        meaning: .node(node), kind: .binding, range: name.range)
      if scanDepth > 0 { graph.name(node, name.text) }
    }
  }
}
