/// Normal forms without divisors but atoms, in which nothing has come together: those of most
/// nodes.
///
/// All are in two buffers, so that one costs little more than what it says.
struct FlatForms {
  /// A term: its coefficient and where its powers are.
  struct Term {
    var coefficient: Fraction
    fileprivate var first: Int32
    fileprivate var count: Int32
    /// Equal for equal monomials; of a product the sum.
    fileprivate var fingerprint: UInt64
  }

  /// Where the terms of a form are.
  struct Form {
    fileprivate var first: Int32
    fileprivate(set) var count: Int32
    /// Whether a sum was multiplied in, which a `NormalForm` lists.
    var hasSums = false
    /// Whether some atom has a negative exponent.
    var hasDivisors = false
    /// Whether it may be another one when other nodes are there.
    var mayChange = false
    /// The functions among the atoms, and those that a term may have several of.
    fileprivate var functions = PairedFunctions()
    fileprivate var several = PairedFunctions()
    /// A bit for what each sine in the first term is taken of, hyperbolic or not, and for each
    /// cosine: a pair counts only where all terms have it.
    fileprivate var sines: UInt64 = 0
    fileprivate var cosines: UInt64 = 0
    /// Whether some exponent of such a function may be none of 1 and -1.
    fileprivate var hasPowers = false
    /// Of a product: whether both sides have such a function, which alone may come together.
    fileprivate var isOfSharedFunctions = false

    /// Whether laws of functions may say something about a term.
    fileprivate var mayJoinFunctions: Bool {
      hasPowers || sines & cosines != 0 || several.joinThemselves
    }

    fileprivate mutating func adopt(_ other: Form) {
      hasSums = hasSums || other.hasSums
      mayChange = mayChange || other.mayChange
      hasDivisors = hasDivisors || other.hasDivisors
      hasPowers = hasPowers || other.hasPowers
      functions.formUnion(other.functions)
      several.formUnion(other.several)
    }

    fileprivate mutating func adoptFirst(_ other: Form) {
      sines |= other.sines
      cosines |= other.cosines
    }
  }

  // Beyond the counts there is room for more: to ask for it once costs less than to append.
  private var powers: [Monomial.Power] = []
  private var powerCount = 0
  private var terms: [Term] = []
  private var termCount = 0

  /// Makes room for the forms of so many nodes.
  mutating func reserve(_ count: Int) {
    powers.reserveCapacity(4 * count)
    terms.reserveCapacity(2 * count)
  }

  @inline(__always)
  private mutating func makeRoom(powers morePowers: Int, terms moreTerms: Int) {
    if powerCount + morePowers > powers.count { addPowers(morePowers) }
    if termCount + moreTerms > terms.count { addTerms(moreTerms) }
  }

  private mutating func addPowers(_ count: Int) {
    let none = Monomial.Power(atom: 0, exponent: 0)
    powers += repeatElement(none, count: max(count, Self.portion))
  }

  private mutating func addTerms(_ count: Int) {
    let none = Term(coefficient: .zero, first: 0, count: 0, fingerprint: 0)
    terms += repeatElement(none, count: max(count, Self.portion))
  }

  /// How much room is made at a time: memory that is not needed in the end is not touched.
  private static let portion = 256

  /// Begins a sum; the terms that are added from now on are its own.
  func open() -> Form { Form(first: Int32(termCount), count: 0) }

  private func places(_ form: Form) -> Range<Int> {
    Int(form.first)..<Int(form.first) + Int(form.count)
  }

  private mutating func append(_ term: Term, to sum: inout Form) {
    makeRoom(powers: 0, terms: 1)
    terms[termCount] = term
    termCount += 1
    sum.count += 1
  }

  /// Adds the terms of a form to a sum.
  mutating func add(_ form: Form, to sum: inout Form) {
    if sum.count == 0 { sum.adoptFirst(form) }
    makeRoom(powers: 0, terms: Int(form.count))
    var free = termCount
    var span = terms.mutableSpan
    for place in Int(form.first)..<Int(form.first) + Int(form.count) {
      span[free] = span[place]
      free += 1
    }
    termCount = free
    sum.count += form.count
    sum.adopt(form)
  }

  /// Adds an atom, of the kind that laws of functions look for, to a sum.
  ///
  /// - Parameter argument: What the function is taken of.
  mutating func add(
    _ atom: Int32, _ exponent: Int32 = 1, _ function: PairedFunction = .none,
    of argument: NodeID = NodeID(0), to sum: inout Form
  ) {
    makeRoom(powers: 1, terms: 0)
    powers[powerCount] = Monomial.Power(atom: atom, exponent: exponent)
    powerCount += 1
    append(
      Term(
        coefficient: .one, first: Int32(powerCount - 1), count: 1,
        fingerprint: Self.fingerprint(atom, exponent)), to: &sum)
    if exponent < 0 { sum.hasDivisors = true }
    if exponent.magnitude != 1, function != .none { sum.hasPowers = true }
    if function == .none { return }
    sum.functions.formUnion(PairedFunctions(function))
    if sum.count > 1 { return }
    let bit = UInt64(1) << UInt64(truncatingIfNeeded: argument.index & 63)
    switch function {
    case .sine, .hyperbolicSine: sum.sines |= bit
    case .cosine, .hyperbolicCosine: sum.cosines |= bit
    default: break
    }
  }

