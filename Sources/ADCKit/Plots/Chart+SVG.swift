import ADCEmission

/// Charts as SVG: self-contained, light and dark.
extension Chart {
  /// The size of a picture, in its own units.
  private static let width = 640.0
  private static let height = 400.0
  private static let (left, right, top, bottom) = (76.0, 16.0, 40.0, 52.0)

  /// The colours by number, in light and in dark surroundings.
  private static let colours = [
    ("#0969da", "#58a6ff"), ("#bc4c00", "#f0883e"), ("#1a7f37", "#3fb950"), ("#8250df", "#bc8cff"),
  ]

  /// The rules of the pictures' classes.
  package static var style: String {
    // No variables of CSS: what draws SVG outside of browsers often knows none.
    func rules(_ colour: (Int, String)) -> String {
      let (place, value) = colour
      return ".chart .c\(place){stroke:\(value)}.chart .dot.c\(place),.chart .band.c\(place)"
        + "{fill:\(value);stroke:none}"
    }
    let light = colours.enumerated().map { rules(($0, $1.0)) }.joined()
    let dark = colours.enumerated().map { rules(($0, $1.1)) }.joined()
    return """
      .chart{font:13px system-ui,sans-serif}.chart text{fill:#1c2128}\
      .chart .title{font-weight:600;font-size:15px}.chart .ground{fill:#fff}\
      .chart .grid{stroke:#d8dee4;stroke-width:1}.chart .frame{stroke:#8c959f;fill:none}\
      .chart .dot{fill-opacity:.75}.chart .many{fill-opacity:.35}.chart .band{fill-opacity:.18}\
      .chart .line{fill:none;stroke-width:1.8;stroke-linejoin:round}\
      .chart .bar{fill:none;stroke-width:1}.chart .dashes{stroke-dasharray:5 4}\(light)\
      @media(prefers-color-scheme:dark){.chart text{fill:#e6edf3}.chart .ground{fill:#0d1117}\
      .chart .grid{stroke:#30363d}.chart .frame{stroke:#6e7681}\(dark)}
      """
  }

  /// Pictures under each other, as a file of its own.
  package static func file(of charts: [Chart]) -> String {
    let height = Self.number(Self.height * Double(max(charts.count, 1)))
    let width = Self.number(Self.width)
    var text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
      + "width=\"\(width)\" height=\"\(height)\">\n<style>\(style)</style>\n"
    for (place, chart) in charts.enumerated() {
      text += chart.drawing(at: Self.height * Double(place))
    }
    return text + "</svg>\n"
  }

  /// The picture for a page that has the style.
  package var inlineSVG: String { drawing(at: 0) }

