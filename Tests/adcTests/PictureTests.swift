import TestSupport
import Testing

/// The pictures beside the samples, and what a fit's picture shows of its errors.
@Suite struct PictureTests {
  private let folder = Folder(samples: true)

  private func adc(_ arguments: String...) -> Outcome { Executable.adc.run(arguments, in: folder) }

  static let names = (SampleTests.names + FitSampleTests.samples.map(\.name)).sorted()

  /// Numbers and the text between them.
  private func parts(_ text: String) -> (numbers: [Double], rest: [Substring]) {
    var (numbers, rest): ([Double], [Substring]) = ([], [])
    var left = Substring(text)
    while !left.isEmpty {
      let between = left.prefix { !$0.isNumber }
      left = left.dropFirst(between.count)
      rest.append(between)
      let digits = left.prefix { $0.isNumber || $0 == "." }
      left = left.dropFirst(digits.count)
      if let number = Double(digits) { numbers.append(number) }
    }
    return (numbers, rest)
  }

  /// `Samples/NAME.svg` is what `adc plot` draws after `adc train`. With `ADC_RECORD=1` in the
  /// environment it is drawn again, and the test fails.
  @Test(arguments: names) func picturesOfSamples(name: String) throws {
    #expect(adc("train", "Samples/\(name).ad", "--save", "run.json").status == 0)
    let drawn = adc("plot", "run.json", "-o", "picture.svg")
    #expect(drawn.status == 0, "\(drawn.errors)")
    let picture = folder.text(of: "picture.svg")
    if GoldenFile.isRecording {
      Folder.write(Array(picture.utf8), to: "\(Folder.package)/Samples/\(name).svg")
      Issue.record("recorded Samples/\(name).svg")
      return
    }
    let (new, old) = (parts(picture), parts(folder.text(of: "Samples/\(name).svg")))
    #expect(new.rest == old.rest && new.numbers.count == old.numbers.count)
    // A processor with other vectors may round otherwise: by less than an eye can see.
    for (new, old) in zip(new.numbers, old.numbers) { #expect(abs(new - old) < 0.5) }
  }

  /// The edges of the band are the ends of the intervals that `adc predict` gives.
  @Test func bandsAreThoseOfPredictions() throws {
    folder.write("x,y\n0,1.3\n1,1.6\n2,3.9\n3,3.6\n4,5.9\n5,5.2\n", to: "d.csv")
    folder.write(
      "input x: [n]\ninput y: [n]\nparam a = 1\nparam b = 0.1\nlet m = a*exp(b*x)\nfit y ~ m\n"
        + "output m\ntrain { data \"d.csv\" }\n", to: "m.ad")
    #expect(adc("train", "m.ad", "--save", "m.json").status == 0)
    #expect(adc("plot", "m.json", "-o", "m.svg").status == 0)
    let intervals = Table(
      adc("predict", "m.ad", "--from", "m.json", "--interval", "confidence").output)
    let picture = folder.text(of: "m.svg")
    #expect(picture.contains(">95 % band</text>"))
    let band = try #require(
      picture.split(separator: "\n").first {
        $0.hasPrefix("<path class=\"band") && $0.contains("L")
      })
    let heights = band.split { "ML\"".contains($0) }.compactMap { pair -> Double? in
      let words = pair.split(separator: " ").map { $0.filter { $0 != "Z" } }
      return words.count == 2 ? Double(words[1]) : nil
    }
    try #require(heights.count == 602)
    // The data's own places tell what a height on the picture is.
    let dots = picture.split(separator: "\n").filter { $0.hasPrefix("<circle class=\"dot c0\"") }
      .prefix(6).compactMap { line -> Double? in
        line.split(separator: "cy=\"").last.flatMap { Double($0.prefix { $0 != "\"" }) }
      }
    let observed = [1.3, 1.6, 3.9, 3.6, 5.9, 5.2]
    try #require(dots.count == 6)
    let scale = (observed[4] - observed[0]) / (dots[4] - dots[0])
    func value(_ height: Double) -> Double { observed[0] + (height - dots[0]) * scale }
    let (upper, lower) = (intervals["m_upper"], intervals["m_lower"])
    for (place, row) in [(0, 0), (300, 5)] {
      #expect(abs(value(heights[place]) - upper[row]) < 0.02)
      #expect(abs(value(heights[601 - place]) - lower[row]) < 0.02)
    }
  }

  /// Errors that the model gives stand as bars about the data.
  @Test func errorBars() {
    folder.write("x,y,s\n0,1.3,0.2\n1,1.6,0.4\n2,3.9,0.3\n3,3.6,0.1\n", to: "d.csv")
    folder.write(
      "input x: [n]\ninput y: [n]\ninput s: [n]\nparam a = 1\nparam b = 0\n"
        + "fit y ~ a + b*x with sigma: s\ntrain { data \"d.csv\" }\n", to: "m.ad")
    #expect(adc("train", "m.ad", "--save", "m.json").status == 0)
    #expect(adc("plot", "m.json", "-o", "m.svg").status == 0)
    let bars = folder.text(of: "m.svg").split(separator: "\n").filter {
      $0.hasPrefix("<path class=\"bar c0\"")
    }
    #expect(bars.count == 4)
  }
}
