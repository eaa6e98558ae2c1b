/// A picture of numbers over numbers, before anybody knows how it is drawn.
package struct Chart: Sendable {
  /// Points that belong together, and how they are drawn.
  package struct Series: Sendable {
    /// What is drawn through or at the points.
    package enum Mark: Sendable {
      case points, line, dashes
      /// An area between two heights: the points of its upper edge, then those of the lower back.
      case band
    }

    /// What the legend says.
    package var name: String
    /// How the points are drawn.
    package var mark: Mark
    /// In the order in which they are joined.
    package var points: [(x: Double, y: Double)]
    /// Which of the colours it has, from 0.
    package var colour: Int
    /// Of points: how far a bar reaches up and down from each; empty for none.
    package var deviations: [Double] = []

    /// Points without bars; `colour` counts from 0.
    package init(
      _ name: String, _ mark: Mark, _ points: [(x: Double, y: Double)], colour: Int = 0
    ) {
      self.name = name
      self.mark = mark
      self.points = points
      self.colour = colour
    }
  }

  /// What stands above the picture; empty for nothing.
  package var title: String
  /// What stands below the horizontal axis.
  package var xLabel: String
  /// What stands beside the vertical axis.
  package var yLabel: String
  /// What is drawn, later ones over earlier ones.
  package var series: [Series]
  /// Whether heights are shown by their logarithms, where all are positive.
  package var isLogarithmic = false
  /// Whether 0 is among the heights in any case.
  package var hasBaseline = false

  /// A chart with linear heights; its axes follow from the series.
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
    let ends = series.flatMap { series in
      zip(series.points, series.deviations).flatMap { point, deviation in
        [(x: point.x, y: point.y - deviation), (x: point.x, y: point.y + deviation)]
      }
    }
    return (series.flatMap(\.points) + ends).filter { $0.x.isFinite && $0.y.isFinite }
  }

  var xScale: Scale { Scale(finite.map(\.x)) }

  var yScale: Scale {
    Scale(
      finite.map(\.y) + (hasBaseline ? [0] : []), logarithmic: isLogarithmic && !hasBaseline)
  }
}
