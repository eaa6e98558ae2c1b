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
  package var column: Int
  /// The text of the statement.
  package var text: String

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
  package var symbols: [Symbol]
  package var tables: [Table]
  package var functions: [Function]
  /// What `Function.tags` and `LoopKernel.tags` point to.
  package var tags: [SourceTag]

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
    package var name: String
    package var view: Int

    package init(name: String, view: Int) {
      self.name = name
      self.view = view
    }
  }

  /// What a symbol becomes after a run: the value of a view, written when all are computed.
  package struct Update: Hashable, Sendable {
    package var symbol: Int
    package var view: Int

    package init(symbol: Int, view: Int) {
      self.symbol = symbol
      self.view = view
    }
  }

  package var name: String
  /// The shapes of the intermediate arrays; each is contiguous, row-major.
  package var buffers: [Shape]
  /// For each buffer the node of the lowered graph that it holds, -1 for none; empty for a function
  /// from a file.
  package var bufferNodes: [Int32]
  package var views: [ArrayView]
  package var instructions: [Instruction]
  /// For each instruction a place in `Program.tags`, -1 for none.
  package var tags: [Int32]
  package var outputs: [Output]
  package var updates: [Update]

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

  package enum Source: Hashable, Sendable {
    case root(Root)
    /// Another view, of a smaller index, seen through a step.
    case view(Int, Step)
  }

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

  package var source: Source
  package var shape: Shape

  package init(_ source: Source, _ shape: Shape) {
    self.source = source
    self.shape = shape
  }
}