  private func drawing(at offset: Double) -> String {
    let (xs, ys) = (xScale, yScale)
    let inner = (
      width: Self.width - Self.left - Self.right, height: Self.height - Self.top - Self.bottom
    )
    func x(_ value: Double) -> Double? { xs.place(value).map { Self.left + $0 * inner.width } }
    func y(_ value: Double) -> Double? {
      ys.place(value).map { Self.top + (1 - $0) * inner.height }
    }
    var parts = [
      "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
        + "aria-label=\"\(Markup.escaped(title))\" y=\"\(Self.number(offset))\" "
        + "viewBox=\"0 0 640 400\" width=\"640\" height=\"400\">",
      "<rect class=\"ground\" width=\"640\" height=\"400\"/>",
      Self.text(title, Self.left, 24, anchor: "start", css: "title"),
    ]
    let (right, low) = (Self.width - Self.right, Self.height - Self.bottom)
    for tick in xs.ticks(about: 6) {
      guard let place = x(tick.value) else { continue }
      parts.append(Self.line(place, Self.top, place, low, css: "grid"))
      parts.append(Self.text(tick.text, place, low + 18, anchor: "middle"))
    }
    for tick in ys.ticks(about: 5) {
      guard let place = y(tick.value) else { continue }
      parts.append(Self.line(Self.left, place, right, place, css: "grid"))
      parts.append(Self.text(tick.text, Self.left - 7, place + 4.5, anchor: "end"))
    }
    parts.append(
      "<path class=\"frame\" d=\"M\(Self.number(Self.left)) \(Self.number(Self.top))V\(Self.number(low))"
        + "H\(Self.number(right))\"/>")
    for series in series { parts += Self.marks(series, x, y) }
    if let stride = series.map({ Self.stride(of: $0) }).max(), stride > 1 {
      parts.append(
        Self.text("one of \(stride) points shown", right, Self.height - 12, anchor: "end"))
    }
    parts.append(Self.text(xLabel, Self.left + inner.width / 2, Self.height - 12, anchor: "middle"))
    let middle = Self.number(Self.top + inner.height / 2)
    parts.append(
      "<text transform=\"translate(16 \(middle)) rotate(-90)\" text-anchor=\"middle\">"
        + "\(Markup.escaped(yLabel))</text>")
    parts += legend(right)
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  /// What the marks mean, where there are several, in the line of the title.
  private func legend(_ right: Double) -> [String] {
    let named = series.filter { !$0.name.isEmpty }
    guard named.count > 1 else { return [] }
    var parts: [String] = []
    var end = right
    for series in named.reversed() {
      let start = end - Double(series.name.count) * 7.2
      parts.append(Self.text(series.name, start, 24, anchor: "start"))
      switch series.mark {
      case .points: parts.append(Self.dot(start - 11, 19.5, series.colour))
      case .line, .dashes:
        let css = "line c\(series.colour)" + (series.mark == .dashes ? " dashes" : "")
        parts.append(Self.line(start - 24, 19.5, start - 5, 19.5, css: css))
      case .band:
        parts.append(
          "<path class=\"band c\(series.colour)\" d=\"M\(Self.number(start - 24)) 13h19v13h-19z\"/>"
        )
      }
      end = start - 40
    }
    return parts
  }

  /// A series of more points than these is thinned out.
  private static let most = 4000

  private static func stride(of series: Series) -> Int {
    (series.points.count + most - 1) / most
  }

  private static func marks(
    _ series: Series, _ x: (Double) -> Double?, _ y: (Double) -> Double?
  ) -> [String] {
    let stride = max(stride(of: series), 1)
    let points = Swift.stride(from: 0, to: series.points.count, by: stride).map {
      series.points[$0]
    }
    if series.mark == .points {
      return bars(series, x, y)
        + points.compactMap { point in
          guard let px = x(point.x), let py = y(point.y) else { return nil }
          return dot(px, py, series.colour, isSmall: points.count > 300)
        }
    }
    var path = ""
    var isOpen = false
    for point in points {
      guard let px = x(point.x), let py = y(point.y) else {
        isOpen = false
        continue
      }
      path += "\(isOpen ? "L" : "M")\(number(px)) \(number(py))"
      isOpen = true
    }
    if path.isEmpty { return [] }
    if series.mark == .band { return ["<path class=\"band c\(series.colour)\" d=\"\(path)Z\"/>"] }
    let css = "line c\(series.colour)" + (series.mark == .dashes ? " dashes" : "")
    return ["<path class=\"\(css)\" d=\"\(path)\"/>"]
  }

  /// Of a few points, how uncertain each is.
  private static func bars(
    _ series: Series, _ x: (Double) -> Double?, _ y: (Double) -> Double?
  ) -> [String] {
    guard series.points.count <= 300 else { return [] }
    return zip(series.points, series.deviations).compactMap { point, deviation in
      guard let place = x(point.x), let low = y(point.y - deviation),
        let high = y(point.y + deviation)
      else { return nil }
      return line(place, low, place, high, css: "bar c\(series.colour)")
    }
  }

  private static func dot(
    _ x: Double, _ y: Double, _ colour: Int, isSmall: Bool = false
  ) -> String {
    let css = isSmall ? "dot many" : "dot"
    return "<circle class=\"\(css) c\(colour)\" cx=\"\(number(x))\" cy=\"\(number(y))\" "
      + "r=\"\(isSmall ? "1.6" : "3.2")\"/>"
  }

  private static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, css: String
  ) -> String {
    "<path class=\"\(css)\" d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\"/>"
  }

  private static func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String, css: String = ""
  ) -> String {
    "<text\(css.isEmpty ? "" : " class=\"\(css)\"") x=\"\(number(x))\" y=\"\(number(y))\" "
      + "text-anchor=\"\(anchor)\">\(Markup.escaped(text))</text>"
  }

  /// A length with one digit behind the point; out of the picture by no more than its size.
  private static func number(_ value: Double) -> String {
    let tenths = (min(max(value, -1000), 2000) * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
  }

}
