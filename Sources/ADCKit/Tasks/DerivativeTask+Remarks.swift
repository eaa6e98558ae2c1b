import ADCCalculus
import ADCModel

extension DerivativeTask {
  /// What may not be as it is meant, though nothing is wrong; with line ends.
  package var remarks: String {
    var text = ""
    for name in request.by ?? [] {
      let isUsed = variables.contains { variable in
        variable.name == name && values.contains { graph.depends($0, on: variable.node) }
      }
      if !isUsed { text += "note: `\(self.text)` does not depend on `\(name)`\n" }
    }
    let meant = Set((request.by ?? []) + request.namesAtPoints)
    for variable in variables where !meant.contains(variable.name) {
      guard let constant = ForeignNames.constants[variable.name] else { continue }
      text += "note: `\(variable.name)` is a variable here; the number is `\(constant)`\n"
    }
    return text
  }
}
