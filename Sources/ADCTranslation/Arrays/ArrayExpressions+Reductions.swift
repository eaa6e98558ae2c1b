import ADCCalculus

extension ArrayExpressions {
  /// A sum over its number of elements as a mean; nil for any other quotient.
  mutating func mean(_ node: NodeID) throws(TranslationError) -> Text? {
    let (total, count) = (graph.operand(node, 0), graph.operand(node, 1))
    guard case .reduction(.sum) = graph.execution(total), uses[total.slot] == 1,
      labels[total] == nil, texts[total]?.text.contains("sum(") == true,
      dot(graph.operand(total, 0)) == nil, case .axes(let axes, _) = graph.attribute(total),
      // NumPy takes its time for means of small arrays.
      language != .numpy || graph.shape(node).isScalar
    else { return nil }
    let sizes = axes.map { graph.shape(graph.operand(total, 0)).dimensions[$0] }
    let isCount: Bool
    if let number = graph.number(count) {
      isCount = (Shape(sizes).knownCount.map { Double($0) } ?? -1) == number
    } else if case .dimension(let size) = graph.attribute(count) {
      isCount = sizes.reduce(Dimension(1)) { $0.times($1) ?? Dimension(-1) } == size
    } else {
      isCount = false
    }
    guard isCount else { return nil }
    return try reduction(total, .sum, name: "mean")
  }

  mutating func reduction(
    _ node: NodeID, _ kind: Reduction, name: String? = nil
  ) throws(TranslationError) -> Text {
    guard case .axes(let axes, let keep) = graph.attribute(node) else {
      throw lacking(graph.op(node).name)
    }
    let operand = graph.operand(node, 0)
    if kind == .sum, name == nil, let dot = dot(operand) { return dot }
    let word =
      switch kind {
      case .sum: "sum"
      case .product: "prod"
      case .minimum: "min"
      case .maximum: "max"
      case .indexOfMinimum: "argmin"
      case .indexOfMaximum: "argmax"
      }
    let array = whole(operand)
    var arguments = language == .numpy ? [] : [array.text]
    if axes.count < graph.shape(operand).rank || kind == .indexOfMinimum || kind == .indexOfMaximum
    {
      arguments.append("axis=\(self.axes(axes))")
    }
    if keep { arguments.append("keepdims=True") }
    // A method of NumPy's is called sooner than the function.
    let start = language == .numpy ? above(array, .power) : module
    return Text(
      text: "\(start).\(name ?? word)(\(arguments.joined(separator: ", ")))", level: .atom,
      shape: graph.shape(node))
  }
}
