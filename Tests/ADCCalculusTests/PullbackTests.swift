import ADCCalculus
import TestSupport
import Testing

/// One use of an operator that changes shapes.
struct PullbackCase: Sendable, CustomTestStringConvertible {
  static let all =
    reductions + alongAxes + products + structural + elementwise + matrices + singular + rearranged
    + windowed + norms

  let name: String
  let shapes: [[Dimension]]
  let attribute: Attribute
  var values: [Int: [Double]] = [:]
  var indices: Set<Int> = []

  init(
    _ name: String, _ shapes: [[Dimension]], _ attribute: Attribute = .none,
    values: [Int: [Double]] = [:], indices: Set<Int> = []
  ) {
    self.name = name
    self.shapes = shapes
    self.attribute = attribute
    self.values = values
    self.indices = indices
  }

  var testDescription: String {
    "\(name) of \(shapes.map { Shape($0).description }.joined(separator: ", ")) \(attribute)"
  }
}

private let n = Dimension(named: "n")
private let m = Dimension(named: "m")

private func axes(_ axes: Int..., keep: Bool = false) -> Attribute { .axes(axes, keep: keep) }

private func shape(_ dimensions: Dimension...) -> Attribute { .shape(Shape(dimensions)) }

private func window(_ starts: [Dimension], _ sizes: [Dimension]) -> Attribute {
  .window(starts: starts, sizes: Shape(sizes))
}

private let reductions: [PullbackCase] =
  [
    "sum", "mean", "max_over", "min_over", "prod", "logsumexp", "norm", "var", "std",
  ].flatMap { name in
    [
      PullbackCase(name, [[4]], axes(0)), PullbackCase(name, [[4]], axes(0, keep: true)),
      PullbackCase(name, [[n, 3]], axes(0, 1)), PullbackCase(name, [[n, 3]], axes(0)),
      PullbackCase(name, [[n, 3]], axes(1)), PullbackCase(name, [[n, 3]], axes(1, keep: true)),
      PullbackCase(name, [[2, n, m]], axes(1)), PullbackCase(name, [[2, n, m]], axes(1, 2)),
      PullbackCase(name, [[2, n, m]], axes(0, 1, keep: true)),
      PullbackCase(name, [[n, 1]], axes(0)),
    ]
  } + [
    PullbackCase("sum", [[2, n, m]], axes(0, 2)), PullbackCase("norm", [[2, n, m]], axes(0, 2)),
    PullbackCase("logsumexp", [[2, n, m]], axes(0, 2)),
    PullbackCase("max_over", [[2, n, m]], axes(0, 2)),
    PullbackCase("prod", [[4]], axes(0), values: [0: [2, 0, -3, 0.5]]),
    PullbackCase("prod", [[4]], axes(0), values: [0: [2, 0, -3, 0]]),
    PullbackCase("prod", [[2, 3]], axes(1), values: [0: [0, 0, 0, 1, 0, 2]]),
    PullbackCase("prod", [[9]], axes(0), values: [0: [2, 0, -3, 0.5, 1, -1, 2, 0, 3]]),
    PullbackCase("prod", [[10, 2]], axes(0)),
    PullbackCase("prod", [[2, 12]], axes(1, keep: true)),
    PullbackCase("prod", [[2, 3, 4]], axes(1, 2)),
    PullbackCase("product_of_others", [[4]], axes(0), values: [0: [2, 0, -3, 0.5]]),
    PullbackCase("product_of_others", [[2, 3]], axes(1), values: [0: [0, 1, 2, 3, 0, 4]]),
    PullbackCase("product_of_others", [[2, 3]], axes(0, 1), values: [0: [1, 0, 2, 3, -1, 4]]),
    PullbackCase("prod", [[2, 3]], axes(0, keep: true), values: [0: [0, 1, 2, 3, 0, 0]]),
  ]

