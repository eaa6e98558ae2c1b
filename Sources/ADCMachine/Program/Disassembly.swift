import ADCCalculus

extension Instruction {
  /// The word for it in listings.
  package var mnemonic: String {
    switch self {
    case .loop: "loop"
    case .copy: "copy"
    case .matrixProduct: "matmul"
    case .pad: "pad"
    case .concatenation: "concat"
    case .gather: "gather"
    case .scatterAdd: "scatter_add"
    case .cumulativeSum: "cumsum"
    case .formula: "formula"
    case .extremeIndex(_, _, let maximum, _): maximum ? "argmax" : "argmin"
    case .matrixFunction(let function, _, _): function.rawValue
    case .sort(_, _, let indices, _): indices ? "argsort" : "sort"
    case .takeAlong: "take_along"
    case .putAlong: "put_along"
    case .overlapAdd: "overlap_add"
    case .iota: "iota"
    case .size: "size"
    case .uniform: "uniform"
    case .steps: "scan"
    }
  }
}

extension Program {
  /// A listing of a function: an instruction or a step of a loop a line, with shapes and, where it
  /// is known, the line of the model that it came from. Empty where there is no such function.
  ///
  /// Buffers are `b0`, `b1`, …, registers of a loop `r0`, `r1`, …
  package func disassembly(function name: String) -> String {
    guard let function = function(named: name) else { return "" }
    return Listing(program: self, function: function).text()
  }
}

private struct Listing {
  let program: Program
  let function: Function

