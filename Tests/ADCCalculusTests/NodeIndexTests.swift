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
}
