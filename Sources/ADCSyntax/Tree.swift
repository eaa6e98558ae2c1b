// The tree of a program as written: no names resolved, no shapes known.
// Chains of operators of one level are one node, so a long line never makes a deep tree;
// the parser caps nesting (`Parser.nestingLimit`), so the tree can be walked by recursion.

/// A name and where it stands.
package struct Name: Hashable, Sendable {
  /// As written.
  package var text: String
  /// Where it stands; `0..<0` in trees that come from no text.
  package var range: SourceRange

  /// A name at a place.
  package init(_ text: String, _ range: SourceRange) {
    self.text = text
    self.range = range
  }
}

/// An expression with its place in the text.
package struct Expression: Hashable, Sendable {
  /// What an expression is. `(a, b)` is none, and parentheses are not kept.
  package indirect enum Form: Hashable, Sendable {
    /// A number; the text keeps what was written.
    case number(Double)
    /// A text between double quotes (file names).
    case string(String)
    case name(String)
    /// `a + b - c`: the first operand, then (operator, operand) of one level: `+ -`.
    case sum(Expression, [Link])
    /// `a * b / c @ d`: operators `* / @`, left to right.
    case product(Expression, [Link])
    /// `a ^ b ^ c`, right-associative: all operands in the order written (at least two).
    case power([Expression])
    /// `--x`, `+x`, `not x`; `count` signs that all are `operator`.
    case prefix(PrefixOperator, count: Int, Expression)
    /// One comparison; comparisons do not chain.
    case comparison(Expression, ComparisonOperator, Expression)
    /// `a and b and c`, at least two.
    case and([Expression])
    case or([Expression])
    /// `if c then a else if d then b else z`: the branches, then the last `else`.
    case choice([Branch], otherwise: Expression)
    /// `f(a, axis: 1)`; what is called is always a name.
    case call(Name, [Argument])
    /// `x[1, :, 2...]`
    case subscripted(Expression, [Subscript])
    /// `A'`
    case transposed(Expression)
    /// `[1, 2, 3]`, of any rank by nesting.
    case array([Expression])
    /// `sum(i in 0..<n: …)`, `[i in 0..<n: …]`, `scan(t in 0..<T, h = h0: …)`
    case loop(Loop)
    /// `{ let …; value }`, the body of a block function.
    case block([LetDeclaration], value: Expression)
    /// Where the parser gave up; already reported.
    case missing
  }

  /// An operator of a chain, with what stands on its right.
  package struct Link: Hashable, Sendable {
    /// On the level of its chain: `+ -` or `* / @`.
    package var `operator`: BinaryOperator
    /// The place of the operator's sign.
    package var operatorRange: SourceRange
    /// Its right side.
    package var operand: Expression

    /// The operator at `range`, and its right side.
    package init(_ binary: BinaryOperator, _ range: SourceRange, _ operand: Expression) {
      self.operator = binary
      self.operatorRange = range
      self.operand = operand
    }
  }

  /// One `if … then …` of a chain; what follows `else` is kept beside the branches.
  package struct Branch: Hashable, Sendable {
    /// Holds where it is not 0, element by element.
    package var condition: Expression
    /// What the expression is there, unless an earlier branch holds.
    package var value: Expression

    /// One case of a chain.
    package init(condition: Expression, value: Expression) {
      self.condition = condition
      self.value = value
    }
  }

  /// What it is.
  package var form: Form
  /// All of its text; `0..<0` in trees that come from no text.
  package var range: SourceRange

  /// An expression at a place.
  package init(_ form: Form, _ range: SourceRange) {
    self.form = form
    self.range = range
  }
}

/// Operators with two sides; the raw value is how they are written.
package enum BinaryOperator: String, Hashable, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case matrixMultiply = "@"
}

/// Operators before a value; the raw value is how they are written.
package enum PrefixOperator: String, Hashable, Sendable {
  case minus = "-"
  case plus = "+"
  case not = "not"
}

/// Comparisons, which give 1 or 0; the raw value is how they are written.
package enum ComparisonOperator: String, Hashable, Sendable {
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case equal = "=="
  case notEqual = "!="
}

/// An argument of a call, with its label where one is written.
package struct Argument: Hashable, Sendable {
  /// Nil for an argument by its position.
  package var label: Name?
  /// What is passed.
  package var value: Expression

  /// An argument, by its label or by its position.
  package init(label: Name?, value: Expression) {
    self.label = label
    self.value = value
  }
}

