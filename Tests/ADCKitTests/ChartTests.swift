import ADCKit
import Testing

/// Scales with round numbers, and charts of values that have no place.
@Suite struct ChartTests {
  private func texts(_ values: [Double], logarithmic: Bool = false) -> [String] {
    Scale(values, logarithmic: logarithmic).ticks(about: 5).map(\.text)
  }

  @Test func roundNumbers() {
    #expect(texts([0, 1]) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(texts([-3, 3]) == ["-3", "-2", "-1", "0", "1", "2", "3"])
    #expect(texts([1e-9, 9e-9]) == ["2e-09", "4e-09", "6e-09", "8e-09"])
    #expect(texts([0.001, 1000], logarithmic: true).count >= 3)
    #expect(texts([2, 9], logarithmic: true) == ["2", "5"])
  }

  /// Nothing overflows, divides by 0 or goes on for ever, whatever the numbers are.
  @Test(arguments: [
    [], [.nan], [.infinity, -.infinity], [0], [Double.leastNonzeroMagnitude], [-1.7e308, 1.7e308],
    [1, 1],
    [1e300, 1e300],
    [1e16, 1e16 + 2], [-0.0, Double.leastNonzeroMagnitude],
  ])
  func anyNumbers(_ values: [Double]) {
    for isLogarithmic in [false, true] {
      let scale = Scale(values, logarithmic: isLogarithmic)
      #expect(scale.range.lowerBound < scale.range.upperBound || scale.range.lowerBound.isFinite)
      #expect(scale.ticks(about: 5).count < 120)
    }
    var chart = Chart(
      title: "<&\">", xLabel: "x", yLabel: "y",
      series: [
        Chart.Series("a", .points, values.map { (x: $0, y: $0) }),
        Chart.Series("b", .line, values.map { (x: 1, y: $0) }, colour: 7),
      ])
    for isLogarithmic in [false, true] {
      chart.isLogarithmic = isLogarithmic
      let svg = Chart.file(of: [chart])
      #expect(!svg.contains("nan") && !svg.contains("inf") && !svg.contains("<&"))
      #expect(chart.drawing(columns: 40, rows: 8, usesColour: true).isEmpty == chart.isEmpty)
    }
  }

  /// A picture of very many points stays small, and says so.
  @Test func manyPoints() {
    let points = (0..<100_000).map { (x: Double($0), y: Double($0 % 7)) }
    let chart = Chart(
      title: "", xLabel: "", yLabel: "", series: [Chart.Series("", .points, points)])
    #expect(chart.inlineSVG.utf8.count < 400_000)
    #expect(chart.inlineSVG.contains("one of 25 points shown"))
    #expect(chart.drawing(columns: 60, rows: 10, usesColour: false).count == 14)
  }
}
