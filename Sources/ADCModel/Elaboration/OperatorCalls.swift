import ADCCalculus
import ADCSyntax

extension Elaborator {
  /// The arguments of a call of an operator, by place and by label.
  struct Given {
    var name: Name
    var operands: [Expression] = []
    var labelled: [String: Expression] = [:]
    var range: SourceRange
  }

  /// A call that one of several operators of this spelling can mean.
  mutating func call(
    operators candidates: [OperatorID], _ name: Name, _ arguments: [Argument],
    at range: SourceRange
  ) throws(Reported) -> NodeID {
    let plain = arguments.count { $0.label == nil }
    let isReduction = { (id: OperatorID) in Catalogue.operators[id.index].call == .reduction }
    // `max(a, b)` compares its arguments, `max(a)` the elements of one.
    let op = candidates.first { plain >= 2 ? !isReduction($0) : isReduction($0) } ?? candidates[0]
    let form = Catalogue.operators[op.index].call ?? .operands
    let given = try sort(arguments, of: name, labels: Self.labels(form, name.text), at: range)
    switch form {
    case .operands: return try plainCall(op, given)
    case .reduction: return try reduction(op, given)
    case .alongAxis:
      let (nodes, axis) = try operandsAndAxis(op, given, unnamed: -1)
      return try apply(op, nodes, .axes([axis], keep: true), at: range, code: "AD0408")
    case .alongAxisBy: return try alongAxisBy(op, given)
    case .windows: return try windows(op, given)
    case .pooling: return try pooling(op, given)
    case .convolution: return try convolution(op, given)
    case .scan:
      let (nodes, axis) = try operandsAndAxis(op, given, unnamed: 0)
      let isReversed = try given.labelled["reversed"].map { value throws(Reported) in
        try constantScalar(value, for: "`reversed`") != 0
      }
      return try apply(
        op, nodes, .scan(axis: axis, reversed: isReversed ?? false), at: range, code: "AD0408")
    case .toShape: return try toShape(op, given)
    case .ofShape: return try ofShape(op, given)
    case .joining: return try joining(op, given)
    case .oneHot: return try oneHot(op, given)
    case .window: return try window(op, given)
    case .gathering:
      try checkCount(of: given.name.text, 2...2, given.operands.count, at: given.range)
      let operands = [try elaborate(given.operands[0]), try elaborate(given.operands[1])]
      return try apply(op, operands, .gathering(batch: try batch(given)), at: given.range)
    case .scattering: return try scattering(op, given)
    case .permuting: return try permuting(op, given)
    case .dropout: return try dropout(op, given)
    }
  }

  private static func labels(_ form: CallForm, _ name: String) -> [String] {
    switch form {
    case .reduction: name == "var" || name == "std" ? ["axis", "keep", "ddof"] : ["axis", "keep"]
    case .scan: ["axis", "reversed"]
    case .gathering, .scattering: ["batch"]
    case .alongAxis, .alongAxisBy, .joining: ["axis"]
    case .windows: ["stride"]
    case .pooling: ["size", "stride"]
    case .convolution: ["stride", "padding"]
    case .operands, .toShape, .ofShape, .oneHot, .window, .permuting, .dropout: []
    }
  }

  private mutating func sort(
    _ arguments: [Argument], of name: Name, labels: [String], at range: SourceRange
  ) throws(Reported) -> Given {
    var given = Given(name: name, range: range)
    for argument in arguments {
      guard let label = argument.label else {
        given.operands.append(argument.value)
        continue
      }
      guard labels.contains(label.text) else {
        let near = Suggestion.label(label.text, among: labels)
        let all = labels.map { "`\($0)`" }.joined(separator: ", ")
        throw report(
          "AD0403", "`\(name.text)` has no argument \(quote(name: label.text))", at: label.range,
          fix: near.map { "did you mean `\($0)`?" }
            ?? (labels.isEmpty ? "its arguments have no labels" : "there are \(all)"))
      }
      guard given.labelled.updateValue(argument.value, forKey: label.text) == nil else {
        throw report("AD0403", "the argument `\(label.text)` is given twice", at: label.range)
      }
    }
    return given
  }

