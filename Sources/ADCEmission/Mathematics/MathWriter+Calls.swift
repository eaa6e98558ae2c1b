import ADCCalculus
import ADCSyntax

extension MathWriter {
  mutating func call(
    _ word: String, _ arguments: [Argument], _ e: Expression, _ indices: [String]
  ) -> MathPiece {
    let plain = arguments.filter { $0.label == nil }.map(\.value)
    if !hidden.contains(word) {
      if let derivative = derivative(word, plain) { return element(derivative, of: e, indices) }
      if let notation = Catalogue.notation(spelled: word, arguments: plain.count) {
        // What works element by element passes the indices on.
        let inner = isElementwise(word, plain.count) ? indices : []
        let piece = call(word, notation, arguments, plain, inner)
        return inner.isEmpty ? element(piece, of: e, indices) : piece
      }
      if word == "iota", indices.count == 1 { return MathPiece(indices[0]) }
      if word == "matmul", plain.count == 2 {
        let product = juxtaposed(
          parenthesized(piece(plain[0], []), .product), parenthesized(piece(plain[1], []), .power))
        return element(product, of: e, indices)
      }
    }
    if !indices.isEmpty, !hidden.contains(word), isElementwise(word, plain.count) {
      return applied(upright(word), arguments, indices)
    }
    return element(applied(upright(word), arguments, []), of: e, indices)
  }

  /// An upright word, as operators without a sign of their own are called.
  private func upright(_ word: String) -> String {
    guard isLaTeX else { return word }
    if hidden.contains(word), word.count == 1 { return word }
    var text = ""
    for character in word { text += character == "_" ? "\\_" : String(character) }
    return "\\operatorname{\(text)}"
  }

  private mutating func call(
    _ word: String, _ notation: Notation, _ arguments: [Argument], _ plain: [Expression],
    _ indices: [String]
  ) -> MathPiece {
    switch notation {
    case .function(let command):
      return applied(isLaTeX ? command : word, arguments, indices)
    case .symbol(let latex, let unicode):
      return applied(isLaTeX ? latex : unicode, arguments, indices)
    case .fences(let fences):
      if arguments.count != 1 { return applied(upright(word), arguments, indices) }
      let inner = piece(plain[0], indices)
      let pair = isLaTeX ? fences.latex : fences.unicode
      if isLaTeX, !inner.isTall {
        return MathPiece("\(pair.left) \(inner.text) \(pair.right)")
      }
      return fenced(inner, pair.left, pair.right)
    case .root(let order):
      let inner = piece(plain[0], indices)
      if isLaTeX {
        let degree = order == 2 ? "" : "[\(order)]"
        return MathPiece("\\sqrt\(degree){\(inner.text)}", .atom, isTall: inner.isTall)
      }
      return MathPiece((order == 2 ? "√" : "∛") + parenthesized(inner, .atom).text)
    case .exponential(let base):
      let inner = piece(plain[0], indices)
      if isLaTeX, !inner.text.contains("\\frac"), !inner.text.contains("\\begin") {
        return MathPiece("\(base)^{\(inner.text)}", .power)
      }
      if !isLaTeX, let high = inner.text.superscript { return MathPiece(base + high, .power) }
      let name = base == "e" ? (isLaTeX ? "\\exp" : "exp") : upright(word)
      return applied(name, arguments, indices)
    case .suffix(let latex, let unicode):
      let inner = parenthesized(piece(plain[0], indices), .atom)
      return MathPiece(inner.text + (isLaTeX ? latex : unicode), .power, isTall: inner.isTall)
    case .overElements(let latex, let unicode):
      return reduction(isLaTeX ? latex : unicode, arguments, plain)
    case .mean: return mean(arguments, plain)
    case .infix(let latex, let unicode):
      let parts = plain.map { parenthesized(piece($0, indices), .power) }
      return MathPiece(
        parts.map(\.text).joined(separator: " \(isLaTeX ? latex : unicode) "), .product,
        isTall: parts.contains(where: \.isTall))
    case .name(let latex, let unicode):
      return sized(MathPiece(isLaTeX ? latex : unicode), plain)
    case .repeated:
      let ones = sized(MathPiece(isLaTeX ? "\\mathbf{1}" : "𝟏"), Array(plain.dropFirst()))
      return juxtaposed(parenthesized(piece(plain[0], []), .product), ones)
    }
  }

  /// A name with its sizes below.
  private mutating func sized(_ name: MathPiece, _ sizes: [Expression]) -> MathPiece {
    var all: [Expression] = []
    for size in sizes {
      if case .array(let parts) = size.form { all += parts } else { all.append(size) }
    }
    let texts = all.map { piece($0, []).text }
    return texts.isEmpty
      ? name : lowered(name, texts.joined(separator: isLaTeX ? " \\times " : "×"))
  }

  /// A word and its arguments.
  private mutating func applied(
    _ word: String, _ arguments: [Argument], _ indices: [String]
  ) -> MathPiece {
    var parts: [MathPiece] = []
    for argument in arguments {
      var part = piece(argument.value, argument.label == nil ? indices : [])
      if let label = argument.label {
        part.text = (isLaTeX ? "\\text{\(label.text): }" : "\(label.text): ") + part.text
      }
      parts.append(part)
    }
    let list = MathPiece(
      parts.map(\.text).joined(separator: ", "), .expression,
      isTall: parts.contains(where: \.isTall))
    let inner = fenced(list, "(", ")")
    // Parentheses that grow keep a distance from the word.
    let gap = isLaTeX && list.isTall ? "\\!" : ""
    return MathPiece(word + gap + inner.text, .atom, isTall: list.isTall)
  }

