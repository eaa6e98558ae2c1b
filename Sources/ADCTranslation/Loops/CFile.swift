import ADCCalculus
import ADCMachine

/// A model as a header and a source file of C99.
package struct CFile: Sendable {
  /// The text of `stem.h`: what a caller sees.
  package var header: String
  /// The text of `stem.c`, which needs the C library's mathematics alone.
  package var source: String
  /// The name of the header without its end, which the source includes.
  package var stem: String
}

extension TranslatedModel {
  /// C99 whose names begin with a prefix; nil for the model's name.
  package func c(
    parts: Set<TranslatedPart>, prefix: String? = nil, stem: String? = nil,
    functions: FunctionChoice = .auto
  ) throws(TranslationError) -> CFile {
    try CWriter(
      self, parts: parts, prefix: prefix ?? name, stem: stem ?? prefix ?? name,
      functions: functions
    ).file()
  }
}

/// What of a model is written.
package enum TranslatedPart: String, Sendable, CaseIterable {
  case loss, gradient, step, predict, hessian, jvp
}

private struct CWriter {
  let model: TranslatedModel
  let prefix: String
  let stem: String
  let parts: Set<TranslatedPart>
  private let language: CLanguage
  private let base: NameTable
  private let sizes: [(dimension: String, name: String)]
  private let tables: [Int: String]

  init(
    _ model: TranslatedModel, parts: Set<TranslatedPart>, prefix: String, stem: String,
    functions: FunctionChoice
  ) {
    language = CLanguage(functions: functions, precision: model.precision)
    self.stem = stem
    self.model = model
    self.parts = parts
    self.prefix = Self.identifier(prefix)
    let base = NameTable(reserved: Self.reserved, style: Self.identifier)
    sizes = model.dimensions.map { ($0, base.fresh($0)) }
    self.base = base
    tables = model.tableNames(base)
  }

  func file() throws(TranslationError) -> CFile {
    let builder = RoutineBuilder(
      model: model, language: "C", reserved: base,
      sizes: Dictionary(uniqueKeysWithValues: sizes.map { ($0.dimension, $0.name) }),
      tables: tables)
    var routines: [(Routine, String)] = []
    func add(
      _ function: String, _ word: String, _ about: String, all: Bool = true,
      gradient: Bool = false
    ) throws(TranslationError) {
      let request = RoutineBuilder.Request(
        function: function, name: "\(prefix)_\(word)", takesAll: all, gradientNames: gradient)
      if let routine = try builder.routine(request) { routines.append((routine, about)) }
    }
    if parts.contains(.loss) { try add("loss", "loss", "The loss.") }
    if parts.contains(.gradient) {
      try add(
        "gradient", "gradient", "The loss, and its gradient by each parameter.", gradient: true)
    }
    if parts.contains(.step) {
      try add("step", "step", "One update of the parameters; the loss before it.")
      try add(
        "start", "start", "Sets what the optimizer remembers to its first values.", all: false)
    }
    if parts.contains(.predict) {
      try add("outputs", model.outputWord, model.outputSummary, all: false)
    }
    guard !routines.isEmpty else {
      throw TranslationError(nothingOf: parts)
    }
    var printer = CodePrinter(language)
    var bodies = ""
    var used = ""
    var known: [String: OwnFunction?] = [:]
    for (routine, _) in routines {
      var lines = CodePrinter(language, knowing: known)
      defer { known = lines.known }
      lines.print(routine.body)
      let result = routine.result.map { lines.text($0) }
      if let missing = lines.missing {
        throw TranslationError("C has no `\(missing)`, which `\(routine.name)` needs")
      }
      var body = text(routine, lines.lines.map { "    " + $0 }, result)
      while body.contains("\n\n\n") { body = body.replacing("\n\n\n", with: "\n\n") }
      bodies += "\n" + body
      used += body
      for helper in lines.helpers { printer.use(helper) }
      merge(&printer, lines)
    }
    return CFile(
      header: header(routines), source: source(bodies, printer, used, routines.map(\.0)),
      stem: stem)
  }

