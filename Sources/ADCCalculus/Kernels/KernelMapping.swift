private typealias Vector = SIMD8<Double>

@inline(__always)
private func load(_ place: UnsafePointer<Double>) -> Vector {
  UnsafeRawPointer(place).loadUnaligned(as: Vector.self)
}

@inline(__always)
private func store(_ value: Vector, _ place: UnsafeMutablePointer<Double>) {
  UnsafeMutableRawPointer(place).storeBytes(of: value, as: Vector.self)
}

extension UnaryKernel {
  /// `evaluate` of one number, compiled for the kernel where the caller knows it at run time only.
  package static func value(_ x: Double) -> Double {
    var result = 0.0
    withUnsafePointer(to: x) { xPlace in
      map(xPlace, &result, 1)
    }
    return result
  }

  /// The kernel on `count` elements: whole vectors, then the rest one by one.
  package static func map(
    _ x: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      store(evaluate(load(x + place)), result + place)
      place &+= 8
    }
    while place < count {
      result[place] = evaluate(x[place])
      place &+= 1
    }
  }
}

extension BinaryKernel {
  /// `evaluate` of numbers, compiled for the kernel where the caller knows it at run time only.
  package static func value(_ x: Double, _ y: Double) -> Double {
    var result = 0.0
    withUnsafePointer(to: x) { xPlace in
      withUnsafePointer(to: y) { yPlace in
        map(xPlace, yPlace, &result, 1)
      }
    }
    return result
  }

  /// The kernel on `count` pairs of elements: whole vectors, then the rest one by one.
  package static func map(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      store(evaluate(load(x + place), load(y + place)), result + place)
      place &+= 8
    }
    while place < count {
      result[place] = evaluate(x[place], y[place])
      place &+= 1
    }
  }
}

extension TernaryKernel {
  /// `evaluate` of numbers, compiled for the kernel where the caller knows it at run time only.
  package static func value(_ x: Double, _ y: Double, _ z: Double) -> Double {
    var result = 0.0
    withUnsafePointer(to: x) { xPlace in
      withUnsafePointer(to: y) { yPlace in
        withUnsafePointer(to: z) { zPlace in
          map(xPlace, yPlace, zPlace, &result, 1)
        }
      }
    }
    return result
  }

  /// The kernel on `count` triples of elements: whole vectors, then the rest one by one.
  package static func map(
    _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ z: UnsafePointer<Double>,
    _ result: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      store(evaluate(load(x + place), load(y + place), load(z + place)), result + place)
      place &+= 8
    }
    while place < count {
      result[place] = evaluate(x[place], y[place], z[place])
      place &+= 1
    }
  }
}

extension UnaryKernel {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? { nil }
}

extension PairKernel {
  /// The kernel on `count` elements, its two results in two places that are not the operand's.
  package static func map(
    _ x: UnsafePointer<Double>, _ first: UnsafeMutablePointer<Double>,
    _ second: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      let results = evaluate(load(x + place))
      store(results.0, first + place)
      store(results.1, second + place)
      place &+= 8
    }
    while place < count {
      (first[place], second[place]) = evaluate(x[place])
      place &+= 1
    }
  }
}
