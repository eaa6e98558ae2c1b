import ADCCalculus
import ADCEmission
import FoundationEssentials
import TestSupport
import Testing

/// The recorded derivatives are read by people before they are recorded: a file holds expressions
/// at the start of a line, and under each, indented, its derivative by every name.
@Suite("Derivatives read as recorded")
struct DerivationTests {
  static let folder = Repository.root + "/Tests/Golden/Derivations"

  static let files = Repository.files(in: folder, ending: ".txt")

  /// With `ADC_RECORD=1` in the environment the derivatives are written, and the test fails.
  @Test("An expression and its gradient", arguments: files)
  func derivations(file: String) throws {
    let path = "\(Self.folder)/\(file)"
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    var found = ""
    for line in recorded.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix(" ") { continue }
      found += line + "\n"
      if line.isEmpty || line.hasPrefix("#") { continue }
      found += try derivatives(String(line))
    }
    while found.hasSuffix("\n\n") { found.removeLast() }
    #expect(try GoldenFile(path).mismatch(with: found) == nil)
  }

  private func derivatives(_ text: String) throws -> String {
    var reading = try Reading(text)
    let value = Simplifier.simplify(&reading.graph, [reading.node]).roots[0]
    let gradient = try reading.graph.gradient(of: value, by: reading.leaves.map(\.node))
    let roots = Simplifier.simplify(&reading.graph, gradient).roots
    var result = ""
    for (leaf, root) in zip(reading.leaves, roots) {
      let written = Written(reading.graph, [root])
      for line in written.lines { result += "    \(line.name) = \(line.text)\n" }
      result += "  \(leaf.name): \(written.roots[0])\n"
    }
    let before = reading.graph.operationCount([value])
    let after = reading.graph.operationCount(roots)
    return result + "  operations: \(before), of the gradient \(after)\n"
  }

  @Test("There are expressions of every kind")
  func count() throws {
    var lines = 0
    for file in Self.files {
      let text = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
      lines += text.split(separator: "\n").count { !$0.hasPrefix(" ") && !$0.hasPrefix("#") }
    }
    #expect(lines >= 60)
    #expect(Self.files.count >= 2)
  }
}
