import ADCCalculus
import Testing

private let unaryKernels: [any UnaryKernel.Type] =
  CatalogueEntry.elementwise.compactMap {
    if case .unary(let kernel) = $0.kernel { kernel } else { nil }
  } + [Square.self, Reciprocal.self]

private let binaryKernels: [any BinaryKernel.Type] =
  CatalogueEntry.elementwise.compactMap {
    if case .binary(let kernel) = $0.kernel { kernel } else { nil }
  }

/// Numbers of every kind: special values, ordinary ones, and bit patterns at random.
private let samples: [Double] = {
  let random = Philox(seed: 11)
  var samples: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, .infinity, -.infinity, .nan, 0x1p-1074, -0x1p-1074,
    0x1p-1022, 0x1.fffffffffffffp1023, -0x1.fffffffffffffp1023, 709.78, 709.79, 710, -745.1,
    -745.2, -708.4, 22, -22, 0x1p52, 0x1p53, -0x1p51 - 0.5, 0x1p52 - 0.5, 1e5, 99_999.99, 1e300,
    -1e300, 0x1.6a09e667f3bcdp-1, 0x1.6a09e667f3bccp-1, 3, -3, 0.49999999999999994,
  ]
  for position in 0..<300 {
    let place = UInt64(position)
    samples.append(random.normal(stream: 0, position: place) * 3)
    samples.append((random.uniform(stream: 1, position: place) - 0.5) * 1600)
    let words = random.block((place, 2))
    samples.append(Double(bitPattern: UInt64(words.0) << 32 | UInt64(words.1)))
  }
  return samples
}()

private func bits(_ values: [Double]) -> [UInt64] {
  values.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
}

@Suite("Kernels over vectors and over single lanes")
struct KernelLaneTests {
  @Test("unary ones give the same bits", arguments: unaryKernels.indices)
  func unary(_ place: Int) {
    let kernel = unaryKernels[place]
    var together = samples
    kernel.map(samples, &together, samples.count)
    #expect(bits(together) == bits(samples.map { value(kernel, at: $0) }), "\(kernel)")
  }

  @Test("binary ones give the same bits", arguments: binaryKernels.indices)
  func binary(_ place: Int) {
    let kernel = binaryKernels[place]
    let others = Array(samples.reversed())
    var together = samples
    kernel.map(samples, others, &together, samples.count)
    let alone = zip(samples, others).map { value(kernel, at: $0, $1) }
    #expect(bits(together) == bits(alone), "\(kernel)")
  }

  @Test("two that share work give the bits that each gives alone")
  func pairs() {
    let kernels = unaryKernels + unaryKernels.map { $0.inSingle }
    var count = 0
    for (first, second) in kernels.flatMap({ first in kernels.map { (first, $0) } }) {
      guard let pair = first.together(with: second) else { continue }
      count += 1
      var (left, right) = (samples, samples)
      pair.map(samples, &left, &right, samples.count)
      #expect(bits(left) == bits(samples.map { value(first, at: $0) }), "\(pair)")
      #expect(bits(right) == bits(samples.map { value(second, at: $0) }), "\(pair)")
      let singles = samples.map { Float($0) }
      var (leftSingles, rightSingles, alone) = (singles, singles, singles)
      pair.map(singles, &leftSingles, &rightSingles, singles.count)
      first.map(singles, &alone, singles.count)
      #expect(bits(leftSingles.map { Double($0) }) == bits(alone.map { Double($0) }), "\(pair)")
      second.map(singles, &alone, singles.count)
      #expect(bits(rightSingles.map { Double($0) }) == bits(alone.map { Double($0) }), "\(pair)")
    }
    #expect(count >= 8)
  }

  @Test("roots of vectors round as those of numbers")
  func roots() {
    let singles = samples.map { Float($0) }
    for count in 0...17 {
      var (wide, narrow) = (samples, singles)
      (Sqrt.self as any UnaryKernel.Type).map(samples, &wide, count)
      (Sqrt.self as any UnaryKernel.Type).map(singles, &narrow, count)
      for place in 0..<count {
        #expect(bits([wide[place]]) == bits([samples[place].squareRoot()]))
        #expect(bits([Double(narrow[place])]) == bits([Double(singles[place].squareRoot())]))
      }
    }
  }

  @Test("a kernel may write over its operands, and writes no more than its count")
  func inPlace() {
    for count in 0...17 {
      var values = (0..<20).map { Double($0) * 0.25 }
      let expected = values.enumerated().map { $0 < count ? Exp.evaluate($1) : $1 }
      values.withUnsafeMutableBufferPointer { memory in
        guard let start = memory.baseAddress else { return }
        (Exp.self as any UnaryKernel.Type).map(UnsafePointer(start), start, count)
      }
      #expect(values == expected)
    }
  }

  @Test("a condition chooses, and what is not chosen has no influence")
  func selection() {
    let condition: [Double] = [0, 1, -0.0, .nan, 2, 0, 0, 1, 1, 0]
    let yes = [Double](repeating: 1, count: 5) + [.nan, .infinity, 7, 8, 9]
    let no = [Double](repeating: 2, count: 7) + [.nan, .nan, 3]
    var result = yes
    (Select.self as any TernaryKernel.Type).map(condition, yes, no, &result, 10)
    #expect(result == [2, 1, 2, 1, 1, 2, 2, 7, 8, 3])
  }
}
