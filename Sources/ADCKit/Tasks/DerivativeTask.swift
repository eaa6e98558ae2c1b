import ADCCalculus
import ADCEmission
package import ADCModel
import ADCSyntax
import ADCTraining

/// What `adc diff` is asked about expressions.
package struct DerivativeRequest: Sendable {
  /// Which derivatives.
  package enum Kind: Sendable {
    /// All up to an order, each set of variables once.
    case orders(Int)
    /// First derivatives of every expression, of arrays too.
    case jacobian
    /// Second derivatives of one number, by arrays too.
    case hessian
    /// How expressions change when the variables move along directions, J v.
    case jvp
    /// What the variables receive from adjoints of the expressions, J' u.
    case vjp
    /// How the gradient of one number changes when the variables move along directions, H v.
    case hvp

    /// Whether several expressions, and arrays, may be asked about at once.
    var takesSeveral: Bool {
      switch self {
      case .jacobian, .jvp, .vjp: true
      case .orders, .hessian, .hvp: false
      }
    }
  }

  /// What is differentiated, each an expression of the language; at least one.
  package var expressions: [String]
  /// What to differentiate by; all free names where nil.
  package var by: [String]?
  /// Which derivatives are wanted.
  package var kind = Kind.orders(1)
  /// Shapes of variables, `x` and `[n, 3]`; others are numbers.
  package var shapes: [(name: String, text: String)] = []
  /// Where to evaluate; the names are variables whatever else they mean.
  package var points: [[DerivativeTask.Coordinate]] = []
  /// Whether results are simplified; false gives them as the rules derive them.
  package var simplifies = true
  /// Whether the way to each derivative is kept, for `derivations()`.
  package var keepsSteps = false

  /// First derivatives by all free names, which are numbers.
  package init(_ expressions: [String]) { self.expressions = expressions }
}

