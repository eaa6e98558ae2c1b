import ADCCalculus

/// A function that is short loops and instructions on few numbers alone, all of them native code by
/// now, and whose updates are whole arrays: runs without asking again what its instructions are.
struct ShortRun {
  enum Part {
    case loop(ShortLoop)
    case scalars(ScalarBlock.Code)
  }

  /// Numbers that replace those of a symbol, where both lie without gaps.
  struct Replacement {
    var symbol: Int
    var root: Int
    /// In bytes.
    var offset: Int
    var bytes: Int
  }

  private let parts: UnsafeMutableBufferPointer<Part>
  private let replacements: UnsafeMutableBufferPointer<Replacement>

  init(_ parts: [Part], _ replacements: [Replacement], in pool: Pool) {
    self.parts = BoundLoop.buffer(parts, pool)
    self.replacements = BoundLoop.buffer(replacements, pool)
  }

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

  /// Whether the symbols have room of their own for the updates.
  func canCommit(_ symbols: SymbolMemory) -> Bool {
    replacements.allSatisfy {
      symbols.isOwned($0.symbol)
        && symbols.count(of: $0.symbol) * symbols.precision.bytes >= $0.bytes
    }
  }

  @inline(__always)
  func commit(_ symbols: SymbolMemory, _ addresses: MachineAddresses) {
    for replacement in replacements {
      KeptValues.copy(
        addresses.bases[replacement.root] + replacement.offset,
        to: symbols.address(of: replacement.symbol), replacement.bytes)
    }
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
    let replacements = commits.compactMap { commit in
      commit.copy.contiguousSource.map { source in
        ShortRun.Replacement(
          symbol: commit.symbol, root: source.root,
          offset: source.offset * program.precision.bytes,
          bytes: commit.count * program.precision.bytes)
      }
    }
    guard replacements.count == commits.count else { return nil }
    return ShortRun(parts, replacements, in: pool)
  }
}
