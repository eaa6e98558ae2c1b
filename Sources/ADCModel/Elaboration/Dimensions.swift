import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// The greatest size along one axis; sums of many such never overflow.
  static let dimensionLimit = 1 << 40

  /// A declared shape. With `declaring`, names that nothing has become dimensions.
  mutating func shape(
    _ syntax: ShapeSyntax, declaring: Bool = false
  ) throws(Reported) -> Shape {
    var dimensions: [Dimension] = []
    for entry in syntax.dimensions {
      if declaring, case .name(let text) = entry.form, binding(text) == nil {
        try define(
          Name(text, entry.range),
          Binding(
            meaning: .dimension(Dimension(named: text)), kind: .dimension, range: entry.range))
      }
      dimensions.append(try dimension(entry))
    }
    return Shape(dimensions)
  }

  /// A size: whole numbers, constants, names of dimensions and sums of them.
  mutating func dimension(_ expression: Expression) throws(Reported) -> Dimension {
    let result = try position(expression)
    if let size = result.known, size < 0 {
      throw report(
        "AD0307", "a size cannot be negative, and this is \(size)", at: expression.range)
    }
    return result
  }

  /// As `dimension`, of any sign: an index or the bound of a range.
  mutating func position(_ expression: Expression) throws(Reported) -> Dimension {
    try enter(expression.range)
    defer { depth -= 1 }
    let result: Dimension
    switch expression.form {
    case .name(let text): result = try position(named: text, at: expression.range)
    case .sum(let first, let links):
      var total = try position(first)
      for link in links {
        let term = try position(link.operand)
        total = link.operator == .subtract ? total - term : total + term
        try checkRange(total, at: expression.range)
      }
      result = total
    case .product(let first, let links) where links.allSatisfy({ $0.operator == .multiply }):
      var total = try position(first)
      for link in links {
        let factor = try position(link.operand)
        total = try multiply(total, factor, at: expression.range)
      }
      result = total
    case .prefix(.minus, let count, let operand):
      let value = try position(operand)
      result = count.isMultiple(of: 2) ? value : value * -1
    default:
      result = Dimension(try constantInteger(expression, for: "a size"))
    }
    try checkRange(result, at: expression.range)
    return result
  }

  private mutating func position(
    named text: String, at range: SourceRange
  ) throws(Reported) -> Dimension {
    if let binding = binding(text) {
      switch binding.meaning {
      case .dimension(let dimension): return dimension
      case .broken: throw Reported()
      case .node(let node):
        if case .dimension(let dimension) = graph.attribute(node) { return dimension }
        guard isConstant[node.slot] else {
          throw report(
            "AD0307",
            "\(quote(name: text)) is \(binding.kind.rawValue) and cannot be a size", at: range,
            fix: "a size is a number, a `const` or the name of a dimension of an input")
        }
      case .function: break
      }
    } else if Known.values[text] == nil, laterDeclaration(of: text) == nil {
      let dimensions = globals.lazy.filter { entry in
        switch entry.value.kind {
        case .dimension, .constant: true
        default: false
        }
      }.map(\.key)
      throw report(
        "AD0213", "nothing gives the dimension \(quote(name: text)) a size", at: range,
        fix: Suggestion.nearest(to: text, among: dimensions).map { "did you mean `\($0)`?" }
          ?? "declare `const \(text) = …` or an input with that dimension above")
    }
    return Dimension(try constantInteger(Expression(.name(text), range), for: "a size"))
  }

  private mutating func multiply(
    _ left: Dimension, _ right: Dimension, at range: SourceRange
  ) throws(Reported) -> Dimension {
    let (named, factor): (Dimension, Int)
    if let number = right.known {
      (named, factor) = (left, number)
    } else if let number = left.known {
      (named, factor) = (right, number)
    } else {
      throw report(
        "AD0307", "a size cannot be the product of the named dimensions \(left) and \(right)",
        at: range)
    }
    // Both are at most 2^40, so the product is found in floating point first.
    let greatest = named.terms.map { $0.coefficient.magnitude }.max() ?? 0
    let size = Double(max(greatest, named.constant.magnitude)) * Double(factor.magnitude)
    guard size <= Double(Self.dimensionLimit) else { throw tooLarge(range) }
    return named * factor
  }

  private mutating func checkRange(
    _ dimension: Dimension, at range: SourceRange
  ) throws(Reported) {
    let limit = Self.dimensionLimit.magnitude
    if dimension.constant.magnitude > limit
      || dimension.terms.contains(where: { $0.coefficient.magnitude > limit })
    {
      throw tooLarge(range)
    }
  }

  private mutating func tooLarge(_ range: SourceRange) -> Reported {
    report("AD0307", "the size is too large; at most 2^40 along one axis", at: range)
  }
}