  func text() -> String {
    var lines = ["function \(function.name)"]
    for (index, instruction) in function.instructions.enumerated() {
      lines += self.lines(index, instruction)
    }
    for output in function.outputs {
      lines.append("  output \(output.name) = \(view(output.view))  \(shape(output.view))")
    }
    for update in function.updates {
      lines.append("  update \(program.symbols[update.symbol].name) := \(view(update.view))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func shape(_ view: Int) -> String { function.views[view].shape.description }

  private func comment(_ place: Int32, after last: Int32 = -1) -> String {
    guard place != last, program.tags.indices.contains(Int(place)) else { return "" }
    let tag = program.tags[Int(place)]
    return "  ; \(tag.line): \(tag.text)"
  }

  private func padded(_ text: String, _ comment: String) -> String {
    let room = max(0, 56 - text.count)
    return comment.isEmpty ? text : text + String(repeating: " ", count: room) + comment
  }

  private func lines(_ index: Int, _ instruction: Instruction) -> [String] {
    if case .loop(let kernel) = instruction { return loopLines(index, kernel) }
    if case .steps(let loop) = instruction { return stepLines(index, loop) }
    let buffer = instruction.writes[0]
    var operands = instruction.reads.map { view($0) }
    switch instruction {
    case .pad(_, let starts, _): operands.append("at \(starts)")
    case .concatenation(_, let axis, _): operands.append("axis: \(axis)")
    case .cumulativeSum(_, let axis, let reversed, _):
      operands.append("axis: \(axis)" + (reversed ? ", reversed" : ""))
    case .extremeIndex(_, let axis, _, _): operands.append("axis: \(axis)")
    case .size(let dimension, _): operands.append(dimension.description)
    case .formula(let formula, _, _): operands.append("\(formula.steps.count) steps")
    case .uniform(_, _, let place, _): operands.append("place \(place)")
    case .gather(_, _, let batch, _), .scatterAdd(_, _, let batch, _):
      if batch > 0 { operands.append("batch: \(batch)") }
    case .sort(_, let axis, _, _), .takeAlong(_, _, let axis, _), .putAlong(_, _, let axis, _):
      operands.append("axis: \(axis)")
    case .overlapAdd(_, let strides, _): operands.append("stride: \(strides)")
    case .loop, .copy, .matrixProduct, .matrixFunction, .iota, .steps: break
    }
    let call = "\(instruction.mnemonic)(\(operands.joined(separator: ", ")))"
    let text = "  \(index)  b\(buffer) \(function.buffers[buffer]) = \(call)"
    return [padded(text, comment(function.tags[index]))]
  }

  /// What goes into a loop, its body under it, and what comes out.
  private func stepLines(_ index: Int, _ loop: StepLoop) -> [String] {
    let order = loop.isReversed ? ", reversed" : ""
    let head = "  \(index)  scan over \(loop.steps) steps of \(name(loop.index))\(order)"
    var lines = [padded(head, comment(function.tags[index]))]
    for state in loop.states {
      lines.append("       state \(name(state.symbol)) from \(view(state.initial))")
    }
    for feed in loop.rows { lines.append("       row \(name(feed.symbol)) of \(view(feed.view))") }
    for feed in loop.shared { lines.append("       \(name(feed.symbol)) = \(view(feed.view))") }
    lines += nested(loop.body)
    for (place, output) in loop.body.outputs.enumerated() where place < loop.states.count {
      let value = Listing(program: program, function: loop.body).view(output.view)
      lines.append("       \(name(loop.states[place].symbol)) := \(value)")
    }
    for result in loop.last {
      lines.append(
        "       b\(result.to) \(function.buffers[result.to]) = last "
          + name(loop.states[result.output].symbol))
    }
    for result in loop.collected {
      let output = loop.body.outputs[result.output].view
      let value = Listing(program: program, function: loop.body).view(output)
      lines.append("       b\(result.to) \(function.buffers[result.to]) collects \(value)")
    }
    for replay in loop.replays {
      lines.append("       states again, part by part, from")
      lines += nested(replay.loop.body)
    }
    return lines
  }

  private func name(_ symbol: Int) -> String { "\(program.symbols[symbol].name)#\(symbol)" }

  private func nested(_ body: Function) -> [String] {
    let inner = Listing(program: program, function: body)
    return body.instructions.enumerated().flatMap { inner.lines($0, $1) }.map { "     " + $0 }
  }

  private func loopLines(_ index: Int, _ kernel: LoopKernel) -> [String] {
    let names = slotNames(kernel)
    var lines = ["  \(index)  loop over \(kernel.space)"]
    var last: Int32 = -1
    for (step, tag) in zip(kernel.steps, kernel.tags) {
      let text: String
      switch step {
      case .apply(let op, let to, _, _, _):
        let operands = step.operands(arity: step.arity).map { names[Int($0)] }
        let name = Catalogue.operators[op.index].name
        text = "       \(names[Int(to)]) = \(name)(\(operands.joined(separator: ", ")))"
      case .reduce(let slot, let place):
        let reduction = kernel.reductions[Int(place)]
        let axes = reduction.axes.map(String.init).joined(separator: ", ")
        text =
          "       b\(reduction.to) \(function.buffers[reduction.to]) = "
          + "\(reduction.kind.rawValue)(\(names[Int(slot)]), axis: [\(axes)])"
      }
      lines.append(padded(text, comment(tag, after: last)))
      last = tag
    }
    return lines
  }

  private func slotNames(_ kernel: LoopKernel) -> [String] {
    let inputs = kernel.inputs.map { input in
      switch input {
      case .number(let value): "\(value)"
      case .size(let dimension): "size(\(dimension))"
      case .view(let view): self.view(view)
      }
    }
    return inputs + kernel.stores.map { "b\($0)" }
      + (0..<kernel.registerCount).map { "r\($0)" }
  }

  /// A view as an expression of what it shows.
  private func view(_ index: Int) -> String {
    let view = function.views[index]
    switch view.source {
    case .root(.symbol(let place)):
      return program.symbols[place].role == .step ? name(place) : program.symbols[place].name
    case .root(.buffer(let place)): return "b\(place)"
    case .root(.table(let place)):
      let table = program.tables[place]
      return table.shape.isScalar ? "\(table.values[0])" : "table\(place)\(table.shape)"
    case .view(let source, let step):
      let inner = self.view(source)
      switch step {
      case .transpose: return inner + "'"
      case .diagonal: return "diagonal(\(inner))"
      case .permute(let order): return "permute(\(inner), \(order))"
      case .windows(let strides):
        return "windows(\(inner), \(view.shape), stride: \(strides))"
      case .reversed(let axis): return "flip(\(inner), axis: \(axis))"
      case .reshape: return "reshape(\(inner), \(view.shape))"
      case .broadcast: return "broadcast(\(inner), \(view.shape))"
      case .slice(let starts):
        let ranges = zip(starts, view.shape.dimensions).map { start, size in
          "\(start)..<\(start + size)"
        }
        return "\(inner)[\(ranges.joined(separator: ", "))]"
      }
    }
  }
}
