// Graphs back to source: every node becomes the tree that a person would have written.
// In: a graph and the roots to write. Out: trees of ADCSyntax, with named lines for shared parts.
// Must not know the machine.

package import ADCCalculus
package import ADCSyntax

/// The source of some nodes: named lines in order, and one expression for each root.
package struct WrittenExpressions: Sendable {
  /// The lines that later lines and the roots use.
  package var lines: [WrittenLine]
  /// One for each node asked for, in that order.
  package var roots: [Expression]
}

/// `let name = value`, or `let (a, b) = value`.
package struct WrittenLine: Sendable {
  /// At least one; several for a value with several results.
  package var names: [String]
  /// May use the names of earlier lines.
  package var value: Expression

  /// What stands between `let` and `=`.
  package var head: String {
    names.count == 1 ? names[0] : "(" + names.joined(separator: ", ") + ")"
  }

  /// The line within a block.
  var declaration: LetDeclaration {
    LetDeclaration(
      name: Name(names[0], Tree.nowhere),
      others: names.dropFirst().map { Name($0, Tree.nowhere) }, value: value, description: nil,
      range: Tree.nowhere)
  }
}

/// How shared parts are written.
package enum SharingStyle: Sendable {
  /// Written out where used, as long as the text stays small.
  case inline(limit: Int)
  /// A named line for everything that is used more than once and is not trivial.
  case named
}

