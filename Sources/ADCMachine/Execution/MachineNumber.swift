package import ADCCalculus

/// The numbers that a program's memory holds: doubles, or singles.
///
/// What is generic over them is made for both when the machine is compiled.
package protocol MachineNumber: ProductNumber, BinaryFloatingPoint {
  /// What programs call numbers of this kind.
  static var precision: Precision { get }

  /// Arrays rounded to this, or taken as they are.
  static func map(
    _ kernel: any UnaryKernel.Type, _ x: UnsafePointer<Self>, _ to: UnsafeMutablePointer<Self>,
    _ count: Int)
  static func map(
    _ kernel: any BinaryKernel.Type, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>,
    _ to: UnsafeMutablePointer<Self>, _ count: Int)
  static func map(
    _ kernel: any PairKernel.Type, _ x: UnsafePointer<Self>, _ to: UnsafeMutablePointer<Self>,
    _ and: UnsafeMutablePointer<Self>, _ count: Int)
  static func map(
    _ kernel: any TernaryKernel.Type, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>,
    _ z: UnsafePointer<Self>, _ to: UnsafeMutablePointer<Self>, _ count: Int)

  /// The bits, for comparisons.
  var pattern: UInt64 { get }

  /// A uniform number below 1, of the bits of a double one that there is room for.
  static func uniform(_ draw: Double) -> Self
}

extension MachineNumber {
  /// Where doubles lie that memory of these numbers holds: the memory itself where these are
  /// doubles, else nil.
  @inline(__always)
  static func doubles(_ place: UnsafeMutablePointer<Self>) -> UnsafeMutablePointer<Double>? {
    areDoubles ? UnsafeMutableRawPointer(place).assumingMemoryBound(to: Double.self) : nil
  }

  /// Known when the code for a kind of numbers is made.
  @inline(__always)
  static var areDoubles: Bool { Self.self == Double.self }

  @inline(__always)
  static func widen(
    _ x: UnsafePointer<Self>, to result: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    for index in 0..<count { result[index] = Double(x[index]) }
  }

  @inline(__always)
  static func round(
    _ x: UnsafePointer<Double>, to result: UnsafeMutablePointer<Self>, _ count: Int
  ) {
    for index in 0..<count { result[index] = Self(x[index]) }
  }
}

extension Double: MachineNumber {
  package static var precision: Precision { .double }
  package var pattern: UInt64 { bitPattern }

  @inline(__always)
  package static func uniform(_ draw: Double) -> Double { draw }

  @inline(__always)
  package static func map(
    _ kernel: any UnaryKernel.Type, _ x: UnsafePointer<Double>,
    _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) { kernel.map(x, to, count) }

  @inline(__always)
  package static func map(
    _ kernel: any BinaryKernel.Type, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) { kernel.map(x, y, to, count) }

  @inline(__always)
  package static func map(
    _ kernel: any PairKernel.Type, _ x: UnsafePointer<Double>,
    _ to: UnsafeMutablePointer<Double>, _ and: UnsafeMutablePointer<Double>, _ count: Int
  ) { kernel.map(x, to, and, count) }

  @inline(__always)
  package static func map(
    _ kernel: any TernaryKernel.Type, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    _ z: UnsafePointer<Double>, _ to: UnsafeMutablePointer<Double>, _ count: Int
  ) { kernel.map(x, y, z, to, count) }
}

extension Float: MachineNumber {
  package static var precision: Precision { .single }
  package var pattern: UInt64 { UInt64(bitPattern) }

  @inline(__always)
  package static func uniform(_ draw: Double) -> Float {
    Float((draw * 0x1p24).rounded(.down)) * 0x1p-24
  }

  @inline(__always)
  package static func map(
    _ kernel: any UnaryKernel.Type, _ x: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>,
    _ count: Int
  ) { kernel.map(x, to, count) }

  @inline(__always)
  package static func map(
    _ kernel: any BinaryKernel.Type, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
    _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) { kernel.map(x, y, to, count) }

  @inline(__always)
  package static func map(
    _ kernel: any PairKernel.Type, _ x: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>,
    _ and: UnsafeMutablePointer<Float>, _ count: Int
  ) { kernel.map(x, to, and, count) }

  @inline(__always)
  package static func map(
    _ kernel: any TernaryKernel.Type, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
    _ z: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int
  ) { kernel.map(x, y, z, to, count) }
}