  /// `f(x)`, `f(x, y)`; `max(a, b, c)` is `max(max(a, b), c)`.
  private mutating func plainCall(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    let entry = Catalogue.operators[op.index]
    let folds = entry.spelling == "max" || entry.spelling == "min"
    let count = folds ? 2...Int.max : entry.arity
    try checkCount(of: given.name.text, count, given.operands.count, at: given.range)
    var nodes: [NodeID] = []
    for operand in given.operands { nodes.append(try elaborate(operand)) }
    guard folds else { return try apply(op, nodes, at: given.range) }
    var result = nodes[0]
    for node in nodes.dropFirst() {
      // At a kink the derivative is that of the second: a number comes second, however written.
      let isNumberFirst = isConstant[result.slot] && !isConstant[node.slot]
      let pair = isNumberFirst ? [node, result] : [result, node]
      result = try apply(op, pair, at: given.range, code: "AD0301")
    }
    return result
  }

  private mutating func onlyOperand(_ given: Given) throws(Reported) -> NodeID {
    if given.operands.count == 2, given.labelled.isEmpty,
      case .number(let axis) = given.operands[1].form
    {
      throw report(
        "AD0402", "`\(given.name.text)` takes 1 argument, 2 given", at: given.range,
        fix: "an axis is named: `axis: \(Self.text(axis))`")
    }
    try checkCount(of: given.name.text, 1...1, given.operands.count, at: given.range)
    return try elaborate(given.operands[0])
  }

  /// An axis of a shape; a negative one counts from the last.
  private mutating func axis(
    _ value: Double, of shape: Shape, at range: SourceRange
  ) throws(Reported) -> Int {
    let whole = Self.wholeNumber(value)
    let axis = whole.map { $0 < 0 ? $0 + shape.rank : $0 } ?? -1
    guard axis >= 0, axis < shape.rank else {
      let all =
        shape.isScalar
        ? "a number has no axes"
        : shape.rank == 1
          ? "the shape is \(shape), its only axis is 0"
          : "the shape is \(shape), its axes are 0 to \(shape.rank - 1)"
      throw report("AD0408", "there is no axis \(Self.text(value)): \(all)", at: range)
    }
    return axis
  }

  private mutating func axes(
    _ expression: Expression?, of shape: Shape
  ) throws(Reported) -> [Int] {
    guard let expression else { return Array(0..<shape.rank) }
    let table = try constantTable(expression, for: "`axis`")
    var axes: [Int] = []
    for value in table.values {
      let axis = try axis(value, of: shape, at: expression.range)
      guard !axes.contains(axis) else {
        throw report("AD0408", "the axis \(axis) is named twice", at: expression.range)
      }
      axes.append(axis)
    }
    return axes.sorted()
  }

  /// The operands of which the first has axes.
  private mutating func operands(
    _ op: OperatorID, _ given: Given
  ) throws(Reported) -> [NodeID] {
    let count = Catalogue.operators[op.index].arity.lowerBound
    if count == 1 { return [try onlyOperand(given)] }
    try checkCount(of: given.name.text, count...count, given.operands.count, at: given.range)
    var nodes: [NodeID] = []
    for operand in given.operands { nodes.append(try elaborate(operand)) }
    return nodes
  }

  private mutating func operandsAndAxis(
    _ op: OperatorID, _ given: Given, unnamed: Int
  ) throws(Reported) -> ([NodeID], Int) {
    let nodes = try operands(op, given)
    return (nodes, try axis(given, of: graph.shape(nodes[0]), unnamed: unnamed))
  }

