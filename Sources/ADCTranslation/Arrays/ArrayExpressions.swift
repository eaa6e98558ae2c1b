import ADCCalculus

/// Nodes of a graph as expressions over whole arrays, with a line for each that is shared.
struct ArrayExpressions {
  /// An expression of Python.
  struct Text {
    var text: String
    var level: Level
    /// The shape that it has; that of its node, or one that is stretched to it.
    var shape: Shape
  }

  /// What binds tighter comes later.
  enum Level: Int, Comparable {
    case choice, comparison, or, and, sum, product, prefix, power, atom

    static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  var graph: ExpressionGraph
  let language: ArrayLanguage
  let precision: Precision
  var labels: [NodeID: String]
  let names: NameTable
  private(set) var lines: [String] = []
  private(set) var texts: [NodeID: Text]
  private(set) var uses: [Int32] = []
  /// Numbers from 0 that are compared and nothing else.
  var compared: Set<NodeID> = []
  /// Conditions that nothing uses as numbers.
  var decisive: Set<NodeID> = []
  /// What is written only as a part of the one node that uses it.
  var fused: Set<NodeID> = []
  /// Sums that grow in place, term by term, without an array for each.
  var growing: Set<NodeID> = []
  /// Comparisons that have a name as conditions.
  var conditions: Set<NodeID> = []
  /// Names of loops' counters that no open loop has.
  var freeCounters: [String: String] = [:]
  private(set) var definitions: [String] = []
  /// The dimensions that the code names.
  private(set) var dimensions: Set<String> = []
  let sizes: [String: String]
  /// How rows are shared among workers; nil where one has them all.
  var shares: RowShares?
  /// Whether the code names the number of rows of a share.
  private(set) var countsShare = false
  private var depth = 1

  /// Lines that are longer get names for their parts.
  static let width = 88

  init(
    _ graph: ExpressionGraph, _ language: ArrayLanguage, _ precision: Precision,
    symbols: [NodeID: String], labels: [NodeID: String], names: NameTable, sizes: [String: String]
  ) {
    self.graph = graph
    self.language = language
    self.precision = precision
    self.labels = labels
    self.names = names
    self.sizes = sizes
    texts = [:]
    for (node, name) in symbols {
      texts[node] = Text(text: name, level: .atom, shape: graph.shape(node))
    }
  }

  var module: String { language.module }
  /// What makes an array of the model's numbers, behind other arguments.
  var type: String { language.type(precision) }

  /// The expressions of some nodes, after the lines that they need.
  mutating func write(_ roots: [NodeID]) throws(TranslationError) -> [String] {
    try writeLines(roots)
    var result: [String] = []
    for root in roots { result.append(whole(root).text) }
    return result
  }

  private mutating func writeLines(_ roots: [NodeID]) throws(TranslationError) {
    let needed = graph.reachable(from: roots)
    uses = [Int32](repeating: 0, count: needed.count)
    for slot in needed.indices where needed[slot] {
      for operand in graph.operands(NodeID(slot)) { uses[operand.slot] += 1 }
    }
    for root in roots { uses[root.slot] += 1 }
    findFused(needed)
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      if texts[node] != nil { continue }
      if try writePlacing(node) { continue }
      let isPart = try shares?.isPart(node, of: graph) ?? false
      if graph.recurrence(of: node) != nil {
        try writeScan(node, graph.takenResults(of: node, needed))
        continue
      }
      if graph.result(node) != nil { continue }
      var text = try written(node)
      if isPart { text = summed(text) }
      texts[node] = text
      let label = labels[node]
      let isLong =
        text.text.utf8.count > 60 && !roots.contains(node) && !fused.contains(node)
        && !text.text.hasPrefix("-")
      let isShared = uses[slot] > 1 && text.level != .atom && !isSimple(node)
      let isCalled = uses[slot] > 1 && text.text.contains("(")
      guard label != nil || isLong || isShared || isCalled else { continue }
      if decisive.contains(node), let text = texts[node] {
        let shape = text.shape
        texts[node] = Text(text: condition(node), level: .comparison, shape: shape)
        keep(node, label)
        conditions.insert(node)
      } else {
        keep(node, label)
      }
    }
  }

