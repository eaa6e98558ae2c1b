import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// The most `scan` within each other.
  static let scanDepthLimit = 16

  /// What goes from step to step while a body is elaborated.
  private struct OpenState {
    var name: Name
    var initial: NodeID
    /// The leaf that the body sees.
    var symbol: NodeID
  }

  /// What stands behind the body of a `scan`.
  private struct ScanOptions {
    var storage = Recurrence.Storage.everyStep
    var isReversed = false
  }

  /// `scan(t in 0..<T, h = h0: …)`: for each state its values after all steps.
  mutating func scan(_ loop: Loop, at range: SourceRange) throws(Reported) -> [NodeID] {
    guard loop.ranges.count == 1 else {
      throw report(
        "AD0415", "`scan` goes over one range, and here are \(loop.ranges.count)",
        at: loop.ranges[1].range, fix: "put a second `scan` into the body")
    }
    guard !loop.states.isEmpty else {
      throw report(
        "AD0415", "`scan` has no state that goes from step to step", at: loop.ranges[0].range,
        fix: "add one, `h = h0`, or write `[i in 0..<n: …]` for an array")
    }
    guard loop.body.count == loop.states.count else {
      let states = loop.states.count == 1 ? "1 state" : "\(loop.states.count) states"
      let values = loop.body.count == 1 ? "1 value" : "\(loop.body.count) values"
      throw report(
        "AD0416", "`scan` has \(states), and its body makes \(values)",
        at: loop.body[0].range.union(loop.body[loop.body.count - 1].range),
        fix: loop.states.count > 1 ? "write one for each: `(…, …)`" : nil)
    }
    guard scanDepth < Self.scanDepthLimit else {
      throw report(
        "AD0409", "more than \(Self.scanDepthLimit) `scan` are within each other", at: range)
    }
    let options = try options(loop.options)
    let index = try open(loop.ranges[0])
    openIndices.append(index)
    defer { openIndices.removeLast() }
    var states: [OpenState] = []
    for state in loop.states {
      if states.contains(where: { $0.name.text == state.name.text }) {
        throw report(
          "AD0202", "two states are called \(quote(name: state.name.text))", at: state.name.range)
      }
      let initial = try elaborate(state.initial)
      states.append(
        OpenState(
          name: state.name, initial: initial,
          symbol: symbol(state.name.text, .step, graph.shape(initial), at: state.name.range)))
    }
    let next = try steps(loop, index, &states)
    var body = Recurrence(
      steps: index.range.count, index: index.symbol, states: states.map(\.symbol), rows: [],
      shared: [], next: next, collected: next)
    body.isReversed = options.isReversed
    body.storage = options.storage
    let node = graph.closedScan(body, initial: states.map(\.initial))
    let results = states.indices.map { graph.result(2 * states.count + $0, of: node) }
    record(range)
    return results
  }

  /// The states after a step. A number that starts a state is repeated to the shape that the body
  /// makes of it.
  private mutating func steps(
    _ loop: Loop, _ index: OpenIndex, _ states: inout [OpenState]
  ) throws(Reported) -> [NodeID] {
    for round in 0..<3 {
      var scope = [loop.ranges[0].name.text: try bound(index, loop.ranges[0])]
      for state in states {
        guard scope[state.name.text] == nil else {
          throw report(
            "AD0202", "a state is called like the index, \(quote(name: state.name.text))",
            at: state.name.range)
        }
        scope[state.name.text] = Binding(
          meaning: .node(state.symbol), kind: .state, range: state.name.range)
      }
      locals.append(scope)
      scanDepth += 1
      defer {
        locals.removeLast()
        scanDepth -= 1
      }
      let next = try values(of: loop)
      var isSettled = true
      for (place, node) in next.enumerated() {
        let (own, made) = (graph.shape(states[place].symbol), graph.shape(node))
        if own == made { continue }
        guard own.isScalar, round < 2 else {
          throw report(
            "AD0308",
            "the state \(quote(name: states[place].name.text)) starts with the shape \(own) and "
              + "goes on with \(made)", at: loop.body[place].range,
            notes: [Diagnostic.Note("it starts here", at: loop.states[place].initial.range)])
        }
        isSettled = false
        let range = states[place].name.range
        states[place].initial = try apply(
          Known.broadcast, [states[place].initial], .shape(made), at: range)
        states[place].symbol = symbol(states[place].name.text, .step, made, at: range)
      }
      if isSettled { return next }
    }
    throw Reported()
  }

  private mutating func options(_ arguments: [Argument]) throws(Reported) -> ScanOptions {
    var options = ScanOptions()
    var seen: Set<String> = []
    for argument in arguments {
      let label = argument.label ?? Name("", argument.value.range)
      guard seen.insert(label.text).inserted else {
        throw report("AD0403", "the argument `\(label.text)` is given twice", at: label.range)
      }
      switch label.text {
      case "reversed":
        options.isReversed = try constantScalar(argument.value, for: "`reversed`") != 0
      case "store":
        guard case .name(let word) = argument.value.form, word == "sqrt" || word == "all" else {
          throw report(
            "AD0404", "`store` is `all` steps or `sqrt`, about their square root",
            at: argument.value.range)
        }
        options.storage = word == "sqrt" ? .squareRoot : .everyStep
      default:
        let near = Suggestion.nearest(to: label.text, among: ["reversed", "store"])
        throw report(
          "AD0403", "`scan` has no argument \(quote(name: label.text))", at: label.range,
          fix: near.map { "did you mean `\($0)`?" } ?? "there are `reversed` and `store`")
      }
    }
    return options
  }

  /// The state after the last step, where that is all that the first index takes of a `scan`.
  mutating func lastState(
    _ node: NodeID, _ subscripts: [Subscript]
  ) throws(Reported) -> NodeID? {
    guard case .index(let index)? = subscripts.first, let (scan, _) = graph.result(node),
      let body = graph.recurrence(of: scan), let state = graph.lastState(of: node),
      let fixed = try fixedIndex(index, in: body.steps),
      fixed == (body.isReversed ? 0 : body.steps - 1)
    else { return nil }
    record(index.range)
    return state
  }
}