private let alongAxes: [PullbackCase] =
  ["softmax", "log_softmax"].flatMap { name in
    [
      PullbackCase(name, [[4]], axes(0, keep: true)),
      PullbackCase(name, [[n, 3]], axes(1, keep: true)),
      PullbackCase(name, [[n, 3]], axes(0, keep: true)),
      PullbackCase(name, [[2, n, m]], axes(1, keep: true)),
      PullbackCase(name, [[3]], axes(0, keep: true), values: [0: [1e3, 0, -1e3]]),
    ]
  }
  + [false, true].flatMap { reversed in
    [
      PullbackCase("cumsum", [[4]], .scan(axis: 0, reversed: reversed)),
      PullbackCase("cumsum", [[n, m]], .scan(axis: 0, reversed: reversed)),
      PullbackCase("cumsum", [[n, m]], .scan(axis: 1, reversed: reversed)),
      PullbackCase("cumsum", [[2, n, m]], .scan(axis: 1, reversed: reversed)),
    ]
  }

private let products: [PullbackCase] = [
  PullbackCase("matmul", [[n, 3], [3, m]]), PullbackCase("matmul", [[3], [3]]),
  PullbackCase("matmul", [[n, 3], [3]]), PullbackCase("matmul", [[n], [n, m]]),
  PullbackCase("matmul", [[2, n, 3], [2, 3, m]]), PullbackCase("matmul", [[2, n, 3], [3, m]]),
  PullbackCase("matmul", [[n, 3], [2, 3, m]]), PullbackCase("matmul", [[2, n, 3], [1, 3, m]]),
  PullbackCase("matmul", [[1, n, 3], [2, 3, m]]), PullbackCase("matmul", [[2, n, 3], [3]]),
  PullbackCase("matmul", [[n], [2, n, m]]), PullbackCase("matmul", [[1, n], [n, 1]]),
  PullbackCase("dot", [[4], [4]]), PullbackCase("outer", [[3], [m]]),
  PullbackCase("outer", [[1], [3]]),
]

private let structural: [PullbackCase] = [
  PullbackCase("symmetric", [[n, n]]), PullbackCase("symmetric", [[2, m, 2, m]]),
  PullbackCase("transpose", [[n, m]]), PullbackCase("transpose", [[2, n, m]]),
  PullbackCase("reshape", [[2, 3]], shape(3, 2)), PullbackCase("reshape", [[6]], shape(2, 1, 3)),
  PullbackCase("reshape", [[n, m]], shape(n, 1, m)), PullbackCase("reshape", [[1]], shape()),
  PullbackCase("reshape", [[]], shape(1, 1)),
  PullbackCase("broadcast", [[]], shape(n, 2)), PullbackCase("broadcast", [[m]], shape(n, m)),
  PullbackCase("broadcast", [[1, m]], shape(n, m)),
  PullbackCase("broadcast", [[n, 1]], shape(n, m)),
  PullbackCase("broadcast", [[1]], shape(2, 1)), PullbackCase("broadcast", [[1, 1]], shape(n, m)),
  PullbackCase("slice", [[5]], window([1], [3])),
  PullbackCase("slice", [[n, m]], window([1, 0], [n - 1, m])),
  PullbackCase("slice", [[n, m]], window([n - 1, 1], [1, 1])),
  PullbackCase("pad", [[2]], window([1], [4])),
  PullbackCase("pad", [[n, m]], window([1, 2], [n + 2, m + 2])),
  PullbackCase("diagonal", [[3, 3]]), PullbackCase("diagonal", [[2, n, n]]),
  PullbackCase("trace", [[n, n]]),
  PullbackCase("concat", [[2], [3]], .axis(0)),
  PullbackCase("concat", [[n, 2], [n, m]], .axis(1)),
  PullbackCase("concat", [[1, m], [n, m], [2, m]], .axis(0)),
  PullbackCase("stack", [[n], [n]], .axis(0)), PullbackCase("stack", [[n], [n], [n]], .axis(1)),
  PullbackCase("stack", [[], []], .axis(0)), PullbackCase("stack", [[n, m]], .axis(2)),
  PullbackCase("gather", [[4, 2], [3]], values: [1: [2, 0, 2]], indices: [1]),
  PullbackCase("gather", [[4], [2, 2]], values: [1: [3, 3, 1, 0]], indices: [1]),
  PullbackCase("gather", [[4, 2], []], values: [1: [3]], indices: [1]),
  PullbackCase("gather", [[2, n, 2], [2]], .batch(1), values: [1: [2, 0]], indices: [1]),
  PullbackCase(
    "gather", [[m, 3], [m, 3]], .batch(1), values: [1: [2, 0, 2, 1, 1, 0]], indices: [1]),
  PullbackCase(
    "scatter_add", [[2, 3, 2], [2, 3]], .scattering(Shape([2, 4, 2]), batch: 1),
    values: [1: [2, 0, 2, 1, 3, 3]], indices: [1]),
  PullbackCase("permute", [[2, n, m]], .permutation([2, 0, 1])),
  PullbackCase("permute", [[n, m, 2]], .permutation([1, 0, 2])),
  PullbackCase("scatter_add", [[3, 2], [3]], shape(4, 2), values: [1: [2, 0, 2]], indices: [1]),
  PullbackCase("scatter_add", [[3], [3]], shape(2), values: [1: [1, 1, 1]], indices: [1]),
]