  private func merge(_ printer: inout CodePrinter, _ other: CodePrinter) {
    printer.take(other.definitions)
  }

  // MARK: Parts of the files

  private var origin: String {
    "Written by adc \(model.version) from the model \(model.name) (\(model.hash))."
  }

  private func header(_ routines: [(Routine, String)]) -> String {
    // A gradient and a Hessian of one model are two files.
    let file = stem == prefix ? prefix : "\(prefix)_\(Self.identifier(stem))"
    let guardName = "\(file.uppercased())_H"
    let all = routines.map(\.0)
    var lines = [origin] + (model.comment.isEmpty ? [] : [""] + model.comment) + [""]
    var about = "Arrays are of \(language.real), row by row, and no two of a call overlap."
    if !workspaceHeads(all).isEmpty {
      about +=
        " `work` has room for as many numbers as `\(prefix)_workspace` says; what it holds before and"
        + " after a call does not matter."
    }
    if hasWide(all) { about += " So has `wide`, of double, by `\(prefix)_wide_workspace`." }
    lines.append(about)
    var text = CLanguage.comment(lines).joined(separator: "\n") + "\n"
    text += """

      #ifndef \(guardName)
      #define \(guardName)

      #include <stddef.h>

      #ifdef __cplusplus
      extern "C" {
      #endif


      """
    if !workspaceHeads(all).isEmpty {
      text += "/* The numbers that a workspace must have room for. */\n"
      for head in workspaceHeads(all) { text += head + ";\n" }
      text += "\n"
    }
    for (routine, about) in routines {
      text += CLanguage.comment([about] + notes(routine)).joined(separator: "\n") + "\n"
      text += signature(routine) + ";\n\n"
    }
    return text + """
      #ifdef __cplusplus
      }
      #endif

      #endif

      """
  }

  private func source(
    _ bodies: String, _ printer: CodePrinter, _ used: String, _ routines: [Routine]
  ) -> String {
    var text = "/* \(origin) */\n\n#include \"\(stem).h\"\n\n#include <math.h>\n"
    let hasBits = !printer.helpers.isDisjoint(with: [.uniform, .bits])
    if hasBits { text += "#include <stdint.h>\n" }
    if hasBits || printer.helpers.contains(.matrixProduct) { text += "#include <string.h>\n" }
    text += "%preamble%"
    var definitions: [String] = []
    let helpers = Helper.closed(printer.helpers).map { $0.inC(model.precision) }
    for definition in helpers + printer.definitions
    where !definitions.contains(definition) && !definition.isEmpty {
      definitions.append(definition)
    }
    for definition in definitions { text += "\n" + definition + "\n" }
    for (place, name) in tables.sorted(by: { $0.key < $1.key })
    where used.contains(name + "[")
      || used.contains(name)
    {
      let values = model.program.tables[place].values.map { language.number($0) }
      text += "\nstatic const \(language.real) \(name)[\(values.count)] = {\n"
      for line in CodePrinter.filled(values, width: 96, last: 0) { text += "    \(line)\n" }
      text += "};\n"
    }
    let sizes = workspace(routines)
    text += (sizes.isEmpty ? "" : "\n" + sizes) + bodies
    return text.replacing("%preamble%", with: CPreamble.text(for: text))
  }

  private var sizeParameters: [String] { sizes.map { "size_t \($0.name)" } }

  private func hasWide(_ routines: [Routine]) -> Bool {
    routines.contains { !$0.rooms(isWide: true).isEmpty }
  }

  /// The functions that tell the sizes of workspaces, without their bodies.
  private func workspaceHeads(_ routines: [Routine]) -> [String] {
    let names = sizeParameters.isEmpty ? "void" : sizeParameters.joined(separator: ", ")
    let count = hasWide(routines) ? 2 : routines.contains { !$0.rooms.isEmpty } ? 1 : 0
    return ["workspace", "wide_workspace"].prefix(count).map {
      "size_t \(prefix)_\($0)(\(names))"
    }
  }