/// A loop over known ranges.
package struct Loop: Hashable, Sendable {
  /// What is done with the values: `sum`, `scan`; nil where they are an array.
  package var callee: Name?
  /// Outermost first; at least one in a tree without mistakes.
  package var ranges: [LoopRange] = []
  /// Of a `scan`: what goes from step to step.
  package var states: [LoopState] = []
  /// What a block declares before the values.
  package var lets: [LetDeclaration] = []
  /// One value; several are written `(a, b)`.
  package var body: [Expression] = []
  /// Named arguments behind the body.
  package var options: [Argument] = []

  /// A loop of which everything else is read later.
  package init(callee: Name?) { self.callee = callee }
}

/// `i in 0..<n`, `i in 1...n`.
package struct LoopRange: Hashable, Sendable {
  /// The index.
  package var name: Name
  /// The first value of the index.
  package var lower: Expression
  /// The last value, or with `..<` the one behind it.
  package var upper: Expression
  /// Whether `...` is written.
  package var includesUpper: Bool
  /// From the index to the end of the range.
  package var range: SourceRange

  /// A range over whole numbers, which the elaborator checks.
  package init(
    name: Name, lower: Expression, upper: Expression, includesUpper: Bool, range: SourceRange
  ) {
    self.name = name
    self.lower = lower
    self.upper = upper
    self.includesUpper = includesUpper
    self.range = range
  }
}

/// `h = h0` in the head of a `scan`.
package struct LoopState: Hashable, Sendable {
  /// What the state is called in the body.
  package var name: Name
  /// Its value before the first step.
  package var initial: Expression

  /// A state and its first value.
  package init(name: Name, initial: Expression) {
    self.name = name
    self.initial = initial
  }
}

/// One place of `x[…]`.
package enum Subscript: Hashable, Sendable {
  case index(Expression)
  /// `a..<b`, `a...b`, `a...`, `...b`, `..<b` or `:` (no bound at all).
  case range(lower: Expression?, upper: Expression?, includesUpper: Bool, SourceRange)
  /// `new`: a dimension of 1.
  case new(SourceRange)
}

/// A declared shape, `[n, 64]`; each entry is an expression over constants and dimension names.
package struct ShapeSyntax: Hashable, Sendable {
  /// Outermost first; none for a scalar, `[]`.
  package var dimensions: [Expression]
  /// Both brackets included.
  package var range: SourceRange

  /// A shape of any number of dimensions.
  package init(dimensions: [Expression], range: SourceRange) {
    self.dimensions = dimensions
    self.range = range
  }
}

/// `let name = value` or `let (a, b) = value`, at top level or in a block.
package struct LetDeclaration: Hashable, Sendable {
  /// The only one, or the first.
  package var name: Name
  /// Further names, of a value with several results.
  package var others: [Name]
  /// The value; of several names a call with as many results.
  package var value: Expression
  package var description: String?
  /// From `let` to the end of the value.
  package var range: SourceRange

  /// All names that it declares.
  package var names: [Name] { [name] + others }

  /// One name unless there are others.
  package init(
    name: Name, others: [Name] = [], value: Expression, description: String?, range: SourceRange
  ) {
    self.name = name
    self.others = others
    self.value = value
    self.description = description
    self.range = range
  }
}

/// A parameter of a function or an optimizer, with its default where one is written.
package struct FormalParameter: Hashable, Sendable {
  /// What the body calls it.
  package var name: Name
  /// Nil where a call must give it.
  package var defaultValue: Expression?

  /// A formal parameter, which calls must give where it has no default.
  package init(name: Name, defaultValue: Expression?) {
    self.name = name
    self.defaultValue = defaultValue
  }
}

/// `derivative f(a, b) by a as meant = value`: a rule for a function of the model.
package struct DerivativeRule: Hashable, Sendable {
  /// Which function it is for.
  package var function: Name
  /// What the rule calls the function's arguments, in their order.
  package var arguments: [Name]
  /// The argument that one differentiates by, where it is named.
  package var by: Name?
  /// Whether `as meant` says that the rule may differ from the function's derivative.
  package var isMeant: Bool
  /// The derivative, over `arguments`.
  package var body: Expression

  /// A rule; whether it fits its function is for the checker to say.
  package init(
    function: Name, arguments: [Name], by: Name?, isMeant: Bool, body: Expression
  ) {
    self.function = function
    self.arguments = arguments
    self.by = by
    self.isMeant = isMeant
    self.body = body
  }
}

