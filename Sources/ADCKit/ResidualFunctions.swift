import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

/// The residuals of an objective that is a sum of squares, and their derivatives.
struct ResidualFunctions {
  private(set) var solver: RunDescription.Solver
  /// The residuals, then the blocks of the Jacobian.
  private(set) var roots: [NodeID]

  /// More scalar derivatives than this are not worth a program of their own.
  private static let blockLimit = 20_000

  /// Nil where the objective is no sum of squares.
  init?(
    _ model: CheckedModel, _ description: RunDescription.Solver, in graph: inout ExpressionGraph,
    simplifies: Bool
  ) throws(DifferentiationError) {
    guard let objective = model.objective, !objective.isMaximized else { return nil }
    var residuals = objective.responses.map(\.residual)
    if residuals.isEmpty {
      guard let found = SquaredTerms(of: objective.node, in: &graph)?.residuals else { return nil }
      residuals = found
    }
    let parameters = model.parameters.map(\.node)
    guard !parameters.isEmpty, residuals.count * parameters.count <= Self.blockLimit else {
      return nil
    }
    solver = description
    solver.residuals = residuals.count
    solver.responses = objective.responses.map(\.name)
    if simplifies {
      residuals = Simplifier.simplify(&graph, residuals, for: .differentiation).roots
    }
    var blocks: [NodeID] = []
    for (row, residual) in residuals.enumerated() {
      for (column, block) in try graph.blocks(of: residual, by: parameters).enumerated() {
        guard let block else { continue }
        solver.blocks.append(RunDescription.Solver.Block(residual: row, parameter: column))
        blocks.append(block)
      }
    }
    roots = graph.inliningFunctions(in: residuals + blocks)
    if simplifies { roots = Simplifier.simplify(&graph, roots).roots }
    let derivatives = Array(roots.dropFirst(residuals.count))
    solver.isLinear = !graph.dependent(derivatives, on: parameters)
  }

  /// The functions of the program, from the roots in the machine's terms.
  func requests(_ roots: [NodeID]) -> [FunctionRequest] {
    let names =
      (0..<solver.residuals).map { "\($0)" }
      + solver.blocks.map { "\($0.residual),\($0.parameter)" }
    let outputs = zip(names, roots).map { (name: $0, node: $1) }
    return [
      FunctionRequest(
        name: FunctionName.residuals, outputs: Array(outputs.prefix(solver.residuals))),
      FunctionRequest(name: FunctionName.jacobian, outputs: outputs),
    ]
  }
}

/// The terms of a sum of squares.
private struct SquaredTerms {
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
  fileprivate mutating func scaled(_ node: NodeID, by factor: Double) -> NodeID {
    factor == 1 ? node : build(.multiply, [constant(factor), node])
  }

  /// The derivatives of an array by each variable; nil where it does not depend on one.
  fileprivate mutating func blocks(
    of residual: NodeID, by variables: [NodeID]
  ) throws(DifferentiationError) -> [NodeID?] {
    if shape(residual).isScalar {
      let gradient = try gradient(of: residual, by: variables)
      return gradient.map { number($0) == 0 ? nil : $0 }
    }
    var result: [NodeID?] = []
    for variable in variables {
      guard depends(residual, on: variable) else {
        result.append(nil)
        continue
      }
      let whole = Shape(shape(residual).dimensions + shape(variable).dimensions)
      let block = try jacobian(of: residual, by: variable)
      result.append(shape(block) == whole ? block : insert(.broadcast, [block], .shape(whole)))
    }
    return result
  }

  /// Whether any of some nodes has one of the variables below it.
  fileprivate func dependent(_ nodes: [NodeID], on variables: [NodeID]) -> Bool {
    let reached = reachable(from: nodes)
    return variables.contains { $0.slot < reached.count && reached[$0.slot] }
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
