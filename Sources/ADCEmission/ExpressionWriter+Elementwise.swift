import ADCCalculus
import ADCSyntax

extension ExpressionWriter {
  func elementwise(_ node: NodeID) -> Expression {
    let operands = graph.operands(node)
    switch graph.operatorID(node) {
    case .add: return sum(fitting(operands))
    case .subtract:
      return Expression(
        .sum(text(operands[0]), [Expression.Link(.subtract, Tree.nowhere, text(operands[1]))]),
        Tree.nowhere)
    case .multiply: return overLengths(node) ?? product(fitting(operands))
    case .inverseLength:
      return Tree.product(Tree.number(1), .divide, text(operands[0]))
    case .divide: return overLengths(node) ?? quotient(node)
    case .negate: return negated(operands[0])
    case .power: return power(operands)
    case .select:
      let branch = Expression.Branch(condition: text(operands[0]), value: text(operands[1]))
      return Expression(.choice([branch], otherwise: text(operands[2])), Tree.nowhere)
    case .less: return comparison(operands, .less)
    case .lessOrEqual: return comparison(operands, .lessOrEqual)
    case .equal: return comparison(operands, .equal)
    case .notEqual: return comparison(operands, .notEqual)
    case .and: return Expression(.and(operands.map { text($0) }), Tree.nowhere)
    case .or: return Expression(.or(operands.map { text($0) }), Tree.nowhere)
    case .not:
      return Expression(.prefix(.not, count: 1, text(operands[0])), Tree.nowhere)
    default:
      return Tree.call(
        graph.op(node).spelling, operands.map { Tree.argument(text($0)) })
    }
  }

  /// `-a*b/c` rather than `-(a*b/c)`: the sign of the first factor is that of the product.
  private func negated(_ node: NodeID) -> Expression {
    let value = text(node)
    guard case .product(let first, let links) = value.form else { return Tree.minus(value) }
    if case .prefix = first.form { return Tree.minus(value) }
    return Expression(.product(Tree.minus(first), links), Tree.nowhere)
  }

  private func comparison(_ operands: [NodeID], _ op: ComparisonOperator) -> Expression {
    // 0 < x reads better as x > 0.
    if graph.number(operands[0]) != nil, graph.number(operands[1]) == nil,
      op == .less || op == .lessOrEqual
    {
      let turned: ComparisonOperator = op == .less ? .greater : .greaterOrEqual
      return Expression(
        .comparison(text(operands[1]), turned, text(operands[0])), Tree.nowhere)
    }
    return Expression(.comparison(text(operands[0]), op, text(operands[1])), Tree.nowhere)
  }

  private func sum(_ operands: [NodeID]) -> Expression {
    var links: [Expression.Link] = []
    for operand in operands.dropFirst() {
      if let positive = withoutSign(operand) {
        links.append(Expression.Link(.subtract, Tree.nowhere, positive))
      } else {
        links.append(Expression.Link(.add, Tree.nowhere, text(operand)))
      }
    }
    return Expression(.sum(text(operands[0]), links), Tree.nowhere)
  }

  /// The term without the minus sign that it begins with; nil for one that begins with none.
  private func withoutSign(_ node: NodeID) -> Expression? {
    switch text(node).form {
    case .prefix(.minus, let count, let value) where count == 1:
      return names[node] == nil ? value : nil
    case .product(let first, let links):
      guard case .prefix(.minus, let count, let value) = first.form, count == 1, names[node] == nil
      else { return nil }
      return Expression(.product(value, links), Tree.nowhere)
    default: return nil
    }
  }

  func product(_ operands: [NodeID]) -> Expression {
    // a/b*c is (a/b)*c: a product on the left goes on.
    var (first, links) = (text(operands[0]), [Expression.Link]())
    if case .product(let head, let rest) = first.form { (first, links) = (head, rest) }
    func append(_ op: BinaryOperator, _ factor: Expression) {
      links.append(Expression.Link(op, Tree.nowhere, factor))
    }
    for operand in operands.dropFirst() {
      let factor = text(operand)
      // c * (A @ B) is written c * A @ B: a scalar may be taken in from the left.
      if operand == operands.last, operands.dropLast().allSatisfy({ graph.isScalar($0) }),
        case .product(let head, let rest) = factor.form,
        rest.allSatisfy({ $0.operator == .matrixMultiply })
      {
        append(.multiply, head)
        for link in rest { append(.matrixMultiply, link.operand) }
        continue
      }
      append(.multiply, factor)
    }
    return links.isEmpty ? first : Expression(.product(first, links), Tree.nowhere)
  }

  private func quotient(_ node: NodeID) -> Expression {
    let operands = graph.operands(node)
    if graph.operatorID(operands[0]) == .sum, names[operands[0]] == nil,
      let mean = mean(sum: operands[0], divisor: operands[1])
    {
      return mean
    }
    return Tree.product(text(operands[0]), .divide, text(operands[1]))
  }

  /// `sum(x)/n` as `mean(x)` where n is the number of elements summed.
  private func mean(sum: NodeID, divisor: NodeID) -> Expression? {
    // A name of the model hides the function.
    guard !taken.contains("mean") else { return nil }
    var scratch = graph
    guard scratch.reducedCount(of: sum) == divisor,
      case .call(_, let arguments) = text(sum).form
    else { return nil }
    return Tree.call("mean", arguments)
  }

  private func power(_ operands: [NodeID]) -> Expression {
    if let inverse = inversePower(operands) { return inverse }
    let (base, exponent) = (text(operands[0]), text(operands[1]))
    if case .power(let rest) = exponent.form {
      return Expression(.power([base] + rest), Tree.nowhere)
    }
    return Expression(.power([base, exponent]), Tree.nowhere)
  }
}
