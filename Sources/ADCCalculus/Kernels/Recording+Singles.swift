/// Recordings whose operands are singles.
///
/// A kernel on singles is what its operations in double make of them, rounded once at the end.
/// Where no more than one of the operations rounds, and none looks at what was rounded, the same
/// operations on singles have the same bits (Figueroa: When is double rounding innocuous?, 1995),
/// and are recorded instead. In such a recording numbers that singles are combined with have the
/// bits of a single twice.
extension Recording {
  /// What a kernel makes of lanes that are singles, or numbers, as singles.
  package func inSingle(
    _ operands: [RecordedLane], _ kernel: ([RecordedLane]) -> [RecordedLane]
  ) -> [RecordedLane] {
    let trial = Recording()
    let lanes = operands.enumerated().map { place, lane in
      lane.number == nil ? trial.operand(Int32(truncatingIfNeeded: place)) : lane
    }
    let results = kernel(lanes)
    if trial.isRecordable, trial.exceptions.isEmpty, let kinds = SingleKinds(trial, results) {
      return copy(trial, results, kinds, operands)
    }
    return kernel(operands.map { wide($0) }).map { single($0) }
  }

  /// A single as a double.
  package func wide(_ lane: RecordedLane) -> RecordedLane {
    guard case .value(let place, _) = lane.content else { return lane }
    return RecordedLane(content: .value(insert(.widened(place)), self))
  }

  /// A double rounded to a single.
  package func single(_ lane: RecordedLane) -> RecordedLane {
    switch lane.content {
    case .number(let value): RecordedLane(Double(Float(value)))
    case .value(let place, _): RecordedLane(content: .value(insert(.narrowed(place)), self))
    }
  }

  /// Where a single is in the list.
  package func singlePlace(of lane: RecordedLane) -> Int32 {
    switch lane.content {
    case .number(let value): insert(.number(Self.twice(value)))
    case .value(let place, _): place
    }
  }

  private static func twice(_ value: Double) -> UInt64 {
    let bits = UInt64(Float(value).bitPattern)
    return bits << 32 | bits
  }

  /// Takes over the operations of another recording as operations on singles.
  private func copy(
    _ trial: Recording, _ results: [RecordedLane], _ kinds: SingleKinds,
    _ operands: [RecordedLane]
  ) -> [RecordedLane] {
    var places: [Int32] = []
    for (place, operation) in trial.operations.enumerated() {
      guard kinds.isNeeded[place] else {
        places.append(0)
        continue
      }
      switch operation {
      case .number(let bits):
        places.append(
          insert(.number(bits == .max ? bits : Self.twice(Double(bitPattern: bits)))))
      case .operand(let index): places.append(singlePlace(of: operands[Int(index)]))
      case .arithmetic(let arithmetic, let a, let b):
        places.append(insert(.arithmetic(arithmetic, places[Int(a)], places[Int(b)])))
      case .squareRoot(let a): places.append(insert(.squareRoot(places[Int(a)])))
      case .rounded(let rounding, let a):
        places.append(insert(.rounded(rounding, places[Int(a)])))
      case .compare(let comparison, let a, let b):
        places.append(insert(.compare(comparison, places[Int(a)], places[Int(b)])))
      case .select(let mask, let yes, let no):
        places.append(
          insert(
            .select(mask: places[Int(mask)], yes: places[Int(yes)], no: places[Int(no)])))
      case .shiftedUp, .shiftedDown, .widened, .narrowed: places.append(0)
      }
    }
    return results.map { lane in
      switch lane.content {
      case .number: single(lane)
      case .value(let place, _):
        RecordedLane(content: .value(places[Int(place)], self))
      }
    }
  }
}

/// What the operations of a recording would be on singles; there is none where they would have
/// other bits than a rounded result of doubles.
private struct SingleKinds {
  private enum Kind {
    /// A single.
    case exact
    /// A double that is rounded to a single at the end.
    case rounded
    case mask
    /// Bits that are the same in every lane.
    case number(UInt64)
    case impossible
  }

