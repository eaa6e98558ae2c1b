import ADCCalculus

extension ArrayExpressions {
  mutating func elementwise(_ node: NodeID) throws(TranslationError) -> Text {
    let operands = graph.operands(node)
    let parts = operands.map { text($0) }
    let own = graph.shape(node)
    let shape = parts.dropFirst().reduce(parts[0].shape) { $0.broadcast(with: $1.shape) ?? own }
    switch graph.operatorID(node) {
    case .add: return sum(operands, shape)
    case .divide:
      if let mean = try mean(node) { return mean }
    case .power: return power(parts, graph.number(operands[1]), shape)
    default: break
    }
    let op = graph.op(node)
    guard let spelling = language.spelling(op) else {
      guard let name = recorded(op) else { throw lacking(op.name) }
      return Text(text: recordedCall(name, parts.map(\.text)), level: .atom, shape: shape)
    }
    for definition in spelling.needs { define(definition) }
    define(spelling.definition)
    switch spelling.form {
    case .infix(let sign, let kind):
      let level: Level = kind == .sum ? .sum : .product
      var text = parts[0].level >= level ? parts[0].text : "(\(parts[0].text))"
      for part in parts.dropFirst() { text += " \(sign) \(above(part, level))" }
      return Text(text: text, level: level, shape: shape)
    case .prefix(let sign):
      if sign.isEmpty { return parts[0] }
      // `-a @ b` would turn all of `a` around.
      if sign == "-", parts[0].level == .product, !parts[0].text.hasPrefix("-"),
        !parts[0].text.contains("@")
      {
        return Text(text: sign + parts[0].text, level: .product, shape: shape)
      }
      return Text(text: sign + above(parts[0], .prefix), level: .prefix, shape: shape)
    case .call(let name):
      var arguments = parts.map(\.text)
      if graph.operatorID(node) == .select { arguments[0] = condition(operands[0]) }
      var text = "\(name)(\(arguments.joined(separator: ", ")))"
      // Numbers of Python alone make doubles of NumPy's, which make all else doubles.
      let values = graph.operatorID(node) == .select ? Array(operands.dropFirst()) : operands
      if language == .numpy, precision == .single, values.allSatisfy(isPlain) {
        text = "np.float32(\(text))"
      }
      return Text(text: text, level: .atom, shape: shape)
    case .suffix(let tail):
      return Text(text: above(parts[0], .power) + tail, level: .atom, shape: shape)
    case .comparison, .conjunction, .inversion:
      let text = condition(node)
      let number =
        shape.isScalar && language == .numpy
        ? "float(\(text))" : "(\(text)).astype(\(language.real(precision)))"
      return Text(text: number, level: .atom, shape: shape)
    case .choice: throw lacking(op.name)
    }
  }

  /// Whether a node is of numbers and sizes alone, which are Python's own.
  func isPlain(_ node: NodeID) -> Bool {
    if graph.number(node) != nil { return true }
    if case .generator(.size) = graph.execution(node) { return true }
    guard graph.shape(node).isScalar, case .elementwise = graph.execution(node),
      case .infix = language.spelling(graph.op(node))?.form
    else { return false }
    return graph.operands(node).allSatisfy { isPlain($0) }
  }

  /// Whether a node is 0 or 1 by what it asks.
  func isCondition(_ node: NodeID) -> Bool {
    switch language.spelling(graph.op(node))?.form {
    case .comparison, .conjunction, .inversion: true
    default: false
    }
  }

  /// A node as a condition; comparisons without being made numbers.
  mutating func condition(_ node: NodeID) -> String {
    if conditions.contains(node) { return text(node).text }
    let operands = graph.operands(node)
    if isCondition(node), let known = texts[node], known.level == .atom,
      known.text.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    {
      return "\(known.text) != 0"
    }
    switch language.spelling(graph.op(node))?.form {
    case .comparison(let sign):
      return "\(above(text(operands[0]), .comparison)) \(sign) "
        + above(text(operands[1]), .comparison)
    case .conjunction(let sign, _):
      return "(\(condition(operands[0]))) \(sign) (\(condition(operands[1])))"
    case .inversion:
      return "\(above(text(operands[0]), .comparison)) == 0"
    default: return "\(above(text(node), .comparison)) != 0"
    }
  }

  /// A sum, with a minus in the place of negated terms.
  func sum(_ operands: [NodeID], _ shape: Shape) -> Text {
    var operands = operands
    if graph.operatorID(operands[0]) == .negate,
      let place = operands.firstIndex(where: { graph.operatorID($0) != .negate })
    {
      operands.swapAt(0, place)
    }
    var result = ""
    for (place, operand) in operands.enumerated() {
      var part = text(operand)
      if place == 0 {
        result = part.level >= .sum ? part.text : "(\(part.text))"
        continue
      }
      if graph.operatorID(operand) == .negate, part.level == .prefix {
        result += " - " + above(text(graph.operand(operand, 0)), .sum)
      } else if part.text.hasPrefix("-"), part.level == .prefix || part.level == .product {
        part.text.removeFirst()
        result += " - " + above(part, .sum)
      } else {
        result += " + " + above(part, .sum)
      }
    }
    return Text(text: result, level: .sum, shape: shape)
  }

  private func power(_ parts: [Text], _ exponent: Double?, _ shape: Shape) -> Text {
    switch exponent {
    case .some(-1):
      return Text(text: "1.0 / \(above(parts[0], .product))", level: .product, shape: shape)
    case .some(0.5):
      return Text(text: "\(module).sqrt(\(parts[0].text))", level: .atom, shape: shape)
    case .some(let value) where value == value.rounded() && value.magnitude < 100:
      return raised(parts[0], Text(text: "\(Int(value))", level: .atom, shape: .scalar), shape)
    default: return raised(parts[0], parts[1], shape)
    }
  }

  /// A power; its operator stands between spaces but where both are names or numbers.
  private func raised(_ base: Text, _ exponent: Text, _ shape: Shape) -> Text {
    let (x, y) = (above(base, .power), above(exponent, .prefix))
    let isShort = [x, y].allSatisfy { part in
      part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    }
    return Text(text: isShort ? "\(x)**\(y)" : "\(x) ** \(y)", level: .power, shape: shape)
  }
}
