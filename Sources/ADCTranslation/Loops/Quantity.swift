import ADCCalculus

/// A whole number over the sizes of a function and the counters of its loops: a sum of products.
struct Quantity: Hashable {
  struct Term: Hashable {
    var coefficient: Int
    /// Names, and sums in parentheses, in ascending order.
    var factors: [String]
  }

  /// No two with the same factors, none with the coefficient 0.
  private(set) var terms: [Term] = []

  init(_ number: Int) {
    if number != 0 { terms = [Term(coefficient: number, factors: [])] }
  }

  init(name: String) { terms = [Term(coefficient: 1, factors: [name])] }

  /// A size as it is; a sum becomes several terms.
  init(_ dimension: Dimension, _ names: [String: String]) {
    self.init(dimension.constant)
    for term in dimension.terms {
      add(Term(coefficient: term.coefficient, factors: [names[term.name] ?? term.name]))
    }
  }

  static let zero = Quantity(0)
  static let one = Quantity(1)

  var isZero: Bool { terms.isEmpty }
  var isOne: Bool { self == .one }

  /// The number, where it has no names.
  var known: Int? {
    if terms.isEmpty { return 0 }
    return terms.count == 1 && terms[0].factors.isEmpty ? terms[0].coefficient : nil
  }

  /// About how many characters it takes.
  var length: Int {
    terms.reduce(0) { sum, term in term.factors.reduce(sum + 4) { $0 + $1.utf8.count + 4 } }
  }

  private mutating func add(_ term: Term) {
    if let place = terms.firstIndex(where: { $0.factors == term.factors }) {
      terms[place].coefficient &+= term.coefficient
      if terms[place].coefficient == 0 { terms.remove(at: place) }
    } else if term.coefficient != 0 {
      terms.append(term)
    }
  }

  static func + (left: Quantity, right: Quantity) -> Quantity {
    var result = left
    for term in right.terms { result.add(term) }
    return result
  }

  static prefix func - (value: Quantity) -> Quantity { value * Quantity(-1) }
  static func - (left: Quantity, right: Quantity) -> Quantity { left + -right }

  static func * (left: Quantity, right: Quantity) -> Quantity {
    var result = Quantity(0)
    for a in left.terms {
      for b in right.terms {
        result.add(
          Term(
            coefficient: a.coefficient &* b.coefficient, factors: (a.factors + b.factors).sorted()))
      }
    }
    return result
  }

  /// The terms in the order in which they are written: what is added before what is taken away,
  /// names before numbers.
  var written: [Term] {
    let ordered = terms.filter { !$0.factors.isEmpty } + terms.filter { $0.factors.isEmpty }
    return ordered.filter { $0.coefficient > 0 } + ordered.filter { $0.coefficient < 0 }
  }
}

extension LoopLanguage {
  func digits(_ whole: UInt) -> String { "\(whole)" }

  /// The terms of a quantity between signs, products written by `product`.
  func sum(_ quantity: Quantity, plus: String, minus: String, times: String) -> String {
    var text = ""
    for term in quantity.written {
      let size = term.coefficient.magnitude
      let factors = (size == 1 && !term.factors.isEmpty ? [] : [digits(size)]) + term.factors
      let product = (term.factors + (factors.count > term.factors.count ? [digits(size)] : []))
        .joined(separator: times)
      if text.isEmpty {
        text = (term.coefficient < 0 ? "0\(minus)" : "") + product
      } else {
        text += (term.coefficient < 0 ? minus : plus) + product
      }
    }
    return text.isEmpty ? "0" : text
  }
}
