import ADCCalculus
package import ADCEmission
import ADCModel
import ADCTraining

extension ModelTask {
  /// More boxes than this are not laid out: nobody could read them.
  private static let boxLimit = 2000

  /// The loss and its gradient, drawn beside each other.
  package func drawing() throws(TaskFailure) -> GraphDrawing {
    try requireObjective()
    guard let symbolic = model.symbolic, let loss = symbolic.loss else {
      throw TaskFailure(
        "a drawing needs the model's source, and \(path) is compiled", code: "AD0704",
        fault: .commandLine)
    }
    let gradient = zip(symbolic.model.parameters, symbolic.gradient).map {
      (name: "d_\($0.name)", node: $1)
    }
    return GraphDrawing(
      symbolic.graph,
      parts: [("loss", [("loss", loss)]), ("gradient", gradient)], names: symbolic.letNames)
  }

  /// `graph`: SVG, or DOT.
  package func graphReport(dot: Bool) throws(TaskFailure) -> TaskReport {
    let drawing = try drawing()
    guard dot || drawing.count <= Self.boxLimit else {
      throw TaskFailure(
        "the graph has \(drawing.count) boxes, and at most \(Self.boxLimit) are laid out; `--dot` "
          + "writes it for Graphviz", code: "AD0707", file: path)
    }
    let text = dot ? drawing.dot : drawing.svg
    return TaskReport(
      text: text,
      json: .object([
        .init("boxes", .number(Double(drawing.count))),
        .init(dot ? "dot" : "svg", .string(text)),
      ]))
  }
}

extension DerivativeTask {
  /// The expressions and their derivatives, drawn beside each other.
  package func drawing() -> GraphDrawing {
    let whole = values.count == 1 ? ["f"] : values.indices.map { "f\($0)" }
    return GraphDrawing(
      graph,
      parts: [
        ("expression", zip(whole, simpler).map { (name: $0, node: $1) }),
        ("derivatives", derivatives.map { (name: label($0), node: $0.node) }),
      ], names: [:])
  }
}

extension SymbolicModel {
  /// The model's lets by what they have become.
  var letNames: [NodeID: String] {
    var names: [NodeID: String] = [:]
    for (definition, node) in zip(model.lets, lets)
    where names[node] == nil && graph.symbol(node) == nil && graph.number(node) == nil {
      names[node] = definition.name
    }
    return names
  }
}
