import ADCCalculus
import ADCSyntax

/// Goes through the statements of a file, in order, and gathers what they declare.
struct DeclarationChecker {
  var elaborator: Elaborator
  /// Values that replace those of constants and parameters, by name.
  var overrides: [String: Expression]
  var inputs: [Input] = []
  var parameters: [Parameter] = []
  var constants: [Constant] = []
  var lets: [Definition] = []
  var metrics: [Definition] = []
  var outputs: [Definition] = []
  var reports: [Definition] = []
  var constraints: [Constraint] = []
  var objective: Objective?
  var training = TrainingPlan()
  var precision = Precision.double
  var precisionRange: SourceRange?

  init(source: SourceText, overrides: [String: Expression]) {
    elaborator = Elaborator(source: source)
    self.overrides = overrides
  }

  /// Checks one statement; what is wrong with it is in the elaborator's diagnostics.
  mutating func check(_ statement: Statement) {
    do throws(Reported) {
      switch statement.form {
      case .precision(let word): try precision(word, at: statement.range)
      case .input(let name, let shape, let columns):
        try input(name, shape, columns, statement.description)
      case .parameter(let name, let shape, let initial, let bounds):
        try parameter(name, shape, initial, bounds, statement.description)
      case .constant(let name, let shape, let value):
        try constant(name, shape, value, statement.description)
      case .binding(let declaration): try binding(declaration, statement.description)
      case .function(let name, let arguments, let body): try function(name, arguments, body)
      case .derivative(let rule): try elaborator.check(rule, at: statement.range)
      case .minimize(let value): try minimize(value, isMaximized: false)
      case .maximize(let value): try minimize(value, isMaximized: true)
      case .fit(let fit): try elaborator.check(fit, into: &objective)
      case .metric(let name, let value): try metric(name, value, statement.description)
      case .output(let value, let alias): try output(value, alias, statement.description)
      case .report(let value, let alias): try report(value, alias, statement.description)
      case .constraint(let condition): constraints.append(try elaborator.constraint(condition))
      case .optimizer(let name, let arguments, let body):
        try optimizer(name, arguments, body, statement.description)
      case .train(let settings):
        // Where the model stands is seen by the lines that say how it is trained.
        guard training.range == nil else {
          throw elaborator.report(
            "AD0510", "a model has one `train` block", at: statement.range,
            notes: training.range.map { [Diagnostic.Note("the first", at: $0)] } ?? [])
        }
        training.range = statement.range
        elaborator.check(settings, into: &training)
      }
    } catch {
      markBroken(statement)
    }
  }

  /// Keeps uses of a name silent whose declaration is wrong.
  private mutating func markBroken(_ statement: Statement) {
    let names: [Name]
    switch statement.form {
    case .input(let declared, _, columns: _), .parameter(let declared, _, _, _),
      .constant(let declared, _, _), .function(let declared, _, body: _):
      names = [declared]
    case .binding(let declaration): names = declaration.names
    case .precision, .derivative, .optimizer, .minimize, .maximize, .fit, .metric, .output,
      .report, .constraint, .train:
      return
    }
    for name in names where elaborator.globals[name.text] == nil {
      elaborator.globals[name.text] = Binding(
        meaning: .broken, kind: .binding, range: name.range, ordinal: elaborator.ordinal)
    }
  }

  private mutating func input(
    _ name: Name, _ syntax: ShapeSyntax?, _ columns: ColumnList?, _ description: String?
  ) throws(Reported) {
    let binding = try ColumnNames.binding(of: columns, in: &elaborator)
    if let columns = binding.named, let syntax {
      try fixDimension(of: syntax, by: columns.names.count)
    }
    let shape =
      try syntax.map { shape throws(Reported) in
        try elaborator.shape(shape, declaring: true)
      } ?? .scalar
    if let columns = binding.named { try check(columns.names.count, shape, columns.range) }
    let node = elaborator.symbol(name.text, .input, shape, at: name.range)
    try elaborator.define(
      name, Binding(meaning: .node(node), kind: .input, range: name.range))
    inputs.append(
      Input(
        name: name.text, node: node, shape: shape, columns: binding, description: description,
        range: name.range))
  }

  /// In `[n, k] from "p0".."p63"` the columns say what `k` is.
  private mutating func fixDimension(
    of syntax: ShapeSyntax, by count: Int
  ) throws(Reported) {
    guard syntax.dimensions.count == 2, case .name(let text) = syntax.dimensions[1].form,
      elaborator.binding(text) == nil
    else { return }
    try elaborator.define(
      Name(text, syntax.dimensions[1].range),
      Binding(
        meaning: .dimension(Dimension(count)), kind: .dimension,
        range: syntax.dimensions[1].range))
  }

