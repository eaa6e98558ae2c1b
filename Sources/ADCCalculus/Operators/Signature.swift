extension Operator {
  /// How a call is written, such as `softmax(x, axis: 0)`, with likely values of what is named; nil
  /// for what has syntax of its own or is internal.
  package var signature: String? {
    guard let call else { return nil }
    let word = spelling
    // A summary that shows the call knows the operands' names.
    if let shown = summary.split(separator: "`").first(where: { $0.hasPrefix(word + "(") }),
      summary.contains("written `\(shown)`")
    {
      return String(shown)
    }
    let names = ["x", "y", "z"].prefix(arity.lowerBound).joined(separator: ", ")
    return switch call {
    case .operands: "\(word)(\(names))"
    case .reduction: "\(word)(\(names), axis: 0, keep: true)"
    case .alongAxis, .scan: "\(word)(\(names), axis: 0)"
    case .alongAxisBy: "\(word)(x, 2, axis: 0)"
    case .windows: "\(word)(x, [3, 3], stride: 1)"
    case .pooling: "\(word)(x, size: 2, stride: 2)"
    case .convolution:
      word.contains("_")
        ? "\(word)(x, y, [5, 5], stride: 1, padding: 0)"
        : "\(word)(x, k, stride: 1, padding: 0)"
    case .toShape: "\(word)(x, [2, 3])"
    case .ofShape: word == "eye" ? "eye(3)" : "\(word)(2, 3)"
    case .joining: "\(word)(x, y, axis: 0)"
    case .oneHot: "\(word)(x, 10)"
    case .window: "\(word)(x, [2, 0], [5, 3])"
    case .scattering: "\(word)(x, y, [5, 3])"
    case .gathering: "\(word)(x, y)"
    case .permuting: "\(word)(x, [2, 0, 1])"
    case .dropout: "\(word)(x, 0.1)"
    }
  }
}