/// Writes nodes as trees.
package struct ExpressionWriter {
  /// The depth from which a part gets a line of its own, so that trees can be walked by recursion.
  static let depthLimit = 60

  let graph: ExpressionGraph
  var names: [NodeID: String]
  /// Words that mean something else than the language's.
  private(set) var taken: Set<String>
  /// For each node its place in `parts`, -1 for those that are not written.
  private var places: [Int32] = []
  private var parts: [Part] = []
  private var lines: [WrittenLine] = []
  /// Nodes that are written as something else: what a step of a `scan` gets.
  var given: [NodeID: Expression] = [:]
  /// Symbols that are written as a call of nodes before them.
  package var quotations: [NodeID: Quotation] = [:]
  var scans: [NodeID: WrittenScan] = [:]
  /// Whether something that is written may be divided by a length.
  private(set) var hasLengths = false

  /// A node as it is written.
  private struct Part {
    var tree: Expression?
    var depth: Int32 = 0
    var size: Int32 = 0
    var uses: Int32 = 0
    /// The uses that are still to be written.
    var left: Int32 = 0
  }

  /// Saturating: an unshared text can be larger than any number.
  private static let largestSize: Int32 = 1 << 30

  /// - Parameters:
  ///   - names: Nodes that are written by a name: symbols, and lets of the model.
  ///   - taken: Words that no new line may be called.
  package init(graph: ExpressionGraph, names: [NodeID: String], taken: Set<String> = []) {
    self.graph = graph
    self.names = names
    self.taken = taken.union(names.values)
  }

  /// The source of some nodes. A node of `names` that is no leaf is written as a line when met.
  package mutating func write(_ roots: [NodeID], style: SharingStyle) -> WrittenExpressions {
    var lines: [WrittenLine] = []
    let trees = write(roots, style: style) { lines.append($0) }
    return WrittenExpressions(lines: lines, roots: trees)
  }

  /// The source of some nodes, each line given away as soon as it is written: of a long expression
  /// there are never more trees than the next lines need.
  package mutating func write(
    _ roots: [NodeID], style: SharingStyle, line: (WrittenLine) -> Void
  ) -> [Expression] {
    guard let last = roots.max() else { return [] }
    let needed = graph.reachable(from: roots + quotations.values.flatMap(\.arguments))
    number(roots, needed)
    hasLengths = false
    for slot in needed.indices where needed[slot] {
      let node = NodeID(slot)
      switch graph.operatorID(node) {
      case .symbol:
        guard names[node] == nil, quotations[node] == nil, let symbol = graph.symbol(node) else {
          continue
        }
        taken.insert(symbol.name)
      case .inverseLength: hasLengths = true
      default: break
      }
    }
    lines = []
    scans = [:]
    let isRoot = Set(roots)
    var isNamed = [Bool](repeating: false, count: needed.count)
    for node in names.keys where node.slot < isNamed.count { isNamed[node.slot] = true }
    for slot in 0...last.slot where needed[slot] {
      let node = NodeID(slot)
      if graph.recurrence(of: node) != nil {
        writeScan(node, taken: graph.takenResults(of: node, needed))
      }
      let place = Int(places[slot])
      parts[place].tree = tree(of: node)
      measure(node)
      if !isLeaf(node) {
        let uses = Int(parts[place].uses)
        if isNamed[slot], let name = names[node] {
          keep(node, as: name)
        } else if isNamedByStyle(node, uses: uses, style), !isRoot.contains(node) || uses > 1 {
          keep(node, as: newName())
        }
        drop(operandsOf: slot)
      }
      lines.forEach(line)
      lines.removeAll(keepingCapacity: true)
    }
    return roots.map { text($0) }
  }

  /// Drops the trees of a node's operands that no other node has a use for: what yet looks through
  /// a node makes them again.
  private mutating func drop(operandsOf slot: Int) {
    guard quotations.isEmpty, given.isEmpty else { return }
    for place in graph.operandPlaces(slot) {
      let operand = Int(places[graph.operand(at: place).slot])
      parts[operand].left -= 1
      if parts[operand].left == 0 { parts[operand].tree = nil }
    }
  }

  /// A node as a tree of its own, however its operands are shared.
  mutating func single(_ node: NodeID) -> Expression {
    write([node], style: .inline(limit: 1 << 40)).roots[0]
  }

  /// Gives every needed node a place, and counts how often it is used.
  private mutating func number(_ roots: [NodeID], _ needed: [Bool]) {
    places = [Int32](repeating: -1, count: needed.count)
    parts = []
    for slot in needed.indices where needed[slot] {
      places[slot] = Int32(parts.count)
      parts.append(Part())
      // A closure that changes `parts` would copy them for every node.
      if let quotation = quotations.isEmpty ? nil : quotations[NodeID(slot)] {
        for part in quotation.arguments { parts[Int(places[part.slot])].uses += 1 }
        continue
      }
      for place in graph.operandPlaces(slot) {
        parts[Int(places[graph.operand(at: place).slot])].uses += 1
      }
    }
    for root in roots { parts[Int(places[root.slot])].uses += 1 }
    for place in parts.indices { parts[place].left = parts[place].uses }
  }

  /// Finds how deep and how long the tree of a node is: that of its operands, or of those of the
  /// call that it is written as.
  private mutating func measure(_ node: NodeID) {
    let own = Int(places[node.slot])
    (parts[own].depth, parts[own].size) = (0, 1)
    if !quotations.isEmpty, let quotation = quotations[node] {
      for part in quotation.arguments { add(part, to: own) }
    } else {
      for place in graph.operandPlaces(node.slot) { add(graph.operand(at: place), to: own) }
    }
    parts[own].depth += 1
  }

  private mutating func add(_ operand: NodeID, to own: Int) {
    let place = Int(places[operand.slot])
    parts[own].depth = max(parts[own].depth, parts[place].depth)
    parts[own].size = min(parts[own].size + parts[place].size, Self.largestSize)
  }

  private func isLeaf(_ node: NodeID) -> Bool {
    switch graph.execution(node) {
    case .leaf: return graph.operatorID(node) != .table
    case .recurrence, .recurrenceResult: return true
    default: return false
    }
  }

  private func isNamedByStyle(_ node: NodeID, uses: Int, _ style: SharingStyle) -> Bool {
    let place = Int(places[node.slot])
    let (depth, size) = (Int(parts[place].depth), Int(parts[place].size))
    if depth >= Self.depthLimit { return true }
    if graph.operatorID(node) == .inverseLength { return false }
    switch style {
    case .inline(let limit): return uses > 1 && size > limit
    case .named:
      if graph.operatorID(node) == .size { return false }
      // A short word around a name is written again, and not around what is long itself.
      if case .view = graph.execution(node) { return uses > 1 && size > 6 }
      if graph.operatorID(node) == .negate { return uses > 1 && size > 6 }
      return uses > 1 && size > 3
    }
  }

  private mutating func keep(_ node: NodeID, as name: String) {
    lines.append(WrittenLine(names: [name], value: text(node)))
    let place = Int(places[node.slot])
    parts[place].tree = Tree.name(name)
    parts[place].depth = 1
    parts[place].size = 1
    // The name stays what the node is written as.
    parts[place].left = .max
  }

  mutating func append(_ line: WrittenLine) { lines.append(line) }

  /// A name that nothing has, from a word: the word, or the word and a number.
  mutating func freeName(_ word: String) -> String {
    if take(word) { return word }
    var number = 2
    while !take("\(word)\(number)") { number += 1 }
    return "\(word)\(number)"
  }

  /// What the names of shared parts begin with.
  package var letter = "t"
  /// The number of the next name for a shared part.
  var nextName = 1
  /// The numbers of the words of others that `newName` could give; nil before the first is given.
  private var numbersOfOthers: Set<Int>?

  /// Takes a word, unless something has it already.
  private mutating func take(_ word: String) -> Bool {
    let number = number(ofName: word)
    if let number, number < nextName { return false }
    if let number { numbersOfOthers?.insert(number) }
    return taken.insert(word).inserted
  }

  /// The number of a name that `newName` could give.
  private func number(ofName word: String) -> Int? {
    guard word.hasPrefix(letter), let number = Int(word.dropFirst(letter.count)),
      word == "\(letter)\(number)"
    else { return nil }
    return number
  }

  private mutating func newName() -> String {
    let others = numbersOfOthers ?? Set(taken.compactMap { number(ofName: $0) })
    numbersOfOthers = others
    while others.contains(nextName) { nextName += 1 }
    nextName += 1
    return "\(letter)\(nextName - 1)"
  }

  /// Terms or factors in an order in which each goes together with what is before it.
  func fitting(_ operands: [NodeID]) -> [NodeID] {
    if operands.allSatisfy({ graph.isScalar($0) }) { return operands }
    var shape = graph.shape(operands[0])
    for operand in operands.dropFirst() {
      guard let joined = shape.broadcast(with: graph.shape(operand)) else {
        return operands.enumerated().sorted { left, right in
          let (first, second) = (graph.shape(left.element), graph.shape(right.element))
          if first.rank != second.rank { return first.rank > second.rank }
          let ones = (
            first.dimensions.count(where: \.isOne), second.dimensions.count(where: \.isOne)
          )
          return ones.0 != ones.1 ? ones.0 < ones.1 : left.offset < right.offset
        }.map(\.element)
      }
      shape = joined
    }
    return operands
  }

  func text(_ node: NodeID) -> Expression {
    let place = places[node.slot]
    return place < 0 ? Tree.missing : parts[Int(place)].tree ?? tree(of: node)
  }

  private func tree(of node: NodeID) -> Expression {
    if !given.isEmpty, let expression = given[node] { return expression }
    if !quotations.isEmpty, let quotation = quotations[node] {
      return Tree.call(quotation.name, quotation.arguments.map { Tree.argument(text($0)) })
    }
    if graph.operatorID(node) == .symbol, let symbol = graph.symbol(node) {
      return Tree.name(names[node] ?? symbol.name)
    }
    if let value = graph.number(node) { return number(value) }
    if graph.operatorID(node) == .root { return root(node) }
    switch graph.execution(node) {
    case .leaf: return table(node)
    case .elementwise: return elementwise(node)
    case .reduction, .cumulativeSum, .matrixFunction, .sort, .order, .takeAlong, .putAlong,
      .overlapAdd, .formula, .byDefinition:
      return call(node)
    case .view: return view(node)
    case .recurrence: return Tree.missing
    case .recurrenceResult:
      guard let (scan, place) = graph.result(node) else { return Tree.missing }
      return scans[scan]?.results[place] ?? Tree.missing
    case .generator, .matrixProduct, .pad, .concatenation, .gather, .scatterAdd:
      return structural(node)
    }
  }

  /// `true`, or the number it is where the word is another's.
  var truth: Expression { taken.contains("true") ? Tree.number(1) : Tree.name("true") }

  func number(_ value: Double) -> Expression {
    if let named = logarithm(value) { return named }
    if value.magnitude == Double.pi, !taken.contains("pi") {
      return value < 0 ? Tree.minus(Tree.name("pi")) : Tree.name("pi")
    }
    if value.magnitude == 2.718281828459045, !taken.contains("e") {
      return value < 0 ? Tree.minus(Tree.name("e")) : Tree.name("e")
    }
    if value.isNaN { return Tree.product(Tree.number(0), .divide, Tree.number(0)) }
    if value.isInfinite {
      let infinity =
        taken.contains("inf")
        ? Tree.product(Tree.number(1), .divide, Tree.number(0)) : Tree.name("inf")
      return value < 0 ? Tree.minus(infinity) : infinity
    }
    return value.sign == .minus ? Tree.minus(Tree.number(-value)) : Tree.number(value)
  }

  /// `log(10)` and `log(2)`, which nobody knows by their digits.
  private func logarithm(_ value: Double) -> Expression? {
    let base: Double
    switch value.magnitude {
    case 2.302585092994046: base = 10
    case 0.6931471805599453: base = 2
    default: return nil
    }
    guard !taken.contains("log") else { return nil }
    let call = Tree.call("log", [Tree.argument(Tree.number(base))])
    return value < 0 ? Tree.minus(call) : call
  }

  private func table(_ node: NodeID) -> Expression {
    guard case .table(let place) = graph.attribute(node) else { return Tree.missing }
    let table = graph.tables[place]
    let sizes = table.shape.dimensions.map { $0.known ?? 0 }
    var rest = table.values[...]
    func nested(_ axis: Int) -> Expression {
      if axis == sizes.count { return number(rest.popFirst() ?? 0) }
      return Tree.array((0..<sizes[axis]).map { _ in nested(axis + 1) })
    }
    return nested(0)
  }
}

