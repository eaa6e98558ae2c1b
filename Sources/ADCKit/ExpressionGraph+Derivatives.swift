import ADCCalculus
import ADCMachine
import ADCModel

// What second derivatives of a loss and derivatives of outputs have in common, on the way from an
// expression to what the machine runs.

extension ExpressionGraph {
  /// What a differentiation gives, or why it cannot be done.
  mutating func differentiated(
    _ body: (inout ExpressionGraph) throws(DifferentiationError) -> [NodeID]
  ) throws(DerivativeError) -> [NodeID] {
    do throws(DifferentiationError) {
      return try body(&self)
    } catch {
      throw DerivativeError(code: "AD0601", message: error.message)
    }
  }

  /// The pattern of the derivatives of some nodes.
  ///
  /// - Parameter known: values of inputs, which say what indices take.
  mutating func pattern(
    of nodes: [NodeID], by variables: [NodeID], sizes: [String: Int], known: [NodeID: Table]
  ) throws(DerivativeError) -> SparsityPattern {
    do throws(SparsityError) {
      return try sparsity(of: nodes, by: variables, sizes: sizes) { graph, node, own in
        var scratch = graph
        var evaluator = ConstantEvaluator(values: known.merging(own) { $1 })
        return try? evaluator.evaluate(node, in: &scratch).values
      }
    } catch {
      throw DerivativeError(error)
    }
  }

  /// Products along one direction, along all directions of an array at once.
  ///
  /// - Parameters:
  ///   - directions: for each direction the array of directions that takes its place.
  ///   - dimension: the first axis of those arrays and of the results.
  mutating func compressed(
    _ products: [NodeID], replacing directions: [NodeID: NodeID], over dimension: Dimension
  ) -> [NodeID] {
    zip(lifted(products, replacing: directions, dimension), products).map { root, product in
      let shape = Shape([dimension] + self.shape(product).dimensions)
      return self.shape(root) == shape ? root : insert(.broadcast, [root], .shape(shape))
    }
  }

  /// Some roots in the machine's terms, in a graph of their own.
  mutating func preparedForMachine(
    _ roots: [NodeID]
  ) -> (graph: ExpressionGraph, roots: [NodeID]) {
    let plain = inliningFunctions(in: roots)
    let simple = Simplifier.simplify(&self, plain).roots
    var scratch = self
    let guarded = scratch.guarding(simple, in: simple)
    let prepared = scratch.prepare(guarded)
    return (scratch, prepared)
  }
}
