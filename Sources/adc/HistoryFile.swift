import ADCKit
import ADCPlatform

/// Where the lines of earlier sessions are kept.
struct HistoryFile {
  /// Nil where none is wanted, or there is no place for it.
  let path: String?

  /// `ADC_HISTORY`, where it is set (empty: none), else in the folder for the state of programs.
  init() {
    func variable(_ name: String) -> String? { CurrentProcess.variable(name) }
    if let own = variable("ADC_HISTORY") {
      path = own.isEmpty ? nil : own
    } else if let folder = variable("XDG_STATE_HOME"), folder.hasPrefix("/") {
      path = folder + "/adc/history"
    } else if let home = variable("HOME"), home.hasPrefix("/") {
      path = home + "/.local/state/adc/history"
    } else {
      path = nil
    }
  }

  func read() -> History {
    guard let path, let text = PrivateFile.read(path) else { return History() }
    return History(file: text)
  }

  /// Writes the lines after those that others have written meanwhile.
  func write(_ history: History) {
    guard let path else { return }
    let text = history.file(after: read())
    // A history that cannot be kept is no reason to bother anyone.
    _ = PrivateFile.write(text, to: path)
  }
}
