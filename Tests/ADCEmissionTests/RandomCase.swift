import ADCCalculus
import ADCEmission
import ADCMachine
import TestSupport

/// A random expression of a seed with its gradient, and everything that must agree about it.
struct RandomCase {
  let seed: Int
  private(set) var random: RandomExpression
  private var graph: ExpressionGraph
  private let loss: NodeID
  private var gradient: [NodeID]
  /// The elements of all symbols, of the directions too.
  private var symbols: [[Double]]
  private var directions: [[Double]]
  private(set) var problems: [String] = []

  init(seed: Int) throws {
    self.seed = seed
    random = RandomExpression(
      seed: UInt64(seed), operations: 5 + seed % 23, seed % 5 == 1 ? .loops : .catalogue,
      scalarsOnly: seed % 4 == 0)
    loss = random.scalar(ofLast: 3)
    graph = random.graph
    symbols = random.symbols
    directions = random.symbols.map { $0.map { _ in 0 } }
    // Every other gradient is that of the simplified expression.
    let start =
      seed % 2 == 0 ? loss : Simplifier.simplify(&graph, [loss], for: .differentiation).roots[0]
    gradient = try graph.gradient(of: start, by: random.leaves)
  }

  /// What disagrees.
  static func problems(seed: Int) throws -> [String] {
    var random = try RandomCase(seed: seed)
    try random.checkAll()
    return random.problems
  }

  private mutating func checkAll() throws {
    let simple = checkSimplifier()
    checkMachine(simple)
    try checkWriting(simple)
    try checkDirections()
  }

  /// How many operations more all roots together may need than as they were, where no root alone
  /// does: `y*s` and `z*s` read better than products with what was shared before.
  private static let patience = 3

  private mutating func fail(_ what: String, _ node: NodeID? = nil) {
    problems.append("seed \(seed): \(what)" + (node.map { "\n\(source($0))" } ?? ""))
  }

  /// The model that a person would get.
  private func source(_ root: NodeID, style: SharingStyle = .named) -> String {
    let written = Written(graph, [root], style: style)
    let needed = graph.reachable(from: [root])
    var text = ""
    for leaf in random.leaves where needed.count > leaf.slot && needed[leaf.slot] {
      guard let symbol = graph.symbol(leaf) else { continue }
      text += "input \(symbol.name): \(symbol.shape.isScalar ? "[]" : symbol.shape.description)\n"
    }
    text += "input sizes: [n, m]\n"
    for line in written.lines { text += "let \(line.name) = \(line.text)\n" }
    return text + "let value = \(written.roots[0])\n"
  }

  private func bounded(_ roots: [NodeID]) -> [ForwardEvaluator.Moving] {
    var scratch = graph
    let prepared = scratch.prepare(roots)
    let evaluator = ReferenceEvaluator(graph: scratch, sizes: random.sizes, symbols: symbols)
    return ForwardEvaluator(evaluator, .rounding).evaluate(prepared)
  }

  /// Whether anything is divided by a length.
  private var hasLengths: Bool {
    (0..<graph.count).contains { graph.operatorID(NodeID($0)) == .inverseLength }
  }

  /// Where two values differ by more than both may be off.
  private func difference(
    _ one: ForwardEvaluator.Moving, _ other: ForwardEvaluator.Moving
  ) -> String? {
    if one.value.sizes != other.value.sizes {
      return "sizes \(one.value.sizes) and \(other.value.sizes)"
    }
    for place in one.value.values.indices {
      let (expected, found) = (one.value.values[place], other.value.values[place])
      let error = one.change.values[place]
      guard expected.isFinite, error.isFinite, other.change.values[place].isFinite else { continue }
      let both = 8 * (error + other.change.values[place]) * 0x1p-53 + 1e-300
      // Text says `x/norm(x)`, which is no number where the length is 0; the operator is 0 there.
      if found.isNaN, hasLengths { continue }
      if !((found - expected).magnitude <= both) {
        return "element \(place) is \(found), expected \(expected) within \(both)"
      }
    }
    return nil
  }

  // MARK: - Simplified and not

