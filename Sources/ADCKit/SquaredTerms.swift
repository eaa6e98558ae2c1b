import ADCCalculus

/// The terms of a sum of squares.
struct SquaredTerms {
  private(set) var residuals: [NodeID] = []
  private static let limit = 10_000

  /// Nil where a term is no square of a real number with a positive factor.
  init?(of node: NodeID, in graph: inout ExpressionGraph) {
    var open: [(node: NodeID, factor: Double)] = [(node, 1)]
    while let (next, factor) = open.popLast() {
      guard residuals.count + open.count < Self.limit else { return nil }
      let operands = graph.operands(next)
      switch graph.operatorID(next) {
      case .add where graph.shape(next).isScalar:
        for operand in operands.reversed() { open.append((operand, factor)) }
      case .multiply:
        let numbers = operands.compactMap { graph.number($0) }
        let rest = operands.filter { graph.number($0) == nil }
        let product = numbers.reduce(factor, *)
        if rest.count == 1, product > 0, product.isFinite {
          open.append((rest[0], product))
        } else if rest.count == 2, rest[0] == rest[1], product > 0, product.isFinite {
          residuals.append(graph.scaled(rest[0], by: product.squareRoot()))
        } else {
          return nil
        }
      case .divide:
        guard let divisor = graph.number(operands[1]), divisor > 0, divisor.isFinite else {
          return nil
        }
        open.append((operands[0], factor / divisor))
      case .power:
        guard let exponent = graph.number(operands[1]), exponent > 0,
          exponent.truncatingRemainder(dividingBy: 2) == 0
        else { return nil }
        let root =
          exponent == 2
          ? operands[0] : graph.build(.power, [operands[0], graph.constant(exponent / 2)])
        residuals.append(graph.scaled(root, by: factor.squareRoot()))
      case .sum:
        // Over all elements of one array of squares.
        guard graph.shape(next).isScalar, let inner = Self.root(ofSquares: operands[0], &graph)
        else { return nil }
        residuals.append(graph.scaled(inner, by: factor.squareRoot()))
      case .mean:
        guard graph.shape(next).isScalar, let inner = Self.root(ofSquares: operands[0], &graph)
        else { return nil }
        // The mean of r² is the sum of (r / sqrt(n))².
        let sizes = graph.shape(operands[0]).dimensions.map {
          graph.insert(.size, [], .dimension($0))
        }
        let count = sizes.count == 1 ? sizes[0] : graph.build(.multiply, sizes)
        let scaled = graph.build(.divide, [inner, graph.build(.sqrt, [count])])
        residuals.append(graph.scaled(scaled, by: factor.squareRoot()))
      default:
        guard let number = graph.number(next), number >= 0, number.isFinite else { return nil }
        residuals.append(graph.constant((number * factor).squareRoot()))
      }
    }
    if residuals.isEmpty { return nil }
  }

  private static func root(ofSquares node: NodeID, _ graph: inout ExpressionGraph) -> NodeID? {
    let operands = graph.operands(node)
    guard graph.operatorID(node) == .power, let exponent = graph.number(operands[1]), exponent > 0,
      exponent.truncatingRemainder(dividingBy: 2) == 0
    else { return nil }
    return exponent == 2
      ? operands[0] : graph.build(.power, [operands[0], graph.constant(exponent / 2)])
  }
}

extension ExpressionGraph {
  /// A node times a number.
  mutating func scaled(_ node: NodeID, by factor: Double) -> NodeID {
    factor == 1 ? node : build(.multiply, [constant(factor), node])
  }

  /// A node kept between two numbers.
  mutating func clamped(_ node: NodeID, to bounds: ClosedRange<Double>) -> NodeID {
    var result = node
    if bounds.lowerBound > -.infinity {
      result = build(.maximum, [result, constant(bounds.lowerBound)])
    }
    if bounds.upperBound < .infinity {
      result = build(.minimum, [result, constant(bounds.upperBound)])
    }
    return result
  }
}
