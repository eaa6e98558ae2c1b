import ADCPlatform

extension ModelTask {
  /// Refuses outputs that would take the place of what the command reads, or of each other. A run
  /// may be saved where the one that it goes on from stands.
  func keepWhatIsRead() throws(TaskFailure) {
    for (place, (option, output)) in options.outputs.enumerated() {
      if let other = options.outputs[..<place].first(where: { $0.path == output }) {
        throw Self.refusal(option, output, "what `\(other.option)` writes")
      }
      for (input, role) in filesRead where Self.isSame(output, input) {
        if option == "--save", role == Self.runRole { continue }
        throw Self.refusal(option, output, role)
      }
    }
  }

  private static func refusal(_ option: String, _ output: String, _ role: String) -> TaskFailure {
    TaskFailure(
      "`\(option) \(output)` would overwrite \(role): name another file", code: "AD1003",
      fault: .commandLine)
  }

  private static let runRole = "the parameters"

  /// The files that the command reads, and what they are to it.
  private var filesRead: [(path: String, role: String)] {
    var files = [(path: path, role: "the model")]
    files += tables.map { (path: $0, role: "the data") }
    files += options.inputs.map { (path: $0.path, role: "the data of `\($0.name)`") }
    for run in [options.parameterFile, options.checkpointFile] {
      if let run { files.append((path: run, role: Self.runRole)) }
    }
    return files
  }

  /// Whether two names are of one file on the disk; pipes and terminals can be read and written.
  private static func isSame(_ first: String, _ second: String) -> Bool {
    guard let first = try? FileSystem.status(of: first), first.kind == .regular,
      let second = try? FileSystem.status(of: second)
    else { return false }
    return first.identity == second.identity
  }
}
