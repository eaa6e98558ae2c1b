import ADCCalculus
import ADCPlatform

/// How much a program may ask for.
package struct MachineLimits: Hashable, Sendable {
  /// The memory of one bound function in bytes, symbols not included.
  package var bytes: Int

  /// Unless given 16 GiB, or what the process may have where that is less.
  package init(bytes: Int = min(1 << 34, CurrentProcess.memoryBound)) { self.bytes = bytes }
}

/// Turns dimensions into numbers, with an error for each way that this can go wrong.
struct SizeReader {
  let sizes: [String: Int]
  let limits: MachineLimits

  func value(_ dimension: Dimension) throws(MachineError) -> Int {
    if let known = dimension.known { return known }
    for term in dimension.terms where sizes[term.name] == nil {
      throw .missingSize(term.name)
    }
    guard let value = dimension.value(sizes) else {
      throw .badSize("the size \(dimension) is too large")
    }
    return value
  }

  /// The sizes of a shape; none is negative and their product is within the limits.
  func values(_ shape: Shape) throws(MachineError) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(shape.rank)
    var total = 1
    for dimension in shape.dimensions {
      let size = try value(dimension)
      guard size >= 0 else { throw .badSize("the dimension \(dimension) of \(shape) is \(size)") }
      let (product, overflow) = total.multipliedReportingOverflow(by: max(size, 1))
      if overflow || product > limits.bytes / 8 {
        throw .tooMuchMemory(
          bytes: overflow ? .max : product.multipliedSaturating(by: 8), limit: limits.bytes)
      }
      total = product
      result.append(size)
    }
    return result
  }
}

extension Int {
  func multipliedSaturating(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  func addedSaturating(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
