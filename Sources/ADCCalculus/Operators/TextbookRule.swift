/// What a textbook calls the derivative of an operator.
struct TextbookRule: Sendable {
  /// The name where several operands depend on the variable.
  var name: String
  /// The names where only the operand of that place does; the last one goes for all further.
  var alone: [String]
  /// Whether what is inside makes it the chain rule: not where the operator is linear.
  var isChained: Bool

  init(_ name: String, alone: [String] = [], isChained: Bool = false) {
    self.name = name
    self.alone = alone
    self.isChained = isChained
  }
}

extension Operator {
  /// The operator under a derivative that has a name of its own.
  consuming func differentiated(by name: String, alone: String..., isChained: Bool = false)
    -> Operator
  {
    var copy = self
    copy.rule = TextbookRule(name, alone: alone, isChained: isChained)
    return copy
  }

  /// What the derivative is called where some operands depend on the variable.
  func ruleName(_ open: [Bool]) -> String {
    guard let rule else { return "derivative of \(spelling)" }
    guard open.count(where: { $0 }) == 1, let place = open.firstIndex(of: true),
      let last = rule.alone.last
    else { return rule.name }
    return rule.alone.indices.contains(place) ? rule.alone[place] : last
  }

  /// Whether a function inside this one is a case of the chain rule.
  var isChained: Bool {
    if let rule { return rule.isChained }
    return isElementwise
  }
}