/// What a symbol stands for in a text: a call that is no operator, as `diff(x^2, x)`.
package struct Quotation: Hashable, Sendable {
  /// As a call is written: the name before the parenthesis.
  package var name: String
  /// Nodes of the same graph, written in the parentheses.
  package var arguments: [NodeID]
}

/// Trees without a place in any text.
enum Tree {
  static let nowhere = SourceRange(0, 0)
  static let missing = Expression(.missing, nowhere)

  static func name(_ text: String) -> Expression { Expression(.name(text), nowhere) }
  static func number(_ value: Double) -> Expression { Expression(.number(value), nowhere) }
  static func array(_ parts: [Expression]) -> Expression { Expression(.array(parts), nowhere) }

  static func minus(_ value: Expression) -> Expression {
    Expression(.prefix(.minus, count: 1, value), nowhere)
  }

  static func product(
    _ left: Expression, _ op: BinaryOperator, _ right: Expression
  ) -> Expression {
    let link = Expression.Link(op, nowhere, right)
    // a/b*c is (a/b)*c: a product on the left goes on.
    if case .product(let first, let links) = left.form {
      return Expression(.product(first, links + [link]), nowhere)
    }
    return Expression(.product(left, [link]), nowhere)
  }

  static func call(_ name: String, _ arguments: [Argument]) -> Expression {
    Expression(.call(Name(name, nowhere), arguments), nowhere)
  }

  static func argument(_ value: Expression, label: String? = nil) -> Argument {
    Argument(label: label.map { Name($0, nowhere) }, value: value)
  }

  static func subscripted(_ base: Expression, _ places: [Subscript]) -> Expression {
    Expression(.subscripted(base, places), nowhere)
  }
}