private let elementwise: [PullbackCase] = [
  PullbackCase("add", [[n, m], [m]]), PullbackCase("add", [[n, m], []]),
  PullbackCase("add", [[n, 1], [1, m]]), PullbackCase("add", [[n, 1], [n, m], [m], []]),
  PullbackCase("multiply", [[n, m], [m]]), PullbackCase("multiply", [[], [n, m]]),
  PullbackCase("multiply", [[n, 1], [1, m]]),
  PullbackCase("multiply", [[n, m], [n, m], [m], []]),
  PullbackCase("multiply", [[n, 1], [1, m], [m]]), PullbackCase("multiply", [[1, 1], [n, m]]),
  PullbackCase(
    "multiply", [[4], [4], [4], [4]], values: [1: [0, 1, 2, 0], 2: [0, 0, 1, 1]]),
  PullbackCase("divide", [[n, m], [m]]), PullbackCase("divide", [[m], [n, m]]),
  PullbackCase("divide", [[], [n, 1]]), PullbackCase("max", [[n, m], []]),
  PullbackCase("select", [[n, m], [m], []], values: [0: [0, 1, 1, 0, 0, 1]], indices: [0]),
  PullbackCase("power", [[n, m], [m]], values: [0: [1, 2, 0.5, 0.3, 1.5, 3]]),
  PullbackCase("clamp", [[5], [], []], values: [0: [-3, -1, 0.2, 1, 4], 1: [-2], 2: [2]]),
]

private let square: [Double] = [2, 0.5, -1, 0.3, -1.5, 0.4, 1, 0.2, 3]
private let positive: [Double] = [4, 1, 0.5, 1, 3, -0.4, 0.5, -0.4, 2]
private let pair: [Double] = square + [1.5, -1, 0.5, 1, 2, 0.3, -0.2, 0.7, -1.5]

private let matrices: [PullbackCase] =
  ["inv", "det", "logdet", "adjugate"].flatMap { name in
    [
      PullbackCase(name, [[n, n]], values: [0: square]),
      PullbackCase(name, [[2, n, n]], values: [0: pair]),
      PullbackCase(name, [[1, 1]], values: [0: [1.5]]),
    ]
  } + [
    PullbackCase("det", [[n, n]], values: [0: [1, 2, 3, 2, 4, 6, -1, 0, 1]]),
    PullbackCase("det", [[2, 2]], values: [0: [1, 2, 2, 4]]),
    PullbackCase("adjugate_along", [[n, n], [n, n]], values: [0: square]),
    PullbackCase("adjugate_along", [[2, n, n], [2, n, n]], values: [0: pair]),
    PullbackCase("cholesky", [[n, n]], values: [0: positive]),
    PullbackCase("cholesky", [[2, n, n]], values: [0: positive + positive.map { 2 * $0 }]),
    PullbackCase("pinv", [[4, 2]]), PullbackCase("pinv", [[m, n]]),
    PullbackCase("pinv", [[n, n]], values: [0: square]),
    PullbackCase("lstsq", [[4, 2], [4]]), PullbackCase("lstsq", [[4, 2], [4, 3]]),
    PullbackCase("diagonal_matrix", [[n]]), PullbackCase("diagonal_matrix", [[2, n]]),
    PullbackCase("diag", [[n]]), PullbackCase("diag", [[n, n]]),
    PullbackCase("trace", [[2, n, n]]),
    PullbackCase("tril", [[n, m]]), PullbackCase("triu", [[2, m, n]]),
    PullbackCase("kron", [[2, 3], [3, 2]]), PullbackCase("kron", [[n, 2], [3, m]]),
    PullbackCase("kron", [[2, n, 2], [2, 3, 1]]), PullbackCase("kron", [[2, 2], [n, m]]),
    PullbackCase("cross", [[3], [3]]), PullbackCase("cross", [[n, 3], [3]]),
    PullbackCase("quad_form", [[n, n], [n]]), PullbackCase("quad_form", [[n, n], [n, m]]),
  ]
  + ["solve", "solve_lower", "solve_upper"].flatMap { name in
    [
      PullbackCase(name, [[n, n], [n]], values: [0: square]),
      PullbackCase(name, [[n, n], [n, m]], values: [0: square]),
      PullbackCase(name, [[2, n, n], [2, n, m]], values: [0: pair]),
      PullbackCase(name, [[n, n], [2, n, m]], values: [0: square]),
      PullbackCase(name, [[2, n, n], [n, 1]], values: [0: pair]),
    ]
  }

