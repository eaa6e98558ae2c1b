package import ADCCalculus

/// Computes the values of nodes that depend on no symbol: constants, initial values, axes.
///
/// In: a graph and a node. Out: a table. Elementwise operators run their own kernels; of the others
/// those that a constant is likely to need.
package struct ConstantEvaluator {
  /// The most elements of a constant and of each of its parts.
  package static let sizeLimit = 1 << 24

  /// Why a node has no constant value, and which part of it is to blame.
  package struct Problem: Error {
    /// Why there is no value, without a full stop.
    package var message: String
    /// The node to blame.
    package var node: NodeID
  }

  private var values: [NodeID: Table] = [:]

  /// - Parameter values: what symbols stand for.
  package init(values: [NodeID: Table] = [:]) { self.values = values }

  /// The value of a node; `graph` grows where an operator is computed by its definition.
  package mutating func evaluate(
    _ root: NodeID, in graph: inout ExpressionGraph
  ) throws(Problem) -> Table {
    var open = [root]
    while let node = open.last {
      if values[node] != nil {
        open.removeLast()
        continue
      }
      let waiting = graph.operands(node).filter { values[$0] == nil }
      if waiting.isEmpty {
        if let definition = try definition(of: node, in: &graph) {
          if let value = values[definition] {
            values[node] = value
          } else {
            open.append(definition)
          }
        } else {
          values[node] = try compute(node, graph)
        }
      } else {
        open.append(contentsOf: waiting)
      }
    }
    guard let value = values[root] else { throw Problem(message: "it has no value", node: root) }
    return value
  }

  private func definition(
    of node: NodeID, in graph: inout ExpressionGraph
  ) throws(Problem) -> NodeID? {
    guard case .byDefinition = graph.execution(node) else { return nil }
    guard let definition = graph.op(node).definition?(&graph, node), definition != node else {
      throw unavailable(node, graph)
    }
    return definition
  }

  private func unavailable(_ node: NodeID, _ graph: ExpressionGraph) -> Problem {
    Problem(message: "`\(graph.op(node).spelling)` is not available in a constant", node: node)
  }

  private func compute(_ node: NodeID, _ graph: ExpressionGraph) throws(Problem) -> Table {
    let shape = graph.shape(node)
    guard let count = shape.knownCount, count >= 0, count <= Self.sizeLimit else {
      throw Problem(message: "the shape \(shape) is too large for a constant", node: node)
    }
    let operands = graph.operands(node).map { values[$0] ?? Table(shape: .scalar, values: [.nan]) }
    switch graph.execution(node) {
    case .leaf: return try leaf(node, graph)
    case .elementwise(let kernel): return elementwise(kernel, operands, shape, count)
    case .reduction(let reduction):
      guard case .axes(let axes, _) = graph.attribute(node) else { throw unavailable(node, graph) }
      return TableFunctions.reduce(operands[0], reduction, axes, into: shape, count)
    case .view(let view):
      if let table = TableFunctions.view(operands[0], view, graph.attribute(node), shape, count) {
        return table
      }
    case .generator(.iota):
      return Table(shape: shape, values: (0..<count).map(Double.init))
    case .generator(.size):
      if case .dimension(let dimension) = graph.attribute(node), let size = dimension.known {
        return Table(shape: .scalar, values: [Double(size)])
      }
    case .concatenation:
      if case .axis(let axis) = graph.attribute(node) {
        return TableFunctions.concatenate(operands, axis: axis, shape, count)
      }
    case .matrixProduct:
      if let table = TableFunctions.matrixProduct(operands[0], operands[1], shape, count) {
        return table
      }
    case .pad:
      if case .window(let starts, _) = graph.attribute(node),
        let table = TableFunctions.pad(operands[0], at: starts, shape, count)
      {
        return table
      }
    case .gather:
      let batch = graph.batch(of: node)
      if let table = TableFunctions.gather(operands[0], operands[1], batch, shape, count) {
        return table
      }
      throw Problem(message: "an index is outside its array", node: node)
    case .matrixFunction(let function):
      if let table = TableFunctions.matrixFunction(function, operands, shape, count) {
        return table
      }
    case .generator(.uniform), .scatterAdd, .cumulativeSum, .sort, .order, .takeAlong, .putAlong,
      .overlapAdd, .formula, .recurrence, .recurrenceResult, .byDefinition:
      break
    }
    throw unavailable(node, graph)
  }

  private func leaf(_ node: NodeID, _ graph: ExpressionGraph) throws(Problem) -> Table {
    switch graph.attribute(node) {
    case .number(let value): return Table(shape: .scalar, values: [value])
    case .table(let place): return graph.tables[place]
    default:
      let name = graph.symbol(node)?.name ?? "it"
      throw Problem(message: "`\(name)` is not a constant", node: node)
    }
  }

  private func elementwise(
    _ kernel: Kernel, _ operands: [Table], _ shape: Shape, _ count: Int
  ) -> Table {
    let columns = operands.map { TableFunctions.broadcast($0, to: shape, count) }
    var result = columns.first ?? []
    for place in result.isEmpty ? 0..<0 : 0..<1 {
      switch kernel {
      case .unary(let type):
        let x = columns[place]
        result.withUnsafeMutableBufferPointer { out in
          x.withUnsafeBufferPointer { x in
            if let x = x.baseAddress, let out = out.baseAddress { type.map(x, out, count) }
          }
        }
      case .binary(let type):
        for y in columns.dropFirst() {
          let x = result
          result.withUnsafeMutableBufferPointer { out in
            x.withUnsafeBufferPointer { x in
              y.withUnsafeBufferPointer { y in
                if let x = x.baseAddress, let y = y.baseAddress, let out = out.baseAddress {
                  type.map(x, y, out, count)
                }
              }
            }
          }
        }
      case .ternary(let type):
        guard columns.count == 3 else { break }
        result.withUnsafeMutableBufferPointer { out in
          columns[0].withUnsafeBufferPointer { x in
            columns[1].withUnsafeBufferPointer { y in
              columns[2].withUnsafeBufferPointer { z in
                if let x = x.baseAddress, let y = y.baseAddress, let z = z.baseAddress,
                  let out = out.baseAddress
                {
                  type.map(x, y, z, out, count)
                }
              }
            }
          }
        }
      }
    }
    return Table(shape: shape, values: result)
  }
}
