package import ADCCalculus
package import ADCSyntax

/// A `derivative` statement after checking.
package struct CheckedRule: Sendable {
  /// The name of the function.
  package var function: String
  /// The names of the function's arguments.
  package var arguments: [String]
  /// The function's place in `ExpressionGraph.rules`.
  package var rule: Int
  /// What a call needs of the model beside the arguments; symbols of the function stand for them.
  package var captured: [NodeID]
  /// Which argument one differentiates by.
  package var argument: Int
  /// The rule, as an expression over the symbols of the function and of the model.
  package var partial: NodeID
  /// Whether it says that it may differ from the function's derivative.
  package var isMeant: Bool
  /// The place of the statement.
  package var range: SourceRange
}

/// How calls of a function with rules are made.
struct FunctionRuleUse: Sendable {
  /// The place in `ExpressionGraph.rules`.
  var rule: Int
  /// What the function needs of the model beside its arguments.
  var captured: [NodeID]
  /// By argument, where its rule is written.
  var written: [Int: SourceRange] = [:]
}

extension Elaborator {
  /// Checks a `derivative` statement and gives its rule to the function.
  mutating func check(_ rule: DerivativeRule, at range: SourceRange) throws(Reported) {
    let place = try function(of: rule)
    let argument = try argument(of: rule, functions[place])
    var use: FunctionRuleUse
    if let known = functions[place].rule {
      use = known
    } else {
      use = try define(place, rule)
    }
    if let first = use.written[argument] {
      throw report(
        "AD0217",
        "there are two derivatives of \(quote(name: rule.function.text)) by "
          + quote(name: rule.arguments[argument].text), at: range,
        notes: [Diagnostic.Note("the first", at: first)])
    }
    use.written[argument] = range
    // Known from here on: a rule may call its own function.
    functions[place].rule = use
    let partial = try expression(of: rule, functions[place], use)
    functions[place].firstUse = nil
    graph.rules[use.rule].partials[argument] = partial
    derivativeRules.append(
      CheckedRule(
        function: rule.function.text, arguments: rule.arguments.map(\.text), rule: use.rule,
        captured: use.captured, argument: argument, partial: partial, isMeant: rule.isMeant,
        range: range))
  }

  private mutating func function(of rule: DerivativeRule) throws(Reported) -> Int {
    let name = rule.function
    guard let binding = globals[name.text], case .function(let place) = binding.meaning else {
      if case .broken? = globals[name.text]?.meaning { throw Reported() }
      if let later = laterDeclaration(of: name.text), later.kind == .function {
        throw report(
          "AD0203", "\(quote(name: name.text)) is used before its declaration", at: name.range,
          notes: [Diagnostic.Note("it is declared here", at: later.name.range)],
          fix: "write the derivative below the function")
      }
      let near = Suggestion.nearest(to: name.text, among: functions.map(\.name.text).sorted())
      let isBuiltIn = Known.isFunction(name.text)
      throw report(
        "AD0216",
        isBuiltIn
          ? "`\(name.text)` has its derivative; one's own is for functions of the model"
          : "the model has no function \(quote(name: name.text)) that this could be the derivative "
            + "of", at: name.range,
        fix: near.map { "did you mean `\($0)`?" }
          ?? (isBuiltIn ? "define `fn my_\(name.text)(x) = \(name.text)(x)`" : nil))
    }
    if let use = functions[place].firstUse {
      throw report(
        "AD0218", "the derivative of \(quote(name: name.text)) stands below a use of it",
        at: name.range, notes: [Diagnostic.Note("it is used here", at: use)],
        fix: "move it up, to the function")
    }
    return place
  }

  /// Which argument a rule differentiates by.
  private mutating func argument(
    of rule: DerivativeRule, _ function: FunctionDefinition
  ) throws(Reported) -> Int {
    let formals = function.arguments.map(\.name.text)
    let all = formals.map { "`\($0)`" }.joined(separator: ", ")
    if let wrong = zip(rule.arguments, formals).first(where: { $0.text != $1 }) {
      throw report(
        "AD0217", "the arguments of `\(function.name.text)` are called \(all), in this order",
        at: wrong.0.range, fix: "write `\(wrong.1)`")
    }
    guard rule.arguments.count == formals.count else {
      throw report(
        "AD0217",
        formals.isEmpty
          ? "`\(function.name.text)` has no argument to differentiate by"
          : "the arguments of `\(function.name.text)` are called \(all), and "
            + "\(rule.arguments.count) \(rule.arguments.count == 1 ? "is" : "are") written",
        at: rule.function.range)
    }
    guard let by = rule.by else {
      if formals.count == 1 { return 0 }
      throw report(
        "AD0217",
        "`\(function.name.text)` has several arguments: say which one this is the "
          + "derivative by", at: rule.function.range, fix: "write `by \(formals[0])` before the `=`"
      )
    }
    if let place = formals.firstIndex(of: by.text) { return place }
    let near = Suggestion.nearest(to: by.text, among: formals)
    throw report(
      "AD0217", "`\(function.name.text)` has no argument \(quote(name: by.text))", at: by.range,
      fix: near.map { "did you mean `\($0)`?" } ?? "its arguments are \(all)")
  }

