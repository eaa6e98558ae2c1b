// A program: what a graph becomes so that it can run.
// In: a graph and what is wanted of it (`Lowering`). Out: numbers (`BoundFunction`), a listing
// (`Disassembly`), bytes of an `.adb` file (`ProgramWriter`).
// Must not know text, and knows operators only by what the catalogue says of them.
//
// Invariant: within a function, every buffer is written by exactly one instruction and read by
// later ones only; `Verifier` checks it for programs that come from files.

package import ADCCalculus

/// Where in a model an operation was written, for listings and diagnoses.
package struct SourceTag: Hashable, Sendable {
  /// Counted from 1.
  package var line: Int
  /// Counted from 1, in characters.
  package var column: Int
  /// The text of the statement.
  package var text: String

  /// A place that is shown to people, not checked against any text.
  package init(line: Int, column: Int, text: String) {
    self.line = line
    self.column = column
    self.text = text
  }
}

/// Functions over shared symbols; a value, ready to be bound to sizes any number of times.
package struct Program: Sendable {
  /// The numbers of its memory, its inputs and its results.
  package var precision: Precision
  /// What all functions share: parameters, inputs, states; views name them by their place.
  package var symbols: [Symbol]
  /// Constant arrays; views name them by their place.
  package var tables: [Table]
  /// Found by their names.
  package var functions: [Function]
  /// What `Function.tags` and `LoopKernel.tags` point to.
  package var tags: [SourceTag]

  /// Takes parts that belong together; `Verifier` checks those that come from outside.
  package init(
    symbols: [Symbol] = [], tables: [Table] = [], functions: [Function] = [],
    tags: [SourceTag] = [], precision: Precision = .double
  ) {
    self.precision = precision
    self.symbols = symbols
    self.tables = tables
    self.functions = functions
    self.tags = tags
  }

  /// The function of a name, nil where there is none.
  package func function(named name: String) -> Function? {
    functions.first { $0.name == name }
  }
}

/// One function: instructions in the order in which they run, and what is read from it.
package struct Function: Sendable {
  /// A named result: a view of whatever holds it.
  package struct Output: Hashable, Sendable {
    /// Unique among the outputs of the function.
    package var name: String
    /// The place in the function's views.
    package var view: Int

    /// A result that a view shows.
    package init(name: String, view: Int) {
      self.name = name
      self.view = view
    }
  }

  /// What a symbol becomes after a run: the value of a view, written when all are computed.
  package struct Update: Hashable, Sendable {
    /// The place in the program's symbols.
    package var symbol: Int
    /// The place in the function's views; its shape broadcasts to the symbol's.
    package var view: Int

    /// A write of a view to a symbol.
    package init(symbol: Int, view: Int) {
      self.symbol = symbol
      self.view = view
    }
  }

  /// Unique among the program's functions.
  package var name: String
  /// The shapes of the intermediate arrays; each is contiguous, row-major.
  package var buffers: [Shape]
  /// For each buffer the node of the lowered graph that it holds, -1 for none; empty for a function
  /// from a file.
  package var bufferNodes: [Int32]
  /// What instructions, outputs and updates read, by place; a view comes after what it is seen
  /// through.
  package var views: [ArrayView]
  /// In the order in which they run.
  package var instructions: [Instruction]
  /// For each instruction a place in `Program.tags`, -1 for none.
  package var tags: [Int32]
  /// In the order in which callers number them.
  package var outputs: [Output]
  /// Written after everything is computed, so that all see the old values.
  package var updates: [Update]

  /// A function that does nothing.
  package init(name: String) {
    self.name = name
    buffers = []
    bufferNodes = []
    views = []
    instructions = []
    tags = []
    outputs = []
    updates = []
  }
}

/// An array as instructions see it: a place and how to walk it, no elements of its own.
package struct ArrayView: Hashable, Sendable {
  /// Memory that has an address of its own.
  package enum Root: Hashable, Sendable {
    case symbol(Int)
    case table(Int)
    case buffer(Int)
  }

  /// What a view looks at.
  package enum Source: Hashable, Sendable {
    case root(Root)
    /// Another view, of a smaller index, seen through a step.
    case view(Int, Step)
  }

  /// What lies between a view and what it is seen through.
  package enum Step: Hashable, Sendable {
    /// Swaps the last two axes.
    case transpose
    /// The same elements in row-major order.
    case reshape
    /// Along new leading axes and stretched ones.
    case broadcast
    /// From these starts; the sizes are the view's shape.
    case slice([Dimension])
    /// The diagonal of the last two axes.
    case diagonal
    /// For each axis of the view the axis of its source.
    case permute([Int])
    /// All windows over the last axes at these strides: the view's shape has, behind the leading
    /// axes, those within a window and those of where it starts.
    case windows([Int])
    /// From the end to the start along an axis.
    case reversed(Int)
  }

  /// The memory, or the view before.
  package var source: Source
  /// The sizes as seen, after the step.
  package var shape: Shape

  /// A view of a shape that fits the source; that is the caller's to see to.
  package init(_ source: Source, _ shape: Shape) {
    self.source = source
    self.shape = shape
  }
}
