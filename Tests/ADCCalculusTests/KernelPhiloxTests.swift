import ADCCalculus
import Testing

@Suite("Counter-based random numbers")
struct KernelPhiloxTests {
  /// The known answers that Random123 publishes for philox4x32-10.
  @Test("the published known answers")
  func knownAnswers() {
    #expect(
      Philox(seed: 0).block((0, 0)) == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox(seed: .max).block((.max, .max))
        == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox(seed: 0x299f_31d0_a409_3822).block((0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e))
        == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test("uniform draws: the range, two moments, and no two streams alike")
  func uniform() {
    let random = Philox(seed: 1)
    let count = 20_000
    let draws = (0..<count).map { random.uniform(stream: 4, position: UInt64($0)) }
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
    let mean = draws.reduce(0, +) / Double(count)
    let square = draws.reduce(0) { $0 + $1 * $1 } / Double(count)
    // Five standard deviations of the mean of so many.
    #expect((mean - 0.5).magnitude < 5 * (1 / 12.0 / Double(count)).squareRoot())
    #expect((square - 1 / 3.0).magnitude < 5 * (4 / 45.0 / Double(count)).squareRoot())
    #expect(random.uniform(stream: 5, position: 0) != draws[0])
    #expect(Philox(seed: 2).uniform(stream: 4, position: 0) != draws[0])
    #expect(random.uniform(stream: 4, position: 77) == draws[77])
  }

  @Test("drawing many at once gives the same numbers")
  func fill() {
    let random = Philox(seed: 5)
    for first: UInt64 in [0, 1, 7, .max - 3] {
      for count in 0...9 {
        var together = [Double](repeating: -1, count: 10)
        random.fillUniform(&together, count, stream: 3, from: first)
        let alone = (0..<count).map {
          random.uniform(stream: 3, position: first &+ UInt64($0))
        }
        #expect(Array(together.prefix(count)) == alone)
        #expect(together[count] == -1)
      }
    }
  }

  @Test("normal draws: four moments")
  func normal() {
    let random = Philox(seed: 9)
    let count = 20_000
    let draws = (0..<count).map { random.normal(stream: 0, position: UInt64($0)) }
    func moment(_ power: (Double) -> Double) -> Double {
      draws.reduce(0) { $0 + power($1) } / Double(count)
    }
    let unit = 5 / Double(count).squareRoot()
    #expect(moment { $0 }.magnitude < unit)
    #expect((moment { $0 * $0 } - 1).magnitude < unit * 2.0.squareRoot())
    #expect(moment { $0 * $0 * $0 }.magnitude < unit * 15.0.squareRoot())
    #expect((moment { $0 * $0 * $0 * $0 } - 3).magnitude < unit * 96.0.squareRoot())
  }

  @Test("indices are equally likely, and within any bound")
  func indices() {
    let random = Philox(seed: 3)
    var counts = [Int](repeating: 0, count: 7)
    for position in 0..<14_000 {
      counts[random.index(below: 7, stream: 1, position: UInt64(position))] += 1
    }
    for count in counts { #expect((count - 2000).magnitude < 5 * 42) }
    // A bound just above 2^62 refuses a quarter of all words.
    let bound = (1 << 62) + 1
    for position in 0..<200 {
      let index = random.index(below: bound, stream: 2, position: UInt64(position))
      #expect((0..<bound).contains(index))
    }
    #expect(random.index(below: 1, stream: 0, position: 0) == 0)
    #expect(random.index(below: 0, stream: 0, position: 0) == 0)
    #expect(random.index(below: -5, stream: 0, position: 0) == 0)
  }

  @Test("permutations hold every number once and depend on the stream")
  func permutations() {
    let random = Philox(seed: 6)
    var order: [Int32] = [9, 9]
    random.permutation(1000, stream: 1, into: &order)
    #expect(order.sorted() == Array(0..<1000))
    let first = order
    random.permutation(1000, stream: 2, into: &order)
    #expect(order != first)
    random.permutation(1000, stream: 1, into: &order)
    #expect(order == first)
    var seen: [[Int32]: Int] = [:]
    for stream in 0..<6000 {
      random.permutation(3, stream: UInt64(stream), into: &order)
      seen[order, default: 0] += 1
    }
    #expect(seen.count == 6)
    for count in seen.values { #expect((count - 1000).magnitude < 5 * 29) }
    random.permutation(0, stream: 0, into: &order)
    #expect(order.isEmpty)
    random.permutation(-1, stream: 0, into: &order)
    #expect(order.isEmpty)
  }
}
