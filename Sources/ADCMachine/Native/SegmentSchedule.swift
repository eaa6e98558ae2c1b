import ADCCalculus

/// The order of a segment's work on some neighbouring vectors, which are done alternately so that
/// one's arithmetic fills the other's waits.
struct SegmentSchedule {
  /// Vectors that one pass of a loop does.
  static let loopCopies = 2

  /// Vectors that one pass does.
  let copies: Int

  enum Item {
    case define(Int32, copy: Int)
    case store(Int32, copy: Int, slot: Int32)
    /// To memory of the code's own, for the reduction at this place.
    case keep(Int32, copy: Int, reduction: Int)
    case sum(Int32, copy: Int, reduction: Int)
    /// Leaves the code where the mask has a lane.
    case check(Int32, copy: Int)
  }

  private(set) var items: [Item] = []
  /// The operations that something needs.
  private(set) var isLive: [Bool]
  /// Operands that must be read before anything is written.
  let early: Set<Int32>
  /// The operations whose results are singles: one vector is as many lanes as all copies of
  /// doubles.
  let areSingles: [Bool]

  /// - Parameter copies: of a single pass 1: then nothing is stored before all is computed.
  init(_ segment: LoopSegment, copies: Int = loopCopies) {
    self.copies = copies
    let operations = segment.recording.operations
    areSingles = segment.areSingles
    isLive = [Bool](repeating: false, count: operations.count)
    let written = Set(segment.stores.map(\.slot)).union(segment.early)
    var early: Set<Int32> = []
    for (place, operation) in operations.enumerated() {
      if case .operand(let slot) = operation, written.contains(slot) { early.insert(Int32(place)) }
    }
    self.early = early
    markLive(segment, operations)
    arrange(segment, operations)
  }

  /// The copies of a value in one pass.
  func copies(of value: Int32) -> Range<Int> { 0..<(areSingles[Int(value)] ? 1 : copies) }

  private mutating func markLive(_ segment: LoopSegment, _ operations: [Recording.Operation]) {
    for store in segment.stores { isLive[Int(store.value)] = true }
    for place in segment.recording.exceptions { isLive[Int(place)] = true }
    for reduced in segment.reduced {
      if reduced.form != .slot { isLive[Int(reduced.value)] = true }
    }
    for place in operations.indices.reversed() where isLive[place] {
      for operand in operations[place].operands { isLive[Int(operand)] = true }
    }
  }

  private mutating func arrange(_ segment: LoopSegment, _ operations: [Recording.Operation]) {
    for place in operations.indices where isLive[place] && early.contains(Int32(place)) {
      for copy in copies(of: Int32(place)) { items.append(.define(Int32(place), copy: copy)) }
    }
    var results = results(segment)
    var waiting: [Item] = []
    var checks = Set(segment.recording.exceptions)
    for place in OperationOrder(operations, isLive: isLive).places {
      let value = Int32(place)
      if !operations[place].isLeaf {
        for copy in copies(of: value) { items.append(.define(value, copy: copy)) }
      }
      if checks.remove(value) != nil {
        for copy in copies(of: value) { items.append(.check(value, copy: copy)) }
      }
      waiting += results.removeValue(forKey: value) ?? []
      // Nothing may be written before the last check.
      if checks.isEmpty, copies > 1 {
        items += waiting
        waiting = []
      }
    }
    items += waiting
  }

  private func storeCopies(_ segment: LoopSegment) -> Range<Int> {
    // Numbers have no element of their own.
    segment.precision == .single ? 0..<1 : 0..<copies
  }

  private func results(_ segment: LoopSegment) -> [Int32: [Item]] {
    var results: [Int32: [Item]] = [:]
    for store in segment.stores {
      for copy in storeCopies(segment) {
        results[store.value, default: []].append(.store(store.value, copy: copy, slot: store.slot))
      }
    }
    for (place, reduced) in segment.reduced.enumerated() {
      let value = reduced.value
      for copy in 0..<copies {
        switch reduced.form {
        case .slot: break
        case .lanes:
          results[value, default: []].append(.keep(value, copy: copy, reduction: place))
        case .sums:
          results[value, default: []].append(.sum(value, copy: copy, reduction: place))
        }
      }
    }
    return results
  }
}

extension Recording.Operation {
  /// Whether the value is in memory from the start.
  var isLeaf: Bool {
    switch self {
    case .number, .operand: true
    default: false
    }
  }
}
