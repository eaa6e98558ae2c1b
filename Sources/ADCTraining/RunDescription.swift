// What a run knows about a model beside its program: the roles of its symbols, where values come
// from and how it is trained. It is what an `.adb` file holds beside the bytecode.

package import ADCModel

/// The roles of a program's symbols and the settings of its training.
package struct RunDescription: Equatable, Sendable {
  /// A value fed from data.
  package struct Input: Equatable, Sendable {
    /// As in the model, and in messages.
    package var name: String
    /// The place in the program's symbols.
    package var symbol: Int
    /// The columns of a table that feed it, in order; one for an input of one number a row.
    package var columns: [String]
    /// Whether the columns hold words, each of which becomes a whole number.
    package var isCategory: Bool

    /// An input that is fed from columns of a table, or from a file of its own.
    package init(name: String, symbol: Int, columns: [String], isCategory: Bool = false) {
      self.name = name
      self.symbol = symbol
      self.columns = columns
      self.isCategory = isCategory
    }
  }

  /// Where a parameter's first value comes from.
  package enum Start: Equatable, Sendable {
    /// Numbers of a shape that broadcasts to the parameter's.
    case values(ShapedValues)
    /// A distribution by its name in the language, and its arguments.
    case drawn(kind: String, arguments: [Double])
    /// A file beside the model.
    case file(String)
  }

  /// A value that is trained.
  package struct Parameter: Equatable, Sendable {
    /// As in the model, in files of parameters and in reports.
    package var name: String
    /// The place in the program's symbols.
    package var symbol: Int
    /// Where its first values come from.
    package var start: Start
    /// Where its values stay, both ends included.
    package var lower: Double
    /// At least `lower`; infinite where nothing bounds it from above.
    package var upper: Double

    /// A parameter, without bounds unless they are given.
    package init(
      name: String, symbol: Int, start: Start, lower: Double = -.infinity,
      upper: Double = .infinity
    ) {
      self.name = name
      self.symbol = symbol
      self.start = start
      self.lower = lower
      self.upper = upper
    }
  }

  /// A value of the optimizer that lives from step to step.
  package struct State: Equatable, Sendable {
    /// Unique among states: the parameter's and the optimizer's name for it.
    package var name: String
    /// The place in the program's symbols.
    package var symbol: Int
    /// The parameter, by its place, whose moving average this is; nil for all else.
    package var averaged: Int?

    /// A state that is no moving average unless a parameter is given.
    package init(name: String, symbol: Int, averaged: Int? = nil) {
      self.name = name
      self.symbol = symbol
      self.averaged = averaged
    }
  }

  /// What is done with a field that has no value.
  package enum MissingPolicy: String, Sendable {
    case error, drop, mean
  }

  /// The settings of `train { }`; what is nil was not said.
  package struct Settings: Equatable, Sendable {
    /// Beside the model.
    package var dataFiles: [String] = []
    /// Passes over the data; at most one of `epochs` and `steps` is set.
    package var epochs: Int?
    /// Updates in all.
    package var steps: Int?
    /// Rows in a mini-batch; nil for all rows at once.
    package var batch: Int?
    /// Whether rows are put in a new order in each epoch; nil for yes.
    package var shuffle: Bool?
    /// What all draws come from; nil for 0.
    package var seed: Int?
    /// The share of rows held back, and whether they are the last ones.
    package var validation: Double?
    /// Whether the rows held back are the last ones rather than drawn ones.
    package var validatesLast = false
    /// Epochs without a better loss after which the run ends.
    package var patience: Int?
    /// Batches whose gradients are averaged for one update.
    package var accumulated: Int?
    /// Parts of the rows that are held back one after another.
    package var folds: Int?
    /// What is done with a field that has no value.
    package var missing = MissingPolicy.error
    /// The names of the inputs that are shifted and scaled.
    package var standardized: [String] = []
    /// Whether rows stay on the disk; nil where their number decides.
    package var streams: Bool?

    /// Nothing was said.
    package init() {}
  }

  /// The derivative of one of several arrays by one parameter: the array's shape, then the
  /// parameter's. What has no block does not depend on the parameter.
  package struct Block: Equatable, Sendable {
    /// The place of the array among those that are differentiated.
    package var array: Int
    /// The place of the parameter in `parameters`.
    package var parameter: Int

    /// A block by its two places.
    package init(array: Int, parameter: Int) {
      self.array = array
      self.parameter = parameter
    }
  }

  /// A solver that searches for the minimum, instead of an optimizer's updates.
  package struct Solver: Equatable, Sendable {
    /// The method.
    package var kind: SolverUse.Kind
    /// By name, with defaults filled in.
    package var arguments: [String: Double]
    /// The number of arrays of residuals that `residuals` gives; 0 where there are none.
    package var residuals = 0
    /// The parameter and the array of residuals of each further output of `jacobian`.
    package var blocks: [Block] = []
    /// Whether the derivatives of the residuals do not depend on the parameters.
    package var isLinear = false
    /// Parameters that the residuals are linear in while the others stay: their places.
    package var linear: [Int] = []
    /// What is fitted, in the order of the residuals; empty where the model is no `fit`.
    package var responses: [String] = []

    /// Whether the errors of what is fitted are known, and not only their ratios.
    package var isAbsolute = false
    /// Whether errors of what is fitted are given at all.
    package var isWeighted = false
    /// Whether residuals are bent by a robust loss; then `responses` tells what that makes of them.
    package var isRobust = false
    /// What the parameters must satisfy; empty where there are none.
    package var constraints: [Constraint] = []
    /// The blocks of derivatives that `constraints` gives after the values.
    package var constraintBlocks: [Block] = []
    /// The symbol of the penalty of constraints that are not met.
    package var penalty: Int?
    /// The symbols of the direction of a product with the second derivatives, one for each
    /// parameter, where there is `hessian_product`.
    package var directions: [Int] = []

    /// A condition on the parameters, as an array that is 0 or at most 0.
    package struct Constraint: Equatable, Sendable {
      /// As in the model.
      package var text: String
      /// Whether the array is to be 0; else each element at most 0.
      package var isEquality: Bool
      /// The symbol of what is added to it in the augmented objective.
      package var shift: Int

      /// A condition whose text is for messages only.
      package init(text: String, isEquality: Bool, shift: Int) {
        self.text = text
        self.isEquality = isEquality
        self.shift = shift
      }
    }

    /// A solver without residuals, derivatives or constraints, which are set afterwards.
    package init(kind: SolverUse.Kind, arguments: [String: Double]) {
      self.kind = kind
      self.arguments = arguments
    }

    /// How many arrays `responses` gives for each: what was observed and what the model says, each
    /// over the errors, the weights, and of a robust loss the bent residual, its influence, and the
    /// influence's slope.
    package var arraysOfResponse: Int { isRobust ? 6 : 3 }
  }

  /// In the order of the model.
  package var inputs: [Input] = []
  /// In the order of the model, which is that of gradients and files.
  package var parameters: [Parameter] = []
  /// In the order in which files of checkpoints have them.
  package var states: [State] = []
  /// The symbols of `step`, `epoch`, `training` and `seed`, where the program has them.
  package var environment: [String: Int] = [:]
  /// The name of the dimension that counts the data's rows.
  package var rowDimension: String?
  /// Whether there is a function `loss`.
  package var hasObjective = false
  /// Whether `loss` is the objective negated, as training makes it small.
  package var isMaximized = false
  /// Whether there is an optimizer, and so a function `step`.
  package var isTrainable = false
  /// What searches for the minimum; nil where an optimizer makes updates.
  package var solver: Solver?
  /// The numbers that are reported beside the loss.
  package var metrics: [String] = []
  /// The names of the outputs, in the order of the model.
  package var outputs: [String] = []
  /// The blocks of `output_derivatives`; empty where there is no such function.
  package var outputBlocks: [Block] = []
  /// For each output the `fit` whose model it is; their number where it is none's. Empty where the
  /// model is no fit.
  package var outputResponses: [Int] = []
  /// Values of the parameters that are told after training.
  package var reports: [String] = []
  /// The blocks of derivatives that `reports` gives after the values; only for fits.
  package var reportBlocks: [Block] = []
  /// What `train { }` says.
  package var settings = Settings()
  /// Identifies the model in files of parameters.
  package var hash = ""
  /// The model in canonical form, to tell another one from it; empty where it is very long.
  package var text = ""

  /// A description of nothing, which is filled by whoever lowers or reads a model.
  package init() {}
}

