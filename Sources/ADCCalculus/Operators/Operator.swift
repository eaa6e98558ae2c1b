/// An operator's place in the catalogue; valid within one build, so files store names.
package struct OperatorID: Hashable, Sendable {
  private let place: Int16
  /// The place in `Catalogue.operators`.
  package var index: Int { Int(place) }
  /// Takes a place in the catalogue.
  package init(_ index: Int) { place = Int16(index) }
}

/// What a shape rule looks at.
package struct ShapeQuery {
  /// One shape for each operand.
  package var operands: [Shape]
  /// What the node carries beside its operands.
  package var attribute: Attribute
  /// Those of the graph, which the attribute of a `symbol` refers to.
  package var symbols: [Symbol]
  /// Those of the graph, which the attribute of a `table` refers to.
  package var tables: [Table]

  /// A question about operands that need no graph but for leaves.
  package init(
    operands: [Shape], attribute: Attribute = .none, symbols: [Symbol] = [], tables: [Table] = []
  ) {
    self.operands = operands
    self.attribute = attribute
    self.symbols = symbols
    self.tables = tables
  }
}

/// Why shapes do not go together, in the words of a diagnostic.
package struct ShapeProblem: Error, Hashable, Sendable {
  /// What was found, as a phrase without a full stop.
  package var message: String
  /// What would go together, as a sentence; nil where nothing is likely.
  package var fix: String?

  /// A problem, with the likely fix.
  package init(_ message: String, fix: String? = nil) {
    self.message = message
    self.fix = fix
  }
}

/// The shape of a result, or why the operands do not go together.
package typealias ShapeRule = @Sendable (ShapeQuery) -> Result<Shape, ShapeProblem>

/// How the machine executes an operator. Closed: lowering has a case for each.
package enum Execution: Sendable {
  /// `number`, `table` and `symbol`.
  case leaf
  /// The kernel on every element, operands broadcast. `add` and `multiply` take two or more
  /// operands and apply their binary kernel from left to right.
  case elementwise(Kernel)
  /// A reduction over `Attribute.axes`.
  case reduction(Reduction)
  /// The same elements at other places: a strided view, no work of its own.
  case view(View)
  /// A value made from the position alone.
  case generator(Generator)
  /// `matmul(a, b)`: vectors as in NumPy, leading axes broadcast as batches.
  case matrixProduct
  /// `pad(x)`: zeros of `Attribute.window.sizes`, with x put at `starts`.
  case pad
  /// `concat(a, b, …)` along `Attribute.axis`.
  case concatenation
  /// `gather(table, index)`: rows of the table; index of any shape, values are row numbers. With
  /// `Attribute.batch` for every place of the leading axes that both share on its own.
  case gather
  /// `scatter_add(rows, index)`: zeros of `Attribute.shape`, row `index[i]` increased by `rows[i]`.
  /// With `Attribute.scattering` for every place of the leading axes on its own.
  case scatterAdd
  /// `cumsum(x)` along `Attribute.scan`.
  case cumulativeSum
  /// A function of whole matrices, the last two axes; the leading axes are batches.
  case matrixFunction(MatrixFunction)
  /// `sort(x)`: ascending along the one axis of `Attribute.axes`, NaN last.
  case sort
  /// `argsort(x)`: where the elements of `sort(x)` come from, equal ones in their order.
  case order
  /// `take_along(x, index)`: element `index[i]` of x along the one axis of `Attribute.axes`.
  case takeAlong
  /// `put_along(x, index)`: zeros of x's shape, element `index[i]` increased by `x[i]` along an
  /// axis.
  case putAlong
  /// `overlap_add(x)`: windows added up at their places, the adjoint of `View.windows`.
  case overlapAdd
  /// `guarded(x, y, …)`: the `Attribute.formula` of scalars, with more digits where double loses
  /// them.
  case formula
  /// `scan`: steps one after the other by `ExpressionGraph.recurrences`.
  case recurrence
  /// `scan_result`: a result of a `scan`.
  case recurrenceResult
  /// Done by other operators: `Operator.definition` is inserted in its place before lowering.
  case byDefinition
}

/// What axes are folded with.
package enum Reduction: String, Sendable {
  case sum, product, minimum, maximum
  /// The index of the first extreme element, over one axis.
  case indexOfMinimum, indexOfMaximum
}