  private mutating func check(
    _ count: Int, _ shape: Shape, _ range: SourceRange
  ) throws(Reported) {
    let rows = Shape(Array(shape.dimensions.dropFirst()))
    guard let wanted = rows.knownCount, wanted != count else { return }
    throw elaborator.report(
      "AD0310",
      "a row of the shape \(shape) has \(wanted) \(wanted == 1 ? "number" : "numbers"), and "
        + "\(count) \(count == 1 ? "column is" : "columns are") named", at: range)
  }

  private mutating func constant(
    _ name: Name, _ syntax: ShapeSyntax?, _ value: Expression, _ description: String?
  ) throws(Reported) {
    var table = try tableOrOverride(name, value, "the value of `const \(name.text)`")
    if let syntax {
      let shape = try elaborator.shape(syntax)
      table = try fitted(table, to: shape, at: value.range)
    }
    let node = elaborator.graph.table(table)
    elaborator.record(value.range)
    try elaborator.define(
      name, Binding(meaning: .node(node), kind: .constant, range: name.range))
    constants.append(
      Constant(
        name: name.text, value: table, node: node, description: description, range: name.range))
  }

  private mutating func tableOrOverride(
    _ name: Name, _ value: Expression, _ purpose: String
  ) throws(Reported) -> Table {
    guard let override = overrides.removeValue(forKey: name.text) else {
      return try elaborator.constantTable(value, for: purpose)
    }
    // The override has its own text: what is wrong with it is shown at the name it sets.
    elaborator.substituteRange = name.range
    defer { elaborator.substituteRange = nil }
    return try elaborator.constantTable(override, for: "the value set for `\(name.text)`")
  }

  /// A constant of a declared shape, repeated as broadcasting does.
  private mutating func fitted(
    _ table: Table, to shape: Shape, at range: SourceRange
  ) throws(Reported) -> Table {
    try checkFit(table, shape, at: range)
    guard let count = shape.knownCount, count <= ConstantEvaluator.sizeLimit else {
      throw elaborator.report(
        "AD0307",
        "a constant cannot have the shape \(shape): its size must be known and at most "
          + "\(ConstantEvaluator.sizeLimit) numbers", at: range)
    }
    return Table(shape: shape, values: TableFunctions.broadcast(table, to: shape, count))
  }

  private mutating func checkFit(
    _ table: Table, _ shape: Shape, at range: SourceRange
  ) throws(Reported) {
    guard table.shape.broadcast(with: shape) == shape else {
      throw elaborator.report(
        "AD0308", "the value has the shape \(table.shape), and \(shape) is declared", at: range)
    }
  }

  private mutating func parameter(
    _ name: Name, _ syntax: ShapeSyntax?, _ initial: InitialValue?, _ limits: Bounds?,
    _ description: String?
  ) throws(Reported) {
    let declared = try syntax.map { shape throws(Reported) in try elaborator.shape(shape) }
    let start: ParameterStart
    let shape: Shape
    if let override = overrides[name.text] {
      let table = try tableOrOverride(name, override, "")
      shape = declared ?? table.shape
      try checkFit(table, shape, at: name.range)
      start = .values(table)
    } else {
      (start, shape) = try self.start(of: name, declared, initial)
    }
    let bounds = try limits.map { limits throws(Reported) in try self.bounds(limits) }
    if let bounds, let limits { try check(start, within: bounds, limits, of: name) }
    let node = elaborator.symbol(name.text, .parameter, shape, bounds: bounds, at: name.range)
    try elaborator.define(
      name, Binding(meaning: .node(node), kind: .parameter, range: name.range))
    parameters.append(
      Parameter(
        name: name.text, node: node, shape: shape, initial: start, bounds: bounds,
        description: description, range: name.range))
  }

  /// Two numbers, the lower one first; `inf` where there is no bound.
  private mutating func bounds(_ limits: Bounds) throws(Reported) -> ClosedRange<Double> {
    let lower = try bound(limits.lower, "lower")
    let upper = try bound(limits.upper, "upper")
    guard lower < upper else {
      throw elaborator.report(
        "AD0319", "the lower bound, \(lower), is not below the upper one, \(upper)",
        at: limits.range, fix: lower > upper ? "write the smaller one first" : nil)
    }
    return lower...upper
  }

