import ADCCalculus
import FoundationEssentials
import TestSupport
import Testing

/// The page of all operators, made from the catalogue.
private enum OperatorPage {
  static let path = Repository.root + "/Grammar/operators.md"

  static var text: String {
    var text = """
      # Operators

      Made from the catalogue in `Sources/ADCCalculus/Operators`; a test fails when it is stale, and \
      `ADC_RECORD=1` writes it again.

      ## Functions

      What a model calls by name. Elementwise functions broadcast their operands; reductions take \
      `axis:` and `keep:`.

      | call | meaning | where the derivative is a convention |
      | --- | --- | --- |

      """
    for op in Catalogue.operators.sorted(by: { $0.spelling < $1.spelling }) {
      guard let call = op.call else { continue }
      text += "| `\(example(op, call))` | \(cell(op.summary)) | \(cell(op.kinks)) |\n"
    }
    text += """

      ## Operators with syntax of their own

      What operators of the grammar, subscripts and derivatives are made of.

      | name | meaning | operands | where the derivative is a convention |
      | --- | --- | --- | --- |

      """
    for op in Catalogue.operators.sorted(by: { $0.name < $1.name }) where op.call == nil {
      let arity =
        op.arity.upperBound == .max
        ? "\(op.arity.lowerBound) or more" : "\(op.arity.lowerBound)"
      text += "| `\(op.name)` | \(cell(op.summary)) | \(arity) | \(cell(op.kinks)) |\n"
    }
    return text
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }

  private static func example(_ op: Operator, _ call: CallForm) -> String {
    let word = op.spelling
    // A summary that shows the call knows the operands' names.
    if let shown = op.summary.split(separator: "`").first(where: { $0.hasPrefix(word + "(") }),
      op.summary.contains("written `\(shown)`")
    {
      return String(shown)
    }
    let names = ["x", "y", "z"].prefix(op.arity.lowerBound).joined(separator: ", ")
    return switch call {
    case .operands: "\(word)(\(names))"
    case .reduction: "\(word)(\(names), axis: 0, keep: true)"
    case .alongAxis, .scan: "\(word)(\(names), axis: 0)"
    case .alongAxisBy: "\(word)(x, 2, axis: 0)"
    case .windows: "\(word)(x, [3, 3], stride: 1)"
    case .pooling: "\(word)(x, size: 2, stride: 2)"
    case .convolution:
      word.contains("_")
        ? "\(word)(x, y, [5, 5], stride: 1, padding: 0)"
        : "\(word)(x, k, stride: 1, padding: 0)"
    case .toShape: "\(word)(x, [2, 3])"
    case .ofShape: word == "eye" ? "eye(3)" : "\(word)(2, 3)"
    case .joining: "\(word)(x, y, axis: 0)"
    case .oneHot: "\(word)(x, 10)"
    case .window: "\(word)(x, [2, 0], [5, 3])"
    case .scattering: "\(word)(x, y, [5, 3])"
    case .gathering: "\(word)(x, y)"
    case .permuting: "\(word)(x, [2, 0, 1])"
    case .dropout: "\(word)(x, 0.1)"
    }
  }
}

@Suite("The page of operators")
struct OperatorPageTests {
  /// With `ADC_RECORD=1` in the environment the page is written, and the test fails.
  @Test("says what the catalogue says")
  func page() throws {
    if ProcessInfo.processInfo.environment["ADC_RECORD"] == "1" {
      try Data(OperatorPage.text.utf8).write(to: URL(filePath: OperatorPage.path))
      Issue.record("recorded Grammar/operators.md")
      return
    }
    let recorded = try String(contentsOfFile: OperatorPage.path, encoding: .utf8)
    #expect(recorded == OperatorPage.text, "run with ADC_RECORD=1 to write the page again")
  }
}
