/// A CSV file of numbers, read plainly.
struct Table {
  private var columns: [String: [Double]] = [:]
  /// The number of rows.
  private(set) var count = 0

  init(_ text: String) {
    let lines = text.split(separator: "\n")
    guard let header = lines.first else { return }
    let names = header.split(separator: ",").map(String.init)
    for line in lines.dropFirst() {
      count += 1
      for (name, field) in zip(names, line.split(separator: ",")) {
        columns[name, default: []].append(Double(field) ?? .nan)
      }
    }
  }

  subscript(name: String) -> [Double] { columns[name] ?? [] }
}

/// Linear least squares by the normal equations, which a few well-scaled columns allow.
struct LeastSquares {
  private(set) var solution: [Double]
  private(set) var standardErrors: [Double]

  init(_ columns: [[Double]], _ response: [Double]) {
    let size = columns.count
    let dot = { (a: [Double], b: [Double]) in zip(a, b).map(*).reduce(0, +) }
    var rows = columns.indices.map { row in
      columns.indices.map { dot(columns[row], columns[$0]) }
        + columns.indices.map { $0 == row ? 1 : 0 } + [dot(columns[row], response)]
    }
    for pivot in 0..<size {
      rows[pivot] = rows[pivot].map { [scale = rows[pivot][pivot]] in $0 / scale }
      for row in 0..<size where row != pivot {
        let factor = rows[row][pivot]
        rows[row] = zip(rows[row], rows[pivot]).map { $0 - factor * $1 }
      }
    }
    let solution = rows.map { $0[2 * size] }
    let residuals = response.indices.map { row in
      response[row] - columns.indices.map { columns[$0][row] * solution[$0] }.reduce(0, +)
    }
    let variance = dot(residuals, residuals) / Double(response.count - size)
    self.solution = solution
    standardErrors = rows.indices.map { (variance * rows[$0][size + $0]).squareRoot() }
  }
}
