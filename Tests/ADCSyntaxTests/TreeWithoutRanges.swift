import ADCSyntax

private let nowhere = SourceRange(0, 0)

/// Trees with all ranges set to the same one, to compare what they say.
extension Name {
  var erasingRanges: Name { Name(text, nowhere) }
}

extension Expression {
  var erasingRanges: Expression { Expression(form.erasingRanges, nowhere) }
}

extension Expression.Link {
  var erasingRanges: Expression.Link {
    Expression.Link(self.operator, nowhere, operand.erasingRanges)
  }
}

extension Argument {
  var erasingRanges: Argument {
    Argument(label: label?.erasingRanges, value: value.erasingRanges)
  }
}

extension Expression.Form {
  var erasingRanges: Expression.Form {
    switch self {
    case .number, .string, .name, .missing: self
    case .sum(let first, let links): .sum(first.erasingRanges, links.map(\.erasingRanges))
    case .product(let first, let links): .product(first.erasingRanges, links.map(\.erasingRanges))
    case .power(let operands): .power(operands.map(\.erasingRanges))
    case .prefix(let sign, let count, let operand):
      .prefix(sign, count: count, operand.erasingRanges)
    case .comparison(let left, let comparison, let right):
      .comparison(left.erasingRanges, comparison, right.erasingRanges)
    case .and(let operands): .and(operands.map(\.erasingRanges))
    case .or(let operands): .or(operands.map(\.erasingRanges))
    case .choice(let branches, let otherwise):
      .choice(
        branches.map {
          Expression.Branch(condition: $0.condition.erasingRanges, value: $0.value.erasingRanges)
        }, otherwise: otherwise.erasingRanges)
    case .call(let name, let arguments):
      .call(name.erasingRanges, arguments.map(\.erasingRanges))
    case .subscripted(let base, let places):
      .subscripted(base.erasingRanges, places.map(\.erasingRanges))
    case .transposed(let base): .transposed(base.erasingRanges)
    case .array(let elements): .array(elements.map(\.erasingRanges))
    case .loop(let loop): .loop(loop.erasingRanges)
    case .block(let declarations, let value):
      .block(declarations.map(\.erasingRanges), value: value.erasingRanges)
    }
  }
}

extension Loop {
  var erasingRanges: Loop {
    var result = Loop(callee: callee?.erasingRanges)
    result.ranges = ranges.map { range in
      LoopRange(
        name: range.name.erasingRanges, lower: range.lower.erasingRanges,
        upper: range.upper.erasingRanges, includesUpper: range.includesUpper, range: nowhere)
    }
    result.states = states.map {
      LoopState(name: $0.name.erasingRanges, initial: $0.initial.erasingRanges)
    }
    result.lets = lets.map(\.erasingRanges)
    result.body = body.map(\.erasingRanges)
    result.options = options.map(\.erasingRanges)
    return result
  }
}

extension Subscript {
  var erasingRanges: Subscript {
    switch self {
    case .index(let value): .index(value.erasingRanges)
    case .new: .new(nowhere)
    case .range(let lower, let upper, let includesUpper, _):
      .range(
        lower: lower?.erasingRanges, upper: upper?.erasingRanges, includesUpper: includesUpper,
        nowhere)
    }
  }
}

extension LetDeclaration {
  var erasingRanges: LetDeclaration {
    LetDeclaration(
      name: name.erasingRanges, others: others.map(\.erasingRanges), value: value.erasingRanges,
      description: description,
      range: nowhere)
  }
}

extension ShapeSyntax {
  var erasingRanges: ShapeSyntax {
    ShapeSyntax(dimensions: dimensions.map(\.erasingRanges), range: nowhere)
  }
}

extension FormalParameter {
  var erasingRanges: FormalParameter {
    FormalParameter(name: name.erasingRanges, defaultValue: defaultValue?.erasingRanges)
  }
}

extension OptimizerStatement {
  var erasingRanges: OptimizerStatement {
    switch self {
    case .state(let name, let initial, _):
      .state(name.erasingRanges, initial: initial.erasingRanges, nowhere)
    case .binding(let declaration): .binding(declaration.erasingRanges)
    case .assignment(let name, let value, _):
      .assignment(name.erasingRanges, value: value.erasingRanges, nowhere)
    }
  }
}

extension TrainSetting {
  var erasingRanges: TrainSetting {
    TrainSetting(
      name: name.erasingRanges, modifiers: modifiers.map(\.erasingRanges),
      values: values.map(\.erasingRanges), isPercentage: isPercentage,
      isPatience: isPatience, range: nowhere)
  }
}

extension ColumnList {
  var erasingRanges: ColumnList {
    switch self {
    case .names(let names, _): .names(names, nowhere)
    case .categories(let names, _): .categories(names, nowhere)
    case .span(let first, let last, _): .span(first: first, last: last, nowhere)
    }
  }
}

extension InitialValue {
  var erasingRanges: InitialValue {
    switch self {
    case .value(let value): .value(value.erasingRanges)
    case .distribution(let name, let arguments):
      .distribution(name.erasingRanges, arguments.map(\.erasingRanges))
    case .file(let path, _): .file(path, nowhere)
    }
  }
}

extension Statement {
  var erasingRanges: Statement {
    Statement(form.erasingRanges, description: description, range: nowhere)
  }
}

extension Statement.Form {
  var erasingRanges: Statement.Form {
    switch self {
    case .input(let name, let shape, let columns):
      .input(name.erasingRanges, shape?.erasingRanges, columns: columns?.erasingRanges)
    case .parameter(let name, let shape, let value, let bounds):
      .parameter(
        name.erasingRanges, shape?.erasingRanges, value?.erasingRanges,
        bounds.map {
          Bounds(
            lower: $0.lower.erasingRanges, upper: $0.upper.erasingRanges,
            range: nowhere)
        })
    case .constant(let name, let shape, let value):
      .constant(name.erasingRanges, shape?.erasingRanges, value.erasingRanges)
    case .binding(let declaration): .binding(declaration.erasingRanges)
    case .derivative(let rule):
      .derivative(
        DerivativeRule(
          function: rule.function.erasingRanges, arguments: rule.arguments.map(\.erasingRanges),
          by: rule.by?.erasingRanges, isMeant: rule.isMeant, body: rule.body.erasingRanges))
    case .function(let name, let formals, let body):
      .function(name.erasingRanges, formals.map(\.erasingRanges), body: body.erasingRanges)
    case .precision(let name): .precision(name.erasingRanges)
    case .minimize(let value): .minimize(value.erasingRanges)
    case .maximize(let value): .maximize(value.erasingRanges)
    case .fit(let fit):
      .fit(
        FitStatement(
          observed: fit.observed.erasingRanges, model: fit.model.erasingRanges,
          options: fit.options.map(\.erasingRanges)))
    case .metric(let name, let value): .metric(name.erasingRanges, value.erasingRanges)
    case .output(let value, let alias):
      .output(value.erasingRanges, alias: alias?.erasingRanges)
    case .report(let value, let alias):
      .report(value.erasingRanges, alias: alias?.erasingRanges)
    case .constraint(let condition): .constraint(condition.erasingRanges)
    case .optimizer(let name, let formals, let body):
      .optimizer(
        name.erasingRanges, formals.map(\.erasingRanges), body: body.map(\.erasingRanges))
    case .train(let settings): .train(settings.map(\.erasingRanges))
    }
  }
}

extension SourceFile {
  var erasingRanges: SourceFile { SourceFile(statements: statements.map(\.erasingRanges)) }
}
