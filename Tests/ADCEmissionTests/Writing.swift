import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax
import TestSupport
import Testing

/// An expression with its graph, from a text.
struct Reading {
  var graph: ExpressionGraph
  let node: NodeID
  /// By name, in the order of the declarations or of the alphabet.
  let leaves: [(name: String, node: NodeID)]

  /// `x^2*y`, or with arrays `x: [n, 3], b: [3] | mean(x + b)`.
  ///
  /// - Parameter variables: Names that are variables whatever else they mean.
  init(_ text: String, variables: [String]? = nil) throws {
    let parts = text.split(separator: "|", maxSplits: 1)
    if parts.count == 2 {
      try self.init(declarations: parts[0], value: parts[1])
      return
    }
    let source = SourceText(name: "expression", text: text)
    let (tree, mistakes) = Parser.parseExpression(source)
    try #require(mistakes.isEmpty, "\(text): \(mistakes.map(\.message))")
    let (checked, found) = ModelChecker.checkExpression(tree, source: source, variables: variables)
    let expression = try #require(checked, "\(text): \(found.map(\.message))")
    self.init(
      graph: expression.graph, node: expression.node,
      leaves: expression.variables.map { ($0.name, $0.node) })
  }

  private init(
    graph: ExpressionGraph, node: NodeID, leaves: [(name: String, node: NodeID)]
  ) {
    self.graph = graph
    self.node = node
    self.leaves = leaves
  }

  private init(declarations: Substring, value: Substring) throws {
    // A comma inside brackets belongs to a shape.
    var depth = 0
    let lines = declarations.split { character in
      depth += character == "[" ? 1 : character == "]" ? -1 : 0
      return character == "," && depth == 0
    }
    let model =
      lines.map { "input " + $0.drop(while: \.isWhitespace) + "\n" }.joined()
      + "let value = " + value.drop(while: \.isWhitespace) + "\n"
    try self.init(model: model)
  }

  /// A model with a `let value` at its end.
  init(model text: String) throws {
    let source = SourceText(name: "model.ad", text: text)
    let (file, mistakes) = Parser.parse(source)
    try #require(mistakes.isEmpty, "\(text): \(mistakes.map(\.message))")
    let (checked, found) = ModelChecker.check(file, source: source)
    let model = try #require(checked, "\(text): \(found.map(\.message))")
    let value = try #require(model.lets.last { $0.name == "value" })
    self.init(
      graph: model.graph, node: value.node, leaves: model.inputs.map { ($0.name, $0.node) })
  }

  func place(of leaf: NodeID) -> Int {
    if case .symbol(let place) = graph.attribute(leaf) { place } else { 0 }
  }
}

/// Lines and expressions as text.
struct Written {
  let lines: [(name: String, text: String)]
  let roots: [String]

  init(
    _ graph: ExpressionGraph, _ roots: [NodeID], style: SharingStyle = .inline(limit: 40),
    names: [NodeID: String] = [:], taken: Set<String> = []
  ) {
    var writer = ExpressionWriter(graph: graph, names: names, taken: taken)
    let written = writer.write(roots, style: style)
    lines = written.lines.map { ($0.head, TreePrinter.print($0.value)) }
    self.roots = written.roots.map { TreePrinter.print($0) }
  }
}

/// An expression that a law rewrites, and how the result prints.
struct LawCase: Sendable, CustomTestStringConvertible {
  let law: Law
  let before: String
  let after: String

  init(_ law: Law, _ before: String, _ after: String) {
    self.law = law
    self.before = before
    self.after = after
  }

  var testDescription: String { "\(law.name): \(before)" }
}