  /// Adds a number to a sum; nothing for 0.
  mutating func add(_ value: Fraction, to sum: inout Form) {
    if value.isZero { return }
    append(Term(coefficient: value, first: 0, count: 0, fingerprint: 0), to: &sum)
  }

  /// The form times -1.
  mutating func negative(of form: Form) -> Form {
    var result = form
    result.first = Int32(termCount)
    result.count = 0
    for place in places(form) {
      var term = terms[place]
      term.coefficient = term.coefficient.negated
      append(term, to: &result)
    }
    return result
  }

  /// One term to a power of at most 8 in size; nil where that is no exact number.
  mutating func power(_ form: Form, _ exponent: Int32) -> Form? {
    var term = terms[Int(form.first)]
    guard let base = exponent < 0 ? term.coefficient.inverse : term.coefficient else { return nil }
    term.coefficient = .one
    for _ in 0..<exponent.magnitude {
      guard let product = term.coefficient.times(base) else { return nil }
      term.coefficient = product
    }
    let first = Int(term.first)
    term.first = Int32(powerCount)
    term.fingerprint = term.fingerprint &* UInt64(bitPattern: Int64(exponent))
    var result = form
    result.hasDivisors = false
    if exponent.magnitude != 1, !result.functions.isEmpty { result.hasPowers = true }
    makeRoom(powers: Int(term.count), terms: 0)
    for place in first..<first + Int(term.count) {
      var power = powers[place]
      power.exponent *= exponent
      guard power.exponent.magnitude <= Monomial.exponentLimit.magnitude else { return nil }
      if power.exponent < 0 { result.hasDivisors = true }
      powers[powerCount] = power
      powerCount += 1
    }
    result.first = Int32(termCount)
    result.count = 0
    append(term, to: &result)
    return result
  }

  /// The product; nil where terms may come together, where divisors may be gone from some terms and
  /// not from others, and for what leaves the range of exact numbers.
  mutating func product(_ left: Form, _ right: Form) -> Form? {
    if left.count > 1 || right.count > 1 {
      guard !left.hasDivisors, !right.hasDivisors else { return nil }
    }
    guard left.count * right.count <= 2 * Int32(NormalForms.termLimit) else { return nil }
    // A term has few powers: longer ones are atoms.
    let most = 2 * NormalForms.termLimit * Int(left.count * right.count)
    makeRoom(powers: most, terms: Int(left.count * right.count))
    var result = open()
    result.adopt(left)
    result.adopt(right)
    result.adoptFirst(left)
    result.adoptFirst(right)
    result.hasDivisors = false
    let shared = left.functions.intersection(right.functions)
    result.several.formUnion(shared)
    result.isOfSharedFunctions = !shared.isEmpty
    for place in places(left) {
      for other in places(right) {
        guard let term = product(terms[place], terms[other], &result) else { return nil }
        terms[termCount] = term
        termCount += 1
        result.count += 1
      }
    }
    if left.count > 1, right.count > 1, hasTwins(result) { return nil }
    return result
  }

  private mutating func product(_ left: Term, _ right: Term, _ form: inout Form) -> Term? {
    guard let coefficient = left.coefficient.times(right.coefficient) else { return nil }
    if left.count == 0 || right.count == 0 {
      var result = left.count == 0 ? right : left
      result.coefficient = coefficient
      form.hasDivisors = form.hasDivisors || hasDivisors(result)
      return result
    }
    let first = powerCount
    var (one, other, free) = (Int(left.first), Int(right.first), first)
    let (end, otherEnd) = (one + Int(left.count), other + Int(right.count))
    var powers = powers.mutableSpan
    while one < end || other < otherEnd {
      var power: Monomial.Power
      if other == otherEnd || (one < end && powers[one].atom < powers[other].atom) {
        power = powers[one]
        one += 1
      } else if one == end || powers[other].atom < powers[one].atom {
        power = powers[other]
        other += 1
      } else {
        power = powers[one]
        power.exponent += powers[other].exponent
        guard power.exponent.magnitude <= Monomial.exponentLimit.magnitude else { return nil }
        one += 1
        other += 1
        if power.exponent == 0 { continue }
        if form.isOfSharedFunctions { form.hasPowers = true }
      }
      if power.exponent < 0 { form.hasDivisors = true }
      powers[free] = power
      free += 1
    }
    powerCount = free
    return Term(
      coefficient: coefficient, first: Int32(first), count: Int32(free - first),
      fingerprint: left.fingerprint &+ right.fingerprint)
  }

