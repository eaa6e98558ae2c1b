/// How a derivative was found, step by step: the journal of the engine read from one derivative's
/// side.
///
/// During a reverse sweep a derivative is a sum of terms, each an adjoint times the derivative of
/// a node that the sweep has not met: the invariant of reverse accumulation (Griewank and Walther
/// 2008, section 3.2), and what a textbook writes from line to line.
package struct Derivation: Sendable {
  /// `factor` times the derivative of `node`, or the factor alone.
  package struct Term: Hashable, Sendable {
    /// What is still to be differentiated; nil for a part that is done.
    package var node: NodeID?
    /// What the derivative is multiplied with.
    package var factor: NodeID
  }

  /// Why a line follows from the one before.
  package enum Reason: Hashable, Sendable {
    /// The operator that was differentiated, by its rule's name.
    case rule(String)
    case laws([Law])
    /// Numbers, order, signs and parentheses.
    case tidying
  }

  /// A line, with the reason that leads to it from the one before.
  package struct Step: Sendable {
    /// The rule.
    package var reason: Reason
    /// What was there, and what it became; empty where it is all. A node that is differentiated
    /// stands for its derivative times what it received.
    package var touched: [(before: Term, after: [Term])]
    /// The whole line, a sum.
    package var terms: [Term]
    /// Of a loop what happens in a step, by each of its states and by what else matters.
    package var inner: [Derivation] = []
  }

  /// Holds all nodes of the lines.
  package internal(set) var graph: ExpressionGraph
  /// What is differentiated by.
  package let target: NodeID
  /// The line before any rule.
  package internal(set) var start: [Term] = []
  /// In the order of the lines; the last one is the derivative.
  package internal(set) var steps: [Step] = []
  /// Of a step of a loop: names for what its results receive from the steps behind it (`h_bar`),
  /// and for rows of arrays (`x_t`).
  package private(set) var names: [NodeID: String] = [:]

  /// The names of what the results of a step receive.
  package private(set) var adjoints: [String] = []

  /// More visits of a sweep than anybody reads.
  private static let visitLimit = 1000

  /// The way to one derivative: by the last of the variables that were differentiated by.
  ///
  /// - Parameters:
  ///   - graph: The graph after all, with its journal.
  ///   - derivative: What was found.
  ///   - target: What was differentiated by last.
  /// - Returns: nil where the journal does not lead to it, or is too long to read.
  package init?(in graph: ExpressionGraph, of derivative: NodeID, by target: NodeID) {
    guard let entries = graph.journal?.entries else { return nil }
    self.graph = graph
    self.graph.journal = nil
    self.target = target
    var after: [(Rewriting, Int)] = []
    var before: [(Rewriting, Int)] = []
    var current = derivative
    var found: (sweep: Sweep, place: Int)?
    // Whether what is differentiated is a derivative itself, and nobody wrote it.
    var isDerivative = false
    for entry in entries.reversed() {
      switch entry {
      case .rewriting(let rewriting):
        guard let place = rewriting.results.firstIndex(of: current) else { continue }
        if found == nil {
          after.append((rewriting, place))
        } else {
          before.append((rewriting, place))
        }
        current = rewriting.roots[place]
      case .sweep(let sweep):
        // A sweep before the last one made what that one differentiates.
        if found != nil {
          if sweep.found.contains(current) { isDerivative = true }
          continue
        }
        guard let place = sweep.targets.firstIndex(of: target), sweep.results.count == 1,
          isReceived(sweep.found[place], current)
        else { continue }
        found = (sweep, place)
        current = sweep.results[0].node
      }
    }
    guard let found, found.sweep.visits.count <= Self.visitLimit else { return nil }
    let seed = found.sweep.results[0].seed
    start = [Term(node: current, factor: seed)]
    for (rewriting, place) in before.reversed() {
      append(rewriting, place) { Term(node: $0, factor: seed) }
    }
    if isDerivative, steps.count == 1, steps[0].reason == .tidying {
      start = steps[0].terms
      steps = []
    }
    replay(found.sweep)
    for (rewriting, place) in after.reversed() {
      append(rewriting, place) { Term(node: nil, factor: $0) }
    }
    close(derivative)
  }

  /// The way through one step of a loop.
  init(
    in graph: ExpressionGraph, step sweep: Sweep, by target: NodeID, rows: [NodeID: NodeID]
  ) {
    self.graph = graph
    self.target = target
    for (node, seed) in sweep.results where graph.depends(node, on: target) {
      start.append(Term(node: node, factor: seed))
    }
    for (_, seed) in sweep.results {
      guard let symbol = graph.symbol(seed) else { continue }
      let word = symbol.name.hasPrefix("d_") ? symbol.name.dropFirst(2) : symbol.name[...]
      names[seed] = word + "_bar"
      adjoints.append(word + "_bar")
    }
    for (leaf, array) in rows {
      if let symbol = graph.symbol(array) { names[leaf] = symbol.name + "_t" }
    }
    replay(sweep)
  }

  /// The derivation with a line more: all derivatives of an array times the adjoint that it came
  /// from, which is where it ends if these are right.
  package func multiplying(_ derivative: NodeID, with adjoint: NodeID) -> Derivation {
    var whole = self
    let (shape, rows) = (graph.shape(derivative), graph.shape(adjoint))
    let ones = [Dimension](repeating: 1, count: shape.rank - rows.rank)
    let column = whole.graph.insert(
      .reshape, [adjoint], .shape(Shape(rows.dimensions + ones)))
    let product = whole.graph.insertFitting(.multiply, [derivative, column], within: shape)
    let sum = whole.graph.insert(.sum, [product], .axes(Array(0..<rows.rank), keep: false))
    let end = Step(reason: .tidying, touched: [], terms: [Term(node: nil, factor: sum)])
    whole.steps.append(end)
    return whole
  }

  /// Whether a node is what a target received, repeated to the target's shape.
  private func isReceived(_ adjoint: NodeID?, _ node: NodeID) -> Bool {
    guard let adjoint else {
      return graph.number(node) == 0
        || (graph.operatorID(node) == .broadcast && graph.number(graph.operand(node, 0)) == 0)
    }
    return adjoint == node
      || (graph.operatorID(node) == .broadcast && graph.operand(node, 0) == adjoint)
  }

  /// Ends in what was found, whatever was left of it last.
  private mutating func close(_ derivative: NodeID) {
    let end = [Term(node: nil, factor: derivative)]
    guard (steps.last?.terms ?? start) != end else { return }
    if steps.isEmpty {
      steps.append(Step(reason: .tidying, touched: [], terms: end))
    } else {
      steps[steps.count - 1].terms = end
    }
  }
}
