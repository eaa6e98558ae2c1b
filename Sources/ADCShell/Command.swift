/// A command: what it is called, what it takes, and how it is explained.
struct Command {
  /// An option: `--epochs N`, or a flag without a value.
  struct Option {
    var name: String
    /// What stands for the value in the help; nil for a flag.
    var value: String?
    var summary: String
    var isRepeated = false
  }

  /// What is asked for; its name is what people write.
  enum Kind: String {
    case compile, train, gradient, predict, diff, accuracy, check, cost, graph, plot, report,
      bench, disassemble, emit, repl, fmt, explain, lsp, help
  }

  var kind: Kind
  var operands: String
  var operandCount: ClosedRange<Int>
  var summary: String
  var options: [Option]
  var example: String
  /// More that `adc help` says of it; lines with their ends.
  var notes = ""

  var name: String { kind.rawValue }
}

extension Command {
  private static let json = Option(
    name: "--json", value: nil, summary: "print JSON, one object a line")
  private static let data = Option(
    name: "--data", value: "FILE",
    summary: "the data: .csv, .tsv, .jsonl, .npy, .npz, or `-`; several follow each other",
    isRepeated: true)
  private static let input = Option(
    name: "--input", value: "NAME=FILE",
    summary: "one input (or a parameter's first value) from .npy, .csv or .json", isRepeated: true)
  private static let set = Option(
    name: "--set", value: "NAME=VALUE", summary: "a constant, or a parameter's first value",
    isRepeated: true)
  private static let from = Option(
    name: "--from", value: "FILE", summary: "start from the parameters in a file")
  private static let execution = [
    Option(
      name: "--engine", value: "interpreter|native|auto",
      summary: "what runs loops and matrix products (default: auto)"),
    Option(
      name: "--threads", value: "N",
      summary: "threads for large arrays; the bits are the same (default: all processors)"),
  ]
  private static let simplify = Option(
    name: "--simplify", value: "all|none", summary: "whether to simplify (default: all)")
  private static let optimizer = Option(
    name: "--optimizer", value: "'NAME(…)'", summary: "the optimizer, instead of the model's")
  private static let by = Option(
    name: "--by", value: "x,y", summary: "what to differentiate by (default: all names)")
  private static let run = [
    Option(name: "--epochs", value: "N", summary: "passes over the data, instead of the model's"),
    Option(name: "--steps", value: "N", summary: "updates, instead of the model's"),
    Option(name: "--batch", value: "N", summary: "rows in a mini-batch, instead of the model's"),
    Option(name: "--seed", value: "N", summary: "the seed, instead of the model's"),
    Option(
      name: "--folds", value: "N",
      summary: "hold N parts of the rows back, one after another, and report the means"),
    optimizer,
  ]

  private static let level = Option(
    name: "--level", value: "P", summary: "the probability of a fit's intervals (default: 0.95)")