  private func isSimple(_ node: NodeID) -> Bool {
    if graph.number(node) != nil { return true }
    if case .generator(.size) = graph.execution(node) { return true }
    return false
  }

  mutating func keep(_ node: NodeID, _ label: String?) {
    guard let text = texts[node] else { return }
    let name = label.map { names.fresh($0) } ?? names.temporary()
    let steps = growing.contains(node) ? self.steps(of: node, name) : nil
    for step in steps ?? ["\(name) = \(text.text)"] { line(step) }
    texts[node] = Text(text: name, level: .atom, shape: text.shape)
  }

  /// A worker's part of a sum, added up over all of them.
  private mutating func summed(_ part: Text) -> Text {
    define(PythonTraining.sumOverWorkers(precision))
    return Text(text: "sum_over_workers(\(part.text))", level: .atom, shape: part.shape)
  }

  mutating func set(_ node: NodeID, _ name: String, shape: Shape? = nil) {
    texts[node] = Text(text: name, level: .atom, shape: shape ?? graph.shape(node))
  }

  mutating func line(_ text: String) {
    guard !text.isEmpty else { return lines.append("") }
    let margin = String(repeating: "    ", count: depth)
    lines += PythonLines.broken(text, width: Self.width - margin.count).map { margin + $0 }
  }

  /// The last line; what it would give a name just before is returned without one.
  mutating func finish(_ result: String) {
    let start = String(repeating: "    ", count: depth) + "\(result) = "
    if let last = lines.last, last.hasPrefix(start), !last.hasSuffix("(") {
      lines.removeLast()
      line("return \(last.dropFirst(start.utf8.count))")
    } else {
      line("return \(result)")
    }
  }

  mutating func deeper(by steps: Int) { depth += steps }

  /// Begins where other code goes on, a step deeper and with some of its values.
  mutating func follow(_ other: ArrayExpressions, _ values: [NodeID: Text]) {
    depth = other.depth + 1
    texts.merge(values) { $1 }
  }

  /// Adds the lines of code that began here, and what they need.
  mutating func take(_ other: ArrayExpressions) {
    lines += other.lines
    for definition in other.definitions { define(definition) }
    dimensions.formUnion(other.dimensions)
    if other.countsShare { countsShare = true }
  }

  /// The dimensions whose names are in the lines.
  var namedDimensions: [String] {
    // `W.T` is no dimension T.
    let words = Set(
      lines.flatMap { line in line.split { !$0.isLetter && !$0.isNumber && !"_.".contains($0) } })
    return dimensions.filter { words.contains(Substring(sizes[$0] ?? $0)) }
  }

  mutating func define(_ definition: String) {
    if !definition.isEmpty, !definitions.contains(definition) { definitions.append(definition) }
  }

  // MARK: Expressions

  func text(_ node: NodeID) -> Text {
    texts[node] ?? Text(text: "None", level: .atom, shape: graph.shape(node))
  }

  /// An expression that has its node's shape itself.
  mutating func whole(_ node: NodeID) -> Text {
    let text = text(node)
    let shape = graph.shape(node)
    if text.shape == shape { return text }
    if Self.isRow(of: shape, text.shape) {
      let axes = (0..<shape.rank).map { $0 < shape.rank - text.shape.rank ? "None" : ":" }
      return Text(
        text: "\(above(text, .power))[\(axes.joined(separator: ", "))]", level: .atom, shape: shape)
    }
    if let value = graph.number(innermost(node)) {
      let made =
        value == 0
        ? "zeros(\(size(shape))\(type))"
        : value == 1
          ? "ones(\(size(shape))\(type))" : "full(\(size(shape)), \(number(value))\(type))"
      return Text(text: "\(module).\(made)", level: .atom, shape: shape)
    }
    return Text(
      text: "\(module).broadcast_to(\(text.text), \(tuple(shape)))", level: .atom, shape: shape)
  }

