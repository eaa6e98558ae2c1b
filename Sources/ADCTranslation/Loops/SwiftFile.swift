import ADCCalculus
import ADCMachine

extension TranslatedModel {
  /// One file of Swift without dependencies.
  package func swift(
    parts: Set<TranslatedPart>, typeName: String? = nil, functions: FunctionChoice = .auto
  ) throws(TranslationError) -> String {
    try SwiftWriter(self, parts, NameStyle.type(typeName ?? name), functions).text()
  }
}

struct SwiftWriter {
  let model: TranslatedModel
  let parts: Set<TranslatedPart>
  let type: String
  let language: SwiftLanguage
  private let base: NameTable
  let sizes: [(dimension: String, name: String)]
  private let tables: [Int: String]
  private let fixed: [Int: String]
  var real: String { language.real }

  init(
    _ model: TranslatedModel, _ parts: Set<TranslatedPart>, _ type: String,
    _ functions: FunctionChoice
  ) {
    self.model = model
    self.parts = parts
    self.type = type
    language = SwiftLanguage(functions: functions, precision: model.precision)
    let base = NameTable(reserved: Self.reserved, style: NameStyle.camel)
    sizes = model.dimensions.map { ($0, base.fresh($0)) }
    tables = model.tableNames(base)
    var fixed: [Int: String] = [:]
    for variable in model.inputs + model.parameters + model.states + model.environment {
      fixed[variable.symbol] = base.fresh(variable.name)
    }
    self.fixed = fixed
    self.base = base
  }

  func text() throws(TranslationError) -> String {
    let builder = RoutineBuilder(
      model: model, language: "Swift", reserved: base,
      sizes: Dictionary(uniqueKeysWithValues: sizes.map { ($0.dimension, $0.name) }),
      tables: tables, fixed: fixed)
    let routines = try routines(builder)
    guard !routines.isEmpty else {
      throw TranslationError(nothingOf: parts)
    }
    var printer = CodePrinter(language)
    var members = members(routines)
    for function in ["loss", "gradient", "step", "start", "outputs"] {
      guard let routine = routines[function] else { continue }
      if function == "start", isZero(routine) { continue }
      members.append(try body(routine, &printer))
    }
    var used: [String] = []
    let helpers = Helper.closed(printer.helpers).map { $0.inSwift(model.precision) }
    let definitions = helpers + printer.definitions
    for definition in definitions where !definition.isEmpty && !used.contains(definition) {
      used.append(definition)
    }
    let all = members.joined(separator: "\n\n")
    let hasRooms = routines.values.contains { !$0.rooms.isEmpty }
    var text = head(hasRooms: hasRooms) + "public struct \(type): Sendable {\n" + all + "\n}\n"
    text += tableTexts(usedIn: all)
    for definition in used { text += "\n" + definition + "\n" }
    return text
  }

  private func routines(
    _ builder: RoutineBuilder
  ) throws(TranslationError) -> [String: Routine] {
    var routines: [String: Routine] = [:]
    for (part, functions) in [
      (TranslatedPart.loss, ["loss"]), (.gradient, ["gradient"]), (.step, ["step", "start"]),
      (.predict, ["outputs"]),
    ] where parts.contains(part) {
      for function in functions {
        let request = RoutineBuilder.Request(
          function: function, name: function, takesAll: part == .loss || part == .gradient,
          gradientNames: part == .gradient)
        if let routine = try builder.routine(request) { routines[function] = routine }
      }
    }
    return routines
  }

  /// What people see of the type.
  private func members(_ routines: [String: Routine]) -> [String] {
    var members: [String] = []
    if !model.parameters.isEmpty { members.append(contentsOf: properties()) }
    members += workspaces(Array(routines.values))
    if let routine = routines["loss"] {
      members.append(method(routine, "loss", "The loss.", isMutating: false))
    }
    if let routine = routines["gradient"] {
      members.append(
        method(
          routine, "valueAndGradient", "The loss, and its gradient by each parameter.",
          isMutating: false))
    }
    if let routine = routines["step"] {
      let states = routine.parameters.filter { $0.kind == .state }
      if !states.isEmpty { members.append(optimizer(states, routines["start"])) }
      members.append(
        method(
          routine, "step", "One update of the parameters; the loss before it.", isMutating: true))
    }
    if let routine = routines["outputs"] {
      members.append(method(routine, model.outputWord, model.outputSummary, isMutating: false))
    }
    return members
  }

