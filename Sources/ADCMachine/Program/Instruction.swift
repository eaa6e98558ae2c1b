package import ADCCalculus

/// One step of a function. Numbers named `to` are buffers, all others views, unless said.
package enum Instruction: Sendable {
  /// Elementwise work and reductions over one iteration space.
  case loop(LoopKernel)
  /// The elements of a view, made contiguous.
  case copy(Int, to: Int)
  case matrixProduct(Int, Int, to: Int)
  /// Zeros, with the view at `starts`.
  case pad(Int, starts: [Dimension], to: Int)
  case concatenation([Int], axis: Int, to: Int)
  /// Rows of a table; an index that is not a row number is an error of the run. For each place of
  /// the `batch` leading axes that table and index share on its own.
  case gather(table: Int, index: Int, batch: Int, to: Int)
  /// Zeros, row `index[i]` increased by `rows[i]`, in the order of i; batches as in `gather`.
  case scatterAdd(rows: Int, index: Int, batch: Int, to: Int)
  case cumulativeSum(Int, axis: Int, reversed: Bool, to: Int)
  /// The index of the first greatest or smallest element along an axis.
  case extremeIndex(Int, axis: Int, maximum: Bool, to: Int)
  /// A function of each matrix of a view, with a right side where it takes one.
  case matrixFunction(MatrixFunction, [Int], to: Int)
  /// The elements in ascending order along an axis, or the indices that they had.
  case sort(Int, axis: Int, indices: Bool, to: Int)
  /// The elements at indices along an axis; an index that is none is an error of the run.
  case takeAlong(Int, index: Int, axis: Int, to: Int)
  /// Zeros with elements added at indices along an axis.
  case putAlong(Int, index: Int, axis: Int, to: Int)
  /// Windows added up over the last axes of the result, one for each stride.
  case overlapAdd(Int, strides: [Int], to: Int)
  /// 0, 1, 2, …
  case iota(to: Int)
  /// The value of a dimension.
  case size(Dimension, to: Int)
  /// A formula of views of scalars, its digits looked after.
  case formula(ScalarFormula, inputs: [Int], to: Int)
  /// Uniform numbers of a seed, a step (views of scalars) and a place.
  case uniform(seed: Int, step: Int, place: Int, to: Int)
  /// Steps one after the other.
  case steps(StepLoop)
}

/// A register program over all elements of a space, run on a chunk of lanes at a time.
///
/// Slots are numbered: inputs first, then stores, then registers.
package struct LoopKernel: Sendable {
  /// What fills a slot before the steps.
  package enum Input: Hashable, Sendable {
    case number(Double)
    case size(Dimension)
    /// A view whose shape broadcasts to the space.
    case view(Int)
  }

  /// A slot that is folded over axes of the space.
  package struct Reduction: Hashable, Sendable {
    /// How two values become one.
    package var kind: ADCCalculus.Reduction
    /// Ascending; of the space.
    package var axes: [Int]
    /// The buffer of the result.
    package var to: Int

    /// A reduction into a buffer of the space's shape without the axes.
    package init(kind: ADCCalculus.Reduction, axes: [Int], to: Int) {
      self.kind = kind
      self.axes = axes
      self.to = to
    }
  }

  /// What is done for each element of the space.
  package enum Step: Hashable, Sendable {
    /// An elementwise operator; b and c are 0 where it has fewer operands.
    case apply(OperatorID, to: Int32, a: Int32, b: Int32, c: Int32)
    /// A slot into `reductions[index]`.
    case reduce(Int32, index: Int32)
  }

  /// What the loop goes over, row-major; its sizes may be named.
  package var space: Shape
  /// Slots 0 and on.
  package var inputs: [Input]
  /// The buffers that slots `inputs.count...` write to, each of the space's shape.
  package var stores: [Int]
  /// The slots behind inputs and stores.
  package var registerCount: Int
  /// In the order in which they run.
  package var steps: [Step]
  /// What the steps `reduce` refer to.
  package var reductions: [Reduction]
  /// For each step a place in `Program.tags`, -1 for none.
  package var tags: [Int32]
  /// For each step the node of the lowered graph that it completes, -1 for none; empty for a loop
  /// from a file.
  package var nodes: [Int32]

  /// A loop that does nothing over a space.
  package init(space: Shape) {
    self.space = space
    inputs = []
    stores = []
    registerCount = 0
    steps = []
    reductions = []
    tags = []
    nodes = []
  }
}

extension Instruction {
  /// The buffers that the instruction writes.
  package var writes: [Int] {
    switch self {
    case .loop(let kernel): kernel.stores + kernel.reductions.map(\.to)
    case .steps(let loop): loop.writes
    case .copy(_, let to), .matrixProduct(_, _, let to), .pad(_, _, let to),
      .concatenation(_, _, let to), .gather(_, _, _, let to), .scatterAdd(_, _, _, let to),
      .cumulativeSum(_, _, _, let to), .extremeIndex(_, _, _, let to), .iota(let to),
      .size(_, let to), .uniform(_, _, _, let to), .matrixFunction(_, _, let to),
      .sort(_, _, _, let to), .takeAlong(_, _, _, let to), .putAlong(_, _, _, let to),
      .overlapAdd(_, _, let to), .formula(_, _, let to):
      [to]
    }
  }

  /// The views that the instruction reads.
  package var reads: [Int] {
    switch self {
    case .loop(let kernel):
      kernel.inputs.compactMap { if case .view(let view) = $0 { view } else { nil } }
    case .copy(let view, _), .pad(let view, _, _), .cumulativeSum(let view, _, _, _),
      .extremeIndex(let view, _, _, _), .sort(let view, _, _, _), .overlapAdd(let view, _, _):
      [view]
    case .matrixProduct(let a, let b, _), .gather(let a, let b, _, _),
      .scatterAdd(let a, let b, _, _), .uniform(let a, let b, _, _),
      .takeAlong(let a, let b, _, _), .putAlong(let a, let b, _, _):
      [a, b]
    case .steps(let loop): loop.reads
    case .concatenation(let views, _, _), .matrixFunction(_, let views, _),
      .formula(_, let views, _):
      views
    case .iota, .size: []
    }
  }
}
