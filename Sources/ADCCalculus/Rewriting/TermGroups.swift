/// The terms of a sum that is grouped, and which of them have which factor: lists in a few buffers.
struct TermGroups {
  /// A term of the sum: a product, or a sum in parentheses with factors.
  struct Group {
    var coefficient: Coefficient
    /// Where its factors are in `TermGroups.factors`.
    var factors: Range<Int>
    var isAlive = true
  }

  private(set) var factors: [Factor]
  private var groups: [Group] = []
  private(set) var aliveCount: Int
  /// The places of bases in `lists`.
  private var places = NodePlaces()
  private var lists: [(base: NodeID, first: Int32, last: Int32)] = []
  private var entries: [(group: Int32, next: Int32)] = []
  /// For each group the last search that found it.
  private var found: [Int32]
  private var searches: Int32 = 0

  /// A group for each of some terms.
  init(_ opened: OpenedTerms) {
    factors = opened.factors
    let count = opened.terms.count
    aliveCount = count
    found = Array(repeating: 0, count: count)
    groups.reserveCapacity(count)
    entries.reserveCapacity(2 * factors.count)
    for place in opened.terms.indices {
      let own = opened.places(place)
      groups.append(Group(coefficient: opened.terms[place].coefficient, factors: own))
      for factor in own { note(factors[factor].base, in: place) }
    }
  }

  var indices: Range<Int> { groups.indices }

  subscript(place: Int) -> Group { groups[place] }

  /// Says that a group has a base.
  mutating func note(_ base: NodeID, in group: Int) {
    let entry = Int32(entries.count)
    entries.append((Int32(group), -1))
    if let list = places[base] {
      entries[Int(lists[list].last)].next = entry
      lists[list].last = entry
    } else {
      places[base] = lists.count
      lists.append((base, entry, entry))
    }
  }

  /// The bases that were noted more than once, in their order.
  func sharedBases() -> [NodeID] {
    var result: [NodeID] = []
    for list in lists where list.first != list.last { result.append(list.base) }
    result.sort()
    return result
  }

  /// Finds the groups that have a base, each once; the answer counts one as often as it was noted.
  mutating func findMembers(of base: NodeID, _ members: inout [Int]) -> Int {
    members.removeAll(keepingCapacity: true)
    guard let list = places[base] else { return 0 }
    searches += 1
    var count = 0
    var place = lists[list].first
    while place >= 0 {
      let (group, next) = entries[Int(place)]
      place = next
      guard groups[Int(group)].isAlive else { continue }
      count += 1
      guard found[Int(group)] != searches else { continue }
      found[Int(group)] = searches
      members.append(Int(group))
    }
    return count
  }

  /// Whether a base is among factors that were a group's.
  func contains(_ base: NodeID, in places: Range<Int>) -> Bool {
    for place in places where factors[place].base == base { return true }
    return false
  }

  private func exponent(of base: NodeID, in group: Int) -> Double {
    for place in groups[group].factors where factors[place].base == base {
      return factors[place].exponent
    }
    return 0
  }

  /// The factors that some groups share, each with the exponent nearest to 0.
  func commonFactors(of members: [Int]) -> [Factor] {
    var common: [Factor] = []
    // And what is left of the members.
    common.reserveCapacity(groups[members[0]].factors.count + 1)
    for place in groups[members[0]].factors {
      let candidate = factors[place]
      var exponent = candidate.exponent
      for member in members.dropFirst() {
        let other = self.exponent(of: candidate.base, in: member)
        guard other * exponent > 0 else {
          exponent = 0
          break
        }
        if other.magnitude < exponent.magnitude { exponent = other }
      }
      if exponent != 0 { common.append(Factor(base: candidate.base, exponent: exponent)) }
    }
    return common
  }

  /// Ends a group; what it leaves beside the factors that are taken out.
  mutating func takeOut(_ common: [Factor], of group: Int, _ rest: inout [Factor]) {
    rest.removeAll(keepingCapacity: true)
    for place in groups[group].factors {
      var factor = factors[place]
      for other in common where other.base == factor.base { factor.exponent -= other.exponent }
      if factor.exponent != 0 { rest.append(factor) }
    }
    groups[group].isAlive = false
    aliveCount -= 1
  }

  /// Makes a group anew.
  mutating func set(_ group: Int, _ coefficient: Coefficient, _ own: [Factor]) {
    if !groups[group].isAlive { aliveCount += 1 }
    let first = factors.count
    for factor in own { factors.append(factor) }
    groups[group] = Group(coefficient: coefficient, factors: first..<factors.count)
  }
}
