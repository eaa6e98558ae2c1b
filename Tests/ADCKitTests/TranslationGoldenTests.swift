import ADCKit
import FoundationEssentials
import TestSupport
import Testing

/// What small models look like in every language, for people of that language to read.
///
/// With `ADC_RECORD=1` in the environment the files are written, and the test fails.
@Suite struct TranslationGoldenTests {
  private static let models = ["rosenbrock", "linear_regression", "kalman"]

  @Test(
    arguments: models,
    [EmissionLanguage.c, .swift, .python, .jax, .tensorflow, .ad])
  func filesAreAsRecorded(model: String, language: EmissionLanguage) throws {
    let task = try ModelTask(path: Repository.root + "/Samples/\(model).ad")
    let folder = Repository.root + "/Tests/Golden/Translations/"
    var options = EmissionOptions(language: language)
    options.stem = model
    for file in try task.emitted(options) {
      let end = file.name.split(separator: ".").last.map(String.init) ?? ""
      let isPlain = language != .jax && language != .tensorflow
      let name =
        model + (isPlain ? "." : "_\(language.rawValue).")
        + (language == .swift ? "swift.txt" : end)
      let text = String(decoding: file.bytes, as: UTF8.self)
      let known = try? String(contentsOfFile: folder + name, encoding: .utf8)
      if ProcessInfo.processInfo.environment["ADC_RECORD"] != nil, known != text {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: folder + name, atomically: true, encoding: .utf8)
        Issue.record("recorded \(name)")
      } else {
        #expect(known == text, "run with ADC_RECORD=1 to record, after reading the difference")
      }
    }
  }
}
