// The library takes the roots of a vector one by one, each with a call for numbers below zero; the
// processor takes those of a register at once. Both round correctly.
#if arch(x86_64)
  internal import _Builtin_intrinsics.intel.sse
  internal import _Builtin_intrinsics.intel.sse2

  extension Sqrt {
    package static func map(
      _ x: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ count: Int
    ) {
      var place = 0
      while place &+ 4 <= count {
        let four = UnsafeRawPointer(x + place).loadUnaligned(as: SIMD4<Double>.self)
        let roots = SIMD4(lowHalf: _mm_sqrt_pd(four.lowHalf), highHalf: _mm_sqrt_pd(four.highHalf))
        UnsafeMutableRawPointer(result + place).storeBytes(of: roots, as: SIMD4<Double>.self)
        place &+= 4
      }
      while place < count {
        result[place] = x[place].squareRoot()
        place &+= 1
      }
    }

    /// In single, which rounds as in double and then to single.
    package static func map(
      _ x: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ count: Int
    ) {
      var place = 0
      while place &+ 4 <= count {
        let four = UnsafeRawPointer(x + place).loadUnaligned(as: SIMD4<Float>.self)
        UnsafeMutableRawPointer(result + place).storeBytes(
          of: _mm_sqrt_ps(four), as: SIMD4<Float>.self)
        place &+= 4
      }
      while place < count {
        result[place] = x[place].squareRoot()
        place &+= 1
      }
    }
  }
#endif