/// The names of a program's functions.
package enum FunctionName {
  /// Output `loss`.
  package static let loss = "loss"
  /// Outputs `loss`, then each parameter's gradient under its name.
  package static let gradient = "gradient"
  /// One update: output `loss`; parameters and states change.
  package static let step = "step"
  /// The gradient of one batch of several, added to what is there: output `loss`.
  package static let accumulate = "accumulate"
  /// The numbers that are reported beside the loss.
  package static let metrics = "metrics"
  /// Sets the optimizer's states to their first values.
  package static let start = "start"
  /// The residuals, one array for each response.
  package static let residuals = "residuals"
  /// The residuals, then their derivatives, one array for each block of the solver.
  package static let jacobian = "jacobian"
  /// The constraints' values, then their derivatives, one array for each block.
  package static let constraints = "constraints"
  /// The objective with what violated constraints add to it, then the gradients.
  package static let augmented = "augmented"
  /// The second derivatives of what is minimised by all pairs of parameters, each pair once, row by
  /// row.
  package static let hessian = "hessian"
  /// The product of these with a direction, one array for each parameter.
  package static let hessianProduct = "hessian_product"
  /// For each `fit`: what was observed and what the model says, over the errors, and one over them.
  package static let responses = "responses"
  /// The standard deviations of the observations, up to a factor: one array for each `fit`.
  package static let errors = "errors"
  /// What the model reports, then its derivatives for a fit.
  package static let reports = "reports"
  /// The outputs, then their derivatives, one array for each block.
  package static let outputDerivatives = "output_derivatives"
  /// The model's outputs.
  package static let outputs = "outputs"
}
