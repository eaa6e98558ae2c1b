/// A value as a quotient of polynomials in atoms: values that are no sum, product or whole power.
struct NormalForm {
  var numerator: Polynomial
  /// Sums that divide it, by their places in `NormalForms.sums`, ascending.
  var denominators: [SumPower] = []
  /// Sums that were multiplied in, which the numerator may contain as factors.
  var sums: [Int32] = []
  /// Whether anything came together on the way: only then can another form be shorter.
  var isJoined = false
}

/// A power of a sum in a normal form.
struct SumPower: Hashable {
  var sum: Int32
  var exponent: Int32
}

/// A sum that divides or is multiplied, as one polynomial for all its multiples.
struct KnownSum {
  /// No negative exponents, no factor that all terms have; whole coefficients.
  var polynomial: Polynomial
  /// A node of the value `scale * shift * polynomial`; nil where none is written.
  var node: NodeID?
  var scale: Fraction
  var shift: Monomial
}

/// The normal forms of the nodes of a pass, and the atoms and sums that they are written in.
struct NormalForms {
  private(set) var atoms: [NodeID] = []
  private var atomPlaces = SlotPlaces()
  /// Of an atom `exp(u)`, the node `exp(-u)`.
  private(set) var inverses: [Int32: NodeID] = [:]
  /// Of each atom, which function it is, if laws of functions look for it, and of what.
  private var functions: [(function: PairedFunction, argument: NodeID)] = []
  private(set) var sums: [KnownSum] = []
  /// By fingerprint, or the next number that is free.
  private var sumPlaces: [UInt64: Int32] = [:]
  private var forms: [NormalForm] = []
  private var formPlaces = SlotPlaces()
  /// Forms that only need to be written out where a law looks at them.
  var flat = FlatForms()
  private var flatForms: [FlatForms.Form] = []
  private var flatPlaces = SlotPlaces()
  /// The nodes whose flat form may be another one when other nodes are there.
  private var changing: [NodeID] = []

  /// A form of more terms is kept as one atom.
  static let termLimit = 12

  /// Forgets what holds of one set of live nodes only: a node's flat form is its own for ever, but
  /// for those that look for others.
  mutating func beginRound() {
    inverses = [:]
    sums = []
    sumPlaces = [:]
    forms = []
    formPlaces = SlotPlaces()
    for node in changing { flatPlaces[node] = nil }
    changing = []
  }

  /// Makes room for so many nodes, the last of them at a slot.
  mutating func reserve(_ count: Int, upTo slot: Int) {
    flat.reserve(count)
    flatForms.reserveCapacity(count)
    flatPlaces.reserve(upTo: slot)
    atomPlaces.reserve(upTo: slot)
  }

  /// The atom of a node.
  mutating func atom(_ node: NodeID) -> Int32 {
    if let place = atomPlaces[node] { return place }
    let place = Int32(atoms.count)
    atoms.append(node)
    functions.append((.none, node))
    atomPlaces[node] = place
    return place
  }

  /// The form of a node that was given one.
  mutating func form(_ node: NodeID) -> NormalForm? {
    if let place = formPlaces[node] { return forms[Int(place)] }
    guard let flat = flatForm(node), !flat.hasSums else { return nil }
    formPlaces[node] = Int32(forms.count)
    forms.append(NormalForm(numerator: self.flat.polynomial(flat)))
    return forms[forms.count - 1]
  }

  /// The flat form of a node that has one.
  func flatForm(_ node: NodeID) -> FlatForms.Form? { flatPlaces[node].map { flatForms[Int($0)] } }

  /// Whether a node was given a form of either kind.
  func isKnown(_ node: NodeID) -> Bool { flatPlaces[node] != nil || formPlaces[node] != nil }

  /// Whether `form` has an answer.
  func hasForm(_ node: NodeID) -> Bool {
    formPlaces[node] != nil || flatForm(node).map { !$0.hasSums } ?? false
  }

  /// Gives a node a flat form, that of an atom where it is too long.
  mutating func set(_ form: FlatForms.Form, of node: NodeID) {
    var kept = form
    if !flat.isShort(form) {
      let atom = atom(node)
      kept = flat.open()
      flat.add(atom, to: &kept)
      kept.mayChange = form.mayChange
    }
    if kept.mayChange { changing.append(node) }
    flatPlaces[node] = Int32(flatForms.count)
    flatForms.append(kept)
  }

