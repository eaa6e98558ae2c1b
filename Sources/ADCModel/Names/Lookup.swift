import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// What a name means here, the innermost meaning first; nil where the model gives it none.
  func binding(_ name: String) -> Binding? {
    for scope in locals.reversed() {
      if let found = scope[name] { return found }
    }
    if let found = globals[name], found.ordinal < visibleLimit { return found }
    return nil
  }

  /// Declares a name of the model, once.
  mutating func define(_ name: Name, _ binding: Binding) throws(Reported) {
    if let first = globals[name.text] {
      throw report(
        "AD0202", "\(quote(name: name.text)) is defined twice", at: name.range,
        notes: [
          Diagnostic.Note("it is \(first.kind.rawValue) already, defined here", at: first.range)
        ],
        fix: "give one of them another name")
    }
    var binding = binding
    binding.ordinal = ordinal
    globals[name.text] = binding
  }

  /// The value of a name.
  mutating func value(of name: String, at range: SourceRange) throws(Reported) -> NodeID {
    if let binding = binding(name) {
      switch binding.meaning {
      case .node(let node): return node
      case .broken: throw Reported()
      case .dimension(let dimension): return dimensionValue(dimension, at: range)
      case .function: throw functionAsValue(name, at: range)
      }
    }
    if knowsProgress, name == "step" || name == "epoch" {
      return environmentSymbol(name, at: range)
    }
    if let value = Known.values[name] { return constant(value, at: range) }
    if name == "step" || name == "epoch", laterDeclaration(of: name) == nil {
      throw report(
        "AD0207",
        "`\(name)` counts in optimizers and in the settings of `train` only", at: range,
        fix: name == "step" ? "the function is written `step(…)`" : nil)
    }
    if Known.isFunction(name), laterDeclaration(of: name) == nil {
      throw functionAsValue(name, at: range)
    }
    throw undefined(Name(name, range))
  }

  /// A dimension's size as a number.
  mutating func dimensionValue(_ dimension: Dimension, at range: SourceRange) -> NodeID {
    if let size = dimension.known { return constant(Double(size), at: range) }
    let node = graph.insert(Known.size, [], .dimension(dimension))
    record(range)
    return node
  }

  private mutating func functionAsValue(_ name: String, at range: SourceRange) -> Reported {
    report(
      "AD0205", "\(quote(name: name)) is a function and needs an argument", at: range,
      fix: "write `\(name)(…)`")
  }

  /// Reports a name that nothing has (yet).
  mutating func undefined(_ name: Name) -> Reported {
    if let later = laterDeclaration(of: name.text) { return usedTooEarly(name, later) }
    if optimizer(named: name.text) != nil {
      return report(
        "AD0209", "\(quote(name: name.text)) is an optimizer and has no value", at: name.range)
    }
    let near =
      Suggestion.nearest(to: name.text, among: visibleNames)
      ?? ForeignNames.synonyms[name.text].flatMap { Known.values[$0] == nil ? nil : $0 }
    return report(
      "AD0201", "\(quote(name: name.text)) is not defined", at: name.range,
      fix: near.map { "did you mean `\($0)`?" })
  }

  /// All names that mean a value here.
  private var visibleNames: [String] {
    var names = Array(Known.values.keys)
    for scope in locals { names.append(contentsOf: scope.keys) }
    // Beyond this many, looking for a likely name takes longer than the rest of the check.
    if globals.count <= 20_000 {
      names.append(contentsOf: globals.keys)
    }
    if knowsProgress { names.append(contentsOf: ["step", "epoch"]) }
    return names
  }

  /// The declaration of a name that is not seen from here.
  mutating func laterDeclaration(of name: String) -> Declaration? {
    if declarations == nil { declarations = collectDeclarations() }
    guard let found = declarations?[name], found.ordinal >= min(visibleLimit, ordinal) else {
      return nil
    }
    return found
  }

  private func collectDeclarations() -> [String: Declaration] {
    var found: [String: Declaration] = [:]
    for (place, statement) in statements.enumerated() {
      let declared: ([Name], Binding.Kind, Expression?)
      switch statement.form {
      case .input(let name, _, columns: _): declared = ([name], .input, nil)
      case .parameter(let name, _, _, _): declared = ([name], .parameter, nil)
      case .constant(let name, _, let value): declared = ([name], .constant, value)
      case .binding(let binding): declared = (binding.names, .binding, binding.value)
      case .function(let name, _, let body): declared = ([name], .function, body)
      case .precision, .derivative, .optimizer, .minimize, .maximize, .fit, .metric, .output,
        .report, .constraint, .train:
        continue
      }
      for name in declared.0 where found[name.text] == nil {
        found[name.text] = Declaration(
          ordinal: place, name: name, kind: declared.1, value: declared.2)
      }
    }
    return found
  }

  private mutating func usedTooEarly(_ name: Name, _ later: Declaration) -> Reported {
    let user = min(visibleLimit, ordinal)
    if later.ordinal == user {
      if later.kind == .function {
        return report(
          "AD0208", "\(quote(name: name.text)) calls itself; recursion is not possible",
          at: name.range)
      }
      return report(
        "AD0204", "\(quote(name: name.text)) is defined by itself", at: name.range,
        notes: [Diagnostic.Note("the definition", at: later.name.range)])
    }
    if let circle = circle(through: name.text, from: user) {
      circular.formUnion(circle)
      let shown = circle.count > 12 ? Array(circle.prefix(11)) + ["…"] : circle
      let text = (shown + [circle[0]]).joined(separator: " -> ")
      return report(
        "AD0204", "the definitions go in a circle: \(text)", at: name.range,
        notes: [Diagnostic.Note("\(quote(name: name.text)) is defined here", at: later.name.range)])
    }
    return report(
      "AD0203", "\(quote(name: name.text)) is used before its declaration", at: name.range,
      notes: [Diagnostic.Note("it is declared here", at: later.name.range)],
      fix: "move the declaration up")
  }

  /// The names on a way from a later definition back to the one that is being made, which is first.
  private func circle(through name: String, from ordinal: Int) -> [String]? {
    guard let declarations, statements.indices.contains(ordinal) else { return nil }
    let start: String
    switch statements[ordinal].form {
    case .binding(let binding): start = binding.name.text
    case .constant(let name, _, _): start = name.text
    case .function(let name, _, body: _): start = name.text
    case .precision, .input, .parameter, .derivative, .minimize, .maximize, .fit, .metric, .output,
      .report, .constraint, .optimizer, .train:
      return nil
    }
    var cameFrom: [String: String] = [name: start]
    var open = [name]
    while let current = open.popLast() {
      // Beyond this, the shorter message must do.
      if cameFrom.count > Self.searchLimit { return nil }
      guard let value = declarations[current]?.value else { continue }
      let used = FreeNames(value)
      for next in used.values + used.calls {
        if next.text == start {
          var way = [current]
          while let previous = cameFrom[way[way.count - 1]], previous != start {
            way.append(previous)
          }
          return [start] + way.reversed()
        }
        if cameFrom[next.text] == nil {
          cameFrom[next.text] = current
          open.append(next.text)
        }
      }
    }
    return nil
  }
}