/// What can be done with whole matrices.
package enum MatrixFunction: String, Sendable, CaseIterable {
  case inverse = "inv"
  case determinant = "det"
  /// The logarithm of the magnitude of the determinant.
  case logDeterminant = "logdet"
  /// The transposed matrix of cofactors.
  case adjugate
  /// How the adjugate changes when the matrix changes by another.
  case adjugateAlong = "adjugate_along"
  /// The lower factor of the symmetric part.
  case cholesky
  /// Of a tall or wide matrix of full rank.
  case pseudoInverse = "pinv"
  /// The solution X of A X = B.
  case solve
  /// The same, where only the lower triangle of A is looked at.
  case solveLower = "solve_lower"
  /// The same, where only the upper triangle of A is looked at.
  case solveUpper = "solve_upper"

  /// Whether there is a second matrix, of which the result has the size.
  package var takesRightSide: Bool {
    switch self {
    case .solve, .solveLower, .solveUpper, .adjugateAlong: true
    case .inverse, .determinant, .logDeterminant, .adjugate, .cholesky, .pseudoInverse: false
    }
  }
}

/// The same elements seen another way, without a copy.
package enum View: String, Sendable {
  /// Swaps the last two axes.
  case transpose
  /// The same elements in row-major order under `Attribute.shape`.
  case reshape
  /// Repeated along new leading axes and stretched ones to `Attribute.shape`.
  case broadcast
  /// `Attribute.window`: from `starts`, `sizes` elements on each axis (rank unchanged).
  case slice
  /// The diagonal of the last two axes, which are equal.
  case diagonal
  /// The axes in the order of `Attribute.permutation`.
  case permute
  /// The windows of `Attribute.windows` over the last axes: first the axes within a window, then
  /// those of where it starts.
  case windows
  /// From the end to the start along the one axis of `Attribute.axes`.
  case reversed
}

/// Arrays that are made of no elements.
package enum Generator: String, Sendable {
  /// 0, 1, 2, … along the one axis of `Attribute.shape`.
  case iota
  /// The value of `Attribute.dimension`.
  case size
  /// Uniform in [0, 1) over `Attribute.place`'s shape: Philox of (seed, step, place, position);
  /// operands: seed, step (scalars).
  case uniform
}

/// How an operator is differentiated.
package enum Derivative: Sendable {
  /// For elementwise operators: the partial derivative by each operand.
  case partials(@Sendable ([Template]) -> [Template])
  /// Where shapes change: what each operand's adjoint receives, nil for nothing.
  case pullback(@Sendable (inout Pullback) -> [NodeID?])
  /// Zero everywhere that it is defined (`floor`, comparisons, `argmax`).
  case zero
  /// By its definition.
  case byDefinition
  /// By a loop that runs the other way.
  case asLoop
  /// Not differentiable, and why.
  case none(because: String)
}

/// An elementwise operator in as many bits as its widest operand has.
package typealias PreciseFunction = @Sendable ([PreciseNumber]) -> PreciseNumber

/// In which operands an operator is linear: what a forward sweep needs to know of operators that
/// change shapes. Others are swept by transposing their pullback (Radul and others 2022).
package enum Linearity: Sendable {
  case none
  /// In so many of the first operands taken together; the others are kept (`gather`'s index).
  case together(Int)
  /// In each operand while the others are kept (`matmul`).
  case separately
}

/// How the arguments of a call become operands and attribute.
package enum CallForm: String, Sendable {
  /// `f(x)`, `f(x, y)`: all operands, nothing else.
  case operands
  /// `f(x)`, `f(x, axis: 1)`, `f(x, axis: [0, 1], keep: true)`: `Attribute.axes`; all axes unless
  /// named.
  case reduction
  /// `f(x, axis: 1)`: `Attribute.axes` with one axis, kept; the last axis unless named.
  case alongAxis
  /// `repeat(x, 3, axis: 0)`: `Attribute.along` with an axis, the first unless named, and a number.
  case alongAxisBy
  /// `windows(x, [3, 3], stride: 2)`: `Attribute.windows`; `overlap_add` the sizes of its result.
  case windows
  /// `max_pool(x, size: 2, stride: 2)`: `Attribute.windows`; the stride is the size unless given.
  case pooling
  /// `conv2d(x, k, stride: 2, padding: 1)`: `Attribute.convolution`; 1 and 0 unless given.
  case convolution
  /// `cumsum(x, axis: 0)`: `Attribute.scan`; the first axis unless named.
  case scan
  /// `f(x, [2, 3])`: `Attribute.shape`.
  case toShape
  /// `zeros([2, 3])`, `zeros(2, 3)`, `eye(3)`: no operands, `Attribute.shape` (eye: `[n, n]`).
  case ofShape
  /// `concat(a, b, axis: 1)`, `stack(a, b)`: `Attribute.axis`, 0 unless named.
  case joining
  /// `one_hot(x, 10)`: `Attribute.shape` of the result.
  case oneHot
  /// `pad(x, [2, 0], [5, 3])`: `Attribute.window` of the starts and the shape of the result.
  case window
  /// `gather(table, index)`, `gather(table, index, batch: 1)`: `Attribute.batch`; none unless
  /// named.
  case gathering
  /// `scatter_add(rows, index, [5, 3])`: `Attribute.shape` of the result, `Attribute.scattering`
  /// with `batch: 1`.
  case scattering
  /// `permute(x, [2, 0, 1])`: `Attribute.permutation`.
  case permuting
  /// `dropout(x, 0.1)`: operands x, rate, and the environment's training, seed and step;
  /// `Attribute.place` tells draws apart.
  case dropout
}

