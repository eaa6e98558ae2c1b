import ADCCalculus
import Testing

/// That equal nodes are one, whatever rows their operands form.
@Suite struct NodeIndexTests {
  @Test func pairsInEitherOrder() {
    var graph = ExpressionGraph()
    let leaves = (0..<60).map {
      graph.symbol(Symbol(name: "x\($0)", role: .variable, shape: .scalar))
    }
    let multiply = Catalogue.id(named: "multiply")!
    let less = Catalogue.id(named: "less")!
    var known: [[NodeID]: NodeID] = [:]
    for op in [multiply, less] {
      known = [:]
      for left in leaves {
        for right in leaves { known[[left, right]] = graph.insert(op, left, right) }
      }
      #expect(Set(known.values).count == 3600)
      for (operands, node) in known {
        #expect(graph.insert(op, operands) == node)
        #expect(graph.existing(op, operands) == node)
      }
    }
  }

  @Test func longSumsInEitherOrder() {
    var graph = ExpressionGraph()
    let leaves = (0..<60).map {
      graph.symbol(Symbol(name: "x\($0)", role: .variable, shape: .scalar))
    }
    let add = Catalogue.id(named: "add")!
    let sum = graph.insert(add, leaves)
    let reversed = graph.insert(add, leaves.reversed())
    #expect(sum != reversed)
    #expect(graph.insert(add, leaves) == sum)
    #expect(graph.insert(add, leaves.reversed()) == reversed)
  }

  @Test func manyUsersOfOneNode() {
    var graph = ExpressionGraph()
    let sine = Catalogue.id(named: "sin")!
    let multiply = Catalogue.id(named: "multiply")!
    let divide = Catalogue.id(named: "divide")!
    var chain = [graph.symbol(Symbol(name: "x", role: .variable, shape: .scalar))]
    for _ in 0..<5000 { chain.append(graph.insert(sine, chain[chain.count - 1])) }
    // The last made of the operands of all that follows.
    let hub = graph.symbol(Symbol(name: "y", role: .variable, shape: .scalar))
    let products = chain.map { graph.insert(multiply, $0, hub) }
    let quotients = chain.map { graph.insert(divide, hub, $0) }
    let count = graph.count
    #expect(Set(products + quotients).count == 2 * chain.count)
    for (place, node) in chain.enumerated() {
      #expect(graph.insert(multiply, node, hub) == products[place])
      #expect(graph.insert(divide, hub, node) == quotients[place])
    }
    #expect(graph.count == count)
  }
}
