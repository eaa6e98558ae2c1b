import ADCCalculus
package import ADCEmission
import ADCModel
import ADCSyntax
import ADCTraining

/// How mathematics is asked for.
package enum Typesetting: String, Sendable {
  case latex, unicode

  var style: MathStyle { self == .latex ? .latex : .unicode }
}

extension StepsReport {
  /// The derivation as mathematics: the whole of each line, its rule behind it.
  package func mathematics(
    _ setting: Typesetting, shapes: NamedShapes, hidden: Set<String> = []
  ) -> String {
    var document = MathDocument(MathWriter(setting.style, shapes: shapes, hidden: hidden))
    document.learn(written.lines)
    var start = document.writer
    let left = start.text(written.start)
    for (place, step) in written.steps.enumerated() {
      document.append(place == 0 ? left : "", step.value, note: Self.reason(step.reason))
    }
    document.append(parts: written.lines)
    for report in inner.joined() { report.append(to: &document) }
    return document.text
  }

  /// The way through a step of a loop, under the words that say so.
  private func append(to document: inout MathDocument) {
    let outer = document.writer
    document.writer.bar(written.adjoints)
    let name = document.writer.text(written.target)
    document.append(words: "in a step, by", formula: name)
    let left = document.writer.text(written.start)
    for (place, step) in written.steps.enumerated() {
      document.append(place == 0 ? left : "", step.value, note: Self.reason(step.reason))
    }
    for report in inner.joined() { report.append(to: &document) }
    document.writer = outer
  }
}

extension MathDocument {
  /// What the names of shared parts begin with: beside a `t`, t₁ would be its second element.
  static func partLetter(beside names: Set<String>) -> String {
    ["t", "u", "v", "w", "h", "s"].first { !names.contains($0) } ?? "t"
  }
}

extension DerivativeTask {
  /// The shapes of the variables, for indices.
  package var namedShapes: NamedShapes {
    Dictionary(
      uniqueKeysWithValues: variables.map {
        ($0.name, graph.shape($0.node).dimensions.map(\.description))
      })
  }

  /// The expression and its derivatives as mathematics.
  package func mathematics(_ setting: Typesetting) -> String {
    let names = Set(variables.map(\.name))
    let whole = ["f", "g", "F", "y"].first { !names.contains($0) } ?? "f"
    var document = MathDocument(MathWriter(setting.style, shapes: namedShapes, hidden: names))
    let (lines, roots, values) = trees()
    document.learn(lines)
    for (place, value) in values.enumerated() {
      document.append(values.count > 1 ? document.writer.part(whole, place) : whole, value)
    }
    for (derivative, root) in zip(derivatives, roots) {
      let of = values.count > 1 ? document.writer.part(whole, derivative.of) : whole
      let isTotal = variables.count == 1
      document.append(document.writer.derivativeName(of, derivative.by, isTotal: isTotal), root)
    }
    document.append(parts: lines)
    return document.text
  }

  /// What is written, and the trees of the derivatives with their lines.
  private func trees() -> (lines: [WrittenLine], roots: [Expression], values: [Expression]) {
    let taken = Set(variables.map(\.name))
    var writer = ExpressionWriter(graph: graph, names: [:], taken: taken)
    writer.letter = MathDocument.partLetter(beside: taken)
    let written = writer.write(
      values + derivatives.map(\.node), style: .short)
    return (
      written.lines, Array(written.roots.dropFirst(values.count)),
      Array(written.roots.prefix(values.count))
    )
  }

  /// Everything asked for, as mathematics.
  package func mathReport(_ setting: Typesetting) throws(TaskFailure) -> TaskReport {
    let names = Set(variables.map(\.name))
    var texts: [String] = []
    if request.keepsSteps {
      let reports = try steps()
      texts = reports.map { $0.mathematics(setting, shapes: namedShapes, hidden: names) }
      if reports.contains(where: { $0.conclusion != nil }) { texts.append(mathematics(setting)) }
    } else {
      texts = [mathematics(setting)]
    }
    let text = texts.joined(separator: "\n")
    return TaskReport(text: text, json: .object([.init(setting.rawValue, .string(text))]))
  }
}
