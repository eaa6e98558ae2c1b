import ADCKit
import ADCPlatform

/// Runs one command line.
package struct Shell {
  var console = Console()
  /// The exit status of a command that says itself what was wrong.
  var status: Int32 = 0

  /// A shell that writes to the process's own streams.
  package init() {}

  /// The exit status: 0, 1 for a fault of the model or the data, 2 of the command line.
  package func run(_ arguments: [String]) -> Int32 {
    var shell = self
    return shell.start(arguments)
  }

  private mutating func start(_ arguments: [String]) -> Int32 {
    defer { console.flush() }
    guard let name = arguments.first else {
      console.message(Command.overview)
      return 2
    }
    switch name {
    case "--help", "-h":
      console.output(Command.overview)
      return 0
    case "--version":
      console.output("adc \(Version.current)\n")
      return 0
    default: break
    }
    let wantsJSON = arguments.prefix { $0 != "--" }.contains("--json")
    do throws(TaskFailure) {
      guard let command = Command.all.first(where: { $0.name == name }) else {
        throw Self.unknown(name)
      }
      let rest = arguments.dropFirst()
      if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
        console.output(command.help)
        return 0
      }
      try perform(command, try Arguments(rest, for: command))
      return status
    } catch {
      return fail(error, wantsJSON: wantsJSON)
    }
  }

  private mutating func fail(_ failure: TaskFailure, wantsJSON: Bool) -> Int32 {
    if wantsJSON {
      console.output(failure.json.map { $0 + "\n" }.joined())
    } else {
      console.flush()
      console.message(console.usesColour ? failure.colouredText : failure.text)
    }
    return failure.fault.rawValue
  }

  private static func unknown(_ name: String) -> TaskFailure {
    let near = Words.nearest(to: name, among: Command.all.map(\.name))
    return TaskFailure(
      "there is no command `\(name.prefix(60))`"
        + (near.map { "; did you mean `\($0)`?" } ?? "; `adc help` lists them"),
      code: "AD1001", fault: .commandLine)
  }

  private mutating func perform(
    _ command: Command, _ arguments: Arguments
  ) throws(TaskFailure) {
    switch command.kind {
    case .compile: try compile(arguments)
    case .train: try train(arguments)
    case .gradient: try gradient(arguments)
    case .cost: show(try task(arguments).costReport(), arguments)
    case .graph: try draw(arguments)
    case .predict: try predict(arguments)
    case .diff: try differentiate(arguments)
    case .accuracy: try judge(arguments)
    case .check: try check(arguments)
    case .fmt: try format(arguments)
    case .explain: try explain(arguments)
    case .lsp: serve()
    case .bench: try bench(arguments)
    case .plot: try plot(arguments)
    case .report: try report(arguments)
    case .disassemble: show(try task(arguments).disassemblyReport(), arguments)
    case .emit: try emit(arguments)
    case .repl: try converse(arguments)
    case .help: try help(arguments)
    }
  }

  mutating func show(_ report: TaskReport, _ arguments: Arguments) {
    console.output(arguments.has("--json") ? report.json + "\n" : report.text)
  }

  private mutating func help(_ arguments: Arguments) throws(TaskFailure) {
    guard let name = arguments.operands.first else {
      console.output(Command.overview)
      return
    }
    guard let command = Command.all.first(where: { $0.name == name }) else {
      throw Self.unknown(name)
    }
    console.output(command.help)
  }

  /// The model that a command names; `adc diff` prints its derivatives and needs no program.
  func task(
    _ arguments: Arguments, makesProgram: Bool = true
  ) throws(TaskFailure) -> ModelTask {
    var settings = try options(arguments)
    settings.makesProgram = makesProgram
    let task = try ModelTask(path: arguments.operands[0], options: settings)
    if !task.warnings.isEmpty { console.message(task.warnings) }
    return task
  }

  private mutating func compile(_ arguments: Arguments) throws(TaskFailure) {
    let task = try task(arguments)
    let path = task.path
    let output =
      arguments.value("-o") ?? (path.hasSuffix(".ad") ? path + "b" : path + ".adb")
    let bytes = task.compiled()
    try ModelTask.write(bytes, to: output)
    show(task.summary(bytes: bytes.count, output: output), arguments)
  }

  private mutating func predict(_ arguments: Arguments) throws(TaskFailure) {
    var interval: PredictionInterval?
    if let word = arguments.value("--interval") {
      interval = PredictionInterval(rawValue: word)
      if interval == nil {
        throw TaskFailure(
          "`--interval` takes `confidence` or `prediction`, and not `\(word)`", code: "AD1003",
          fault: .commandLine)
      }
    }
    let (csv, report) = try task(arguments).predict(
      isTable: arguments.has("-o"), interval: interval)
    if let path = arguments.value("-o") {
      try ModelTask.write(Array(csv.utf8), to: path)
      if !report.text.isEmpty { console.message(report.text) }
    } else if arguments.has("--json") {
      console.output(report.json + "\n")
    } else {
      console.output(csv)
      if csv.isEmpty { console.output(report.text) } else { console.message(report.text) }
    }
  }

  private mutating func gradient(_ arguments: Arguments) throws(TaskFailure) {
    let task = try task(arguments)
    if let word = arguments.value("--trap") {
      guard let kind = TrapKind(rawValue: word) else {
        throw TaskFailure(
          "`--trap` takes `nan` or `inf`, and not `\(word)`", code: "AD1003", fault: .commandLine)
      }
      if let trapped = try task.trap(kind) { throw trapped }
    }
    show(try task.gradient(), arguments)
  }

  private mutating func draw(_ arguments: Arguments) throws(TaskFailure) {
    if let path = arguments.value("-o") { try ModelTask.checkPicture(path) }
    let report = try task(arguments).graphReport(dot: arguments.has("--dot"))
    if let path = arguments.value("-o") {
      try ModelTask.write(Array(report.text.utf8), to: path)
    } else {
      show(report, arguments)
    }
  }

  private mutating func check(_ arguments: Arguments) throws(TaskFailure) {
    if arguments.has("--kinks") {
      show(try task(arguments).kinks(), arguments)
      return
    }
    let (report, isRight) = try task(arguments).check()
    show(report, arguments)
    if !isRight {
      throw TaskFailure(
        "the gradient and the differences do not agree", code: "AD0605",
        file: arguments.operands[0])
    }
  }

  private mutating func bench(_ arguments: Arguments) throws(TaskFailure) {
    let word = arguments.value("--what") ?? "gradient"
    guard let subject = BenchSubject(rawValue: word) else {
      throw TaskFailure(
        "`--what` takes \(BenchSubject.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")), "
          + "and not `\(word)`", code: "AD1003", fault: .commandLine)
    }
    show(try task(arguments).bench(subject), arguments)
  }

  private mutating func differentiate(_ arguments: Arguments) throws(TaskFailure) {
    let text = arguments.operands[0]
    if text.hasSuffix(".ad") || text.hasSuffix(".adb") {
      return try differentiateModel(arguments)
    }
    let request = try derivativeRequest(text, arguments)
    if arguments.has("--pattern") {
      show(try PatternTask(request).report(), arguments)
      return
    }
    let task = try DerivativeTask(request)
    if let setting = try typesetting(arguments) {
      show(try task.mathReport(setting), arguments)
      return
    }
    console.message(task.remarks)
    show(request.keepsSteps ? try task.stepsReport() : try task.report(), arguments)
  }

  private mutating func differentiateModel(_ arguments: Arguments) throws(TaskFailure) {
    try refuse(
      ["--by", "--order", "--at", "--jacobian", "--jvp", "--vjp", "--shape"], of: arguments,
      because: "of a model, the gradient by all parameters is printed, or the `--hessian`")
    let setting = try typesetting(arguments)
    let isProgram = !arguments.has("--pattern") && !arguments.has("--steps") && setting == nil
    let task = try task(arguments, makesProgram: !isProgram)
    let report =
      if arguments.has("--pattern") {
        try task.patternReport()
      } else if let setting {
        try task.mathReport(setting)
      } else if arguments.has("--steps") {
        try task.stepsReport()
      } else if arguments.has("--hvp") {
        try task.hessianProductReport()
      } else if arguments.has("--hessian") {
        try task.hessianReport()
      } else {
        try task.gradientReport()
      }
    show(report, arguments)
  }

  /// What is asked about expressions; `-` reads the first from standard input.
  private func derivativeRequest(
    _ first: String, _ arguments: Arguments
  ) throws(TaskFailure) -> DerivativeRequest {
    var text = first
    if text == "-" {
      text = String(
        decoding: CurrentProcess.readStandardInput(limit: 1 << 28), as: UTF8.self)
      while text.last == "\n" || text.last == "\r\n" { text.removeLast() }
    }
    try refuse(["--set"], of: arguments, because: "an expression has no constants to set")
    try refuse(
      ["--data", "--input"], of: arguments, because: "they belong to a model")
    if let pair = arguments.operands.dropFirst().first(where: Self.isPair), arguments.has("--at") {
      throw TaskFailure(
        "`\(pair)` is no expression: write `--at` before each point, or one point as `--at x=1,y=2`",
        code: "AD1003", fault: .commandLine)
    }
    var request = DerivativeRequest([text] + arguments.operands.dropFirst())
    request.kind = try kind(arguments)
    request.by = try arguments.value("--by").map { text throws(TaskFailure) in
      try Self.names(text)
    }
    request.shapes = try arguments.pairs("--shape").map { (name: $0, text: $1) }
    request.points = try arguments.all("--at").map { text throws(TaskFailure) in
      try PointReader.point(text)
    }
    request.simplifies = try simplifies(arguments)
    request.keepsSteps = arguments.has("--steps")
    return request
  }

  /// Whether a text is a name and a value, `x=2`.
  private static func isPair(_ text: String) -> Bool {
    guard let equals = text.firstIndex(of: "=") else { return false }
    let value = text[text.index(after: equals)...]
    return Words.isName(String(text[..<equals])) && !value.hasPrefix("=")
  }

  /// Whether mathematics is asked for in the place of source.
  private func typesetting(_ arguments: Arguments) throws(TaskFailure) -> Typesetting? {
    if arguments.has("--latex"), arguments.has("--unicode") {
      throw TaskFailure(
        "`--latex` and `--unicode` exclude each other", code: "AD1003", fault: .commandLine)
    }
    return arguments.has("--latex") ? .latex : arguments.has("--unicode") ? .unicode : nil
  }

  private mutating func judge(_ arguments: Arguments) throws(TaskFailure) {
    let text = arguments.operands[0]
    if text.hasSuffix(".ad") || text.hasSuffix(".adb") {
      try refuse(
        ["--by"], of: arguments, because: "a model is judged by all of its parameters")
      let samples = try arguments.count("--samples", least: 1)
      let seed = try arguments.count("--seed", least: 0) ?? 0
      show(try task(arguments).accuracy(samples: samples, seed: seed), arguments)
      return
    }
    try refuse(
      ["--data", "--input", "--set", "--from"], of: arguments, because: "they belong to a model")
    var request = AccuracyRequest(text)
    request.by = try arguments.value("--by").map { text throws(TaskFailure) in
      try Self.names(text)
    }
    if let samples = try arguments.count("--samples", least: 1) { request.samples = samples }
    if let seed = try arguments.count("--seed", least: 0) { request.seed = seed }
    show(try AccuracyTask(request).report(), arguments)
  }

  /// Which derivatives of expressions are asked for.
  private func kind(_ arguments: Arguments) throws(TaskFailure) -> DerivativeRequest.Kind {
    let order = try arguments.count("--order", least: 1)
    let kinds = ["--order", "--jacobian", "--hessian", "--jvp", "--vjp", "--hvp"]
    let asked = kinds.filter { arguments.has($0) }
    if asked.count > 1 {
      throw TaskFailure(
        "`\(asked[0])` and `\(asked[1])` exclude each other", code: "AD1003", fault: .commandLine)
    }
    switch asked.first {
    case "--jacobian": return .jacobian
    case "--jvp": return .jvp
    case "--vjp": return .vjp
    default: break
    }
    if arguments.operands.count > 1 {
      if arguments.has("--pattern"), asked.isEmpty { return .jacobian }
      throw TaskFailure(
        "several expressions have a `--jacobian`, a `--jvp` and a `--vjp`; without these, "
          + "`adc diff` takes one", code: "AD1002", fault: .commandLine)
    }
    switch asked.first {
    case "--hessian": return .hessian
    case "--hvp": return .hvp
    default: return .orders(order ?? 1)
    }
  }

  /// An option that would do nothing is a mistake.
  func refuse(
    _ names: [String], of arguments: Arguments, because reason: String
  ) throws(TaskFailure) {
    guard let name = names.first(where: { arguments.has($0) }) else { return }
    throw TaskFailure(
      "`\(name)` does not apply to `\(arguments.operands[0].prefix(60))`: \(reason)",
      code: "AD1003", fault: .commandLine)
  }

  /// `x,y`: names, each once.
  private static func names(_ text: String) throws(TaskFailure) -> [String] {
    var names: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = trimmed(part)
      guard Words.isName(name) else {
        throw TaskFailure(
          "`--by` takes names, `x,y`, and `\(name)` is none", code: "AD1003", fault: .commandLine)
      }
      guard !names.contains(name) else {
        throw TaskFailure("`--by` names `\(name)` twice", code: "AD1003", fault: .commandLine)
      }
      names.append(name)
    }
    return names
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
