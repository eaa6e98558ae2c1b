import ADCCalculus
import ADCModel
import ADCSyntax
import Testing

@Suite("Optimizers") struct OptimizerTests {
  @Test(
    "and functions of the prelude stand under their names",
    arguments: [
      Prelude.optimizerTexts, Prelude.functionTexts,
    ])
  func preludeNames(texts: Prelude.Texts) {
    let declared = Prelude.statements(of: texts).map { statement in
      switch statement.form {
      case .optimizer(let name, _, body: _), .function(let name, _, body: _): name.text
      default: ""
      }
    }
    #expect(declared == texts.map(\.key))
  }

  /// The parameters of (x² + 100·y²)/2 from (1, 1) after some updates, computed by the constant
  /// evaluator over the instantiated update.
  private func run(_ optimizer: String, steps: Int, before: String = "") throws -> [Double] {
    let text = """
      \(before)
      param p = [1, 1]
      minimize 0.5 * (p[0]^2 + 100 * p[1]^2)
      train { optimizer \(optimizer) }
      """
    let checked = check(text)
    try #require(checked.first == "no diagnostic")
    let model = try #require(checked.model)
    let use = try #require(model.training.optimizer)
    let objective = try #require(model.objective)
    var graph = model.graph
    let parameter = model.parameters[0].node
    let gradients = try graph.gradient(of: objective.node, by: [parameter])
    let update = try model.instantiate(
      use, for: [parameter], gradients: gradients, in: &graph)[0]
    var values = [parameter: Table(shape: Shape([2]), values: [1, 1])]
    for state in update.states {
      var evaluator = ConstantEvaluator(values: values)
      values[state.symbol] = try evaluator.evaluate(state.initial, in: &graph)
    }
    for step in 0..<steps {
      if let node = model.environment["step"] {
        values[node] = Table(shape: .scalar, values: [Double(step)])
      }
      var evaluator = ConstantEvaluator(values: values)
      var next = values
      next[parameter] = try evaluator.evaluate(update.parameter, in: &graph)
      for state in update.states {
        next[state.symbol] = try evaluator.evaluate(state.updated, in: &graph)
      }
      values = next
    }
    return values[parameter]?.values ?? []
  }

