import FoundationEssentials
import Testing

/// `adc report` and `adc plot`: pages and pictures of saved runs.
@Suite struct ReportTests {
  private let folder = Folder(samples: true)

  private func adc(_ arguments: String...) -> Outcome { Executable.adc.run(arguments, in: folder) }

  private func save(_ model: String, _ arguments: String...) {
    let outcome = Executable.adc.run(
      ["train", "Samples/\(model).ad", "--save", "\(model).json"] + arguments, in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// Every element that is opened is closed, in order; a page's few void elements aside.
  private func checkElements(_ text: String) {
    var open: [Substring] = []
    for part in text.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
      guard let end = part.firstIndex(of: ">") else {
        Issue.record("`<\(part.prefix(40))` does not end")
        continue
      }
      let tag = part[..<end]
      let name = tag.prefix { !" \n".contains($0) }
      if name.hasPrefix("!") || name.hasPrefix("?") || name == "meta" || tag.hasSuffix("/") {
        continue
      }
      if name.hasPrefix("/") {
        #expect(open.popLast() == name.dropFirst(), "\(name)")
      } else {
        open.append(name)
      }
    }
    #expect(open.isEmpty)
  }

  @Test func pageOfAFit() {
    save("adsorption")
    let outcome = adc("report", "adsorption.json", "-o", "page.html")
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
    let page = folder.text(of: "page.html")
    checkElements(page)
    for part in [
      "<h2>Model</h2>", "<h2>Gradient</h2>", "<math", "238.942", "2.70701", "233.044 to 244.84",
      "<h2>Estimates</h2>", "-0.998776", "y: data and fit", "y: residuals over x", "<svg",
      "prefers-color-scheme:dark", "What the surface takes up at most.",
      "from Samples/adsorption.csv",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    // Nothing comes from elsewhere, and nothing runs.
    for part in ["<script", "<link", "@import", "url(", "<img", "src="] {
      #expect(!page.contains(part), "\(part)")
    }
    #expect(adc("report", "adsorption.json").output == page)
  }

  @Test func pageOfARun() {
    save("logistic_regression")
    let page = adc("report", "logistic_regression.json").output
    checkElements(page)
    for part in [
      ">validation</text>", "<h2>Training</h2>", "<h2>Parameters</h2>", "adam(rate: 0.05)",
      "epochs</dt><dd>60", "largest slope",
    ] {
      #expect(page.contains(part), "\(part)")
    }
  }

  /// The mathematics of every sample is whole.
  @Test func pagesOfAllSamples() {
    for model in ["linear_regression", "kalman", "lstm", "matrix_factorization", "rosenbrock"] {
      save(model, "--epochs", "3")
      let outcome = adc("report", "\(model).json")
      #expect(outcome.status == 0, "\(model): \(outcome.errors)")
      checkElements(outcome.output)
    }
  }

  @Test func whereTheModelIs() {
    save("adsorption", "--set", "b2=0.2")
    let move = Executable.script(
      "mkdir elsewhere && mv adsorption.json elsewhere && cp Samples/adsorption.* elsewhere && "
        + "rm Samples/adsorption.ad", in: folder, limit: 10)
    #expect(move.status == 0)
    #expect(adc("report", "elsewhere/adsorption.json").status == 0)
    let missing = Executable.script("rm elsewhere/adsorption.ad", in: folder, limit: 10)
    #expect(missing.status == 0)
    let outcome = adc("report", "elsewhere/adsorption.json")
    #expect(outcome.status == 1 && outcome.errors.contains("Samples/adsorption.ad"))
    save("polynomial", "--epochs", "2")
    let other = adc("report", "polynomial.json", "Samples/rosenbrock.ad")
    #expect(other.errors.contains("the run is of another model than Samples/rosenbrock.ad"))
    folder.write(
      "{\"format\":\"adc-parameters\",\"version\":1,\"model\":\"x\",\"parameters\":{}}",
      to: "p.json")
    let bare = adc("report", "p.json")
    #expect(bare.status == 2 && bare.errors.contains("name the model, too"))
  }

  /// Without its source, a compiled model has data, estimates and losses to show.
  @Test func pageOfACompiledModel() {
    #expect(adc("compile", "Samples/adsorption.ad").status == 0)
    let data = ["--data", "Samples/adsorption.csv"]
    let run = Executable.adc.run(
      ["train", "Samples/adsorption.adb", "--save", "run.json"] + data, in: folder)
    #expect(run.status == 0)
    #expect(Executable.script("rm Samples/adsorption.ad", in: folder, limit: 10).status == 0)
    let page = adc("report", "run.json").output
    checkElements(page)
    #expect(page.contains("238.942") && !page.contains("<math"))
  }

  @Test func metricsOfARun() {
    folder.write("x,y\n1,1\n2,2\n3,3\n4,4\n", to: "d.csv")
    folder.write(
      "input x: [n]\ninput y: [n]\nparam a = 0\nminimize mean((a*x - y)^2)\n"
        + "metric miss = mean(abs(a*x - y))\n"
        + "train { data \"d.csv\"; validate last 25%; optimizer sgd(rate: 0.01); epochs 5 }\n",
      to: "m.ad")
    #expect(adc("train", "m.ad", "--save", "m.json").status == 0)
    let page = adc("report", "m.json").output
    #expect(page.contains("aria-label=\"miss\"") && page.contains("aria-label=\"loss\""))
  }

  @Test func plots() {
    let schedule = adc("plot", "Samples/digits.ad", "-o", "rate.svg")
    #expect(schedule.status == 0 && schedule.output.isEmpty)
    checkElements(folder.text(of: "rate.svg"))
    #expect(folder.text(of: "rate.svg").contains("rate: 0.01*0.5^(epoch/10)"))
    save("adsorption")
    let fit = adc("plot", "adsorption.json")
    #expect(fit.output.contains("y: data and fit") && fit.output.contains("⠶ data"))
    #expect(!fit.output.contains("\u{1B}"))
    save("polynomial", "--epochs", "20")
    #expect(adc("plot", "polynomial.json").output.contains("loss"))
    #expect(adc("plot", "polynomial.json", "--what", "schedule").output.contains("rate: 0.1"))
    #expect(adc("plot", "Samples/polynomial.ad", "--from", "polynomial.json").status == 0)
    #expect(adc("plot", "adsorption.json", "--what", "training").errors.contains("AD0703"))
    #expect(adc("plot", "adsorption.json", "--what", "noise").errors.contains("AD1003"))
    #expect(adc("plot", "Samples/digits.ad", "--what", "fit").errors.contains("AD1003"))
    #expect(adc("plot", "Samples/adsorption.ad").errors.contains("AD0704"))
  }

  @Test func fitsInTheTerminal() {
    let plain = adc("train", "Samples/adsorption.ad")
    #expect(!plain.output.contains("residuals over"))
    let drawn = adc("train", "Samples/adsorption.ad", "--plot")
    #expect(drawn.output.hasPrefix(plain.output))
    #expect(drawn.output.contains("y: residuals over x"))
  }

  /// `ADC_CHROMIUM` names a folder for pictures of pages, wide and narrow, light and dark, to be
  /// looked at.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ADC_CHROMIUM"] != nil))
  func pagesInABrowser() throws {
    let target = try #require(ProcessInfo.processInfo.environment["ADC_CHROMIUM"])
    for model in ["adsorption", "digits"] {
      save(model)
      let page = adc("report", "\(model).json").output
      let dark = page.replacing("@media(prefers-color-scheme:dark)", with: "@media all")
        .replacing("content=\"light dark\"", with: "content=\"dark\"")
      for (tone, text) in [("light", page), ("dark", dark)] {
        Folder.write(Array(text.utf8), to: "\(target)/\(model)-\(tone).html")
        for (width, size) in [("wide", "1400,2600"), ("narrow", "500,3600")] {
          let name = "\(target)/\(model)-\(tone)"
          let outcome = Executable.script(
            "chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=\(size) "
              + "--screenshot='\(name)-\(width).png' 'file://\(name).html'", in: folder, limit: 60)
          #expect(outcome.status == 0, "\(outcome.errors.suffix(500))")
        }
      }
    }
  }
}
