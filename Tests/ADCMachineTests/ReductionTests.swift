import ADCCalculus
import ADCMachine
import Testing

@Suite("Reductions of contiguous numbers")
struct ReductionTests {
  @Test("agree with plain loops at every count")
  func counts() {
    let random = Philox(seed: 2)
    let values = (0..<50).map { Double(random.index(below: 9, stream: 0, position: $0)) - 4 }
    let factors = (0..<50).map { $0 % 3 == 0 ? 2.0 : -1.0 }
    for count in 0...50 {
      let part = values.prefix(count)
      #expect(ReductionKernel.sum(values, count) == part.reduce(0, +))
      #expect(ReductionKernel.maximum(values, count) == part.max() ?? -.infinity)
      #expect(ReductionKernel.minimum(values, count) == part.min() ?? .infinity)
      #expect(ReductionKernel.product(factors, count) == factors.prefix(count).reduce(1, *))
    }
  }

  @Test("NaN anywhere makes extremes NaN")
  func notNumbers() {
    for place in 0..<20 {
      var values = (0..<20).map { Double($0) }
      values[place] = .nan
      #expect(ReductionKernel.maximum(values, 20).isNaN)
      #expect(ReductionKernel.minimum(values, 20).isNaN)
    }
  }

  @Test("a compensated sum keeps what a plain one loses")
  func compensated() {
    var sum = CompensatedSum()
    for x in [1, 1e100, 1, -1e100] { sum.add(x) }
    #expect(sum.value == 2)
    var tenths = CompensatedSum()
    for _ in 0..<100_000 { tenths.add(0.1) }
    #expect(tenths.value == 10_000)
    var infinite = CompensatedSum()
    for x in [1, .infinity, 2] { infinite.add(x) }
    #expect(infinite.value == .infinity)
    infinite.add(-.infinity)
    #expect(infinite.value.isNaN)
  }
}