/// Differentiated once alone: the third derivative of a determinant needs an inverse.
private let singular: [PullbackCase] = [
  PullbackCase("adjugate", [[n, n]], values: [0: [1, 2, 3, 2, 4, 6, -1, 0, 1]]),
  PullbackCase("adjugate", [[n, n]], values: [0: [1, 2, 3, 2, 4, 6, -1, -2, -3]]),
  PullbackCase("adjugate", [[2, 2]], values: [0: [0, 0, 0, 0]]),
]

private func along(_ axis: Int, _ count: Int) -> Attribute { .along(axis: axis, count: count) }

private func windows(_ sizes: [Dimension], _ strides: [Int]) -> Attribute {
  .windows(sizes: sizes, strides: strides)
}

private func convolution(
  _ strides: [Int], _ padding: [Int], _ sizes: [Dimension] = []
) -> Attribute {
  .convolution(strides: strides, padding: padding, sizes: sizes)
}

private let rearranged: [PullbackCase] = [
  PullbackCase("flip", [[5]], axes(0, keep: true)), PullbackCase("flip", [[n, m]], axes(0)),
  PullbackCase("flip", [[2, n, m]], axes(1, keep: true)),
  PullbackCase("roll", [[5]], along(0, 2)), PullbackCase("roll", [[n, m]], along(0, -1)),
  PullbackCase("roll", [[n, 4]], along(1, 0)),
  PullbackCase("repeat", [[n, 2]], along(0, 3)), PullbackCase("repeat", [[2, 2]], along(1, 2)),
  PullbackCase("tile", [[n, 2]], along(0, 3)), PullbackCase("tile", [[2, 2]], along(1, 2)),
  PullbackCase("flatten", [[n, 2]]), PullbackCase("flatten", [[3, 2]]),
  PullbackCase("sort", [[6]], axes(0, keep: true)),
  PullbackCase("sort", [[n, 4]], axes(1, keep: true)),
  PullbackCase("sort", [[2, n, m]], axes(1, keep: true)),
  PullbackCase(
    "take_along", [[2, 3], [2, 3]], axes(1), values: [1: [2, 0, 2, 1, 1, 0]], indices: [1]),
  PullbackCase(
    "put_along", [[2, 3], [2, 3]], axes(0), values: [1: [1, 0, 1, 1, 1, 0]], indices: [1]),
  PullbackCase("quantile", [[6], []], axes(0), values: [1: [0.3]], indices: [1]),
  PullbackCase("quantile", [[n, 5], []], axes(1), values: [1: [0.7]]),
  PullbackCase("quantile", [[5, m], []], axes(0, keep: true), values: [1: [1]], indices: [1]),
  PullbackCase("median", [[n, 4]], axes(1)), PullbackCase("median", [[5]], axes(0)),
]

