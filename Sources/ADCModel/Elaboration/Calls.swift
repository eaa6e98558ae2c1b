import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// A call of a function of the model, of an operator, or of `diff` and its kind.
  mutating func call(
    _ name: Name, _ arguments: [Argument], at range: SourceRange
  ) throws(Reported) -> NodeID {
    if let binding = binding(name.text) {
      switch binding.meaning {
      case .function(let place): return try call(function: place, name, arguments, at: range)
      case .broken: throw Reported()
      case .node, .dimension:
        // `step` is a number of the run and a function, told apart by the parenthesis.
        if binding.kind == .environment, Known.isFunction(name.text) { break }
        let hides = Known.isFunction(name.text) ? "; it hides the built-in function" : ""
        throw report(
          "AD0206",
          "\(quote(name: name.text)) is \(binding.kind.rawValue) and cannot be called\(hides)",
          at: name.range, notes: [Diagnostic.Note("it is defined here", at: binding.range)],
          fix: hides.isEmpty ? "write `\(name.text) * (…)` to multiply" : "give it another name")
      }
    }
    switch name.text {
    case "diff": return try diff(arguments, at: range)
    case "grad": return try grad(arguments, at: range)
    case "scan":
      throw report(
        "AD0415", "`scan` goes over a range", at: name.range,
        fix: "write `scan(t in 0..<n, h = h0: …)`")
    case "root": return try root(arguments, at: range)
    case "jacobian": return try jacobian(arguments, at: range)
    case "hessian": return try hessian(arguments, at: range)
    case "jvp": return try jvp(arguments, at: range)
    case "vjp": return try vjp(arguments, at: range)
    case "hvp": return try hvp(arguments, at: range)
    case "pow":
      let nodes = try operands(of: name, arguments, count: 2...2, at: range)
      return try apply(Known.power, nodes, at: range, code: "AD0301")
    case "ndim", "size": return try measure(name, arguments, at: range)
    default: break
    }
    if let place = preludeFunction(name.text) {
      return try call(function: place, name, arguments, at: range)
    }
    if let candidates = Catalogue.called[name.text] {
      return try call(operators: candidates, name, arguments, at: range)
    }
    if Known.unsupported.contains(name.text) {
      throw report("AD0407", "`\(name.text)` is not supported yet", at: name.range)
    }
    throw unknownFunction(name)
  }

  mutating func unknownFunction(_ name: Name) -> Reported {
    if let later = laterDeclaration(of: name.text) {
      if later.kind == .function || later.ordinal == min(visibleLimit, ordinal) {
        return undefined(name)
      }
    }
    if Known.values[name.text] != nil {
      return report(
        "AD0206", "`\(name.text)` is a number and cannot be called", at: name.range,
        fix: "write `\(name.text) * (…)` to multiply")
    }
    var names = Array(Catalogue.called.keys) + Array(Known.ownCalls) + functions.map(\.name.text)
    names += Prelude.functionTexts.map(\.key)
    names.sort()
    let near =
      ForeignNames.synonyms[name.text] ?? Suggestion.nearest(to: name.text, among: names)
    return report(
      "AD0401", "there is no function \(quote(name: name.text))", at: name.range,
      fix: ForeignNames.phrases[name.text] ?? near.map { "did you mean `\($0)`?" }
        ?? (name.text.count == 1 ? "write `\(name.text) * (…)` to multiply" : nil))
  }

  /// The nodes of arguments that must have no labels and be of a certain number.
  mutating func operands(
    of name: Name, _ arguments: [Argument], count: ClosedRange<Int>, at range: SourceRange
  ) throws(Reported) -> [NodeID] {
    if let label = arguments.lazy.compactMap(\.label).first {
      throw report(
        "AD0403", "`\(name.text)` has no argument \(quote(name: label.text))", at: label.range)
    }
    try checkCount(of: name.text, count, arguments.count, at: range)
    var nodes: [NodeID] = []
    for argument in arguments { nodes.append(try elaborate(argument.value)) }
    return nodes
  }

  mutating func checkCount(
    of name: String, _ expected: ClosedRange<Int>, _ given: Int, at range: SourceRange,
    fix: String? = nil
  ) throws(Reported) {
    guard !expected.contains(given) else { return }
    let number: String
    if expected.lowerBound == expected.upperBound {
      number = "\(expected.lowerBound)"
    } else if expected.upperBound >= 1_000 {
      number = "at least \(expected.lowerBound)"
    } else {
      number = "\(expected.lowerBound) to \(expected.upperBound)"
    }
    let noun = expected.upperBound == 1 || number == "at least 1" ? "argument" : "arguments"
    throw report(
      "AD0402", "\(quote(name: name)) takes \(number) \(noun), \(given) given", at: range,
      fix: fix ?? (given > expected.upperBound ? ForeignNames.longCalls[name] : nil))
  }

  private mutating func call(
    function place: Int, _ name: Name, _ arguments: [Argument], at range: SourceRange
  ) throws(Reported) -> NodeID {
    let function = functions[place]
    let values = try bind(function.name.text, function.arguments, arguments, at: range)
    var nodes: [NodeID] = []
    for value in values {
      switch value {
      case .written(let expression): nodes.append(try elaborate(expression))
      case .byDefault(let expression):
        let outer = substituteRange
        if function.isPrelude { substituteRange = outer ?? range }
        defer { substituteRange = outer }
        nodes.append(
          try within([:], before: function.ordinal) { (elaborator) throws(Reported) in
            try elaborator.elaborate(expression)
          })
      }
    }
    if functions[place].firstUse == nil { functions[place].firstUse = range }
    if let use = function.rule { return try call(use, name, nodes, at: range) }
    let key = CallKey(function: place, operands: nodes, conditions: branchConditions)
    if let known = knownCalls[key] { return known }
    let drawsBefore = draws
    let result = try body(of: function, nodes, at: range)
    // Draws of two calls are two draws.
    if draws == drawsBefore { knownCalls[key] = result }
    return result
  }

  private mutating func body(
    of function: FunctionDefinition, _ nodes: [NodeID], at range: SourceRange
  ) throws(Reported) -> NodeID {
    expansions += 1
    guard expansions <= Self.expansionLimit else {
      throw report(
        "AD0409", "the functions called here expand to more than \(Self.expansionLimit) calls",
        at: range)
    }
    var scope: [String: Binding] = [:]
    var replacements: [NodeID: NodeID] = [:]
    for (argument, node) in zip(function.arguments, nodes) {
      var bound = node
      if function.differentiated.contains(argument.name.text) {
        // One differentiates by the argument, not by what stands for it in this call.
        bound = symbol(argument.name.text, .variable, graph.shape(node), at: range)
        replacements[bound] = node
      }
      scope[argument.name.text] = Binding(
        meaning: .node(bound), kind: .argument, range: argument.name.range)
    }
    let count = diagnostics.count
    let outer = substituteRange
    if function.isPrelude { substituteRange = outer ?? range }
    defer { substituteRange = outer }
    do throws(Reported) {
      let result = try within(scope, before: function.ordinal) { (elaborator) throws(Reported) in
        try elaborator.elaborate(function.body)
      }
      guard !replacements.isEmpty else { return result }
      let replaced = graph.substituting(replacements, in: [result])[0]
      record(range)
      return replaced
    } catch {
      // The mistake may be in the body or in the arguments: both places are shown.
      if !function.isPrelude, diagnostics.count > count,
        diagnostics[diagnostics.count - 1].notes.count < 4
      {
        diagnostics[diagnostics.count - 1].notes.append(
          Diagnostic.Note("in this call of `\(function.name.text)`", at: range))
      }
      throw error
    }
  }

  /// Elaborates a body: with its own scope alone, and the names of the model before a statement.
  mutating func within(
    _ scope: [String: Binding], before limit: Int,
    _ body: (inout Elaborator) throws(Reported) -> NodeID
  ) throws(Reported) -> NodeID {
    let (outerLocals, outerLimit) = (locals, visibleLimit)
    locals = [scope]
    visibleLimit = min(limit, visibleLimit)
    defer { (locals, visibleLimit) = (outerLocals, outerLimit) }
    return try body(&self)
  }

  /// The value of an argument: written at the call or the declaration's own.
  enum ArgumentValue {
    case written(Expression)
    case byDefault(Expression)
  }

  /// Matches the arguments of a call, first by place, then by label, with those declared.
  mutating func bind(
    _ callee: String, _ formals: [FormalParameter], _ arguments: [Argument], at range: SourceRange
  ) throws(Reported) -> [ArgumentValue] {
    var values = [ArgumentValue?](repeating: nil, count: formals.count)
    var next = 0
    for argument in arguments {
      var place = next
      if let label = argument.label {
        guard let found = formals.firstIndex(where: { $0.name.text == label.text }) else {
          let near = Suggestion.label(label.text, among: formals.map(\.name.text))
          let all = formals.map { "`\($0.name.text)`" }.joined(separator: ", ")
          throw report(
            "AD0403", "`\(callee)` has no argument \(quote(name: label.text))", at: label.range,
            fix: near.map { "did you mean `\($0)`?" }
              ?? (all.isEmpty ? "it takes none" : "its arguments are \(all)"))
        }
        place = found
      } else {
        next += 1
      }
      guard place < formals.count else {
        let required = formals.count { $0.defaultValue == nil }
        try checkCount(of: callee, required...formals.count, arguments.count, at: range)
        throw Reported()
      }
      guard values[place] == nil else {
        throw report(
          "AD0403", "the argument `\(formals[place].name.text)` is given twice",
          at: argument.label?.range ?? argument.value.range)
      }
      values[place] = .written(argument.value)
    }
    var result: [ArgumentValue] = []
    for (value, formal) in zip(values, formals) {
      if let value {
        result.append(value)
      } else if let expression = formal.defaultValue {
        result.append(.byDefault(expression))
      } else {
        if arguments.allSatisfy({ $0.label == nil }) {
          let required = formals.count { $0.defaultValue == nil }
          try checkCount(of: callee, required...formals.count, arguments.count, at: range)
        }
        throw report(
          "AD0402", "`\(callee)` needs the argument `\(formal.name.text)`", at: range)
      }
    }
    return result
  }
}
