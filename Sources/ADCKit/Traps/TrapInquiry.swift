import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

/// Asks a model at a session's values for what is not finite.
struct TrapInquiry {
  private let symbolic: SymbolicModel
  private let session: Session
  private let names: [NodeID: String]

  init(_ symbolic: SymbolicModel, _ session: Session) {
    self.symbolic = symbolic
    self.session = session
    names = symbolic.letNames
  }

  /// What is to blame for the loss or the gradient; nil where both are as they should be, or the
  /// values are too many to keep.
  func report(_ kind: TrapKind) -> TrapReport? {
    guard let loss = symbolic.loss else { return nil }
    let roots = [loss] + symbolic.gradient
    let wholes = ["the loss"] + symbolic.model.parameters.map { "the gradient by `\($0.name)`" }
    guard let frame = frame(roots) else { return nil }
    for (root, whole) in zip(roots, wholes) {
      guard let element = frame.values(root).firstIndex(where: kind.holds) else { continue }
      let start = TrapPlace(frame: frame, node: root, element: element)
      return report(TrapSearch(kind: kind).origin(of: start), whole, kind)
    }
    return nil
  }

  /// The parameter with the greatest gradient, all of which are finite.
  func overflow() -> (name: String, gradient: String, range: SourceRange)? {
    guard let frame = frame(symbolic.gradient) else { return nil }
    var worst: (name: String, size: Double, range: SourceRange)?
    for (parameter, node) in zip(symbolic.model.parameters, symbolic.gradient) {
      let size = frame.values(node).map(\.magnitude).max() ?? 0
      if size >= worst?.size ?? 0 { worst = (parameter.name, size, parameter.range) }
    }
    return worst.map { ($0.name, "its gradient is \($0.size.brief)", $0.range) }
  }

  /// All values of some roots, at what the session holds.
  private func frame(_ roots: [NodeID]) -> TrapFrame? {
    var sizes = session.sizes()
    if let dimension = session.description.rowDimension { sizes[dimension] = session.fed.count }
    let frame = TrapFrame(
      symbolic.graph, roots: roots, sizes: sizes,
      memory: { program in
        let memory = SymbolMemory(program)
        session.copyValues(to: memory, first: symbolic.graph.symbols.count)
        return memory
      })
    guard let frame, frame.evaluate() else { return nil }
    return frame
  }

  private func report(_ place: TrapPlace, _ whole: String, _ kind: TrapKind) -> TrapReport {
    var report = TrapReport(finding: finding(place), whole: whole)
    if place.value.isNaN, let infinite = infiniteOperand(of: place) {
      let origin = TrapSearch(kind: .inf).origin(of: infinite)
      if origin.node != place.node { report.cause = finding(origin) }
    }
    report.advice = advice(place, isGradient: whole != "the loss")
    return report
  }

  private func infiniteOperand(of place: TrapPlace) -> TrapPlace? {
    let graph = place.frame.graph
    for (number, operand) in graph.operands(place.node).enumerated() {
      let values = place.frame.values(operand)
      let found = place.frame.sources(of: place.node, place.element, operand: number).first {
        values.indices.contains($0) && values[$0].isInfinite
      }
      if let found { return TrapPlace(frame: place.frame, node: operand, element: found) }
    }
    return nil
  }

  private func finding(_ place: TrapPlace) -> TrapReport.Finding {
    let graph = place.frame.graph
    let index = place.frame.index(place.node, place.element)
    var finding = TrapReport.Finding(
      formula: text(place.node), isSymbol: graph.symbol(place.node) != nil, result: place.value,
      index: index, step: place.frame.step, operands: [], range: range(place.node))
    finding.row = row(place.node, index)
    finding.column = column(place.node, index)
    for (number, operand) in graph.operands(place.node).enumerated()
    where symbolic.graph.hasSymbols(operand) {
      guard let value = value(of: operand, number, place) else { continue }
      if !finding.operands.contains(where: { $0.text == value.text }) {
        finding.operands.append(value)
      }
    }
    return finding
  }

  /// The row of the data that an element belongs to, where its first axis is that of the rows.
  private func row(_ node: NodeID, _ index: [Int]) -> Int? {
    guard let first = index.first, hasRows(node) else { return nil }
    return session.dataRow(first)
  }

  /// The column of the data that an element of an input was read from.
  private func column(_ node: NodeID, _ index: [Int]) -> String? {
    guard case .symbol(let symbol) = symbolic.graph.attribute(node),
      let input = session.description.inputs.first(where: { $0.symbol == symbol }),
      hasRows(node)
    else { return nil }
    let place = index.count > 1 ? index.last ?? 0 : 0
    return input.columns.indices.contains(place) ? input.columns[place] : nil
  }

  /// Whether a node has a row for each row of the data.
  private func hasRows(_ node: NodeID) -> Bool {
    guard let dimension = session.description.rowDimension else { return false }
    return symbolic.graph.shape(node).dimensions.first?.name == dimension
  }

  /// An operand's text with its index, and its value there, or the extremes of several.
  private func value(
    of operand: NodeID, _ number: Int, _ place: TrapPlace
  ) -> (text: String, value: String)? {
    let frame = place.frame
    let values = frame.values(operand)
    let elements = frame.sources(of: place.node, place.element, operand: number)
      .filter { values.indices.contains($0) }
    guard let first = elements.first else { return nil }
    if elements.count == 1 {
      let index = frame.index(operand, first).map(String.init).joined(separator: ", ")
      let name = written(operand, names)
      let isWord = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      let shown = index.isEmpty ? name : isWord ? "\(name)[\(index)]" : "(\(name))[\(index)]"
      return (shown, values[first].brief)
    }
    let own = elements.map { values[$0] }
    if own.contains(where: { !$0.isFinite }) {
      let broken = own.filter { !$0.isFinite }
      return (
        written(operand, names), "\(own.count) values, \(broken.count) of them \(broken[0].brief)"
      )
    }
    return (
      written(operand, names),
      "\(own.count) values from \((own.min() ?? 0).brief) to \((own.max() ?? 0).brief)"
    )
  }

