import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// The number that a scalar node always is; nil where it depends on something.
  mutating func constantNumber(_ node: NodeID) -> Double? {
    if let number = graph.number(node) { return number }
    guard isConstant[node.slot], graph.shape(node).isScalar else { return nil }
    var evaluator = ConstantEvaluator()
    let table = try? evaluator.evaluate(node, in: &graph)
    record(spans[node.slot])
    return table?.values.first
  }

  /// The value of an expression that must not depend on data or parameters.
  mutating func constantTable(
    _ expression: Expression, for purpose: String
  ) throws(Reported) -> Table {
    if case .array(let entries) = expression.form,
      let table = literalTable(entries)
    {
      return table
    }
    let node = try elaborate(expression)
    return try constantTable(of: node, at: expression.range, for: purpose)
  }

  mutating func constantTable(
    of node: NodeID, at range: SourceRange, for purpose: String
  ) throws(Reported) -> Table {
    var evaluator = ConstantEvaluator()
    let table: Table
    do throws(ConstantEvaluator.Problem) {
      table = try evaluator.evaluate(node, in: &graph)
    } catch {
      record(range)
      throw report(
        "AD0404", "\(purpose) must be a constant, and \(error.message)", at: range)
    }
    record(range)
    return table
  }

  /// A constant without dimensions.
  mutating func constantScalar(
    _ expression: Expression, for purpose: String
  ) throws(Reported) -> Double {
    let table = try constantTable(expression, for: purpose)
    guard table.shape.isScalar else {
      throw report(
        "AD0404", "\(purpose) must be one number, and its shape is \(table.shape)",
        at: expression.range)
    }
    return table.values[0]
  }

  /// A constant whole number in ±2^53.
  mutating func constantInteger(
    _ expression: Expression, for purpose: String
  ) throws(Reported) -> Int {
    let value = try constantScalar(expression, for: purpose)
    guard let whole = Self.wholeNumber(value) else {
      if value.isFinite, value.rounded(.towardZero) == value {
        throw report(
          "AD0307", "\(purpose) of \(Self.text(value)) is too large", at: expression.range)
      }
      throw report(
        "AD0404", "\(purpose) must be a whole number, and it is \(Self.text(value))",
        at: expression.range)
    }
    return whole
  }

  static func wholeNumber(_ value: Double) -> Int? {
    guard value.magnitude <= 9_007_199_254_740_992, value.rounded(.towardZero) == value else {
      return nil
    }
    return Int(value)
  }

  /// A number as people write it: whole ones without a point.
  static func text(_ value: Double) -> String {
    if let whole = wholeNumber(value) { return String(whole) }
    return "\(value)"
  }
}
