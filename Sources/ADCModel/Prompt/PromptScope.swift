// Names that are defined at a prompt, over those of a model.
// In: statements and expressions as they are typed. Out: expressions with the symbols they need.

package import ADCCalculus
package import ADCSyntax

/// What was defined at a prompt so far.
///
/// A definition is an equation: what it uses may change after it. Each expression is elaborated
/// with the definitions that it needs, directly or through others, and no more.
package struct PromptScope: Sendable {
  /// A name that is used, as a value or as a function.
  struct Use: Sendable {
    var name: Name
    var isCall: Bool

    /// What an expression uses, in the order written.
    static func all(in free: FreeNames) -> [Use] {
      let values = free.values.map { Use(name: $0, isCall: false) }
      let calls = free.calls.map { Use(name: $0, isCall: true) }
      return (values + calls).sorted { $0.name.range.lower < $1.name.range.lower }
    }
  }

  /// A name, or several, with what they stand for.
  package struct Definition: Sendable {
    /// What a name stands for.
    package enum Meaning: Sendable {
      /// Numbers that are known.
      case value(Table)
      /// A symbol without a value; scalar where no shape is written.
      case symbol(ShapeSyntax?)
      /// A `let` or a function, elaborated where it is used.
      case equation
    }

    /// As it was typed, so that it can be shown and elaborated again.
    package var statement: Statement
    /// What its names stand for.
    package var meaning: Meaning
    /// The `derivative` statements of a function.
    package var rules: [Statement] = []
    var ownNames: [Name] = []
    /// The dimensions that come with the shape of an array.
    var dimensions: [Name] = []
    /// All names that the statement defines.
    package var names: [Name] { ownNames + dimensions }
    var uses: [Use] = []
    var differentiated: Set<String> = []

    /// - Parameter statement: a `let`, `fn`, `param`, `input` or `const`.
    package init(_ statement: Statement, _ meaning: Meaning) {
      self.statement = statement
      self.meaning = meaning
      switch statement.form {
      case .binding(let binding):
        ownNames = binding.names
        if case .equation = meaning { read(binding.value, except: []) }
      case .function(let name, let formals, let body):
        ownNames = [name]
        read(body, except: formals.map(\.name.text))
        for formal in formals { formal.defaultValue.map { read($0, except: []) } }
      case .input(let name, let shape, columns: _), .parameter(let name, let shape, _, _),
        .constant(let name, let shape, _):
        ownNames = [name]
        if case .symbol = meaning {
          for case .name(let text) in shape?.dimensions.map(\.form) ?? [] {
            dimensions.append(Name(text, shape?.range ?? name.range))
          }
        }
      case .precision, .derivative, .minimize, .maximize, .fit, .metric, .output, .report,
        .constraint, .optimizer, .train:
        break
      }
    }

    mutating func read(_ expression: Expression, except formals: [String]) {
      let free = FreeNames(expression, except: formals)
      uses += Use.all(in: free).filter { !formals.contains($0.name.text) }
      differentiated.formUnion(free.differentiated.subtracting(formals))
    }
  }

  /// The names of the model alone.
  let base: Elaborator
  /// Where the model's own names stand for something that the prompt may not change.
  private let modelNames: [String: Binding]
  /// In the order of typing; a definition of the same name takes the old one away.
  package private(set) var definitions: [Definition] = []
  private var places: [String: Int] = [:]

  /// - Parameter model: a checked model, whose names are at hand; `loss` is its objective.
  package init(model: CheckedModel? = nil) {
    guard let model else {
      base = Elaborator(source: SourceText(name: "", text: ""))
      modelNames = [:]
      return
    }
    var names = model.names
    names.graph = model.graph
    names.ordinal += 1
    if let objective = model.objective, names.globals["loss"] == nil {
      names.globals["loss"] = Binding(
        meaning: .node(objective.node), kind: .binding, range: objective.range)
    }
    base = names
    modelNames = names.globals
  }

  /// The definition of a name.
  package func definition(of name: String) -> Definition? { places[name].map { definitions[$0] } }

  /// The function of the session or of the model that has a name: its arguments.
  package func arguments(of name: String) -> [FormalParameter]? {
    if let definition = definition(of: name) {
      guard case .function(_, let formals, body: _) = definition.statement.form else { return nil }
      return formals
    }
    guard case .function(let place)? = modelNames[name]?.meaning else { return nil }
    return base.functions[place].arguments
  }

  /// What a name of the model is, such as `a parameter`; nil where the model has no such name.
  package func modelMeaning(of name: String) -> String? { modelNames[name]?.kind.rawValue }

  /// The names of the session and of the model.
  package var knownNames: [String] {
    definitions.flatMap { $0.names.map(\.text) } + namesOfModel
  }

  /// The names of the model, in alphabetical order.
  package var namesOfModel: [String] { modelNames.keys.sorted() }

  /// Where each statement stands so that it follows those that it needs.
  package var definitionOrder: (Statement) -> Int {
    let all = definitions.compactMap(\.names.first).map { Use(name: $0, isCall: false) }
    var order: [String: Int] = [:]
    for (position, place) in needed(all).places.enumerated() {
      for name in definitions[place].names { order[name.text] = position }
    }
    return { statement in
      switch statement.form {
      case .binding(let binding): order[binding.name.text] ?? .max
      case .function(let name, _, body: _), .input(let name, _, columns: _),
        .parameter(let name, _, _, _), .constant(let name, _, _):
        order[name.text] ?? .max
      case .derivative(let rule): order[rule.function.text] ?? .max
      case .precision: -1
      case .minimize, .maximize, .fit, .metric, .output, .report, .constraint, .optimizer, .train:
        .max
      }
    }
  }

  /// Adds a definition, in the place of those that had its names.
  package mutating func define(_ definition: Definition) {
    var definition = definition
    // A dimension of the model stays the model's.
    definition.dimensions.removeAll { modelNames[$0.text]?.kind == .dimension }
    let own = Set(definition.ownNames.map(\.text))
    let all = Set(definition.names.map(\.text))
    // Two arrays may share a dimension.
    definitions.removeAll { old in
      old.ownNames.contains { all.contains($0.text) }
        || old.dimensions.contains { own.contains($0.text) }
    }
    definitions.append(definition)
    index()
  }

  /// Takes definitions away; names that have none are ignored.
  package mutating func remove(_ names: [String]) {
    let gone = Set(names)
    definitions.removeAll { definition in definition.names.contains { gone.contains($0.text) } }
    index()
  }

  /// Gives a function one more `derivative` statement.
  package mutating func add(rule: Statement, to name: String) {
    guard let place = places[name] else { return }
    definitions[place].rules.append(rule)
    if case .derivative(let written) = rule.form {
      definitions[place].read(written.body, except: written.arguments.map(\.text))
      definitions[place].uses.removeAll { $0.name.text == name }
    }
  }

  private mutating func index() {
    places = [:]
    for (place, definition) in definitions.enumerated() {
      for name in definition.names { places[name.text] = place }
    }
  }

  /// Whether an expression has a name in it, as a value or as a function.
  package func uses(_ name: String, in expression: Expression) -> Bool {
    Use.all(in: FreeNames(expression)).contains { $0.name.text == name }
  }

  /// What a call of `diff` or its like differentiates, and the names by which it does.
  package func derivative(_ expression: Expression) -> (whole: Expression, names: [String])? {
    guard case .call(let function, let arguments) = expression.form,
      Known.derivativeCalls.contains(function.text), let whole = arguments.first?.value
    else { return nil }
    return (whole, FreeNames(expression).differentiated.sorted())
  }

  /// Whether the value of an expression can change: it holds names of the prompt or of the model,
  /// directly or through others.
  package func dependsOnNames(_ expression: Expression) -> Bool {
    let (places, free) = needed(Use.all(in: FreeNames(expression)))
    return !places.isEmpty
      || free.contains { use in
        modelNames[use.name.text] != nil
          || (!use.isCall && Known.values[use.name.text] == nil)
      }
  }

  /// Why a definition is not possible, whatever its value is: nil where it is.
  package func problem(with definition: Definition) -> Diagnostic? {
    for name in definition.names {
      guard let known = modelNames[name.text], places[name.text] == nil else { continue }
      // An input may have a dimension of the model.
      if known.kind == .dimension, definition.dimensions.contains(name) { continue }
      return Diagnostic(
        "AD0202", "`\(name.text)` is \(known.kind.rawValue) of the model already", at: name.range,
        notes: [Diagnostic.Note("it is defined here", at: known.range)],
        fix: "give one of them another name")
    }
    let own = Set(definition.names.map(\.text))
    if let use = definition.uses.map(\.name).first(where: { own.contains($0.text) }) {
      let isFunction = if case .function = definition.statement.form { true } else { false }
      return Diagnostic(
        isFunction ? "AD0208" : "AD0204",
        isFunction
          ? "`\(use.text)` calls itself; recursion is not possible"
          : "`\(use.text)` is defined by itself", at: use.range)
    }
    for use in definition.uses {
      guard let place = places[use.name.text] else { continue }
      let chain = needed([use]).places.first { inner in
        definitions[inner].uses.contains { own.contains($0.name.text) }
      }
      guard let chain else { continue }
      let way = [definition.names[0].text, definitions[place].names[0].text]
      let last = definitions[chain].names[0].text
      let shown = (way.last == last ? way : way + ["…", last]) + [definition.names[0].text]
      return Diagnostic(
        "AD0204", "the definitions go in a circle: \(shown.joined(separator: " -> "))",
        at: use.name.range)
    }
    return nil
  }

  /// The definitions that some uses need, each after those that it needs itself, and the uses of
  /// names that have none, in the order in which they are met.
  func needed(_ uses: [Use]) -> (places: [Int], free: [Use]) {
    var order: [Int] = []
    var free: [Use] = []
    var isMet: Set<Int> = []
    // What closes a definition comes back when all that it needs is in the order.
    var open: [(use: Use, closing: Int?)] = uses.reversed().map { ($0, nil) }
    while let (use, closing) = open.popLast() {
      if let closing {
        order.append(closing)
      } else if let place = places[use.name.text] {
        guard isMet.insert(place).inserted else { continue }
        open.append((use, place))
        for inner in definitions[place].uses.reversed() { open.append((inner, nil)) }
      } else {
        free.append(use)
      }
    }
    return (order, free)
  }
}
