// Kernels on singles: widened in registers, evaluated in double, and rounded once.

@inline(__always)
private func load(_ place: UnsafePointer<Float>) -> SIMD8<Double> {
  SIMD8<Double>(UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Float>.self))
}

@inline(__always)
private func store(_ value: SIMD8<Double>, _ place: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(place).storeBytes(of: SIMD8<Float>(value), as: SIMD8<Float>.self)
}

extension UnaryKernel {
  package static func map(
    _ x: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      store(evaluate(load(x + place)), result + place)
      place &+= 8
    }
    while place < count {
      result[place] = Float(evaluate(Double(x[place])))
      place &+= 1
    }
  }
}

extension PairKernel {
  package static func map(
    _ x: UnsafePointer<Float>, _ first: UnsafeMutablePointer<Float>,
    _ second: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      let results = evaluate(load(x + place))
      store(results.0, first + place)
      store(results.1, second + place)
      place &+= 8
    }
    while place < count {
      let results = evaluate(Double(x[place]))
      (first[place], second[place]) = (Float(results.0), Float(results.1))
      place &+= 1
    }
  }
}

extension BinaryKernel {
  package static func map(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
    _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      store(evaluate(load(x + place), load(y + place)), result + place)
      place &+= 8
    }
    while place < count {
      result[place] = Float(evaluate(Double(x[place]), Double(y[place])))
      place &+= 1
    }
  }
}

extension TernaryKernel {
  package static func map(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ z: UnsafePointer<Float>,
    _ result: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    var place = 0
    while place &+ 8 <= count {
      store(evaluate(load(x + place), load(y + place), load(z + place)), result + place)
      place &+= 8
    }
    while place < count {
      result[place] = Float(evaluate(Double(x[place]), Double(y[place]), Double(z[place])))
      place &+= 1
    }
  }
}
