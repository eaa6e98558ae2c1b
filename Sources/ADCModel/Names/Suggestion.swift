/// Finds the name that was probably meant.
package enum Suggestion {
  /// The argument that a label probably means.
  static func label(_ label: String, among labels: [String]) -> String? {
    if let known = ForeignNames.labels[label], labels.contains(known) { return known }
    return nearest(to: label, among: labels)
  }

  /// The candidate nearest to a name that nothing has, or nil where none is near.
  ///
  /// Near means: equal but for case, or at most a third of the letters wrong, missing, too many or
  /// swapped with a neighbour. Equally near ones: the first in order.
  package static func nearest(
    to name: String, among candidates: some Sequence<String>
  ) -> String? {
    let wanted = Array(name.utf8)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    let limit = max(1, wanted.count / 3)
    let folded = name.lowercased()
    var best: (distance: Int, name: String)?
    for candidate in candidates where abs(candidate.utf8.count - wanted.count) <= limit {
      guard candidate != name else { continue }
      let distance =
        candidate.lowercased() == folded ? 0 : self.distance(wanted, Array(candidate.utf8))
      // A single letter is as near to every other one.
      guard distance <= limit, distance < wanted.count else { continue }
      if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// Edits from one word to the other, a swap of neighbours being one.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var before = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(substitution, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, before[column - 1] + 1)
        }
        current.append(best)
      }
      before = previous
      previous = current
    }
    return previous[right.count]
  }
}
