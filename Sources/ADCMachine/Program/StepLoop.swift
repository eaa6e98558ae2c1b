package import ADCCalculus

/// A recurrence: a function that is run once for each step, with memory of its own.
///
/// The body's symbols are what a step gets; its outputs are the states after the step and then what
/// is collected. The order within a step: compute all, collect, let the states go on.
package struct StepLoop: Sendable {
  /// What goes from step to step.
  package struct State: Hashable, Sendable {
    /// What the body reads.
    package var symbol: Int
    /// The view of its first value.
    package var initial: Int

    package init(symbol: Int, initial: Int) {
      self.symbol = symbol
      self.initial = initial
    }
  }

  /// A symbol of the body and the view that it shows, or shows a row of.
  package struct Feed: Hashable, Sendable {
    package var symbol: Int
    package var view: Int

    package init(symbol: Int, view: Int) {
      self.symbol = symbol
      self.view = view
    }
  }

  /// A result: an output of the body and the buffer that takes its last value or its rows.
  package struct Result: Hashable, Sendable {
    package var output: Int
    package var to: Int

    package init(output: Int, to: Int) {
      self.output = output
      self.to = to
    }
  }

  /// A loop that is run again, part by part, to find the states that a reverse sweep reads.
  package struct Replay: Sendable {
    /// The forward loop; it has no results.
    package var loop: StepLoop
    /// Which state, before each step, which symbol of the sweep's body shows.
    package var feeds: [StateFeed]

    package init(loop: StepLoop, feeds: [StateFeed]) {
      self.loop = loop
      self.feeds = feeds
    }
  }

  package struct StateFeed: Hashable, Sendable {
    package var symbol: Int
    package var state: Int

    package init(symbol: Int, state: Int) {
      self.symbol = symbol
      self.state = state
    }
  }

  package var body: Function
  package var steps: Dimension
  package var isReversed: Bool
  /// The symbol of the body that is the number of the step.
  package var index: Int
  package var states: [State] = []
  package var rows: [Feed] = []
  package var shared: [Feed] = []
  /// The last states, by the body's outputs.
  package var last: [Result] = []
  package var collected: [Result] = []
  /// At most one.
  package var replays: [Replay] = []

  package init(body: Function, steps: Dimension, isReversed: Bool, index: Int) {
    self.body = body
    self.steps = steps
    self.isReversed = isReversed
    self.index = index
  }

  /// The views of the surrounding function that the loop reads.
  var reads: [Int] {
    states.map(\.initial) + rows.map(\.view) + shared.map(\.view)
      + replays.flatMap { $0.loop.reads }
  }

  /// The buffers of the surrounding function that the loop writes.
  var writes: [Int] { last.map(\.to) + collected.map(\.to) }
}
