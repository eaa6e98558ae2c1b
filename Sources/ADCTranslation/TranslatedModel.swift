// Models as source in other languages.
// In: a program and what its symbols mean. Out: text. C and Swift print the program of the machine,
// so that sums have its order; libraries of arrays print the graph.
// Must not know files, data or the command line.

import ADCCalculus
package import ADCMachine

/// A model as the languages of loops need it.
package struct TranslatedModel: Sendable {
  /// A symbol of the program, in the order of declaration.
  package struct Variable: Sendable {
    /// As in the model; languages may have to change it.
    package var name: String
    /// The place in the program's symbols.
    package var symbol: Int
    /// What the model says about it; empty for nothing.
    package var summary: String
    /// The first value of a parameter, where that is a number.
    package var start: Double?

    /// A variable without a first value unless it is given.
    package init(name: String, symbol: Int, summary: String = "", start: Double? = nil) {
      self.name = name
      self.symbol = symbol
      self.summary = summary
      self.start = start
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
  /// What is translated; all sizes but named ones are known.
  package var program: Program
  /// In the order of the model.
  package var inputs: [Variable]
  /// In the order of the model, which is that of gradients.
  package var parameters: [Variable]
  /// What the optimizer keeps from step to step, in the program's order.
  package var states: [Variable]
  /// The symbols `step`, `epoch`, `training` and `seed` that the program has.
  package var environment: [Variable]
  /// What local variables are called after.
  package var labels: TranslationNames
  /// What the function of the outputs is called, and what is said of it.
  package var outputWord = "predict"
  /// The comment at the function of the outputs.
  package var outputSummary = "The model's outputs."
  /// Whether the first of the outputs is the loss, which is returned.
  package var outputsBeginWithLoss = false

  /// A model whose functions have their usual names.
  package init(
    name: String, hash: String, version: String, comment: [String], program: Program,
    inputs: [Variable], parameters: [Variable], states: [Variable], environment: [Variable],
    labels: TranslationNames
  ) {
    self.name = name
    self.hash = hash
    self.version = version
    self.comment = comment
    self.program = program
    self.inputs = inputs
    self.parameters = parameters
    self.states = states
    self.environment = environment
    self.labels = labels
  }

  /// The type of the elements of all arrays.
  var precision: Precision { program.precision }

  func shape(_ variable: Variable) -> Shape { program.symbols[variable.symbol].shape }

  /// What is said of a parameter of a routine; empty for nothing.
  func about(_ parameter: Routine.Parameter) -> String {
    let variables = inputs + parameters + environment
    let variable = variables.first { $0.symbol == parameter.symbol }
    var words = [variable?.summary ?? ""]
    switch (parameter.kind, variable?.name) {
    case (.state, _): words = ["what the optimizer remembers"]
    case (.environment, "step"): words = ["the number of steps before this one"]
    case (.environment, "epoch"): words = ["the number of epochs before this one"]
    case (.environment, "training"): words = ["1 where `dropout` draws, 0 where it does not"]
    case (.environment, "seed"): words = ["a whole number that the draws depend on"]
    default: break
    }
    if !parameter.shape.isScalar { words.append("shape \(parameter.shape)") }
    return Self.joined(words)
  }

  /// Words with commas, without full stops.
  static func joined(_ words: [String]) -> String {
    words.map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }.filter { !$0.isEmpty }
      .joined(separator: ", ")
  }

  /// The names of dimensions, in the order in which the variables have them.
  var dimensions: [String] {
    var names: [String] = []
    for variable in inputs + parameters {
      for dimension in shape(variable).dimensions {
        for term in dimension.terms where !names.contains(term.name) { names.append(term.name) }
      }
    }
    return names
  }

  /// Names for the arrays of constants, by their places in the program.
  func tableNames(_ names: NameTable) -> [Int: String] {
    var result: [Int: String] = [:]
    for (place, table) in program.tables.enumerated() where !table.shape.isScalar {
      result[place] = names.fresh("table\(place)")
    }
    return result
  }
}
