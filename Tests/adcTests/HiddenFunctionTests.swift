import Testing

/// Gradient programs of models that call something of their own like a function.
@Suite struct HiddenFunctionTests {
  private static let models = [
    "input step: [n]\nparam w = 1\nminimize sum(relu(w*step))\n",
    "input x: [n]\nparam mean = 1\nminimize sum((mean*x)^2)/n\n",
    "param log = 2\nparam b = 3\nminimize b^log\n",
    "param sign = 2\nminimize abs(sign)\n",
    "param log_ = 1\nparam log = 2\nparam b = 3\nminimize b^log + log_^2\n",
    "input x: [log]\nparam c = 2\nparam b = 3\nminimize sum(b^(c*x))\n",
    "fn log(x) = x*x\nparam b = log(3)\nparam c = 2\nminimize b^c + log(b)\n",
    "const log = 2\nfn f(log) = 2*log\nparam b = f(log)\nparam c: [log] = 1.5\nminimize sum(b^c)\n",
    "param b = 3\nparam c = 2\nlet log = c*b + b\nlet q = b^log\nminimize q*q + log^1.5\n",
    "param loss = 3\nparam d_loss = 2\nminimize loss^2*d_loss\n",
  ]

  private func losses(_ output: String) -> [String] {
    output.split(separator: "\n").map { String($0.split(separator: " ").last ?? "") }
  }

  /// The program compiles, and its outputs are the loss and the gradient of the model.
  @Test(arguments: models) func programs(text: String) {
    let folder = Folder()
    folder.write(text, to: "m.ad")
    folder.write("x,step\n0.5,0.25\n1.5,0.75\n", to: "d.csv")
    let data = text.contains("input") ? ["--data", "d.csv"] : []
    let gradient = Executable.adc.run(["gradient", "m.ad"] + data, in: folder)
    #expect(gradient.status == 0, "\(gradient.errors)")
    let program = Executable.adc.run(["diff", "m.ad"], in: folder)
    folder.write(program.output, to: "g.ad")
    let outputs = Executable.adc.run(["predict", "g.ad"] + data, in: folder)
    #expect(outputs.status == 0, "\(program.output)\(outputs.errors)")
    #expect(losses(outputs.output + outputs.errors) == losses(gradient.output), "\(program.output)")
  }

  @Test func whatIsRenamedAndWhatIsNot() {
    let folder = Folder()
    folder.write(Self.models[2], to: "m.ad")
    let renamed = Executable.adc.run(["diff", "m.ad"], in: folder).output
    #expect(renamed.contains("param log_ = 2\n"))
    #expect(renamed.contains("b^log_*log(b) as d_log\n"))
    folder.write("param log = 2\nminimize log^2\n", to: "m.ad")
    #expect(Executable.adc.run(["diff", "m.ad"], in: folder).output.contains("param log = 2\n"))
  }
}
