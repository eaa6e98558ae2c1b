// Which columns of a sparse matrix one product with a 0-1 vector can find at once.

/// Numbers from 0 for columns, such that those of one colour are found by one product.
package struct Colouring: Hashable, Sendable {
  /// For each column its colour.
  package let colours: [Int]
  /// The number of colours.
  package let count: Int

  init(_ colours: [Int]) {
    self.colours = colours
    count = (colours.max() ?? -1) + 1
  }

  /// Columns of one colour share no row (Curtis, Powell and Reid 1974): the Jacobian's elements
  /// stand in its products as they are.
  ///
  /// Greedy, the fullest columns first (Coleman and Moré 1983); linear in the number of paths of
  /// length 2.
  package static func columns(of pattern: SparsityPattern) -> Colouring {
    let byColumn = pattern.transposed
    var colours = [Int](repeating: -1, count: pattern.columns)
    var forbidden = [Int](repeating: -1, count: pattern.columns + 1)
    let order = (0..<pattern.columns).sorted { left, right in
      let (a, b) = (byColumn[left].count, byColumn[right].count)
      return a == b ? left < right : a > b
    }
    for column in order {
      for row in byColumn[column] {
        for other in pattern[Int(row)] where colours[Int(other)] >= 0 {
          forbidden[colours[Int(other)]] = column
        }
      }
      colours[column] = forbidden.firstIndex { $0 != column } ?? 0
    }
    return Colouring(colours)
  }

  /// A star colouring of a symmetric matrix with a full diagonal: neighbours differ, and every path
  /// of four has three colours, so each element stands in a product as it is or mirrored (Coleman
  /// and Moré 1984).
  ///
  /// Greedy by the algorithm of Gebremedhin, Tarafdar, Manne and Pothen (2007), in the order of
  /// columns.
  package static func star(of pattern: SparsityPattern) -> Colouring {
    var stars = StarColouring(pattern)
    return Colouring(stars.run())
  }
}

/// One star colouring on the way.
private struct StarColouring {
  private let pattern: SparsityPattern
  private var colours: [Int]
  private var forbidden: [Int]
  private var treated: [Int]
  /// For each colour the vertex at which a neighbour of it was met, that neighbour and its edge.
  private var first: [(vertex: Int, neighbour: Int, edge: Int)]
  /// For each edge, both ways, its star; for each star its centre, -1 where it is one edge.
  private var stars: [Int]
  private var hubs: [Int] = []

  init(_ pattern: SparsityPattern) {
    self.pattern = pattern
    let count = pattern.columns
    colours = [Int](repeating: -1, count: count)
    forbidden = [Int](repeating: -1, count: count + 1)
    treated = [Int](repeating: -1, count: count)
    first = [(vertex: Int, neighbour: Int, edge: Int)](repeating: (-1, -1, -1), count: count)
    stars = [Int](repeating: -1, count: pattern.count)
  }

  mutating func run() -> [Int] {
    for vertex in 0..<pattern.rows {
      forbid(for: vertex)
      colours[vertex] = forbidden.firstIndex { $0 != vertex } ?? 0
      updateStars(of: vertex)
    }
    return colours
  }

  /// The coloured neighbours of a vertex with the place of the edge to each.
  private func neighbours(_ vertex: Int) -> some Sequence<(neighbour: Int, edge: Int)> {
    (pattern.starts[vertex]..<pattern.starts[vertex + 1]).lazy
      .map { (neighbour: Int(pattern.places[$0]), edge: $0) }
      .filter { [colours] in $0.neighbour != vertex && colours[$0.neighbour] >= 0 }
  }

  private mutating func forbid(for vertex: Int) {
    for (neighbour, _) in neighbours(vertex) { forbidden[colours[neighbour]] = vertex }
    for (neighbour, edge) in neighbours(vertex) {
      let (last, other, _) = first[colours[neighbour]]
      if last == vertex {
        if treated[other] != vertex { treat(other, for: vertex) }
        treat(neighbour, for: vertex)
      } else {
        first[colours[neighbour]] = (vertex, neighbour, edge)
        for (next, way) in neighbours(neighbour) where next != vertex {
          if hubs[stars[way]] == next { forbidden[colours[next]] = vertex }
        }
      }
    }
  }

  private mutating func treat(_ neighbour: Int, for vertex: Int) {
    for (next, _) in neighbours(neighbour) { forbidden[colours[next]] = vertex }
    treated[neighbour] = vertex
  }

  private mutating func updateStars(of vertex: Int) {
    for (neighbour, edge) in neighbours(vertex) {
      let back = place(of: vertex, in: neighbour)
      if let (_, way) = neighbours(neighbour).first(where: {
        $0.neighbour != vertex && colours[$0.neighbour] == colours[vertex]
      }) {
        hubs[stars[way]] = neighbour
        (stars[edge], stars[back]) = (stars[way], stars[way])
        continue
      }
      let (last, other, way) = first[colours[neighbour]]
      if last == vertex, other != neighbour, stars[way] >= 0 {
        hubs[stars[way]] = vertex
        (stars[edge], stars[back]) = (stars[way], stars[way])
      } else {
        (stars[edge], stars[back]) = (hubs.count, hubs.count)
        hubs.append(-1)
      }
    }
  }

  /// The place of an edge in the list of a vertex.
  private func place(of vertex: Int, in neighbour: Int) -> Int {
    var (low, high) = (pattern.starts[neighbour], pattern.starts[neighbour + 1])
    while low < high {
      let middle = (low + high) / 2
      if Int(pattern.places[middle]) < vertex { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