  /// The axis that a call names, or else the first (0) or the last (-1).
  mutating func axis(
    _ given: Given, of shape: Shape, unnamed: Int
  ) throws(Reported) -> Int {
    guard let expression = given.labelled["axis"] else {
      return try axis(Double(unnamed), of: shape, at: given.range)
    }
    let value = try constantScalar(expression, for: "`axis`")
    return try axis(value, of: shape, at: expression.range)
  }

  private mutating func reduction(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    let nodes = try operands(op, given)
    let node = nodes[0]
    let axes = try axes(given.labelled["axis"], of: graph.shape(node))
    let keep = try given.labelled["keep"].map { value throws(Reported) in
      try constantScalar(value, for: "`keep`") != 0
    }
    if op == .quantile, let share = graph.number(nodes[1]), !(0...1).contains(share) {
      throw report(
        "AD0408", "a share of the elements is from 0 to 1, and this is \(Self.text(share))",
        at: given.operands[1].range)
    }
    let result = try apply(
      op, nodes, .axes(axes, keep: keep ?? false), at: given.range, code: "AD0408")
    guard let ddof = given.labelled["ddof"] else { return result }
    return try corrected(result, by: ddof, over: axes, of: graph.shape(node), given)
  }

  /// `var` or `std` divided by n - ddof instead of n.
  private mutating func corrected(
    _ node: NodeID, by ddof: Expression, over axes: [Int], of shape: Shape, _ given: Given
  ) throws(Reported) -> NodeID {
    let less = try constantScalar(ddof, for: "`ddof`")
    let known = axes.reduce(1.0) { $0 * (shape.dimensions[$1].known.map(Double.init) ?? .infinity) }
    guard less >= 0, less < known else {
      throw report(
        "AD0408",
        less < 0
          ? "`ddof` counts what was estimated, and it is \(Self.text(less))"
          : "`ddof` is \(Self.text(less)), and there are \(Self.text(known)) elements",
        at: ddof.range, fix: "`ddof: 1` divides by n - 1")
    }
    guard less != 0 else { return node }
    var sizes: [NodeID] = []
    for axis in axes { sizes.append(dimensionValue(shape.dimensions[axis], at: given.range)) }
    let count =
      sizes.isEmpty
      ? constant(1, at: given.range)
      : sizes.count == 1 ? sizes[0] : try apply(Known.multiply, sizes, at: given.range)
    let rest = try apply(Known.add, [count, constant(-less, at: ddof.range)], at: given.range)
    var ratio = try apply(Known.divide, [count, rest], at: given.range)
    if given.name.text == "std" { ratio = try apply(Known.sqrt, [ratio], at: given.range) }
    return try apply(Known.multiply, [node, ratio], at: given.range)
  }

  /// A shape given as `[2, 3]` or as sizes side by side.
  mutating func shape(_ expressions: ArraySlice<Expression>) throws(Reported) -> Shape {
    var entries = Array(expressions)
    if entries.count == 1, case .array(let listed) = entries[0].form { entries = listed }
    var dimensions: [Dimension] = []
    for entry in entries { dimensions.append(try dimension(entry)) }
    return Shape(dimensions)
  }

  private mutating func toShape(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    let count = given.operands.count
    try checkCount(of: given.name.text, 2...max(2, count), count, at: given.range)
    let node = try elaborate(given.operands[0])
    let wanted = try shape(given.operands.dropFirst())
    return try apply(op, [node], .shape(wanted), at: given.range)
  }

  private mutating func ofShape(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    let count = given.operands.count
    let isSquare = given.name.text == "eye"
    try checkCount(
      of: given.name.text, isSquare ? 1...1 : 1...max(1, count), count, at: given.range)
    var wanted = try shape(given.operands[...])
    if isSquare, wanted.rank > 2 {
      throw report("AD0305", "`eye` makes a matrix, and \(wanted) is asked for", at: given.range)
    }
    if isSquare, wanted.rank == 1 { wanted = Shape([wanted.dimensions[0], wanted.dimensions[0]]) }
    return try apply(op, [], .shape(wanted), at: given.range)
  }