  private mutating func bound(_ value: Expression, _ which: String) throws(Reported) -> Double {
    let table = try elaborator.constantTable(value, for: "the \(which) bound")
    guard table.shape.isScalar, let number = table.values.first, !number.isNaN else {
      throw elaborator.report(
        "AD0319", "a bound is one number, and this has the shape \(table.shape)", at: value.range)
    }
    return number
  }

  private mutating func check(
    _ start: ParameterStart, within bounds: ClosedRange<Double>, _ limits: Bounds, of name: Name
  ) throws(Reported) {
    guard case .values(let table) = start,
      let outside = table.values.first(where: { !bounds.contains($0) })
    else { return }
    throw elaborator.report(
      "AD0319",
      "the first value of \(elaborator.quote(name: name.text)), \(outside), is outside its "
        + "bounds", at: limits.range)
  }

  private mutating func start(
    of name: Name, _ declared: Shape?, _ initial: InitialValue?
  ) throws(Reported) -> (ParameterStart, Shape) {
    switch initial {
    case nil:
      throw elaborator.report(
        "AD0214", "the parameter \(elaborator.quote(name: name.text)) has no first value",
        at: name.range, fix: "give one, `= 0`, or draw one, `~ normal(0, 1)`")
    case .value(let value)?:
      let table = try elaborator.constantTable(
        value, for: "the first value of \(elaborator.quote(name: name.text))")
      let shape = declared ?? table.shape
      try checkFit(table, shape, at: value.range)
      return (.values(table), shape)
    case .distribution(let kind, let arguments)?:
      let shape = declared ?? .scalar
      return (.drawn(try elaborator.distribution(kind, arguments, of: shape)), shape)
    case .file(let path, let range)?:
      guard let declared else {
        throw elaborator.report(
          "AD0308", "a parameter from a file needs a declared shape", at: name.range,
          fix: "write `param \(name.text): [rows, columns] from …`")
      }
      return (.file(path, range), declared)
    }
  }

  private mutating func binding(
    _ declaration: LetDeclaration, _ description: String?
  ) throws(Reported) {
    // Part of a circle that is reported already.
    if declaration.names.contains(where: { elaborator.circular.contains($0.text) }) {
      throw Reported()
    }
    let nodes = try elaborator.values(of: declaration)
    for (name, node) in zip(declaration.names, nodes) {
      try elaborator.define(
        name, Binding(meaning: .node(node), kind: .binding, range: name.range))
      elaborator.graph.name(node, name.text)
      lets.append(
        Definition(
          name: name.text, node: node, description: declaration.description ?? description,
          range: name.range))
    }
  }

  private mutating func function(
    _ name: Name, _ arguments: [FormalParameter], _ body: Expression
  ) throws(Reported) {
    if elaborator.circular.contains(name.text) { throw Reported() }
    try checkArguments(arguments)
    let formals = arguments.map(\.name.text)
    let names = FreeNames(body, except: formals)
    try elaborator.checkNames(names)
    elaborator.functions.append(
      FunctionDefinition(
        name: name, arguments: arguments, body: body, ordinal: elaborator.ordinal,
        differentiated: names.differentiated.intersection(formals)))
    try elaborator.define(
      name,
      Binding(
        meaning: .function(elaborator.functions.count - 1), kind: .function, range: name.range))
  }

  private mutating func checkArguments(_ arguments: [FormalParameter]) throws(Reported) {
    var seen: [String: SourceRange] = [:]
    for argument in arguments {
      if let first = seen.updateValue(argument.name.range, forKey: argument.name.text) {
        throw elaborator.report(
          "AD0202", "two arguments are called \(elaborator.quote(name: argument.name.text))",
          at: argument.name.range, notes: [Diagnostic.Note("the first", at: first)])
      }
    }
  }

  private mutating func optimizer(
    _ name: Name, _ arguments: [FormalParameter], _ body: [OptimizerStatement],
    _ description: String?
  ) throws(Reported) {
    try checkArguments(arguments)
    let definition = OptimizerDefinition(
      name: name, arguments: arguments, body: body, description: description, isPrelude: false,
      ordinal: elaborator.ordinal)
    if let first = elaborator.optimizers.first(where: { $0.name.text == name.text && !$0.isPrelude }
    ) {
      throw elaborator.report(
        "AD0202", "the optimizer \(elaborator.quote(name: name.text)) is defined twice",
        at: name.range, notes: [Diagnostic.Note("the first", at: first.name.range)])
    }
    // Before those of the prelude, which it may hide.
    let place = elaborator.optimizers.firstIndex(where: \.isPrelude) ?? elaborator.optimizers.count
    elaborator.optimizers.insert(definition, at: place)
  }
}
