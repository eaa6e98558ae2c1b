import ADCCalculus

/// An order of operations in which independent chains take turns.
///
/// List scheduling: the machine is taken to begin `width` operations in each step of time, of those
/// whose operands are there the ones with the longest way to the end.
struct OperationOrder {
  private(set) var places: [Int] = []

  private static let width = 2

  /// - Parameter isLive: which operations count.
  init(_ operations: [Recording.Operation], isLive: [Bool]) {
    var users = [[Int]](repeating: [], count: operations.count)
    var missing = [Int](repeating: 0, count: operations.count)
    for place in operations.indices where isLive[place] {
      for operand in Set(operations[place].operands) {
        users[Int(operand)].append(place)
        missing[place] += 1
      }
    }
    var distance = [Int](repeating: 0, count: operations.count)
    for place in operations.indices.reversed() where isLive[place] {
      let rest = users[place].map { distance[$0] }.max() ?? 0
      distance[place] = rest + operations[place].latency
    }
    var ready = Queue(distance: distance)
    var arriving: [[Int]] = [operations.indices.filter { isLive[$0] && missing[$0] == 0 }]
    var time = 0
    while time < arriving.count {
      for place in arriving[time] { ready.insert(place) }
      var begun = 0
      while begun < Self.width, let place = ready.removeFirst() {
        places.append(place)
        let latency = operations[place].latency
        if latency > 0 { begun += 1 }
        while arriving.count <= time + max(latency, 0) + 1 { arriving.append([]) }
        for user in users[place] {
          missing[user] -= 1
          guard missing[user] == 0 else { continue }
          if latency == 0 { ready.insert(user) } else { arriving[time + latency].append(user) }
        }
      }
      time += 1
      if time == arriving.count, !ready.isEmpty { arriving.append([]) }
    }
  }

  /// Places by their distance to the end, the farthest first.
  private struct Queue {
    let distance: [Int]
    private var places: [Int] = []

    init(distance: [Int]) { self.distance = distance }

    var isEmpty: Bool { places.isEmpty }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
      (distance[right], left) < (distance[left], right)
    }

    mutating func insert(_ place: Int) {
      // The first one is last, where it is taken without moving the others.
      var low = 0
      var high = places.count
      while low < high {
        let middle = (low + high) / 2
        if isBefore(place, places[middle]) { low = middle + 1 } else { high = middle }
      }
      places.insert(place, at: low)
    }

    mutating func removeFirst() -> Int? { places.popLast() }
  }
}

extension Recording.Operation {
  /// Steps of time until the result is there, roughly those of present processors.
  fileprivate var latency: Int {
    switch self {
    case .number, .operand: 0
    case .arithmetic(let operation, _, _):
      switch operation {
      case .add, .subtract, .multiply: 3
      case .minimum, .maximum: 2
      case .divide: 13
      case .and, .or, .exclusiveOr, .andNot: 1
      }
    case .squareRoot: 20
    case .rounded: 3
    case .shiftedUp, .shiftedDown, .select: 1
    case .compare: 2
    }
  }
}
