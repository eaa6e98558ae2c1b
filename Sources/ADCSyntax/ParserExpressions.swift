// Expressions, from the loosest level to the tightest.

extension Parser {
  static let missing = Expression.Form.missing

  /// Gives a node its height over what was read in it; a tree that is too high is an error.
  @inline(never)
  mutating func node(_ form: Expression.Form, from start: Int, over heights: Int) -> Expression {
    height = heights + 1
    if height > Parser.nestingLimit { reportTooDeep(at: SourceRange(start, start + 1)) }
    if isRecovering {
      height = 1
      return Expression(.missing, range(from: start))
    }
    return Expression(form, range(from: start))
  }

  @inline(never)
  mutating func reportTooDeep(at range: SourceRange) {
    fail(
      "AD0108", "this expression is nested too deeply: more than \(Parser.nestingLimit) levels",
      at: range, fix: "name parts of it with `let`")
  }

  mutating func expression() -> Expression {
    guard openBrackets.count < Parser.nestingLimit else {
      reportTooDeep(at: token.range)
      return missing()
    }
    return kind == .ifWord ? choice() : disjunction()
  }

  /// Counts a node whose operands are about to be read; every caller ends with `ascend`.
  ///
  /// What follows a first operand is read by a method of its own (`continuing:`), never inlined,
  /// so that the usual way down to a bracket takes little of the stack.
  mutating func descend() {
    depth += 1
    if depth > Parser.nestingLimit { reportTooDeep(at: token.range) }
  }

  mutating func ascend() { depth -= 1 }

  /// What stands for an expression that could not be read.
  func missing() -> Expression { Expression(.missing, SourceRange(previousEnd, previousEnd)) }

  @inline(never)
  mutating func choice() -> Expression {
    descend()
    defer { ascend() }
    let start = token.range.lower
    var branches: [Expression.Branch] = []
    var tallest = 0
    while take(.ifWord) != nil {
      let condition = expression()
      tallest = max(tallest, height)
      expectWord(.thenWord, "after the condition of `if`")
      let value = expression()
      tallest = max(tallest, height)
      expectWord(.elseWord, "after the value of `then`")
      branches.append(Expression.Branch(condition: condition, value: value))
    }
    let otherwise = expression()
    return node(
      .choice(branches, otherwise: otherwise), from: start, over: max(tallest, height))
  }

  @inline(never)
  private mutating func expectWord(_ word: Token.Kind, _ place: String) {
    guard take(word) == nil, !isRecovering else { return }
    if kind == .equals { return reportEquals() }
    fail(
      "AD0112", "expected `\(word.rawValue)` \(place), found \(found)",
      fix: "an `if` always has a `then` and an `else`")
  }

  mutating func disjunction() -> Expression {
    let start = token.range.lower
    let first = conjunction()
    return kind == .orWord ? disjunction(continuing: first, from: start) : first
  }

  @inline(never)
  private mutating func disjunction(continuing first: Expression, from start: Int) -> Expression {
    descend()
    defer { ascend() }
    var operands = [first]
    var tallest = height
    while take(.orWord) != nil {
      operands.append(conjunction())
      tallest = max(tallest, height)
    }
    return node(.or(operands), from: start, over: tallest)
  }

  mutating func conjunction() -> Expression {
    let start = token.range.lower
    let first = negation()
    return kind == .andWord ? conjunction(continuing: first, from: start) : first
  }

  @inline(never)
  private mutating func conjunction(continuing first: Expression, from start: Int) -> Expression {
    descend()
    defer { ascend() }
    var operands = [first]
    var tallest = height
    while take(.andWord) != nil {
      operands.append(negation())
      tallest = max(tallest, height)
    }
    return node(.and(operands), from: start, over: tallest)
  }

  mutating func negation() -> Expression {
    kind == .notWord ? negationOfComparison() : comparison()
  }

  @inline(never)
  private mutating func negationOfComparison() -> Expression {
    descend()
    defer { ascend() }
    let start = token.range.lower
    var count = 0
    while take(.notWord) != nil { count += 1 }
    let operand = comparison()
    return node(.prefix(.not, count: count, operand), from: start, over: height)
  }

  mutating func comparison() -> Expression {
    let start = token.range.lower
    let left = sum()
    guard let comparison = kind.comparison else { return left }
    return self.comparison(continuing: left, comparison, from: start)
  }

  @inline(never)
  private mutating func comparison(
    continuing left: Expression, _ comparison: ComparisonOperator, from start: Int
  ) -> Expression {
    descend()
    defer { ascend() }
    let operatorToken = token
    advance()
    let leftHeight = height
    let middle = sum()
    let tallest = max(leftHeight, height)
    if kind.comparison != nil { reportChain(left, operatorToken, middle) }
    return node(.comparison(left, comparison, middle), from: start, over: tallest)
  }

  mutating func sum() -> Expression {
    let start = token.range.lower
    let first = product()
    return sumOperator != nil ? sum(continuing: first, from: start) : first
  }

  @inline(never)
  private mutating func sum(continuing first: Expression, from start: Int) -> Expression {
    descend()
    defer { ascend() }
    var links: [Expression.Link] = []
    var tallest = height
    while let binary = sumOperator {
      let place = token.range
      advance()
      links.append(Expression.Link(binary, place, product()))
      tallest = max(tallest, height)
    }
    return node(.sum(first, links), from: start, over: tallest)
  }

