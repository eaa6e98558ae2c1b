import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax

/// The gradient of a model's loss as source text.
public struct Gradient: Sendable, CustomStringConvertible {
  /// A whole `.ad` program with an output for the loss and for each derivative.
  public let description: String
  /// What `expressions` and each other repeat, in order: each line may use those before it.
  public let definitions: [(name: String, expression: String)]
  private let expressions: [String: String]

  /// The derivative by a parameter as an expression over the model's names and `definitions`; nil
  /// where the model has no such parameter.
  public subscript(parameter: String) -> String? { expressions[parameter] }
}

extension Gradient {
  init(_ symbolic: SymbolicModel) {
    description = symbolic.gradientProgram()
    var writer = ExpressionWriter(
      graph: symbolic.graph, names: [:], taken: symbolic.model.takenNames)
    let written = writer.write(symbolic.gradient, style: .short)
    definitions = written.lines.map { ($0.head, TreePrinter.print($0.value)) }
    let texts = written.roots.map { TreePrinter.print($0) }
    expressions = Dictionary(
      zip(symbolic.model.parameters.map(\.name), texts).map { ($0, $1) }, uniquingKeysWith: { $1 })
  }
}

extension Model {
  /// The gradient of the loss as source text; nil for a model without an objective.
  ///
  /// Written anew at every call, in a time that grows with its length.
  public var gradient: Gradient? {
    guard let symbolic = compiled.symbolic, symbolic.loss != nil else { return nil }
    return Gradient(symbolic)
  }
}
