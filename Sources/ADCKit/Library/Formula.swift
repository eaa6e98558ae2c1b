import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax

/// An expression over numbers, with its derivatives.
///
///     let slope = try Formula("x^2 * sin(x)").derivative(by: "x")
///     print(slope, try slope.value(at: ["x": 1]))
///
/// A value that any number of threads may use.
public struct Formula: Sendable, CustomStringConvertible {
  private static let result = "value"

  private let graph: ExpressionGraph
  private let node: NodeID
  private let symbols: [(name: String, node: NodeID)]
  private let program: Program

  /// Checks and simplifies an expression; every name that means nothing else is a variable.
  ///
  /// - Throws: `ModelError` where it has mistakes or is no number.
  public init(_ text: String) throws(ModelError) {
    let source = SourceText(name: "expression", text: text)
    let (tree, mistakes) = Parser.parseExpression(source)
    guard mistakes.isEmpty else {
      throw ModelError(CompilationError(source: source, diagnostics: mistakes))
    }
    let (checked, found) = ModelChecker.checkExpression(tree, source: source)
    guard let checked else {
      throw ModelError(CompilationError(source: source, diagnostics: found))
    }
    let shape = checked.graph.shape(checked.node)
    guard shape.isScalar else {
      let diagnostic = Diagnostic(
        "AD0604", "the expression has the shape \(shape), and a formula is a number",
        at: tree.range, fix: "write `sum(…)` around it")
      throw ModelError(CompilationError(source: source, diagnostics: [diagnostic]))
    }
    var graph = checked.graph
    let node = Simplifier.simplify(&graph, [checked.node], for: .differentiation).roots[0]
    try self.init(graph, node, checked.variables.map { ($0.name, $0.node) })
  }

  private init(
    _ graph: ExpressionGraph, _ node: NodeID, _ symbols: [(name: String, node: NodeID)]
  ) throws(ModelError) {
    self.graph = graph
    self.node = node
    self.symbols = symbols
    var scratch = graph
    let guarded = scratch.guarding([node], in: [node], isExacting: true)
    let roots = scratch.prepare(guarded)
    do throws(MachineError) {
      program = try Program.lower(
        scratch, [FunctionRequest(name: Self.result, outputs: [(name: "", node: roots[0])])])
    } catch {
      throw ModelError(error)
    }
  }

  /// The names that are variables, in alphabetical order.
  public var variables: [String] { symbols.map(\.name) }

  /// The expression, simplified; what a long one repeats comes first, as `let` lines.
  public var description: String {
    var writer = ExpressionWriter(graph: graph, names: [:], taken: Set(variables))
    let written = writer.write([node], style: .short)
    let lines = written.lines.map { "let \($0.head) = \(TreePrinter.print($0.value))" }
    return (lines + written.roots.map { TreePrinter.print($0) }).joined(separator: "\n")
  }

  /// The derivative by a variable, simplified; 0 by a name that is not in the expression.
  ///
  /// - Throws: `ModelError` where a part has no derivative.
  public func derivative(by variable: String) throws(ModelError) -> Formula {
    var graph = graph
    guard let symbol = symbols.first(where: { $0.name == variable }) else {
      let zero = graph.constant(0)
      return try Formula(graph, zero, symbols)
    }
    let found: NodeID
    do throws(DifferentiationError) {
      found = try graph.gradient(of: node, by: [symbol.node])[0]
    } catch {
      throw ModelError("AD0601", error.message)
    }
    let root = Simplifier.simplify(&graph, [found]).roots[0]
    return try Formula(graph, root, symbols)
  }

  /// The value at a point, computed by the machine.
  ///
  /// - Parameter point: A number for every variable that the simplified expression depends on;
  ///   others are ignored.
  /// - Throws: `ModelError` where a variable has no number.
  public func value(at point: [String: Double] = [:]) throws(ModelError) -> Double {
    let memory = SymbolMemory(program)
    for symbol in symbols {
      guard case .symbol(let place) = graph.attribute(symbol.node) else { continue }
      if let number = point[symbol.name] {
        memory.set(place, [number])
      } else if graph.depends(node, on: symbol.node) {
        throw ModelError("AD0706", "the variable `\(symbol.name)` has no value")
      }
    }
    do throws(MachineError) {
      let function = try BoundFunction(program, function: Self.result, sizes: [:])
      try function.evaluate(memory)
      return function.scalar(ofOutput: 0)
    } catch {
      throw ModelError(error)
    }
  }
}
