/// Turns the LaTeX that `MathWriter` writes into MathML, which browsers set themselves (MathML
/// Core, W3C 2025).
struct MathMarkup {
  private enum Token: Equatable {
    case open, close, above, below, column
    case command(String)
    case text(Character)
  }

  private var tokens: [Token] = []
  private var place = 0
  /// Whether an operator, or nothing, stands before: a minus there is a sign.
  private var isAtStart = true

  /// Formulas that are nested deeper than this are left as they are written.
  private static let depthLimit = 120

  private init(_ latex: String) {
    var rest = Array(latex)[...]
    while let character = rest.popFirst() {
      switch character {
      case "{": tokens.append(.open)
      case "}": tokens.append(.close)
      case "^": tokens.append(.above)
      case "_": tokens.append(.below)
      case "&": tokens.append(.column)
      case "\\":
        let word = rest.prefix { $0.isASCII && $0.isLetter }
        if word.isEmpty {
          tokens.append(.command(rest.popFirst().map(String.init) ?? ""))
        } else {
          rest = rest.dropFirst(word.count)
          tokens.append(.command(String(word)))
        }
      default: tokens.append(.text(character))
      }
    }
  }

  /// A formula as `<math>`, in the large form that stands on its own line.
  static func formula(_ latex: String) -> String {
    var reader = MathMarkup(latex)
    var depth = 0
    var deepest = 0
    for token in reader.tokens {
      switch token {
      case .open, .command("left"), .command("begin"): depth += 1
      case .close, .command("right"), .command("end"): depth -= 1
      default: break
      }
      deepest = max(deepest, depth)
    }
    let inner = deepest > depthLimit ? "<mtext>\(Markup.escaped(latex))</mtext>" : reader.row()
    return "<math displaystyle=\"true\"><mrow>\(inner)</mrow></math>"
  }

  // Reading

  private var next: Token? { tokens.indices.contains(place) ? tokens[place] : nil }

  /// The parts up to a closing brace, `\right`, `&`, `\\` or the end, which stay unread.
  private mutating func row() -> String {
    var parts = ""
    isAtStart = true
    defer { isAtStart = false }
    while let token = next {
      switch token {
      case .close, .column, .command("right"), .command("\\"), .command("end"): return parts
      case .text(" "): place += 1
      default:
        parts += scripted()
        isAtStart = Self.isOperator(token)
      }
    }
    return parts
  }

  /// An atom with what stands above and below it.
  private mutating func scripted() -> String {
    let isLarge = next.map(Self.isLarge) ?? false
    let base = atom()
    var above: String?
    var below: String?
    while true {
      switch next {
      case .above?:
        place += 1
        above = (above ?? "") + argument()
        continue
      case .below?:
        place += 1
        below = (below ?? "") + argument()
        continue
      default: break
      }
      break
    }
    let names = isLarge ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup")
    switch (below, above) {
    case (nil, nil): return base
    case (let below?, nil): return element(names.0, base + grouped(below))
    case (nil, let above?): return element(names.1, base + grouped(above))
    case (let below?, let above?):
      return element(names.2, base + grouped(below) + grouped(above))
    }
  }

  /// Whether what follows stands at the beginning of something.
  private static func isOperator(_ token: Token) -> Bool {
    switch token {
    case .text(let character):
      !character.isLetter && !character.isNumber && !")]'!.".contains(character)
    case .command(let word):
      ["in", "times", "cdot", "le", "ge", "ne", "land", "lor", "odot"]
        .contains(word)
    default: false
    }
  }

  private static func isLarge(_ token: Token) -> Bool {
    if case .command(let word) = token {
      ["sum", "prod", "max", "min"].contains(word)
    } else {
      false
    }
  }

  /// What a command or a script is about: a group in braces, or the next atom.
  private mutating func argument() -> String {
    while next == .text(" ") { place += 1 }
    guard next == .open else { return next == nil ? "" : atom() }
    place += 1
    let inner = row()
    if next == .close { place += 1 }
    return inner
  }

  /// A group in braces as it is written.
  private mutating func words() -> String {
    guard next == .open else { return "" }
    place += 1
    var text = ""
    var level = 1
    while let token = next {
      place += 1
      switch token {
      case .open: level += 1
      case .close:
        level -= 1
        if level == 0 { return text }
      case .text(let character): text.append(character)
      case .command("_"): text += "_"
      case .command(let word): text += Self.signs[word] ?? (word == "," ? " " : word)
      case .above: text += "^"
      case .below: text += "_"
      case .column: text += "&"
      }
    }
    return text
  }

  private mutating func atom() -> String {
    guard let token = next else { return "" }
    place += 1
    switch token {
    case .open:
      let inner = row()
      if next == .close { place += 1 }
      return grouped(inner)
    case .text(let character): return sign(character)
    case .command(let word): return command(word)
    case .close, .above, .below, .column: return ""
    }
  }

  private mutating func sign(_ character: Character) -> String {
    if character.isNumber {
      var digits = String(character)
      while case .text(let more)? = next, more.isNumber || more == "." {
        digits.append(more)
        place += 1
      }
      return element("mn", digits)
    }
    if character.isLetter { return element("mi", String(character)) }
    switch character {
    case "(", "[": return "<mo form=\"prefix\" stretchy=\"false\">\(character)</mo>"
    case ")", "]": return "<mo form=\"postfix\" stretchy=\"false\">\(character)</mo>"
    case "-", "+":
      let sign = character == "-" ? "−" : "+"
      return isAtStart ? "<mo form=\"prefix\">\(sign)</mo>" : element("mo", sign)
    case "'": return element("mo", "′")
    case "!": return "<mo form=\"postfix\">!</mo>"
    default: return element("mo", Markup.escaped(String(character)))
    }
  }

