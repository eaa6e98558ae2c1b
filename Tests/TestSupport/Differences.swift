package import ADCCalculus

/// Derivatives of functions that can only be evaluated, by extrapolated central differences
/// (Ridders 1982).
package enum Differences {
  /// The derivative at `x`, of about ten digits for smooth functions of moderate size.
  package static func derivative(
    at x: Double, step: Double = 0.02, of function: (Double) throws -> Double
  ) rethrows -> Double {
    let levels = 6
    var rows: [[Double]] = []
    var (best, bestError) = (Double.nan, Double.infinity)
    for level in 0..<levels {
      let h = step * max(1, x.magnitude) / Double(1 << level)
      var row = [(try function(x + h) - function(x - h)) / (2 * h)]
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

  /// The same by one difference of numbers of many digits: right to the last bits of a double.
  package static func partial(
    _ function: PreciseFunction, _ values: [Double], by place: Int
  ) -> Double {
    let bits = 320
    let step = PreciseNumber(max(values[place].magnitude, 0x1p-20), bits: bits).scaled(-90)
    let ends = [step, -step].map { step -> PreciseNumber in
      var moved = values.map { PreciseNumber($0, bits: bits) }
      moved[place] = moved[place] + step
      return function(moved)
    }
    return ((ends[0] - ends[1]) / (step + step)).nearestDouble
  }

  /// The derivative where both sides agree on one, NaN at a kink.
  package static func oneSided(_ kernel: Kernel, _ values: [Double], by place: Int) -> Double {
    let step = 1e-4 * max(values[place].magnitude, 1e-2)
    let slopes = [step, -step].map { side -> Double in
      // Of second order, on one side of the point alone.
      let ends = [0, side, 2 * side].map { step -> Double in
        var moved = values
        moved[place] += step
        return value(kernel, moved)
      }
      return (-1.5 * ends[0] + 2 * ends[1] - 0.5 * ends[2]) / side
    }
    let difference = (slopes[0] - slopes[1]).magnitude
    let isOne = difference <= 1e-4 * max(slopes[0].magnitude, slopes[1].magnitude, 1e-8)
    return isOne
      ? derivative(at: values[place], step: 1e-4) { moved in
        var all = values
        all[place] = moved
        return value(kernel, all)
      } : .nan
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
