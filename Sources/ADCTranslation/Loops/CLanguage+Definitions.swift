import ADCCalculus

extension CLanguage {
  /// The definition of an operator's kernel; nil where it cannot be one.
  func definition(of op: Operator, _ helpers: inout Set<Helper>) -> OwnFunction? {
    let own = Self.call(op)
    let isInLibrary = op.spellings[.c]?.definition.isEmpty ?? false
    guard let function = RecordedFunction(op, allowsExceptions: isInLibrary, precision),
      own == nil || !function.isSingle
    else { return nil }
    let words = RecordedFunction.Words(
      constant: { "const \($2 ? "int" : "double") \($0) = \($1);" }, number: CLanguage().number,
      squareRoot: { "sqrt(\($0))" },
      rounded: { rounding, text in
        switch rounding {
        case .toEven: "rint(\(text))"
        case .down: "floor(\(text))"
        case .up: "ceil(\(text))"
        }
      }, magnitude: { "fabs(\($0))" }, copySign: { "copysign(\($0), \($1))" },
      bits: { "bits_of(\($0))" }, number64: { "UINT64_C(0x\(String($0, radix: 16)))" },
      fromBits: { "number_of(\($0))" }, isNaN: { "isnan(\($0))" })
    let (body, result, exception) = function.lines(words)
    let names = Array(["x", "y", "z"].prefix(op.arity.upperBound))
    // Singles are computed in double and rounded once.
    let isDouble = precision == .double
    let given = isDouble ? names : Array(["u", "v", "w"].prefix(names.count))
    var printer = CodePrinter(self, depth: 1)
    if !isDouble {
      for (name, single) in zip(names, given) { printer.line("const double \(name) = \(single);") }
    }
    for line in body { printer.wrapped(line) }
    let isFree = own == nil && !Self.newerWords.contains(op.name)
    let name = isFree ? op.name : "adc_\(op.name)"
    printer.wrapped(isDouble ? "return \(result);" : "return (float)(\(result));")
    func list(_ names: [String]) -> String { names.map { "\(real) \($0)" }.joined(separator: ", ") }
    let near = exception == nil ? name : name + "_near"
    var text =
      "/* \(op.summary.replacing("`", with: "")) */\n"
      + "INLINE \(real) \(near)(\(list(given))) {\n"
      + printer.lines.joined(separator: "\n") + "\n}"
    if text.contains("bits_of(") || text.contains("number_of(") { helpers.insert(.bits) }
    if text.contains("sqrt(") { helpers.insert(.squareRoot) }
    guard let exception, let own else { return OwnFunction(name: name, text: text, near: nil) }
    let arguments = names.joined(separator: ", ")
    text +=
      "\n\n/* The same for all numbers. */\nstatic inline \(real) \(name)(\(list(names))) {\n"
      + "    return \(exception) ? \(library(own))(\(arguments)) : \(near)(\(arguments));\n}"
    return OwnFunction(name: name, text: text, near: (near, exception))
  }

  /// The function of the library that an operator is; nil for one that the library lacks.
  private static func call(_ op: Operator) -> String? {
    if case .call(let name)? = op.spellings[.c]?.form { name } else { nil }
  }

  /// What moves bits between numbers and integers.
  static let bitsDefinition = """
    static inline uint64_t bits_of(double x) {
        uint64_t bits;
        memcpy(&bits, &x, sizeof bits);
        return bits;
    }

    static inline double number_of(uint64_t bits) {
        double x;
        memcpy(&x, &bits, sizeof x);
        return x;
    }
    """

  /// Functions that libraries have beyond C99: those of C23, and of GNU.
  private static let newerWords = Set(
    ("acospi asinpi atan2pi atanpi compoundn cospi exp10 exp10m1 exp2m1 fmaximum fminimum log10p1 "
      + "log2p1 logp1 pow10 pown powr rootn roundeven rsqrt sincos sinpi tanpi")
      .split(separator: " ").map(String.init))

  /// What the library has and operators are spelled by.
  static let libraryNames = Set(
    Catalogue.operators.compactMap { op -> String? in
      guard let spelling = op.spellings[.c], spelling.definition.isEmpty,
        case .call(let name) = spelling.form
      else { return nil }
      return name
    })

  func definition(_ text: String) -> String {
    guard precision == .single else { return text }
    var result = ""
    var rest = Substring(text)
    while let first = rest.first {
      let isWord = first.isLetter || first.isNumber || first == "_"
      let word = rest.prefix {
        isWord
          ? $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." : !($0.isLetter || $0.isNumber)
      }
      rest = rest[word.endIndex...]
      switch word {
      case "double": result += "float"
      case _ where Self.libraryNames.contains(String(word)) && rest.first == "(":
        result += library(String(word))
      case _ where first.isNumber && word.contains("."): result += word + "f"
      default: result += word
      }
    }
    return result
  }
}
