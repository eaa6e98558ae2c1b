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

    /// A state of the shape of its first value.
    package init(symbol: Int, initial: Int) {
      self.symbol = symbol
      self.initial = initial
    }
  }

  /// A symbol of the body and the view that it shows, or shows a row of.
  package struct Feed: Hashable, Sendable {
    /// The place in the program's symbols.
    package var symbol: Int
    /// The place in the views of the surrounding function.
    package var view: Int

    /// A symbol that is set from outside before the body runs.
    package init(symbol: Int, view: Int) {
      self.symbol = symbol
      self.view = view
    }
  }

  /// A result: an output of the body and the buffer that takes its last value or its rows.
  package struct Result: Hashable, Sendable {
    /// The place in the body's outputs.
    package var output: Int
    /// The place in the buffers of the surrounding function.
    package var to: Int

    /// A result that is written to a buffer.
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

    /// A loop to be run again for the states that the feeds name.
    package init(loop: StepLoop, feeds: [StateFeed]) {
      self.loop = loop
      self.feeds = feeds
    }
  }

  /// A symbol of the sweep's body that shows a state of the forward loop.
  package struct StateFeed: Hashable, Sendable {
    /// The place in the program's symbols.
    package var symbol: Int
    /// The place in the forward loop's `states`.
    package var state: Int

    /// A state, before the step that the sweep goes back through.
    package init(symbol: Int, state: Int) {
      self.symbol = symbol
      self.state = state
    }
  }

  /// One step; its views and buffers are its own.
  package var body: Function
  /// How many steps are made; 0 is none, and the states keep their first values.
  package var steps: Dimension
  /// Whether steps are numbered from the last to the first, as in a reverse sweep.
  package var isReversed: Bool
  /// The symbol of the body that is the number of the step.
  package var index: Int
  /// What goes from step to step, in the order of the body's first outputs.
  package var states: [State] = []
  /// Arrays of which a step sees one row.
  package var rows: [Feed] = []
  /// Arrays that every step sees whole.
  package var shared: [Feed] = []
  /// The last states, by the body's outputs.
  package var last: [Result] = []
  /// Results of all steps as rows of one array each, by the body's outputs.
  package var collected: [Result] = []
  /// At most one.
  package var replays: [Replay] = []

  /// A loop without states, feeds and results, which are set afterwards.
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
