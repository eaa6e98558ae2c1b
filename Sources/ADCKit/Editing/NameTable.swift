package import ADCSyntax

/// Which names of a model's text stand for what: every place of every name, and its declaration.
///
/// Made from the tree alone, so that a model with mistakes has one too; a name that nothing
/// declares has places without a declaration. Time and memory grow with the length of the text.
package struct NameTable: Sendable {
  /// A name that the text declares.
  package struct Declaration: Sendable {
    /// The name, where it is declared.
    package var name: Name
    /// What it stands for.
    package var kind: KnownName.Kind
    /// Where it can be used; nil for a name of the model.
    package var scope: SourceRange?
    /// The number of the statement that declares it.
    package var statement: Int
  }

  /// One place of a name.
  package struct Place: Sendable {
    /// What a name does where it stands.
    package enum Role: Sendable {
      case declaration, use, call, label, setting
    }

    /// The name, with its place.
    package var name: Name
    /// What it does there.
    package var role: Role
    /// The place in `declarations`; nil for what is built in or unknown.
    package var declaration: Int?
  }

  /// The model's names and their arguments first, then dimensions and what else statements declare.
  package private(set) var declarations: [Declaration] = []
  /// In the order of the text.
  package private(set) var places: [Place] = []
  private var globals: [String: Int] = [:]
  /// The formal arguments of each function and optimizer of the model.
  private var formals: [Int: [Int]] = [:]
  private var locals: [[String: Int]] = []
  private var statement = 0
  /// The declarations by where their names begin.
  private var declared: [Int: Int] = [:]

  /// Walks through a tree twice: names may be used before the statement that declares them.
  package init(_ file: SourceFile) {
    declareGlobals(file)
    for (number, statement) in file.statements.enumerated() {
      self.statement = number
      walk(statement)
    }
    places.sort { $0.name.range.lower < $1.name.range.lower }
  }

  /// The place of a name that an offset is in, or just behind.
  package func place(at offset: Int) -> Place? {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].name.range.upper < offset { low = middle + 1 } else { high = middle }
    }
    var found: Place?
    while low < places.count, places[low].name.range.lower <= offset {
      found = places[low]
      low += 1
    }
    return found
  }

  /// All places of a declared name, in the order of the text.
  package func places(of declaration: Int) -> [Place] {
    places.filter { $0.declaration == declaration }
  }

  /// The declarations that can be used at an offset, inner ones last.
  package func visible(at offset: Int) -> [Declaration] {
    declarations.filter { declaration in
      guard let scope = declaration.scope else { return declaration.name.range.upper < offset }
      return scope.lower <= offset && offset <= scope.upper
    }
  }
}

// Declarations

extension NameTable {
  private mutating func declareGlobals(_ file: SourceFile) {
    for (number, statement) in file.statements.enumerated() {
      self.statement = number
      switch statement.form {
      case .input(let name, _, columns: _): declareGlobal(name, .input)
      case .parameter(let name, _, _, _): declareGlobal(name, .parameter)
      case .constant(let name, _, _): declareGlobal(name, .constant)
      case .binding(let declaration):
        for name in declaration.names { declareGlobal(name, .binding) }
      case .function(let name, let formals, body: _):
        declare(formals, of: declareGlobal(name, .function), statement.range)
      case .optimizer(let name, let formals, body: _):
        declare(formals, of: declareGlobal(name, .optimizer), statement.range)
      case .precision, .derivative, .minimize, .maximize, .fit, .metric, .output, .report,
        .constraint, .train:
        break
      }
    }
    for (number, statement) in file.statements.enumerated() {
      guard case .input(_, let shape, columns: _) = statement.form else { continue }
      self.statement = number
      for dimension in shape?.dimensions ?? [] {
        guard case .name(let text) = dimension.form, globals[text] == nil else { continue }
        globals[text] = declarations.count
        declarations.append(
          Declaration(
            name: Name(text, dimension.range), kind: .dimension, scope: nil, statement: number))
      }
    }
  }