  /// The tables whose names are in the code.
  private func tableTexts(usedIn code: String) -> String {
    var text = ""
    for (place, name) in tables.sorted(by: { $0.key < $1.key }) where code.contains(name) {
      let values = model.program.tables[place].values.map { language.number($0) }
      let head = "\nprivate let \(name): [\(real)] = ["
      let lines = CodePrinter.filled(values, width: 96, last: 1)
      text +=
        lines.count == 1 && head.utf8.count + lines[0].utf8.count < 100
        ? head + lines[0] + "]\n" : head + "\n  " + lines.joined(separator: "\n  ") + ",\n]\n"
    }
    return text
  }

  /// What the file begins with.
  private func head(hasRooms: Bool) -> String {
    var text = """
      #if canImport(Darwin)
        import Darwin
      #elseif canImport(Musl)
        import Musl
      #else
        import Glibc
      #endif


      """
    for line in model.comment { text += line.isEmpty ? "///\n" : "/// \(line)\n" }
    if !model.comment.isEmpty { text += "///\n" }
    text += "/// Written by adc \(model.version) from the model \(model.name) (\(model.hash)).\n"
    guard hasRooms else { return text }
    return text + """
      ///
      /// Arrays are row by row; what a workspace holds before and after a call does not matter. Loops use
      /// the vectors that the compiler may: those of the machine at hand, and with them twice the speed or
      /// more, by `swiftc -O -Xcc -march=native -Xcc -fno-math-errno`.

      """
  }

  // MARK: Members

  func name(_ variable: TranslatedModel.Variable) -> String {
    fixed[variable.symbol] ?? variable.name
  }

  func isScalar(_ variable: TranslatedModel.Variable) -> Bool {
    model.shape(variable).isScalar
  }

  private func properties() -> [String] {
    var members: [String] = []
    for variable in model.parameters {
      let shape = isScalar(variable) ? "" : "shape \(model.shape(variable))"
      let about = TranslatedModel.joined([variable.summary, shape])
      members.append(
        (about.isEmpty ? "" : "  /// \(Self.sentence(about)).\n")
          + "  public var \(name(variable)): \(isScalar(variable) ? real : "[\(real)]")")
    }
    let arguments = model.parameters.map { variable in
      "\(name(variable)): "
        + (isScalar(variable)
          ? real + (variable.start.map { " = \(language.number($0))" } ?? "") : "[\(real)]")
    }
    var text = "  /// A model with these parameters.\n"
    text += signature("  public init", arguments, " {")
    for variable in model.parameters { text += "    self.\(name(variable)) = \(name(variable))\n" }
    return [members.joined(separator: "\n"), text + "  }"]
  }

  func signature(_ head: String, _ arguments: [String], _ tail: String) -> String {
    let whole = head + "(" + arguments.joined(separator: ", ") + ")" + tail
    if whole.utf8.count <= 100 { return whole + "\n" }
    let lines = CodePrinter.filled(arguments, width: 96, last: 0)
    return head + "(\n    " + lines.joined(separator: "\n    ") + "\n  )" + tail + "\n"
  }

  /// The functions that tell the sizes of workspaces.
  private func workspaces(_ routines: [Routine]) -> [String] {
    let arguments = sizes.map { "\($0.name): Int" }
    func text(_ name: String, _ about: String, isWide: Bool) -> String {
      let most = Quantity.bound(routines.map { $0.count(isWide: isWide) })
      return "  /// \(about)\n"
        + signature("  public static func \(name)", arguments, " -> Int {")
        + "    \(language.quantity(most))\n  }"
    }
    let about = "The numbers that a workspace must have room for."
    let narrow = text("workspaceCount", about, isWide: false)
    guard routines.contains(where: { !$0.rooms.isEmpty }) else { return [] }
    guard routines.contains(where: { !$0.rooms(isWide: true).isEmpty }) else { return [narrow] }
    let doubles = "The numbers that a workspace of doubles must have room for."
    return [narrow, text("wideWorkspaceCount", doubles, isWide: true)]
  }

  func count(_ shape: Shape) -> String {
    let names = Dictionary(uniqueKeysWithValues: sizes.map { ($0.dimension, $0.name) })
    return language.quantity(
      shape.dimensions.reduce(.one) { $0 * Quantity($1, names) })
  }

