import ADCCalculus
import ADCSyntax

/// Turns a tree into nodes: the state that all parts of elaboration share.
///
/// Recursion follows the tree alone, whose depth the parser caps; calls of functions add to it and
/// are counted by `depth`.
struct Elaborator: Sendable {
  /// The most expressions within each other, bodies of called functions included.
  static let depthLimit = 500
  /// The most calls of functions that one statement may expand to.
  static let expansionLimit = 500_000
  /// The most definitions that are looked at to find a circle.
  static let searchLimit = 20_000
  /// After so many errors the rest says nothing new.
  static let errorLimit = 100

  var source: SourceText
  var graph = ExpressionGraph()
  var spans: [SourceRange] = []
  /// Whether each node is the same number whatever the data and the parameters are.
  var isConstant: [Bool] = []
  var diagnostics: [Diagnostic] = []
  var globals: [String: Binding] = [:]
  /// Scopes of bodies and blocks, innermost last.
  var locals: [[String: Binding]] = []
  /// Only declarations of statements before this one are seen.
  var visibleLimit = Int.max
  /// The number of the statement that is elaborated.
  var ordinal = 0
  var functions: [FunctionDefinition] = []
  var optimizers: [OptimizerDefinition] = []
  /// The `derivative` statements, to be compared with differences.
  var derivativeRules: [CheckedRule] = []
  var environment: [String: NodeID] = [:]
  /// Whether `step` and `epoch` are known.
  var knowsProgress = false
  /// All statements, for what is used before it is declared.
  var statements: [Statement] = []
  /// Where each name is declared; found when the first name is missing.
  var declarations: [String: Declaration]?
  /// Names whose definitions go in a circle that is reported.
  var circular: Set<String> = []
  /// What stands for all places while a body of the prelude is elaborated.
  var substituteRange: SourceRange?
  var depth = 0
  var expansions = 0
  var draws = 0
  /// The indices of the loops around what is elaborated, outermost first; those around a call, too.
  var openIndices: [OpenIndex] = []
  /// What holds, of the indices of loops, where the branch that is elaborated is chosen.
  var branchConditions: [NodeID] = []
  /// How many `scan` are around what is elaborated.
  var scanDepth = 0
  var knownCalls: [CallKey: NodeID] = [:]

  struct Declaration: Sendable {
    var ordinal: Int
    var name: Name
    var kind: Binding.Kind
    var value: Expression?
  }

  struct CallKey: Hashable, Sendable {
    var function: Int
    var operands: [NodeID]
    /// Those of the branches around: places are asked for only where they hold.
    var conditions: [NodeID]
  }

  init(source: SourceText) { self.source = source }

  /// Adds an error and gives what is thrown for it.
  mutating func report(
    _ code: String, _ message: String, at range: SourceRange, notes: [Diagnostic.Note] = [],
    fix: String? = nil
  ) -> Reported {
    diagnostics.append(
      Diagnostic(code, message, at: substituteRange ?? range, notes: notes, fix: fix))
    return Reported()
  }

  /// The text of an expression for a message: short, on one line, in back quotes.
  func quote(_ range: SourceRange) -> String? {
    guard substituteRange == nil, range.upper - range.lower <= 60 else { return nil }
    let text = source.text(range)
    guard !text.contains(where: \.isNewline) else { return nil }
    return "`\(text)`"
  }

  /// A name for a message, shortened where it is endless.
  func quote(name: String) -> String {
    name.utf8.count <= 60 ? "`\(name)`" : "`\(name.prefix(40))…`"
  }

  /// Gives the nodes that are new since the last call their place.
  mutating func record(_ range: SourceRange) {
    let range = substituteRange ?? range
    while spans.count < graph.count {
      let node = NodeID(spans.count)
      spans.append(range)
      var isConstant = hasOwnValue(node)
      for place in graph.operandPlaces(node.slot) where isConstant {
        isConstant = self.isConstant[graph.operand(at: place).slot]
      }
      self.isConstant.append(isConstant)
    }
  }

  /// Whether a node's value needs nothing but its operands.
  private func hasOwnValue(_ node: NodeID) -> Bool {
    if !graph.hasAttribute(node) { return true }
    switch graph.attribute(node) {
    case .symbol, .recurrence: return false
    case .dimension(let dimension): return dimension.known != nil
    case .shape(let shape), .scattering(let shape, _): return shape.knownCount != nil
    default: return true
    }
  }

  mutating func constant(_ value: Double, at range: SourceRange) -> NodeID {
    let node = graph.constant(value)
    record(range)
    return node
  }

  mutating func symbol(
    _ name: String, _ role: Symbol.Role, _ shape: Shape, bounds: ClosedRange<Double>? = nil,
    at range: SourceRange
  ) -> NodeID {
    let node = graph.symbol(Symbol(name: name, role: role, shape: shape, bounds: bounds))
    record(range)
    return node
  }

  /// A number that the run sets.
  mutating func environmentSymbol(_ name: String, at range: SourceRange) -> NodeID {
    if let node = environment[name] { return node }
    let node = symbol(name, .environment, .scalar, at: range)
    environment[name] = node
    return node
  }

  /// An operator over operands, once its shape rule agrees.
  mutating func apply(
    _ op: OperatorID, _ operands: [NodeID], _ attribute: Attribute = .none, at range: SourceRange,
    code: String = "AD0305"
  ) throws(Reported) -> NodeID {
    if Catalogue.isElementwise[op.index], case .none = attribute,
      operands.allSatisfy({ graph.isScalar($0) })
    {
      let node = graph.build(op, operands)
      record(range)
      return node
    }
    let query = ShapeQuery(
      operands: operands.map { graph.shape($0) }, attribute: attribute, symbols: graph.symbols,
      tables: graph.tables)
    if case .failure(let problem) = Catalogue.operators[op.index].shape(query) {
      let subject = quote(range).map { "\($0): " } ?? ""
      // `solve(x^2 - 2, x)`: an equation, and not a matrix and a right-hand side.
      let isEquation =
        Catalogue.operators[op.index].spelling == "solve" && query.operands[0].isScalar
      let fix = isEquation ? ForeignNames.phrases["fsolve"] : problem.fix
      throw report(code, subject + problem.message, at: range, fix: fix)
    }
    let node = graph.build(op, operands, attribute)
    record(range)
    return node
  }

  /// Counts a level of nesting; `leave` ends it.
  mutating func enter(_ range: SourceRange) throws(Reported) {
    if depth >= Self.depthLimit {
      throw report(
        "AD0409",
        "the functions called here are nested too deeply; at most "
          + "\(Self.depthLimit) expressions may be within each other", at: range)
    }
    depth += 1
  }
}
