/// Rows of a matrix and of a right side beside it, in memory that is taken once for all matrices of
/// a size: column by column, each filled up with zeros to whole vectors.
struct RowPanel: ~Copyable {
  typealias Lanes = SIMD4<Double>
  /// Writes some rows of a matrix, columns a distance apart.
  typealias Reader = (_ rows: Range<Int>, _ target: UnsafeMutablePointer<Double>, _ distance: Int)
    -> Void

  /// As many rows of few columns stay in the first-level cache.
  private static let mostRows = 256

  /// The rows of the matrix.
  let total: Int
  /// The columns, of which the right side is the last.
  let width: Int
  /// The most rows in the panel.
  let rowCount: Int
  private let stride: Int
  private let columns: UnsafeMutablePointer<Lanes>

  init(rows: Int, columns: Int) {
    let panels = max((rows + Self.mostRows - 1) / Self.mostRows, 1)
    (total, width) = (rows, columns + 1)
    rowCount = max((rows + panels - 1) / panels, 1)
    stride = (rowCount + 3) / 4
    self.columns = .allocate(capacity: stride * width)
  }

  deinit { columns.deallocate() }

  /// Where a column begins.
  func numbers(_ column: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(columns + column * stride).assumingMemoryBound(to: Double.self)
  }

  /// Reads rows of a matrix and of a right side.
  func fill(_ rows: Range<Int>, _ matrix: Reader, _ right: UnsafePointer<Double>) {
    let whole = rows.count / 4
    for column in 0..<width where 4 * whole < rows.count {
      columns[column * stride + whole] = Lanes()
    }
    matrix(rows, numbers(0), 4 * stride)
    numbers(width - 1).update(from: right + rows.lowerBound, count: rows.count)
  }

  /// Multiplies the columns by numbers.
  func scale(_ factors: UnsafePointer<Double>) {
    for column in 0..<width {
      for place in 0..<stride { columns[column * stride + place] *= factors[column] }
    }
  }

  /// The largest magnitude in so many rows of a column; NaN where there is one.
  func largest(_ column: Int, rows: Int) -> Double {
    var largest = 0.0
    for row in 0..<rows {
      let size = abs(numbers(column)[row])
      largest = size > largest || size.isNaN ? size : largest
    }
    return largest
  }

  /// Eliminates the panel's rows by reflections that put them into a triangular matrix R, whose
  /// columns and right side lie one after another.
  /// - Parameter isScaled: whether the largest entries are near 1, and what vanishes beside them is
  ///   0.
  /// - Returns: false where squares leave the range of numbers; nothing is to be taken from R then.
  func eliminate(rows: Int, into r: UnsafeMutablePointer<Double>, isScaled: Bool) -> Bool {
    let (order, count) = (width - 1, (rows + 3) / 4)
    var squares = Self.squares(columns, count)
    for step in 0..<order {
      let vector = columns + step * stride
      guard squares > 1e-280, squares < 1e280 else {
        guard isScaled || largest(step, rows: rows) == 0 else { return false }
        squares = Self.squares(vector + stride, count)
        continue
      }
      let top = r + (step * order + step)
      let norm = (top[0] * top[0] + squares).squareRoot()
      let corner = top[0] > 0 ? -norm : norm
      let reflection = Reflection(
        vector: vector, count: count, head: top[0] - corner,
        scale: 1 / (norm * (norm + abs(top[0]))))
      top[0] = corner
      squares = reflect(reflection, from: step + 1, tops: top + order, order)
    }
    return true
  }

