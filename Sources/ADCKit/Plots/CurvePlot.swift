/// A curve with its axes, drawn in characters.
struct CurvePlot {
  /// A point of the curve, and the height half way to the next.
  struct Sample {
    var value: Double
    var middle: Double
  }

  /// What stands above the picture.
  var title: String
  var range: ClosedRange<Double>
  /// At equal distances over the range, both ends included.
  var samples: [Sample]
  var columns: Int
  var rows: Int
  /// The terminal's code of the curve's colour.
  var colour: String?
  /// The columns before the axis are at least so many.
  var margin = 0

  init(
    title: String, range: ClosedRange<Double>, samples: [Sample], columns: Int, rows: Int,
    colour: String? = nil
  ) {
    self.title = title
    self.range = range
    self.samples = samples
    self.columns = columns
    self.rows = rows
    self.colour = colour
    margin = Self.text(range.lowerBound).count / 2
    heights = Self.heights(samples)
    guard let heights else { return }
    margin = max(margin, labels(heights).values.map(\.count).max() ?? 0)
  }

  /// The least and the greatest height that is shown; nil where the curve has no value.
  private var heights: ClosedRange<Double>?

  private static func heights(_ samples: [Sample]) -> ClosedRange<Double>? {
    let finite = samples.map(\.value).filter(\.isFinite).sorted()
    guard var low = finite.first, var high = finite.last else { return nil }
    let hasPoles = samples.indices.contains { isPole(after: $0, samples, high - low) }
    if hasPoles {
      // Near a pole the heights say nothing: the middle nine tenths count, and some room.
      let (early, late) = (finite[finite.count / 20], finite[finite.count - 1 - finite.count / 20])
      let room = late - early
      low = max(low, early - room / 2)
      high = min(high, late + room / 2)
    }
    if !(high - low).isFinite { return max(low, -8e307)...min(high, 8e307) }
    guard high > low else {
      let room = max(low.magnitude / 2, 1)
      return low - room...high + room
    }
    return low...high
  }

  /// Whether the curve goes through infinity behind a sample: half way to the next one it is far
  /// from both, or a jump does not lie between them.
  private static func isPole(after index: Int, _ samples: [Sample], _ height: Double) -> Bool {
    guard index + 1 < samples.count else { return false }
    let (first, second) = (samples[index].value, samples[index + 1].value)
    guard first.isFinite, second.isFinite else { return first.isInfinite || second.isInfinite }
    let middle = samples[index].middle
    if middle.isInfinite { return true }
    let (low, high) = (min(first, second), max(first, second))
    let outside = max(low - middle, middle - high)
    let jump = high - low
    return outside > height || (jump > height / 8 && outside > jump / 20)
  }

  /// The lines of the picture; nil where the curve has no value in the range.
  func drawing(hasScale: Bool) -> [String]? {
    guard let heights else { return nil }
    let labels = labels(heights)
    let width = max(10, columns - margin - 2)
    let canvas = canvas(heights, width)
    var lines = [String(repeating: " ", count: margin + 2) + title]
    for row in 0..<rows {
      let label = labels[row] ?? ""
      let mark = labels[row] == nil ? "│" : "┤"
      var dots = canvas.text(ofRow: row)
      while dots.last == " " { dots.removeLast() }
      if let colour, !dots.isEmpty { dots = "\u{1B}[\(colour)m\(dots)\u{1B}[0m" }
      lines.append(String(repeating: " ", count: margin - label.count) + label + " " + mark + dots)
    }
    if hasScale { lines += scale(margin, width) }
    return lines
  }

  private func canvas(_ heights: ClosedRange<Double>, _ columns: Int) -> BrailleCanvas {
    var canvas = BrailleCanvas(columns: columns, rows: rows)
    let scale = Double(canvas.height - 1) / (heights.upperBound - heights.lowerBound)
    func place(_ value: Double) -> Int {
      let above = ((heights.upperBound - value) * scale).rounded()
      return Int(min(max(above, -1), Double(canvas.height)))
    }
    if heights.contains(0) {
      for x in stride(from: 0, to: canvas.width, by: 4) { canvas.set(x, place(0)) }
    }
    let last = Double(max(1, samples.count - 1))
    let height = heights.upperBound - heights.lowerBound
    for (index, sample) in samples.enumerated() where sample.value.isFinite {
      let x = Int((Double(index) / last * Double(canvas.width - 1)).rounded())
      let y = place(sample.value)
      canvas.set(x, y)
      guard index + 1 < samples.count, samples[index + 1].value.isFinite,
        !Self.isPole(after: index, samples, height)
      else { continue }
      let next = Int((Double(index + 1) / last * Double(canvas.width - 1)).rounded())
      let end = place(samples[index + 1].value)
      let middle = (y + end) / 2
      canvas.fill(x, from: y, to: next == x ? end : middle)
      canvas.fill(next, from: next == x ? y : middle, to: end)
    }
    return canvas
  }

  /// What stands beside rows: the ends, and 0.
  private func labels(_ heights: ClosedRange<Double>) -> [Int: String] {
    var labels = [0: Self.text(heights.upperBound), rows - 1: Self.text(heights.lowerBound)]
    if heights.contains(0) {
      let part = heights.upperBound / (heights.upperBound - heights.lowerBound)
      let row = Int((part * Double(4 * rows - 1)).rounded()) / 4
      if row > 0, row < rows - 1 { labels[row] = "0" }
    }
    return labels
  }

  /// The line below, with the ends of the range and 0 or the middle.
  private func scale(_ margin: Int, _ width: Int) -> [String] {
    let middle =
      range.contains(0) && range.lowerBound < 0 && range.upperBound > 0
      ? 0 : (range.lowerBound + range.upperBound) / 2
    let places = [range.lowerBound, middle, range.upperBound].map { value in
      Int(
        ((value - range.lowerBound) / (range.upperBound - range.lowerBound) * Double(width - 1))
          .rounded())
    }
    var line = [Character](repeating: "─", count: width)
    for place in places { line[place] = "┬" }
    var labels = [Character](repeating: " ", count: margin + 2 + width + 8)
    var end = -1
    for (place, value) in zip(places, [range.lowerBound, middle, range.upperBound]) {
      let text = Self.text(value)
      let start = max(0, min(margin + 2 + place - text.count / 2, margin + 2 + width - text.count))
      // Labels that would touch are left out.
      guard start > end + 1 else { continue }
      for (offset, character) in text.enumerated() { labels[start + offset] = character }
      end = start + text.count
    }
    var text = String(labels)
    while text.last == " " { text.removeLast() }
    return [String(repeating: " ", count: margin) + " └" + String(line), text]
  }

  /// A number with four digits.
  static func text(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value.brief }
    var power = 1.0
    while (value.magnitude * power).isFinite, value.magnitude * power < 1000 { power *= 10 }
    while value.magnitude * power >= 10_000, power > 1e-300 { power /= 10 }
    let rounded = (value * power).rounded() / power
    return (power.isFinite && rounded.isFinite ? rounded : value).brief
  }
}