/// The derivatives of expressions, as source and as numbers.
package struct DerivativeTask: Sendable {
  /// A variable's value at a point.
  package struct Coordinate: Sendable {
    /// The variable; one that no expression uses is no fault.
    package var name: String
    /// The sizes, outermost first; empty for a number.
    package var shape: [Int]
    /// Row by row, as many as the shape has elements.
    package var values: [Double]

    /// A value whose numbers fill the shape, which the task checks.
    package init(name: String, shape: [Int], values: [Double]) {
      self.name = name
      self.shape = shape
      self.values = values
    }

    var array: ShapedValues { ShapedValues(shape: shape, values: values) }
  }

  /// A derivative: of which expression, the variables in order, and its node.
  struct Derivative {
    var of: Int
    var by: [String]
    var node: NodeID
  }

  /// The most derivatives that are printed, and the most nodes that others are derived from.
  static let derivativeLimit = 10_000
  static let nodeLimit = 100_000

  let request: DerivativeRequest
  private let source: SourceText
  private let range: SourceRange
  var graph: ExpressionGraph
  let values: [NodeID]
  /// The values in the form in which they are computed.
  var simpler: [NodeID]
  /// What the expressions depend on or are differentiated by, each with its symbol in the graph.
  package let variables: [CheckedExpression.Variable]
  /// What products are taken with: the directions of variables, the adjoints of expressions.
  var seeds: [Seed] = []
  let text: String
  var derivatives: [Derivative] = []
  var operations = 0
  var gradientOperations = 0
  /// Whether the request alone says what is differentiated.
  private(set) var isOfText = false

  /// Checks and differentiates expressions.
  package init(_ request: DerivativeRequest) throws(TaskFailure) {
    try self.init(checking: request)
    try differentiateAll()
  }

  /// Differentiates expressions that are checked, by all their variables unless the request says by
  /// which.
  init(
    _ checked: CheckedExpression, text: String, range: SourceRange, source: SourceText,
    _ request: DerivativeRequest
  ) throws(TaskFailure) {
    self.init(of: checked, text: text, range: range, source: source, request)
    try differentiateAll()
  }

  /// Checks expressions, and differentiates nothing yet.
  init(checking request: DerivativeRequest) throws(TaskFailure) {
    let isOne = request.expressions.count == 1
    let source = SourceText(
      name: isOne ? "expression" : "expressions",
      text: isOne
        ? request.expressions[0] : "[" + request.expressions.joined(separator: ", ") + "]")
    var (tree, mistakes) = Parser.parseExpression(source)
    if let cut = Parser.cutExpression(source) { mistakes.insert(cut, at: 0) }
    guard mistakes.isEmpty else {
      throw TaskFailure(CompilationError(source: source, diagnostics: mistakes))
    }
    var trees = [tree]
    if request.kind.takesSeveral, case .array(let entries) = tree.form { trees = entries }
    let names = request.namesAtPoints
    let (checked, found) = ModelChecker.checkExpressions(
      trees, source: source, variables: (request.by ?? []) + names,
      shapes: try Self.shapes(request.shapes))
    guard let checked else {
      throw TaskFailure(CompilationError(source: source, diagnostics: found))
    }
    self.init(
      of: checked, text: TreePrinter.print(tree), range: tree.range, source: source, request)
    isOfText = true
  }

  private init(
    of checked: CheckedExpression, text: String, range: SourceRange, source: SourceText,
    _ request: DerivativeRequest
  ) {
    self.request = request
    self.text = text
    self.range = range
    self.source = source
    graph = checked.graph
    values = checked.nodes
    simpler = values
    variables = checked.variables
    operations = graph.operationCount(checked.nodes)
  }

  private mutating func differentiateAll() throws(TaskFailure) {
    if request.keepsSteps { graph.journal = Journal() }
    do throws(DifferentiationError) {
      try checkShapes()
      simpler = simplified(values, for: .differentiation)
      try differentiate()
    } catch {
      throw failure(error)
    }
  }

  /// What stands in the way of a derivative, below the whole expression.
  func failure(_ error: DifferentiationError) -> TaskFailure {
    let isShape = error.message.hasPrefix("the expression has the shape")
    return TaskFailure(
      CompilationError(
        source: source,
        diagnostics: [
          Diagnostic(
            isShape ? "AD0604" : "AD0601", error.message, at: range,
            fix: isShape
              ? "write `sum(…)` around it, or ask for all derivatives with `--jacobian`" : nil)
        ]))
  }

  /// The shapes of `--shape NAME=[n, 3]`.
  private static func shapes(
    _ given: [(name: String, text: String)]
  ) throws(TaskFailure) -> [(name: String, shape: ShapeSyntax)] {
    var result: [(name: String, shape: ShapeSyntax)] = []
    for (name, text) in given {
      let source = SourceText(name: "--shape \(name)", text: text)
      let (tree, mistakes) = Parser.parseExpression(source)
      guard mistakes.isEmpty, case .array(let dimensions) = tree.form else {
        throw TaskFailure(
          "`--shape` takes a name and a shape, `A=[n, 3]`, and `\(text)` is none", code: "AD1003",
          fault: .commandLine)
      }
      result.append((name, ShapeSyntax(dimensions: dimensions, range: tree.range)))
    }
    return result
  }

  func checkShapes() throws(DifferentiationError) {
    if request.kind.takesSeveral { return }
    if let node = values.first(where: { !graph.shape($0).isScalar }) {
      throw DifferentiationError(
        message: "the expression has the shape \(graph.shape(node)), and derivatives are shown of "
          + "numbers", node: node)
    }
    guard case .orders(let order) = request.kind, order > 1 else { return }
    if let array = targets.first(where: { !graph.shape($0.node).isScalar }) {
      throw DifferentiationError(
        message: "`--order` is for numbers, and `\(array.name)` has the shape "
          + "\(graph.shape(array.node)): ask for `--hessian`", node: array.node)
    }
  }

  /// What to differentiate by.
  var targets: [CheckedExpression.Variable] {
    guard let by = request.by else { return variables }
    return by.compactMap { name in variables.first { $0.name == name } }
  }

  mutating func simplified(
    _ roots: [NodeID], for purpose: Simplifier.Purpose = .result
  ) -> [NodeID] {
    request.simplifies ? Simplifier.simplify(&graph, roots, for: purpose).roots : roots
  }
}
