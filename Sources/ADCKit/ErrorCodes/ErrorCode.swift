// What every code of a message means: one table for `adc explain`, the page of codes and editors.

/// A kind of mistake that messages carry the code of.
package struct ErrorCode: Sendable {
  /// Something to compile or a command to run.
  package struct Example: Sendable {
    /// The text of `model.ad`; U+FFFD stands for a byte that is no UTF-8.
    package var model: String
    /// Further files beside it.
    package var files: [(name: String, text: String)]
    /// What is run; nil where the model is only compiled.
    package var command: String?
    /// Whether it is a line of Swift over the library.
    package var isSwift = false

    /// A model that is compiled.
    static func model(_ text: String) -> Example { Example(model: text, files: [], command: nil) }

    /// A command, on a model and further files.
    static func command(
      _ command: String, model: String = "", files: [(name: String, text: String)] = []
    ) -> Example {
      Example(model: model, files: files, command: command)
    }

    static func swift(_ line: String) -> Example {
      Example(model: "", files: [], command: line, isSwift: true)
    }

    /// The bytes of the model.
    package var bytes: [UInt8] {
      model.unicodeScalars.flatMap { $0 == "\u{FFFD}" ? [0xFF] : Array(String($0).utf8) }
    }
  }

  /// `AD0101` and so on; a code never changes its meaning.
  package var code: String
  /// What is wrong, as a phrase.
  package var title: String
  /// Why it is wrong, and what to do.
  package var explanation: String
  /// What gets the code.
  package var wrong: Example
  /// The same, right.
  package var right: Example

  init(
    _ code: String, _ title: String, _ explanation: String, wrong: Example, right: Example
  ) {
    self.code = code
    self.title = title
    self.explanation = explanation
    self.wrong = wrong
    self.right = right
  }

  init(
    _ code: String, _ title: String, _ explanation: String, wrong: String, right: String
  ) {
    self.init(code, title, explanation, wrong: .model(wrong), right: .model(right))
  }

  /// All codes, in order.
  package static let all =
    ofCharacters + ofGrammar + ofNames + ofShapes + ofCalls + ofTraining + ofDerivatives + ofRuns

  private static let places = Dictionary(
    uniqueKeysWithValues: all.enumerated().map { ($1.code, $0) })

  /// What a code means, whether it is written `AD0201`, `ad201` or `201`; nil where it is none.
  package static func named(_ text: String) -> ErrorCode? {
    places[canonical(text)].map { all[$0] }
  }

  /// The code that was probably meant by one that is none.
  package static func nearest(to text: String) -> String? {
    Words.nearest(to: canonical(text), among: all.map(\.code))
  }

  private static func canonical(_ text: String) -> String {
    let digits = text.uppercased().drop { !$0.isNumber }
    guard text.uppercased().dropLast(digits.count).allSatisfy({ "AD".contains($0) }),
      digits.count <= 4
    else { return text.uppercased() }
    return "AD" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
