import FoundationEssentials

/// The seeds of tests over random expressions: a few, or as many as `ADC_RANDOM` says, from
/// `ADC_RANDOM_FROM` on, in parts so that a failing one names its seed.
package enum RandomSeeds {
  /// Ranges of seeds, each for one case of a test.
  ///
  /// - Parameter standard: How many seeds there are where the environment does not say.
  package static func parts(_ standard: Int) -> [Range<Int>] {
    let environment = ProcessInfo.processInfo.environment
    let count = count(standard)
    let first = max(environment["ADC_RANDOM_FROM"].flatMap { Int($0) } ?? 0, 0)
    let step = max(count / 200, 1)
    return stride(from: first, to: first + count, by: step).map {
      $0..<min($0 + step, first + count)
    }
  }

  /// How many there are in all.
  package static func count(_ standard: Int) -> Int {
    let given = ProcessInfo.processInfo.environment["ADC_RANDOM"].flatMap { Int($0) }
    return max(given ?? standard, 1)
  }
}
