import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// A distribution with its arguments checked.
  mutating func distribution(
    _ name: Name, _ arguments: [Argument], of shape: Shape
  ) throws(Reported) -> Distribution {
    guard let kind = Distribution.Kind(rawValue: name.text) else {
      let near = Suggestion.nearest(
        to: name.text, among: Distribution.Kind.allCases.map(\.rawValue))
      let all = Distribution.Kind.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw report(
        "AD0410", "there is no distribution \(quote(name: name.text))", at: name.range,
        fix: near.map { "did you mean `\($0)`?" } ?? "there are \(all)")
    }
    let range = arguments.last.map { name.range.union($0.value.range) } ?? name.range
    let formals = Self.arguments(of: kind).map {
      FormalParameter(
        name: Name($0.name, name.range), defaultValue: Expression(.number($0.value), name.range))
    }
    var values: [Double] = []
    for value in try bind(name.text, formals, arguments, at: range) {
      switch value {
      case .written(let expression), .byDefault(let expression):
        values.append(
          try constantScalar(expression, for: "an argument of `\(name.text)`"))
      }
    }
    if kind == .normal, !(values[1] >= 0) {
      throw report("AD0410", "the standard deviation cannot be negative", at: range)
    }
    if kind == .uniform, !(values[0] <= values[1]) {
      throw report("AD0410", "the lower bound is above the upper one", at: range)
    }
    let rank = shape.rank
    let fanIn = rank >= 2 ? shape.dimensions[rank - 2] : shape.dimensions.last ?? 1
    return Distribution(
      kind: kind, arguments: values, fanIn: fanIn, fanOut: shape.dimensions.last ?? 1)
  }

  static func arguments(of kind: Distribution.Kind) -> [(name: String, value: Double)] {
    switch kind {
    case .normal: [("mean", 0), ("sd", 1)]
    case .uniform: [("lower", 0), ("upper", 1)]
    case .glorot, .glorotNormal, .he, .heNormal, .zeros, .ones: []
    }
  }
}
