import ADCKit
import Testing

/// The README's commands, run in their order, and its transcripts, compared with what they print.
@Suite struct ReadmeTests {
  private struct Block {
    var language: String
    var lines: [Substring]
  }

  private static let readme = Folder.text(of: Folder.package + "/README.md")

  /// The fenced blocks.
  private static let blocks: [Block] = {
    var blocks: [Block] = []
    var open: Block?
    for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(language: String(line.dropFirst(3)), lines: [])
        }
      } else {
        open?.lines.append(line)
      }
    }
    return blocks
  }()

  @Test func commandsDoWhatTheTranscriptsSay() {
    let folder = Folder(samples: true)
    var commands = 0
    for block in Self.blocks where block.language == "sh" {
      guard block.lines.contains(where: { $0.hasPrefix("$ ") }) else { continue }
      var rest = block.lines[...]
      while let line = rest.popFirst() {
        #expect(line.hasPrefix("$ adc ") || line.hasSuffix("| adc repl"), "\(line)")
        let expected = rest.prefix { !$0.hasPrefix("$ ") }
        rest = rest.dropFirst(expected.count)
        let outcome = Executable.script(
          "adc() { \"$ADC\" \"$@\"; }\n\(line.dropFirst(2))", in: folder)
        let found = outcome.status == 0 ? outcome.output : outcome.output + outcome.errors
        let lines = found.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(Self.matches(lines, expected), "\(line)\n\(found)")
        commands += 1
      }
    }
    #expect(commands >= 10)
  }

  /// A session that is shown is one from its first line to its last.
  @Test func sessionsAreAnswered() {
    let folder = Folder(samples: true)
    let sessions = Self.blocks.filter { $0.language == "repl" }
    #expect(!sessions.isEmpty)
    for block in sessions {
      var session = PromptSession()
      var rest = block.lines[...]
      while let line = rest.popFirst() {
        #expect(line.hasPrefix("adc> "), "\(line)")
        let expected = rest.prefix { !$0.hasPrefix("adc> ") }
        rest = rest.dropFirst(expected.count)
        let typed = String(line.dropFirst(5))
        let answer = session.answer(typed.replacing("Samples/", with: folder.path + "/Samples/"))
        let failure = answer.failure?.text(colour: false, under: typed, indent: 5, columns: 80)
        let found = answer.text + (failure ?? "")
        let lines = found.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(Self.matches(lines, expected), "\(line)\n\(found)")
      }
    }
  }

  /// Whether lines are as expected, where `…` is any number of lines or, in a line, any text.
  private static func matches(_ lines: ArraySlice<Substring>, _ expected: ArraySlice<Substring>)
    -> Bool
  {
    guard let first = expected.first else { return lines.isEmpty }
    let rest = expected.dropFirst()
    if first == "…" {
      return (0...lines.count).contains { matches(lines.dropFirst($0), rest) }
    }
    guard let line = lines.first, matches(line, first) else { return false }
    return matches(lines.dropFirst(), rest)
  }

  private static func matches(_ line: Substring, _ expected: Substring) -> Bool {
    let parts = expected.split(separator: "…", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return line == expected }
    return line.hasPrefix(parts[0]) && line.hasSuffix(parts[1])
      && line.count >= parts[0].count + parts[1].count
  }

  /// Commands of the toolchain are those of `.ci/run`, or run the executable that is built here.
  @Test func commandsOfTheToolchain() {
    let script = Folder.text(of: Folder.package + "/.ci/run").split(separator: "\n")
    let folder = Folder(samples: true)
    let plain = Self.blocks.filter { $0.language == "sh" }.flatMap(\.lines)
      .filter { $0.hasPrefix("swift ") }
    #expect(plain.contains("swift test -c release"))
    for line in plain {
      guard let arguments = line.split(separator: "swift run -c release adc ").first,
        line.hasPrefix("swift run ")
      else {
        #expect(script.contains(line))
        continue
      }
      let outcome = Executable.script("\"$ADC\" \(arguments)", in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("\nW  ") && outcome.output.contains("\nb  "))
    }
  }

  /// A model that is shown is a sample, whole.
  @Test func modelsAreSamples() {
    let models = Self.blocks.filter { $0.language == "ad" }
    #expect(!models.isEmpty)
    let sample = Folder.text(of: Folder.package + "/Samples/linear_regression.ad")
    for model in models { #expect(model.lines.joined(separator: "\n") + "\n" == sample) }
  }

  /// The library's example is that of `LibraryExample.swift`, which compiles.
  @Test func libraryExampleIsTheTestedOne() {
    let tested = Folder.text(of: Folder.package + "/Tests/adcTests/LibraryExample.swift")
      .split(separator: "\n").map { $0.drop { $0 == " " } }
    let examples = Self.blocks.filter { $0.language == "swift" }
    #expect(!examples.isEmpty)
    for line in examples.flatMap(\.lines) where !line.isEmpty {
      #expect(tested.contains(line.drop { $0 == " " }), "\(line)")
    }
  }

  /// Links lead to files.
  @Test func links() {
    let targets = Self.readme.matches(of: /\]\(([^)#:]+)\)/).map(\.1)
    #expect(!targets.isEmpty)
    for target in targets {
      #expect(!Folder.text(of: Folder.package + "/" + target).isEmpty, "\(target)")
    }
  }
}
