import ADCCalculus

/// Operands that lie in rows, such as parts of matrices, or vectors that are the same for all rows:
/// read where they are, a row after another, where rows are long.
extension LoopBinder {
  /// The lanes of the longest rows in which all operands lie that vary; all of them where these do
  /// not lie in rows, where rows are short, or where reductions have an order of lanes of their
  /// own.
  static func rowLanes(
    _ kernel: LoopKernel, _ layouts: [Layout], space: [Int]
  ) throws(MachineError) -> Int {
    let count = space.reduce(1, &*)
    guard kernel.reductions.isEmpty, count >= 2 * BoundLoop.chunk else { return count }
    var result = count
    for input in kernel.inputs {
      guard case .view(let view) = input else { continue }
      let layout = try layouts[view].broadcast(to: space)
      guard !layout.isConstant else { continue }
      result = min(result, layout.contiguousLanes)
    }
    guard result >= BoundLoop.chunk else { return count }
    for input in kernel.inputs {
      guard case .view(let view) = input else { continue }
      let layout = try layouts[view].broadcast(to: space)
      guard layout.isConstant || layout.rowStride(of: result) != nil else { return count }
    }
    return result
  }
}
