/// The losses of a run so far, as a line of blocks.
package struct Sparkline {
  /// What is kept, at most; more are thinned out.
  private static let most = 128
  private static let blocks: [Character] = Array("▁▂▃▄▅▆▇█")
  private var values: [Double] = []
  private var stride = 1
  private var skipped = 0

  /// No values.
  package init() {}

  /// Adds a value; what is not finite is left out, and of many values only every second, fourth and
  /// so on is kept.
  package mutating func add(_ value: Double) {
    skipped += 1
    guard value.isFinite, skipped >= stride else { return }
    skipped = 0
    values.append(value)
    guard values.count > Self.most else { return }
    values = values.indices.filter { $0 % 2 == 0 }.map { values[$0] }
    stride *= 2
  }

  /// As many blocks as fit, the last values to the right; by their logarithms where the greatest is
  /// far above the least.
  package func text(width: Int) -> String {
    guard values.count > 1, width > 1, let low = values.min(), let high = values.max() else {
      return ""
    }
    let isLogarithmic = low > 0 && high > 20 * low
    func height(_ value: Double) -> Double {
      // The binary exponent and fraction are as good as a logarithm here.
      isLogarithmic ? Double(value.exponent) + value.significand - 1 : value
    }
    let (bottom, top) = (height(low), height(high))
    let count = min(width, values.count)
    return String(
      (0..<count).map { place in
        let value = values[place * (values.count - 1) / max(count - 1, 1)]
        guard top > bottom else { return Self.blocks[0] }
        return Self.blocks[Int(((height(value) - bottom) / (top - bottom) * 7).rounded())]
      })
  }
}