  private mutating func command(_ word: String) -> String {
    switch word {
    case "frac":
      let (above, below) = (argument(), argument())
      return element("mfrac", grouped(above) + grouped(below))
    case "sqrt": return root()
    case "left": return fenced()
    case "begin": return table()
    case "operatorname", "mathrm", "texttt": return upright(words())
    case "mathbf":
      return "<mi style=\"font-weight:bold;font-style:normal\">\(Markup.escaped(words()))</mi>"
    case "mathbb": return element("mi", Self.doubled[words()] ?? "")
    case "text": return element("mtext", Markup.escaped(words()).replacing(" ", with: "&#160;"))
    case "bar": return element("mover", grouped(argument()) + "<mo stretchy=\"false\">‾</mo>")
    case ",", ";", ":": return "<mspace width=\"0.17em\"/>"
    case "quad": return "<mspace width=\"1em\"/>"
    case " ": return "<mspace width=\"0.3em\"/>"
    case "!": return ""
    default:
      if let sign = Self.signs[word] { return element("mo", sign) }
      if let letter = Self.letters[word] { return element("mi", letter) }
      return upright(word)
    }
  }

  private mutating func root() -> String {
    guard next == .text("[") else { return element("msqrt", argument()) }
    place += 1
    var order = ""
    while let token = next, token != .text("]") { order += token == .open ? "" : atom() }
    place += 1
    let inner = argument()
    return element("mroot", grouped(inner) + grouped(order))
  }

  private mutating func fenced() -> String {
    let left = fence("prefix")
    let inner = row()
    guard next == .command("right") else { return left + inner }
    place += 1
    return grouped(left + inner + fence("postfix"))
  }

  private mutating func fence(_ form: String) -> String {
    guard let token = next else { return "" }
    place += 1
    switch token {
    case .text("."): return ""
    case .text(let character):
      return "<mo form=\"\(form)\" stretchy=\"true\">\(Markup.escaped(String(character)))</mo>"
    case .command(let word):
      return
        "<mo form=\"\(form)\" stretchy=\"true\">\(Self.signs[word] ?? Markup.escaped(word))</mo>"
    default: return ""
    }
  }

  /// Cases and matrices.
  private mutating func table() -> String {
    let kind = words()
    var rows = [[row()]]
    while let token = next, token != .command("end") {
      place += 1
      switch token {
      case .column: rows[rows.count - 1].append(row())
      case .command("\\"): rows.append([row()])
      default: rows[rows.count - 1][rows[rows.count - 1].count - 1] += row()
      }
    }
    place += 1
    _ = words()
    let align = kind == "cases" ? " style=\"text-align:left\"" : ""
    let cells = rows.map { row in
      element("mtr", row.map { "<mtd\(align)>\($0)</mtd>" }.joined())
    }
    let whole = "<mtable>\(cells.joined())</mtable>"
    switch kind {
    case "cases": return grouped("<mo form=\"prefix\" stretchy=\"true\">{</mo>" + whole)
    case "bmatrix":
      return grouped(
        "<mo form=\"prefix\" stretchy=\"true\">[</mo>\(whole)<mo form=\"postfix\" stretchy=\"true\">]</mo>"
      )
    case "pmatrix":
      return grouped(
        "<mo form=\"prefix\" stretchy=\"true\">(</mo>\(whole)<mo form=\"postfix\" stretchy=\"true\">)</mo>"
      )
    default: return whole
    }
  }

  // Writing

  private func element(_ name: String, _ inner: String) -> String { "<\(name)>\(inner)</\(name)>" }

  private func grouped(_ inner: String) -> String { element("mrow", inner) }

  private func upright(_ word: String) -> String {
    let text = Markup.escaped(word)
    return word.count == 1 ? "<mi mathvariant=\"normal\">\(text)</mi>" : element("mi", text)
  }

  private static let doubled = ["R": "ℝ", "N": "ℕ", "Z": "ℤ", "C": "ℂ"]

  private static let signs: [String: String] = [
    "cdot": "·", "times": "×", "otimes": "⊗", "odot": "⊙", "circ": "∘", "ast": "∗", "top": "⊤",
    "in": "∈", "partial": "∂", "nabla": "∇", "infty": "∞", "sum": "∑", "prod": "∏", "ldots": "…",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "land": "∧", "lor": "∨",
    "lnot": "¬", "neg": "¬", "wedge": "∧", "vee": "∨", "bmod": "mod", "mid": "∣", "to": "→",
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "{": "{", "}": "}", "_": "_", "%": "%", "#": "#", "&": "&amp;",
    "$": "$", "|": "‖", "langle": "⟨", "rangle": "⟩",
  ]

  private static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ϵ",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "varphi": "φ",
    "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "pi": "π", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
  ]
}

extension MathDocument {
  /// The lines as a table of HTML, aligned at their relations; of a document that is set in LaTeX.
  package var markup: String {
    let lines = rows.map { row in
      if row.pieces.isEmpty {
        let words = row.noteIsFormula ? MathMarkup.formula(row.note) : Markup.escaped(row.note)
        return "<tr><td class=\"words\" colspan=\"3\">\(words)</td></tr>"
      }
      let note =
        row.note.isEmpty
        ? "" : row.noteIsFormula ? MathMarkup.formula(row.note) : Markup.escaped(row.note)
      let right = "\(row.relation) \(row.pieces.joined())"
      return "<tr><td class=\"left\">\(MathMarkup.formula(row.left))</td>"
        + "<td>\(MathMarkup.formula(right))</td><td class=\"note\">\(note)</td></tr>"
    }
    return "<div class=\"mathematics\"><table>\n\(lines.joined(separator: "\n"))\n</table></div>\n"
  }
}