  private mutating func joining(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    let count = given.operands.count
    try checkCount(of: given.name.text, 1...Int.max, count, at: given.range)
    var nodes: [NodeID] = []
    for operand in given.operands { nodes.append(try elaborate(operand)) }
    var shape = graph.shape(nodes[0])
    // A stack has one axis more.
    if op == Known.stack { shape.dimensions.append(1) }
    var place = 0
    if let expression = given.labelled["axis"] {
      let value = try constantScalar(expression, for: "`axis`")
      place = try axis(value, of: shape, at: expression.range)
    }
    return try apply(op, nodes, .axis(place), at: given.range)
  }

  private mutating func oneHot(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 2...2, given.operands.count, at: given.range)
    let node = try elaborate(given.operands[0])
    let depth = try dimension(given.operands[1])
    let shape = Shape(graph.shape(node).dimensions + [depth])
    return try apply(op, [node], .shape(shape), at: given.range)
  }

  private mutating func window(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 3...3, given.operands.count, at: given.range)
    let node = try elaborate(given.operands[0])
    let starts = try shape(given.operands[1...1])
    let sizes = try shape(given.operands[2...2])
    return try apply(
      op, [node], .window(starts: starts.dimensions, sizes: sizes), at: given.range)
  }

  private mutating func scattering(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 3...3, given.operands.count, at: given.range)
    let rows = try elaborate(given.operands[0])
    let index = try elaborate(given.operands[1])
    let wanted = try shape(given.operands[2...2])
    let attribute = Attribute.scattering(to: wanted, batch: try batch(given))
    return try apply(op, [rows, index], attribute, at: given.range)
  }

  /// How many leading axes `batch:` says that the operands share.
  private mutating func batch(_ given: Given) throws(Reported) -> Int {
    guard let expression = given.labelled["batch"] else { return 0 }
    let value = try constantScalar(expression, for: "`batch`")
    guard let count = Self.wholeNumber(value), count >= 0 else {
      throw report(
        "AD0408", "`batch` counts leading axes, and it is \(Self.text(value))",
        at: expression.range)
    }
    return count
  }

  private mutating func permuting(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 2...2, given.operands.count, at: given.range)
    let node = try elaborate(given.operands[0])
    let shape = graph.shape(node)
    let table = try constantTable(given.operands[1], for: "the order of the axes")
    var order: [Int] = []
    for value in table.values {
      order.append(try axis(value, of: shape, at: given.operands[1].range))
    }
    return try apply(op, [node], .permutation(order), at: given.range)
  }

  private mutating func dropout(_ op: OperatorID, _ given: Given) throws(Reported) -> NodeID {
    try checkCount(of: given.name.text, 2...2, given.operands.count, at: given.range)
    guard !knowsProgress else {
      throw report(
        "AD0408", "`dropout` belongs to the model, not to its training", at: given.range)
    }
    let node = try elaborate(given.operands[0])
    let rate = try elaborate(given.operands[1])
    guard graph.shape(rate).isScalar else {
      throw report(
        "AD0404",
        "the rate of `dropout` must be one number, and its shape is "
          + "\(graph.shape(rate))", at: given.operands[1].range)
    }
    if let number = constantNumber(rate), !(number >= 0 && number < 1) {
      throw report(
        "AD0404",
        "the rate of `dropout` must be at least 0 and less than 1, and it is "
          + Self.text(number), at: given.operands[1].range)
    }
    var operands = [node, rate]
    for name in ["training", "seed", "step"] {
      operands.append(environmentSymbol(name, at: given.range))
    }
    operands += openIndices.map(\.symbol).sorted()
    draws += 1
    return try apply(op, operands, .place(draws, graph.shape(node)), at: given.range)
  }
}
