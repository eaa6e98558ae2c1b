/// Numbers that matrix products are made of.
package protocol ProductNumber: SIMDScalar, AdditiveArithmetic, Hashable, Codable, Sendable {
  /// How instructions call it.
  static var element: Assembler.Element { get }
}

extension Double: ProductNumber {
  package static var element: Assembler.Element { .double }
}

extension Float: ProductNumber {
  package static var element: Assembler.Element { .single }
}

/// Copies a block of a matrix into slivers: `width` neighbours, term by term, without gaps.
enum Packing {
  /// Sliver element (j, l) is `j * across + l * along` behind the start; `count` of `width` are
  /// there, the others become 0.
  @inline(__always)
  static func sliver<Number: ProductNumber>(
    _ source: UnsafePointer<Number>, count: Int, across: Int, terms: Int, along: Int, width: Int,
    into target: UnsafeMutablePointer<Number>
  ) {
    if across == 1 {
      neighbours(source, count, terms, along, width, target)
    } else {
      var j = 0
      while j &+ 4 <= count && along == 1 {
        turned(source + j &* across, across, terms, width, target + j)
        j &+= 4
      }
      while j < count {
        let from = source + j &* across
        for l in 0..<terms { target[l &* width &+ j] = from[l &* along] }
        j &+= 1
      }
    }
    guard count < width else { return }
    for l in 0..<terms {
      for j in count..<width { target[l &* width &+ j] = .zero }
    }
  }

  @inline(__always)
  private static func neighbours<Number: ProductNumber>(
    _ source: UnsafePointer<Number>, _ count: Int, _ terms: Int, _ along: Int, _ width: Int,
    _ target: UnsafeMutablePointer<Number>
  ) {
    var (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(target))
    let size = MemoryLayout<Number>.stride
    for _ in 0..<terms {
      var j = 0
      while j &+ 4 <= count {
        let four = from.loadUnaligned(fromByteOffset: j &* size, as: SIMD4<Number>.self)
        to.storeBytes(of: four, toByteOffset: j &* size, as: SIMD4<Number>.self)
        j &+= 4
      }
      while j < count {
        to.storeBytes(
          of: from.load(fromByteOffset: j &* size, as: Number.self), toByteOffset: j &* size,
          as: Number.self)
        j &+= 1
      }
      from += along &* size
      to += width &* size
    }
  }

  /// Four rows of terms become columns, four terms at a time.
  @inline(__always)
  private static func turned<Number: ProductNumber>(
    _ source: UnsafePointer<Number>, _ across: Int, _ terms: Int, _ width: Int,
    _ target: UnsafeMutablePointer<Number>
  ) {
    func row(_ j: Int, _ l: Int) -> SIMD4<Number> {
      UnsafeRawPointer(source + (j &* across &+ l)).loadUnaligned(as: SIMD4<Number>.self)
    }
    func store(_ four: SIMD4<Number>, _ l: Int) {
      UnsafeMutableRawPointer(target + l &* width).storeBytes(of: four, as: SIMD4<Number>.self)
    }
    var l = 0
    while l &+ 4 <= terms {
      let (r0, r1, r2, r3) = (row(0, l), row(1, l), row(2, l), row(3, l))
      store(SIMD4(r0[0], r1[0], r2[0], r3[0]), l)
      store(SIMD4(r0[1], r1[1], r2[1], r3[1]), l &+ 1)
      store(SIMD4(r0[2], r1[2], r2[2], r3[2]), l &+ 2)
      store(SIMD4(r0[3], r1[3], r2[3], r3[3]), l &+ 3)
      l &+= 4
    }
    while l < terms {
      for j in 0..<4 { target[l &* width &+ j] = source[j &* across &+ l] }
      l &+= 1
    }
  }
}
