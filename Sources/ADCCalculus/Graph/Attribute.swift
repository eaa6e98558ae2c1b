/// What a node carries beside its operands.
package enum Attribute: Hashable, Sendable {
  case none
  /// A scalar constant.
  case number(Double)
  /// A constant array: its place in `ExpressionGraph.tables`.
  case table(Int)
  /// A symbol: its place in `ExpressionGraph.symbols`.
  case symbol(Int)
  /// Of a reduction: the axes, ascending, and whether they stay as dimensions of 1.
  case axes([Int], keep: Bool)
  /// Of a scan along an axis (`cumsum`), `reversed` from its end.
  case scan(axis: Int, reversed: Bool)
  /// A shape to make: of `broadcast`, `reshape`, `iota` and the like.
  case shape(Shape)
  /// Of `slice` and `pad`: the start on every axis, and the sizes of what results.
  case window(starts: [Dimension], sizes: Shape)
  /// An axis, of `concat` and `stack`.
  case axis(Int)
  /// Of `permute`: for each axis of the result the axis of the operand.
  case permutation([Int])
  /// How many leading axes the operands of `gather` share; `none` where they share none.
  case batch(Int)
  /// Of `scatter_add`: the shape to make, and how many leading axes all share if any.
  case scattering(Shape, batch: Int)
  /// The value of a dimension as a number.
  case dimension(Dimension)
  /// What keeps two equal draws apart: the place of a `dropout`.
  case place(Int, Shape)
  /// Of `guarded`: what is computed from the operands.
  case formula(ScalarFormula)
  /// An order of a function, as of `polygamma`.
  case order(Int)
  /// Of `function_call`: the function's place in `ExpressionGraph.rules`.
  case rule(Int)
  /// Of `root`: the equation's place in `ExpressionGraph.equations`.
  case equation(Int)
  /// Of `scan`: its body's place in `ExpressionGraph.recurrences`.
  case recurrence(Int)
  /// Of `scan_result`: which one, and its shape.
  case result(Int, Shape)
  /// Of `windows`: the sizes of a window along the last axes, and the steps from one to the next;
  /// of `overlap_add` the sizes of those axes in the result.
  case windows(sizes: [Dimension], strides: [Int])
  /// Of a convolution: the steps of the kernel and the zeros put around, along the last axes; of
  /// what gives back to its array or kernel the sizes of that.
  case convolution(strides: [Int], padding: [Int], sizes: [Dimension])
  /// Of `roll`, `repeat` and `tile`: an axis and how far or how often.
  case along(axis: Int, count: Int)
}
