import ADCCalculus

/// What an instruction, or a step of a loop kernel, costs in one evaluation.
package struct OperationCost: Sendable {
  /// Where it was written.
  package var tag: SourceTag?
  /// Operations on numbers: one for each element of an elementwise step, two for each product that
  /// a matrix product sums. An exponential counts as one.
  package var operations: Double
  /// Read from and written to memory; what stays in registers is neither.
  package var bytes: Double
}

extension BoundFunction {
  /// The costs of one evaluation, in the order in which the instructions run.
  package var costs: [OperationCost] {
    var result: [OperationCost] = []
    for (place, instruction) in function.instructions.enumerated() {
      let tag = tag(place)
      switch (instruction, actions[place]) {
      case (.loop(let kernel), .loop(let loop)):
        result += costs(of: kernel, count: Double(loop.count))
      case (.steps, .steps(let steps)):
        for cost in steps.body.costs {
          var whole = cost
          whole.operations *= Double(steps.steps)
          whole.bytes *= Double(steps.steps)
          if whole.tag == nil { whole.tag = tag }
          result.append(whole)
        }
      default:
        let written = instruction.writes.reduce(0) { $0 + elements(ofBuffer: $1) }
        let read = instruction.reads.reduce(0) { $0 + Double(layouts[$1].count) }
        result.append(
          OperationCost(
            tag: tag, operations: operations(of: instruction, written: written),
            bytes: width * (read + written)))
      }
    }
    return result
  }

  /// The bytes of a number.
  private var width: Double { Double(program.precision.bytes) }

  private func tag(_ place: Int) -> SourceTag? {
    function.tags.indices.contains(place) ? tag(number: function.tags[place]) : nil
  }

  private func tag(number: Int32) -> SourceTag? {
    program.tags.indices.contains(Int(number)) ? program.tags[Int(number)] : nil
  }

  private func elements(ofBuffer buffer: Int) -> Double {
    let view = function.views.firstIndex { $0.source == .root(.buffer(buffer)) }
    return view.map { Double(layouts[$0].count) } ?? 0
  }

  /// Each step of a kernel; the kernel's reads and writes count for the steps that they feed.
  private func costs(of kernel: LoopKernel, count: Double) -> [OperationCost] {
    var result = kernel.steps.indices.map { place in
      OperationCost(tag: tag(number: kernel.tags[place]), operations: count, bytes: 0)
    }
    guard !result.isEmpty else { return [] }
    var isRead = [Bool](repeating: false, count: kernel.inputs.count)
    for (place, step) in kernel.steps.enumerated() {
      for slot in step.operands(arity: step.arity) where isRead.indices.contains(Int(slot)) {
        guard !isRead[Int(slot)], case .view(let view) = kernel.inputs[Int(slot)] else { continue }
        isRead[Int(slot)] = true
        result[place].bytes += width * Double(min(layouts[view].count, Int(count)))
      }
      if case .apply(_, let to, _, _, _) = step,
        kernel.stores.indices.contains(Int(to) - kernel.inputs.count)
      {
        result[place].bytes += width * count
      }
      if case .reduce(_, let index) = step {
        result[place].bytes += width * elements(ofBuffer: kernel.reductions[Int(index)].to)
      }
    }
    return result
  }

  private func operations(of instruction: Instruction, written: Double) -> Double {
    switch instruction {
    case .matrixProduct(let a, _, _):
      return 2 * written * Double(layouts[a].sizes.last ?? 1)
    case .matrixFunction(_, let views, _):
      // Elimination: about a third of the cube for the factors, and n^2 for each right side.
      let size = Double(layouts[views[0]].sizes.last ?? 1)
      return Double(layouts[views[0]].count) * size * 2 / 3 + written * size
    case .copy, .pad, .concatenation, .gather, .takeAlong, .iota, .size: return 0
    case .sort(let view, _, _, _):
      let count = Double(layouts[view].count)
      return count
        * max(
          1,
          Double(
            max(layouts[view].count, 2).bitWidth - max(layouts[view].count, 2).leadingZeroBitCount))
    case .scatterAdd(let rows, _, _, _): return Double(layouts[rows].count)
    case .putAlong(let view, _, _, _), .cumulativeSum(let view, _, _, _),
      .extremeIndex(let view, _, _, _), .overlapAdd(let view, _, _):
      return Double(layouts[view].count)
    case .formula, .uniform: return 10 * written
    case .loop, .steps: return 0
    }
  }
}
