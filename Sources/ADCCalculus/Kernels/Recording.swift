/// What kernels do to their operands, as a list of operations for a code generator.
///
/// Equal operations are one; operands come before what uses them. A recording is used by one
/// thread, and it ends where `isRecordable` turns false: a kernel called a scalar function.
package final class Recording: @unchecked Sendable {
  // Unchecked: lanes are `Sendable` and refer to their recording, which never leaves its thread.

  /// Operations on two lanes, of numbers or of bits.
  package enum Arithmetic: Hashable, Sendable {
    case add, subtract, multiply, divide
    /// The first where it is less (greater) than the second, else the second.
    case minimum, maximum
    case and, or, exclusiveOr
    /// The bits of the second that the first does not have.
    case andNot
  }

  /// Comparisons of two lanes; with NaN those in the first row are false, but for `unordered`.
  package enum Comparison: Hashable, Sendable {
    case less, lessOrEqual, equal, unordered
    case notLess, notLessOrEqual, notEqual, ordered

    var inverse: Comparison {
      switch self {
      case .less: .notLess
      case .lessOrEqual: .notLessOrEqual
      case .equal: .notEqual
      case .unordered: .ordered
      case .notLess: .less
      case .notLessOrEqual: .lessOrEqual
      case .notEqual: .equal
      case .ordered: .unordered
      }
    }
  }

  /// Ways to a whole number.
  package enum Rounding: Hashable, Sendable {
    case toEven, down, up
  }

  /// Operands are places in the list. A mask has all bits of a lane or none.
  package enum Operation: Hashable, Sendable {
    /// The same bits in every lane.
    case number(UInt64)
    /// What the recording was given, by a number of the caller's.
    case operand(Int32)
    case arithmetic(Arithmetic, Int32, Int32)
    case squareRoot(Int32)
    case rounded(Rounding, Int32)
    /// The bits of each lane, 52 places up or down.
    case shiftedUp(Int32)
    case shiftedDown(Int32)
    case compare(Comparison, Int32, Int32)
    case select(mask: Int32, yes: Int32, no: Int32)
    /// A single as a double, and a double rounded to a single; see `inSingle`.
    case widened(Int32)
    case narrowed(Int32)

    /// The places of what it reads.
    package var operands: [Int32] {
      switch self {
      case .number, .operand: []
      case .arithmetic(_, let a, let b), .compare(_, let a, let b): [a, b]
      case .squareRoot(let a), .rounded(_, let a), .shiftedUp(let a), .shiftedDown(let a),
        .widened(let a), .narrowed(let a):
        [a]
      case .select(let mask, let yes, let no): [mask, yes, no]
      }
    }
  }

  /// In an order in which each comes after those that it reads.
  package private(set) var operations: [Operation] = []
  /// Masks that are assumed empty: where one has a lane, the results do not hold.
  package private(set) var exceptions: [Int32] = []
  /// False once a kernel has called a scalar function, of which there is no record.
  package private(set) var isRecordable = true
  private var places: [Operation: Int32] = [:]

  /// A recording of nothing.
  package init() {}

  /// The lane that stands for an operand.
  package func operand(_ index: Int32) -> RecordedLane {
    RecordedLane(content: .value(insert(.operand(index)), self))
  }

  /// Where the value of a lane is in the list.
  package func place(of lane: RecordedLane) -> Int32 {
    switch lane.content {
    case .number(let value): insert(.number(value.bitPattern))
    case .value(let place, _): place
    }
  }

  /// Records what `body` does; if it cannot be recorded, nil, and its exceptions are forgotten.
  package func attempt<T>(_ body: () -> T) -> T? {
    let count = exceptions.count
    let result = body()
    if isRecordable { return result }
    exceptions.removeLast(exceptions.count - count)
    isRecordable = true
    return nil
  }

  func insert(_ operation: Operation) -> Int32 {
    if let known = places[operation] { return known }
    let place = Int32(truncatingIfNeeded: operations.count)
    operations.append(operation)
    places[operation] = place
    return place
  }

  func bits(_ pattern: UInt64) -> Int32 { insert(.number(pattern)) }

  func except(_ mask: Int32) {
    if !exceptions.contains(mask) { exceptions.append(mask) }
  }

  func stop() { isRecordable = false }
}

extension Recording {
  /// `yes` where the mask holds, else `no`, by the shortest operation with those bits.
  func selection(_ mask: Int32, yes: Int32, no: Int32) -> Operation {
    if case .compare(.less, let a, let b) = operations[Int(mask)] {
      if (yes, no) == (a, b) { return .arithmetic(.minimum, a, b) }
      if (yes, no) == (b, a) { return .arithmetic(.maximum, b, a) }
    }
    if operations[Int(no)] == .number(0) { return .arithmetic(.and, mask, yes) }
    if operations[Int(yes)] == .number(0) { return .arithmetic(.andNot, mask, no) }
    return .select(mask: mask, yes: yes, no: no)
  }
}
