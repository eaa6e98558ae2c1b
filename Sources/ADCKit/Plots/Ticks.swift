import ADCPlatform

/// A range of numbers as an axis shows it: the ends, marks at round numbers, and their places.
package struct Scale: Sendable {
  /// Numbers by their logarithms.
  let isLogarithmic: Bool
  /// The ends, of logarithms to the base 10 where those are shown.
  package let range: ClosedRange<Double>

  /// A scale on which all finite numbers have a place, with some room at the ends; logarithmic
  /// where that is asked for and all of them are positive.
  package init(_ values: [Double], logarithmic: Bool = false, room: Double = 0.04) {
    let finite = values.filter(\.isFinite)
    isLogarithmic = logarithmic && !finite.isEmpty && finite.allSatisfy { $0 > 0 }
    let places = isLogarithmic ? finite.map { LibM.log10($0) } : finite
    var (low, high) = (places.min() ?? 0, places.max() ?? 1)
    // What overflows when it is subtracted cannot be drawn to scale anyway.
    low = min(max(low, -1e300), 1e300)
    high = min(max(high, -1e300), 1e300)
    if low == high {
      let half = isLogarithmic ? 0.5 : max(low.magnitude / 2, 1e-300)
      (low, high) = low == 0 && !isLogarithmic ? (-1, 1) : (low - half, high + half)
    }
    let margin = (high - low) * room
    range = low - margin...high + margin
  }

  /// Where a number stands, 0 at the lower end and 1 at the upper; nil where it has no place.
  func place(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let place = isLogarithmic ? LibM.log10(value) : value
    return (place - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  /// A number on the axis, and its text.
  package struct Tick: Equatable, Sendable {
    /// In the axis's own numbers, also where it is logarithmic.
    package var value: Double
    /// The number in few digits.
    package var text: String
  }

  /// Round numbers within the range, about as many as wanted.
  package func ticks(about count: Int) -> [Tick] {
    isLogarithmic ? decades(about: count) : multiples(about: count)
  }

  /// Multiples of 1, 2 or 5 times a power of ten.
  private func multiples(about count: Int) -> [Tick] {
    let span = (range.upperBound - range.lowerBound) / Double(max(count, 1))
    let exponent = LibM.log10(span).rounded(.down)
    let lead = span / Self.power(exponent)
    let factor = lead < 1.41 ? 1.0 : lead < 3.16 ? 2 : lead < 7.07 ? 5 : 10
    let step = factor * Self.power(exponent)
    guard step > 0, step.isFinite else { return [] }
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    guard first.isFinite, last - first < 100, first <= last else { return [] }
    return (0...Int(last - first)).map { place in
      // One rounding alone, so that 0.3 is not 0.30000000000000004.
      let number = (first + Double(place)) * factor
      let value = exponent < 0 ? number / Self.power(-exponent) : number * Self.power(exponent)
      return Tick(value: value, text: value == 0 ? "0" : value.brief)
    }
  }

  private func decades(about count: Int) -> [Tick] {
    let (first, last) = (range.lowerBound.rounded(.up), range.upperBound.rounded(.down))
    let stride = max(((last - first) / Double(max(count, 1))).rounded(.up), 1)
    var ticks: [Tick] = []
    for exponent in Swift.stride(from: first, through: last, by: stride) {
      let value = exponent < 0 ? 1 / Self.power(-exponent) : Self.power(exponent)
      ticks.append(Tick(value: value, text: value.brief))
    }
    if ticks.count >= 2 { return ticks }
    // Within a decade or two, the numbers themselves are rounder than their logarithms.
    var result: [Tick] = []
    for exponent in Int(first) - 1...max(Int(last), Int(first) - 1) {
      for lead in [1.0, 2, 5] {
        let power = Self.power(Double(abs(exponent)))
        let value = exponent < 0 ? lead / power : lead * power
        if let place = place(value), (0...1).contains(place) {
          result.append(Tick(value: value, text: value.brief))
        }
      }
    }
    return result
  }

  private static func power(_ exponent: Double) -> Double { LibM.pow(10, exponent) }
}
