extension GraphDrawing {
  private static let letter = 7.3
  private static let lineHeight = 16.0
  private static let margin = 24.0
  private static let panelGap = 56.0

  /// A picture that is readable on light and on dark ground.
  package var svg: String {
    let layouts = panels.map { panel in
      LayeredLayout(sizes: panel.boxes.map(Self.size), edges: panel.edges)
    }
    var x = Self.margin
    var body = ""
    var height = 0.0
    for (panel, layout) in zip(panels, layouts) {
      let width = max(layout.width, Double(panel.title.count) * 9)
      body += Self.text(x + width / 2, Self.margin + 6, panel.title, "title")
      let top = Self.margin + 34
      for (place, route) in layout.routes.enumerated() {
        let isDirect = panel.boxes[panel.edges[place].from].kind != .reference
        body += Self.path(route, x, top, isDirect ? "edge" : "edge far")
      }
      for (box, middle) in zip(panel.boxes, layout.places) {
        body += Self.box(box, x + middle.x, top + middle.y)
      }
      height = max(height, top + layout.height)
      x += width + Self.panelGap
    }
    let width = x - Self.panelGap + Self.margin
    height += Self.margin
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(width)) \(Self.number(height))" \
      width="\(Self.number(width))" height="\(Self.number(height))">
      <style>\(Self.style)</style>
      <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
      orient="auto"><path d="M0 0.5 L7.5 4 L0 7.5 z" fill="#808890"/></marker></defs>
      <rect class="ground" width="100%" height="100%"/>
      \(body)</svg>

      """
  }

  private static let style = """
    text{font:12px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;text-anchor:middle;fill:#1c2128}\
    .title{font-weight:bold;font-size:15px}.shape{font-size:10.5px;fill:#57606a}\
    .name{font-size:10.5px;font-weight:bold;fill:#8250df}\
    .ground{fill:#ffffff}.edge{fill:none;stroke:#808890;stroke-width:1.1}.far{stroke-dasharray:3 3}\
    .operation{fill:#f6f8fa;stroke:#57606a}.input{fill:#ddf4ff;stroke:#0969da}\
    .parameter{fill:#dafbe1;stroke:#1a7f37}.value{fill:#f6f8fa;stroke:#808890;stroke-dasharray:2 2}\
    .reference{fill:#fff8c5;stroke:#9a6700}.result{fill:#fbefff;stroke:#8250df;stroke-width:2}\
    @media (prefers-color-scheme:dark){text{fill:#e6edf3}.shape{fill:#9da7b1}.name{fill:#d2a8ff}\
    .ground{fill:#0d1117}.operation{fill:#161b22;stroke:#8b949e}.input{fill:#0c2d6b;stroke:#58a6ff}\
    .parameter{fill:#033a16;stroke:#3fb950}.value{fill:#161b22}.reference{fill:#3b2300;stroke:#d29922}\
    .result{fill:#3c1e70;stroke:#bc8cff}}
    """

  private static func size(_ box: Box) -> (width: Double, height: Double) {
    let letters = Double(max(box.label.count, box.name.isEmpty ? 0 : box.name.count)) * letter
    let width = max(letters, Double(box.shape.count) * 6.5) + 18
    let lines = 1 + (box.shape.isEmpty ? 0 : 1) + (box.name.isEmpty ? 0 : 1)
    return (max(34, width), Double(lines) * lineHeight + 8)
  }

  private static func box(_ box: Box, _ x: Double, _ y: Double) -> String {
    let (width, height) = size(box)
    let corner = box.kind == .reference || box.kind == .input || box.kind == .parameter ? 10.0 : 4
    var result =
      "<rect class=\"\(box.kind.rawValue)\" x=\"\(number(x - width / 2))\" "
      + "y=\"\(number(y - height / 2))\" width=\"\(number(width))\" height=\"\(number(height))\" "
      + "rx=\"\(number(corner))\"/>\n"
    var line = y - height / 2 + 16
    if !box.name.isEmpty {
      result += text(x, line, box.name, "name")
      line += lineHeight
    }
    result += text(x, line, box.label, "label")
    if !box.shape.isEmpty { result += text(x, line + lineHeight - 1, box.shape, "shape") }
    return result
  }

  /// A curve that leaves and arrives upright.
  private static func path(_ route: [LayeredLayout.Point], _ x: Double, _ y: Double, _ kind: String)
    -> String
  {
    guard let first = route.first else { return "" }
    var text = "M\(number(x + first.x)) \(number(y + first.y))"
    for (from, to) in zip(route, route.dropFirst()) {
      let middle = (from.y + to.y) / 2
      if from.x == to.x {
        text += "L\(number(x + to.x)) \(number(y + to.y))"
      } else {
        text +=
          "C\(number(x + from.x)) \(number(y + middle)) \(number(x + to.x)) \(number(y + middle)) "
          + "\(number(x + to.x)) \(number(y + to.y))"
      }
    }
    return "<path class=\"\(kind)\" marker-end=\"url(#tip)\" d=\"\(text)\"/>\n"
  }

  private static func text(_ x: Double, _ y: Double, _ text: String, _ kind: String) -> String {
    "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\">\(Markup.escaped(text))</text>\n"
  }

  private static func number(_ value: Double) -> String {
    let text = ((value * 10).rounded() / 10).description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension GraphDrawing {
  /// The picture for Graphviz.
  package var dot: String {
    var text = "digraph {\n  rankdir=TB\n  node [shape=box, fontname=\"monospace\", fontsize=11]\n"
    for (number, panel) in panels.enumerated() {
      text += "  subgraph cluster_\(number) {\n    label=\"\(Self.quoted(panel.title))\"\n"
      for (place, box) in panel.boxes.enumerated() {
        let lines = [box.name, box.label, box.shape].filter { !$0.isEmpty }
        let label = lines.map(Self.quoted).joined(separator: "\\n")
        text += "    n\(number)_\(place) [label=\"\(label)\"\(Self.look(box.kind))]\n"
      }
      for edge in panel.edges {
        text += "    n\(number)_\(edge.from) -> n\(number)_\(edge.to)\n"
      }
      text += "  }\n"
    }
    return text + "}\n"
  }

  private static func look(_ kind: Kind) -> String {
    switch kind {
    case .operation: ""
    case .input: ", style=\"rounded,filled\", fillcolor=\"#ddf4ff\""
    case .parameter: ", style=\"rounded,filled\", fillcolor=\"#dafbe1\""
    case .value: ", style=dashed"
    case .reference: ", style=\"rounded,filled\", fillcolor=\"#fff8c5\""
    case .result: ", style=filled, fillcolor=\"#fbefff\""
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = ""
    for character in text {
      if character == "\"" || character == "\\" { result += "\\" }
      result.append(character)
    }
    return result
  }
}
