import FoundationEssentials
import TestSupport
import Testing

/// Transcripts of steps, mathematics, traps and costs, compared with what the commands print.
@Suite struct ExplanationTests {
  private static let golden = Folder.package + "/Tests/Golden/Explanations"

  /// With `ADC_RECORD=1` in the environment the transcripts are written, and the test fails.
  @Test(arguments: ["steps", "mathematics", "traps", "costs"])
  func transcripts(name: String) throws {
    let path = Self.golden + "/" + name + ".txt"
    let recorded = Folder.text(of: path)
    let folder = Folder(samples: true)
    var found = ""
    var file: (name: String, text: String)?
    for line in recorded.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("> ") {
        // A file: `> name`, then its lines, each behind a bar.
        if let open = file { folder.write(open.text, to: open.name) }
        file = (String(line.dropFirst(2)), "")
        found += line + "\n"
      } else if line.hasPrefix("| "), let open = file {
        file = (open.name, open.text + line.dropFirst(2) + "\n")
        found += line + "\n"
      } else if line.hasPrefix("$ ") {
        if let open = file { folder.write(open.text, to: open.name) }
        file = nil
        let outcome = Executable.script(
          "adc() { \"$ADC\" \"$@\"; }\n\(line.dropFirst(2))", in: folder, limit: 60)
        found += line + "\n" + outcome.output + outcome.errors + "\n"
      }
    }
    #expect(try GoldenFile(path).mismatch(with: found) == nil)
  }

  /// `ADC_LATEX` names a folder where pages are typeset, to be looked at.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ADC_LATEX"] != nil))
  func pagesAreTypeset() throws {
    let target = try #require(ProcessInfo.processInfo.environment["ADC_LATEX"])
    let folder = Folder(samples: true)
    var body = ""
    for arguments in [
      ["x^2*sin(x)", "--steps"], ["exp(-x^2/2)/sqrt(2*pi)"], ["if x > 0 then x^2 else -x"],
      [
        "mean((X @ w - y)^2)", "--by", "w", "--shape", "X=[n,m]", "--shape", "w=[m]", "--shape",
        "y=[n]", "--steps",
      ],
      ["Samples/linear_regression.ad"], ["Samples/digits.ad"], ["Samples/lstm.ad"],
      ["Samples/kalman.ad"], ["Samples/linear_regression.ad", "--steps"],
    ] {
      let outcome = Executable.adc.run(["diff"] + arguments + ["--latex"], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      body += outcome.output
    }
    let page =
      "\\documentclass{article}\n\\usepackage[a4paper,margin=15mm]{geometry}\n"
      + "\\usepackage{amsmath,amssymb}\n\\allowdisplaybreaks\n\\begin{document}\n\(body)\\end{document}\n"
    Folder.write(Array(page.utf8), to: target + "/page.tex")
    let outcome = Executable.script(
      "cd '\(target)' && pdflatex -interaction=nonstopmode -halt-on-error page.tex", in: folder,
      limit: 60)
    #expect(outcome.status == 0, "\(outcome.output.suffix(2000))")
  }
}
