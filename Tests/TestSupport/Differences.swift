package import ADCCalculus

/// Derivatives of functions that can only be evaluated, by extrapolated central differences
/// (Ridders 1982).
package enum Differences {
  /// The derivative at `x`, of about ten digits for smooth functions of moderate size.
  package static func derivative(
    at x: Double, step: Double = 0.02, of function: (Double) -> Double
  ) -> Double {
    let levels = 6
    var rows: [[Double]] = []
    var (best, bestError) = (Double.nan, Double.infinity)
    for level in 0..<levels {
      let h = step * max(1, x.magnitude) / Double(1 << level)
      var row = [(function(x + h) - function(x - h)) / (2 * h)]
      var power = 1.0
      for order in 0..<level {
        power *= 4
        row.append(row[order] + (row[order] - rows[level - 1][order]) / (power - 1))
        let error = max(
          (row[order + 1] - row[order]).magnitude,
          (row[order + 1] - rows[level - 1][order]).magnitude)
        if error <= bestError { (best, bestError) = (row[order + 1], error) }
      }
      rows.append(row)
    }
    return best
  }

  /// The derivative of a kernel by one of its operands.
  package static func partial(_ kernel: Kernel, _ values: [Double], by place: Int) -> Double {
    derivative(at: values[place]) { value in
      var moved = values
      moved[place] = value
      return self.value(kernel, moved)
    }
  }

  /// The value of a kernel; of more than two operands by taking them from left to right.
  package static func value(_ kernel: Kernel, _ values: [Double]) -> Double {
    switch kernel {
    case .unary(let kernel): kernel.evaluate(values[0])
    case .binary(let kernel): values.dropFirst().reduce(values[0]) { kernel.evaluate($0, $1) }
    case .ternary(let kernel): kernel.evaluate(values[0], values[1], values[2])
    }
  }
}
