import ADCMachine

/// Copies the residuals and their derivatives from the outputs of functions, the first of which are
/// arrays and the others blocks of derivatives.
final class JacobianReader {
  private struct Block {
    var output: Int
    var firstRow: Int
    var rowCount: Int
    var firstColumn: Int
    var width: Int
  }

  let rowCount: Int
  private let columnCount: Int
  /// Where each array begins.
  private let starts: [Int]
  private let blocks: [Block]
  private let scratch: UnsafeMutableBufferPointer<Double>

  init(
    _ function: BoundFunction, arrays: Int, _ blocks: [RunDescription.Block],
    _ ranges: [Range<Int>]
  ) {
    var starts = [0]
    for array in 0..<arrays {
      starts.append(starts[array] + function.sizes(ofOutput: array).reduce(1, *))
    }
    self.starts = starts
    rowCount = starts[arrays]
    columnCount = ranges.last?.upperBound ?? 0
    self.blocks = blocks.enumerated().map { place, block in
      let (first, columns) = (starts[block.array], ranges[block.parameter])
      return Block(
        output: arrays + place, firstRow: first, rowCount: starts[block.array + 1] - first,
        firstColumn: columns.lowerBound, width: columns.count)
    }
    let widest = self.blocks.map { $0.width > 1 ? $0.width * $0.rowCount : 0 }.max() ?? 0
    scratch = .allocate(capacity: widest)
  }

  deinit { scratch.deallocate() }

  func readResiduals(_ function: BoundFunction, to residuals: UnsafeMutablePointer<Double>) {
    for array in 0..<starts.count - 1 {
      let (first, end) = (starts[array], starts[array + 1])
      function.copyValues(
        ofOutput: array,
        to: UnsafeMutableBufferPointer(start: residuals + first, count: end - first))
    }
  }

  /// One column after another; what has no block is 0.
  func readJacobian(_ function: BoundFunction, to jacobian: UnsafeMutablePointer<Double>) {
    jacobian.update(repeating: 0, count: rowCount * columnCount)
    for block in blocks {
      let start = jacobian + (block.firstColumn * rowCount + block.firstRow)
      if block.width == 1 {
        function.copyValues(
          ofOutput: block.output,
          to: UnsafeMutableBufferPointer(start: start, count: block.rowCount))
        continue
      }
      function.copyValues(ofOutput: block.output, to: scratch)
      for row in 0..<block.rowCount {
        for column in 0..<block.width {
          start[column * rowCount + row] = scratch[row * block.width + column]
        }
      }
    }
  }
}
