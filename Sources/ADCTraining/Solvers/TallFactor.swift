/// R of a matrix A = Q R that has many rows for its columns, and Q' b of a right side, by
/// Householder's reflections of panel after panel (Demmel, Grigori, Hoemmen and Langou,
/// Communication-optimal parallel and sequential QR and LU factorizations, 2012, section 3). Takes
/// 2 m n^2 operations, and no room for A.
struct TallFactor: ~Copyable {
  let order: Int
  /// R, column by column; below its diagonal there are zeros.
  let entries: UnsafeMutablePointer<Double>
  /// The first entries of Q' b.
  let right: UnsafeMutablePointer<Double>
  private let scales: UnsafeMutablePointer<Double>

  init(order: Int) {
    self.order = order
    entries = .allocate(capacity: order * (order + 1) + order + 1)
    right = entries + order * order
    scales = right + order
  }

  deinit { entries.deallocate() }

  /// Takes a matrix and a right side.
  func take(
    _ matrix: RowPanel.Reader, _ right: UnsafePointer<Double>, _ panel: borrowing RowPanel
  ) {
    if reduce(matrix, right, panel, isScaled: false) { return }
    guard findScales(matrix, right, panel), reduce(matrix, right, panel, isScaled: true)
    else {
      entries.update(repeating: .nan, count: order * (order + 1))
      return
    }
    for column in 0...order {
      for row in 0..<order { entries[column * order + row] /= scales[column] }
    }
  }

  private func reduce(
    _ matrix: RowPanel.Reader, _ right: UnsafePointer<Double>, _ panel: borrowing RowPanel,
    isScaled: Bool
  ) -> Bool {
    entries.update(repeating: 0, count: order * (order + 1))
    for first in stride(from: 0, to: panel.total, by: panel.rowCount) {
      let rows = first..<min(first + panel.rowCount, panel.total)
      panel.fill(rows, matrix, right)
      if isScaled { panel.scale(scales) }
      guard panel.eliminate(rows: rows.count, into: entries, isScaled: isScaled)
      else { return false }
    }
    return true
  }

  /// Powers of two that bring the columns near 1.
  /// - Returns: false where there are entries that are no finite numbers.
  private func findScales(
    _ matrix: RowPanel.Reader, _ right: UnsafePointer<Double>, _ panel: borrowing RowPanel
  ) -> Bool {
    scales.update(repeating: 0, count: order + 1)
    for first in stride(from: 0, to: panel.total, by: panel.rowCount) {
      let rows = first..<min(first + panel.rowCount, panel.total)
      panel.fill(rows, matrix, right)
      for column in 0...order {
        let largest = panel.largest(column, rows: rows.count)
        guard largest.isFinite else { return false }
        scales[column] = max(scales[column], largest)
      }
    }
    for column in 0...order {
      let exponent = scales[column] == 0 ? 0 : max(-scales[column].exponent, -1000)
      scales[column] = Double(sign: .plus, exponent: min(exponent, 1000), significand: 1)
    }
    return true
  }
}
