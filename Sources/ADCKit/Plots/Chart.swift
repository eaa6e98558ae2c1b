/// A picture of numbers over numbers, before anybody knows how it is drawn.
package struct Chart: Sendable {
  package struct Series: Sendable {
    package enum Mark: Sendable {
      case points, line, dashes
    }

    package var name: String
    package var mark: Mark
    package var points: [(x: Double, y: Double)]
    /// Which of the colours it has, from 0.
    package var colour: Int

    package init(
      _ name: String, _ mark: Mark, _ points: [(x: Double, y: Double)], colour: Int = 0
    ) {
      self.name = name
      self.mark = mark
      self.points = points
      self.colour = colour
    }
  }

  package var title: String
  package var xLabel: String
  package var yLabel: String
  package var series: [Series]
  /// Whether heights are shown by their logarithms, where all are positive.
  package var isLogarithmic = false
  /// Whether 0 is among the heights in any case.
  package var hasBaseline = false

  package init(title: String, xLabel: String, yLabel: String, series: [Series]) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.series = series
  }

  /// Whether there is anything to be drawn.
  package var isEmpty: Bool {
    !series.contains { $0.points.contains { $0.x.isFinite && $0.y.isFinite } }
  }

  private var finite: [(x: Double, y: Double)] {
    series.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
  }

  var xScale: Scale { Scale(finite.map(\.x)) }

  var yScale: Scale {
    Scale(
      finite.map(\.y) + (hasBaseline ? [0] : []), logarithmic: isLogarithmic && !hasBaseline)
  }
}
