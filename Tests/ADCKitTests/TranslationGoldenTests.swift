import ADCKit
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
      #expect(try GoldenFile(folder + name).mismatch(with: text) == nil)
    }
  }
}
