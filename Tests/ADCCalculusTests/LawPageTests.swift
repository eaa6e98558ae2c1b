import ADCCalculus
import TestSupport
import Testing

/// The page of all laws, made from the lists of them.
private enum LawPage {
  static let path = Repository.root + "/Grammar/laws.md"

  static var text: String {
    var text = """
      # Laws

      What the simplifier rewrites, made from `Sources/ADCCalculus/Rewriting`; a test fails when it is \
      stale, and `ADC_RECORD=1` writes it again.

      ## Laws that shorten

      No root needs more operations after them. `exact` is said of laws that change a value by \
      rounding at most; others take something for granted.

      | name | law | takes for granted |
      | --- | --- | --- |

      """
    for law in Law.shortening + Law.matrices { text += row(law, law.assumption.meaning) }
    text += """

      ## Laws that keep digits

      These may cost a few operations.

      | name | law | what is gained |
      | --- | --- | --- |

      """
    for law in Law.stabilizing { text += row(law, law.gain) }
    return text
  }

  private static func row(_ law: Law, _ last: String) -> String {
    "| \(law.name) | `\(law.statement)` | \(last) |\n"
  }
}

extension Law.Assumption {
  /// As the page says it.
  fileprivate var meaning: String {
    switch self {
    case .exact: "nothing"
    case .finite: "numbers that are finite"
    case .nonzero: "divisors that are not 0"
    case .nonnegative: "radicands that are not negative"
    case .defined: "functions used where they are defined"
    }
  }
}

@Suite("The page of laws")
struct LawPageTests {
  /// With `ADC_RECORD=1` in the environment the page is written, and the test fails.
  @Test("says what the lists say")
  func page() throws {
    #expect(try GoldenFile(LawPage.path).mismatch(with: LawPage.text) == nil)
  }

  @Test("names every law once")
  func namesDiffer() {
    let laws = Law.shortening + Law.matrices + Law.stabilizing
    #expect(Set(laws.map(\.name)).count == laws.count)
    #expect(Set(laws.map(\.statement)).count == laws.count)
  }
}
