// Which expressions of numbers need their digits looked after. Decided once, when a program is
// made, by what happens to bounds of error at points far from each other: a formula like
// (x - sin(x))/x^3 or sqrt(x^2 + 1) - x shows at once, and one like a*x + b never does.

extension ExpressionGraph {
  /// Formulas longer than this are computed as they are.
  private static let longestFormula = 500
  private static let longestExactingFormula = 5000
  private static let mostInputs = 12

  /// Puts `guarded` nodes in the place of those of `values` that plain evaluation may get wrong:
  /// each is computed in double with a bound of its error, and with more digits where that is too
  /// wide.
  ///
  /// Only where everything that `roots` need is a number; programs over arrays only get their
  /// machine forms (`inMachineForms`).
  /// - Parameter isExacting: Whether all of `values` are to be right to the last unit: where they
  ///   are wanted at some points, and not a million times.
  /// - Returns: `roots` with the nodes replaced.
  package mutating func guarding(
    _ values: [NodeID], in roots: [NodeID], isExacting: Bool = false
  ) -> [NodeID] {
    let kept = inMachineForms(values + roots)
    let (values, roots) = (Array(kept.prefix(values.count)), Array(kept.dropFirst(values.count)))
    let candidates = values.filter { !operands($0).isEmpty && !isGuarded($0) }
    guard !candidates.isEmpty, isScalar(roots) else { return roots }
    var map: [NodeID: NodeID] = [:]
    // Many derivatives are one formula of different variables.
    var judged: [ScalarFormula: Bool] = [:]
    for node in Set(candidates).sorted() {
      let limit = isExacting ? Self.longestExactingFormula : Self.longestFormula
      guard let (plain, inputs) = scalarFormula(of: [node], limit: limit) else { continue }
      if !isExacting {
        guard inputs.count <= Self.mostInputs else { continue }
        let isLossy = judged[plain] ?? losesDigits(plain)
        judged[plain] = isLossy
        guard isLossy else { continue }
      }
      var formula = plain
      formula.isExacting = isExacting
      map[node] = insert(.guarded, inputs, .formula(formula))
    }
    return replacing(map, in: roots)
  }

  private func losesDigits(_ formula: ScalarFormula) -> Bool {
    var conditioning = Conditioning(formula)
    return conditioning.losesDigits
  }

  private func isGuarded(_ node: NodeID) -> Bool { operatorID(node) == .guarded }

  private func isScalar(_ roots: [NodeID]) -> Bool {
    let needed = reachable(from: roots)
    return needed.indices.allSatisfy { !needed[$0] || isScalar(NodeID($0)) }
  }

  /// The roots rebuilt with some nodes replaced; `substituting` for nodes that are no leaves.
  private mutating func replacing(_ map: [NodeID: NodeID], in roots: [NodeID]) -> [NodeID] {
    guard !map.isEmpty, let last = roots.max() else { return roots }
    let needed = reachable(from: roots)
    var mapped: [NodeID: NodeID] = map
    for slot in 0...last.slot where needed[slot] {
      let node = NodeID(slot)
      let operands = operands(NodeID(slot))
      guard mapped[node] == nil, operands.contains(where: { mapped[$0] != nil }) else { continue }
      origin = origin(at: slot)
      let image = insert(
        operatorID(at: slot), operands.map { mapped[$0] ?? $0 }, attribute(NodeID(slot)))
      passName(of: node, to: image)
      mapped[node] = image
    }
    origin = -1
    return roots.map { mapped[$0] ?? $0 }
  }
}

/// Looks for points where a formula loses digits.
struct Conditioning {
  private let formula: ScalarFormula
  private var evaluation: BoundedEvaluation

  /// Values that nothing is special about, for the inputs that stay.
  private static let plain = [0.7316, 1.3829, 2.2871, 0.4173, 1.7709, 0.9137]
  private static let sizes: [Double] = [
    1e-170, 1e-10, 1e-7, 1e-4, 1e-2, 0.3, 1.7, 5, 18, 42, 1e2, 4e2, 8e2, 1e4, 1e7, 1e10, 1e170,
  ]

  private static let farthest = 1e4

  /// The formula is sound.
  init(_ formula: ScalarFormula) {
    self.formula = formula
    evaluation = BoundedEvaluation(formula)
  }

  /// Whether some point of the sample has a value whose digits are in doubt.
  ///
  /// Inputs go to 0, to infinity, to the numbers in the formula and to each other.
  var losesDigits: Bool {
    mutating get {
      guard formula.steps.contains(where: { if case .apply = $0 { true } else { false } }) else {
        return false
      }
      for input in 0..<formula.inputCount {
        for value in Self.sizes.flatMap({ [$0, -$0] }) + neighbors() {
          let isFar = value.magnitude > Self.farthest
          if isInDoubt(isFar: isFar, { $0 == input ? value : Self.plain[$0 % Self.plain.count] }) {
            return true
          }
        }
      }
      guard formula.inputCount > 1 else { return isInDoubt { Self.plain[$0 % 6] } }
      for size in Self.sizes.flatMap({ [$0, -$0] }) {
        let isFar = max(size.magnitude, 1 / size.magnitude) > Self.farthest
        if isInDoubt(isFar: isFar, { size * Self.plain[$0 % Self.plain.count] }) { return true }
        // Every other one the other way: the quotient of two overflows.
        if isInDoubt(isFar: isFar, { $0 % 2 == 0 ? size : 1 / size }) { return true }
      }
      for input in 1..<formula.inputCount where isInDoubtBeside(input) { return true }
      return false
    }
  }

  /// With an input near each of those before it.
  private mutating func isInDoubtBeside(_ input: Int) -> Bool {
    for other in 0..<input {
      for gap in [1e-7, -1e-12] {
        let value = Self.plain[other % Self.plain.count] * (1 + gap)
        if isInDoubt({ $0 == input ? value : Self.plain[$0 % Self.plain.count] }) { return true }
      }
    }
    return false
  }

  /// - Parameter isFar: Whether the point is so far out that an infinite result says nothing.
  private mutating func isInDoubt(isFar: Bool = false, _ inputs: (Int) -> Double) -> Bool {
    evaluation.run(inputs)
    // Outside the domain there is nothing to lose.
    let isOutside = evaluation.values.contains { $0.value.isNaN }
    if isOutside, !hasOverflowed { return false }
    return formula.outputs.contains { place in
      let result = evaluation.values[place]
      if result.value.isInfinite { return !isFar && !isLastOverflow(place) }
      return !result.isWithin(BoundedValue.suspicion)
    }
  }

  private var hasOverflowed: Bool { evaluation.values.contains { $0.value.isInfinite } }

  /// Whether the result overflows and nothing that it is made of does.
  private func isLastOverflow(_ place: Int) -> Bool {
    guard case .apply(_, let operands) = formula.steps[place] else { return true }
    return operands.allSatisfy { evaluation.values[$0].isWithin(BoundedValue.suspicion) }
  }

  /// Points beside the numbers in the formula, and beside 1.
  private func neighbors() -> [Double] {
    var numbers: Set<Double> = [1, -1]
    for case .number(let value) in formula.steps where value.isFinite && value != 0 {
      numbers.insert(value)
      numbers.insert(-value)
    }
    guard numbers.count <= 16 else { return [] }
    return numbers.sorted().flatMap { number in
      [1e-12, 1e-7, 1e-3].flatMap { [number * (1 + $0), number * (1 - $0)] }
    }
  }
}