  /// Reflects the columns from one on, whose rows in R are a distance apart.
  /// - Returns: the sum of the squares of the first.
  @inline(__always)
  private func reflect(
    _ reflection: Reflection, from first: Int, tops: UnsafeMutablePointer<Double>,
    _ distance: Int
  ) -> Double {
    var (column, squares) = (first, 0.0)
    var (place, top) = (columns + first * stride, tops)
    while column + 4 <= width {
      let sum = reflection.applyToFour(place, stride, top, distance)
      if column == first { squares = sum }
      (place, top, column) = (place + 4 * stride, top + 4 * distance, column + 4)
    }
    if column + 2 <= width {
      let sum = reflection.applyToTwo(place, stride, top, distance)
      if column == first { squares = sum }
      (place, top, column) = (place + 2 * stride, top + 2 * distance, column + 2)
    }
    if column < width {
      let sum = reflection.apply(place, top)
      if column == first { squares = sum }
    }
    return squares
  }

  private static func squares(_ column: UnsafePointer<Lanes>, _ count: Int) -> Double {
    var sums = Lanes()
    for place in 0..<count { sums += column[place] * column[place] }
    return Reflection.sum(sums)
  }
}

/// A reflection x - v (scale v' x), whose vector has a first entry apart from the others.
struct Reflection {
  typealias Lanes = RowPanel.Lanes
  typealias Place = UnsafeMutablePointer<Lanes>

  let vector: Place
  let count: Int
  let head: Double
  let scale: Double

  @inline(__always)
  static func sum(_ lanes: Lanes) -> Double {
    let pair = lanes.lowHalf + lanes.highHalf
    return pair.x + pair.y
  }

  /// What a product comes to with the column's first entry, which is changed.
  @inline(__always)
  private func factor(_ lanes: Lanes, _ top: UnsafeMutablePointer<Double>) -> Double {
    let factor = (Self.sum(lanes) + head * top.pointee) * scale
    top.pointee -= factor * head
    return factor
  }

  /// - Returns: the sum of the squares of the column afterwards, without its first entry.
  @inline(__always)
  func apply(_ column: Place, _ top: UnsafeMutablePointer<Double>) -> Double {
    var (sums, squares) = (Lanes(), Lanes())
    for place in 0..<count { sums += vector[place] * column[place] }
    let factor = factor(sums, top)
    for place in 0..<count {
      let value = column[place] - factor * vector[place]
      column[place] = value
      squares += value * value
    }
    return Self.sum(squares)
  }

  /// The same for two columns that lie a distance apart; of the first one the squares.
  @inline(__always)
  func applyToTwo(
    _ first: Place, _ stride: Int, _ top: UnsafeMutablePointer<Double>, _ distance: Int
  ) -> Double {
    let second = first + stride
    var (sums, others, squares) = (Lanes(), Lanes(), Lanes())
    for place in 0..<count {
      let own = vector[place]
      sums += own * first[place]
      others += own * second[place]
    }
    let (factor, other) = (factor(sums, top), factor(others, top + distance))
    for place in 0..<count {
      let own = vector[place]
      let value = first[place] - factor * own
      first[place] = value
      squares += value * value
      second[place] -= other * own
    }
    return Self.sum(squares)
  }

  /// The same for four.
  @inline(__always)
  func applyToFour(
    _ first: Place, _ stride: Int, _ top: UnsafeMutablePointer<Double>, _ distance: Int
  ) -> Double {
    let (second, third, fourth) = (first + stride, first + 2 * stride, first + 3 * stride)
    var (a, b, c, d) = (Lanes(), Lanes(), Lanes(), Lanes())
    for place in 0..<count {
      let own = vector[place]
      a += own * first[place]
      b += own * second[place]
      c += own * third[place]
      d += own * fourth[place]
    }
    let (s, t) = (factor(a, top), factor(b, top + distance))
    let (u, v) = (factor(c, top + 2 * distance), factor(d, top + 3 * distance))
    var squares = Lanes()
    for place in 0..<count {
      let own = vector[place]
      let value = first[place] - s * own
      first[place] = value
      squares += value * value
      second[place] -= t * own
      third[place] -= u * own
      fourth[place] -= v * own
    }
    return Self.sum(squares)
  }
}