  @discardableResult
  private mutating func declareGlobal(_ name: Name, _ kind: KnownName.Kind) -> Int {
    let place = add(name, kind, scope: nil)
    if globals[name.text] == nil { globals[name.text] = place }
    return place
  }

  private mutating func declare(
    _ formals: [FormalParameter], of function: Int, _ scope: SourceRange
  ) {
    self.formals[function] = formals.map { add($0.name, .argument, scope: scope) }
  }

  private mutating func add(_ name: Name, _ kind: KnownName.Kind, scope: SourceRange?) -> Int {
    let place = declarations.count
    declarations.append(
      Declaration(name: name, kind: kind, scope: scope, statement: statement))
    declared[name.range.lower] = place
    places.append(Place(name: name, role: .declaration, declaration: place))
    return place
  }

  private mutating func bind(_ name: Name, _ kind: KnownName.Kind, _ scope: SourceRange) {
    let place = add(name, kind, scope: scope)
    locals[locals.count - 1][name.text] = place
  }

  private func lookup(_ name: String) -> Int? {
    for scope in locals.reversed() {
      if let found = scope[name] { return found }
    }
    return globals[name]
  }

  private mutating func use(_ name: Name, _ role: Place.Role = .use) {
    places.append(Place(name: name, role: role, declaration: lookup(name.text)))
  }
}

// Statements

extension NameTable {
  private mutating func walk(_ statement: Statement) {
    switch statement.form {
    case .input(_, let shape, columns: _): walk(shape)
    case .parameter(_, let shape, let value, let bounds):
      walk(shape)
      walk(value)
      if let bounds {
        walk(bounds.lower)
        walk(bounds.upper)
      }
    case .constant(_, let shape, let value):
      walk(shape)
      walk(value)
    case .binding(let declaration): walk(declaration.value)
    case .function(let name, let formals, let body):
      withFormals(of: name, formals) { $0.walk(body) }
    case .derivative(let rule): walk(rule)
    case .minimize(let value), .maximize(let value): walk(value)
    case .fit(let fit):
      walk(fit.observed)
      walk(fit.model)
      for option in fit.options { walk(option.value) }
    case .metric(let name, let value):
      walk(value)
      _ = add(name, .output, scope: statement.range)
    case .precision: break
    case .constraint(let condition): walk(condition)
    case .output(let value, let alias), .report(let value, let alias):
      walk(value)
      if let alias { _ = add(alias, .output, scope: statement.range) }
    case .optimizer(let name, let formals, let body):
      withFormals(of: name, formals) { table in
        for line in body { table.walk(line, in: statement.range) }
      }
    case .train(let settings):
      for setting in settings {
        places.append(Place(name: setting.name, role: .setting, declaration: nil))
        for value in setting.values { walk(value) }
      }
    }
  }

  private mutating func withFormals(
    of name: Name, _ formals: [FormalParameter], _ body: (inout NameTable) -> Void
  ) {
    let places = declared[name.range.lower].flatMap { self.formals[$0] } ?? []
    for formal in formals { formal.defaultValue.map { walk($0) } }
    locals.append([:])
    for (formal, place) in zip(formals, places) {
      locals[locals.count - 1][formal.name.text] = place
    }
    body(&self)
    locals.removeLast()
  }

  /// A rule's arguments are the function's, by their places.
  private mutating func walk(_ rule: DerivativeRule) {
    use(rule.function)
    let places = globals[rule.function.text].flatMap { formals[$0] } ?? []
    locals.append([:])
    for (number, argument) in rule.arguments.enumerated() where number < places.count {
      locals[locals.count - 1][argument.text] = places[number]
    }
    for argument in rule.arguments { use(argument) }
    rule.by.map { use($0) }
    walk(rule.body)
    locals.removeLast()
  }

