import ADCCalculus

/// Exchanges addresses after each batch, so that updated arrays are not copied.
///
/// A symbol's values and its next ones have memory each, and those before the last update, where
/// somebody keeps them, a third. `finish` puts them where the symbol and the keeper look for them.
final class UpdateRotation {
  private struct Turn {
    let symbol: Int
    /// The root that the next values are computed in.
    let root: Int
    let bytes: Int
    /// Where the root leads outside of such runs.
    let resting: UnsafeMutableRawPointer
    let spare: UnsafeMutableRawPointer
    /// The symbol's own memory.
    var home: UnsafeMutableRawPointer
    /// Where the values before the last update are wanted, if they are, and where they are.
    var keeper: UnsafeMutableRawPointer?
    var former: UnsafeMutableRawPointer?
  }

  /// Bytes that are copied as fast as addresses are changed.
  private static let fewBytes = 256
  /// The most that symbols take in all.
  private static let mostBytes = 1 << 26

  /// The bytes taken beside those of the function.
  let bytes: Int
  private let addresses: MachineAddresses
  private let turns: UnsafeMutableBufferPointer<Turn>
  private let copied: UnsafeMutableBufferPointer<BoundFunction.Commit>
  /// What is kept of other symbols.
  private var others: UnsafeMutableBufferPointer<KeptValues>

  /// nil where all updates are to be copied.
  init?(_ function: BoundFunction) {
    addresses = function.addresses
    let (layouts, pool) = (function.layouts, function.pool)
    let read = Set(function.outputs.map(\.root))
    let roots = function.function.updates.map { layouts[$0.view].root }
    var uses: [Int: Int] = [:]
    for root in roots { uses[root, default: 0] += 1 }
    var turns: [Turn] = []
    var copied: [BoundFunction.Commit] = []
    let most = min(Self.mostBytes, function.mostBytes - function.bytes)
    var total = 0
    for (commit, root) in zip(function.commits, roots) {
      let bytes = commit.count.multipliedSaturating(by: function.program.precision.bytes)
      guard let source = commit.copy.contiguousSource, source.offset == 0, uses[root] == 1,
        function.hasOwnBuffer(root, count: commit.count), !read.contains(root),
        bytes >= Self.fewBytes, total.addedSaturating(bytes) <= most
      else {
        copied.append(commit)
        continue
      }
      total += bytes
      let resting = addresses.bases[root]
      turns.append(
        Turn(
          symbol: commit.symbol, root: root, bytes: bytes, resting: resting,
          spare: pool.allocate(bytes: bytes), home: resting))
    }
    guard !turns.isEmpty else { return nil }
    bytes = total
    self.turns = BoundLoop.buffer(turns, pool)
    self.copied = BoundLoop.buffer(copied, pool)
    others = UnsafeMutableBufferPointer(
      start: pool.allocate(KeptValues.self, turns.count + copied.count), count: 0)
  }

  /// Takes the addresses of a run whose own are set; false where symbols have no room of their own,
  /// or more is kept than is updated.
  func begin(_ symbols: SymbolMemory, _ kept: UnsafeBufferPointer<KeptValues>) -> Bool {
    guard kept.count <= turns.count + copied.count,
      turns.allSatisfy({
        symbols.isOwned($0.symbol)
          && symbols.count(of: $0.symbol) * symbols.precision.bytes == $0.bytes
      })
    else { return false }
    for index in turns.indices {
      turns[index].home = symbols.address(of: turns[index].symbol)
      (turns[index].keeper, turns[index].former) = (nil, nil)
      // A symbol that nothing reads has no address of the run's yet.
      addresses.bases[turns[index].symbol] = turns[index].home
      addresses.bases[turns[index].root] = turns[index].spare
    }
    var count = 0
    for values in kept {
      let turn = turns.firstIndex { $0.home == values.source && $0.bytes == values.bytes }
      if let index = turn {
        (turns[index].keeper, turns[index].former) = (values.target, values.target)
      } else {
        others.baseAddress.map { ($0 + count).initialize(to: values) }
        count += 1
      }
    }
    others = UnsafeMutableBufferPointer(start: others.baseAddress, count: count)
    return true
  }

  /// Keeps what is kept, and makes the updates of a batch.
  @inline(__always)
  func turn(
    _ commit: (BoundFunction.Commit) throws(MachineError) -> Void
  ) throws(MachineError) {
    for values in others { values.copy() }
    for update in copied { try commit(update) }
    let bases = addresses.bases
    for index in turns.indices {
      let (symbol, root) = (turns[index].symbol, turns[index].root)
      let (current, next) = (bases[symbol], bases[root])
      bases[symbol] = next
      bases[root] = turns[index].former ?? current
      if turns[index].former != nil { turns[index].former = current }
    }
  }

  /// Leaves the values where they belong, and the addresses as they were.
  func finish() {
    let bases = addresses.bases
    for turn in turns {
      settle(turn, current: bases[turn.symbol], free: bases[turn.root])
      bases[turn.symbol] = turn.home
      bases[turn.root] = turn.resting
    }
  }

  private func settle(
    _ turn: Turn, current: UnsafeMutableRawPointer, free: UnsafeMutableRawPointer
  ) {
    var former = turn.former
    if let old = former, let keeper = turn.keeper, old == turn.home, current != turn.home {
      // The symbol's values come here: of three places one is free.
      let place = current == keeper ? free : keeper
      place.copyMemory(from: old, byteCount: turn.bytes)
      former = place
    }
    if current != turn.home { turn.home.copyMemory(from: current, byteCount: turn.bytes) }
    if let former, let keeper = turn.keeper, former != keeper {
      keeper.copyMemory(from: former, byteCount: turn.bytes)
    }
  }
}
