import ADCModel

/// Words that people mistype.
package enum Words {
  /// The word that was probably meant; nil where none is near.
  package static func nearest(to word: String, among words: [String]) -> String? {
    Suggestion.nearest(to: word, among: words)
  }
}
