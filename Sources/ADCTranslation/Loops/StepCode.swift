import ADCCalculus
import ADCMachine

extension FunctionCode {
  /// Steps one after the other: what goes from step to step is a variable.
  func write(_ loop: StepLoop) throws(TranslationError) {
    guard loop.replays.isEmpty else {
      throw TranslationError("a `scan` that keeps the square root of its states")
    }
    let counter = context.names.counter(word(loop.index))
    var homes: [Int: Home] = [loop.index: Home(place: .value(.size(Quantity(name: counter))))]
    var states: [Home] = []
    for state in loop.states {
      let home = try start(state)
      states.append(home)
      homes[state.symbol] = home
    }
    for feed in loop.shared { homes[feed.symbol] = try whole(feed) }
    for feed in loop.rows { homes[feed.symbol] = try row(feed, Quantity(name: counter)) }
    let body = FunctionCode(loop.body, symbols: homes, context)
    body.continueComments(of: self)
    nameOutputs(of: loop, in: body)
    try body.writeInstructions()
    for result in loop.collected {
      let view = loop.body.outputs[result.output].view
      let source = try body.placement(view)
      let target = makeArray(result.to, word(ofRowsOf: view, loop))
      let place = Quantity(name: counter) * source.count
      body.copy(from: source, to: Pointer(array: target.array, place: place))
    }
    for (state, output) in zip(states, loop.body.outputs) {
      let source = try body.placement(output.view)
      switch state.place {
      case .local(let name):
        body.statements.append(.assignName(name, body.element(source, [])))
      case .array(let array, _):
        body.copy(from: source, to: Pointer(array: array, place: .zero))
      default: break
      }
    }
    statements.append(
      .loop(
        counter, context.quantity(loop.steps), isReversed: loop.isReversed, body.statements))
    context.names.release(counter)
    for name in Self.names(in: body.statements) { context.names.release(name) }
    giveLast(of: loop, states)
  }

  /// Names for the states after a step; what is collected needs none where nothing else reads it.
  private func nameOutputs(of loop: StepLoop, in body: FunctionCode) {
    for (place, output) in loop.body.outputs.enumerated() {
      guard case .buffer(let buffer) = loop.body.root(of: output.view) else { continue }
      if place < loop.states.count {
        body.words[buffer] = body.words[buffer] ?? word(loop.states[place].symbol) + "_next"
      } else if body.readers[buffer] == 1, loop.body.buffers[buffer].isScalar {
        body.deferred.insert(buffer)
      }
    }
  }

  /// The states after the last step, where somebody reads them.
  private func giveLast(of loop: StepLoop, _ states: [Home]) {
    for result in loop.last {
      let state = states[result.output]
      if case .array(let array, let isScalar) = home(.buffer(result.to)).place {
        // The caller's own.
        let sizes = sizes(function.buffers[result.to])
        let buffer = -1 - function.views.count - result.to
        setHome(state, ofBuffer: buffer)
        copy(
          from: Placement(
            root: .buffer(buffer), sizes: sizes, strides: Placement.rowMajor(sizes)),
          to: Pointer(array: array, place: .zero, isScalar: isScalar))
      } else {
        setHome(state, ofBuffer: result.to)
      }
    }
  }

  /// The names that nothing outside of a block sees.
  private static func names(in block: [Statement]) -> [String] {
    block.compactMap { statement in
      switch statement {
      case .constant(let name, _), .variable(let name, _), .total(let name): name
      default: nil
      }
    }
  }

  private func word(_ symbol: Int) -> String { program.symbols[symbol].name }

  /// What an array is called that gets a row in every step: by the state before or after it; nil
  /// for anything else.
  private func word(ofRowsOf view: Int, _ loop: StepLoop) -> String? {
    let root = loop.body.root(of: view)
    for (place, state) in loop.states.enumerated() {
      if root == .symbol(state.symbol) { return word(state.symbol) + "_before" }
      if root == loop.body.root(of: loop.body.outputs[place].view) {
        return word(state.symbol) + "_after"
      }
    }
    return nil
  }

  /// The memory of a state, with its first value.
  private func start(_ state: StepLoop.State) throws(TranslationError) -> Home {
    let initial = try placement(state.initial)
    let shape = program.symbols[state.symbol].shape
    if shape.isScalar {
      let name = context.names.fresh(word(state.symbol))
      statements.append(.variable(name, element(initial, [])))
      return Home(place: .local(name))
    }
    let room = context.room(
      word(state.symbol), initial.count, shape: shape.description)
    copy(from: initial, to: Pointer(array: room, place: .zero))
    return Home(place: .array(room, isScalar: false))
  }

  private func whole(_ feed: StepLoop.Feed) throws(TranslationError) -> Home {
    let placement = try placement(feed.view)
    return Home(
      place: home(placement.root).place, offset: placement.offset, strides: placement.strides)
  }

  /// What a step sees of an array: its row of the counter's number.
  private func row(
    _ feed: StepLoop.Feed, _ counter: Quantity
  ) throws(TranslationError) -> Home {
    let placement = try placement(feed.view)
    return Home(
      place: home(placement.root).place,
      offset: placement.offset + counter * placement.strides[0],
      strides: Array(placement.strides.dropFirst()))
  }
}
