import ADCKit

/// The arguments of a command, taken apart.
struct Arguments {
  private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]
  /// Options of the command that take no value.
  private var flags: Set<String> = []

  /// Reads what follows the command's name; `--` ends the options.
  init(_ arguments: ArraySlice<String>, for command: Command) throws(TaskFailure) {
    flags = Set(command.options.filter { $0.value == nil }.map(\.name))
    var rest = arguments
    var acceptsOptions = true
    while let argument = rest.popFirst() {
      guard acceptsOptions, Self.isOption(argument) else {
        operands.append(argument)
        continue
      }
      if argument == "--" {
        acceptsOptions = false
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = command.options.first(where: { $0.name == name }) else {
        throw Self.unknown(name, in: command)
      }
      guard option.value != nil else {
        values[name, default: []].append("")
        continue
      }
      if parts.count == 2 {
        values[name, default: []].append(String(parts[1]))
      } else if let value = rest.popFirst() {
        values[name, default: []].append(value)
      } else {
        throw TaskFailure(
          "`\(name)` needs a value: \(option.value ?? "")", code: "AD1002", fault: .commandLine)
      }
    }
    for option in command.options where !option.isRepeated {
      if let given = values[option.name], given.count > 1, option.value != nil {
        throw TaskFailure(
          "`\(option.name)` is given \(given.count) times", code: "AD1002", fault: .commandLine)
      }
    }
    guard command.operandCount.contains(operands.count) else {
      let wanted = "adc \(command.name) \(command.operands)"
      let message =
        operands.count < command.operandCount.lowerBound
        ? "an argument is missing: `\(wanted)`"
        : "one argument too many, `\(operands[command.operandCount.upperBound])`: `\(wanted)`"
      throw TaskFailure(message, code: "AD1002", fault: .commandLine)
    }
  }

  /// `-2*x` and `-x^2` begin like an option and are none; what begins with `--` always is one,
  /// whatever its value is.
  private static func isOption(_ argument: String) -> Bool {
    guard argument.hasPrefix("-"), let second = argument.dropFirst().first else { return false }
    if second == "-" { return true }
    let name = argument.prefix { $0 != "=" }
    return second.isLetter && !name.contains { "+*/^( ".contains($0) }
  }

  private static func unknown(_ name: String, in command: Command) -> TaskFailure {
    let near = Words.nearest(to: name, among: command.options.map(\.name))
    var help = near.map { "did you mean `\($0)`?" } ?? "see `adc help \(command.name)`"
    if !name.hasPrefix("--"), ["diff", "accuracy"].contains(command.name) {
      help = "an expression that begins with `-` follows `--`: `adc \(command.name) -- '\(name)'`"
    } else if rates.contains(name), command.options.contains(where: { $0.name == "--optimizer" }) {
      help = "the rate is an argument: `--optimizer 'adam(rate: 0.01)'`"
    }
    return TaskFailure(
      "`adc \(command.name)` has no option `\(name)`; \(help)", code: "AD1002",
      fault: .commandLine)
  }

  /// What an optimizer's rate is asked for with elsewhere.
  private static let rates = ["--rate", "--lr", "--learning-rate"]

  /// Whether an option is given that takes no value.
  func hasFlag(_ name: String) -> Bool { flags.contains(name) && has(name) }
  func has(_ name: String) -> Bool { values[name] != nil }
  func value(_ name: String) -> String? { values[name]?.last }
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// A whole number of at least `least`.
  func count(_ name: String, least: Int) throws(TaskFailure) -> Int? {
    guard let text = value(name), !flags.contains(name) else { return nil }
    guard let number = Int(text), number >= least else {
      throw TaskFailure(
        "`\(name)` takes a whole number of at least \(least), and `\(text)` is none",
        code: "AD1003", fault: .commandLine)
    }
    return number
  }

  /// `NAME=VALUE` pairs of a repeated option.
  func pairs(_ name: String) throws(TaskFailure) -> [(String, String)] {
    var result: [(String, String)] = []
    for text in all(name) {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw TaskFailure(
          "`\(name)` takes NAME=VALUE, and `\(text)` has no `=`", code: "AD1003",
          fault: .commandLine)
      }
      result.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
    }
    return result
  }
}
