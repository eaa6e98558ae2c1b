import ADCCalculus
import ADCEmission
package import ADCModel
package import ADCSyntax

/// What is known about the text of a model while it is written; each part is found out when it is
/// asked for first.
package struct ModelAnalysis: Sendable {
  /// The longest text, in bytes, that is differentiated to answer a question.
  package static let differentiationLimit = 100_000
  /// The most nodes of a model that is differentiated for that.
  package static let nodeLimit = 20_000
  /// The most nodes of a model that is differentiated at each change, for what only that finds out.
  private static let remarkLimit = 3000
  /// The longest derivative that is shown, in characters.
  private static let shownLimit = 2000

  /// The text that was read.
  package let source: SourceText
  /// What could be read.
  package let file: SourceFile
  private let mistakes: [Diagnostic]
  private var found: NameTable?
  private var checked: (model: CheckedModel?, diagnostics: [Diagnostic])?
  private var compiled: CompiledModel??
  private var remarks: [Diagnostic] = []

  /// Reads the text; checking and compiling wait until somebody asks for what they find.
  package init(_ source: SourceText) {
    self.source = source
    (file, mistakes) = Parser.parse(source)
  }

  /// Whether there is something that could not be read.
  package var hasMistakes: Bool { !mistakes.isEmpty }

  /// The names and their places.
  package var names: NameTable {
    mutating get {
      if let found { return found }
      let table = NameTable(file)
      found = table
      return table
    }
  }

  /// The checked model; nil where the text has a mistake.
  package var model: CheckedModel? {
    mutating get { check().model }
  }

  /// What the compiler says about the text, warnings included; of a large model what the checker
  /// says.
  package var diagnostics: [Diagnostic] {
    mutating get {
      let found = check()
      guard found.model != nil else { return found.diagnostics }
      if found.model.map({ $0.graph.count <= Self.remarkLimit }) ?? false { _ = compile() }
      return remarks.isEmpty ? found.diagnostics : remarks
    }
  }

  private mutating func check() -> (model: CheckedModel?, diagnostics: [Diagnostic]) {
    if let checked { return checked }
    var result: (model: CheckedModel?, diagnostics: [Diagnostic]) = (nil, mistakes)
    if !mistakes.contains(where: { $0.severity == .error }) {
      result = ModelChecker.check(file, source: source)
      result.diagnostics = mistakes + result.diagnostics
    }
    checked = result
    return result
  }

  /// The model with its gradient, where the text is right and not too long.
  private mutating func compile() -> CompiledModel? {
    if let compiled { return compiled }
    var result: CompiledModel?
    if let model = check().model, source.bytes.count <= Self.differentiationLimit,
      model.graph.count <= Self.nodeLimit
    {
      do throws(CompilationError) {
        let made = try Compiler.compile(source)
        result = made
        remarks = made.warnings
      } catch {
        remarks = error.diagnostics
      }
    }
    compiled = .some(result)
    return result
  }

  /// The names that the model declares, as people are told of them.
  package var known: [KnownName] {
    mutating get { KnownName.declared(in: file, checked: model) }
  }

  /// The derivative of the objective by a parameter or an input as `.ad` source, with a line for
  /// each part that it uses twice; nil where there is none, or it is too long.
  package mutating func derivative(by name: String) -> String? {
    guard let symbolic = compile()?.symbolic, let loss = symbolic.loss else { return nil }
    var graph = symbolic.graph
    var root: NodeID?
    if let place = symbolic.model.parameters.firstIndex(where: { $0.name == name }) {
      root = symbolic.gradient[place]
    } else if let input = symbolic.model.inputs.first(where: { $0.name == name }) {
      guard let gradient = try? graph.gradient(of: loss, by: [input.node]) else { return nil }
      let inlined = graph.inliningFunctions(in: gradient)
      root = Simplifier.simplify(&graph, inlined).roots.first
    }
    guard let root else { return nil }
    return Self.text(of: root, in: graph, symbolic)
  }

  private static func text(
    of root: NodeID, in graph: ExpressionGraph, _ symbolic: SymbolicModel
  ) -> String? {
    var names: [NodeID: String] = [:]
    for (definition, node) in zip(symbolic.model.lets, symbolic.lets)
    where names[node] == nil && graph.symbol(node) == nil && graph.number(node) == nil {
      names[node] = definition.name
    }
    for constant in symbolic.model.constants where !constant.value.shape.isScalar {
      names[constant.node] = constant.name
    }
    let own = Set(symbolic.model.lets.map(\.name) + symbolic.model.constants.map(\.name))
    var writer = ExpressionWriter(graph: graph, names: names, taken: symbolic.model.takenNames)
    let written = writer.write([root], style: .named)
    var text = TreePrinter.print(written.roots[0])
    // The model's own lets are on the page already.
    let lines = written.lines.filter { !own.contains($0.names[0]) }
    for line in lines { text += "\nwhere \(line.head) = \(TreePrinter.print(line.value))" }
    return text.utf8.count <= shownLimit ? text : nil
  }
}