  private mutating func checkSimplifier() -> [NodeID] {
    let roots = [loss] + gradient
    let before = graph.operationCount(roots)
    let (count, size) = (graph.count, graph.reachable(from: roots).count(where: { $0 }))
    let (simple, firings) = Simplifier.simplify(&graph, roots)
    let work = graph.count - count
    if work > 60 * size + 2000 { fail("\(work) nodes made for \(size)", loss) }
    let mayCost = firings.keys.contains { !$0.gain.isEmpty }
    let after = graph.operationCount(simple)
    if after > before + Self.patience, !mayCost {
      fail("\(after) operations, \(before) before, all roots", loss)
    }
    let own = graph.operationCount([loss])
    if before > 12 * own + 60 { fail("a gradient of \(before) operations for \(own)", loss) }
    let again = Simplifier.simplify(&graph, simple).roots
    for (one, other) in zip(simple, again) where one != other {
      fail("simplified again: \(written(one))\n  became \(written(other))")
    }
    for root in roots {
      let (alone, firings) = Simplifier.simplify(&graph, [root])
      let (old, new) = (graph.operationCount([root]), graph.operationCount(alone))
      if new > old, !firings.keys.contains(where: { !$0.gain.isEmpty }) {
        fail("\(new) operations for \(old): \(written(root))\n  became \(written(alone[0]))")
      }
    }
    let values = bounded(roots + simple)
    for place in roots.indices {
      if let difference = difference(values[place], values[roots.count + place]) {
        fail("simplified: \(difference): \(written(simple[place]))", roots[place])
      }
    }
    return simple
  }

  private func written(_ node: NodeID) -> String { Written(graph, [node]).texts }

  // MARK: - The machine

  private mutating func checkMachine(_ roots: [NodeID]) {
    var results: [(values: [[Double]], hasProducts: Bool)] = []
    for engine in [Engine.interpreter, .native] {
      do throws(MachineError) {
        results.append(try run(roots, engine))
      } catch {
        fail("the machine refused: \(error)", roots[0])
        return
      }
    }
    let expected = bounded(roots)
    for place in roots.indices {
      // The sign of what is no number means nothing. Products add their terms in another order.
      let bits = results.map { $0.values[place].map { $0.isNaN ? 0 : $0.bitPattern } }
      if bits[0] != bits[1], !results[0].hasProducts {
        fail("native code has other bits", roots[place])
      }
      for result in results {
        var found = expected[place]
        guard found.value.values.count == result.values[place].count else {
          fail("the machine gives \(result.values[place].count) elements", roots[place])
          continue
        }
        found.value.values = result.values[place]
        if let difference = difference(expected[place], found) {
          fail("machine: \(difference)", roots[place])
        }
      }
    }
  }

  /// The values of the roots, and whether matrix products are among what computes them.
  private func run(
    _ roots: [NodeID], _ engine: Engine
  ) throws(MachineError) -> (values: [[Double]], hasProducts: Bool) {
    let request = FunctionRequest(
      name: "f", outputs: roots.enumerated().map { ("\($0)", $1) })
    let program = try Program.lower(graph, [request])
    let function = try BoundFunction(
      program, function: "f", sizes: random.sizes, settings: ExecutionSettings(engine: engine))
    let memory = SymbolMemory(program)
    for (place, values) in symbols.enumerated() { memory.set(place, values) }
    try function.run(memory)
    let hasProducts = program.disassembly(function: "f").contains("matmul")
    return (roots.indices.map { function.values(ofOutput: $0) }, hasProducts)
  }

  // MARK: - Printing and parsing

  private mutating func checkWriting(_ simple: [NodeID]) throws {
    let some = simple[1 + seed % (simple.count - 1)]
    for (place, root) in [loss, simple[0], some].enumerated() {
      let style = (seed + place) % 2 == 0 ? SharingStyle.inline(limit: 40) : .named
      let text = source(root, style: style)
      var reading: Reading
      do {
        reading = try Reading(model: text)
      } catch {
        fail("not read again:\n\(text)")
        continue
      }
      if reading.graph.shape(reading.node) != graph.shape(root) {
        fail("read with shape \(reading.graph.shape(reading.node)):\n\(text)")
        continue
      }
      var values = [[Double]](repeating: [], count: reading.graph.symbols.count)
      for leaf in random.leaves {
        let name = graph.symbol(leaf)?.name
        for found in reading.leaves where found.name == name {
          values[reading.place(of: found.node)] = random.elements(of: leaf)
        }
      }
      let forms = reading.graph.inMachineForms([reading.node])
      let prepared = reading.graph.prepare(forms)
      let evaluator = ReferenceEvaluator(
        graph: reading.graph, sizes: random.sizes, symbols: values)
      let found = ForwardEvaluator(evaluator, .rounding).evaluate(prepared)[0]
      if let difference = difference(bounded([root])[0], found) {
        fail("read: \(difference):\n\(text)")
      }
    }
  }

