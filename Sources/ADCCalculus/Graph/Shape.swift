/// A size of an array along one axis: a number, a name that the data fixes, or a sum of both
/// such as `n - 1`.
package struct Dimension: Hashable, Sendable {
  /// A named dimension and how often it counts.
  package struct Term: Hashable, Sendable {
    /// The dimension's name.
    package var name: String
    /// Never 0 within a dimension.
    package var coefficient: Int
  }

  /// What is left where all names are 0.
  package private(set) var constant: Int
  /// Sorted by name, no coefficient 0.
  package private(set) var terms: [Term]

  /// A size that is known.
  package init(_ constant: Int) {
    self.constant = constant
    terms = []
  }

  /// A size that only the data fix.
  package init(named name: String) {
    constant = 0
    terms = [Term(name: name, coefficient: 1)]
  }

  /// The size if no name is in it.
  package var known: Int? { terms.isEmpty ? constant : nil }

  /// The name if it is nothing but one.
  package var name: String? {
    constant == 0 && terms.count == 1 && terms[0].coefficient == 1 ? terms[0].name : nil
  }

  /// Whether it is the number 1, along which arrays are broadcast.
  package var isOne: Bool { terms.isEmpty && constant == 1 }

  /// The sum; overflow wraps, and `value` finds it.
  package static func + (left: Dimension, right: Dimension) -> Dimension {
    var result = left
    result.constant &+= right.constant
    for term in right.terms {
      if let index = result.terms.firstIndex(where: { $0.name == term.name }) {
        result.terms[index].coefficient &+= term.coefficient
      } else {
        result.terms.append(term)
      }
    }
    result.terms.removeAll { $0.coefficient == 0 }
    result.terms.sort { $0.name < $1.name }
    return result
  }

  /// A multiple by a whole number, which may be 0 or less.
  package static func * (left: Dimension, factor: Int) -> Dimension {
    var result = Dimension(left.constant &* factor)
    guard factor != 0 else { return result }
    result.terms = left.terms.map {
      Term(name: $0.name, coefficient: $0.coefficient &* factor)
    }
    return result
  }

  /// The difference, which may be no size: `value` tells.
  package static func - (left: Dimension, right: Dimension) -> Dimension {
    left + right * -1
  }

  /// The size once the names have values; nil where one has none or the size overflows.
  package func value(_ sizes: [String: Int]) -> Int? {
    var total = constant
    for term in terms {
      guard let size = sizes[term.name] else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: term.coefficient)
      let (sum, overflowed) = total.addingReportingOverflow(product)
      if overflow || overflowed { return nil }
      total = sum
    }
    return total
  }
}

extension Dimension: ExpressibleByIntegerLiteral {
  /// A size that is known.
  package init(integerLiteral value: Int) { self.init(value) }
}

extension Dimension: CustomStringConvertible {
  package var description: String {
    var text = ""
    for term in terms {
      let size = abs(term.coefficient)
      let sign = term.coefficient < 0 ? (text.isEmpty ? "-" : " - ") : (text.isEmpty ? "" : " + ")
      text += sign + (size == 1 ? "" : "\(size)*") + term.name
    }
    if text.isEmpty { return String(constant) }
    if constant != 0 { text += constant < 0 ? " - \(-constant)" : " + \(constant)" }
    return text
  }
}

/// The sizes of an array, outermost axis first; a scalar has none.
package struct Shape: Hashable, Sendable, CustomStringConvertible {
  /// The size of each axis.
  package var dimensions: [Dimension]

  /// The sizes, outermost axis first.
  package init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

  /// The shape of one number.
  package static let scalar = Shape([])

  /// The number of axes.
  package var rank: Int { dimensions.count }
  /// Whether it has no axes; an array of one element has some.
  package var isScalar: Bool { dimensions.isEmpty }

  /// The number of elements if no dimension has a name.
  package var knownCount: Int? {
    var count = 1
    for dimension in dimensions {
      guard let size = dimension.known else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }

  /// `[n, 64]`; a scalar is `[]`.
  package var description: String {
    "[" + dimensions.map(\.description).joined(separator: ", ") + "]"
  }

  /// The shape of an elementwise operation of both, or nil where they do not go together:
  /// a scalar goes with anything, a suffix of the other's is repeated, and equal ranks stretch
  /// a dimension that is the number 1.
  package func broadcast(with other: Shape) -> Shape? {
    if self == other { return self }
    let (short, long) = rank <= other.rank ? (self, other) : (other, self)
    if short.rank < long.rank {
      return Array(long.dimensions.suffix(short.rank)) == short.dimensions ? long : nil
    }
    var result: [Dimension] = []
    for (left, right) in zip(short.dimensions, long.dimensions) {
      if left == right || right.isOne {
        result.append(left)
      } else if left.isOne {
        result.append(right)
      } else {
        return nil
      }
    }
    return Shape(result)
  }

  /// Whether repeating along new leading axes and along those that are the number 1 gives `whole`:
  /// the operands of an operation of three or more may need both at once.
  package func stretches(to whole: Shape) -> Bool {
    rank <= whole.rank
      && zip(dimensions, whole.dimensions.suffix(rank)).allSatisfy { $0 == $1 || $0.isOne }
  }
}

extension Dimension {
  /// The greatest whole number that divides every part, as 3 in `3*n - 6`; at least 1.
  private var content: Int {
    terms.reduce(constant.magnitude) { divisor, term in
      var (a, b) = (divisor, term.coefficient.magnitude)
      while b != 0 { (a, b) = (b, a % b) }
      return a
    }.clampedToInt
  }

  /// A number times what no number divides: 3 and `n - 2` for `3*n - 6`.
  fileprivate var factors: (number: Int, rest: Dimension) {
    let content = max(content, 1)
    var rest = Dimension(constant / content)
    for term in terms { rest = rest + Dimension(named: term.name) * (term.coefficient / content) }
    return (content, rest)
  }

  /// The product where one of both is a number; nil of two names.
  package func times(_ other: Dimension) -> Dimension? {
    if let size = other.known { return self * size }
    return known.map { other * $0 }
  }
}

extension UInt {
  fileprivate var clampedToInt: Int { Int(clamping: self) }
}

extension Shape {
  /// What is no number among the factors of the number of elements: `[3*n, 2]` and `[6, n]` have
  /// the same.
  var namedFactors: [String] {
    dimensions.filter { $0.known == nil }.map(\.factors.rest.description).sorted()
  }

  /// The product of the numbers among the factors; nil where it is too large.
  var numberFactor: Int? {
    Shape(dimensions.map { Dimension($0.known ?? $0.factors.number) }).knownCount
  }
}
