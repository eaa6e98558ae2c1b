import ADCMachine

/// Reads residuals and their derivatives from the outputs of a function, the first of which are
/// arrays and the others blocks of derivatives.
final class JacobianReader {
  private struct Block {
    var output: Int
    var rows: Range<Int>
    var firstColumn: Int
    var width: Int
    /// Where they are collected if they do not lie in order.
    var copy: UnsafeMutableBufferPointer<Double>
  }

  let rowCount: Int
  private let columnCount: Int
  /// Where each array begins.
  private let starts: [Int]
  private let blocks: [Block]
  /// Where the derivatives of the blocks lie.
  private let sources: UnsafeMutablePointer<UnsafePointer<Double>>
  /// Whether there are blocks for all derivatives.
  private let isComplete: Bool

  init(
    _ function: BoundFunction, arrays: Int, _ blocks: [RunDescription.Block],
    _ ranges: [Range<Int>]
  ) {
    var starts: [Int] = []
    starts.reserveCapacity(arrays + 1)
    starts.append(0)
    for array in 0..<arrays {
      starts.append(starts[array] + function.sizes(ofOutput: array).reduce(1, *))
    }
    self.starts = starts
    rowCount = starts[arrays]
    columnCount = ranges.last?.upperBound ?? 0
    self.blocks = blocks.enumerated().map { place, block in
      let rows = starts[block.array]..<starts[block.array + 1]
      let columns = ranges[block.parameter]
      let isInOrder = function.numbers(ofOutput: arrays + place) != nil
      return Block(
        output: arrays + place, rows: rows, firstColumn: columns.lowerBound, width: columns.count,
        copy: isInOrder
          ? UnsafeMutableBufferPointer(start: nil, count: 0)
          : .allocate(capacity: rows.count * columns.count))
    }
    sources = .allocate(capacity: blocks.count)
    let covered = self.blocks.reduce(0) { $0 + $1.rows.count * $1.width }
    isComplete = covered == rowCount * columnCount
  }

  deinit {
    for block in blocks { block.copy.deallocate() }
    sources.deallocate()
  }

  func readResiduals(_ function: BoundFunction, to residuals: UnsafeMutablePointer<Double>) {
    for array in 0..<starts.count - 1 {
      let (first, end) = (starts[array], starts[array + 1])
      function.copyValues(
        ofOutput: array,
        to: UnsafeMutableBufferPointer(start: residuals + first, count: end - first))
    }
  }

  /// Finds the derivatives of the function's last run.
  func locate(_ function: BoundFunction) {
    for place in blocks.indices {
      let block = blocks[place]
      if let numbers = function.numbers(ofOutput: block.output)?.baseAddress {
        (sources + place).initialize(to: numbers)
      } else if let copy = block.copy.baseAddress {
        function.copyValues(ofOutput: block.output, to: block.copy)
        (sources + place).initialize(to: UnsafePointer(copy))
      }
    }
  }

  /// Writes some rows, columns a distance apart; what has no block is 0.
  func read(_ rows: Range<Int>, to target: UnsafeMutablePointer<Double>, distance: Int) {
    for column in 0..<columnCount where !isComplete {
      (target + column * distance).update(repeating: 0, count: rows.count)
    }
    for place in blocks.indices {
      let block = blocks[place]
      let own = block.rows.clamped(to: rows)
      guard !own.isEmpty, block.width > 0 else { continue }
      let source = sources[place] + (own.lowerBound - block.rows.lowerBound) * block.width
      let start = target + (block.firstColumn * distance + own.lowerBound - rows.lowerBound)
      if block.width == 1 {
        start.update(from: source, count: own.count)
        continue
      }
      for column in 0..<block.width {
        let to = start + column * distance
        for row in 0..<own.count { to[row] = source[row * block.width + column] }
      }
    }
  }
}
