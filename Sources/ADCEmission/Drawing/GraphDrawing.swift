// Graphs as pictures: boxes with what they compute, arrows from operands to users.
// In: a graph and the roots to draw. Out: SVG of a layout made here, or DOT.

package import ADCCalculus
import ADCSyntax

/// What is drawn: boxes in panels beside each other.
package struct GraphDrawing: Sendable {
  /// What a box shows; the raw value is its class in a style sheet.
  package enum Kind: String, Sendable {
    case operation, input, parameter, value
    /// What another panel computes.
    case reference
    case result
  }

  struct Box: Sendable {
    var label: String
    /// The shape, empty for a number.
    var shape: String
    var kind: Kind
    /// What the box is called: a let of the model, a result, or a number that others refer to.
    var name: String
  }

  struct Panel: Sendable {
    var title: String
    var boxes: [Box] = []
    /// From operand to user, by place.
    var edges: [(from: Int, to: Int)] = []
  }

  private(set) var panels: [Panel] = []

  /// - Parameters:
  ///   - parts: What each panel shows: a title, and nodes with what they are called.
  ///   - names: Nodes with names of their own.
  package init(
    _ graph: ExpressionGraph,
    parts: [(title: String, roots: [(name: String, node: NodeID)])], names: [NodeID: String]
  ) {
    var builder = Builder(graph, names)
    for part in parts { panels.append(builder.panel(part.title, part.roots)) }
    for (place, box) in builder.references {
      guard panels[place.panel].boxes[place.box].name.isEmpty else { continue }
      panels[place.panel].boxes[place.box].name = box
    }
  }

  /// The number of boxes.
  package var count: Int { panels.reduce(0) { $0 + $1.boxes.count } }
}

/// Makes panels one after the other; later ones refer to what earlier ones show.
private struct Builder {
  struct Place: Hashable {
    var panel: Int
    var box: Int
  }

  private let graph: ExpressionGraph
  private let names: [NodeID: String]
  private let labels: [NodeID: String]
  /// Where the nodes of earlier panels are.
  private var shown: [NodeID: Place] = [:]
  private(set) var references: [Place: String] = [:]
  private var panelCount = 0

  init(_ graph: ExpressionGraph, _ names: [NodeID: String]) {
    self.graph = graph
    self.names = names
    labels = Labels.make(graph, names)
  }

  mutating func panel(
    _ title: String, _ roots: [(name: String, node: NodeID)]
  ) -> GraphDrawing.Panel {
    var panel = GraphDrawing.Panel(title: title)
    var own: [NodeID: Int] = [:]
    let called = Dictionary(roots.map { ($0.node, $0.name) }, uniquingKeysWith: { "\($0), \($1)" })
    let needed = graph.reachable(from: roots.map(\.node))
    for slot in needed.indices where needed[slot] && isNeeded(slot, roots, needed) {
      let node = NodeID(slot)
      if graph.isWrittenWhole(node), called[node] == nil { continue }
      own[node] = panel.boxes.count
      panel.boxes.append(box(node, called[node]))
      // What another panel computes is not drawn again.
      if shown[node] != nil, graph.symbol(node) == nil { continue }
      for operand in graph.operands(node) {
        guard let from = own[operand], let to = own[node],
          !panel.edges.contains(where: { $0.from == from && $0.to == to })
        else { continue }
        panel.edges.append((from, to))
      }
    }
    for (node, place) in own where shown[node] == nil {
      shown[node] = Place(panel: panelCount, box: place)
    }
    panelCount += 1
    return panel
  }

  /// Whether a node is used in this panel by something that is computed here.
  private func isNeeded(
    _ slot: Int, _ roots: [(name: String, node: NodeID)], _ needed: [Bool]
  ) -> Bool {
    let node = NodeID(slot)
    if shown.isEmpty || shown[node] == nil || roots.contains(where: { $0.node == node }) {
      return true
    }
    return needed.indices.dropFirst(slot + 1).contains { user in
      needed[user] && shown[NodeID(user)] == nil
        && graph.operandPlaces(user).contains { graph.operand(at: $0) == node }
    }
  }