private let windowed: [PullbackCase] = [
  PullbackCase("windows", [[6]], windows([3], [1])),
  PullbackCase("windows", [[2, 7]], windows([3], [2])),
  PullbackCase("windows", [[n, m]], windows([2, 2], [1, 1])),
  PullbackCase("windows", [[2, 5, 6]], windows([2, 3], [2, 1])),
  PullbackCase("overlap_add", [[3, 4]], windows([6], [1])),
  PullbackCase("overlap_add", [[2, 2, 3, 2, 4]], windows([5, 6], [2, 1])),
  PullbackCase("conv1d", [[2, 7], [3, 2, 3]], convolution([1], [0])),
  PullbackCase("conv1d", [[n, 2, 7], [1, 2, 3]], convolution([2], [1])),
  PullbackCase("conv1d", [[2, n + 3], [3, 2, 2]], convolution([1], [1])),
  PullbackCase("conv2d", [[1, 4, 5], [2, 1, 2, 3]], convolution([1, 1], [0, 0])),
  PullbackCase("conv2d", [[2, 2, 4, 3], [2, 2, 2, 2]], convolution([2, 1], [1, 1])),
  PullbackCase("conv1d_transpose", [[n, 3, 4], [3, 2, 3]], convolution([2], [1], [8])),
  PullbackCase("conv1d_kernel", [[n, 2, 8], [n, 3, 4]], convolution([2], [1], [3])),
  PullbackCase(
    "conv2d_transpose", [[2, 2, 4], [2, 1, 2, 3]], convolution([2, 1], [0, 1], [5, 4])),
  PullbackCase("conv2d_kernel", [[1, 5, 4], [2, 2, 4]], convolution([2, 1], [0, 1], [2, 3])),
  PullbackCase("max_pool", [[2, 4, 6]], windows([2, 2], [2, 2])),
  PullbackCase("max_pool", [[1, 5]], windows([3], [1])),
  PullbackCase("avg_pool", [[2, 4, 6]], windows([2, 3], [2, 3])),
  PullbackCase("avg_pool", [[n, 5]], windows([2], [2])),
]

private let norms: [PullbackCase] =
  ["sumsq", "norm1", "norm_inf"].flatMap { name in
    [
      PullbackCase(name, [[n, m]], axes(0, 1)), PullbackCase(name, [[n, m]], axes(1)),
      PullbackCase(name, [[2, n, m]], axes(0, 2)),
      PullbackCase(name, [[n, m]], axes(0, keep: true)),
    ]
  } + [
    PullbackCase("norm_p", [[4], []], axes(0), values: [1: [3]]),
    PullbackCase("norm_p", [[n, m], []], axes(1), values: [1: [1.5]]),
    PullbackCase("norm_p", [[2, n, m], []], axes(0, 2, keep: true), values: [1: [4]]),
  ]

@Suite("Adjoints of operators that change shapes")
struct PullbackTests {
  @Test("agree with differences", arguments: PullbackCase.all)
  func pullback(item: PullbackCase) throws {
    var check = GradientCheck()
    check.sizes = ["n": 3, "m": 2]
    let operands = item.shapes.enumerated().map { place, shape in
      check.symbol(shape, item.values[place], isIndex: item.indices.contains(place))
    }
    let result = check.graph.build(.required(item.name), operands, item.attribute)
    #expect(try check.problem(of: result) == nil)
    // Under a function, the adjoint is an array; under a bare sum, a number.
    let curved = check.graph.insert(.required("atan"), [result])
    #expect(try check.problem(of: curved) == nil)
    let rank = check.graph.shape(result).rank
    let sum = check.graph.insert(.sum, [result], .axes(Array(0..<rank), keep: false))
    #expect(try check.problem(ofScalar: sum) == nil)
  }

  @Test("agree with differences once more", arguments: matrices + rearranged + windowed + norms)
  fileprivate func second(item: PullbackCase) throws {
    var check = GradientCheck()
    check.sizes = ["n": 3, "m": 2]
    let operands = item.shapes.enumerated().map { place, shape in
      check.symbol(shape, item.values[place], isIndex: item.indices.contains(place))
    }
    let result = check.graph.build(.required(item.name), operands, item.attribute)
    let curved = check.graph.insert(.required("atan"), [result])
    let rank = check.graph.shape(result).rank
    let sum = check.graph.insert(.sum, [curved], .axes(Array(0..<rank), keep: false))
    let slope = try check.graph.gradient(of: sum, by: [operands[0]])[0]
    #expect(try check.problem(of: slope, tolerance: 1e-6) == nil)
  }

