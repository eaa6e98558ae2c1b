import ADCKit
import ADCMachine
import ADCSyntax
import FoundationEssentials
import TestSupport
import Testing

/// What `adc explain` says is so: every example is run.
@Suite struct ErrorCodeTests {
  /// The codes of all messages about a model, warnings included.
  private func codes(_ example: ErrorCode.Example) -> [String] {
    do throws(CompilationError) {
      let source = SourceText(name: "model.ad", bytes: example.bytes)
      return try Compiler.compile(source).warnings.map(\.code)
    } catch {
      return error.diagnostics.map(\.code)
    }
  }

  static let models = ErrorCode.all.filter { $0.wrong.command == nil }
    .map(\.code)

  @Test(arguments: models)
  func modelsAreWrongAndRight(code: String) throws {
    let entry = try #require(ErrorCode.named(code))
    let wrong = codes(entry.wrong)
    #expect(!wrong.isEmpty && wrong.allSatisfy { $0 == code }, "\(wrong)")
    let right = codes(entry.right)
    #expect(right.isEmpty, "\(right)")
  }

  /// A whole file whose description is not that of its program.
  @Test func wrongDescriptions() throws {
    let source = SourceText(name: "model.ad", text: "param x = 1\nminimize x^2")
    let model = try Compiler.compile(source)
    let path =
      FileManager.default.temporaryDirectory.path
      + "/adc-description-\(UInt64.random(in: 0...UInt64.max)).adb"
    let bytes = ProgramFile.write(model.program, metadata: Array("{}".utf8))
    try Data(bytes).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var text = ""
    do throws(TaskFailure) { _ = try ModelTask(path: path) } catch { text = error.text }
    #expect(text.contains("error AD0801"))
  }

  @Test func codesAreInOrderAndFound() throws {
    let all = ErrorCode.all.map(\.code)
    #expect(all == all.sorted() && Set(all).count == all.count)
    #expect(ErrorCode.named("ad201")?.code == "AD0201")
    #expect(ErrorCode.named("0201")?.code == "AD0201")
    #expect(ErrorCode.named("AD9999") == nil && ErrorCode.named("x") == nil)
    #expect(ErrorCode.nearest(to: "AD0299") != nil)
  }

  @Test func everyCodeOfTheSourcesIsExplainedAndNoOther() throws {
    let folder = Repository.root + "/Sources"
    var used: Set<String> = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
    where path.hasSuffix(".swift") && !path.contains("ErrorCodes/") {
      let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
      for part in text.split(separator: "\"AD").dropFirst() {
        let digits = part.prefix(4)
        if digits.allSatisfy(\.isNumber), part.dropFirst(4).first == "\"" {
          used.insert("AD\(digits)")
        }
      }
    }
    #expect(used == Set(ErrorCode.all.map(\.code)))
  }

  /// With `ADC_RECORD=1` in the environment the page is written, and the test fails.
  @Test func pageIsUpToDate() throws {
    let path = Repository.root + "/Grammar/errors.md"
    #expect(try GoldenFile(path).mismatch(with: ExplainTask.page) == nil)
  }
}
