import ADCCalculus

/// Where an output begins: how many numbers from a root on.
struct OutputPlace {
  let root: Int
  let offset: Int
  let count: Int
  let isContiguous: Bool

  init(_ layout: Layout) {
    (root, offset, count) = (layout.root, layout.offset, layout.count)
    isContiguous = layout.isContiguous
  }

  /// Where the first number lies.
  @inline(__always)
  func start<Number>(_ memory: MachineMemory<Number>) -> UnsafePointer<Number> {
    UnsafePointer(memory.bases[root] + offset)
  }
}

extension BoundFunction {
  /// The sizes of an output.
  package func sizes(ofOutput index: Int) -> [Int] { outputs[index].sizes }

  /// The elements of an output of the last run, row-major.
  package func values(ofOutput index: Int) -> [Double] {
    switch program.precision {
    case .double:
      Array(UnsafeBufferPointer(start: start(ofOutput: index), count: outputPlaces[index].count))
    case .single:
      UnsafeBufferPointer<Float>(
        start: start(ofOutput: index), count: outputPlaces[index].count
      ).map { Double($0) }
    }
  }

  /// The elements of an output where they lie, until the next run; nil where they are no doubles or
  /// do not lie in order.
  package func numbers(ofOutput index: Int) -> UnsafeBufferPointer<Double>? {
    let place = outputPlaces[index]
    guard place.isContiguous, case .double = program.precision else { return nil }
    return UnsafeBufferPointer(
      start: place.start(addresses.of(Double.self)), count: place.count)
  }

  /// Copies the elements of an output of the last run, row-major, as many as there is room for.
  package func copyValues(ofOutput index: Int, to target: UnsafeMutableBufferPointer<Double>) {
    guard let base = target.baseAddress else { return }
    let count = min(outputPlaces[index].count, target.count)
    switch program.precision {
    case .double:
      let start: UnsafePointer<Double> = start(ofOutput: index)
      if count == 1 { base.pointee = start.pointee } else { base.update(from: start, count: count) }
    case .single: Float.widen(start(ofOutput: index), to: base, count)
    }
  }

  /// The elements of an output of the last run where they lie, or collected; valid until the next
  /// run or the next output that is read.
  private func start<Number: MachineNumber>(ofOutput index: Int) -> UnsafePointer<Number> {
    let memory = addresses.of(Number.self)
    let place = outputPlaces[index]
    return place.isContiguous ? place.start(memory) : outputReaders[index].read(memory)
  }

  /// The first element of an output of the last run: its value if it is a scalar.
  package func scalar(ofOutput index: Int) -> Double {
    switch program.precision {
    case .double: outputPlaces[index].start(addresses.of(Double.self)).pointee
    case .single: Double(outputPlaces[index].start(addresses.of(Float.self)).pointee)
    }
  }
}
