import ADCCalculus

/// An order of operations in which neighbouring chains that are independent take turns.
///
/// List scheduling: the machine is taken to begin `width` operations in each step of time, of those
/// whose operands are there the ones with the longest way to the end. It looks only so far ahead
/// of the first operation that is left, so that not too many values wait in registers.
struct OperationOrder {
  /// Operands and numbers first.
  private(set) var places: [Int] = []

  private static let width = 2
  private static let window = 64

  /// When the operands are there that have begun.
  private var start: [Int]
  /// How many have not.
  private var missing: [Int]
  private var users: [[Int]]
  private var distance: [Int]

  /// - Parameter isLive: which operations count.
  init(_ operations: [Recording.Operation], isLive: [Bool]) {
    start = [Int](repeating: 0, count: operations.count)
    missing = [Int](repeating: 0, count: operations.count)
    users = [[Int]](repeating: [], count: operations.count)
    distance = [Int](repeating: 0, count: operations.count)
    places = operations.indices.filter { isLive[$0] && operations[$0].isLeaf }
    let inner = operations.indices.filter { isLive[$0] && !operations[$0].isLeaf }
    for place in inner {
      for operand in operations[place].operands where !operations[Int(operand)].isLeaf {
        users[Int(operand)].append(place)
        missing[place] += 1
      }
    }
    for place in inner.reversed() {
      let rest = users[place].reduce(0) { max($0, distance[$1]) }
      distance[place] = rest + operations[place].latency
    }
    arrange(inner, operations)
  }

  private mutating func arrange(_ inner: [Int], _ operations: [Recording.Operation]) {
    var left = inner[...]
    var isDone = [Bool](repeating: false, count: operations.count)
    var time = 0
    while !left.isEmpty {
      for _ in 0..<Self.width {
        guard let next = best(of: left.prefix(Self.window), isDone, at: time) else { break }
        isDone[next] = true
        places.append(next)
        finish(next, at: time + operations[next].latency)
        while let first = left.first, isDone[first] { left.removeFirst() }
      }
      time += 1
    }
  }

  private func best(of candidates: ArraySlice<Int>, _ isDone: [Bool], at time: Int) -> Int? {
    var best: Int?
    for place in candidates where !isDone[place] {
      guard missing[place] == 0, start[place] <= time else { continue }
      if let found = best, distance[found] >= distance[place] { continue }
      best = place
    }
    return best
  }

  private mutating func finish(_ place: Int, at time: Int) {
    for user in users[place] {
      missing[user] -= 1
      start[user] = max(start[user], time)
    }
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
    case .widened, .narrowed: 6
    }
  }
}
