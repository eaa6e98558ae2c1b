package import ADCCalculus
package import ADCSyntax

/// A value in `train { }` and its place.
package struct Setting<Value: Sendable>: Sendable {
  /// As the model says it, checked.
  package var value: Value
  /// The place of the value.
  package var range: SourceRange
}

/// What `train { }` asks for; nil where it says nothing.
package struct TrainingPlan: Sendable {
  /// Files beside the model.
  package var dataFiles: [Setting<String>] = []
  /// What makes updates; at most one of this and `solver` is set.
  package var optimizer: OptimizerUse?
  /// What finds the minimum instead of an optimizer; at most one of both is set.
  package var solver: SolverUse?
  /// Passes over the data; at most one of `epochs` and `steps` is set.
  package var epochs: Setting<Int>?
  /// Updates.
  package var steps: Setting<Int>?
  /// Rows in a mini-batch; nil for all rows at once.
  package var batch: Setting<Int>?
  /// Whether rows get a new order in each epoch.
  package var shuffle: Setting<Bool>?
  /// What all draws come from.
  package var seed: Setting<Int>?
  /// Rows held back, whose loss is reported after each epoch.
  package var validation: Validation?
  /// Epochs without a better loss after which the run ends.
  package var patience: Setting<Int>?
  /// Batches whose gradients are averaged for one update.
  package var accumulated: Setting<Int>?
  /// Parts of the rows that are held back one after another.
  package var folds: Setting<Int>?
  /// What is done with fields that have no value.
  package var missing: Setting<MissingPolicy>?
  /// The inputs that are shifted and scaled.
  package var standardized: [Setting<String>] = []
  /// Whether rows stay on the disk; where it is not said, their number decides.
  package var streams: Setting<Bool>?
  /// The place of the block; nil for a model without one.
  package var range: SourceRange?
}

/// What is done with a field that has no value.
package enum MissingPolicy: String, Sendable, CaseIterable {
  case error, drop, mean
}

/// The rows that are held back from training.
package struct Validation: Sendable {
  /// Between 0 and 1, both excluded.
  package var fraction: Double
  /// Whether they are the last rows rather than drawn ones.
  package var takesLast: Bool
  /// The place of the setting.
  package var range: SourceRange
}

/// An optimizer with its arguments, as in `optimizer adam(rate: 0.1)`.
package struct OptimizerUse: Sendable {
  /// An argument's value: an expression over constants, `step` and `epoch`.
  package struct Argument: Sendable {
    /// As the optimizer's definition has it.
    package var name: String
    /// A scalar in the model's graph.
    package var node: NodeID
    /// The place of the argument.
    package var range: SourceRange
  }

  /// Of the model's optimizer or the prelude's; a model's own comes first.
  package var name: String
  /// Those that are written; the others have the definition's defaults.
  package var arguments: [Argument]
  /// The place of the call.
  package var range: SourceRange
}

/// An `optimizer` declaration, of the model or of the prelude.
package struct OptimizerDefinition: Sendable {
  /// With its place in the text.
  package var name: Name
  /// Without the parameter and the gradient, which every optimizer gets.
  package var arguments: [FormalParameter]
  /// In the order written: states, named expressions and assignments.
  package var body: [OptimizerStatement]
  package var description: String?
  /// Whether its places are in the prelude's text, not in the model's.
  package var isPrelude: Bool
  /// The number of the statement, for what it can see.
  var ordinal: Int
}

/// An optimizer's update of one parameter.
package struct OptimizerInstance: Sendable {
  /// A value that lives from step to step.
  package struct State: Sendable {
    /// As in the optimizer, unique within it.
    package var name: String
    /// The symbol for the value before the step, of the parameter's shape.
    package var symbol: NodeID
    /// The value before the first step, of the parameter's shape.
    package var initial: NodeID
    /// The value after the step, of the parameter's shape.
    package var updated: NodeID

    /// A state whose three nodes are in one graph.
    package init(name: String, symbol: NodeID, initial: NodeID, updated: NodeID) {
      self.name = name
      self.symbol = symbol
      self.initial = initial
      self.updated = updated
    }
  }

  /// The parameter after the step.
  package var parameter: NodeID
  /// The states that the update needs; those that never reach the parameter are left out.
  package var states: [State]
}