  private mutating func box(_ node: NodeID, _ result: String?) -> GraphDrawing.Box {
    let shape = graph.shape(node)
    let size = shape.isScalar ? "" : shape.description
    let label = labels[node] ?? graph.op(node).spelling
    var box = GraphDrawing.Box(
      label: label, shape: size, kind: result == nil ? .operation : .result,
      name: result ?? names[node] ?? "")
    if let symbol = graph.symbol(node) {
      box.label = names[node] ?? symbol.name
      box.name = result ?? ""
      box.kind =
        symbol.role == .parameter ? .parameter : symbol.role == .input ? .input : .value
    } else if let place = shown[node] {
      let name = names[node] ?? references[place] ?? "#\(references.count + 1)"
      references[place] = name
      box = GraphDrawing.Box(
        label: name, shape: size, kind: result == nil ? .reference : .result, name: result ?? "")
    }
    return box
  }
}

/// What stands in the boxes: each operation over its operands' names, or dots for them.
private enum Labels {
  static func make(_ graph: ExpressionGraph, _ names: [NodeID: String]) -> [NodeID: String] {
    var scratch = graph
    var dots: [Shape: NodeID] = [:]
    var short: [NodeID: NodeID] = [:]
    for slot in 0..<graph.count {
      let node = NodeID(slot)
      guard !graph.operands(node).isEmpty, graph.result(node) == nil,
        graph.recurrence(of: node) == nil
      else { continue }
      let operands = graph.operands(node).map { operand -> NodeID in
        if graph.isWrittenWhole(operand) || graph.symbol(operand) != nil { return operand }
        if names[operand] != nil { return operand }
        let shape = graph.shape(operand)
        if let dot = dots[shape] { return dot }
        let dot = scratch.symbol(Symbol(name: "·", role: .variable, shape: shape))
        dots[shape] = dot
        return dot
      }
      short[node] = scratch.insert(graph.operatorID(node), operands, graph.attribute(node))
    }
    var writer = ExpressionWriter(graph: scratch, names: names)
    for (node, name) in names where graph.symbol(node) == nil {
      writer.given[node] = Tree.name(name)
    }
    var labels: [NodeID: String] = [:]
    for (node, form) in short {
      // A let is written by its name where it is used, and by what it is where it is made.
      let (given, name) = (writer.given[form], writer.names[form])
      (writer.given[form], writer.names[form]) = (nil, nil)
      labels[node] = writer.label(of: form)
      (writer.given[form], writer.names[form]) = (given, name)
    }
    for slot in 0..<graph.count {
      let node = NodeID(slot)
      if let body = graph.recurrence(of: node) {
        labels[node] = "scan of \(body.steps) steps" + (body.isReversed ? ", reversed" : "")
      } else if let (scan, place) = graph.result(node), let body = graph.recurrence(of: scan) {
        let isLast = place < body.next.count
        let state = isLast ? place : place - body.next.count
        let name =
          body.states.indices.contains(state) ? graph.symbol(body.states[state])?.name : nil
        labels[node] = (isLast ? "last " : "all ") + (name ?? "values")
      }
    }
    return labels
  }
}

extension ExpressionGraph {
  /// Whether a node stands within the labels of those that use it: a number, a size, zeros.
  fileprivate func isWrittenWhole(_ node: NodeID) -> Bool {
    operands(node).isEmpty && symbol(node) == nil && operatorID(node) != .table
  }
}

extension ExpressionWriter {
  /// A node over operands that are all written by name, as text.
  fileprivate mutating func label(of node: NodeID) -> String {
    let text = TreePrinter.print(single(node))
    return text.count <= 34 ? text : String(text.prefix(33)) + "…"
  }
}