  // MARK: - Derivatives

  private mutating func checkDirections() throws {
    let along = addDirections()
    let pairs = Array(zip(random.leaves, along))
    let product = dot(gradient, along)
    let forward = try graph.jvp(
      of: [loss], along: Dictionary(uniqueKeysWithValues: pairs))[0]
    check([product, forward], ofSlope: loss, "first derivative")
    guard seed % 3 == 0 else { return }
    let second: [NodeID]
    do throws(DifferentiationError) {
      let curvature = try graph.gradient(of: product, by: random.leaves)
      second = [
        dot(curvature, along),
        try graph.jvp(of: [forward], along: Dictionary(uniqueKeysWithValues: pairs))[0],
      ]
    } catch {
      // Said when the model is compiled: nothing to compare.
      return
    }
    check(second, ofSlope: product, "second derivative")
  }

  /// A symbol for the direction of each leaf; the directions themselves stay.
  private mutating func addDirections() -> [NodeID] {
    var generator = SeededGenerator(seed: UInt64(seed) ^ 0xD1EC)
    var result: [NodeID] = []
    for (place, leaf) in random.leaves.enumerated() {
      guard case .symbol(let own) = graph.attribute(leaf) else { continue }
      let values = symbols[own].map { _ in Double.random(in: -1...1, using: &generator) }
      directions[own] = values
      result.append(
        graph.symbol(
          Symbol(name: "v\(place)", role: .parameter, shape: graph.shape(leaf))))
      // Sweeps may have added symbols of their own before.
      while symbols.count < graph.symbols.count { symbols.append([]) }
      symbols[graph.symbols.count - 1] = values
    }
    while directions.count < symbols.count {
      directions.append([Double](repeating: 0, count: symbols[directions.count].count))
    }
    return result
  }

  private mutating func dot(_ left: [NodeID], _ right: [NodeID]) -> NodeID {
    let terms = zip(left, right).map { one, other -> NodeID in
      let product = graph.insert(.multiply, [one, other])
      let axes = Array(0..<graph.shape(product).rank)
      return axes.isEmpty ? product : graph.insert(.sum, [product], .axes(axes, keep: false))
    }
    return terms.count == 1 ? terms[0] : graph.insert(.add, terms)
  }

  /// Compares what is claimed to be the derivative of a number with how the number moves.
  private mutating func check(_ claimed: [NodeID], ofSlope node: NodeID, _ what: String) {
    let simple = Simplifier.simplify(&graph, claimed).roots
    while symbols.count < graph.symbols.count {
      symbols.append([])
      directions.append([])
    }
    var scratch = graph
    let prepared = scratch.prepare([node])
    let evaluator = ReferenceEvaluator(graph: scratch, sizes: random.sizes, symbols: symbols)
    let scale = ForwardEvaluator(evaluator, .scale, directions: directions)
      .evaluate(prepared)[0].change.values[0]
    guard scale.isFinite else { return }
    let found = bounded(claimed + simple)
    for isPrecise in [false, true] {
      let expected = ForwardEvaluator(
        evaluator, .direction, directions: directions, isPrecise: isPrecise
      ).evaluate(prepared)[0].change.values[0]
      guard expected.isFinite else { return }
      let names = ["reverse", "forward", "reverse, simplified", "forward, simplified"]
      var wrong: [String] = []
      for (name, value) in zip(names, found) where value.change.values[0].isFinite {
        // What underflows a kernel's differences is no derivative of any weight.
        let error = 1e-6 * scale + 8 * 0x1p-53 * value.change.values[0] + 1e-60
        if !((value.value.values[0] - expected).magnitude <= error) {
          wrong.append("\(what) (\(name)) \(value.value.values[0]), differences give \(expected)")
        }
      }
      if wrong.isEmpty { return }
      if isPrecise { fail(wrong.joined(separator: "\n  "), loss) }
    }
  }
}

extension Written {
  /// Lines and the first root, as one text.
  var texts: String {
    (lines.map { "\($0.name) = \($0.text); " } + roots).joined()
  }
}
