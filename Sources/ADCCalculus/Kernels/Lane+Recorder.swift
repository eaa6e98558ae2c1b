/// A lane that stands for whatever value it will have; made of numbers alone it is a number.
package struct RecordedLane: Sendable {
  enum Content: Sendable {
    case number(Double)
    case value(Int32, Recording)
  }

  let content: Content

  init(content: Content) { self.content = content }

  /// The number that the lane is known to be.
  package var number: Double? {
    if case .number(let value) = content { value } else { nil }
  }

  var recording: Recording? {
    if case .value(_, let recording) = content { recording } else { nil }
  }

  private static func combine(
    _ operation: Recording.Arithmetic, _ left: RecordedLane, _ right: RecordedLane,
    _ fold: (Double, Double) -> Double
  ) -> RecordedLane {
    if let x = left.number, let y = right.number { return RecordedLane(fold(x, y)) }
    guard let recording = left.recording ?? right.recording else { return left }
    let (a, b) = (recording.place(of: left), recording.place(of: right))
    return RecordedLane(
      content: .value(recording.insert(.arithmetic(operation, a, b)), recording))
  }

  private func transform(
    _ fold: (Double) -> Double,
    _ operation: (_ recording: Recording, _ place: Int32) -> Recording.Operation
  ) -> RecordedLane {
    switch content {
    case .number(let value): RecordedLane(fold(value))
    case .value(let place, let recording):
      RecordedLane(
        content: .value(recording.insert(operation(recording, place)), recording))
    }
  }

  static func compare(
    _ comparison: Recording.Comparison, _ left: RecordedLane, _ right: RecordedLane,
    _ fold: (Double, Double) -> Bool
  ) -> RecordedMask {
    if let x = left.number, let y = right.number { return .known(fold(x, y)) }
    guard let recording = left.recording ?? right.recording else { return .known(false) }
    let (a, b) = (recording.place(of: left), recording.place(of: right))
    return .value(recording.insert(.compare(comparison, a, b)), recording)
  }
}

/// A mask of recorded lanes.
package enum RecordedMask: Sendable {
  case known(Bool)
  case value(Int32, Recording)
}

private let signBit: UInt64 = 1 << 63

extension RecordedLane: Lane {
  package typealias Mask = RecordedMask

  package init(_ value: Double) { content = .number(value) }

  package static func + (left: RecordedLane, right: RecordedLane) -> RecordedLane {
    combine(.add, left, right, +)
  }
  package static func - (left: RecordedLane, right: RecordedLane) -> RecordedLane {
    combine(.subtract, left, right, -)
  }
  package static func * (left: RecordedLane, right: RecordedLane) -> RecordedLane {
    combine(.multiply, left, right, *)
  }
  package static func / (left: RecordedLane, right: RecordedLane) -> RecordedLane {
    combine(.divide, left, right, /)
  }
  package static prefix func - (value: RecordedLane) -> RecordedLane {
    value.transform(-) { .arithmetic(.exclusiveOr, $1, $0.bits(signBit)) }
  }

  package func squareRoot() -> RecordedLane {
    transform({ $0.squareRoot() }, { .squareRoot($1) })
  }
  package func roundedToEven() -> RecordedLane {
    transform({ $0.roundedToEven() }, { .rounded(.toEven, $1) })
  }
  package func roundedDown() -> RecordedLane {
    transform({ $0.roundedDown() }, { .rounded(.down, $1) })
  }
  package func roundedUp() -> RecordedLane {
    transform({ $0.roundedUp() }, { .rounded(.up, $1) })
  }
  package var magnitude: RecordedLane {
    transform(\.magnitude) { .arithmetic(.andNot, $0.bits(signBit), $1) }
  }
  package func withSign(of other: RecordedLane) -> RecordedLane {
    if let x = number, let y = other.number { return RecordedLane(x.withSign(of: y)) }
    guard let recording = recording ?? other.recording else { return self }
    let sign = recording.bits(signBit)
    let size = recording.place(of: magnitude)
    let taken = recording.insert(.arithmetic(.and, recording.place(of: other), sign))
    return RecordedLane(
      content: .value(recording.insert(.arithmetic(.or, taken, size)), recording))
  }