/// A statement in the body of an `optimizer`.
package enum OptimizerStatement: Hashable, Sendable {
  case state(Name, initial: Expression, SourceRange)
  case binding(LetDeclaration)
  /// `name := value`; `name` is `param` or a state.
  case assignment(Name, value: Expression, SourceRange)
}

/// A line in `train { }`: `epochs 100`, `optimizer adam(rate: 0.1)`, `shuffle false`,
/// `validate last 20%`, `data "a.csv", "b.csv"`, `stop after 10 epochs without improvement`.
package struct TrainSetting: Hashable, Sendable {
  /// The word that begins the line.
  package var name: Name
  /// The words between the name and the values, such as `last`.
  package var modifiers: [Name]
  /// What follows the name, in the order written.
  package var values: [Expression]
  /// Whether the (last) value is followed by `%`.
  package var isPercentage: Bool
  /// Whether the (last) value is followed by `epochs without improvement`.
  package var isPatience: Bool
  /// The whole line.
  package var range: SourceRange

  /// A line; whether such a setting exists is for the checker to say.
  package init(
    name: Name, modifiers: [Name], values: [Expression], isPercentage: Bool,
    isPatience: Bool = false, range: SourceRange
  ) {
    self.name = name
    self.modifiers = modifiers
    self.values = values
    self.isPercentage = isPercentage
    self.isPatience = isPatience
    self.range = range
  }
}

/// The columns that feed an input: `from "a"`, `from "a", "b"`, `from "p0".."p63"` or
/// `from "species" as category`.
package enum ColumnList: Hashable, Sendable {
  case names([String], SourceRange)
  case categories([String], SourceRange)
  case span(first: String, last: String, SourceRange)
}

/// Where a parameter's first value comes from.
package enum InitialValue: Hashable, Sendable {
  case value(Expression)
  /// `~ normal(0, 1)`
  case distribution(Name, [Argument])
  /// `from "w.npy"`
  case file(String, SourceRange)
}

/// Where a parameter stays: `in 0...1`, `in 0...inf`.
package struct Bounds: Hashable, Sendable {
  /// The least value allowed; `-inf` for none.
  package var lower: Expression
  /// The greatest value allowed; `inf` for none.
  package var upper: Expression
  /// From the lower to the upper end.
  package var range: SourceRange

  /// Both ends included.
  package init(lower: Expression, upper: Expression, range: SourceRange) {
    self.lower = lower
    self.upper = upper
    self.range = range
  }
}

/// `fit y ~ model with sigma: s`.
package struct FitStatement: Hashable, Sendable {
  /// What stands left of `~`.
  package var observed: Expression
  /// What stands right of `~`.
  package var model: Expression
  /// What follows `with`: the errors of the observations, the loss.
  package var options: [Argument]

  /// A fit by least squares unless options say otherwise.
  package init(observed: Expression, model: Expression, options: [Argument]) {
    self.observed = observed
    self.model = model
    self.options = options
  }
}

/// A statement of a model file.
package struct Statement: Hashable, Sendable {
  /// What a statement is.
  package enum Form: Hashable, Sendable {
    /// `precision single`
    case precision(Name)
    case input(Name, ShapeSyntax?, columns: ColumnList?)
    case parameter(Name, ShapeSyntax?, InitialValue?, Bounds?)
    case constant(Name, ShapeSyntax?, Expression)
    case binding(LetDeclaration)
    case function(Name, [FormalParameter], body: Expression)
    case derivative(DerivativeRule)
    case minimize(Expression)
    case maximize(Expression)
    case fit(FitStatement)
    /// `metric accuracy = …`: reported beside the loss.
    case metric(Name, Expression)
    case output(Expression, alias: Name?)
    /// `report b1*b2 as product`: a value of the parameters, with its error in a fit.
    case report(Expression, alias: Name?)
    /// `subject to x + y <= 1`
    case constraint(Expression)
    case optimizer(Name, [FormalParameter], body: [OptimizerStatement])
    case train([TrainSetting])
  }

  /// What it is.
  package var form: Form
  /// The text of the `///` lines above it.
  package var description: String?
  /// Without the `///` lines above it.
  package var range: SourceRange

  /// A statement at a place, with the text of its `///` lines.
  package init(_ form: Form, description: String? = nil, range: SourceRange) {
    self.form = form
    self.description = description
    self.range = range
  }
}

/// A whole model file, or what could be read of it.
package struct SourceFile: Hashable, Sendable {
  /// In the order written; what could not be read is `missing` in them.
  package var statements: [Statement]

  /// A file of these statements.
  package init(statements: [Statement]) {
    self.statements = statements
  }
}
