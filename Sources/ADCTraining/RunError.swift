package import ADCMachine

/// What went wrong in a run.
package enum RunError: Error, Sendable, CustomStringConvertible {
  case machine(MachineError)
  /// With the statement that asked for what the machine cannot do.
  case placed(MachineError, SourceTag)
  case data(DataError)
  /// A setting that is wrong or missing, and what a caller may give for it.
  case setting(String, remedy: RunRemedy? = nil)

  package var description: String {
    switch self {
    case .machine(let error): error.description
    case .placed(let error, let tag): "\(error)\n  in line \(tag.line): \(tag.text)"
    case .data(let error): error.description
    case .setting(let message, _): message
    }
  }
}
