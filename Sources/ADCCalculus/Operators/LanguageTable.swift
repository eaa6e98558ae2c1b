/// What there is for some of the languages, made when it is asked for: most runs translate nothing.
package struct LanguageTable<Value: Sendable>: Sendable {
  private var find: (@Sendable (TargetLanguage) -> Value?)?

  /// The entry of a language; nil for none.
  package subscript(language: TargetLanguage) -> Value? { find?(language) }

  /// Enters what there is; a language for which there is nothing keeps what it had.
  mutating func enter(_ entries: @escaping @Sendable (TargetLanguage) -> Value?) {
    if let earlier = find {
      find = { entries($0) ?? earlier($0) }
    } else {
      find = entries
    }
  }
}
