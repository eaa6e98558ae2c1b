import ADCCalculus
package import ADCEmission
import ADCModel
import ADCSyntax
import ADCTraining

/// The way to a derivative, written and checked.
package struct StepsReport: Sendable {
  /// `d/dx`.
  package var label: String
  /// The lines of the way, as trees of the language.
  package var written: WrittenDerivation
  /// The derivative as `adc diff` prints it, with the lines that it needs.
  package var result: String
  /// What the check says of each line, in the order of `written.steps`.
  package var findings: [Finding]
  /// Of each step that goes through a loop: the way through one step of it.
  package var inner: [[StepsReport]] = []
  /// What follows for all derivatives, where the way is to a product with them.
  package var conclusion: Conclusion?

  /// The derivatives of an array, from a product with an adjoint that may be anything.
  package struct Conclusion: Sendable {
    /// What the adjoint is called.
    package var adjoint: String
    /// What the derivative is, in the language.
    package var text: String
    /// What the check says of it.
    package var finding: Finding
  }

  /// What numbers say about a line.
  package enum Finding: Equatable, Sendable {
    case right
    /// The line is `found` where the first is `expected`.
    case wrong(expected: Double, found: Double)
    /// No point was found where everything is finite.
    case unknown
  }

  /// Whether some line is no derivative of the first.
  package var isWrong: Bool {
    (findings + (conclusion.map { [$0.finding] } ?? [])).contains {
      if case .wrong = $0 { true } else { false }
    } || inner.contains { $0.contains(where: \.isWrong) }
  }
}

extension StepsReport {
  /// Longer lines than this show the part that changed alone.
  private static let lineLimit = 100
  /// Where the rules stand, at most.
  private static let columnLimit = 48

  /// One line for each step: the whole, and the rule with the part that it touched.
  package var text: String {
    var text = written.lines.map { "let \($0.head) = \(TreePrinter.print($0.value))\n" }.joined()
    let first = TreePrinter.print(written.start)
    text += "\(label)  \(first)\n"
    let values = written.steps.map { TreePrinter.print($0.value) }
    let column = min(values.map(\.count).max() ?? 0, Self.columnLimit)
    var last = first
    for (place, step) in written.steps.enumerated() {
      let isLast = place == written.steps.count - 1
      if values[place] == last, !isLast, findings[place] == .right { continue }
      last = values[place]
      if last.count <= Self.lineLimit || isLast {
        text += "  = " + last + String(repeating: " ", count: max(2, column + 2 - last.count))
      } else {
        text += "  …  "
      }
      text += Self.reason(step, isWhole: last.count > Self.lineLimit)
      text += Self.remark(findings[place]) + "\n"
      for report in inner.indices.contains(place) ? inner[place] : [] {
        text += report.text.split(separator: "\n").map { "      \($0)\n" }.joined()
      }
    }
    return text + (conclusion.map(Self.text) ?? "")
  }

  /// A derivation, written and checked.
  init(
    _ label: String, _ derivation: Derivation, names: [NodeID: String], taken: Set<String>,
    limit: Int = 200
  ) {
    let written = DerivationWriter.write(derivation, names: names, taken: taken, limit: limit)
    self.init(label, derivation, written)
  }

  private init(_ label: String, _ derivation: Derivation, _ written: WrittenDerivation) {
    self.label = label
    self.written = written
    result = written.steps.last.map { TreePrinter.print($0.value) } ?? ""
    findings = DerivationCheck.check(derivation)
    inner = zip(derivation.steps, written.steps).map { step, shown in
      zip(step.inner, shown.inner).map { derivation, written in
        let name = TreePrinter.print(written.target)
        return StepsReport("in a step, by \(name):", derivation, written)
      }
    }
  }

  private static func text(_ conclusion: Conclusion) -> String {
    "so, for every unit `\(conclusion.adjoint)` at once:" + remark(conclusion.finding) + "\n"
      + conclusion.text
  }

  /// The rule, and the parts that it was applied to.
  private static func reason(_ step: WrittenDerivation.Step, isWhole: Bool) -> String {
    let parts = step.touched.map { part in
      let before = TreePrinter.print(part.before)
      return isWhole ? "\(before) → \(TreePrinter.print(part.after))" : before
    }
    return reason(step.reason) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }

  static func reason(_ reason: Derivation.Reason) -> String {
    switch reason {
    case .rule(let name): name
    case .laws(let laws): laws.map(\.name).joined(separator: ", ")
    case .tidying: "simplify"
    }
  }

  private static func remark(_ finding: Finding) -> String {
    switch finding {
    case .right: ""
    case .unknown: "  (not checked: no point found where it is finite)"
    case .wrong(let expected, let found):
      "  internal error: this line is \(found.brief) where it should be \(expected.brief)"
    }
  }

  var json: JSONValue {
    .object(
      [
        .init("label", .string(label)),
        .init("start", .string(TreePrinter.print(written.start))),
        .init(
          "steps",
          .array(
            written.steps.indices.map { place in
              Self.json(
                written.steps[place], findings[place],
                inner.indices.contains(place) ? inner[place] : [])
            })),
      ]
        + (conclusion.map { conclusion in
          [
            .init("adjoint", .string(conclusion.adjoint)),
            .init("conclusion", .string(conclusion.text)),
            .init("checked", .bool(conclusion.finding == .right)),
          ]
        } ?? []))
  }

  private static func json(
    _ step: WrittenDerivation.Step, _ finding: Finding, _ inner: [StepsReport]
  ) -> JSONValue {
    .object(
      [
        .init("rule", .string(reason(step.reason))),
        .init(
          "parts",
          .array(
            step.touched.map { part in
              .object([
                .init("from", .string(TreePrinter.print(part.before))),
                .init("to", .string(TreePrinter.print(part.after))),
              ])
            })), .init("expression", .string(TreePrinter.print(step.value))),
        .init("checked", .bool(finding == .right)),
      ] + (inner.isEmpty ? [] : [.init("in_a_step", .array(inner.map(\.json)))]))
  }
}