  private func innermost(_ node: NodeID) -> NodeID {
    var node = node
    while case .view(.broadcast) = graph.execution(node) { node = graph.operand(node, 0) }
    return node
  }

  func above(_ text: Text, _ level: Level) -> String {
    text.level > level ? text.text : "(\(text.text))"
  }

  func number(_ value: Double) -> String {
    guard value.isFinite else {
      let word = value.isNaN ? "nan" : "inf"
      let text = language == .tensorflow ? "float(\"\(word)\")" : "\(module).\(word)"
      return value < 0 ? "-" + text : text
    }
    return "\(value)"
  }

  /// - Parameter isWhole: Whether rows are those of all workers.
  mutating func dimension(_ dimension: Dimension, isWhole: Bool = false) -> String {
    var names = sizes
    for term in dimension.terms {
      if !isWhole, let shares, term.name == shares.rows {
        countsShare = true
        names[term.name] = shares.count
      } else {
        dimensions.insert(term.name)
      }
    }
    return CLanguage().quantity(Quantity(dimension, names))
  }

  /// The argument that a shape is: a number for a vector.
  mutating func size(_ shape: Shape) -> String {
    shape.rank == 1 ? dimension(shape.dimensions[0]) : tuple(shape)
  }

  mutating func tuple(_ shape: Shape) -> String {
    let parts = shape.dimensions.map { dimension($0) }
    return "(" + parts.joined(separator: ", ") + (parts.count == 1 ? ",)" : ")")
  }

  private mutating func written(_ node: NodeID) throws(TranslationError) -> Text {
    let shape = graph.shape(node)
    if let value = graph.number(node) {
      return Text(
        text: number(value), level: value.sign == .minus ? .prefix : .atom, shape: shape)
    }
    let op = graph.op(node)
    switch graph.execution(node) {
    case .elementwise: return try elementwise(node)
    case .leaf: return try table(node)
    case .byDefinition:
      guard let spelling = language.spelling(op), case .call(let name) = spelling.form
      else { throw lacking(op.name) }
      define(spelling.definition)
      var arguments: [String] = []
      for operand in graph.operands(node) { arguments.append(whole(operand).text) }
      if case .axes(let axes, let keep) = graph.attribute(node) {
        arguments.append("axis=\(self.axes(axes))")
        if keep, op.call == .reduction { arguments.append("keepdims=True") }
      }
      return Text(text: "\(name)(\(arguments.joined(separator: ", ")))", level: .atom, shape: shape)
    case .reduction(let kind): return try reduction(node, kind)
    case .view(let view): return try self.view(node, view)
    default: return try structural(node)
    }
  }

  func lacking(_ name: String) -> TranslationError {
    TranslationError("\(language.name) has no `\(name)`")
  }

  private mutating func table(_ node: NodeID) throws(TranslationError) -> Text {
    guard case .table(let place) = graph.attribute(node) else {
      throw TranslationError("a symbol without a name")
    }
    let table = graph.tables[place]
    let sizes = table.shape.dimensions.map { $0.known ?? 0 }
    var rest = table.values[...]
    func nested(_ axis: Int) -> String {
      if axis == sizes.count { return number(rest.popFirst() ?? 0) }
      return "[" + (0..<sizes[axis]).map { _ in nested(axis + 1) }.joined(separator: ", ") + "]"
    }
    return Text(text: "\(module).array(\(nested(0))\(type))", level: .atom, shape: table.shape)
  }

  func axes(_ axes: [Int]) -> String {
    axes.count == 1 ? "\(axes[0])" : "(" + axes.map(String.init).joined(separator: ", ") + ")"
  }
}
