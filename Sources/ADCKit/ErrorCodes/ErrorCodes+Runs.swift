// AD07nn to AD10nn: data, compiled files, runs and command lines.

extension ErrorCode {
  private static let line = "input x: [n]\ninput y: [n]\nparam w = 1\nminimize mean((w*x - y)^2)"
  private static let slope =
    "input x: [n]\ninput y: [n]\nparam w = 1\nlet m = w*x\nfit y ~ m\noutput m"
  private static let square = "param x = 1\nminimize x^2"
  private static let long =
    "fn f(x) = sin(x*cos(x))\nfn g(x) = f(f(f(f(f(f(f(f(x))))))))\n"
    + "fn h(x) = g(g(g(g(g(g(g(g(x))))))))\nparam x = 1\nminimize g(h(h(h(h(h(h(x)))))))"

  static let ofRuns: [ErrorCode] = [
    ErrorCode(
      "AD0701", "data that cannot be read, or do not go with the model",
      """
      A file is missing or damaged, a column is not there, or a value is not what the model \
      needs. Row and column are named. Also a file that cannot be written, as on a full disk.
      """,
      wrong: .command(
        "adc gradient model.ad --data a.csv", model: line, files: [("a.csv", "x\n1\n2\n")]),
      right: .command(
        "adc gradient model.ad --data a.csv", model: line, files: [("a.csv", "x,y\n1,2\n2,4\n")])),
    ErrorCode(
      "AD0702", "a program that cannot be made or run",
      "It needs more memory than there may be, or sizes that do not fit.",
      wrong: .command(
        "adc gradient model.ad", model: "param x = 1\nminimize det(exp(x*eye(1000000)))"),
      right: .command("adc gradient model.ad", model: "param x = 1\nminimize det(exp(x*eye(10)))")),
    ErrorCode(
      "AD0703", "a run that cannot begin",
      "Training needs an objective, parameters and an optimizer, and sizes that go together.",
      wrong: .command("adc train model.ad", model: square + "\ntrain { steps 10 }"),
      right: .command(
        "adc train model.ad", model: square + "\ntrain { optimizer sgd(rate: 0.1); steps 10 }")),
    ErrorCode(
      "AD0704", "a compiled model where the source is needed",
      "What prints, lays out or changes a model reads its `.ad` file.",
      wrong: .command("adc fmt model.adb"), right: .command("adc fmt model.ad", model: square)),
    ErrorCode(
      "AD0705", "a model without outputs", "`adc predict` computes what `output` statements name.",
      wrong: .command("adc predict model.ad", model: square),
      right: .command("adc predict model.ad", model: square + "\noutput x + 1 as next")),
    ErrorCode(
      "AD0706", "a point or a direction that does not go with the model",
      """
      Of the library: a vector has as many numbers as there are parameters, and every name of a \
      formula has a value.
      """,
      wrong: .swift("try Formula(\"x*y\").value(at: [\"x\": 2])"),
      right: .swift("try Formula(\"x*y\").value(at: [\"x\": 2, \"y\": 3])")),
    ErrorCode(
      "AD0707", "what is too long to show",
      """
      Steps are shown of derivations of at most 1000 operations. Graphs of more than 2000 boxes are \
      drawn for Graphviz alone, with `--dot`.
      """,
      wrong: .command("adc diff model.ad --steps", model: long),
      right: .command("adc diff model.ad --steps", model: square)),
    ErrorCode(
      "AD0708", "values that do not fill a shape",
      "Of the library: a tensor has as many values as the product of its shape.",
      wrong: .swift("try Tensor(shape: [2, 2], values: [1, 2, 3])"),
      right: .swift("try Tensor(shape: [2, 2], values: [1, 2, 3, 4])")),
    ErrorCode(
      "AD0709", "intervals without the errors of a fit",
      """
      Bands about outputs come from the covariances of a fit, which `adc train --save` writes into \
      the file of parameters of a model with `fit`.
      """,
      wrong: .command(
        "adc predict model.ad --data a.csv --interval confidence", model: slope,
        files: [("a.csv", "x,y\n1,2\n2,4\n3,7\n")]),
      right: .command(
        "adc train model.ad --data a.csv --save p.json && adc predict model.ad --data a.csv "
          + "--from p.json --interval confidence",
        model: slope, files: [("a.csv", "x,y\n1,2\n2,4\n3,7\n")])),
    ErrorCode(
      "AD0710", "something that another language lacks",
      """
      `adc emit` writes what a language can say, and names the first operator that it cannot, before \
      anything is written.
      """,
      wrong: .command("adc emit model.ad --to ad --what step", model: square),
      right: .command("adc emit model.ad --to ad --what gradient", model: square)),
    ErrorCode(
      "AD0801", "a file that is no compiled model",
      """
      The file is damaged, of another version, or something else; or what it says of its data and \
      training does not go with its program. Compile the model again.
      """,
      wrong: .command("adc gradient model.adb", files: [("model.adb", "not a program\n")]),
      right: .command("adc compile model.ad && adc gradient model.adb", model: square)),
    ErrorCode(
      "AD0901", "a loss that is no number",
      """
      Training, or `adc gradient --trap`, met NaN or infinity. The message names the operation that \
      made it, of what, and where; a smaller rate often helps.
      """,
      wrong: .command(
        "adc train model.ad",
        model: "param x = 2\nminimize x^4\ntrain { optimizer sgd(rate: 10); steps 100 }"),
      right: .command(
        "adc train model.ad",
        model: "param x = 2\nminimize x^4\ntrain { optimizer sgd(rate: 0.01); steps 100 }")),
    ErrorCode(
      "AD0902", "a run that was interrupted",
      "Ctrl-C ends a run after its current update; what is to be saved is saved.",
      wrong: .command(
        "adc train model.ad",
        model: "param x = 2\nminimize x^2\ntrain { optimizer sgd(rate: 1e-9); steps 1000000000 }"),
      right: .command(
        "adc train model.ad",
        model: "param x = 2\nminimize x^2\ntrain { optimizer sgd(rate: 0.1); steps 10 }")),
    ErrorCode(
      "AD1001", "a command that is not there",
      "`adc help` lists the commands. The nearest one is proposed.",
      wrong: .command("adc trian model.ad", model: square), right: .command("adc help train")),
    ErrorCode(
      "AD1002", "an option or an argument that is not there, missing or one too many",
      "`adc help COMMAND` lists what a command takes.",
      wrong: .command("adc diff 'x^2' --bye x"), right: .command("adc diff 'x^2' --by x")),
    ErrorCode(
      "AD1003", "an option with a value that it does not take",
      "The message says what the option takes.",
      wrong: .command("adc diff 'x^2' --at x"), right: .command("adc diff 'x^2' --at x=3")),
    ErrorCode(
      "AD1101", "a command of the prompt that is not there",
      "`:help` at the prompt of `adc repl` lists its commands. The nearest one is proposed.",
      wrong: .command("echo ':plt x^2' | adc repl"),
      right: .command("echo ':plot x^2' | adc repl")),
    ErrorCode(
      "AD1102", "a command of the prompt with something that it does not take, or without it",
      "`:help NAME` at the prompt says what a command takes.",
      wrong: .command("echo ':at x^2' | adc repl"),
      right: .command("echo ':at x=3 x^2' | adc repl")),
    ErrorCode(
      "AD1103", "a statement of a model at a prompt that has a model already",
      "A model that is loaded has its objective and its training. `:clear` leaves it.",
      wrong: .command("echo 'minimize x' | adc repl model.ad", model: square),
      right: .command("echo 'x^2' | adc repl model.ad", model: square)),
    ErrorCode(
      "AD1104", "something that is no curve",
      "`:plot` draws a number that depends on one name without a value, over a range in which it "
        + "has values.",
      wrong: .command("echo ':plot a*x' | adc repl"),
      right: .command("echo ':plot 2*x' | adc repl")),
  ]
}
