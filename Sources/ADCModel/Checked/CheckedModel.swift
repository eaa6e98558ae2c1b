// A model after checking: names resolved, shapes known, every role found.
// In: a tree from ADCSyntax. Out: a graph and what its nodes mean to the person who wrote them.
// Must not know bytecode or data.

package import ADCCalculus
package import ADCSyntax

/// A model whose names, shapes and settings are right.
package struct CheckedModel: Sendable {
  /// Every expression of the model; it may be grown, and ids stay what they are.
  package var graph: ExpressionGraph
  /// Where each node of `graph` was written, in the order of ids; nodes added later have none.
  package let spans: [SourceRange]
  /// In the order written, as are the lists below.
  package let inputs: [Input]
  /// What training changes.
  package let parameters: [Parameter]
  /// What neither data nor training change.
  package let constants: [Constant]
  /// Named expressions, whether anything uses them or not.
  package let lets: [Definition]
  /// The names of the model's functions, in the order written.
  package let functions: [String]
  /// The model's own `derivative` rules, in the order written.
  package let derivativeRules: [CheckedRule]
  /// The numbers that its program is run with.
  package let precision: Precision
  /// What is minimised or maximised; nil for a model of outputs and lets alone.
  package let objective: Objective?
  /// What is reported beside the loss, each one number.
  package let metrics: [Definition]
  /// What `predict` computes, any shapes.
  package let outputs: [Definition]
  /// Values of the parameters that are told after training.
  package let reports: [Definition]
  /// What the parameters must satisfy.
  package let constraints: [Constraint]
  /// The name of the data's rows: the first dimension of the first input that has a name for it.
  package let rowDimension: String?
  /// What `train { }` says; its fields are nil where it is silent or absent.
  package internal(set) var training: TrainingPlan
  /// The numbers that the run sets, by name (`step`, `epoch`, `training`, `seed`), where used.
  package internal(set) var environment: [String: NodeID]
  /// The names as they stand after the last statement, for what is elaborated later.
  var names: Elaborator

  /// The optimizers of the model, then those of the prelude that it uses.
  package var optimizers: [OptimizerDefinition] { names.optimizers }
}

/// Where an input's values come from.
package enum ColumnBinding: Hashable, Sendable {
  /// The column of the input's own name.
  case ownName
  /// These columns, in this order; their number is the product of the dimensions after the first.
  case columns([String], SourceRange)
  /// These columns hold words, or numbers that name something: each value becomes its place among
  /// the column's different values in their order.
  case categories([String], SourceRange)

  /// The columns with their place; nil for the column of the input's own name.
  package var named: (names: [String], range: SourceRange)? {
    switch self {
    case .ownName: nil
    case .columns(let names, let range), .categories(let names, let range): (names, range)
    }
  }
}

/// A value that is fed from data.
package struct Input: Sendable {
  /// Unique among the model's names.
  package var name: String
  /// The symbol.
  package var node: NodeID
  /// As declared; names stand for sizes that the data fix.
  package var shape: Shape
  /// Where in a table its numbers are.
  package var columns: ColumnBinding
  package var description: String?
  /// The place of the name.
  package var range: SourceRange
}

/// A value that is trained.
package struct Parameter: Sendable {
  /// Unique among the model's names.
  package var name: String
  /// The symbol.
  package var node: NodeID
  /// As declared; its named dimensions are sizes that the data fix.
  package var shape: Shape
  /// Where its first values come from.
  package var initial: ParameterStart
  /// Where its values stay, both ends included; nil where they may be anything.
  package var bounds: ClosedRange<Double>?
  package var description: String?
  /// The place of the name.
  package var range: SourceRange
}

/// A parameter's first value.
package enum ParameterStart: Sendable {
  /// Numbers whose shape broadcasts to the parameter's (often a scalar).
  case values(Table)
  case drawn(Distribution)
  /// A file beside the model.
  case file(String, SourceRange)
}

/// How a parameter's first value is drawn.
package struct Distribution: Hashable, Sendable {
  /// The distributions of the language; the raw value is their name in it.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Arguments: mean, standard deviation.
    case normal
    /// Arguments: lower and upper bound.
    case uniform
    /// Uniform in ±sqrt(6 / (fanIn + fanOut)).
    case glorot
    /// Normal, truncated at two deviations, with the variance 2 / (fanIn + fanOut).
    case glorotNormal = "glorot_normal"
    /// Uniform in ±sqrt(6 / fanIn).
    case he
    /// Normal, truncated at two deviations, with the variance 2 / fanIn.
    case heNormal = "he_normal"
    case zeros
    case ones
  }

  /// What is drawn from.
  package var kind: Kind
  /// As many numbers as the kind takes, defaults filled in.
  package var arguments: [Double]
  /// The sizes that `glorot` and `he` scale by: of the last two axes (a vector's size is both).
  package var fanIn: Dimension
  /// For a vector its size, as `fanIn`.
  package var fanOut: Dimension
}

/// A value that is not trained.
package struct Constant: Sendable {
  /// Unique among the model's names.
  package var name: String
  /// Its numbers, known when the model is checked.
  package var value: Table
  /// The number or table in the graph.
  package var node: NodeID
  package var description: String?
  /// The place of the name.
  package var range: SourceRange
}

/// A named expression: a `let` or an `output`.
package struct Definition: Sendable {
  /// As in the model; of an output, what files of results call it.
  package var name: String
  /// The value.
  package var node: NodeID
  package var description: String?
  /// The place of the name (of the expression, where an output takes its name from it).
  package var range: SourceRange
}

/// What training makes small or large.
package struct Objective: Sendable {
  /// A scalar, as written (not negated by `maximize`).
  package var node: NodeID
  /// Whether training makes it large.
  package var isMaximized: Bool
  /// What `fit` compares; empty for `minimize` and `maximize`.
  package var responses: [Response]
  /// The place of the expression.
  package var range: SourceRange
}

/// One `subject to`.
package struct Constraint: Sendable {
  /// What is 0 for an equality, and at most 0 for an inequality, element by element.
  package var node: NodeID
  /// Whether it is `==`; else it is written with an inequality.
  package var isEquality: Bool
  /// As written.
  package var text: String
  /// The place of the condition.
  package var range: SourceRange
}

/// One `fit`: an observed quantity and a model of it.
package struct Response: Sendable {
  /// As written on the left.
  package var name: String
  /// What was observed, an array or a number.
  package var observed: NodeID
  /// What the model says of it; both shapes go together.
  package var model: NodeID
  /// The standard deviations of the observations, where they are given.
  package var sigma: NodeID?
  /// Whether these are known themselves, and not only their ratios.
  package var isAbsolute: Bool
  /// Nil for squares.
  package var loss: RobustLoss?
  /// (model - observed) / sigma, bent where a robust loss asks for it, so that the objective is the
  /// sum of its squares.
  package var residual: NodeID
  /// The place of the statement.
  package var range: SourceRange
}