  /// Values after ten updates from Keras 3 (radam: optax; rprop: the algorithm as published), as
  /// doubles.
  @Test(
    "ten updates as in the libraries that the names come from",
    arguments: [
      ("sgd(rate: 0.01)", [0.9043820750088045, 0.0]),
      ("sgd(rate: 0.002, momentum: 0.9)", [0.9186732909771794, 0.004399870600000189]),
      (
        "sgd(rate: 0.002, momentum: 0.9, nesterov: true)",
        [0.9078188959211723, 0.05136073566290185]
      ),
      ("sgd(rate: 0.01, weight_decay: 0.1)", [0.8952883143948469, 9.999999999998824e-31]),
      ("sgd(rate: 0.02, clip_value: 0.5)", [0.8999999999999999, 0.8999999999999999]),
      ("adagrad(rate: 0.5)", [0.004529646024441541, 0.0031057331603735485]),
      (
        "adagrad(rate: 0.1, initial_accumulator_value: 0.0, epsilon: 1e-08)",
        [0.5537312012498513, 0.5537312003528587]
      ),
      ("adadelta(rate: 1.0)", [0.9854720760460559, 0.9854720612307579]),
      ("rmsprop(rate: 0.01)", [0.8320524507942932, 0.8320524150374522]),
      ("rmsprop(rate: 0.01, centered: true)", [0.7853329643064901, 0.7853329012398197]),
      ("rmsprop(rate: 0.005, momentum: 0.9)", [0.6175547711475624, 0.6175546757226306]),
      (
        "rmsprop(rate: 0.002, rho: 0.95, momentum: 0.5, centered: true, epsilon: 0.0001)",
        [0.9042440058633737, 0.9041987569992381]
      ),
      ("adam(rate: 0.1)", [0.07625065322919918, 0.07624916562044941]),
      (
        "adam(rate: 0.1, beta1: 0.8, beta2: 0.99, epsilon: 0.001)",
        [0.11988129254429544, 0.11564659753578017]
      ),
      ("adam(rate: 0.1, amsgrad: true)", [0.07625065322919918, 0.07624916562044941]),
      ("adamax(rate: 0.1)", [0.22879226407539538, 0.22879220808750866]),
      ("nadam(rate: 0.05)", [0.6352690150150351, 0.6352689782814718]),
      ("ftrl(rate: 0.5)", [0.0008221697694404663, 0.00305015566167971]),
      ("adamw(rate: 0.1, weight_decay: 0.01)", [0.07169698459656261, 0.07169550702638894]),
      ("lion(rate: 0.017)", [0.8299999999999998, 0.8299999999999998]),
      ("lamb(rate: 0.05)", [0.5987369606428096, 0.5987369178339491]),
      ("radam(rate: 0.01)", [0.9486460337513023, -0.3211585241226684]),
      ("rprop(rate: 0.01)", [0.7404131788800001, 0.7404131788800001]),
    ] as [(String, [Double])])
  func trajectories(_ optimizer: String, _ expected: [Double]) throws {
    let found = try run(optimizer, steps: 10)
    for (value, wanted) in zip(found, expected) { #expect(abs(value - wanted) < 1e-11) }
    #expect(found.count == 2)
  }

  @Test(
    "states that never reach the parameter are left out",
    arguments: [
      ("sgd()", []), ("sgd(momentum: 0.9)", ["velocity"]), ("adam()", ["m", "v"]),
      ("adam(amsgrad: true)", ["m", "v", "greatest"]), ("rmsprop()", ["mean_square"]),
      ("rmsprop(centered: true, momentum: 0.5)", ["mean_square", "mean_gradient", "velocity"]),
    ] as [(String, [String])])
  func states(_ optimizer: String, _ names: [String]) throws {
    let text = "param p: [3, 2] = 1\nminimize sum(p^2)\ntrain { optimizer \(optimizer) }"
    let model = try #require(check(text).model)
    let use = try #require(model.training.optimizer)
    var graph = model.graph
    let parameter = model.parameters[0]
    let gradient = graph.symbol(Symbol(name: "g", role: .variable, shape: parameter.shape))
    let update = try model.instantiate(
      use, for: [parameter.node], gradients: [gradient], in: &graph)[0]
    #expect(update.states.map(\.name) == names)
    for state in update.states {
      #expect(graph.shape(state.symbol) == parameter.shape)
      #expect(graph.shape(state.initial) == parameter.shape)
      #expect(graph.shape(state.updated) == parameter.shape)
    }
  }

  @Test("an optimizer of one's own, with `let`s and a schedule")
  func own() throws {
    let text = """
      fn half(a) = a / 2
      optimizer mine(rate = 0.1) {
        state s = 1
        let direction = half(gradient) * 2
        s := s * 0.5
        param := param - rate * s * direction
      }
      """
    // The state after the first assignment is 0.5, after the second 0.25.
    #expect(try run("mine(rate: 0.01 / (1 + step))", steps: 1, before: text) == [0.995, 0.5])
    let second = try run("mine(rate: 0.01 / (1 + step))", steps: 2, before: text)
    #expect(abs(second[0] - 0.995 * (1 - 0.00125)) < 1e-15)
    #expect(abs(second[1] - 0.5 * (1 - 0.125)) < 1e-15)
  }

  @Test(
    "mistakes in a body are found when the model is checked",
    arguments: [
      ("w := 1", "AD0509 <w>"), ("state v = [1, 2]", "AD0308 <[1, 2]>"),
      ("param := gradent", "AD0201 <gradent>"), ("state v = 0; state v = 1", "AD0202 <v>"),
      ("param := param + [1, 2]", "AD0301"),
    ])
  func mistakes(_ statement: String, _ start: String) {
    let text =
      "param x: [3] = 1\nminimize sum(x^2)\noptimizer mine(rate = 0.1) { \(statement) }\n"
      + "train { optimizer mine() }"
    #expect(problem(text).hasPrefix(start))
  }

  @Test("an option replaces the optimizer")
  func replacement() throws {
    var model = try #require(check("param x = 1\nminimize x^2").model)
    let source = SourceText(name: "--optimizer", text: "adam(rate: 0.1)")
    try model.setOptimizer(Parser.parseExpression(source).expression, source: source)
    #expect(model.training.optimizer?.name == "adam")
    let wrong = SourceText(name: "--optimizer", text: "adm()")
    #expect(throws: ModelError.self) {
      try model.setOptimizer(Parser.parseExpression(wrong).expression, source: wrong)
    }
    #expect(model.training.optimizer?.name == "adam")
  }

  @Test("all gradients together are clipped by `global_clip_norm`")
  func globalClipping() throws {
    let text = """
      param a = 3
      param b = [4, 0]
      minimize a^2 / 2 + sum(b^2) / 2
      train { optimizer sgd(rate: 0.5, global_clip_norm: 1) }
      """
    let model = try #require(check(text).model)
    let use = try #require(model.training.optimizer)
    let objective = try #require(model.objective)
    var graph = model.graph
    let nodes = model.parameters.map(\.node)
    let gradients = try graph.gradient(of: objective.node, by: nodes)
    let updates = try model.instantiate(use, for: nodes, gradients: gradients, in: &graph)
    var evaluator = ConstantEvaluator(values: [
      nodes[0]: Table(shape: .scalar, values: [3]),
      nodes[1]: Table(shape: Shape([2]), values: [4, 0]),
    ])
    // The gradient (3, 4, 0) has the length 5, and is shortened to 1.
    #expect(try evaluator.evaluate(updates[0].parameter, in: &graph).values == [3 - 0.5 * 0.6])
    #expect(try evaluator.evaluate(updates[1].parameter, in: &graph).values == [4 - 0.5 * 0.8, 0])
  }
}