  private func workspace(_ routines: [Routine]) -> String {
    var texts: [String] = []
    for (head, isWide) in zip(workspaceHeads(routines), [false, true]) {
      let most = Quantity.bound(routines.map { $0.count(isWide: isWide) })
      let expression = language.quantity(most)
      var text = head + " {\n"
      for size in sizes where !Self.words(expression).contains(size.name) {
        text += "    (void)\(size.name);\n"
      }
      texts.append(text + "    return \(most.isZero ? "1" : expression);\n}\n")
    }
    return texts.joined(separator: "\n")
  }

  /// What is told of parameters, one after the other where it is the same.
  private func notes(_ routine: Routine) -> [String] {
    var lines: [(names: [String], about: String)] = []
    for parameter in routine.parameters {
      let about = model.about(parameter)
      if about.isEmpty { continue }
      if lines.last?.about == about {
        lines[lines.count - 1].names.append(parameter.name)
      } else {
        lines.append(([parameter.name], about))
      }
    }
    return lines.map { "\($0.names.joined(separator: ", ")): \($0.about)" }
  }

  private func signature(_ routine: Routine, isDefinition: Bool = false) -> String {
    let word = isDefinition ? "RESTRICT " : ""
    var parameters = sizeParameters
    for parameter in routine.parameters {
      if parameter.shape.isScalar, !parameter.isWritten {
        parameters.append("\(language.real) \(parameter.name)")
      } else {
        let const = parameter.isWritten ? "" : "const "
        parameters.append("\(const)\(language.real) *\(word)\(parameter.name)")
      }
    }
    if !routine.rooms(isWide: false).isEmpty {
      parameters.append("\(language.real) *\(word)work")
    }
    if !routine.rooms(isWide: true).isEmpty { parameters.append("double *\(word)wide") }
    if parameters.isEmpty { parameters = ["void"] }
    let head =
      (isDefinition && hasLoops(routine.body) ? "VERSIONS\n" : "")
      + "\(routine.result == nil ? "void" : language.real) \(routine.name)("
    let whole = head + parameters.joined(separator: ", ") + ")"
    if whole.utf8.count - (head.hasPrefix("VERSIONS") ? 9 : 0) <= 96 { return whole }
    return head + "\n    "
      + CodePrinter.filled(parameters, width: 96, last: 3).joined(separator: "\n    ") + ")"
  }

  private func text(_ routine: Routine, _ lines: [String], _ result: String?) -> String {
    var text = signature(routine, isDefinition: true) + " {\n"
    for (isWide, work) in [(false, "work"), (true, "wide")] {
      var place = Quantity.zero
      for room in routine.rooms(isWide: isWide) {
        let from = language.address(Pointer(array: work, place: place))
        let shape = room.shape.isEmpty ? "" : "  /* \(room.shape) */"
        let type = isWide ? "double" : language.real
        text += "    \(type) *RESTRICT const \(room.name) = \(from);\(shape)\n"
        place = place + room.count
      }
    }
    let used = Self.words(
      Self.withoutComments(
        lines.joined(separator: "\n") + " " + (result ?? "") + text.drop { $0 != "{" }))
    let unused =
      sizes.map(\.name).filter { !used.contains($0) }
      + routine.parameters.map(\.name).filter { !used.contains($0) }
    for name in unused { text += "    (void)\(name);\n" }
    if lines.contains(where: { $0.hasSuffix(" far = 0;") }) { text += "    int far;\n" }
    if !routine.rooms.isEmpty || !unused.isEmpty { text += "\n" }
    text += lines.map { $0.allSatisfy { $0 == " " } ? "" : $0 }.joined(separator: "\n")
    if !lines.isEmpty { text += "\n" }
    if let result { text += "    return \(result);\n" }
    return text + "}\n"
  }

  private func hasLoops(_ statements: [Statement]) -> Bool {
    statements.contains { statement in
      switch statement {
      case .loop, .chunks: true
      case .call(let helper, _): helper == .matrixProduct
      default: false
      }
    }
  }

