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

  /// The lines of earlier sessions; a file that has grown long is written anew, shorter.
  func read() -> History {
    guard let path, let text = PrivateFile.read(path) else { return History() }
    let history = History(file: text)
    if text.utf8.count(where: { $0 == UInt8(ascii: "\n") }) > 2 * History.most {
      _ = PrivateFile.write(history.file, to: path)
    }
    return history
  }

  /// Writes a line as soon as it was typed, behind those that others have written meanwhile.
  func append(_ line: String) {
    guard let path, let entry = History.entry(line) else { return }
    // A history that cannot be kept is no reason to bother anyone.
    _ = PrivateFile.append(entry, to: path)
  }
}
