import ADCCalculus
import ADCModel
import Testing

/// Models as people write them, whole.
@Suite("Whole models") struct LanguageTests {
  @Test("a linear regression")
  func regression() throws {
    let text = """
      // Linear regression.
      input x: [n, 1]
      input y: [n, 1]
      param W: [1, 1] ~ normal(0, 1)
      param b: [1] = 0

      let prediction = x @ W + b
      minimize mean((prediction - y)^2)

      train {
        data "line.csv"
        optimizer sgd(rate: 0.01)
        epochs 100
        batch 32
        seed 7
      }
      """
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    let model = try #require(checked.model)
    #expect(model.inputs.map(\.name) == ["x", "y"])
    #expect(model.inputs.map(\.columns) == [.ownName, .ownName])
    #expect(model.parameters.map(\.shape.description) == ["[1, 1]", "[1]"])
    #expect(model.rowDimension == "n")
    #expect(model.objective?.isMaximized == false)
    #expect(checked.shape("prediction") == "[n, 1]")
  }

  @Test("a small neural network")
  func network() throws {
    let text = """
      input image: [n, 64] from "p0".."p63"
      input digit: [n] from "label"
      param W1: [64, 32] ~ glorot()
      param b1: [32] = 0
      param W2: [32, 10] ~ glorot()
      param b2: [10] = 0
      fn dense(x, W, b) = x @ W + b
      let hidden = tanh(dense(image, W1, b1))
      let logits = dense(hidden, W2, b2)
      let likelihood = log_softmax(logits, axis: 1)
      minimize -mean(sum(one_hot(digit, 10) * likelihood, axis: 1)) + 1e-4 * sum(W1^2)
      output argmax(logits, axis: 1) as predicted
      train {
        data "digits.csv"
        validate 20%
        optimizer adam(rate: 0.001 * 0.5^(epoch / 10))
        epochs 20
        batch 32
      }
      """
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    let model = try #require(checked.model)
    guard case .columns(let names, _) = model.inputs[0].columns else {
      Issue.record("the image has no columns")
      return
    }
    #expect(names.count == 64)
    #expect(names.last == "p63")
    #expect(checked.shape("likelihood") == "[n, 10]")
    #expect(model.graph.shape(model.outputs[0].node).description == "[n]")
    #expect(model.training.validation?.fraction == 0.2)
    #expect(model.environment["epoch"] != nil)
    var graph = model.graph
    let objective = try #require(model.objective)
    let gradients = try graph.gradient(of: objective.node, by: model.parameters.map(\.node))
    #expect(gradients.map { graph.shape($0) } == model.parameters.map(\.shape))
  }

  @Test("attention, layer norm and a mixture, as NumPy would say")
  func tensors() {
    let text = """
      input X: [n, 4]
      param Q: [4, 3] = 0.1
      param K: [4, 3] = 0.2
      param V: [4, 5] = 0.3
      let scores = (X @ Q) @ (X @ K)' / sqrt(3)
      let attention = softmax(scores, axis: 1) @ (X @ V)
      let centred = X - mean(X, axis: 1, keep: true)
      let layer = centred / sqrt(var(X, axis: 1, keep: true) + 1e-5)
      param means: [2, 4] = 0
      let distance = sum((X[:, new, :] - means[new, :, :])^2, axis: 2)
      let likelihood = logsumexp(-distance / 2, axis: 1)
      let nearest = sum(min(distance, axis: 1))
      param table: [7, 2] = 0
      input word: [n]
      let embedded = table[word]
      let quadratic = dot(X[0], Q[:, 0])
      """
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    #expect(checked.shape("scores") == "[n, n]")
    #expect(checked.shape("attention") == "[n, 5]")
    #expect(checked.shape("layer") == "[n, 4]")
    #expect(checked.shape("distance") == "[n, 2]")
    #expect(checked.shape("likelihood") == "[n]")
    #expect(checked.shape("nearest") == "[]")
    #expect(checked.shape("embedded") == "[n, 2]")
    #expect(checked.shape("quadratic") == "[]")
  }

  @Test("dimensions are numbers, too")
  func sizes() {
    let text =
      "input x: [n]\nparam w = 1\nlet a = sum(x) / n\nlet b = x[n - 1]\nlet c = zeros(n, 2)"
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    #expect(checked.shape("a") == "[]")
    #expect(checked.shape("c") == "[n, 2]")
  }
}
