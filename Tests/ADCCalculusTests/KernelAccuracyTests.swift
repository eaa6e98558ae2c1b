import ADCCalculus
import Testing

/// Points of the tables "x, y, error | …": y is the double nearest to the function's value and
/// `error` the rest of the value in units of y's last place; all from arithmetic of 1300 bits.
enum KernelReferences {
  struct Point {
    let x: Double
    let y: Double
    let rest: Double
  }

  static func points(_ table: String) -> [Point] {
    table.split(whereSeparator: { $0 == "|" || $0.isNewline }).compactMap { entry in
      let numbers = entry.split(separator: " ").compactMap { Double($0) }
      return numbers.count == 3 ? Point(x: numbers[0], y: numbers[1], rest: numbers[2]) : nil
    }
  }
}

private struct Promise: Sendable, CustomTestStringConvertible {
  let kernel: any UnaryKernel.Type
  let bound: Double
  let table: String

  init(_ kernel: any UnaryKernel.Type, within bound: Double, _ table: String) {
    self.kernel = kernel
    self.bound = bound
    self.table = table
  }

  var testDescription: String { "\(kernel) within \(bound) ulp" }
}

private let promises: [Promise] = [
  Promise(Exp.self, within: 0.8, KernelReferences.exp),
  Promise(Expm1.self, within: 1.1, KernelReferences.expm1),
  Promise(Sigmoid.self, within: 0.8, KernelReferences.sigmoid),
  Promise(Softplus.self, within: 1.5, KernelReferences.softplus),
  Promise(Sinh.self, within: 1.3, KernelReferences.sinh),
  Promise(Cosh.self, within: 1, KernelReferences.cosh),
  Promise(Tanh.self, within: 0.8, KernelReferences.tanh),
  Promise(Asinh.self, within: 2, KernelReferences.asinh),
  Promise(Acosh.self, within: 2, KernelReferences.acosh),
  Promise(Atanh.self, within: 2, KernelReferences.atanh),
  Promise(Log.self, within: 0.9, KernelReferences.log),
  Promise(Log1p.self, within: 1, KernelReferences.log1p),
  Promise(Log2.self, within: 1, KernelReferences.log2),
  Promise(Log10.self, within: 2, KernelReferences.log10),
  Promise(Sqrt.self, within: 0.5, KernelReferences.sqrt),
  Promise(Cbrt.self, within: 0.7, KernelReferences.cbrt),
  Promise(Sin.self, within: 0.8, KernelReferences.sin),
  Promise(Cos.self, within: 0.8, KernelReferences.cos),
  Promise(Tan.self, within: 0.9, KernelReferences.tan),
  Promise(Asin.self, within: 1, KernelReferences.asin),
  Promise(Acos.self, within: 1, KernelReferences.acos),
  Promise(Atan.self, within: 0.7, KernelReferences.atan),
  Promise(Erf.self, within: 1, KernelReferences.erf),
  Promise(Erfc.self, within: 5, KernelReferences.erfc),
  Promise(Gamma.self, within: 5, KernelReferences.gamma),
  Promise(Lgamma.self, within: 8, KernelReferences.lgamma),
  Promise(Digamma.self, within: 20, KernelReferences.digamma),
  Promise(Trigamma.self, within: 8, KernelReferences.trigamma),
]

@Suite("Kernels against multiple-precision values")
struct KernelAccuracyTests {
  @Test("keep their error bounds", arguments: promises)
  fileprivate func bound(_ promise: Promise) {
    let points = KernelReferences.points(promise.table)
    #expect(points.count >= 30)
    var worst = (error: 0.0, x: 0.0)
    for point in points {
      let y = value(promise.kernel, at: point.x)
      let error = ((y - point.y) / point.y.ulp - point.rest).magnitude
      if !(error <= worst.error) { worst = (error, point.x) }
    }
    #expect(worst.error <= promise.bound, "at \(worst.x)")
  }
}

/// A kernel's value through the type-erased path that the machine takes.
func value(_ kernel: any UnaryKernel.Type, at x: Double) -> Double {
  var result = Double.nan
  withUnsafePointer(to: x) { kernel.map($0, &result, 1) }
  return result
}

/// A kernel's value through the type-erased path that the machine takes.
func value(_ kernel: any BinaryKernel.Type, at x: Double, _ y: Double) -> Double {
  var result = Double.nan
  withUnsafePointer(to: x) { first in
    withUnsafePointer(to: y) { kernel.map(first, $0, &result, 1) }
  }
  return result
}
