/// What is wanted of a table: some columns, and what becomes of fields without a value.
struct TableRequest {
  /// A column by its name; with words, if its values are words.
  struct Column {
    var name: String
    var words: WordTable?

    init(_ name: String, words: WordTable? = nil) {
      self.name = name
      self.words = words
    }
  }

  /// Takes some rows: one array for each column, and their number.
  typealias Sink = ([[Double]], Int) throws(DataError) -> Void

  /// The rows that are handed over at once.
  static let blockRows = 4096

  /// No name twice.
  var columns: [Column]
  var policy = RunDescription.MissingPolicy.error

  /// What a message says of a field without a value.
  static let advice =
    "`missing drop` in `train` leaves such rows out, `missing mean` fills them"

  /// Whether a field says that there is no value: it is empty, or `NA`, `N/A`, `NaN`, `null` or
  /// `none`, in large or small letters.
  static func isMissing(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    if field.isEmpty { return true }
    guard field.count <= 4 else { return false }
    let word = String(decoding: field, as: UTF8.self).lowercased()
    return ["na", "n/a", "nan", "null", "none"].contains(word)
  }
}

/// The different words of a column, in the order in which they are met.
final class WordTable {
  private(set) var words: [String]
  private var places: [String: Int] = [:]
  /// Whether all words are known, and another one is a mistake.
  private let isComplete: Bool
  /// The most different words that a column may have.
  static let limit = 1 << 20

  init() {
    words = []
    isComplete = false
  }

  /// A table that takes no other words.
  init(complete words: [String]) {
    self.words = words
    isComplete = true
    for (place, word) in words.enumerated() { places[word] = place }
  }

  /// The place of a word; a new one is added.
  func place(of word: String) throws(DataError) -> Double {
    if let place = places[word] { return Double(place) }
    guard !isComplete else {
      let known = words.prefix(10).map(excerpt).joined(separator: ", ")
      throw DataError(
        "\(excerpt(word)) is none of the categories that the parameters were found with: \(known)"
          + (words.count > 10 ? ", …" : ""), file: "")
    }
    guard words.count < Self.limit else {
      throw DataError("more than \(Self.limit) different categories", file: "")
    }
    places[word] = words.count
    words.append(word)
    return Double(words.count - 1)
  }

  /// For each place the one that the word has in the order of all words: as numbers where all are
  /// numbers, else by their characters.
  func ordered() -> (words: [String], places: [Double]) {
    if isComplete { return (words, words.indices.map(Double.init)) }
    let numbers = words.map { word in
      var text = word
      return text.withUTF8 { DecimalNumber.parse($0) }
    }
    let order = words.indices.sorted { first, second in
      if !numbers.contains(where: { $0 == nil }), let a = numbers[first], let b = numbers[second],
        a != b
      {
        return a < b
      }
      return words[first].utf8.lexicographicallyPrecedes(words[second].utf8)
    }
    var places = [Double](repeating: 0, count: words.count)
    for (rank, place) in order.enumerated() { places[place] = Double(rank) }
    return (order.map { words[$0] }, places)
  }
}
