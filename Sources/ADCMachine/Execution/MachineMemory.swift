import ADCCalculus

/// The addresses of roots and the scratch memory, as instructions see them while they run.
struct MachineMemory<Number: MachineNumber> {
  let bases: UnsafeMutablePointer<UnsafeMutablePointer<Number>>
  let scratch: UnsafeMutablePointer<Number>

  /// The scratch memory for doubles: there is as much of it as of numbers.
  var wideScratch: UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: Double.self)
  }
}

/// The same, whatever the numbers are.
struct MachineAddresses {
  let bases: UnsafeMutablePointer<UnsafeMutableRawPointer>
  let scratch: UnsafeMutableRawPointer

  @inline(__always)
  func of<Number: MachineNumber>(_ type: Number.Type) -> MachineMemory<Number> {
    MachineMemory(
      bases: bases.numbers(type), scratch: scratch.assumingMemoryBound(to: Number.self))
  }
}

extension UnsafeMutablePointer<UnsafeMutableRawPointer> {
  /// The addresses as those of numbers.
  @inline(__always)
  func numbers<Number>(_ type: Number.Type) -> UnsafeMutablePointer<UnsafeMutablePointer<Number>> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: UnsafeMutablePointer<Number>.self)
  }
}
