#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The network of `Samples/lstm.ad` with trained parameters, one number after the other.
struct LongShortTermMemory {
  private let cells = 8
  private let input: [Double]
  private let recurrent: [[Double]]
  private let bias: [Double]
  private let readout: [Double]
  private let shift: Double

  init(_ saved: JSON) throws {
    let parameters = saved["parameters"]
    input = parameters["Wx"].numbers
    let weights = parameters["Wh"].numbers
    recurrent = (0..<8).map { row in Array(weights[32 * row..<32 * (row + 1)]) }
    bias = parameters["b"].numbers
    readout = parameters["V"].numbers
    shift = parameters["d"].numbers.first ?? .nan
  }

  /// The mean squared error of what the network says next.
  func loss(_ now: [Double], _ next: [Double]) -> Double {
    var (h, c) = ([Double](repeating: 0, count: cells), [Double](repeating: 0, count: cells))
    var total = 0.0
    for (value, wanted) in zip(now, next) {
      let sums = (0..<4 * cells).map { column in
        bias[column] + value * input[column]
          + (0..<cells).reduce(0) { $0 + h[$1] * recurrent[$1][column] }
      }
      for cell in 0..<cells {
        let (write, keep, show, candidate) = (
          sums[cell], sums[cells + cell], sums[2 * cells + cell], sums[3 * cells + cell]
        )
        c[cell] = gate(keep + 1) * c[cell] + gate(write) * tanh(candidate)
        h[cell] = gate(show) * tanh(c[cell])
      }
      let said = shift + (0..<cells).reduce(0) { $0 + h[$1] * readout[$1] }
      total += (said - wanted) * (said - wanted)
    }
    return total / Double(now.count)
  }

  private func gate(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
