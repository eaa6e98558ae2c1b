import ADCCalculus
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
      guard let signature = op.signature else { continue }
      text += "| `\(signature)` | \(cell(op.summary)) | \(cell(op.kinks)) |\n"
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
}

@Suite("The page of operators")
struct OperatorPageTests {
  /// With `ADC_RECORD=1` in the environment the page is written, and the test fails.
  @Test("says what the catalogue says")
  func page() throws {
    #expect(try GoldenFile(OperatorPage.path).mismatch(with: OperatorPage.text) == nil)
  }
}
