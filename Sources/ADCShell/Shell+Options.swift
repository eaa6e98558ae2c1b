import ADCKit

/// What the options of a command say.
extension Shell {
  func options(_ arguments: Arguments) throws(TaskFailure) -> TaskOptions {
    var options = TaskOptions()
    options.data = arguments.all("--data")
    options.inputs = try arguments.pairs("--input").map { (name: $0, path: $1) }
    options.values = try arguments.pairs("--set").map { (name: $0, text: $1) }
    options.optimizer = arguments.value("--optimizer")
    options.parameterFile = arguments.value("--from")
    options.checkpointFile = arguments.value("--resume")
    options.outputs = ["-o", "--save", "--log"].compactMap { option in
      arguments.value(option).map { (option: option, path: $0) }
    }
    options.epochs = try arguments.count("--epochs", least: 1)
    options.steps = try arguments.count("--steps", least: 1)
    options.batch = try arguments.count("--batch", least: 1)
    options.seed = try arguments.count("--seed", least: 0)
    options.folds = try arguments.count("--folds", least: 2)
    options.level = try level(arguments)
    options.profiles = arguments.hasFlag("--profile")
    options.simplifies = try simplifies(arguments)
    options.keepsSteps = arguments.hasFlag("--steps")
    options.execution.threads = try arguments.count("--threads", least: 1)
    options.execution.engine = try engine(arguments)
    if options.parameterFile != nil, options.checkpointFile != nil {
      throw TaskFailure(
        "`--from` and `--resume` exclude each other", code: "AD1003", fault: .commandLine)
    }
    if options.epochs != nil, options.steps != nil {
      throw TaskFailure(
        "`--epochs` and `--steps` exclude each other", code: "AD1003", fault: .commandLine)
    }
    return options
  }

  /// `--level 0.95`: the probability that an interval covers.
  private func level(_ arguments: Arguments) throws(TaskFailure) -> Double {
    guard let text = arguments.value("--level") else { return 0.95 }
    guard let level = Double(text), level > 0, level < 1 else {
      throw TaskFailure(
        "`--level` takes a probability between 0 and 1, and not `\(text)`", code: "AD1003",
        fault: .commandLine)
    }
    return level
  }

  /// `--engine native`: what runs the loops.
  private func engine(_ arguments: Arguments) throws(TaskFailure) -> Execution.Engine {
    guard let word = arguments.value("--engine") else { return .automatic }
    guard let engine = Execution.Engine(rawValue: word) else {
      throw TaskFailure(
        "`--engine` takes `interpreter`, `native` or `auto`, and not `\(word)`", code: "AD1003",
        fault: .commandLine)
    }
    return engine
  }

  func simplifies(_ arguments: Arguments) throws(TaskFailure) -> Bool {
    switch arguments.value("--simplify") {
    case nil, "all"?: return true
    case "none"?: return false
    case let other?:
      throw TaskFailure(
        "`--simplify` takes `all` or `none`, and not `\(other)`", code: "AD1003",
        fault: .commandLine)
    }
  }
}
