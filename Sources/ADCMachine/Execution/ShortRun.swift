import ADCCalculus

/// A function that is short loops and instructions on few numbers alone, all of them native code by
/// now: runs without asking again what its instructions are.
struct ShortRun {
  enum Part {
    case loop(ShortLoop)
    case scalars(ScalarBlock.Code)
  }

  private let parts: UnsafeMutableBufferPointer<Part>

  init(_ parts: [Part], in pool: Pool) { self.parts = BoundLoop.buffer(parts, pool) }

  /// False where something is left to the interpreter: the function is to be run from its start.
  @inline(__always)
  func run<Number: MachineNumber>(
    _ memory: MachineMemory<Number>, _ addresses: MachineAddresses
  ) -> Bool {
    for part in parts {
      switch part {
      case .loop(let loop): guard loop.run(memory.bases) else { return false }
      case .scalars(let code): guard code.run(addresses.bases) else { return false }
      }
    }
    return true
  }
}

extension BoundFunction {
  /// The same work without the interpreter, once all of it is native code that is short.
  func makeShortRun() -> ShortRun? {
    var parts: [ShortRun.Part] = []
    for entry in order {
      switch entry {
      case .loop(let loop):
        guard let short = loop._withUnsafeGuaranteedRef({ ShortLoop($0) }) else {
          return nil
        }
        parts.append(.loop(short))
      case .scalars(let block):
        guard let code = block._withUnsafeGuaranteedRef({ $0.code }) else { return nil }
        parts.append(.scalars(code))
      default: return nil
      }
    }
    return ShortRun(parts, in: pool)
  }
}
