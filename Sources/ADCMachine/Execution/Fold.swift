import ADCCalculus

/// What a reduction has so far of the elements of one run.
struct Fold {
  let kind: ADCCalculus.Reduction
  private var folded: Double
  private var sum = CompensatedSum()

  init(_ kind: ADCCalculus.Reduction) {
    self.kind = kind
    folded = Self.identity(kind)
  }

  static func identity(_ kind: ADCCalculus.Reduction) -> Double {
    switch kind {
    case .sum, .indexOfMinimum, .indexOfMaximum: 0
    case .product: 1
    case .minimum: .infinity
    case .maximum: -.infinity
    }
  }

  var value: Double { if case .sum = kind { sum.value } else { folded } }

  mutating func restart() {
    folded = Self.identity(kind)
    sum = CompensatedSum()
  }

  /// Takes lanes, a chunk at most.
  @inline(__always)
  mutating func add(_ lanes: UnsafePointer<Double>, _ count: Int) {
    switch kind {
    case .sum: sum.add(ReductionKernel.sum(lanes, count))
    case .product: folded *= ReductionKernel.product(lanes, count)
    case .minimum: folded = Combining.lesser(folded, ReductionKernel.minimum(lanes, count))
    case .maximum: folded = Combining.greater(folded, ReductionKernel.maximum(lanes, count))
    case .indexOfMinimum, .indexOfMaximum: break
    }
  }

  /// What a fold makes of a chunk of lanes alone.
  @inline(__always)
  static func value(
    of kind: ADCCalculus.Reduction, _ lanes: UnsafePointer<Double>, _ count: Int
  ) -> Double {
    switch kind {
    // A sum begins with 0.
    case .sum: 0 + ReductionKernel.sum(lanes, count)
    case .product: ReductionKernel.product(lanes, count)
    case .minimum: ReductionKernel.minimum(lanes, count)
    case .maximum: ReductionKernel.maximum(lanes, count)
    case .indexOfMinimum, .indexOfMaximum: 0
    }
  }

  /// Takes what another fold has of elements that follow.
  @inline(__always)
  mutating func add(_ part: Double) {
    switch kind {
    case .sum: sum.add(part)
    case .product: folded *= part
    case .minimum: folded = Combining.lesser(folded, part)
    case .maximum: folded = Combining.greater(folded, part)
    case .indexOfMinimum, .indexOfMaximum: break
    }
  }
}
