import ADCCalculus
import ADCMachine

/// Compares the lines of a derivation by numbers, at random points along random directions.
struct DerivationCheck {
  typealias Finding = StepsReport.Finding

  /// How far lines may be apart: they round differently.
  private static let tolerance = 1e-6
  private static let wanted = 3
  private static let attempts = 24
  /// What free dimensions are taken to be.
  private static let size = 3

  /// A finding for each step.
  static func check(_ derivation: Derivation) -> [Finding] {
    var graph = derivation.graph
    let unknown = derivation.steps.map { _ in Finding.unknown }
    let shape = graph.shape(derivation.target)
    let direction = graph.symbol(Symbol(name: "direction", role: .variable, shape: shape))
    var roots: [NodeID] = []
    for terms in [derivation.start] + derivation.steps.map(\.terms) {
      guard let root = try? change(terms, derivation.target, direction, &graph) else {
        return unknown
      }
      roots.append(root)
    }
    let inlined = graph.inliningFunctions(in: roots)
    let guarded = graph.guarding(inlined, in: inlined)
    let prepared = graph.prepare(guarded)
    let request = FunctionRequest(
      name: "steps", outputs: prepared.map { (name: "", node: $0) })
    guard let program = try? Program.lower(graph, [request]) else { return unknown }
    return compare(program, steps: derivation.steps.count) ?? unknown
  }

  /// How a sum of terms changes along the direction.
  private static func change(
    _ terms: [Derivation.Term], _ target: NodeID, _ direction: NodeID,
    _ graph: inout ExpressionGraph
  ) throws -> NodeID {
    var parts: [NodeID] = []
    for term in terms {
      let moved: NodeID
      if let node = term.node {
        moved = try graph.jvp(of: [node], along: [target: direction])[0]
      } else {
        moved = direction
      }
      let whole = graph.shape(moved)
      let product = graph.scaled(term.factor, by: moved, within: whole)
      let isWhole = graph.shape(product) == whole
      let full = isWhole ? product : graph.insert(.broadcast, [product], .shape(whole))
      parts.append(
        whole.isScalar
          ? full : graph.insert(.sum, [full], .axes(Array(0..<whole.rank), keep: false)))
    }
    if parts.isEmpty { return graph.constant(0) }
    return parts.count == 1 ? parts[0] : graph.insert(.add, parts)
  }

  private static func compare(_ program: Program, steps: Int) -> [Finding]? {
    var sizes: [String: Int] = [:]
    for symbol in program.symbols {
      for dimension in symbol.shape.dimensions {
        for term in dimension.terms { sizes[term.name] = size }
      }
    }
    guard let function = try? BoundFunction(program, function: "steps", sizes: sizes) else {
      return nil
    }
    let memory = SymbolMemory(program)
    var random = RandomNumbers()
    var findings = [Finding](repeating: .unknown, count: steps)
    var found = 0
    for attempt in 0..<attempts where found < wanted {
      for (place, symbol) in program.symbols.enumerated() {
        let count = symbol.shape.dimensions.reduce(1) { $0 * max($1.value(sizes) ?? 0, 0) }
        memory.set(place, (0..<count).map { _ in Self.value(&random, attempt) })
      }
      guard (try? function.evaluate(memory)) != nil else { continue }
      let values = (0...steps).map { function.scalar(ofOutput: $0) }
      guard values.allSatisfy(\.isFinite) else { continue }
      found += 1
      for place in 0..<steps {
        let (expected, value) = (values[0], values[place + 1])
        let scale = max(expected.magnitude, value.magnitude, 1e-3)
        if (expected - value).magnitude > tolerance * scale {
          findings[place] = .wrong(expected: expected, found: value)
        } else if findings[place] == .unknown {
          findings[place] = .right
        }
      }
    }
    return findings
  }

  /// First around 1, where most functions are defined, then wider.
  private static func value(_ random: inout RandomNumbers, _ attempt: Int) -> Double {
    let unit = random.next()
    switch attempt % 4 {
    case 0: return 0.2 + 0.7 * unit
    case 1: return 1.1 + 1.5 * unit
    case 2: return 2 * unit - 1
    default: return 6 * unit - 2
    }
  }

  /// Repeatable numbers in [0, 1).
  private struct RandomNumbers {
    private let philox = Philox(seed: 0)
    private var position: UInt64 = 0

    mutating func next() -> Double {
      position += 1
      return Double(philox.block((position, 0)).0) * 0x1p-32
    }
  }
}
