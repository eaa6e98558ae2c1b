import ADCCalculus
import ADCKit
import ADCMachine
import ADCTraining

/// A model with made-up numbers for all its symbols, and what the machine finds of them.
struct EmissionCase {
  /// The results of one function: outputs in order, or what it has changed.
  struct Result {
    var loss: Double?
    /// By the name of the symbol or the output.
    var arrays: [(name: String, values: [Double])]
  }

  /// Models of `Samples`, with the rows that they get.
  static let usual: [(path: String, rows: Int)] = [
    ("adsorption.ad", 14), ("alpha_particles.ad", 15), ("digits.ad", 33),
    ("enzyme_kinetics.ad", 23), ("errors_in_both.ad", 10), ("gaussian_mixture.ad", 70),
    ("kalman.ad", 100),
    ("linear_regression.ad", 600), ("logistic_regression.ad", 300), ("lstm.ad", 40),
    ("matrix_factorization.ad", 347), ("oscillation.ad", 151), ("polynomial.ad", 700),
    ("predator_prey.ad", 21), ("rosenbrock.ad", 1), ("softmax_regression.ad", 150),
    ("convolution.ad", 3), ("autoencoder.ad", 9), ("benchmarks/elementwise.ad", 1000),
    ("benchmarks/linreg.ad", 64), ("benchmarks/logreg.ad", 90), ("benchmarks/logreg_mean.ad", 90),
    ("benchmarks/mlp.ad", 70), ("benchmarks/rosenbrock.ad", 2),
    ("benchmarks/symbolic/det-4.ad", 1), ("benchmarks/symbolic/net-10-10-1.ad", 1),
    ("benchmarks/symbolic/nested-sin-10.ad", 1), ("benchmarks/symbolic/speelpenning-10.ad", 1),
  ]

  /// A model that is emitted: what is asked for, and the case that its numbers are compared with.
  struct Request {
    var path: String
    var task: ModelTask
    /// Empty for all.
    var parts: [String] = []
    var model: EmissionCase
  }

  /// All of `usual`.
  static func requests() throws -> [Request] {
    try usual.map { path, rows in
      let model = try EmissionCase(Folder.package + "/Samples/" + path, rows: rows)
      return Request(path: path, task: model.task, model: model)
    }
  }

  /// Those of which second derivatives are compared.
  static let second: [(path: String, rows: Int)] = [
    ("rosenbrock.ad", 1), ("linear_regression.ad", 40), ("logistic_regression.ad", 30),
    ("softmax_regression.ad", 15), ("kalman.ad", 12), ("enzyme_kinetics.ad", 23),
    ("gaussian_mixture.ad", 20),
  ]

  /// Those of which products with the Hessian are.
  static let products: [(path: String, rows: Int)] = [
    ("adsorption.ad", 14), ("autoencoder.ad", 3), ("convolution.ad", 2), ("digits.ad", 5),
    ("errors_in_both.ad", 10), ("lstm.ad", 4), ("matrix_factorization.ad", 30),
    ("oscillation.ad", 21), ("polynomial.ad", 30), ("predator_prey.ad", 21),
    ("benchmarks/elementwise.ad", 40), ("benchmarks/mlp.ad", 7),
  ]

  static func productRequests(_ folder: Folder) throws -> [Request] {
    try products.map { try request($0.path, $0.rows, part: "jvp", folder) }
  }

  /// All of `second`.
  static func secondRequests(_ folder: Folder) throws -> [Request] {
    try second.flatMap { path, rows in
      try ["hessian", "jvp"].map { try request(path, rows, part: $0, folder) }
    }
  }

  /// The loss and its gradient as outputs, for languages whose files have one part.
  static func gradientRequests(_ folder: Folder) throws -> [Request] {
    try usual.map { try request($0.path, $0.rows, part: "gradient", folder) }
  }

  private static func request(
    _ path: String, _ rows: Int, part: String, _ folder: Folder
  ) throws -> Request {
    var options = TaskOptions()
    options.keepsNames = true
    let whole = Folder.package + "/Samples/" + path
    return Request(
      path: path, task: try ModelTask(path: whole, options: options), parts: [part],
      model: try EmissionCase(whole, rows: rows, part: part, folder: folder))
  }

  let name: String
  let task: ModelTask
  let sizes: [String: Int]
  private let memory: SymbolMemory

  /// Inputs that number something, and how many there are of it.
  private static let indices = [
    "user": 30, "film": 20, "digit": 10, "label": 10, "species": 3, "malignant": 2, "treated": 2,
  ]

  init(_ path: String, rows: Int) throws {
    let words = path.split(separator: "/").drop { $0 != "Samples" }.dropFirst()
    try self.init(
      path: path, rows: rows,
      name: words.joined(separator: "_").replacing("-", with: "_").replacing(".ad", with: ""))
  }