  private mutating func walk(_ line: OptimizerStatement, in scope: SourceRange) {
    switch line {
    case .state(let name, let initial, _):
      walk(initial)
      bind(name, .state, scope)
    case .binding(let declaration):
      walk(declaration.value)
      for name in declaration.names { bind(name, .binding, scope) }
    case .assignment(let name, let value, _):
      if name.text != "param" || lookup(name.text) != nil { use(name) }
      walk(value)
    }
  }

  private mutating func walk(_ shape: ShapeSyntax?) {
    for dimension in shape?.dimensions ?? [] { walk(dimension) }
  }

  private mutating func walk(_ value: InitialValue?) {
    switch value {
    case .value(let value): walk(value)
    case .distribution(let name, let arguments):
      places.append(Place(name: name, role: .call, declaration: nil))
      for argument in arguments { walk(argument.value) }
    case .file, nil: break
    }
  }
}

// Expressions

extension NameTable {
  private mutating func walk(_ expression: Expression) {
    switch expression.form {
    case .number, .string, .missing: break
    case .name(let text): use(Name(text, expression.range))
    case .sum(let first, let links), .product(let first, let links):
      walk(first)
      for link in links { walk(link.operand) }
    case .power(let operands), .and(let operands), .or(let operands), .array(let operands):
      for operand in operands { walk(operand) }
    case .prefix(_, count: _, let operand), .transposed(let operand): walk(operand)
    case .comparison(let left, _, let right):
      walk(left)
      walk(right)
    case .choice(let branches, let otherwise):
      for branch in branches {
        walk(branch.condition)
        walk(branch.value)
      }
      walk(otherwise)
    case .call(let name, let arguments): walk(call: name, arguments, in: expression.range)
    case .subscripted(let base, let places):
      walk(base)
      for place in places { walk(place) }
    case .loop(let loop): walk(loop, in: expression.range)
    case .block(let lets, let value):
      locals.append([:])
      walk(lets, in: expression.range)
      walk(value)
      locals.removeLast()
    }
  }

  private mutating func walk(call name: Name, _ arguments: [Argument], in scope: SourceRange) {
    use(name, .call)
    let callee = lookup(name.text)
    locals.append([:])
    // What `root` solves for is a name of its own.
    if callee == nil, name.text == "root", arguments.count > 1,
      case .name(let text) = arguments[1].value.form
    {
      bind(Name(text, arguments[1].value.range), .argument, scope)
    }
    for argument in arguments {
      if let label = argument.label {
        let formal = callee.flatMap { formals[$0] }?.first {
          declarations[$0].name.text == label.text
        }
        places.append(Place(name: label, role: .label, declaration: formal))
      }
      walk(argument.value)
    }
    locals.removeLast()
  }

  private mutating func walk(_ place: Subscript) {
    switch place {
    case .index(let value): walk(value)
    case .range(let lower, let upper, includesUpper: _, _):
      lower.map { walk($0) }
      upper.map { walk($0) }
    case .new: break
    }
  }

  private mutating func walk(_ loop: Loop, in scope: SourceRange) {
    if let callee = loop.callee {
      places.append(Place(name: callee, role: .call, declaration: nil))
    }
    locals.append([:])
    for range in loop.ranges {
      walk(range.lower)
      walk(range.upper)
      bind(range.name, .index, scope)
    }
    let indices = locals.removeLast()
    for state in loop.states { walk(state.initial) }
    for option in loop.options {
      option.label.map { places.append(Place(name: $0, role: .label, declaration: nil)) }
      walk(option.value)
    }
    locals.append(indices)
    for state in loop.states { bind(state.name, .state, scope) }
    walk(loop.lets, in: scope)
    for value in loop.body { walk(value) }
    locals.removeLast()
  }

  private mutating func walk(_ lets: [LetDeclaration], in scope: SourceRange) {
    for declaration in lets {
      walk(declaration.value)
      for name in declaration.names { bind(name, .binding, scope) }
    }
  }
}
