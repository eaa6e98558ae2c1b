import ADCCalculus
import ADCSyntax

extension MathWriter {
  /// The sizes of an expression's value as far as its form tells; nil where it does not.
  func shape(_ e: Expression) -> [String]? {
    switch e.form {
    case .number: return []
    case .name(let name):
      if let known = shapes[name] { return known }
      return hidden.contains(name) ? nil : []
    case .sum(let first, let links), .product(let first, let links):
      var result = shape(first)
      for link in links {
        guard let left = result, let right = shape(link.operand) else { return nil }
        result = Self.product(left, link.operator, right)
      }
      return result
    case .power(let operands), .and(let operands), .or(let operands): return broadcast(operands)
    case .prefix(_, _, let operand): return shape(operand)
    case .comparison(let left, _, let right): return broadcast([left, right])
    case .choice(let branches, let otherwise):
      return broadcast(branches.flatMap { [$0.condition, $0.value] } + [otherwise])
    case .transposed(let base):
      guard var sizes = shape(base), sizes.count >= 2 else { return nil }
      sizes.swapAt(sizes.count - 1, sizes.count - 2)
      return sizes
    case .subscripted(let base, let places): return shape(base).flatMap { subscripted($0, places) }
    case .array(let elements):
      guard let first = elements.first, let rest = shape(first) else { return nil }
      return ["\(elements.count)"] + rest
    case .call(let name, let arguments): return shape(of: name.text, arguments)
    case .string, .loop, .block, .missing: return nil
    }
  }

  private func broadcast(_ operands: [Expression]) -> [String]? {
    var result: [String] = []
    for operand in operands {
      guard let other = shape(operand) else { return nil }
      result = Self.joined(result, other)
    }
    return result
  }

  private static func joined(_ left: [String], _ right: [String]) -> [String] {
    let (long, short) = left.count >= right.count ? (left, right) : (right, left)
    var result = long
    for (place, size) in short.enumerated() {
      let at = long.count - short.count + place
      if result[at] == "1" { result[at] = size }
    }
    return result
  }

  /// The sizes of two operands' sum or product; nil for matrices that are none.
  static func product(
    _ left: [String], _ op: BinaryOperator, _ right: [String]
  ) -> [String]? {
    guard op == .matrixMultiply else { return joined(left, right) }
    switch (left.count, right.count) {
    case (1, 1): return []
    case (2, 1): return [left[0]]
    case (1, 2): return [right[1]]
    case (2, 2): return [left[0], right[1]]
    default: return nil
    }
  }

  private func subscripted(_ sizes: [String], _ places: [Subscript]) -> [String]? {
    var result: [String] = []
    var rest = sizes[...]
    for place in places {
      switch place {
      case .new: result.append("1")
      case .index(let index):
        guard rest.popFirst() != nil, shape(index) == [] else { return nil }
      case .range(nil, nil, _, _):
        guard let size = rest.popFirst() else { return nil }
        result.append(size)
      case .range: return nil
      }
    }
    return result + rest
  }

  /// The sizes that a reduction over named axes leaves.
  private func reduced(_ sizes: [String], _ arguments: [Argument]) -> [String]? {
    var axes = Array(sizes.indices)
    var isKept = false
    for argument in arguments where argument.label != nil {
      switch (argument.label?.text, argument.value.form) {
      case ("axis", .number(let value)): axes = [Int(exactly: value) ?? -1]
      case ("axis", .array(let places)):
        axes = places.map { place in
          if case .number(let value) = place.form { return Int(exactly: value) ?? -1 }
          return -1
        }
      case ("keep", .name("true")): isKept = true
      default: return nil
      }
    }
    guard axes.allSatisfy(sizes.indices.contains) else { return nil }
    return sizes.indices.compactMap { axes.contains($0) ? (isKept ? "1" : nil) : sizes[$0] }
  }

  /// Remembers the shape of a name from its value, where that tells.
  mutating func learn(_ name: String, _ value: Expression) {
    if shapes[name] == nil, let shape = shape(value) { set(name, shape) }
  }

  private func sizeText(_ e: Expression) -> String {
    var copy = self
    return copy.text(e)
  }

  private func shape(of word: String, _ arguments: [Argument]) -> [String]? {
    guard !hidden.contains(word) else { return nil }
    let plain = arguments.filter { $0.label == nil }.map(\.value)
    let candidates = Catalogue.ids(spelled: word).map { Catalogue.operators[$0.index] }
      .filter { $0.arity.contains(plain.count) }
    if candidates.contains(where: \.isElementwise), arguments.count == plain.count {
      return broadcast(plain)
    }
    if candidates.contains(where: { $0.call == .reduction }), arguments.count == plain.count {
      return []
    }
    if candidates.contains(where: { $0.call == .reduction }), let sizes = plain.first.flatMap(shape)
    {
      return reduced(sizes, arguments)
    }
    if word == "one_hot", plain.count == 2 {
      return shape(plain[0]).map { $0 + [sizeText(plain[1])] }
    }
    // Along an axis, and of whole matrices, the shape stays.
    if candidates.contains(where: { $0.call == .alongAxis }), let first = plain.first {
      return shape(first)
    }
    if word == "iota", plain.count == 1 { return [sizeText(plain[0])] }
    if word == "inv", let first = plain.first { return shape(first) }
    return word == "det" || word == "trace" || word == "logdet" ? [] : nil
  }
}
