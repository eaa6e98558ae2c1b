import ADCCalculus

/// The updates of a function where they all are arrays without gaps: what is left of them when
/// their layouts are known.
struct WholeUpdates {
  private struct Update {
    var symbol: Int
    var root: Int
    /// In bytes.
    var offset: Int
    var bytes: Int
  }

  private let updates: UnsafeMutableBufferPointer<Update>

  /// nil where some update is another one.
  init?(_ commits: some Collection<BoundFunction.Commit>, _ precision: Precision, in pool: Pool) {
    let updates = commits.compactMap { commit in
      commit.copy.contiguousSource.map { source in
        Update(
          symbol: commit.symbol, root: source.root, offset: source.offset * precision.bytes,
          bytes: commit.count * precision.bytes)
      }
    }
    guard updates.count == commits.count else { return nil }
    self.updates = BoundLoop.buffer(updates, pool)
  }

  /// Whether the symbols have room of their own for the updates.
  func fit(_ symbols: SymbolMemory) -> Bool {
    updates.allSatisfy {
      symbols.isOwned($0.symbol)
        && symbols.count(of: $0.symbol) * symbols.precision.bytes >= $0.bytes
    }
  }

  @inline(__always)
  func commit(_ symbols: SymbolMemory, _ addresses: MachineAddresses) {
    for update in updates {
      KeptValues.copy(
        addresses.bases[update.root] + update.offset, to: symbols.address(of: update.symbol),
        update.bytes)
    }
  }
}
