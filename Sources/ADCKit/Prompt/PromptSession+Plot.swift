import ADCCalculus
import ADCEmission
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining

extension PromptSession {
  /// The most characters of a picture's width.
  private static let mostColumns = 100
  /// Samples of a curve for each dot of the picture's width.
  private static let density = 2

  /// `:plot f -3..3`: the curve and its derivative, one above the other.
  func plot(_ typed: TypedCommand) throws(PromptFailure) -> String {
    let (range, end) = try plotRange(typed)
    let expression = try expression(of: typed, to: end)
    let open = try openCurve(expression)
    var graph = open.graph
    let variable = open.variables[0]
    let value = Simplifier.simplify(&graph, [open.node], for: .differentiation).roots[0]
    let derivative: NodeID
    do throws(DifferentiationError) {
      derivative = try graph.gradient(of: value, by: [variable.node])[0]
    } catch {
      throw failure("AD0601", error.message, at: expression.range)
    }
    let roots = Simplifier.simplify(&graph, [value, derivative]).roots
    let columns = min(surroundings.columns, Self.mostColumns)
    let curves = try samples(graph, roots, variable.node, range, count: Self.density * 2 * columns)
    let room = min(max(surroundings.lines, 18), 40) - 7
    let titles = titles(graph, roots, expression, variable.name)
    var plots = (0..<2).map { place in
      CurvePlot(
        title: titles[place], range: range, samples: curves[place], columns: columns,
        rows: place == 0 ? (room * 3 + 2) / 5 : room * 2 / 5,
        colour: surroundings.usesColour ? (place == 0 ? "36" : "33") : nil)
    }
    let margin = max(plots[0].margin, plots[1].margin)
    var lines: [String] = []
    for place in plots.indices {
      plots[place].margin = margin
      if let drawing = plots[place].drawing(hasScale: place == 1) {
        lines += drawing
      } else if place == 0 {
        throw failure(
          "AD1104",
          "there is no value to plot between \(range.lowerBound.brief) and "
            + range.upperBound.brief, at: expression.range)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The range at the end of what is plotted, and the offset at which it starts.
  private func plotRange(
    _ typed: TypedCommand
  ) throws(PromptFailure) -> (ClosedRange<Double>, end: Int) {
    let (typed, opener) = withoutBrackets(typed)
    let bytes = Array(typed.operand.utf8)
    let dot = UInt8(ascii: ".")
    let isBlank = { (place: Int) in bytes[place] == UInt8(ascii: " ") }
    guard
      let dots = bytes.indices.dropLast().last(where: { place in
        bytes[place] == dot && bytes[place + 1] == dot && (place == 0 || bytes[place - 1] != dot)
          && !bytes[place...].contains(UInt8(ascii: "]"))
      })
    else { return (-5...5, typed.range.upper) }
    // The lower bound is the word before the dots; what precedes it is plotted.
    var lower = dots
    while lower > 0, isBlank(lower - 1) { lower -= 1 }
    while lower > 0, !isBlank(lower - 1) { lower -= 1 }
    var upper = dots
    while upper < bytes.count, bytes[upper] == dot || bytes[upper] == UInt8(ascii: "<") {
      upper += 1
    }
    let base = typed.range.lower
    let ends = [
      (source.prefix(base + dots), base + lower), (source.prefix(typed.range.upper), base + upper),
    ]
    var numbers: [Double] = []
    for (text, start) in ends {
      let (bound, mistakes) = Parser.parseExpression(text, from: start)
      guard mistakes.isEmpty else { throw failure(mistakes) }
      guard let array = try self.numbers(try checked(bound))?.first, array.shape.isEmpty,
        let number = array.values.first, number.isFinite
      else {
        throw failure(
          "AD1102", "the range of a plot has two numbers", at: bound.range,
          fix: "write `:plot sin(x) -3..3`")
      }
      numbers.append(number)
    }
    guard numbers[0] < numbers[1], (numbers[1] - numbers[0]).isFinite else {
      throw failure(
        "AD1102", "the range of a plot goes from the lower number to the greater one",
        at: SourceRange(base + lower, typed.range.upper), fix: "write `:plot sin(x) -3..3`")
    }
    return (numbers[0]...numbers[1], base + (opener ?? lower))
  }

  /// `f [-3..3]`, as the help writes what may be left out, without the brackets, and where the
  /// first of them stands in the operand.
  private func withoutBrackets(_ typed: TypedCommand) -> (TypedCommand, opener: Int?) {
    let text = typed.operand
    guard text.hasSuffix("]"), let opener = text.lastIndex(of: "["), opener > text.startIndex,
      text[text.index(before: opener)] == " "
    else { return (typed, nil) }
    let inner = text[text.index(after: opener)...].dropLast()
    guard inner.contains(".."), !inner.contains(",") else { return (typed, nil) }
    var result = typed
    // Places in the text stay what they are: `[` becomes the blank before the range.
    result.operand = text[..<opener] + " " + inner
    result.range.upper -= 1
    return (result, text[..<opener].utf8.count)
  }

  /// A number that depends on one name.
  private func openCurve(_ expression: Expression) throws(PromptFailure) -> CheckedExpression {
    var open = try openExpression(expression)
    let valued = scope.valuedNames(in: expression)
    if open.variables.isEmpty, valued.count == 1 {
      open = try openExpression(expression, free: valued)
    }
    guard open.variables.count == 1 else {
      let names = open.variables.map { "`\($0.name)`" }.joined(separator: ", ")
      throw failure(
        "AD1104",
        names.isEmpty
          ? "a curve needs a name without a value" : "a curve has one name, and here are \(names)",
        at: expression.range,
        fix: names.isEmpty
          ? expression.isNumber
            ? "write `:plot sin(x)`" : "`:clear x` takes the value of `x` away"
          : "give values to the others, such as `\(open.variables[1].name) = 1`")
    }
    let shape = open.graph.shape(open.node)
    guard shape.isScalar, open.graph.shape(open.variables[0].node).isScalar else {
      throw failure(
        "AD1104", "a curve is a number over a number, and an array is in it", at: expression.range,
        fix: shape.isScalar ? nil : "plot one element: `…[0]`")
    }
    return open
  }

  private func titles(
    _ graph: ExpressionGraph, _ roots: [NodeID], _ expression: Expression, _ name: String
  ) -> [String] {
    var writer = ExpressionWriter(graph: graph, names: [:], taken: [name])
    let written = writer.write([roots[1]], style: .short)
    let derivative = written.lines.isEmpty ? "  \(TreePrinter.print(written.roots[0]))" : ""
    return [TreePrinter.print(expression), "d/d\(name)\(derivative)"].map { text in
      text.count <= 60 ? text : text.prefix(59) + "…"
    }
  }

  /// The values of roots over a range.
  private func samples(
    _ graph: ExpressionGraph, _ roots: [NodeID], _ variable: NodeID,
    _ range: ClosedRange<Double>, count: Int
  ) throws(PromptFailure) -> [[CurvePlot.Sample]] {
    var graph = graph
    guard case .symbol(let place) = graph.attribute(variable) else { return [] }
    let prepared = graph.prepare(graph.inMachineForms(roots))
    do throws(MachineError) {
      let program = try Program.lower(
        graph,
        [FunctionRequest(name: "curve", outputs: prepared.map { (name: "", node: $0) })])
      let memory = SymbolMemory(program)
      loaded?.lend(to: memory)
      for (place, symbol) in program.symbols.enumerated() where symbol.role == .environment {
        memory.set(place, [0])
      }
      let function = try BoundFunction(program, function: "curve", sizes: loaded?.sizes ?? [:])
      func values(_ x: Double) throws(MachineError) -> [Double] {
        memory.set(place, [x])
        try function.evaluate(memory)
        return roots.indices.map { function.scalar(ofOutput: $0) }
      }
      var curves = [[CurvePlot.Sample]](repeating: [], count: roots.count)
      let step = (range.upperBound - range.lowerBound) / Double(count)
      for index in 0...count {
        let x = index == count ? range.upperBound : range.lowerBound + Double(index) * step
        let here = try values(x)
        let middle = try values(x + step / 2)
        for curve in curves.indices {
          curves[curve].append(CurvePlot.Sample(value: here[curve], middle: middle[curve]))
        }
      }
      return curves
    } catch {
      throw PromptFailure(TaskFailure(error.description, code: "AD0702"))
    }
  }
}

extension Expression {
  /// Whether it is a number as it is written, in which no name can have a value.
  fileprivate var isNumber: Bool {
    if case .number = form { true } else { false }
  }
}
