import ADCKit
import Testing

/// Models as Swift, compiled and beside the machine.
@Suite struct TranslationInSwiftTests {
  private let folder = Folder()

  @Test func allModelsGiveTheNumbersOfTheMachine() throws {
    var main = SwiftDriver.head
    var calls = ""
    var cases: [EmissionCase] = []
    for request in try EmissionCase.allRequests(folder) {
      let model = request.model
      var options = EmissionOptions(language: .swift)
      options.parts = request.parts
      let type = "M" + model.name.filter { $0 != "_" }
      options.prefix = type
      do throws(TaskFailure) {
        for file in try request.task.emitted(options) {
          folder.write(file.bytes, to: model.name + ".swift")
        }
      } catch {
        Issue.record("\(request.path): \(error.text)")
        continue
      }
      let driver = try SwiftDriver(model, text: folder.text(of: model.name + ".swift"), type: type)
      folder.write(driver.numbers, to: model.name + ".in")
      main += driver.function
      calls += "run_\(model.name)()\n"
      cases.append(model)
    }
    folder.write(main + calls, to: "main.swift")
    let build = Executable.script(
      """
      export PATH="\(Tools.path)"
      for f in *.swift; do
        [ $f = main.swift ] || swift format lint --strict $f || exit 1
      done
      swiftc -swift-version 6 -warnings-as-errors -Onone -module-name Models *.swift -o all \\
        && ./all
      """, in: folder, limit: 200)
    #expect(build.status == 0, "\(build.errors.prefix(3000))")
    guard build.status == 0 else { return }
    let found = CDriver.results(build.output)
    for model in cases {
      try EmissionComparison.compare(
        model, found[model.name] ?? [:], plain: SwiftDriver.plain)
    }
  }
}
