package import ADCCalculus

/// A library of arrays for Python.
package enum ArrayLanguage: Sendable {
  case numpy, jax, tensorflow

  /// What the library is called in the code.
  var module: String {
    switch self {
    case .numpy: "np"
    case .jax: "jnp"
    case .tensorflow: "tnp"
    }
  }

  /// What operators know it by.
  var target: TargetLanguage {
    switch self {
    case .numpy: .numpy
    case .jax: .jax
    case .tensorflow: .tensorflow
    }
  }

  /// What the library is called by people.
  var name: String {
    switch self {
    case .numpy: "NumPy"
    case .jax: "JAX"
    case .tensorflow: "TensorFlow"
    }
  }

  /// The types of indices and of numbers.
  var whole: String { self == .tensorflow ? "tnp.int64" : "int" }
  func real(_ precision: Precision) -> String {
    switch precision {
    case .single: "\(module).float32"
    case .double: self == .tensorflow ? "tnp.float64" : "float"
    }
  }

  /// What makes an array of that type, behind other arguments; empty for what it is anyway.
  func type(_ precision: Precision) -> String {
    precision == .single ? ", \(real(precision))" : ""
  }

  /// How an operator is written; nil where the library lacks it.
  ///
  /// TensorFlow has NumPy's functions under their names, as JAX has.
  func spelling(_ op: Operator) -> Spelling? {
    switch self {
    case .numpy: return op.spellings[.numpy]
    case .jax: return op.spellings[.jax]
    case .tensorflow:
      if let own = op.spellings[.tensorflow], !own.definition.isEmpty { return own }
      guard var spelling = op.spellings[.jax], case .call(let name) = spelling.form else {
        return op.spellings[.jax] ?? op.spellings[.tensorflow]
      }
      if name.hasPrefix("jax.") || spelling.definition.contains("jax.") {
        return op.spellings[.tensorflow]
      }
      spelling.form = .call(name.replacing("jnp.", with: "tnp."))
      spelling.definition = spelling.definition.replacing("jnp.", with: "tnp.")
      spelling.needs = spelling.needs.map { $0.replacing("jnp.", with: "tnp.") }
      return spelling
    }
  }
}

/// What people call the parts of a model that is written by arrays.
package struct ArrayModel: Sendable {
  /// A symbol of the graph.
  package struct Variable: Sendable {
    /// As in the model; languages may have to change it.
    package var name: String
    /// The symbol in the graph.
    package var node: NodeID
    /// What the model says about it; empty for nothing.
    package var summary: String
    /// Where a parameter's values stay, both ends included; nil where they may be anything.
    package var bounds: ClosedRange<Double>?

    /// A variable without bounds unless they are given.
    package init(
      name: String, node: NodeID, summary: String = "", bounds: ClosedRange<Double>? = nil
    ) {
      self.name = name
      self.node = node
      self.summary = summary
      self.bounds = bounds
    }
  }

  /// The name of the model: that of its file.
  package var name: String
  /// Tells this model from others; written where parameters are saved.
  package var hash: String
  /// The version of adc, for the line that says what made the file.
  package var version: String
  /// The comment at the top of the model, line by line.
  package var comment: [String]
  /// Holds all nodes below.
  package var graph: ExpressionGraph
  /// The type of the elements of all arrays.
  package var precision: Precision
  /// In the order of the model.
  package var inputs: [Variable]
  /// In the order of the model, which is that of `gradient`.
  package var parameters: [Variable]
  /// What the optimizer keeps from step to step.
  package var states: [Variable]
  /// The symbols `step`, `epoch`, `training` and `seed` that the graph has.
  package var environment: [Variable]
  /// A scalar that is made small; nil for a model without an objective.
  package var loss: NodeID?
  /// One for each parameter; empty without a loss.
  package var gradient: [NodeID]
  /// In the order of the model.
  package var outputs: [(name: String, node: NodeID)]
  /// One for each parameter, then one for each state.
  package var updates: [NodeID]
  /// The first values of the states.
  package var starts: [NodeID]
  /// Nodes with a name of the model's.
  package var names: [NodeID: String]
  /// How the model is trained, where it says so.
  package var epochs = 1
  /// Rows in a mini-batch; nil for all rows at once.
  package var batch: Int?
  /// The name of the dimension that counts rows.
  package var rowDimension: String?
  /// What the function of the outputs is called, and what is said of it; empty for the usual.
  package var outputWord = "predict"
  /// The comment at the function of the outputs.
  package var outputSummary = ""

  /// A model without variables and values, which are set afterwards.
  package init(
    name: String, hash: String, version: String, comment: [String], graph: ExpressionGraph,
    precision: Precision = .double
  ) {
    self.name = name
    self.hash = hash
    self.version = version
    self.comment = comment
    self.graph = graph
    self.precision = precision
    inputs = []
    parameters = []
    states = []
    environment = []
    loss = nil
    gradient = []
    outputs = []
    updates = []
    starts = []
    names = [:]
  }
}