  private func hasDivisors(_ term: Term) -> Bool {
    for place in term.first..<term.first + term.count where powers[Int(place)].exponent < 0 {
      return true
    }
    return false
  }

  /// Whether two terms may be like each other.
  func hasTwins(_ form: Form) -> Bool {
    if form.count < 2 || areAllApart(form) { return false }
    for place in form.first..<form.first + form.count {
      for other in form.first..<place
      where terms[Int(place)].fingerprint == terms[Int(other)].fingerprint { return true }
    }
    return false
  }

  /// Whether a few bits of what the terms are tell all of them from each other.
  private func areAllApart(_ form: Form) -> Bool {
    var known = SIMD8<UInt64>(repeating: 0)
    for place in form.first..<form.first + form.count {
      let print = terms[Int(place)].fingerprint
      let word = Int(truncatingIfNeeded: print >> 32 & 7)
      let bit = UInt64(1) << (print >> 40 & 63)
      if known[word] & bit != 0 { return false }
      known[word] |= bit
    }
    return true
  }

  /// Whether a form has no more terms, of no more powers, than are kept.
  func isShort(_ form: Form) -> Bool {
    guard form.count <= Int32(NormalForms.termLimit) else { return false }
    for place in form.first..<form.first + form.count
    where terms[Int(place)].count > Int32(NormalForms.termLimit) { return false }
    return true
  }

  private static func fingerprint(_ atom: Int32, _ exponent: Int32) -> UInt64 {
    var word = UInt64(UInt32(bitPattern: atom)) &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return (word ^ (word >> 31)) &* UInt64(bitPattern: Int64(exponent))
  }
}

extension FlatForms {
  /// The form as others are.
  func polynomial(_ form: Form) -> Polynomial {
    Polynomial(
      (form.first..<form.first + form.count).map { place in
        let term = terms[Int(place)]
        return Polynomial.Term(
          coefficient: term.coefficient,
          monomial: Monomial(powers[Int(term.first)..<Int(term.first + term.count)]))
      })
  }

  /// Whether all terms have a divisor in common: an atom, a number, or one that some have.
  func isDivisible(_ form: Form) -> Bool {
    if form.hasDivisors { return true }
    let whole = form.first..<form.first + form.count
    var (above, below) = (0, 1)
    for place in whole {
      let coefficient = terms[Int(place)].coefficient
      if coefficient.denominator != 1 { below = coefficient.denominator }
      above = Polynomial.divisor(above, coefficient.numerator)
    }
    if above != 1 || below != 1 { return true }
    let head = terms[Int(form.first)]
    for power in head.first..<head.first + head.count {
      let atom = powers[Int(power)].atom
      let isCommon = whole.dropFirst().allSatisfy { place in
        let term = terms[Int(place)]
        return (term.first..<term.first + term.count).contains { powers[Int($0)].atom == atom }
      }
      if isCommon { return true }
    }
    return false
  }

  /// Whether laws of functions may say something about a term: a power, or two that go together.
  func hasJoinedFunctions(
    _ form: Form, _ functions: [(function: PairedFunction, argument: NodeID)]
  ) -> Bool {
    guard form.mayJoinFunctions else { return false }
    for place in form.first..<form.first + form.count {
      let term = terms[Int(place)]
      for power in Int(term.first)..<Int(term.first + term.count) {
        let (function, argument) = functions[Int(powers[power].atom)]
        if function == .none { continue }
        if powers[power].exponent.magnitude > 1, function != .squareRoot { return true }
        // Only what all terms have is a factor of the whole; the first stands for all.
        guard place == form.first else { continue }
        for before in Int(term.first)..<power {
          let other = functions[Int(powers[before].atom)]
          if function.goes(with: other.function, isSameArgument: argument == other.argument) {
            return true
          }
        }
      }
    }
    return false
  }
}

/// The functions that laws of pairs and squares look for.
enum PairedFunction: UInt8 {
  case none, sine, cosine, hyperbolicSine, hyperbolicCosine, exponential, squareRoot
  case length

  /// Whether a product of two is one function.
  fileprivate func goes(with other: PairedFunction, isSameArgument: Bool) -> Bool {
    switch (self, other) {
    case (.exponential, .exponential), (.squareRoot, .squareRoot): true
    case (.sine, .cosine), (.cosine, .sine), (.hyperbolicSine, .hyperbolicCosine),
      (.hyperbolicCosine, .hyperbolicSine):
      isSameArgument
    default: false
    }
  }
}

/// Some of the functions that laws of pairs and squares look for.
struct PairedFunctions: OptionSet {
  let rawValue: UInt8

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// One of them; none for `.none`.
  init(_ function: PairedFunction) {
    rawValue = function == .none ? 0 : 1 << function.rawValue
  }

  /// Whether there are any that go with their own kind.
  var joinThemselves: Bool { !isDisjoint(with: [Self(.exponential), Self(.squareRoot)]) }
}