  /// Second derivatives of a model of `Samples`: the model that has them as outputs.
  init(_ path: String, rows: Int, part: String, folder: Folder) throws {
    let model = try EmissionCase(path, rows: rows)
    var options = EmissionOptions(language: .ad)
    options.parts = [part]
    let name = "\(model.name)_\(part)"
    folder.write(try model.task.emitted(options)[0].bytes, to: name + ".ad")
    try self.init(path: folder.path + "/" + name + ".ad", rows: rows, name: name)
  }

  init(path: String, rows: Int, name: String) throws {
    var options = TaskOptions()
    options.keepsNames = true
    task = try ModelTask(path: path, options: options)
    self.name = name
    let program = task.model.program
    var sizes: [String: Int] = [:]
    for symbol in program.symbols where symbol.role != .step {
      for dimension in symbol.shape.dimensions {
        for term in dimension.terms { sizes[term.name] = term.name == "m" ? 20 : rows }
      }
    }
    self.sizes = sizes
    memory = Self.fresh(task.model, sizes)
  }

  var inputs: [(name: String, symbol: Int)] {
    task.model.description.inputs.map { ($0.name, $0.symbol) }
  }
  var parameters: [(name: String, symbol: Int)] {
    task.model.description.parameters.map { ($0.name, $0.symbol) }
  }
  var states: [(name: String, symbol: Int)] {
    task.model.description.states.map {
      ($0.name.split(separator: ".").reversed().joined(separator: "_"), $0.symbol)
    }
  }

  var isSingle: Bool { task.model.program.precision == .single }

  func values(_ symbol: Int) -> [Double] { memory.values(of: symbol) }

  private static func fresh(_ model: CompiledModel, _ sizes: [String: Int]) -> SymbolMemory {
    let memory = SymbolMemory(model.program)
    func count(_ symbol: Int) -> Int {
      model.program.symbols[symbol].shape.dimensions.reduce(1) { $0 * ($1.value(sizes) ?? 1) }
    }
    for (number, input) in model.description.inputs.enumerated() {
      memory.set(
        input.symbol,
        (0..<count(input.symbol)).map { place in
          if let below = indices[input.name] { return Double((7 * place + 3) % below) }
          return 0.1 + Double((place * 37 + number * 11) % 101) / 113
        })
    }
    for (number, parameter) in model.description.parameters.enumerated() {
      var start: Double?
      if case .values(let values) = parameter.start, values.shape.isEmpty, values.values[0] != 0 {
        start = values.values[0]
      }
      memory.set(
        parameter.symbol,
        (0..<count(parameter.symbol)).map { place in
          (start ?? 0) + Double((place * 29 + number * 13) % 97 - 48) / 167 * (start ?? 1)
        })
    }
    for state in model.description.states {
      memory.set(state.symbol, [Double](repeating: 0, count: count(state.symbol)))
    }
    for (name, symbol) in model.description.environment {
      memory.set(symbol, [["step": 2, "epoch": 1, "training": 1, "seed": 5][name] ?? 0])
    }
    return memory
  }

  /// What a function of the program gives; nil where there is none.
  func result(of function: String) throws -> Result? {
    let program = task.model.program
    guard let wanted = program.function(named: function) else { return nil }
    let memory = Self.fresh(task.model, sizes)
    if function == FunctionName.step, program.function(named: FunctionName.start) != nil {
      try BoundFunction(program, function: FunctionName.start, sizes: sizes).run(memory)
    }
    let bound = try BoundFunction(program, function: function, sizes: sizes)
    try bound.evaluate(memory)
    var loss: Double?
    var arrays: [(name: String, values: [Double])] = []
    // Models of second derivatives have outputs alone, the first of them the loss.
    let isLossFirst =
      function != FunctionName.outputs || program.function(named: FunctionName.loss) == nil
    for (place, output) in wanted.outputs.enumerated() {
      if place == 0, output.name == "loss", isLossFirst {
        loss = bound.scalar(ofOutput: place)
      } else {
        arrays.append((output.name, bound.values(ofOutput: place)))
      }
    }
    if !wanted.updates.isEmpty {
      try bound.commit(memory)
      for (name, symbol) in parameters + states
      where wanted.updates.contains(where: { $0.symbol == symbol }) {
        arrays.append((name, memory.values(of: symbol)))
      }
    }
    return Result(loss: loss, arrays: arrays)
  }

  /// Whether a function does nothing but what rounds the same everywhere.
  func isExact(_ function: String) -> Bool {
    let plain: Set<String> = [
      "add", "subtract", "multiply", "divide", "negate", "sqrt", "abs", "less", "less_equal",
      "equal", "not_equal", "select", "min", "max", "relu", "step",
    ]
    func isPlain(_ function: Function) -> Bool {
      function.instructions.allSatisfy { instruction in
        switch instruction {
        case .loop(let kernel):
          return kernel.steps.allSatisfy { step in
            if case .apply(let op, _, _, _, _) = step {
              return plain.contains(Catalogue.operators[op.index].name)
            }
            return true
          }
        case .steps(let loop): return isPlain(loop.body)
        // In singles native code rounds products and sums as one.
        case .matrixProduct: return !isSingle
        default: return true
        }
      }
    }
    return task.model.program.function(named: function).map(isPlain) ?? false
  }
}
