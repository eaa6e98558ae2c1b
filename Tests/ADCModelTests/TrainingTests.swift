import ADCCalculus
import ADCModel
import ADCSyntax
import Testing

@Suite("Training settings") struct TrainingTests {
  private let head = "param x = 1\nminimize x^2\n"

  @Test(
    "each wrong setting is reported at its value",
    arguments: [
      ("optimizer sgd(rate: -0.1)", "AD0508 <-0.1>"), ("optimizer sgd(rate: 0)", "AD0508 <0>"),
      ("optimizer sgd(rate: inf)", "AD0508 <inf>"), ("optimizer sgd(rate: [1, 2])", "AD0508"),
      ("optimizer sgd(rat: 1)", "AD0403 <rat>"), ("optimizer adamm()", "AD0507 <adamm>"),
      ("optimizer newtn()", "AD0507 <newtn>"), ("optimizer 3", "AD0506 <3>"),
      ("optimizer sgd(clip_norm: 0)", "AD0508 <0>"), ("epochs 0", "AD0505 <0>"),
      ("steps 1.5", "AD0505 <1.5>"), ("batch 0", "AD0505 <0>"), ("seed -1", "AD0505 <-1>"),
      ("epochs 3; steps 4", "AD0503 <4>"), ("folds 3; validate 20%", "AD0503 <3>"),
      ("epochs 3; epochs 4", "AD0502 <epochs>"),
      ("shufle true", "AD0501 <shufle> there is no setting `shufle` (did you mean `shuffle`?)"),
      ("validate 120%", "AD0505 <120>"), ("validate first 20%", "AD0504 <first>"),
      ("data 3", "AD0504 <3>"), ("epochs x", "AD0404 <x>"), ("epochs 1, 2", "AD0504"),
      ("stop 3", "AD0504 <stop 3>"), ("stop after 3", "AD0504 <stop after 3>"),
      ("stop after 0 epochs without improvement", "AD0505 <0>"),
      ("epochs 3 epochs without improvement", "AD0504"), ("folds 1", "AD0505 <1>"),
      ("accumulate 0.5", "AD0505 <0.5>"), ("missing 0", "AD0504 <0>"),
      ("missing median", "AD0504 <median>"), ("standardize x", "AD0504 <x>"),
      ("standardize 3", "AD0504 <3>"), ("optimizer adam(average: 1)", "AD0508 <1>"),
      ("optimizer sgd(rate: warmup(0.1))", "AD0402"),
    ])
  func mistakes(_ setting: String, _ start: String) {
    #expect(problem(head + "train { \(setting) }").hasPrefix(start))
  }