  private(set) var isNeeded: [Bool]
  private var kinds: [Kind] = []

  private static let signBit: UInt64 = 1 << 63

  init?(_ recording: Recording, _ results: [RecordedLane]) {
    let operations = recording.operations
    isNeeded = [Bool](repeating: false, count: operations.count)
    for case .value(let place, _) in results.map(\.content) { isNeeded[Int(place)] = true }
    for place in operations.indices.reversed() where isNeeded[place] {
      for operand in operations[place].operands { isNeeded[Int(operand)] = true }
    }
    for place in operations.indices {
      let kind = isNeeded[place] ? self.kind(operations[place]) : .impossible
      if isNeeded[place], case .impossible = kind { return nil }
      kinds.append(kind)
    }
    for case .value(let place, _) in results.map(\.content) {
      guard isValue(kinds[Int(place)]) else { return nil }
    }
  }

  private func kind(_ operation: Recording.Operation) -> Kind {
    switch operation {
    case .number(let bits): .number(bits)
    case .operand: .exact
    case .arithmetic(let arithmetic, let a, let b):
      self.kind(arithmetic, kinds[Int(a)], kinds[Int(b)])
    case .squareRoot(let a): isExact(kinds[Int(a)]) ? .rounded : .impossible
    case .rounded(_, let a): isExact(kinds[Int(a)]) ? .exact : .impossible
    case .compare(_, let a, let b):
      isExact(kinds[Int(a)]) && isExact(kinds[Int(b)]) ? .mask : .impossible
    case .select(let mask, let yes, let no):
      isMask(kinds[Int(mask)]) ? joined(kinds[Int(yes)], kinds[Int(no)]) : .impossible
    case .shiftedUp, .shiftedDown, .widened, .narrowed: .impossible
    }
  }

  private func kind(_ operation: Recording.Arithmetic, _ a: Kind, _ b: Kind) -> Kind {
    switch operation {
    case .add, .subtract, .multiply, .divide: isExact(a) && isExact(b) ? .rounded : .impossible
    case .minimum, .maximum: isExact(a) && isExact(b) ? .exact : .impossible
    case .and, .or, .exclusiveOr, .andNot:
      if isMask(a), isMask(b) {
        .mask
      } else if case .mask = a {
        isValue(b) ? chosen(b) : .impossible
      } else if isSign(a), isLane(b) {
        b
      } else if isSign(b), isLane(a) {
        a
      } else if operation == .or {
        joined(a, b)
      } else {
        .impossible
      }
    }
  }

  /// Whether a number is the same as a single.
  private func isSingle(_ bits: UInt64) -> Bool {
    let value = Double(bitPattern: bits)
    return Double(Float(value)).bitPattern == bits
  }

  private func isExact(_ kind: Kind) -> Bool {
    switch kind {
    case .exact: true
    case .number(let bits): isSingle(bits)
    case .rounded, .mask, .impossible: false
    }
  }

  /// A value, and no number.
  private func isLane(_ kind: Kind) -> Bool {
    switch kind {
    case .exact, .rounded: true
    case .number, .mask, .impossible: false
    }
  }

  private func isValue(_ kind: Kind) -> Bool { isLane(kind) || isExact(kind) }

  private func isMask(_ kind: Kind) -> Bool {
    switch kind {
    case .mask, .number(.max): true
    case .exact, .rounded, .number, .impossible: false
    }
  }

  private func isSign(_ kind: Kind) -> Bool {
    if case .number(Self.signBit) = kind { true } else { false }
  }

  private func chosen(_ kind: Kind) -> Kind { isLane(kind) ? kind : .exact }

  /// One of two values, or the bits of both.
  private func joined(_ a: Kind, _ b: Kind) -> Kind {
    guard isValue(a), isValue(b) else { return .impossible }
    if case .rounded = a { return .rounded }
    if case .rounded = b { return .rounded }
    return .exact
  }
}
