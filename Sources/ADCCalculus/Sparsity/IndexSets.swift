/// Sets of small numbers, each kept once: most elements of an array share theirs with others.
///
/// A set is a number: `zero` for what is 0 itself, `empty` for what depends on nothing.
struct IndexSets {
  typealias ID = Int32
  static let zero: ID = -1
  static let empty: ID = 0

  private var members: [[Int32]] = [[]]
  private var known: [[Int32]: ID] = [[]: 0]
  private var unions: [Pair: ID] = [:]
  private var marks: [Bool]
  /// The numbers in all sets together.
  private(set) var size = 0

  private struct Pair: Hashable {
    var left: ID
    var right: ID
  }

  /// - Parameter count: more than the greatest number in a set.
  init(below count: Int) { marks = [Bool](repeating: false, count: count) }

  subscript(id: ID) -> [Int32] { id <= 0 ? [] : members[Int(id)] }

  mutating func single(_ number: Int) -> ID { set([Int32(number)]) }

  private mutating func set(_ sorted: [Int32]) -> ID {
    if let id = known[sorted] { return id }
    let id = ID(members.count)
    members.append(sorted)
    known[sorted] = id
    size += sorted.count
    return id
  }

  /// The union of two sets; what is 0 adds nothing.
  mutating func union(_ left: ID, _ right: ID) -> ID {
    if left == right { return left }
    if left == Self.zero { return right }
    if right == Self.zero { return left }
    if left == Self.empty { return right }
    if right == Self.empty { return left }
    let pair = Pair(left: min(left, right), right: max(left, right))
    if let known = unions[pair] { return known }
    let result = set(merged([pair.left, pair.right]))
    unions[pair] = result
    return result
  }

  /// The union of many sets at once.
  mutating func union(_ ids: [ID]) -> ID {
    let distinct = Set(ids)
    let real = distinct.filter { $0 > 0 }.sorted()
    switch real.count {
    case 0: return distinct.contains(Self.empty) ? Self.empty : Self.zero
    case 1: return real[0]
    case 2: return union(real[0], real[1])
    default: return set(merged(real))
    }
  }

  private mutating func merged(_ ids: [ID]) -> [Int32] {
    var result: [Int32] = []
    for id in ids {
      for number in members[Int(id)] where !marks[Int(number)] {
        marks[Int(number)] = true
        result.append(number)
      }
    }
    for number in result { marks[Int(number)] = false }
    result.sort()
    return result
  }
}
