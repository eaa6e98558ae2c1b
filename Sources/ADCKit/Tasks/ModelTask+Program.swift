import ADCTraining

extension ModelTask {
  /// The gradient as a `.ad` program that compiles: the model's declarations, its lets as far as
  /// the loss needs them, and an output for the loss and for each derivative.
  package func gradientProgram() throws(TaskFailure) -> String {
    try requireObjective()
    guard let symbolic = model.symbolic else {
      throw TaskFailure(
        "the gradient is printed from the model's source, and \(path) is compiled",
        code: "AD0704", fault: .commandLine)
    }
    return symbolic.gradientProgram()
  }

  /// The gradient's program, as text and as the member `program`.
  package func gradientReport() throws(TaskFailure) -> TaskReport {
    let text = try gradientProgram()
    return TaskReport(text: text, json: .object([.init("program", .string(text))]))
  }

  /// The bytecode, one instruction a line, as text and as the member `program`.
  package func disassemblyReport() -> TaskReport {
    let text = disassembly()
    return TaskReport(text: text, json: .object([.init("program", .string(text))]))
  }
}