  package static func isLess(_ left: RecordedLane, _ right: RecordedLane) -> RecordedMask {
    compare(.less, left, right, <)
  }
  package static func isLessOrEqual(_ left: RecordedLane, _ right: RecordedLane) -> RecordedMask {
    compare(.lessOrEqual, left, right, <=)
  }
  package static func isEqual(_ left: RecordedLane, _ right: RecordedLane) -> RecordedMask {
    compare(.equal, left, right, ==)
  }
  package static func isNaN(_ value: RecordedLane) -> RecordedMask {
    compare(.unordered, value, value) { x, _ in x.isNaN }
  }

  package static func and(_ left: RecordedMask, _ right: RecordedMask) -> RecordedMask {
    switch (left, right) {
    case (.known(let isTrue), let other), (let other, .known(let isTrue)):
      isTrue ? other : .known(false)
    case (.value(let a, let recording), .value(let b, _)):
      .value(recording.insert(.arithmetic(.and, a, b)), recording)
    }
  }
  package static func or(_ left: RecordedMask, _ right: RecordedMask) -> RecordedMask {
    switch (left, right) {
    case (.known(let isTrue), let other), (let other, .known(let isTrue)):
      isTrue ? .known(true) : other
    case (.value(let a, let recording), .value(let b, _)):
      .value(recording.insert(.arithmetic(.or, a, b)), recording)
    }
  }
  package static func not(_ mask: RecordedMask) -> RecordedMask {
    switch mask {
    case .known(let isTrue): return .known(!isTrue)
    case .value(let place, let recording):
      if case .compare(let comparison, let a, let b) = recording.operations[Int(place)] {
        return .value(recording.insert(.compare(comparison.inverse, a, b)), recording)
      }
      let all = recording.bits(.max)
      return .value(recording.insert(.arithmetic(.exclusiveOr, place, all)), recording)
    }
  }
  /// Assumed to be false; the recording notes the exception.
  package static func any(_ mask: RecordedMask) -> Bool {
    switch mask {
    case .known(let isTrue): return isTrue
    case .value(let place, let recording):
      recording.except(place)
      return false
    }
  }

  package static func select(
    _ mask: RecordedMask, _ yes: RecordedLane, _ no: RecordedLane
  ) -> RecordedLane {
    switch mask {
    case .known(let isTrue): return isTrue ? yes : no
    case .value(let place, let recording):
      let operation = recording.selection(
        place, yes: recording.place(of: yes), no: recording.place(of: no))
      return RecordedLane(content: .value(recording.insert(operation), recording))
    }
  }

  package static func powerOfTwo(_ exponent: RecordedLane) -> RecordedLane {
    if let number = exponent.number { return RecordedLane(Double.powerOfTwo(number)) }
    return (exponent + RecordedLane(0x1p52 + 1023)).transform({ $0 }, { .shiftedUp($1) })
  }
  package static func splitExponent(
    _ value: RecordedLane
  ) -> (exponent: RecordedLane, significand: RecordedLane) {
    guard case .value(let place, let recording) = value.content else {
      let parts = Double.splitExponent(value.number ?? .nan)
      return (RecordedLane(parts.exponent), RecordedLane(parts.significand))
    }
    let lowered = recording.insert(.shiftedDown(place))
    let large = recording.bits((0x1p52 as Double).bitPattern)
    let biased = RecordedLane(
      content: .value(recording.insert(.arithmetic(.or, lowered, large)), recording))
    let fraction = recording.insert(
      .arithmetic(.and, place, recording.bits(0xF_FFFF_FFFF_FFFF)))
    let one = recording.bits((1 as Double).bitPattern)
    let significand = recording.insert(.arithmetic(.or, fraction, one))
    return (
      biased - RecordedLane(0x1p52 + 1023), RecordedLane(content: .value(significand, recording))
    )
  }

  package func mapped(_ function: (Double) -> Double) -> RecordedLane {
    if let number { return RecordedLane(function(number)) }
    recording?.stop()
    return self
  }
  package func mapped(
    with other: RecordedLane, _ function: (Double, Double) -> Double
  ) -> RecordedLane {
    if let number, let second = other.number { return RecordedLane(function(number, second)) }
    (recording ?? other.recording)?.stop()
    return self
  }
  package func mapped(
    with second: RecordedLane, _ third: RecordedLane,
    _ function: (Double, Double, Double) -> Double
  ) -> RecordedLane {
    if let x = number, let y = second.number, let z = third.number {
      return RecordedLane(function(x, y, z))
    }
    (recording ?? second.recording ?? third.recording)?.stop()
    return self
  }
}
