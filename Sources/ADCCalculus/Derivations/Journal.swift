// What the engine did, in the order in which it did it. Kept only where somebody asks for steps.

/// The log of differentiations and rewrites; see `Derivation`, which reads it.
package struct Journal: Sendable {
  /// One thing that the engine did.
  package enum Entry: Sendable {
    case sweep(Sweep)
    case rewriting(Rewriting)
  }

  /// In the order in which things were done.
  package internal(set) var entries: [Entry] = []

  /// A log of nothing.
  package init() {}

  /// The first sweep.
  var sweep: Sweep? {
    for entry in entries { if case .sweep(let sweep) = entry { return sweep } }
    return nil
  }
}

/// A reverse sweep: what each node received and passed on.
package struct Sweep: Sendable {
  /// A node, all that it received, and what its operands receive of that.
  ///
  /// Of a loop the parts alone; what its results received is in the terms that are theirs.
  struct Visit: Sendable {
    var node: NodeID
    var adjoint: NodeID
    var parts: [(operand: NodeID, part: NodeID)]
    /// Of a loop the sweep over what a step does, one element long: a value holds no other of its
    /// kind.
    var body: [Sweep] = []
  }

  var results: [(node: NodeID, seed: NodeID)]
  var targets: [NodeID]
  var visits: [Visit] = []
  /// What each target received; nil for none.
  var found: [NodeID?] = []

  mutating func visit(
    _ node: NodeID, _ adjoint: NodeID, _ parts: [(NodeID, NodeID)], body: Sweep? = nil
  ) {
    visits.append(
      Visit(node: node, adjoint: adjoint, parts: parts, body: body.map { [$0] } ?? []))
  }
}

/// A run of the simplifier: its passes, each from some roots to others.
package struct Rewriting: Sendable {
  /// A node that became another by some laws, within a pass.
  struct Rewrite: Sendable {
    var node: NodeID
    var result: NodeID
    var laws: [Law]
  }

  struct Pass: Sendable {
    var roots: [NodeID]
    var results: [NodeID] = []
    /// From operands to users.
    var rewrites: [Rewrite] = []
    /// Laws that were applied to all roots at once.
    var laws: [Law] = []
  }

  var roots: [NodeID]
  var results: [NodeID] = []
  var passes: [Pass] = []
}

/// What a simplifier keeps for the journal while it works.
struct RewritingLog {
  var passes: [Rewriting.Pass] = []
  /// The pass at work.
  var open: Rewriting.Pass?
  /// The laws applied since the last node was done.
  var recent: [Law] = []
}

extension Simplifier {
  /// A pass begins.
  mutating func openPass(_ roots: [NodeID]) {
    guard log != nil else { return }
    log?.open = Rewriting.Pass(roots: roots)
    log?.recent = []
  }

  /// A node became another; kept where laws and not its operands are the reason.
  mutating func note(_ node: NodeID, became result: NodeID) {
    guard log != nil else { return }
    let laws = log?.recent ?? []
    log?.recent = []
    if node == result { return }
    let images = graph.operands(node).map { image($0) }
    let natural = graph.existing(graph.operatorID(node), images, graph.attribute(node))
    if natural == result, laws.isEmpty { return }
    log?.open?.rewrites.append(Rewriting.Rewrite(node: node, result: result, laws: laws))
  }

  /// A pass ends.
  mutating func closePass(_ results: [NodeID]) {
    guard var pass = log?.open else { return }
    pass.results = results
    log?.open = nil
    if pass.roots != results { log?.passes.append(pass) }
  }

  /// All roots became others at once.
  mutating func note(_ roots: [NodeID], became results: [NodeID], by law: Law) {
    guard log != nil, roots != results else { return }
    var pass = Rewriting.Pass(roots: roots)
    pass.results = results
    pass.laws = [law]
    log?.passes.append(pass)
  }
}
