import ADCSyntax

extension Expression {
  /// Whether a name is in it, and no other: what depends on it is a function of one variable. False
  /// for what has loops, arrays or choices, which people rarely write with a straight d.
  func isFunction(ofNothingBut name: String) -> Bool {
    var isMet = false
    return hasNoName(but: name, &isMet) && isMet
  }

  private func hasNoName(but name: String, _ isMet: inout Bool) -> Bool {
    var parts: [Expression]
    switch form {
    case .number: return true
    case .name(let text):
      if text == name { isMet = true }
      return text == name || text == "pi"
    case .sum(let first, let links), .product(let first, let links):
      parts = [first] + links.map(\.operand)
    case .power(let operands): parts = operands
    case .prefix(_, count: _, let operand): parts = [operand]
    case .call(_, let arguments): parts = arguments.map(\.value)
    default: return false
    }
    for part in parts where !part.hasNoName(but: name, &isMet) { return false }
    return true
  }
}