  private static func withoutComments(_ text: String) -> String {
    let parts = text.split(separator: "/*", omittingEmptySubsequences: false)
    return parts.enumerated().map { place, part in
      guard place > 0, let end = part.firstRange(of: "*/")?.upperBound else { return part }
      return part[end...]
    }.joined(separator: " ")
  }

  /// The words of a text.
  static func words(_ text: String) -> Set<String> {
    let parts = text.utf8.split { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80...:
        false
      default: true
      }
    }
    return Set(parts.map { String(Substring($0)) })
  }

  static func identifier(_ word: String) -> String {
    var text = ""
    for scalar in word.unicodeScalars {
      if scalar.isASCII, scalar.properties.isAlphabetic || (48...57).contains(scalar.value) {
        text.unicodeScalars.append(scalar)
      } else if scalar == "_" || scalar.isASCII {
        text += "_"
      } else {
        text += "u" + String(scalar.value, radix: 16)
      }
    }
    if text.isEmpty || text.first?.isNumber == true { text = "x" + text }
    return text
  }

  /// The words of C and C++, of its library, and of what a file brings with it.
  static let reserved = Set(
    ("auto break case char const continue default do double else enum extern float for goto if "
      + "inline int long register restrict return short signed sizeof static struct switch typedef "
      + "union unsigned void volatile while alignas alignof and and_eq asm bitand bitor bool catch "
      + "char8_t char16_t char32_t class compl concept consteval constexpr constinit const_cast "
      + "co_await co_return co_yield decltype delete dynamic_cast explicit export false friend "
      + "mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected "
      + "public reinterpret_cast requires static_assert static_cast template this thread_local "
      + "throw true try typeid typename using virtual wchar_t xor xor_eq main "
      + "acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 expm1 frexp "
      + "ilogb ldexp log log10 log1p log2 logb modf scalbn scalbln cbrt fabs hypot pow sqrt erf "
      + "erfc lgamma tgamma ceil floor nearbyint rint lrint llrint round lround llround trunc fmod "
      + "remainder remquo copysign nan nextafter nexttoward fdim fmax fmin fma isfinite isinf "
      + "isnan isnormal signbit fpclassify j0 j1 jn y0 y1 yn gamma drem significand "
      + "NAN INFINITY HUGE_VAL EOF NULL size_t ptrdiff_t uint64_t uint32_t memcpy "
      + "sum_in_parts total_value dot_product matrix_by_vector whole_number products_of_others "
      + "solve_unit_lower solve_unit_upper set_transpose reflect_rows sigmoid softplus relu sign_of "
      + "step_of inverse_length is_nan is_finite digamma trigamma inverse_erf inverse_erfc "
      + "normal_quantile rest_of_sine sin_minus_x sin_minus_x_cos tan_minus_x sinc modulo cosm1 "
      + "RESTRICT VERSIONS INLINE eight add_products "
      + "work wide start end far bits_of number_of").split(separator: " ").map(String.init)
  ).union(lacking).union(Helper.allCases.map { CLanguage().name($0) }).union(
    CLanguage.libraryNames.map { $0 + "f" })

  /// Operators that get functions of their own name.
  private static let lacking = Catalogue.operators.filter {
    $0.spellings[.c] == nil && Catalogue.isElementwise[Catalogue.id(named: $0.name)?.index ?? 0]
  }.map(\.name)
}

extension Quantity {
  /// What none of some quantities of sizes is greater than.
  static func bound(_ quantities: [Quantity]) -> Quantity {
    var most: [[String]: Int] = [:]
    var order: [[String]] = []
    for quantity in quantities {
      for term in quantity.terms {
        if most[term.factors] == nil { order.append(term.factors) }
        most[term.factors] = max(most[term.factors] ?? 0, term.coefficient)
      }
    }
    return order.reduce(.zero) { result, factors in
      result
        + factors.reduce(Quantity(most[factors] ?? 0)) { $0 * Quantity(name: $1) }
    }
  }
}
