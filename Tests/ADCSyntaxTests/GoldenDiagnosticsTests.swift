import ADCSyntax
import FoundationEssentials
import TestSupport
import Testing

@Suite("Diagnostics read as recorded")
struct GoldenDiagnosticsTests {
  static let folder = Repository.root + "/Tests/Golden/Diagnostics"

  static let cases = Repository.files(in: folder, ending: ".ad")

  /// With `ADC_RECORD=1` in the environment the expected texts are written, and the test fails.
  @Test("A file with mistakes", arguments: cases)
  func diagnostics(file: String) throws {
    let data = try Data(contentsOf: URL(filePath: "\(Self.folder)/\(file)"))
    let source = SourceText(name: file, bytes: Array(data))
    let found =
      Parser.parse(source).diagnostics
      .map { rendered($0, in: source, colour: false) + "\n" }.joined(separator: "\n")
    let path = "\(Self.folder)/\(file.dropLast(3)).expected"
    #expect(try GoldenFile(path).mismatch(with: found) == nil)
  }

  @Test("There are cases, and together they show every code that the page lists")
  func codesAreShown() throws {
    let page = try String(
      contentsOfFile: Repository.root + "/Grammar/errors.md", encoding: .utf8)
    let listed = codes(in: page)
    var shown: Set<String> = []
    for file in Self.cases {
      let path = "\(Self.folder)/\(file.dropLast(3)).expected"
      shown.formUnion(codes(in: try String(contentsOfFile: path, encoding: .utf8)))
    }
    #expect(shown == listed)
  }

  @Test("Every code in the source is listed in the page, and only those")
  func codesAreListed() throws {
    let folder = Repository.root + "/Sources/ADCSyntax"
    var used: Set<String> = []
    for file in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where file.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      // The codes in the documentation of `Diagnostic` are examples.
      used.formUnion(codes(in: text.split(separator: "\n").filter { !$0.contains("///") }.joined()))
    }
    let page = try String(
      contentsOfFile: Repository.root + "/Grammar/errors.md", encoding: .utf8)
    #expect(used == codes(in: page))
  }

  /// The codes `AD00nn` and `AD01nn` in a text.
  private func codes(in text: String) -> Set<String> {
    var found: Set<String> = []
    for part in text.split(separator: "AD").dropFirst(text.hasPrefix("AD") ? 0 : 1) {
      let digits = part.prefix(4)
      if digits.count == 4, digits.allSatisfy(\.isNumber),
        digits.hasPrefix("00") || digits.hasPrefix("01")
      {
        found.insert("AD\(digits)")
      }
    }
    return found
  }
}
