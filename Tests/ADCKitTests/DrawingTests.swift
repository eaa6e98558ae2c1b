import ADCCalculus
import ADCEmission
import ADCKit
import Testing

/// Layouts of graphs: nothing overlaps, arrows go down, and the same graph is drawn the same.
@Suite struct DrawingTests {
  /// A graph of many boxes: every one uses up to two that came before.
  private func edges(_ count: Int) -> [(from: Int, to: Int)] {
    (1..<count).flatMap { to -> [(from: Int, to: Int)] in
      let first = (to * 7 + 3) % to
      let second = (to * 13 + 5) % to
      return first == second ? [(first, to)] : [(first, to), (second, to)]
    }
  }

  @Test(arguments: [1, 2, 10, 100, 300]) func boxesKeepApart(count: Int) {
    let sizes = (0..<count).map { (width: Double(40 + $0 % 5 * 20), height: 30.0) }
    let edges = edges(count)
    let layout = LayeredLayout(sizes: sizes, edges: edges)
    for first in 0..<count {
      for second in first + 1..<max(count, first + 1)
      where layout.places[first].y == layout.places[second].y {
        let apart = abs(layout.places[first].x - layout.places[second].x)
        #expect(apart >= (sizes[first].width + sizes[second].width) / 2)
      }
    }
    for (place, edge) in edges.enumerated() {
      #expect(layout.places[edge.from].y < layout.places[edge.to].y)
      let route = layout.routes[place]
      #expect(zip(route, route.dropFirst()).allSatisfy { $0.y <= $1.y })
    }
    #expect(layout.places.allSatisfy { $0.x >= 0 && $0.x <= layout.width })
  }

  @Test func drawingsAreRepeatable() throws {
    let task = try DerivativeTask(DerivativeRequest(["exp(-x^2)*sin(x*y)/(1 + y^2)"]))
    #expect(task.drawing().svg == task.drawing().svg)
    #expect(task.drawing().dot == task.drawing().dot)
    #expect(task.drawing().svg.contains(">d/dy<"))
    #expect(!task.drawing().svg.contains("nan"))
  }
}