  @Test("Every operator with a rule of its own has a case here")
  func isComplete() {
    let tested = Set(PullbackCase.all.map(\.name))
    for op in Catalogue.operators {
      guard case .pullback = op.derivative else { continue }
      // What these stand for is kept beside the graph; tests of their own make it.
      if ["function_call", "root"].contains(op.name) { continue }
      #expect(tested.contains(op.name), "\(op.name)")
    }
  }

  @Test("Equal greatest elements share the derivative", arguments: ["max_over", "min_over"])
  func ties(name: String) throws {
    var check = GradientCheck()
    let x = check.symbol([4], [1, 1, 1, 1])
    let node = check.graph.build(.required(name), [x], axes(0))
    let gradient = try check.graph.gradient(of: node, by: [x])
    #expect(check.evaluate(gradient, [[1, 1, 1, 1]])[0].values == [0.25, 0.25, 0.25, 0.25])
    let simple = Simplifier.simplify(&check.graph, gradient).roots
    let other = name == "max_over" ? 0.0 : 2
    #expect(check.evaluate(simple, [[1, other, 1, other]])[0].values == [0.5, 0, 0.5, 0])
  }

  @Test("The norm's derivative at 0 is 0, whole or in rows")
  func normAtZero() throws {
    var check = GradientCheck()
    let x = check.symbol([2, 2], [0, 0, 3, 4])
    let whole = check.graph.build(.required("norm"), [x], axes(0, 1))
    let rows = check.graph.build(.required("norm"), [x], axes(1))
    let sum = check.graph.insert(.sum, [rows], axes(0))
    let ofWhole = try check.graph.gradient(of: whole, by: [x])
    let ofRows = try check.graph.gradient(of: sum, by: [x])
    for roots in [ofRows, Simplifier.simplify(&check.graph, ofRows).roots] {
      let found = check.evaluate(roots, [[0, 0, 3, 4]])[0].values
      for (value, expected) in zip(found, [0, 0, 0.6, 0.8]) {
        #expect((value - expected).magnitude <= 1.2e-16)
      }
    }
    for roots in [ofWhole, Simplifier.simplify(&check.graph, ofWhole).roots] {
      #expect(check.evaluate(roots, [[0, 0, 0, 0]])[0].values == [0, 0, 0, 0])
    }
  }

  @Test("A disagreement is found: a part that the rules do not see")
  func wrongRuleIsFound() throws {
    var check = GradientCheck()
    let x = check.symbol([4])
    let sum = check.graph.build(.sum, [x], axes(0))
    // floor hides the mean from the rules, though not from differences.
    let mean = check.graph.insert(.divide, [sum, check.graph.constant(4)])
    let rounded = check.graph.insert(
      .required("floor"), [check.graph.insert(.multiply, [mean, check.graph.constant(1e15)])])
    let claimed = check.graph.insert(
      .add, [sum, check.graph.insert(.divide, [rounded, check.graph.constant(1e15)])])
    #expect(try check.problem(ofScalar: sum) == nil)
    #expect(try check.problem(ofScalar: claimed, tolerance: 1e-3) != nil)
  }

  @Test("Indices and comparisons have a derivative of 0, of the operand's shape")
  func flat() throws {
    var check = GradientCheck()
    let x = check.symbol([2, 3])
    for name in ["argmax", "argmin"] {
      let index = check.graph.build(.required(name), [x], axes(1))
      let sum = check.graph.insert(.sum, [index], axes(0))
      let gradient = try check.graph.gradient(of: sum, by: [x])
      #expect(check.graph.shape(gradient[0]) == Shape([2, 3]))
      #expect(check.evaluate(gradient, [[1, 2, 3, 4, 5, 6]])[0].values.allSatisfy { $0 == 0 })
    }
  }

  @Test("The second derivative of a product is right where an element is 0")
  func productTwice() throws {
    var check = GradientCheck()
    let x = check.symbol([3])
    let product = check.graph.build(.product, [x], axes(0))
    let slope = try check.graph.gradient(of: product, by: [x])[0]
    let total = check.graph.insert(.sum, [slope], axes(0))
    let gradient = try check.graph.gradient(of: total, by: [x])
    // bc + ac + ab by a, b and c.
    #expect(check.evaluate(gradient, [[2, 0, 5]])[0].values == [5, 7, 2])
  }
}
