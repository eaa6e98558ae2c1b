import ADCKit
import ADCTraining
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Models as C, compiled and beside the machine.
@Suite struct TranslationInCTests {
  private let folder = Folder()

  /// With `ADC_SANITIZERS` in the environment what is compiled looks after itself.
  private static let flags =
    getenv("ADC_SANITIZERS") == nil
    ? "" : "-g -fsanitize=address,undefined -fno-sanitize-recover=all"

  @Test func allModelsGiveTheNumbersOfTheMachine() throws {
    var main = CDriver.head
    var calls = ""
    var cases: [(EmissionCase, [String: String])] = []
    for request in try EmissionCase.allRequests(folder) {
      let model = request.model
      var options = EmissionOptions(language: .c)
      options.parts = request.parts
      let stem = model.name
      options.stem = stem
      options.prefix = stem
      do throws(TaskFailure) {
        for file in try request.task.emitted(options) { folder.write(file.bytes, to: file.name) }
      } catch {
        Issue.record("\(request.path): \(error.text)")
        continue
      }
      let driver = CDriver(model, header: folder.text(of: stem + ".h"), stem: stem)
      folder.write(driver.numbers, to: stem + ".in")
      main += driver.function
      calls += "  run_\(stem)();\n"
      cases.append((model, [:]))
    }
    folder.write(main + "int main(void) {\n" + calls + "  return 0;\n}\n", to: "main.c")
    let build = Executable.script(
      """
      export PATH="\(Tools.path)"
      flags="\(Self.flags)"
      for f in *.c; do
        clang -std=c99 -O1 -Wall -Wextra -Wpedantic -Werror -ffp-contract=off $flags -c $f || exit 1
      done
      clang $flags *.o -o all -lm && ./all
      """, in: folder, limit: 100)
    #expect(build.status == 0, "\(build.errors.prefix(2000))")
    guard build.status == 0 else { return }
    let found = CDriver.results(build.output)
    for (model, _) in cases {
      try EmissionComparison.compare(model, found[model.name] ?? [:])
    }
  }
}

/// Where the tools of the toolchain are.
enum Tools {
  /// The folders that processes look for programs in, the compiler's first.
  static let path: String = {
    let variable = getenv("PATH").map { String(cString: $0) } ?? ""
    return variable + ":/usr/bin:/bin"
  }()
}

/// Compares what a program printed with what the machine finds.
enum EmissionComparison {
  static func compare(
    _ model: EmissionCase, _ found: [String: [Double]], plain: (String) -> String = { $0 },
    isExact mayBeExact: Bool = true,
    functions wanted: Set<String> = ["loss", "gradient", "step", "predict"]
  ) throws {
    let functions = [
      (FunctionName.loss, "loss"), (FunctionName.gradient, "gradient"),
      (FunctionName.step, "step"), (FunctionName.outputs, "predict"),
    ]
    for (function, word) in functions where wanted.contains(word) {
      guard let expected = try model.result(of: function) else { continue }
      let isExact = mayBeExact && model.isExact(function)
      if let loss = expected.loss {
        check(model, word + ".", [loss], found[word + "."], isExact)
      }
      for (name, values) in expected.arrays {
        check(model, "\(word).\(name)", values, found["\(word).\(plain(name))"], isExact)
      }
    }
  }

  private static func check(
    _ model: EmissionCase, _ name: String, _ expected: [Double], _ found: [Double]?, _ isExact: Bool
  ) {
    guard let found, found.count == expected.count else {
      Issue.record("\(model.name) \(name): \(found?.count ?? -1) numbers, not \(expected.count)")
      return
    }
    let largest = expected.reduce(0) { max($0, $1.isFinite ? $1.magnitude : 0) }
    var worst = 0.0
    for (x, y) in zip(expected, found) {
      if x == y || x.isNaN && y.isNaN { continue }
      worst = max(worst, (x - y).magnitude / max(largest, .leastNormalMagnitude))
      if !(x - y).isFinite { worst = .infinity }
    }
    let isSingle = model.isSingle
    let limit = isExact ? 0 : isSingle ? 1e-5 : 1e-13
    #expect(
      worst <= limit, "\(model.name) \(name): off by \(worst) of the largest; \(found.prefix(3))")
  }
}