  /// The states of the optimizer.
  private func optimizer(_ states: [Routine.Parameter], _ start: Routine?) -> String {
    var text = "  /// What the optimizer remembers from step to step.\n"
    text += "  public struct Optimizer: Sendable {\n"
    for state in states {
      text += "    var \(state.name): \(state.shape.isScalar ? real : "[\(real)]")\n"
    }
    let counts = states.map { count($0.shape) }
    let used = Set(counts.flatMap { $0.split { !($0.isLetter || $0.isNumber) }.map(String.init) })
    let arguments = sizes.map(\.name).filter { used.contains($0) }.map { "\($0): Int" }
    text += "\n    /// Before the first step.\n"
    text += "    public init(\(arguments.joined(separator: ", "))) {\n"
    for (state, count) in zip(states, counts) {
      text +=
        state.shape.isScalar
        ? "      \(state.name) = 0\n"
        : "      \(state.name) = [\(real)](repeating: 0, count: \(count))\n"
    }
    if let start, !isZero(start) {
      var calls = sizes.map { used.contains($0.name) ? $0.name : "0" }
      calls += start.parameters.map { parameter in
        parameter.kind == .state ? "&\(parameter.name)" : "0"
      }
      text += "      \(type).start(\(calls.joined(separator: ", ")))\n"
    }
    return text + "    }\n  }"
  }

  /// Whether all states begin at 0.
  private func isZero(_ routine: Routine) -> Bool {
    func isZero(_ statements: [Statement]) -> Bool {
      statements.allSatisfy { statement in
        switch statement {
        case .loop(_, _, _, let body): isZero(body)
        case .assign(_, .number(let value)): value == 0
        case .comment: true
        default: false
        }
      }
    }
    return isZero(routine.body)
  }

  static func sentence(_ words: String) -> String {
    words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The function that does the work.
  private func body(
    _ routine: Routine, _ printer: inout CodePrinter
  ) throws(TranslationError) -> String {
    var arguments = sizes.map { "_ \($0.name): Int" }
    for parameter in routine.parameters {
      let type =
        parameter.isWritten
        ? "UnsafeMutablePointer<\(real)>"
        : parameter.shape.isScalar ? real : "UnsafePointer<\(real)>"
      arguments.append("_ \(parameter.name): \(type)")
    }
    if !routine.rooms(isWide: false).isEmpty {
      arguments.append("_ work: UnsafeMutablePointer<\(real)>")
    }
    if !routine.rooms(isWide: true).isEmpty {
      arguments.append("_ wide: UnsafeMutablePointer<Double>")
    }
    var text = signature(
      "  private static func \(routine.name)", arguments,
      (routine.result == nil ? "" : " -> \(real)") + " {")
    var lines = CodePrinter(language, depth: 2)
    for (isWide, work) in [(false, "work"), (true, "wide")] {
      var place = Quantity.zero
      for room in routine.rooms(isWide: isWide) {
        let start = language.address(Pointer(array: work, place: place))
        lines.line(
          "let \(room.name) = \(start)" + (room.shape.isEmpty ? "" : "  // \(room.shape)"))
        place = place + room.count
      }
    }
    var code = lines
    code.print(routine.body)
    if code.lines.contains(where: { $0.hasSuffix(" far = 0") }) { lines.line("var far = 0") }
    lines.print(routine.body)
    if let result = routine.result {
      let value = lines.text(result)
      lines.broken("return ", value)
    }
    if let missing = lines.missing {
      throw TranslationError("Swift has no `\(missing)`, which `\(routine.name)` needs")
    }
    for helper in lines.helpers { printer.use(helper) }
    printer.take(lines.definitions)
    text += lines.lines.joined(separator: "\n")
    return text + "\n  }"
  }

  private static let reserved = Set(
    ("associatedtype class deinit enum extension fileprivate func import init inout internal let "
      + "open operator private precedencegroup protocol public rethrows static struct subscript "
      + "typealias var break case catch continue default defer do else fallthrough for guard if in "
      + "repeat return throw switch where while any as await false is nil self super throws true "
      + "try async actor some each borrowing consuming macro "
      + "acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 log log10 "
      + "log1p log2 cbrt hypot pow erf erfc lgamma tgamma ceil floor rint trunc fmod copysign abs "
      + "min max stride precondition print y0 y1 yn j0 j1 jn gamma "
      + "dotProduct matrixByVector productsOfOthers solveUnitLower solveUnitUpper setTranspose "
      + "reflectRows sigmoid softplus relu signOf stepOf inverseLength cosm1 isNaN isFinite digamma "
      + "trigamma inverseErf inverseErfc normalQuantile restOfSine sinMinusX sinMinusXCos tanMinusX "
      + "sinc modulo logGamma fma work wide start end far workspace gradient optimizer predict loss outputs "
      + "workspaceCount wideWorkspace wideWorkspaceCount valueAndGradient").split(separator: " ")
      .map(String.init)
  ).union(Helper.allCases.map { SwiftLanguage.name($0) }).union(
    Catalogue.operators.filter {
      $0.spellings[.swift] == nil
        && Catalogue.isElementwise[Catalogue.id(named: $0.name)?.index ?? 0]
    }.map { NameStyle.camel($0.name) })
}