  static let all: [Command] = [
    Command(
      kind: .compile, operands: "MODEL.ad", operandCount: 1...1,
      summary: "check, differentiate, simplify and lower a model; write MODEL.adb",
      options: [
        Option(name: "-o", value: "OUT", summary: "the file to write"), set,
        optimizer,
        simplify, json,
      ], example: "adc compile Samples/linear_regression.ad -o line.adb"),
    Command(
      kind: .train, operands: "MODEL", operandCount: 1...1,
      summary: "run the model's training; print the loss and the parameters",
      options: [
        data, input, set, from,
        Option(name: "--resume", value: "FILE", summary: "go on exactly where a saved run stopped"),
        Option(
          name: "--save", value: "FILE",
          summary: "write the parameters and the run's state, at the end and every minute"),
        Option(
          name: "--save-every", value: "N", summary: "write them after every N updates instead"),
        Option(
          name: "--log", value: "FILE",
          summary: "add each epoch and the end to a file, as JSON lines"),
        Option(
          name: "--plot", value: nil,
          summary: "draw a fit's data, curve and residuals (on a terminal without being asked)"),
        Option(
          name: "--trace", value: "1,2,5", summary: "report the parameters after so many updates"),
        level,
        Option(
          name: "--profile", value: nil,
          summary: "a fit's intervals from the profile of its likelihood"),
      ] + run + execution + [json],
      example: "adc train Samples/linear_regression.ad --save line.json"),
    Command(
      kind: .gradient, operands: "MODEL", operandCount: 1...1,
      summary: "loss and gradient at the initial (or given) parameters",
      options: [
        data, input, set, from, simplify,
        Option(
          name: "--trap", value: "nan|inf",
          summary: "name the first operation that made NaN (or an infinity), and of what"),
      ] + execution + [json],
      example: "adc gradient Samples/rosenbrock.ad"),
    Command(
      kind: .predict, operands: "MODEL", operandCount: 1...1,
      summary: "the model's outputs, with trained parameters, as a table",
      options: [
        from, data, input, set,
        Option(
          name: "--interval", value: "confidence|prediction",
          summary: "bands about the outputs of a fit: of the model, or of further observations"),
        level, Option(name: "-o", value: "OUT.csv", summary: "the file to write"),
      ] + execution + [json], example: "adc predict Samples/linear_regression.ad --from line.json"),
    Command(
      kind: .diff, operands: "'EXPRESSION'… | MODEL.ad | -", operandCount: 1...1000,
      summary: "the derivatives of an expression as source; of a model, its gradient as a program",
      options: [
        by,
        Option(
          name: "--order", value: "K", summary: "all derivatives up to this order (default: 1)"),
        Option(
          name: "--jacobian", value: nil,
          summary: "all first derivatives of several expressions or of an array"),
        Option(
          name: "--hessian", value: nil, summary: "all second derivatives, of a model as a program"),
        Option(
          name: "--jvp", value: nil,
          summary: "how expressions change along directions, `dx` of `x`: no matrix is built"),
        Option(
          name: "--vjp", value: nil,
          summary: "what names receive from adjoints of expressions, `u`: no matrix is built"),
        Option(
          name: "--hvp", value: nil,
          summary: "how the gradient changes along directions; of a model as a program"),
        Option(
          name: "--pattern", value: nil,
          summary: "which elements of the Jacobian, or of the Hessian, can be other than 0, drawn"),
        Option(
          name: "--shape", value: "A=[n, 3]", summary: "the shape of a name that is an array",
          isRepeated: true),
        Option(
          name: "--at", value: "x=1,y=2", summary: "values at a point", isRepeated: true),
        Option(
          name: "--steps", value: nil,
          summary: "the way to each derivative, one rule a line, each line checked by numbers"),
        Option(name: "--latex", value: nil, summary: "mathematics in LaTeX in the place of source"),
        Option(name: "--unicode", value: nil, summary: "mathematics in plain text"),
        data, input, set, simplify, json,
      ], example: "adc diff 'x^2*sin(x)' --by x --at x=1"),
    Command(
      kind: .accuracy, operands: "'EXPRESSION' | MODEL.ad", operandCount: 1...1,
      summary: "how many units in the last place an expression or a model is off, and its gradient",
      options: [
        by,
        Option(
          name: "--samples", value: "N",
          summary: "points to try (default: 500; of a model, what takes a second)"),
        Option(name: "--seed", value: "N", summary: "the seed of the points (default: 0)"),
        data, input, set, from, json,
      ], example: "adc accuracy '(1 - cos(x))/x^2'"),
    Command(
      kind: .check, operands: "MODEL", operandCount: 1...1,
      summary: "compare every entry of the gradient with differences of the loss",
      options: [
        Option(
          name: "--kinks", value: nil,
          summary: "list where the loss has no derivative, and how often the data are there"),
        data, input, set, from,
      ] + execution + [json], example: "adc check Samples/digits.ad"),
    Command(
      kind: .cost, operands: "MODEL", operandCount: 1...1,
      summary: "operations, bytes and memory of loss, gradient and Hessian product, by line",
      options: [data, input, set, from, simplify, json], example: "adc cost Samples/digits.ad"),
    Command(
      kind: .graph, operands: "MODEL", operandCount: 1...1,
      summary: "draw loss and gradient beside each other, as SVG",
      options: [
        Option(name: "-o", value: "OUT.svg", summary: "the file to write"),
        Option(name: "--dot", value: nil, summary: "for Graphviz in the place of SVG"), set,
        simplify, json,
      ], example: "adc graph Samples/linear_regression.ad -o line.svg"),
    Command(
      kind: .plot, operands: "MODEL | RUN", operandCount: 1...1,
      summary: "draw the rate before a run; of a saved run its losses, of a fit data and curve",
      options: [
        Option(name: "-o", value: "OUT.svg", summary: "draw into a file, not in characters"),
        Option(
          name: "--what", value: "schedule|training|fit", summary: "what to draw, of a run"),
        data, input, set, from,
      ] + run, example: "adc plot Samples/digits.ad -o rate.svg",
      notes: """
        RUN is a file that `adc train --save` wrote; its model and data are found by it, and `adc plot
        MODEL --from RUN` names the model.

        """),
    Command(
      kind: .report, operands: "RUN [MODEL]", operandCount: 1...2,
      summary: "a page about a saved run: model, gradient, data, curves, estimates",
      options: [
        Option(name: "-o", value: "OUT.html", summary: "the file to write"), data, input, set,
      ], example: "adc report line.json -o line.html",
      notes: """
        RUN is a file that `adc train --save` wrote. It names the model and what the command said of
        data and constants, and has the losses of the epochs; the model and its data are read again,
        from where they were or beside RUN. MODEL names the model where it is elsewhere. A model that
        has changed since is refused.

        The page is one file without scripts: mathematics as MathML, pictures as SVG, light or dark
        as the reader has it. Everything in it but the losses is computed again, at the parameters in
        RUN: the same run gives the same page.

        """),
    Command(
      kind: .bench, operands: "MODEL", operandCount: 1...1,
      summary: "time a part of the work in the process, after a warm-up",
      options: [
        Option(
          name: "--what",
          value: "step|gradient|calls|outputs|train|fit|compile|derivative|hessian|hvp|all",
          summary: "what to time (default: gradient)"), data, input, set, from,
      ] + run + execution + [json], example: "adc bench Samples/digits.ad --what train"),
    Command(
      kind: .disassemble, operands: "MODEL", operandCount: 1...1,
      summary: "the bytecode, one instruction a line, each with the source it came from",
      options: [set, simplify, json], example: "adc disassemble Samples/linear_regression.ad"),
    Command(
      kind: .emit, operands: "MODEL", operandCount: 1...1,
      summary: "loss, gradient, training step and prediction as source in another language",
      options: [
        Option(
          name: "--to", value: "LANGUAGE",
          summary: "swift, c, python, jax, tensorflow, onnx or ad"),
        Option(
          name: "--what", value: "PART,PART",
          summary: "of loss, gradient, step, predict, hessian, jvp (default: all but the last two)"),
        Option(name: "-o", value: "FILE", summary: "the file to write (default: standard output)"),
        Option(name: "--prefix", value: "NAME", summary: "what names of C begin with"),
        Option(
          name: "--functions", value: "auto|own|library",
          summary:
            "whose exp, sin, tanh, … are in C and Swift: adc's in loops over arrays, so that they are"
            + " vectors, and the library's elsewhere (auto, the default), adc's, or the library's"),
        Option(
          name: "--distributed", value: nil,
          summary: "training in several processes (jax, tensorflow)"),
        set,
        Option(name: "--from", value: "FILE", summary: "the parameters that an ONNX file holds"),
        optimizer,
        simplify,
      ], example: "adc emit Samples/linear_regression.ad --to c -o line.c"),
    Command(
      kind: .repl, operands: "[MODEL]", operandCount: 0...1,
      summary: "derivatives, interactively; `:help` lists what one can type",
      options: [data, input, set, from], example: "adc repl Samples/digits.ad",
      notes: """
        A line is an expression, a definition or a statement of a model; a command begins with `:`.
        What has numbers is evaluated, what has names without a value stays a formula:

          adc> f(x) = x^2*sin(x)
          adc> diff(f(x), x)
          x*(2*sin(x) + x*cos(x))
          adc> x = 2
          adc> diff(f(x), x)
          1.9726023611141572

        Of a MODEL, the inputs with their data, parameters and lets are at hand, and `loss` is its
        objective. Tab completes, Ctrl-R searches earlier lines, Ctrl-C stops what takes too long,
        Ctrl-D leaves. Earlier lines are kept in ADC_HISTORY (a path; empty: nowhere), else in
        $XDG_STATE_HOME/adc/history or ~/.local/state/adc/history.

        Where standard input is no terminal, results alone go to standard output. A line that fails
        leaves the session as it was, and the next one is read; the exit status is 1 if any failed.

        """),
    Command(
      kind: .fmt, operands: "MODEL.ad… | -", operandCount: 1...10_000,
      summary: "lay out models in place; `-` reads standard input and writes standard output",
      options: [
        Option(
          name: "--check", value: nil,
          summary: "write nothing; name the files that would change, and fail if there are any")
      ], example: "adc fmt --check Samples/digits.ad"),
    Command(
      kind: .explain, operands: "[CODE]", operandCount: 0...1,
      summary: "what an error code means, with examples; without a code, all codes",
      options: [], example: "adc explain AD0301"),
    Command(
      kind: .lsp, operands: "", operandCount: 0...0,
      summary: "serve an editor: the Language Server Protocol on standard input and output",
      options: [], example: "adc lsp"),
    Command(
      kind: .help, operands: "[COMMAND]", operandCount: 0...1,
      summary: "explain a command with an example", options: [], example: "adc help train"),
  ]

  /// The first lines of help: all commands.
  static var overview: String {
    var text = """
      adc: models in a page, their gradients as source, trained.

      usage: adc COMMAND [OPTIONS]


      """
    for command in all {
      text += "  \(command.name.padded(to: 12))\(command.summary)\n"
    }
    return text + "\n`adc help COMMAND` explains one. `adc --version` prints the version.\n"
  }

  /// What `adc help COMMAND` prints.
  var help: String {
    var text =
      "usage: adc \(name) \(operands)\(options.isEmpty ? "" : " [OPTIONS]")\n\n\(summary)\n"
    if !options.isEmpty { text += "\n" }
    for option in options {
      let form = option.value.map { "\(option.name) \($0)" } ?? option.name
      text += "  \(form.padded(to: 30))\(option.summary)\n"
    }
    if !notes.isEmpty { text += "\n" + notes }
    return text + "\nexample: \(example)\n"
  }
}

extension String {
  /// The text with spaces behind it up to a width, and at least one.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
