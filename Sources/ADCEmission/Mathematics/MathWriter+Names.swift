extension MathWriter {
  /// A name: Greek where it is called so, its number or second part below the line.
  func name(_ name: String) -> MathPiece {
    if let other = renamed[name] { return MathPiece(other) }
    switch name {
    case "pi" where !hidden.contains("pi"): return MathPiece(isLaTeX ? "\\pi" : "π")
    case "inf" where !hidden.contains("inf"): return MathPiece(isLaTeX ? "\\infty" : "∞")
    case "e" where !hidden.contains("e"): return MathPiece(isLaTeX ? "\\mathrm{e}" : "e")
    default: break
    }
    let parts = name.split(separator: "_", omittingEmptySubsequences: true).map(String.init)
    guard let first = parts.first else { return MathPiece(isLaTeX ? "\\_" : "_") }
    var word = first
    var below = Array(parts.dropFirst())
    let digits = word.reversed().prefix { $0.isASCII && $0.isNumber }.count
    if digits > 0, digits < word.count {
      below.insert(String(word.suffix(digits)), at: 0)
      word = String(word.dropLast(digits))
    }
    let base = MathPiece(letters(word))
    if below.isEmpty { return base }
    if !isLaTeX, below.count > 1 || below[0].subscripted == nil {
      return MathPiece(base.text + "_" + below.joined(separator: "_"))
    }
    return lowered(
      base, below.map { letters($0) }.joined(separator: isLaTeX ? "," : ""))
  }

  /// A word of a name: a Greek letter, a letter, or upright.
  private func letters(_ word: String) -> String {
    if let letter = Self.greek[word] { return isLaTeX ? "\\\(letter.latex)" : letter.unicode }
    guard isLaTeX, word.count > 1, !word.allSatisfy(\.isNumber) else { return word }
    return "\\mathrm{\(word)}"
  }

  /// The letters that have names in LaTeX; capitals that look Latin have none.
  private static let greek: [String: (latex: String, unicode: String)] = {
    var table: [String: (latex: String, unicode: String)] = [:]
    let small = [
      "alpha α", "beta β", "gamma γ", "delta δ", "epsilon ε", "zeta ζ", "eta η", "theta θ",
      "iota ι", "kappa κ", "lambda λ", "mu μ", "nu ν", "xi ξ", "rho ρ", "sigma σ", "tau τ",
      "upsilon υ", "phi φ", "chi χ", "psi ψ", "omega ω", "Gamma Γ", "Delta Δ", "Theta Θ",
      "Lambda Λ", "Xi Ξ", "Pi Π", "Sigma Σ", "Upsilon Υ", "Phi Φ", "Psi Ψ", "Omega Ω",
    ]
    for line in small {
      let parts = line.split(separator: " ").map(String.init)
      let latex = parts[0] == "epsilon" ? "varepsilon" : parts[0] == "phi" ? "varphi" : parts[0]
      table[parts[0]] = (latex, parts[1])
      table[parts[1]] = (latex, parts[1])
    }
    table["pi"] = ("pi", "π")
    table["π"] = ("pi", "π")
    return table
  }()

  /// Letters for indices that nothing is called.
  mutating func freeIndices(_ count: Int) -> [String] {
    var result: [String] = []
    let letters = ["i", "j", "k", "l", "m", "p", "q", "r", "s", "t", "u", "v"]
    for letter in letters where result.count < count {
      if shapes[letter] != nil || openIndices.contains(letter) || hidden.contains(letter) {
        continue
      }
      result.append(letter)
    }
    while result.count < count { result.append("i\(result.count)") }
    return result
  }
}

extension String {
  /// The text above the line, where every character has such a form.
  var superscript: String? { mapped(Self.high) }

  /// The text below the line, where every character has such a form.
  var subscripted: String? { mapped(Self.low) }

  private func mapped(_ table: [Character: Character]) -> String? {
    guard !isEmpty else { return nil }
    var result = ""
    for character in self {
      guard let other = table[character] else { return nil }
      result.append(other)
    }
    return result
  }

  fileprivate static let high = table(
    "0123456789+-−=()niabcdefghjklmoprstuvwxyz∘*·⊤",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ°*˙ᵀ")
  fileprivate static let low = table(
    "0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")

  private static func table(_ from: String, _ to: String) -> [Character: Character] {
    Dictionary(zip(from, to), uniquingKeysWith: { first, _ in first })
  }
}

extension Character {
  var isSubscript: Bool { String.low.values.contains(self) }
}

extension MathWriter {
  /// `f₁`, for one of several expressions.
  package func part(_ word: String, _ place: Int) -> String {
    lowered(MathPiece(word), "\(place + 1)").text
  }

  /// `∂²f/∂x∂y`, the name of a derivative; with a straight d of a function of one variable.
  package func derivativeName(
    _ of: String, _ names: [String], isTotal: Bool = false
  ) -> String {
    let by = names.map { name($0).text }
    if isLaTeX {
      let order = by.count > 1 ? "^{\(by.count)}" : ""
      let above = (isTotal ? "d" + order : "\\partial\(order) ") + of
      return "\\frac{\(above)}{\(below(by, isTotal: isTotal))}"
    }
    let order = by.count > 1 ? "\(by.count)".superscript ?? "" : ""
    return "\(isTotal ? "d" : "∂")\(order)\(of)/\(below(by, isTotal: isTotal))"
  }
}

extension MathWriter {
  /// Writes `h_bar` as an adjoint is written, with a bar above.
  package mutating func bar(_ adjoints: [String]) {
    for name in adjoints where name.hasSuffix("_bar") {
      let base = self.name(String(name.dropLast(4))).text
      renamed[name] = isLaTeX ? "\\bar{\(base)}" : base + "\u{304}"
    }
  }
}
