import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// Reports names of a body that mean nothing, before anyone calls it.
  mutating func checkNames(_ names: FreeNames) throws(Reported) {
    var problem: Reported?
    var seen: Set<String> = []
    for name in names.values where seen.insert(name.text).inserted {
      let isKnown =
        binding(name.text) != nil || Known.values[name.text] != nil
        || Known.isFunction(name.text)
        || (knowsProgress && (name.text == "step" || name.text == "epoch"))
      if !isKnown { problem = undefined(name) }
    }
    for name in names.calls where seen.insert(name.text).inserted {
      if binding(name.text) == nil, !Known.isFunction(name.text) {
        problem = unknownFunction(name)
      }
    }
    if let problem { throw problem }
  }
}
