/// What there is for some of the languages; a handful at most, so they are looked at one by one.
package struct LanguageTable<Value: Sendable>: Sendable {
  private var languages: [TargetLanguage] = []
  private var values: [Value] = []

  /// The entry of a language; nil for none.
  package subscript(language: TargetLanguage) -> Value? {
    guard let place = languages.firstIndex(of: language) else { return nil }
    return values[place]
  }

  /// Enters what there is; an entry for nothing stays as it is.
  mutating func enter(_ entries: (language: TargetLanguage, value: Value?)...) {
    let count = languages.count + entries.count { $0.value != nil }
    languages.reserveCapacity(count)
    values.reserveCapacity(count)
    for (language, value) in entries { if let value { enter(value, for: language) } }
  }

  /// Enters a value in the place of another one, if there is one.
  mutating func enter(_ value: Value, for language: TargetLanguage) {
    if let place = languages.firstIndex(of: language) {
      values[place] = value
    } else {
      languages.append(language)
      values.append(value)
    }
  }
}