  /// `sin(x)^2` with the exponent at the word; nil where the base is no such function.
  mutating func functionPower(
    _ base: Expression, _ exponent: MathPiece, _ indices: [String]
  ) -> MathPiece? {
    guard case .call(let name, let arguments) = base.form, !hidden.contains(name.text),
      arguments.count == 1, arguments[0].label == nil,
      case .function(let command)? = Catalogue.notation(spelled: name.text, arguments: 1),
      exponent.text.allSatisfy(\.isNumber),
      !indices.isEmpty || shape(arguments[0].value).map(\.isEmpty) ?? true
    else { return nil }
    let word = raised(MathPiece(isLaTeX ? command : name.text), exponent)
    return applied(word.text, arguments, indices)
  }

  private func isElementwise(_ word: String, _ count: Int) -> Bool {
    Catalogue.ids(spelled: word).map { Catalogue.operators[$0.index] }.contains {
      $0.arity.contains(count) && $0.isElementwise
    }
  }

  // Derivatives

  /// Calls that stand for derivatives; nil for others.
  private mutating func derivative(_ word: String, _ plain: [Expression]) -> MathPiece? {
    guard plain.count >= 2 else { return nil }
    let by = piece(plain[1], []).text
    switch (word, plain.count) {
    case ("diff", 2...):
      let names = plain.dropFirst().map { piece($0, []).text }
      return operated(partial(names, of: nil, isTotal: isAll(names, of: plain)), on: plain[0])
    case ("grad", 2):
      let nabla = isLaTeX ? "\\nabla_{\(by)}" : "∇" + (by.subscripted ?? "_\(by)")
      return operated(nabla, on: plain[0])
    case ("hessian", 2):
      let nabla = isLaTeX ? "\\nabla^{2}_{\(by)}" : "∇²" + (by.subscripted ?? "_\(by)")
      return operated(nabla, on: plain[0])
    case ("jacobian", 2): return MathPiece(partial([by], of: plain[0]), .product, isTall: isLaTeX)
    case ("jvp", 3):
      let matrix = MathPiece(partial([by], of: plain[0]), .product, isTall: isLaTeX)
      return juxtaposed(matrix, parenthesized(piece(plain[2], []), .power))
    case ("vjp", 3):
      let matrix = fenced(
        MathPiece(partial([by], of: plain[0]), .product, isTall: isLaTeX), "(", ")")
      let transposed = matrix.text + (isLaTeX ? "^{\\top}" : "ᵀ")
      return juxtaposed(
        MathPiece(transposed, .power, isTall: isLaTeX), parenthesized(piece(plain[2], []), .power))
    default: return nil
    }
  }

  /// Whether a derivative by one name is of what has no other.
  private func isAll(_ names: [String], of plain: [Expression]) -> Bool {
    guard Set(names).count == 1, case .name(let by) = plain[1].form else { return false }
    return plain[0].isFunction(ofNothingBut: by)
  }

  private mutating func operated(_ operation: String, on e: Expression) -> MathPiece {
    let inner = piece(e, [])
    let isWord = inner.level == .atom || inner.level == .power
    let operand = isWord ? inner : fenced(inner, "(", ")")
    return MathPiece(
      operation + (isLaTeX ? " " : isWord ? " " : "") + operand.text, .product,
      isTall: isLaTeX || operand.isTall)
  }

  /// `∂/∂x`, or `∂r/∂x`.
  private mutating func partial(
    _ names: [String], of e: Expression?, isTotal: Bool = false
  ) -> String {
    let above: String
    if let e {
      let inner = piece(e, [])
      above = (inner.level == .atom ? inner : fenced(inner, "(", ")")).text
    } else {
      above = ""
    }
    if isLaTeX {
      let order = names.count > 1 ? "^{\(names.count)}" : ""
      let sign = (isTotal ? "d" : "\\partial") + order
      let whole = above.isEmpty || isTotal ? sign + above : "\(sign) \(above)"
      return "\\frac{\(whole)}{\(below(names, isTotal: isTotal))}"
    }
    let order = names.count > 1 ? "\(names.count)".superscript ?? "" : ""
    let sign = isTotal ? "d" : "∂"
    return "\(sign)\(order)\(above)/\(below(names, isTotal: isTotal))"
  }

  /// `∂x² ∂y`, what stands below in a derivative.
  func below(_ names: [String], isTotal: Bool = false) -> String {
    var groups: [(name: String, count: Int)] = []
    for name in names {
      if groups.last?.name == name {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((name, 1))
      }
    }
    return groups.map { group in
      let order =
        group.count == 1 ? "" : isLaTeX ? "^{\(group.count)}" : "\(group.count)".superscript ?? ""
      return (isTotal ? "d" : isLaTeX ? "\\partial " : "∂") + group.name + order
    }.joined(separator: isLaTeX ? " \\, " : "")
  }
}
