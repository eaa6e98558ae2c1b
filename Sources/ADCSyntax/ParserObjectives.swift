// What a model is for: objectives, constraints, outputs, reports.

extension Parser {
  /// `minimize …` and `maximize …`.
  mutating func objective() -> Statement.Form {
    let isMinimum = isWord("minimize")
    let word = text(token)
    advance()
    if kind == .colon {
      fail(
        "AD0110", "expected an expression after `\(word)`, found `:`", fix: "take the `:` away")
    }
    let value = expression()
    return isMinimum ? .minimize(value) : .maximize(value)
  }

  /// `fit y ~ model with sigma: s`.
  mutating func fit() -> Statement.Form? {
    advance()
    let observed = expression()
    guard take(.tilde) != nil else {
      let left = brief(observed.range)
      fail(
        "AD0110", "expected `~` between the two sides of `fit`, found \(found)",
        fix: kind == .equals || kind == .equal ? "write `fit \(left) ~ …`" : nil)
      return nil
    }
    let model = expression()
    var options: [Argument] = []
    if kind == .comma {
      fail(
        "AD0110", "expected `with` before what else `fit` is told, found `,`",
        fix: "write `fit y ~ model with sigma: s`")
    }
    if isWord("with") {
      advance()
      repeat { options.append(argument()) } while take(.comma) != nil
    }
    return .fit(FitStatement(observed: observed, model: model, options: options))
  }

  /// `metric accuracy = …`.
  mutating func metric() -> Statement.Form {
    advance()
    let name = declaredName("metric")
    _ = expect(.equals, "after the name of a metric")
    return .metric(name, expression())
  }

  mutating func output() -> Statement.Form {
    advance()
    let value = expression()
    return .output(value, alias: optionalAlias())
  }

  mutating func report() -> Statement.Form {
    advance()
    let value = expression()
    return .report(value, alias: optionalAlias())
  }

  mutating func optionalAlias() -> Name? {
    guard isWord("as") else { return nil }
    advance()
    return declaredName("as")
  }

  /// `subject to x + y <= 1`.
  mutating func constraint() -> Statement.Form? {
    advance()
    guard isWord("to") else {
      fail("AD0110", "expected `to` after `subject`, found \(found)", fix: "write `subject to …`")
      return nil
    }
    advance()
    isInConstraint = true
    let condition = expression()
    isInConstraint = false
    if kind == .equals {
      fail("AD0110", "a constraint compares with `==`, and this is `=`", fix: "write `==`")
    }
    return .constraint(condition)
  }
}