  @Test("what is said of data, of stopping and of metrics")
  func data() throws {
    let text = """
      input x: [n, 2] from "a", "b" as category
      input z: [n]
      param w = 1
      minimize w^2 + 0*sum(z)
      metric size = w^2
      train {
        stop after 7 epochs without improvement
        accumulate 2; folds 5; missing mean; standardize z; stream true
        optimizer sgd(rate: cosine_decay(0.1, 100), average: 0.9)
      }
      """
    let model = try #require(check(text).model)
    #expect(model.metrics.map(\.name) == ["size"])
    guard case .categories(["a", "b"], _) = model.inputs[0].columns else {
      Issue.record("\(model.inputs[0].columns)")
      return
    }
    #expect(model.training.patience?.value == 7)
    #expect(model.training.accumulated?.value == 2)
    #expect(model.training.folds?.value == 5)
    #expect(model.training.missing?.value == .mean)
    #expect(model.training.standardized.map(\.value) == ["z"])
    #expect(model.training.streams?.value == true)
    #expect(
      problem("param w = [1, 2]\nminimize sum(w)\nmetric m = w").hasPrefix("AD0303 <w>"))
    #expect(
      problem("param w = 1\nminimize w\nmetric m = w\nmetric m = 2*w").hasPrefix("AD0202 <m>"))
  }

  @Test("everything that can be set")
  func plan() throws {
    let text =
      head + """
        const rate = 0.5
        train {
          data "a.csv", "b.csv"
          optimizer adam(rate: rate * 0.5^(epoch / 10), beta1: 0.8)
          epochs 20
          batch 32
          shuffle false
          seed 7
          validate last 25%
        }
        """
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    let plan = try #require(checked.model?.training)
    #expect(plan.dataFiles.map(\.value) == ["a.csv", "b.csv"])
    #expect(plan.optimizer?.name == "adam")
    #expect(plan.optimizer?.arguments.map(\.name) == ["rate", "beta1"])
    #expect(plan.epochs?.value == 20)
    #expect(plan.steps == nil)
    #expect(plan.batch?.value == 32)
    #expect(plan.shuffle?.value == false)
    #expect(plan.seed?.value == 7)
    #expect(plan.validation?.fraction == 0.25)
    #expect(plan.validation?.takesLast == true)
    let epochs = try #require(plan.epochs)
    #expect(checked.source.text(epochs.range) == "20")
  }

  @Test("constants and first values can be set from outside")
  func overrides() throws {
    let text = "const k = 2\nparam w = [1, 2]\nparam v: [k] = 0\nlet a = k * w\nlet b = v"
    let checked = check(text, set: [("k", "3"), ("w", "[5, 6]")])
    #expect(try checked.numbers("a") == [15, 18])
    #expect(checked.shape("b") == "[3]")
    #expect(check(text, set: [("kk", "3")]).first.contains("did you mean `k`?"))
    #expect(check(text, set: [("k", "w")]).codes == ["AD0203"])
    #expect(check(text, set: [("v", "[1, 2, 3]")]).codes == ["AD0308"])
  }

  @Test("first values are drawn, read or given")
  func starts() throws {
    let text = """
      param a: [3, 4] ~ glorot()
      param b ~ normal(1, sd: 0.5)
      param c: [2] from "c.npy"
      /// The weights.
      param d: [7] ~ uniform(-1, 1)
      minimize sum(a) + b + sum(c) + sum(d)
      """
    let parameters = try #require(check(text).model?.parameters)
    guard case .drawn(let glorot) = parameters[0].initial,
      case .drawn(let normal) = parameters[1].initial,
      case .file(let path, _) = parameters[2].initial,
      case .drawn(let uniform) = parameters[3].initial
    else {
      Issue.record("the kinds of first values differ")
      return
    }
    #expect(glorot.kind == .glorot)
    #expect(glorot.fanIn == 3)
    #expect(glorot.fanOut == 4)
    #expect(normal.arguments == [1, 0.5])
    #expect(path == "c.npy")
    #expect(uniform.arguments == [-1, 1])
    #expect(parameters[3].description == "The weights.")
    #expect(problem("param a ~ norml(0, 1)\nminimize a").contains("did you mean `normal`?"))
    #expect(problem("param a ~ normal(0, -1)\nminimize a").hasPrefix("AD0410"))
    #expect(problem("param a: [2]\nminimize sum(a)").hasPrefix("AD0214"))
    #expect(problem("param a from \"a.npy\"\nminimize a").hasPrefix("AD0308"))
  }

  @Test("what is not there yet says so", arguments: ["conv3d(x, x)"])
  func unsupported(_ expression: String) {
    #expect(problem(head + "let a = \(expression)").hasPrefix("AD0407"))
  }

  @Test("outputs have names")
  func outputs() throws {
    let model = try #require(check("param x = 1\noutput x\noutput x + 1 as y").model)
    #expect(model.outputs.map(\.name) == ["x", "y"])
    #expect(problem("param x = 1\noutput x + 1").hasPrefix("AD0212"))
    #expect(problem("param x = 1\noutput x\noutput x").hasPrefix("AD0202"))
  }

  @Test("every node has a place")
  func spans() throws {
    let checked = check("param x = 1\nlet y = sin(x) * 2\nminimize y + diff(y * x, x)")
    let model = try #require(checked.model)
    #expect(model.spans.count == model.graph.count)
    let node = try #require(checked.value("y"))
    #expect(checked.source.text(model.spans[node.slot]) == "sin(x) * 2")
  }

  @Test("many lets and a long sum are checked")
  func manyLets() {
    let lets = (1..<100_000).map { "let a\($0) = a\($0 - 1) + \($0)\n" }.joined()
    let sum = "x" + String(repeating: " + x", count: 300_000)
    let checked = check("param x = 1\nlet a0 = x\n" + lets + "minimize a99999 + " + sum)
    #expect(checked.codes.isEmpty)
    #expect(checked.model?.lets.count == 100_000)
  }
}