  /// A node as source, with the names of the model.
  private func text(_ node: NodeID) -> String {
    names[node] == nil ? written(node, names) : definition(node)
  }

  /// What a let of the model is made of, where that is short.
  private func definition(_ node: NodeID) -> String {
    var others = names
    let name = others.removeValue(forKey: node)
    let text = written(node, others)
    return text.count <= 40 ? text : name ?? text
  }

  private func written(_ node: NodeID, _ names: [NodeID: String]) -> String {
    var writer = ExpressionWriter(
      graph: symbolic.graph, names: names, taken: symbolic.model.takenNames)
    let written = writer.write([node], style: .inline(limit: 1 << 30))
    let text = written.roots.first.map { TreePrinter.print($0) } ?? ""
    return text.count <= 100 ? text : String(text.prefix(97)) + "…"
  }

  /// Where a node was written, or what it is the derivative of.
  private func range(_ node: NodeID) -> SourceRange? {
    let spans = symbolic.model.spans
    let graph = symbolic.graph
    if graph.symbol(node) != nil {
      return
        (symbolic.model.parameters.map { ($0.node, $0.range) }
        + symbolic.model.inputs.map { ($0.node, $0.range) }).first { $0.0 == node }?.1
    }
    let origin = Int(graph.origin(at: node.slot))
    return spans.indices.contains(origin) ? spans[origin] : nil
  }
}

extension TrapInquiry {
  /// What the catalogue says about the place, and the law whose form is finite there.
  private func advice(_ place: TrapPlace, isGradient: Bool) -> [String] {
    var result: [String] = []
    let origin = Int(symbolic.graph.origin(at: place.node.slot))
    if isGradient, origin >= 0, origin < symbolic.model.graph.count {
      // Operands that the derivative brought with it are in no formula that anybody wrote.
      let written = symbolic.graph.operands(place.node).filter {
        $0.slot < symbolic.model.graph.count
      }
      let own = written.map { symbolic.graph.op($0) }
      let op = ([symbolic.model.graph.op(NodeID(origin))] + own).first { !$0.kinks.isEmpty }
      if let op { result.append("the derivative of `\(op.spelling)`: \(op.kinks)") }
    }
    if symbolic.graph.operatorID(place.node) == .root {
      result.append("`root` has not converged: begin nearer to the solution, `from: …`")
    }
    if let rewrite = rewrite(place) { result.append(rewrite) }
    return result
  }

  /// A law that gives the operation, or one that uses it, a form that is finite there.
  private func rewrite(_ place: TrapPlace) -> String? {
    guard place.frame.step == nil, let loss = symbolic.loss else { return nil }
    let graph = symbolic.graph
    let needed = graph.reachable(from: [loss] + symbolic.gradient)
    var candidates = [place.node]
    for slot in place.node.slot + 1..<max(needed.count, place.node.slot + 1)
    where needed[slot] && candidates.count < 12 {
      if graph.operands(NodeID(slot)).contains(where: { candidates.contains($0) }) {
        candidates.append(NodeID(slot))
      }
    }
    for node in candidates where !place.frame.values(node).allSatisfy(\.isFinite) {
      var scratch = graph
      let (roots, firings) = Simplifier.simplify(&scratch, [node])
      guard roots[0] != node, !firings.isEmpty,
        let frame = TrapFrame(
          scratch, roots: roots, sizes: place.frame.sizes,
          memory: { program in
            let memory = SymbolMemory(program)
            session.copyValues(to: memory, first: graph.symbols.count)
            return memory
          }), frame.evaluate(), frame.values(roots[0]).allSatisfy(\.isFinite)
      else { continue }
      let laws = firings.keys.filter { !$0.isRoutine }.sorted { $0.name < $1.name }
      guard let law = laws.first(where: { !$0.gain.isEmpty }) ?? laws.first else { continue }
      var writer = ExpressionWriter(
        graph: scratch, names: names, taken: symbolic.model.takenNames)
      let written = writer.write(roots, style: .inline(limit: 1 << 30)).roots
      let after = written.first.map { TreePrinter.print($0) } ?? ""
      let gain = law.gain.isEmpty ? "" : " (\(law.gain))"
      return "`\(text(node))` as `\(after)` is finite here: law \(law.name)\(gain)"
    }
    return nil
  }
}

extension ExpressionGraph {
  /// Whether a node depends on anything that can change.
  fileprivate func hasSymbols(_ node: NodeID) -> Bool {
    let needed = reachable(from: [node])
    return needed.indices.contains { needed[$0] && symbol(NodeID($0)) != nil }
  }
}

extension ModelTask {
  /// What is not finite in the loss or the gradient, at the parameters as they are; nil for
  /// nothing.
  package func trap(_ kind: TrapKind) throws(TaskFailure) -> TaskFailure? {
    try requireObjective()
    guard let symbolic = model.symbolic else {
      throw TaskFailure(
        "`--trap` needs the model's source, and \(path) is compiled", code: "AD0704",
        fault: .commandLine)
    }
    let session = try session(for: [FunctionName.gradient])
    session.feed(rows: session.allRows)
    let report = TrapInquiry(symbolic, session).report(kind)
    return report?.failure(in: symbolic, path: path)
  }
}
