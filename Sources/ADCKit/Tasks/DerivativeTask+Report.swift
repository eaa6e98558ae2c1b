import ADCCalculus
import ADCEmission
import ADCModel
import ADCSyntax
import ADCTraining

extension DerivativeTask {
  /// The source of the derivatives.
  private struct Texts {
    var lines: [(name: String, text: String)] = []
    /// One for each derivative.
    var expressions: [String] = []
    /// The indices of those in index form.
    var indices: [[String]?] = []
  }

  /// The derivatives as source, and their values at the points, computed by the machine.
  package func report() throws(TaskFailure) -> TaskReport {
    let texts = texts()
    let results = try resultsAsWritten()
    var members: [JSONValue.Member] = [
      .init("expression", .string(text)), .init("operations", .number(Double(operations))),
      .init("gradient_operations", .number(Double(gradientOperations))),
    ]
    if !texts.lines.isEmpty {
      members.append(
        .init(
          "where",
          .array(
            texts.lines.map {
              .object([.init("name", .string($0.name)), .init("expression", .string($0.text))])
            })))
    }
    if !seeds.isEmpty { members.append(.init("seeds", .array(seeds.map(json)))) }
    members.append(
      .init("derivatives", .array(derivatives.indices.map { json(of: $0, texts) })))
    members.append(.init("points", .array(results.map(json))))
    return TaskReport(text: reading(texts, results), json: .object(members))
  }

  private func texts() -> Texts {
    var texts = Texts()
    let plain = derivatives.map(\.node).filter { graph.shape($0).rank <= 2 }
    let taken = Set(variables.map(\.name) + seeds.map(\.name))
    var writer = ExpressionWriter(graph: graph, names: [:], taken: taken)
    let written = writer.write(plain.map(unmarked), style: .short)
    texts.lines = written.lines.map { (name: $0.head, text: TreePrinter.print($0.value)) }
    var roots = written.roots[...]
    var used = taken.union(written.lines.flatMap(\.names))
    for derivative in derivatives {
      if graph.shape(derivative.node).rank <= 2 {
        texts.expressions.append(roots.popFirst().map { TreePrinter.print($0) } ?? "")
        texts.indices.append(nil)
        continue
      }
      let form = ExpressionWriter.indexForm(of: derivative.node, in: graph, taken: used)
      for line in form.lines {
        used.formUnion(line.names)
        texts.lines.append((name: line.head, text: TreePrinter.print(line.value)))
      }
      texts.expressions.append(TreePrinter.print(form.element))
      texts.indices.append(form.indices)
    }
    return texts
  }

  /// What is symmetric but for rounding is not marked so for reading.
  private func unmarked(_ node: NodeID) -> NodeID {
    graph.operatorID(node) == .symmetricPart ? graph.operands(node)[0] : node
  }

  private func json(of place: Int, _ texts: Texts) -> JSONValue {
    let derivative = derivatives[place]
    var members: [JSONValue.Member] = []
    if values.count > 1, !isVJP { members.append(.init("of", .number(Double(derivative.of)))) }
    members.append(.init("by", .array(derivative.by.map { .string($0) })))
    if let indices = texts.indices[place] {
      members.append(.init("indices", .array(indices.map { .string($0) })))
    }
    members.append(.init("expression", .string(texts.expressions[place])))
    let shape = graph.shape(derivative.node)
    if !shape.isScalar {
      members.append(
        .init("shape", .array(shape.dimensions.map { .string($0.description) })))
    }
    return .object(members)
  }

  /// A direction with its variable, or an adjoint with its expression.
  private func json(_ seed: Seed) -> JSONValue {
    var members: [JSONValue.Member] = [.init("name", .string(seed.name))]
    if let variable = seed.variable { members.append(.init("along", .string(variable))) }
    let shape = graph.shape(seed.node)
    if !shape.isScalar {
      members.append(
        .init("shape", .array(shape.dimensions.map { .string($0.description) })))
    }
    return .object(members)
  }

  private func json(_ result: Result) -> JSONValue {
    let all = result.values.map { JSONValue.nested($0) }
    return .object([
      .init("at", .object(result.at.map { .init($0.name, .nested($0.array)) })),
      .init("value", all.count == 1 ? all[0] : .array(all)),
      .init("derivatives", .array(result.derivatives.map { .nested($0) })),
    ])
  }

  private var isVJP: Bool { if case .vjp = request.kind { true } else { false } }

  /// `d/dx dy`, of several expressions `d[0]/dx`; of products `jvp[0]`, `vjp x`, `hvp x`.
  func label(_ derivative: Derivative) -> String {
    switch request.kind {
    case .jvp: return values.count > 1 ? "jvp[\(derivative.of)]" : "jvp"
    case .vjp: return "vjp \(derivative.by[0])"
    case .hvp: return "hvp \(derivative.by[0])"
    case .orders, .jacobian, .hessian: break
    }
    let name = values.count > 1 ? "d[\(derivative.of)]" : "d"
    return "\(name)/d" + derivative.by.joined(separator: " d")
  }

  /// What an array in index form is called.
  private var letter: String {
    switch request.kind {
    case .orders, .jacobian: "J"
    case .hessian: "H"
    case .jvp, .vjp, .hvp: "D"
    }
  }

  /// One of the derivatives, below the way to it.
  func conclusion(_ derivative: Derivative) -> String {
    var task = self
    task.derivatives = [derivative]
    return task.reading(task.texts(), hasLabels: true)
  }

  private func reading(_ texts: Texts, _ results: [Result]) -> String {
    reading(texts, hasLabels: derivatives.count > 1) + reading(results)
  }

  private func reading(_ texts: Texts, hasLabels: Bool) -> String {
    var text = texts.lines.map { "let \($0.name) = \($0.text)\n" }.joined()
    for (place, derivative) in derivatives.enumerated() {
      if hasLabels { text += label(derivative) + "  " }
      if let indices = texts.indices[place] {
        text += "\(letter)[\(indices.joined(separator: ", "))] = "
      }
      text += texts.expressions[place] + "\n"
    }
    return text
  }

  /// The value and the derivatives at the points alone.
  func valueReport() throws(TaskFailure) -> String { reading(try resultsAsWritten()) }

  private func reading(_ results: [Result]) -> String {
    var text = ""
    for result in results {
      let at = result.at.map { "\($0.name) = \($0.array.brief)" }.joined(separator: ", ")
      let value = result.values.map(\.brief).joined(separator: ", ")
      text += (at.isEmpty ? "" : "at \(at):  ") + "value \(value)"
      for (derivative, value) in zip(derivatives, result.derivatives) {
        text += "  \(label(derivative)) \(value.brief)"
      }
      text += "\n"
    }
    return text
  }
}
