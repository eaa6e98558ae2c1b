import ADCCalculus
import TestSupport
import Testing

@Suite("Kernels for singles are as near as a single shows")
struct KernelSingleTests {
  private static let kernels: [any UnaryKernel.Type] = Catalogue.operators.compactMap { entry in
    guard case .elementwise(.unary(let kernel)) = entry.execution, kernel.inSingle != kernel else {
      return nil
    }
    return kernel
  }

  private static let special: [Float] = [
    0, -0.0, 1, -1, 0.5, -0.5, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
    .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity,
    -.infinity, .nan, 88.7, 88.73, 89.5, -87.4, -103.9, -104.1, 90.1, 9.01, 10.1, -1e4, 1e4,
  ]

  @Test func thereAreSome() { #expect(Self.kernels.count == 6) }

  /// Random bits, so that all sizes come; and all between -20 and 20.
  @Test(arguments: 0..<6) func errors(place: Int) throws {
    let kernel = Self.kernels[place]
    var random = SeededGenerator(seed: UInt64(place))
    for index in 0..<200_000 {
      let x =
        index < Self.special.count
        ? Self.special[index]
        : index % 2 == 0
          ? Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
          : Float.random(in: -20...20, using: &random)
      let (found, exact) = (
        kernel.inSingle.value(Double(x)), kernel.value(Double(x))
      )
      let rounded = Float(exact)
      if !rounded.isFinite {
        let isSame = rounded.isNaN ? found.isNaN : Float(found) == rounded
        #expect(isSame, "\(kernel) \(x) \(found)")
        continue
      }
      let units = (found - exact).magnitude / Double(rounded.ulp)
      try #require(units <= 0.012, "\(kernel) of \(x) is off by \(units)")
      #expect(found.sign == exact.sign || found.isNaN)
    }
  }
}
