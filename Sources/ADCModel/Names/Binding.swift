import ADCCalculus
import ADCSyntax

/// What a name stands for.
struct Binding: Sendable {
  enum Meaning: Sendable {
    case node(NodeID)
    /// The place in `Elaborator.functions`.
    case function(Int)
    case dimension(Dimension)
    /// Its declaration was wrong and is reported; uses are silent.
    case broken
  }

  enum Kind: String, Sendable {
    case input = "an input"
    case parameter = "a parameter"
    case constant = "a constant"
    case binding = "a `let`"
    case function = "a function"
    case dimension = "a dimension"
    case argument = "an argument"
    case state = "a state"
    case index = "the index of a loop"
    case environment = "a number of the run"
    case variable = "a variable"
  }

  var meaning: Meaning
  var kind: Kind
  var range: SourceRange
  /// The number of the statement that declares it; 0 inside bodies.
  var ordinal = 0
}

/// A function of the model.
struct FunctionDefinition: Sendable {
  var name: Name
  var arguments: [FormalParameter]
  var body: Expression
  /// The number of its statement: it sees what was declared before.
  var ordinal: Int
  /// Arguments that its body differentiates by.
  var differentiated: Set<String>
  /// Where it is called first.
  var firstUse: SourceRange?
  /// Whether its places are in the prelude's text, not in the model's.
  var isPrelude = false
  /// What its `derivative` statements made of it.
  var rule: FunctionRuleUse?
}

/// A problem that is in the diagnostics already.
struct Reported: Error {}
