import ADCCalculus
import ADCSyntax

// Ranges that change with other indices, as in `sum(i in 0..<n, j in 0..<i: …)`.
// In: such a range. Out: the smallest fixed range around it, and the condition that an index is
// within its own; the loop goes over all and chooses. Where the body asks for places that it
// computes, `x[i - j]`, indices that are not within stand for some that are, so that no place
// leaves its axis that would not in the loop as it is written.

extension Elaborator {
  /// The names of indices that the bounds of a range change with, each once, where it is written
  /// first.
  func indices(in part: LoopRange) -> [Name] {
    var found: [Name] = []
    for name in FreeNames(part.lower).values + FreeNames(part.upper).values
    where binding(name.text)?.kind == .index && !found.contains(where: { $0.text == name.text }) {
      found.append(name)
    }
    return found
  }

  /// The smallest range that holds a range whatever the indices are that it changes with.
  mutating func hull(of part: LoopRange, over names: [Name]) throws(Reported) -> IndexRange {
    let lower = try extreme(of: part.lower, over: names, isGreatest: false)
    var upper = try extreme(of: part.upper, over: names, isGreatest: true)
    if part.includesUpper { upper = upper + 1 }
    let count = upper - lower
    return IndexRange(lower: lower, count: count.known.map { Dimension(max($0, 0)) } ?? count)
  }

  /// What a bound comes to at most or at least, where each index changes it by fixed steps.
  private mutating func extreme(
    of bound: Expression, over names: [Name], isGreatest: Bool
  ) throws(Reported) -> Dimension {
    var first: [String: Dimension] = [:]
    var last: [String: Dimension] = [:]
    for name in names {
      guard let index = openIndices.last(where: { $0.part.name.text == name.text }) else {
        throw varying(name)
      }
      first[name.text] = index.range.lower
      last[name.text] = index.range.lower + index.range.count - 1
    }
    let start = try value(of: bound, at: first)
    var (result, end) = (start, start)
    for (name, low) in first {
      var next = first
      next[name] = low + 1
      guard let step = (try value(of: bound, at: next) - start).known, let high = last[name] else {
        throw varying(names[0])
      }
      let change = (high - low) * step
      end = end + change
      if (step > 0) == isGreatest { result = result + change }
    }
    guard try value(of: bound, at: last) == end else { throw varying(names[0]) }
    return result
  }

  /// A bound where indices have certain values.
  private mutating func value(
    of bound: Expression, at values: [String: Dimension]
  ) throws(Reported) -> Dimension {
    locals.append(
      values.mapValues { Binding(meaning: .dimension($0), kind: .index, range: bound.range) })
    defer { locals.removeLast() }
    return try position(bound)
  }

  /// The report of a range that changes with an index as it must not.
  mutating func varying(_ name: Name) -> Reported {
    report(
      "AD0414", "this range cannot change with another index, \(quote(name: name.text))",
      at: name.range, fix: "go over all, and choose: `if j < i then … else 0`")
  }

  /// 1 where an index that is not bound yet is within a range that changes with others, which are;
  /// nil where it always is.
  mutating func isWithin(_ part: LoopRange, _ own: Binding) throws(Reported) -> NodeID? {
    guard case .node(let index) = own.meaning else { return nil }
    var conditions: [NodeID] = []
    for (bound, isUpper) in [(part.lower, false), (part.upper, true)]
    where FreeNames(bound).values.contains(where: { self.binding($0.text)?.kind == .index }) {
      let end = try elaborate(bound)
      let op = isUpper && !part.includesUpper ? Known.less : Known.lessEqual
      conditions.append(
        try apply(op, isUpper ? [index, end] : [end, index], at: part.range))
    }
    return try all(conditions, at: part.range)
  }

  /// Whether all conditions hold; nil for none.
  mutating func all(_ conditions: [NodeID], at range: SourceRange) throws(Reported) -> NodeID? {
    guard var result = conditions.first else { return nil }
    for other in conditions.dropFirst() {
      result = try apply(Known.and, [result, other], at: range)
    }
    return result
  }

  /// Whether the body of a loop may ask for places that it computes from indices, and not only for
  /// those of the indices as they are.
  func computesPlaces(_ loop: Loop) -> Bool {
    if !loop.lets.isEmpty { return true }
    return loop.body.contains { value in
      let names = FreeNames(value)
      return names.calls.contains { binding($0.text)?.kind == .function }
        || names.inComputedPlaces.contains { name in
          let kind = binding(name.text)?.kind
          return kind != .dimension && kind != .constant
        }
    }
  }

  /// Binds the indices of all loops around to what they are where a condition holds, and elsewhere
  /// to values that they could have.
  mutating func bindWithin(_ condition: NodeID, at range: SourceRange) throws(Reported) {
    guard openIndices.count <= Self.mostSearched, let values = try someValues([:], from: 0) else {
      return
    }
    for index in openIndices {
      let name = index.part.name
      guard let binding = binding(name.text), binding.kind == .index,
        case .node(let node) = binding.meaning, let value = values[name.text]
      else { continue }
      let chosen = try apply(
        Known.select, [condition, node, dimensionValue(value, at: range)], at: range)
      locals[locals.count - 1][name.text] = Binding(
        meaning: .node(chosen), kind: .index, range: binding.range)
    }
  }

  /// The most loops around for which values of their indices are looked for.
  private static let mostSearched = 8

  /// Values that the indices of all loops around have together, each the first or the last of its
  /// range; nil where there are none.
  private mutating func someValues(
    _ known: [String: Dimension], from place: Int
  ) throws(Reported) -> [String: Dimension]? {
    guard place < openIndices.count else { return known }
    let index = openIndices[place]
    var (lower, upper) = (index.range.lower, index.range.lower + index.range.count)
    if !indices(in: index.part).isEmpty {
      lower = try value(of: index.part.lower, at: known)
      upper = try value(of: index.part.upper, at: known)
      if index.part.includesUpper { upper = upper + 1 }
    }
    if let count = (upper - lower).known, count <= 0 { return nil }
    for value in [upper - 1, lower] {
      var next = known
      next[index.part.name.text] = value
      if let found = try someValues(next, from: place + 1) { return found }
    }
    return nil
  }
}
