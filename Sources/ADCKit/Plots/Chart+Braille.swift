/// Charts in the characters of a terminal.
extension Chart {
  /// The terminal's codes of the colours.
  private static let codes = ["36", "33", "32", "35"]

  /// The lines of the picture, title and axes included; empty where there is nothing to draw.
  package func drawing(columns: Int, rows: Int, usesColour: Bool) -> [String] {
    guard !isEmpty else { return [] }
    let (xs, ys) = (xScale, yScale)
    let marks = labels(ys, rows: rows)
    let margin = max(4, marks.values.map(\.count).max() ?? 0)
    let width = max(20, columns - margin - 3)
    var canvases: [(canvas: BrailleCanvas, colour: Int)] = []
    // An area would hide what lies in it.
    for series in series where series.mark != .band {
      var canvas = BrailleCanvas(columns: width, rows: rows)
      draw(series, xs, ys, on: &canvas)
      canvases.append((canvas, series.colour))
    }
    var lines = [String(repeating: " ", count: margin + 2) + heading(usesColour)]
    for row in 0..<rows {
      let label = marks[row] ?? ""
      let dots = Self.merged(canvases, row, width, usesColour)
      lines.append(
        String(repeating: " ", count: margin - label.count) + label
          + (marks[row] == nil ? " │" : " ┤") + dots)
    }
    return lines + scale(xs, margin, width)
  }

  /// The title, and what the marks are where there are several.
  private func heading(_ usesColour: Bool) -> String {
    let named = series.filter { !$0.name.isEmpty && $0.mark != .band }
    guard named.count > 1 else { return title }
    let legend = named.map { series in
      let mark = series.mark == .points ? "⠶" : "⠤⠤"
      return Self.coloured(mark, series.colour, usesColour) + " " + series.name
    }
    return title + "   " + legend.joined(separator: "  ")
  }

  private static func coloured(_ text: String, _ colour: Int, _ usesColour: Bool) -> String {
    usesColour ? "\u{1B}[\(codes[colour % codes.count])m\(text)\u{1B}[0m" : text
  }

  private func draw(
    _ series: Series, _ xs: Scale, _ ys: Scale, on canvas: inout BrailleCanvas
  ) {
    let (width, height) = (Double(canvas.width - 1), Double(canvas.height - 1))
    var last: (x: Int, y: Int)?
    for point in series.points {
      guard let px = xs.place(point.x), let py = ys.place(point.y) else {
        last = nil
        continue
      }
      let (x, y) = (Int((px * width).rounded()), Int(((1 - py) * height).rounded()))
      switch series.mark {
      case .points:
        for (right, down) in [(0, 0), (1, 0), (0, 1), (1, 1)] { canvas.set(x + right, y + down) }
      case .band: break
      case .line, .dashes:
        canvas.draw(from: last ?? (x, y), to: (x, y), gap: series.mark == .dashes ? 3 : 1)
      }
      last = (x, y)
    }
  }

  /// A row of several pictures upon each other; where two meet, the later one gives the colour.
  private static func merged(
    _ canvases: [(canvas: BrailleCanvas, colour: Int)], _ row: Int, _ width: Int,
    _ usesColour: Bool
  ) -> String {
    var text = ""
    var open: Int?
    for column in 0..<width {
      var bits: UInt8 = 0
      var colour: Int?
      for (canvas, own) in canvases {
        let cell = canvas.cell(row, column)
        if cell != 0 {
          bits |= cell
          colour = own
        }
      }
      if usesColour, colour != open {
        text += colour.map { "\u{1B}[\(codes[$0 % codes.count])m" } ?? "\u{1B}[0m"
        open = colour
      }
      text.unicodeScalars.append(bits == 0 ? " " : Unicode.Scalar(0x2800 + UInt32(bits)) ?? " ")
    }
    if usesColour, open != nil { text += "\u{1B}[0m" }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Texts beside rows, by row.
  private func labels(_ scale: Scale, rows: Int) -> [Int: String] {
    var result: [Int: String] = [:]
    for tick in scale.ticks(about: max(2, rows / 3)) {
      guard let place = scale.place(tick.value), (0...1).contains(place) else { continue }
      let row = Int(((1 - place) * Double(4 * rows - 1)).rounded()) / 4
      if result[row] == nil { result[row] = tick.text }
    }
    return result
  }

  /// The line below with its numbers, and what they are.
  private func scale(_ scale: Scale, _ margin: Int, _ width: Int) -> [String] {
    var line = [Character](repeating: "─", count: width)
    var labels = [Character](repeating: " ", count: margin + 2 + width)
    var end = -1
    for tick in scale.ticks(about: max(2, width / 14)) {
      guard let place = scale.place(tick.value), (0...1).contains(place) else { continue }
      let column = Int((place * Double(width - 1)).rounded())
      line[column] = "┬"
      let start = max(
        0, min(margin + 2 + column - tick.text.count / 2, labels.count - tick.text.count))
      guard start > end else { continue }
      for (offset, character) in tick.text.enumerated() { labels[start + offset] = character }
      end = start + tick.text.count
    }
    var text = String(labels)
    while text.last == " " { text.removeLast() }
    let room = max(0, margin + 2 + (width - xLabel.count) / 2)
    return [
      String(repeating: " ", count: margin) + " └" + String(line), text,
      String(repeating: " ", count: room) + xLabel,
    ]
  }
}
