import ADCCalculus
import TestSupport
import Testing

@Suite("Recurrences")
struct RecurrenceTests {
  private func expectEqual(
    _ found: [[Double]], _ expected: [[Double]], within tolerance: Double = 1e-12,
    _ label: String = ""
  ) {
    #expect(found.map(\.count) == expected.map(\.count), "\(label)")
    for (left, right) in zip(found.joined(), expected.joined()) {
      #expect((left - right).magnitude <= tolerance * max(1, right.magnitude), "\(label)")
    }
  }

  @Test("go from step to step as if written out", arguments: [1, 2, 5], [false, true])
  func values(steps: Int, isReversed: Bool) {
    var sketch = RecurrentSketch(steps: steps, isNamed: false, isReversed: isReversed)
    let (loop, plain) = (sketch.results(), sketch.unrolled())
    expectEqual(sketch.evaluate(loop), sketch.evaluate(plain))
    let simple = Simplifier.simplify(&sketch.graph, loop).roots
    expectEqual(sketch.evaluate(simple), sketch.evaluate(plain))
  }

  @Test("have the gradient of the steps written out", arguments: [1, 2, 5], [false, true])
  func gradients(steps: Int, isReversed: Bool) throws {
    var sketch = RecurrentSketch(steps: steps, isNamed: false, isReversed: isReversed)
    let (loop, plain) = (sketch.results(), sketch.unrolled())
    // All results, each alone, and some that leave adjoints out.
    for places in [[0, 1, 2, 3], [0], [1], [2], [3], [0, 3]] {
      let losses = [loop, plain].map { results in sketch.loss(places.map { results[$0] }) }
      let found = try sketch.graph.gradient(of: losses[0], by: sketch.leaves)
      let expected = try sketch.graph.gradient(of: losses[1], by: sketch.leaves)
      let values = sketch.evaluate(expected)
      expectEqual(sketch.evaluate(found), values, "\(places)")
      let simple = Simplifier.simplify(&sketch.graph, [losses[0]] + found).roots
      expectEqual(sketch.evaluate(Array(simple.dropFirst())), values, "\(places) simplified")
    }
  }

  @Test("have the second derivatives of the steps written out", arguments: [1, 3], [false, true])
  func secondDerivatives(steps: Int, isReversed: Bool) throws {
    var sketch = RecurrentSketch(steps: steps, isNamed: false, isReversed: isReversed)
    let losses = [sketch.results(), sketch.unrolled()].map { sketch.loss($0) }
    var seconds: [[NodeID]] = []
    for loss in losses {
      let first = try sketch.graph.gradient(of: loss, by: sketch.leaves)
      let slope = sketch.loss(first)
      seconds.append(try sketch.graph.gradient(of: slope, by: sketch.leaves))
    }
    let expected = sketch.evaluate(seconds[1])
    expectEqual(sketch.evaluate(seconds[0]), expected, within: 1e-11)
    let simple = Simplifier.simplify(&sketch.graph, seconds[0]).roots
    expectEqual(sketch.evaluate(simple), expected, within: 1e-11, "simplified")
  }

  @Test("have gradients that agree with directions and with differences, of a named length")
  func directions() throws {
    var sketch = RecurrentSketch(steps: 4, isNamed: true)
    let loss = sketch.loss(sketch.results())
    let gradient = try sketch.graph.gradient(of: loss, by: sketch.leaves)
    let found = sketch.evaluate(gradient)
    var scratch = sketch.graph
    let prepared = scratch.prepare(gradient)
    let precise = try PreciseEvaluation.settledValues(
      of: prepared, in: scratch, sizes: sketch.sizes, symbols: sketch.values)
    expectEqual(found, precise, within: 1e-13, "with more digits")
    let reference = ReferenceEvaluator(
      graph: sketch.graph, sizes: sketch.sizes, symbols: sketch.values)
    for (place, values) in sketch.values.enumerated() {
      for element in values.indices {
        var directions = sketch.values.map { $0.map { _ in 0.0 } }
        directions[place][element] = 1
        let moved = ForwardEvaluator(reference, .direction, directions: directions)
          .evaluate([loss])[0].change.values[0]
        #expect((found[place][element] - moved).magnitude <= 1e-8)
        let difference = Differences.derivative(at: values[element], step: 0.01) { value in
          var changed = sketch
          changed.values[place][element] = value
          return changed.evaluate([loss])[0][0]
        }
        #expect((found[place][element] - difference).magnitude <= 1e-8)
      }
    }
  }

  @Test("grow with the length of a body, not with the number of steps")
  func size() throws {
    var counts: [Int] = []
    for steps in [3, 300_000] {
      var sketch = RecurrentSketch(steps: steps, isNamed: false)
      let loss = sketch.loss(sketch.results())
      let gradient = try sketch.graph.gradient(of: loss, by: sketch.leaves)
      let roots = Simplifier.simplify(&sketch.graph, [loss] + gradient).roots
      counts.append(sketch.graph.operationCount(roots))
      #expect(sketch.graph.count < 1000)
    }
    #expect(counts[0] == counts[1])
  }

  @Test("lift: the loops of all indices are one loop")
  func lifted() {
    var sketch = RecurrentSketch(steps: 3, isNamed: true)
    let i = sketch.graph.symbol(Symbol(name: "i", role: .variable, shape: .scalar))
    // The step's own leaves come before.
    sketch.values += [[], [], [], [0]]
    let starts = sketch.graph.symbol(
      Symbol(name: "starts", role: .input, shape: Shape([4, 2])))
    sketch.values.append([0.1, -0.2, 0.3, 0.7, -0.5, 0.4, 0.9, -0.8])
    let start = sketch.graph.insert(.gather, [starts, i])
    let results = sketch.graph.substituting([sketch.leaves[2]: start], in: sketch.results())
    let lifted = sketch.graph.lifted(results, over: i, dimension: 4)
    for (place, root) in lifted.enumerated() {
      #expect(sketch.graph.shape(root).dimensions.first == 4)
      let found = sketch.evaluate([root])
      let expected = (0..<4).flatMap { index -> [Double] in
        var single = sketch
        single.values[single.values.count - 2] = [Double(index)]
        return single.evaluate([results[place]])[0]
      }
      expectEqual(found, [expected])
    }
  }

  @Test("compute what no step changes once, before the loop")
  func closing() throws {
    var sketch = RecurrentSketch(steps: 3, isNamed: true)
    let results = sketch.results()
    let body = try #require(
      sketch.graph.result(results[0]).flatMap { sketch.graph.recurrence(of: $0.scan) })
    #expect(body.rows.count == 1)
    #expect(body.shared.count == 2)
    // X[t] is a row of X itself.
    let scan = try #require(sketch.graph.result(results[0])?.scan)
    #expect(sketch.graph.operands(scan).contains(sketch.leaves[0]))
  }
}
