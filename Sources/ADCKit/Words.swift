import ADCModel
import ADCSyntax

/// Words that people mistype.
package enum Words {
  /// The word that was probably meant; nil where none is near.
  package static func nearest(to word: String, among words: [String]) -> String? {
    Suggestion.nearest(to: word, among: words)
  }

  /// Whether a text is one name, as a variable may have it, and nothing else.
  package static func isName(_ text: String) -> Bool {
    let (tree, mistakes) = Parser.parseExpression(SourceText(name: "name", text: text))
    guard mistakes.isEmpty, case .name(let name) = tree.form else { return false }
    return name == text
  }
}
