// From source to program: parse, check, differentiate, simplify, prepare, lower.
// In: a source text. Out: a program and the description of its run, or diagnostics.

package import ADCCalculus
package import ADCMachine
package import ADCModel
import ADCPlatform
package import ADCSyntax
package import ADCTraining

/// A model in every form that the commands need.
package struct CompiledModel: Sendable {
  /// The program of all functions.
  package var program: Program
  package var description: RunDescription
  /// What the source said; nil for a model that comes from an `.adb` file.
  package var symbolic: SymbolicModel?
  /// Where files beside the model are looked for; empty for the current folder.
  package var folder: String
  /// What is odd in the source but does not keep it from being compiled; never an error.
  package var warnings: [Diagnostic]
}

/// The expressions of a model, simplified, in one graph.
package struct SymbolicModel: Sendable {
  /// The text that was read, as messages show it.
  package var source: SourceText
  /// Its tree; all places are offsets in `source`.
  package var file: SourceFile
  /// The tree checked; its graph is the one before any rewriting.
  package var model: CheckedModel
  /// Its nodes' origins are nodes of the model, where `model.spans` has their places in the text.
  package var graph: ExpressionGraph
  /// What is minimised; nil for a model without an objective.
  package var loss: NodeID?
  /// One for each parameter.
  package var gradient: [NodeID]
  /// The gradient as it is differentiated again: calls of functions keep their own derivatives.
  package var openGradient: [NodeID]
  /// The same of the loss in the form that the machine computes.
  var computedGradient: [NodeID] = []
  /// The model's lets and outputs.
  package var lets: [NodeID]
  /// One for each output of the model, in the order written.
  package var outputs: [NodeID]
  /// Scalar operations of the simplified loss, what is shared counted once; 0 without a loss.
  package var lossOperations: Int
  /// The same of all derivatives by the parameters together.
  package var gradientOperations: Int
  var tags = StatementTags()
  /// The names of lets by the nodes that the program computes, where names are kept.
  var labels: [Int32: String] = [:]
  /// The same for the derivatives by the parameters.
  var gradientLabels: [Int32: String] = [:]
  /// The optimizer's updates, where names are kept.
  var training: SymbolicTraining?

  /// The statement that a node of the model was written in.
  func tag(_ origin: Int) -> SourceTag? {
    guard model.spans.indices.contains(origin) else { return nil }
    return tags.tag(Int32(clamping: model.spans[origin].lower))
  }
}

/// What an optimizer does, as expressions of one graph.
struct SymbolicTraining: Sendable {
  var graph: ExpressionGraph
  /// What is remembered from step to step.
  var states: [NodeID]
  /// The first values of the states.
  var starts: [NodeID]
  /// The new values of the parameters, then of the states.
  var updates: [NodeID]
}

/// Diagnostics, and the text that they are about.
package struct CompilationError: Error, Sendable {
  /// What the places of the diagnostics are offsets in.
  package var source: SourceText
  /// At least one error; warnings may be among them.
  package var diagnostics: [Diagnostic]
}

/// Settings of a compilation that do not come from the model.
package struct CompilationOptions: Sendable {
  /// `--set NAME=VALUE`.
  package var values: [(name: String, text: String)] = []
  /// `--optimizer 'adam(rate: 0.1)'`.
  package var optimizer: String?
  /// Whether expressions are rewritten; false keeps them as written and as the rules derive them.
  package var simplifies = true
  /// Whether a program is made; derivatives that are printed need none.
  package var makesProgram = true
  /// Whether functions keep the rules that are meant to differ from their derivatives.
  var keepsMeantRules = true
  /// Whether the symbolic graph keeps the journal of its making.
  package var keepsSteps = false
  /// Whether formulas of numbers that lose digits are looked after (`ExpressionGraph.guarding`).
  package var guardsDigits = true
  /// Whether the nodes of the program keep the names of the model's lets.
  var keepsNames = false

  /// A model as it is, simplified and made into a program.
  package init() {}
}

/// Compiles models.
package enum Compiler {
  /// A source of more bytes than this leaves a tree worth giving back.
  private static let longSource = 1 << 20

  /// Compiles a source text.
  package static func compile(
    _ source: SourceText, folder: String = "", options: CompilationOptions = CompilationOptions()
  ) throws(CompilationError) -> CompiledModel {
    var (file, mistakes) = Parser.parse(source)
    if !options.keepsMeantRules { file.statements.removeAll(where: \.isMeantRule) }
    guard !mistakes.contains(where: { $0.severity == .error }) else {
      throw CompilationError(source: source, diagnostics: mistakes)
    }
    var values: [(name: String, value: Expression)] = []
    for (name, text) in options.values {
      let setting = SourceText(name: "--set \(name)", text: text)
      let (value, mistakes) = Parser.parseExpression(setting)
      guard mistakes.isEmpty else {
        throw CompilationError(source: setting, diagnostics: mistakes.map { advised($0, text) })
      }
      values.append((name, value))
    }
    let (checked, found) = ModelChecker.check(
      file, source: source, options: ModelOptions(values: values))
    guard var model = checked else {
      throw CompilationError(source: source, diagnostics: mistakes + found)
    }
    if let optimizer = options.optimizer {
      try set(optimizer, in: &model)
    }
    var warnings = (mistakes + found).filter { $0.severity == .warning }
    let remarks = RuleCheck.check(model)
    guard !remarks.contains(where: { $0.severity == .error }) else {
      throw CompilationError(source: source, diagnostics: remarks)
    }
    warnings += remarks
    if !options.makesProgram {
      // What the derivatives are printed with; the rest of a long tree would only take memory.
      file.statements.removeAll { if case .binding = $0.form { true } else { false } }
      if source.bytes.count > Self.longSource { CurrentProcess.returnFreedMemory() }
    }
    let compilation = try Compilation(
      model, source: source, file: file, options)
    warnings += compilation.warnings
    return CompiledModel(
      program: compilation.program, description: compilation.description,
      symbolic: compilation.symbolic, folder: folder, warnings: warnings)
  }

  /// `--set A=3,c=2` is written as `--at` takes it.
  private static func advised(_ mistake: Diagnostic, _ text: String) -> Diagnostic {
    guard text.contains(","), text.contains("="), !text.contains("(") else { return mistake }
    var mistake = mistake
    mistake.fix = "write `--set` before each name"
    return mistake
  }

  private static func set(
    _ optimizer: String, in model: inout CheckedModel
  ) throws(CompilationError) {
    let text = SourceText(name: "--optimizer", text: optimizer)
    let (expression, mistakes) = Parser.parseExpression(text)
    if !mistakes.isEmpty { throw CompilationError(source: text, diagnostics: mistakes) }
    do throws(ADCModel.ModelError) {
      try model.setOptimizer(expression, source: text)
    } catch {
      throw CompilationError(source: text, diagnostics: error.diagnostics)
    }
  }
}

extension Statement {
  /// Whether it is a rule for a derivative that says `as meant`.
  fileprivate var isMeantRule: Bool {
    if case .derivative(let rule) = form { rule.isMeant } else { false }
  }
}
