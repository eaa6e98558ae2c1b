import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax
import ADCTraining

/// The first operation that left the finite numbers, as people and as programs read it.
package struct TrapReport: Sendable {
  /// An operation with what it was given.
  struct Finding: Sendable {
    /// As the model's compiler has it: of a gradient no text of the model.
    var formula: String
    var isSymbol: Bool
    var result: Double
    /// Where in the result.
    var index: [Int]
    /// The step of the loop that it is in.
    var step: Int?
    /// What it was computed from, with its place: `p[3]`, 0.
    var operands: [(text: String, value: String)]
    var range: SourceRange?
    /// The row of the data, from 0.
    var row: Int?
    /// The column of the data, of an input.
    var column: String?
  }

  var finding: Finding
  /// Where the infinity came from that a NaN was made of.
  var cause: Finding?
  /// `the loss`, `the gradient by w`.
  var whole: String
  /// What is known about the operation there, and the rewrite that avoids it.
  var advice: [String] = []
}

extension TrapReport {
  /// `log(p)` of `p[3]` = 0 gives -inf.
  private static func sentence(_ finding: Finding) -> String {
    let index =
      finding.index.isEmpty ? "" : "[\(finding.index.map(String.init).joined(separator: ", "))]"
    if finding.isSymbol { return "`\(finding.formula)\(index)` is \(finding.result.brief)" }
    let place = index.isEmpty ? "" : " at \(index)"
    return "`\(finding.formula)` is \(finding.result.brief)\(place)"
  }

  /// The headline.
  var message: String {
    Self.sentence(finding) + (finding.isSymbol ? "" : ", the first in \(whole)")
  }

  /// The lines under the place: values, step and row, cause, advice.
  var details: [String] {
    var lines = Self.details(finding)
    if let cause {
      lines.append("the infinity is from here: " + Self.sentence(cause))
      lines += Self.details(cause).map { "  " + $0 }
    }
    return lines + advice.map { "help: " + $0 }
  }

  private static func details(_ finding: Finding) -> [String] {
    var lines = finding.operands.map { "\($0.text) = \($0.value)" }
    if let step = finding.step { lines.append("step \(step) of the loop") }
    if let row = finding.row {
      let column = finding.column.map { ", column `\($0)`" } ?? ""
      lines.append("data row \(row + 1)\(column)")
    }
    return lines
  }

  /// The whole message under its place in the text.
  func failure(in symbolic: SymbolicModel, path: String, before: String = "") -> TaskFailure {
    let range = finding.range ?? symbolic.model.objective?.range ?? SourceRange(0, 0)
    let notes = cause?.range.map { [Diagnostic.Note("the infinity is made here", at: $0)] } ?? []
    let position = symbolic.source.position(of: range.lower)
    func text(colour: Bool) -> String {
      let diagnostic = Diagnostic("AD0901", before + message, at: range, notes: notes)
      return rendered(diagnostic, in: symbolic.source, colour: colour) + "\n"
        + details.map { "  \($0)\n" }.joined()
    }
    var failure = TaskFailure(
      before + message, code: "AD0901", file: path, line: position.line, column: position.column)
    failure.text = text(colour: false)
    failure.colouredText = text(colour: true)
    failure.json = [json(path, position.line, position.column, before)]
    return failure
  }

  private func json(_ path: String, _ line: Int, _ column: Int, _ before: String) -> String {
    var writer = JSONWriter()
    writer.append(
      .object(
        [
          .init("event", .string("error")), .init("code", .string("AD0901")),
          .init("message", .string(before + message)), .init("file", .string(path)),
          .init("line", .number(Double(line))), .init("column", .number(Double(column))),
          .init("in", .string(whole)),
        ] + Self.members(finding)
          + (cause.map { [.init("cause", .object(Self.members($0)))] } ?? [])
          + [.init("advice", .array(advice.map { .string($0) }))]))
    return writer.text
  }

  private static func members(_ finding: Finding) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("formula", .string(finding.formula)), .init("result", .number(finding.result)),
      .init("index", .array(finding.index.map { .number(Double($0)) })),
      .init(
        "operands",
        .array(
          finding.operands.map {
            .object([.init("formula", .string($0.text)), .init("value", .string($0.value))])
          })),
    ]
    if let step = finding.step { members.append(.init("loop_step", .number(Double(step)))) }
    if let row = finding.row { members.append(.init("data_row", .number(Double(row + 1)))) }
    if let column = finding.column { members.append(.init("column_name", .string(column))) }
    return members
  }
}
