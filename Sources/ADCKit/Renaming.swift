import ADCSyntax

/// Other names for some of a model's own, in trees.
struct Renaming {
  /// The new name for each old one, of values and dimensions.
  var values: [String: String]
  /// Likewise for functions of the model; calls of built-in functions stay what they are.
  var functions: [String: String] = [:]

  func name(_ name: Name) -> Name { Name(values[name.text] ?? name.text, name.range) }

  /// An expression with the new names in it.
  func expression(_ old: Expression) -> Expression {
    if values.isEmpty, functions.isEmpty { return old }
    switch old.form {
    case .name(let name): return Expression(.name(values[name] ?? name), old.range)
    case .call(let name, _):
      guard case .call(_, let arguments) = old.rebuilt(expression).form else { return old }
      let callee = Name(functions[name.text] ?? name.text, name.range)
      return Expression(.call(callee, arguments), old.range)
    case .block(let lets, _):
      return old.rebuilt(hiding(lets.flatMap(\.names).map(\.text)).expression)
    case .loop(let loop):
      // The heads see the names around the loop, ranges the indices before them, and the body all.
      var result = loop.rebuilt(expression)
      for (place, range) in loop.ranges.enumerated() {
        let known = hiding(loop.ranges[..<place].map(\.name.text))
        result.ranges[place].lower = known.expression(range.lower)
        result.ranges[place].upper = known.expression(range.upper)
      }
      let own = loop.ranges.map(\.name.text) + loop.states.map(\.name.text)
      let inner = hiding(own + loop.lets.flatMap(\.names).map(\.text))
      result.lets = loop.lets.map { $0.rebuilt(inner.expression) }
      result.body = loop.body.map(inner.expression)
      return Expression(.loop(result), old.range)
    default: return old.rebuilt(expression)
    }
  }

  /// The renaming where some names mean something else.
  private func hiding(_ names: [String]) -> Renaming {
    Renaming(values: values.filter { !names.contains($0.key) }, functions: functions)
  }

  /// A declaration with the new names in it; an input keeps the column that it is fed from.
  func statement(_ old: Statement) -> Statement {
    var result = old
    switch old.form {
    case .input(let name, let shape, let columns):
      let own = ColumnList.names([name.text], name.range)
      let isRenamed = values[name.text] != nil
      result.form = .input(
        self.name(name), shape.map(self.shape), columns: columns ?? (isRenamed ? own : nil))
    case .parameter(let name, let shape, let initial, let bounds):
      let moved = bounds.map {
        Bounds(lower: expression($0.lower), upper: expression($0.upper), range: $0.range)
      }
      result.form = .parameter(
        self.name(name), shape.map(self.shape), initial.map(self.initial), moved)
    case .constant(let name, let shape, let value):
      result.form = .constant(self.name(name), shape.map(self.shape), expression(value))
    case .function(let name, let arguments, let body):
      let callee = Name(functions[name.text] ?? name.text, name.range)
      let formals = arguments.map { formal in
        FormalParameter(name: formal.name, defaultValue: formal.defaultValue.map(expression))
      }
      let inner = hiding(arguments.map(\.name.text))
      result.form = .function(callee, formals, body: inner.expression(body))
    case .precision, .binding, .derivative, .minimize, .maximize, .fit, .metric, .output, .report,
      .constraint, .optimizer, .train:
      break
    }
    return result
  }

  private func shape(_ old: ShapeSyntax) -> ShapeSyntax {
    ShapeSyntax(dimensions: old.dimensions.map(expression), range: old.range)
  }

  private func initial(_ old: InitialValue) -> InitialValue {
    switch old {
    case .value(let value): .value(expression(value))
    case .distribution(let kind, let arguments):
      .distribution(
        kind, arguments.map { Argument(label: $0.label, value: expression($0.value)) })
    case .file: old
    }
  }
}

extension Expression {
  /// Adds the words that are called in an expression.
  func collectCalls(_ words: inout Set<String>) {
    switch form {
    case .number, .string, .name, .missing: break
    case .sum(let first, let links), .product(let first, let links):
      first.collectCalls(&words)
      for link in links { link.operand.collectCalls(&words) }
    case .power(let parts), .and(let parts), .or(let parts), .array(let parts):
      for part in parts { part.collectCalls(&words) }
    case .prefix(_, _, let value), .transposed(let value): value.collectCalls(&words)
    case .call(let name, let arguments):
      words.insert(name.text)
      for argument in arguments { argument.value.collectCalls(&words) }
    case .comparison, .choice, .subscripted, .loop, .block:
      _ = rebuilt { part in
        part.collectCalls(&words)
        return part
      }
    }
  }

  /// The expression with `change` made to each direct part.
  func rebuilt(_ change: (Expression) -> Expression) -> Expression {
    Expression(form.rebuilt(change), range)
  }
}

extension Expression.Form {
  fileprivate func rebuilt(_ change: (Expression) -> Expression) -> Expression.Form {
    func changed(_ links: [Expression.Link]) -> [Expression.Link] {
      links.map { Expression.Link($0.operator, $0.operatorRange, change($0.operand)) }
    }
    switch self {
    case .number, .string, .name, .missing: return self
    case .sum(let first, let links): return .sum(change(first), changed(links))
    case .product(let first, let links): return .product(change(first), changed(links))
    case .power(let parts): return .power(parts.map(change))
    case .prefix(let sign, let count, let value):
      return .prefix(sign, count: count, change(value))
    case .comparison(let left, let sign, let right):
      return .comparison(change(left), sign, change(right))
    case .and(let parts): return .and(parts.map(change))
    case .or(let parts): return .or(parts.map(change))
    case .choice(let branches, let last):
      return .choice(
        branches.map {
          Expression.Branch(condition: change($0.condition), value: change($0.value))
        }, otherwise: change(last))
    case .call(let name, let arguments):
      return .call(name, arguments.map { Argument(label: $0.label, value: change($0.value)) })
    case .subscripted(let base, let places):
      return .subscripted(change(base), places.map { $0.rebuilt(change) })
    case .transposed(let value): return .transposed(change(value))
    case .array(let parts): return .array(parts.map(change))
    case .loop(let loop): return .loop(loop.rebuilt(change))
    case .block(let lets, let value):
      return .block(lets.map { $0.rebuilt(change) }, value: change(value))
    }
  }
}

extension LetDeclaration {
  fileprivate func rebuilt(_ change: (Expression) -> Expression) -> LetDeclaration {
    LetDeclaration(
      name: name, others: others, value: change(value), description: description, range: range)
  }
}

extension Loop {
  fileprivate func rebuilt(_ change: (Expression) -> Expression) -> Loop {
    var result = self
    result.lets = lets.map { $0.rebuilt(change) }
    result.ranges = ranges.map { range in
      LoopRange(
        name: range.name, lower: change(range.lower), upper: change(range.upper),
        includesUpper: range.includesUpper, range: range.range)
    }
    result.states = states.map { LoopState(name: $0.name, initial: change($0.initial)) }
    result.body = body.map(change)
    result.options = options.map { Argument(label: $0.label, value: change($0.value)) }
    return result
  }
}

extension Subscript {
  fileprivate func rebuilt(_ change: (Expression) -> Expression) -> Subscript {
    switch self {
    case .index(let value): .index(change(value))
    case .range(let lower, let upper, let includesUpper, let range):
      .range(
        lower: lower.map(change), upper: upper.map(change), includesUpper: includesUpper, range)
    case .new: self
    }
  }
}
