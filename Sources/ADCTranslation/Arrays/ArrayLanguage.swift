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
    package var name: String
    package var node: NodeID
    package var summary: String
    /// A parameter's first value, as code; empty for none.
    package var bounds: ClosedRange<Double>?

    package init(
      name: String, node: NodeID, summary: String = "", bounds: ClosedRange<Double>? = nil
    ) {
      self.name = name
      self.node = node
      self.summary = summary
      self.bounds = bounds
    }
  }

  package var name: String
  package var hash: String
  package var version: String
  package var comment: [String]
  package var graph: ExpressionGraph
  /// The type of the elements of all arrays.
  package var precision: Precision
  package var inputs: [Variable]
  package var parameters: [Variable]
  package var states: [Variable]
  package var environment: [Variable]
  package var loss: NodeID?
  package var gradient: [NodeID]
  package var outputs: [(name: String, node: NodeID)]
  /// One for each parameter, then one for each state.
  package var updates: [NodeID]
  package var starts: [NodeID]
  /// Nodes with a name of the model's.
  package var names: [NodeID: String]
  /// How the model is trained, where it says so.
  package var epochs = 1
  package var batch: Int?
  /// The name of the dimension that counts rows.
  package var rowDimension: String?
  /// What the function of the outputs is called, and what is said of it; empty for the usual.
  package var outputWord = "predict"
  package var outputSummary = ""

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
