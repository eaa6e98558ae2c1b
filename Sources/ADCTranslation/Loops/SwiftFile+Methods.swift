import ADCCalculus
import ADCMachine

extension SwiftWriter {
  /// The head of a function that people call, and the call of the one that does the work.
  private struct Formals {
    var arguments: [String]
    var calls: [String]
    var checks: [String] = []
    var notes: [String]
    var hasOptimizer = false
  }

  /// The function that people call: arrays in the place of pointers.
  func method(
    _ routine: Routine, _ name: String, _ about: String, isMutating: Bool
  ) -> String {
    let formals = formals(routine, isGradient: name == "valueAndGradient")
    let isDiscardable = isMutating && routine.result != nil
    var text = "  /// \(about)\n"
    if !formals.notes.isEmpty {
      text += "  ///\n  /// - Parameters:\n" + formals.notes.joined()
    }
    if isDiscardable { text += "  @discardableResult\n" }
    text += signature(
      "  public \(isMutating ? "mutating " : "")func \(name)", formals.arguments,
      (routine.result == nil ? "" : " -> \(real)") + " {")
    var printer = CodePrinter(language, depth: 2)
    for check in formals.checks { printer.call("precondition", [check], "") }
    let returns = routine.result == nil || formals.checks.isEmpty ? "" : "return "
    printer.call(returns + "Self.\(routine.name)", formals.calls, "")
    return text + printer.lines.joined(separator: "\n") + "\n  }"
  }

  private func formals(_ routine: Routine, isGradient: Bool) -> Formals {
    var formals = Formals(
      arguments: sizes.map { "\($0.name): Int" }, calls: sizes.map(\.name),
      notes: sizes.map { note($0.name, "the size `\($0.dimension)` of shapes") })
    for parameter in routine.parameters where !(isGradient && parameter.kind == .output) {
      add(parameter, to: &formals)
    }
    if isGradient { addGradient(to: &formals) }
    if formals.hasOptimizer {
      formals.arguments.append("optimizer: inout Optimizer")
      formals.notes.append(note("optimizer", "what the optimizer remembers"))
    }
    for (isWide, work, type) in [(false, "workspace", real), (true, "wideWorkspace", "Double")]
    where !routine.rooms(isWide: isWide).isEmpty {
      formals.arguments.append("\(work): inout [\(type)]")
      formals.calls.append("&\(work)")
      let names = sizes.map { "\($0.name): \($0.name)" }.joined(separator: ", ")
      formals.checks.append("\(work).count >= Self.\(work)Count(\(names))")
      formals.notes.append(note(work, "room for `\(work)Count` numbers"))
    }
    return formals
  }

  private func add(_ parameter: Routine.Parameter, to formals: inout Formals) {
    let type = parameter.shape.isScalar ? real : "[\(real)]"
    var path = parameter.name
    switch parameter.kind {
    case .input, .environment:
      formals.arguments.append("\(parameter.name): \(type)")
      formals.calls.append(parameter.name)
      formals.notes.append(note(parameter.name, model.about(parameter)))
    case .parameter:
      formals.calls.append(parameter.isWritten ? "&\(parameter.name)" : parameter.name)
    case .state:
      formals.hasOptimizer = true
      path = "optimizer.\(parameter.name)"
      formals.calls.append("&" + path)
    case .output:
      formals.arguments.append("\(parameter.name): inout \(type)")
      formals.calls.append("&\(parameter.name)")
      formals.notes.append(note(parameter.name, model.about(parameter)))
    }
    if !parameter.shape.isScalar {
      formals.checks.append("\(path).count == \(count(parameter.shape))")
    }
  }

  /// The derivatives, as a value of the type whose functions these are.
  private func addGradient(to formals: inout Formals) {
    formals.arguments.append("gradient: inout \(type)")
    formals.notes.append(
      note("gradient", "gets the derivatives, each in the place of its parameter"))
    for variable in model.parameters {
      let path = "gradient.\(name(variable))"
      formals.calls.append("&" + path)
      if !isScalar(variable) {
        formals.checks.append("\(path).count == \(count(model.shape(variable)))")
      }
    }
  }

  /// A line of the documentation of a function's parameters.
  private func note(_ name: String, _ about: String) -> String {
    let sentence = about.isEmpty ? "The value of `\(name)`" : Self.sentence(about)
    return "  ///   - \(name): \(sentence).\n"
  }
}