  mutating func set(_ form: NormalForm, of node: NodeID) {
    let isShort =
      form.numerator.terms.count <= Self.termLimit && form.denominators.count <= 6
      && form.numerator.terms.allSatisfy { $0.monomial.powers.count <= Self.termLimit }
    let kept = isShort ? form : NormalForm(numerator: Polynomial(.one, monomial(node)))
    if let place = formPlaces[node] {
      forms[Int(place)] = kept
    } else {
      formPlaces[node] = Int32(forms.count)
      forms.append(kept)
    }
  }

  /// Whether a form has atoms that laws of functions look for.
  func hasFunctions(_ form: NormalForm) -> Bool {
    form.numerator.terms.contains { term in
      term.monomial.powers.contains { functions[Int($0.atom)].function != .none }
    }
  }

  /// Says that laws of functions look for an atom.
  mutating func setFunction(_ atom: Int32, _ function: PairedFunction, of argument: NodeID) {
    functions[Int(atom)] = (function, argument)
  }

  /// Whether a node can have another form: its own is no flat one, or a law has something to look
  /// at.
  ///
  /// - Parameter isShortened: what all terms of a sum have in common may be taken out.
  func mayHaveOthers(_ node: NodeID, isShortened: Bool) -> Bool {
    guard let form = flatForm(node) else { return true }
    return isShortened && form.count > 1 && flat.isDivisible(form)
      || flat.hasJoinedFunctions(form, functions)
  }

  private mutating func monomial(_ node: NodeID) -> Monomial { Monomial(atom: atom(node)) }

  /// Says that an atom is the inverse of what a node computes.
  mutating func setInverse(of atom: Int32, _ node: NodeID) { inverses[atom] = node }

  /// A sum taken apart into what all its terms share and the place of the rest; nil for one term.
  mutating func sum(
    _ polynomial: Polynomial, node: NodeID?
  ) -> (scale: Fraction, shift: Monomial, place: Int32)? {
    guard polynomial.terms.count > 1 else { return nil }
    let shift = polynomial.commonMonomial
    var scale = polynomial.content
    // Without signs that all its multiples agree on, equal sums would be two.
    if polynomial.leading?.coefficient.isNegative == true { scale = scale.negated }
    guard let inverse = scale.inverse,
      let primitive = polynomial.times(inverse, Monomial.one.times(shift, sign: -1))
    else { return nil }
    var fingerprint = primitive.fingerprint
    while let place = sumPlaces[fingerprint] {
      guard primitive.hasTerms(of: sums[Int(place)].polynomial) else {
        fingerprint &+= 1
        continue
      }
      if sums[Int(place)].node == nil, let node {
        sums[Int(place)].node = node
        sums[Int(place)].scale = scale
        sums[Int(place)].shift = shift
      }
      return (scale, shift, place)
    }
    let place = Int32(sums.count)
    sums.append(KnownSum(polynomial: primitive, node: node, scale: scale, shift: shift))
    sumPlaces[fingerprint] = place
    return (scale, shift, place)
  }
}

extension Polynomial {
  /// Equal for the same terms in any order.
  fileprivate var fingerprint: UInt64 {
    terms.reduce(0) { sum, term in
      var word = UInt64(bitPattern: Int64(term.coefficient.numerator)) &* 0x9E37_79B9_7F4A_7C15
      word ^= UInt64(bitPattern: Int64(term.coefficient.denominator))
      for power in term.monomial.powers {
        let part = UInt64(UInt32(bitPattern: power.atom)) << 32
        word = (word ^ part ^ UInt64(UInt32(bitPattern: power.exponent))) &* 0xD6E8_FEB8_6659_FD93
        word ^= word >> 32
      }
      return sum &+ word
    }
  }

  /// Whether the terms are the same, in whatever order.
  fileprivate func hasTerms(of other: Polynomial) -> Bool {
    terms.count == other.terms.count && terms.allSatisfy { other.terms.contains($0) }
  }
}