/// One operator: everything adc knows about it.
package struct Operator: Sendable {
  /// As people call it: `sin`, `log_softmax`.
  package var name: String
  /// One line.
  package var summary: String
  /// The number of operands.
  package var arity: ClosedRange<Int>
  /// The shape of a result by those of the operands.
  package var shape: ShapeRule
  /// For elementwise operators: where each operand is sampled in tests, away from kinks.
  package var domain: [ClosedRange<Double>]
  /// The points where the derivative is a convention, and the convention; empty where smooth.
  package var kinks: String
  /// Inserts 1 where an element of a node is at a kink, else 0; nil where there is none.
  package var isAtKink: (@Sendable (inout ExpressionGraph, NodeID) -> NodeID)?
  /// How it is differentiated backwards.
  package var derivative: Derivative
  /// How it is differentiated forwards where it changes shapes.
  package var linearity: Linearity
  /// How the machine executes it.
  package var execution: Execution
  /// The value to as many bits as the operands are wide, for elementwise operators: what kernels
  /// are judged by, and what formulas are computed with where double does not do.
  package var precise: PreciseFunction?
  /// How far an elementwise operator's kernel is from the true value at most, in units in the last
  /// place; near a zero that is no double, in those of the larger of the value and x times the
  /// derivative.
  package var errorBound = 1.5
  /// Whether each element of the result depends on its own element of the operands alone, which
  /// are broadcast.
  package var isElementwise: Bool
  /// The operator by simpler ones; needed for `Execution.byDefinition`.
  package var definition: (@Sendable (inout ExpressionGraph, NodeID) -> NodeID)?
  /// The word that people write: the name, but for `max` over an axis and such, which share a
  /// spelling.
  package var spelling: String
  /// How a call is written; nil for what has syntax of its own or is internal.
  package var call: CallForm?
  /// What people call its derivative, where that is not `derivative of` its name.
  var rule: TextbookRule?
  /// How it is set in mathematics; nil for an upright word.
  package var notation: Notation?
  /// How an elementwise operator is written in other languages; those without an entry lack it.
  package var spellings = LanguageTable<Spelling>()
  /// The operator by others, for languages that lack it and have these.
  var formulas = LanguageTable<@Sendable ([Template]) -> Template>()
  /// The operator of the same operand that it is cheap by, where that is computed anyway; nil for
  /// none.
  var companion: Companion?

  /// An operator of the catalogue; what is left out has the value that most have.
  package init(
    _ name: String, _ summary: String, arity: ClosedRange<Int>, shape: @escaping ShapeRule,
    domain: [ClosedRange<Double>], kinks: String = "", derivative: Derivative,
    execution: Execution, precise: PreciseFunction? = nil,
    definition: (@Sendable (inout ExpressionGraph, NodeID) -> NodeID)? = nil,
    spelling: String? = nil, call: CallForm? = nil, linearity: Linearity = .none,
    isElementwise: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.arity = arity
    self.shape = shape
    self.domain = domain
    self.kinks = kinks
    self.derivative = derivative
    self.linearity = linearity
    self.execution = execution
    self.precise = precise
    self.isElementwise = if case .elementwise = execution { true } else { isElementwise }
    self.definition = definition
    self.spelling = spelling ?? name
    self.call = call
  }
}