  /// The function over numbers, for calls that keep its rules.
  private mutating func define(
    _ place: Int, _ rule: DerivativeRule
  ) throws(Reported) -> FunctionRuleUse {
    let function = functions[place]
    let symbols = function.arguments.map { formal in
      symbol(formal.name.text, .variable, .scalar, at: formal.name.range)
    }
    let value = try body(function.body, function, symbols, before: function.ordinal, rule)
    try checkElementwise(value, symbols, "`\(function.name.text)`", at: rule.function.range)
    do throws(DifferentiationError) {
      let (made, captured) = try graph.defineFunction(
        function.name.text, arguments: symbols, value: value)
      record(rule.function.range)
      return FunctionRuleUse(rule: made, captured: captured)
    } catch {
      record(rule.function.range)
      throw report("AD0406", error.message, at: rule.function.range)
    }
  }

  /// The rule itself, over the function's symbols.
  private mutating func expression(
    of rule: DerivativeRule, _ function: FunctionDefinition, _ use: FunctionRuleUse
  ) throws(Reported) -> NodeID {
    let names = FreeNames(rule.body, except: rule.arguments.map(\.text))
    try checkNames(names)
    let symbols = Array(graph.rules[use.rule].arguments.prefix(function.arguments.count))
    let partial = try body(rule.body, function, symbols, before: ordinal, rule)
    try checkElementwise(partial, symbols, "the derivative", at: rule.body.range)
    return partial
  }

  private mutating func body(
    _ body: Expression, _ function: FunctionDefinition, _ symbols: [NodeID], before limit: Int,
    _ rule: DerivativeRule
  ) throws(Reported) -> NodeID {
    var scope: [String: Binding] = [:]
    for (formal, symbol) in zip(function.arguments, symbols) {
      scope[formal.name.text] = Binding(
        meaning: .node(symbol), kind: .argument, range: formal.name.range)
    }
    let count = diagnostics.count
    do throws(Reported) {
      return try within(scope, before: limit) { (elaborator) throws(Reported) in
        try elaborator.elaborate(body)
      }
    } catch {
      if diagnostics.count > count {
        diagnostics[diagnostics.count - 1].notes.append(
          Diagnostic.Note(
            "a function with a `derivative` is one of numbers, applied to every element",
            at: rule.function.range))
      }
      throw error
    }
  }

  /// Rules are for what applies to every element of an array alike.
  private mutating func checkElementwise(
    _ value: NodeID, _ symbols: [NodeID], _ what: String, at range: SourceRange
  ) throws(Reported) {
    let depends = graph.dependents(on: symbols, upTo: value)
    let needed = graph.reachable(from: [value])
    let odd = depends.indices.first { slot in
      let node = NodeID(slot)
      guard depends[slot], needed[slot], graph.symbol(node) == nil else { return false }
      return !graph.op(node).isElementwise || !graph.shape(node).isScalar
    }
    let problem: String
    if let odd {
      problem =
        graph.op(NodeID(odd)).isElementwise
        ? "the shape \(graph.shape(NodeID(odd))) arises in it"
        : "`\(graph.op(NodeID(odd)).spelling)` in it is none"
    } else if !graph.shape(value).isScalar {
      problem = "it has the shape \(graph.shape(value))"
    } else {
      return
    }
    throw report(
      "AD0219",
      "a function with a `derivative` is one of numbers, applied to every element: \(what) is not, "
        + problem, at: range)
  }

  /// A call that keeps the function's rules.
  mutating func call(
    _ use: FunctionRuleUse, _ name: Name, _ nodes: [NodeID], at range: SourceRange
  ) throws(Reported) -> NodeID {
    var whole = Shape.scalar
    for node in nodes {
      guard let both = whole.broadcast(with: graph.shape(node)) else {
        throw report(
          "AD0301",
          "the arguments of `\(name.text)` are taken element by element, and the shapes "
            + "\(whole) and \(graph.shape(node)) do not go together", at: range)
      }
      whole = both
    }
    var operands: [NodeID] = []
    for node in nodes {
      let isPlain = graph.shape(node).isScalar || graph.shape(node) == whole
      operands.append(
        isPlain ? node : try apply(Known.broadcast, [node], .shape(whole), at: range))
    }
    return try apply(Known.functionCall, operands + use.captured, .rule(use.rule), at: range)
  }
}