  private var sumOperator: BinaryOperator? {
    switch kind {
    case .plus: .add
    case .minus: .subtract
    default: nil
    }
  }

  mutating func product() -> Expression {
    let start = token.range.lower
    let first = sign()
    return productOperator != nil ? product(continuing: first, from: start) : first
  }

  @inline(never)
  private mutating func product(continuing first: Expression, from start: Int) -> Expression {
    descend()
    defer { ascend() }
    var links: [Expression.Link] = []
    var tallest = height
    while let binary = productOperator {
      let place = token.range
      advance()
      links.append(Expression.Link(binary, place, sign()))
      tallest = max(tallest, height)
    }
    return node(.product(first, links), from: start, over: tallest)
  }

  private var productOperator: BinaryOperator? {
    switch kind {
    case .times: .multiply
    case .divide: .divide
    case .at: .matrixMultiply
    default: nil
    }
  }

  private var signOperator: PrefixOperator? {
    switch kind {
    case .minus: .minus
    case .plus: .plus
    default: nil
    }
  }

  /// A run of signs, then a power; a run of one sign is one node.
  mutating func sign() -> Expression {
    signOperator == nil ? power() : signedPower()
  }

  @inline(never)
  private mutating func signedPower() -> Expression {
    descend()
    defer { ascend() }
    var runs: [(operator: PrefixOperator, count: Int, start: Int)] = []
    while let next = signOperator {
      if let last = runs.last, last.operator == next {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((next, 1, token.range.lower))
      }
      advance()
    }
    var result = power()
    for run in runs.reversed() where !isRecovering {
      result = node(.prefix(run.operator, count: run.count, result), from: run.start, over: height)
    }
    return result
  }

  /// `a ^ b ^ c`; a sign in an exponent reaches over the rest of the tower, so it opens a new one.
  mutating func power() -> Expression {
    let start = token.range.lower
    let base = postfix()
    return kind == .caret ? power(continuing: base, from: start) : base
  }

  @inline(never)
  private mutating func power(continuing base: Expression, from start: Int) -> Expression {
    descend()
    defer { ascend() }
    var towers: [PowerTower] = [PowerTower(start: start, operands: [base], tallest: height)]
    while take(.caret) != nil {
      var signs: [(PrefixOperator, Int)] = []
      while let next = signOperator {
        signs.append((next, token.range.lower))
        advance()
      }
      let operandStart = token.range.lower
      let operand = postfix()
      if signs.isEmpty {
        towers[towers.count - 1].operands.append(operand)
        towers[towers.count - 1].tallest = max(towers[towers.count - 1].tallest, height)
      } else {
        towers.append(
          PowerTower(start: operandStart, operands: [operand], tallest: height, signs: signs))
      }
      if towers.count > Parser.nestingLimit { reportTooDeep(at: SourceRange(start, start + 1)) }
    }
    return joined(towers)
  }

  private struct PowerTower {
    var start: Int
    var operands: [Expression]
    var tallest: Int
    /// The signs before the tower, in the order written.
    var signs: [(PrefixOperator, Int)] = []
  }

  /// Makes nodes of the towers, the last and innermost first.
  @inline(never)
  private mutating func joined(_ towers: [PowerTower]) -> Expression {
    var inner: Expression?
    var innerHeight = 0
    for tower in towers.reversed() where !isRecovering {
      var operands = tower.operands
      if let inner { operands.append(inner) }
      height = max(tower.tallest, innerHeight)
      var result = operands[0]
      if operands.count > 1 { result = node(.power(operands), from: tower.start, over: height) }
      var place = tower.signs.count - 1
      while place >= 0, !isRecovering {
        let (sign, _) = tower.signs[place]
        var count = 1
        while place > 0, tower.signs[place - 1].0 == sign {
          count += 1
          place -= 1
        }
        result = node(
          .prefix(sign, count: count, result), from: tower.signs[place].1, over: height)
        place -= 1
      }
      inner = result
      innerHeight = height
    }
    return isRecovering ? missing() : inner ?? missing()
  }

  mutating func postfix() -> Expression {
    let start = token.range.lower
    let base = primary()
    switch kind {
    case .prime, .leftBracket, .leftParenthesis: return postfix(continuing: base, from: start)
    default: return base
    }
  }

  @inline(never)
  private mutating func postfix(continuing base: Expression, from start: Int) -> Expression {
    descend()
    defer { ascend() }
    var result = base
    while true {
      if kind == .prime {
        advance()
        result = node(.transposed(result), from: start, over: height)
      } else if kind == .leftBracket {
        let base = height
        let places = subscripts()
        result = node(.subscripted(result, places), from: start, over: max(base, height))
      } else if kind == .leftParenthesis {
        reportCall()
      } else {
        return result
      }
    }
  }

  @inline(never)
  private mutating func reportCall() {
    let isDerivative = tokens[max(0, index - 1)].kind == .prime
    fail(
      "AD0114", "only a name can be called",
      fix: isDerivative
        ? "a derivative is written `diff(f(x), x)`; `'` transposes"
        : poweredCall.map { "write `\($0)` for a power of a call, or `*` for a product" }
          ?? "write `*` before the parenthesis to multiply")
  }
}
