import ADCSyntax

/// The names that an expression uses and does not define.
struct FreeNames {
  /// Names used as values, in the order written, repeats included.
  private(set) var values: [Name] = []
  /// Names that are called.
  private(set) var calls: [Name] = []
  /// Names by which `diff` and its like differentiate.
  private(set) var differentiated: Set<String> = []
  /// Those of `values` that are in the places of `x[…]` and are not all that is written there.
  private(set) var inComputedPlaces: [Name] = []
  private var bound: [String: Int] = [:]

  init(_ expression: Expression, except arguments: [String] = []) {
    for name in arguments { bound[name, default: 0] += 1 }
    visit(expression)
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.form {
    case .number, .string, .missing: break
    case .name(let text): if bound[text] == nil { values.append(Name(text, expression.range)) }
    case .sum(let first, let links), .product(let first, let links):
      visit(first)
      for link in links { visit(link.operand) }
    case .power(let operands), .and(let operands), .or(let operands), .array(let operands):
      for operand in operands { visit(operand) }
    case .prefix(_, count: _, let operand), .transposed(let operand): visit(operand)
    case .comparison(let left, _, let right):
      visit(left)
      visit(right)
    case .choice(let branches, let otherwise):
      for branch in branches {
        visit(branch.condition)
        visit(branch.value)
      }
      visit(otherwise)
    case .call(let name, let arguments): visit(call: name, arguments)
    case .subscripted(let base, let subscripts):
      visit(base)
      for place in subscripts { visit(place) }
    case .block(let lets, let value):
      for declaration in lets {
        visit(declaration.value)
        bind(declaration.names)
      }
      visit(value)
      for declaration in lets { release(declaration.names) }
    case .loop(let loop): visit(loop)
    }
  }

  private mutating func bind(_ names: [Name]) {
    for name in names { bound[name.text, default: 0] += 1 }
  }

  private mutating func release(_ names: [Name]) {
    for name in names {
      let depth = bound[name.text, default: 1] - 1
      bound[name.text] = depth == 0 ? nil : depth
    }
  }

  private mutating func visit(_ loop: Loop) {
    if let callee = loop.callee { calls.append(callee) }
    // A range may change with the indices before it, and what states begin with with none.
    for range in loop.ranges {
      visit(range.lower)
      visit(range.upper)
      bind([range.name])
    }
    release(loop.ranges.map(\.name))
    for state in loop.states { visit(state.initial) }
    for option in loop.options where option.label?.text != "store" { visit(option.value) }
    let names = loop.ranges.map(\.name) + loop.states.map(\.name)
    bind(names)
    for declaration in loop.lets {
      visit(declaration.value)
      bind(declaration.names)
    }
    for value in loop.body { visit(value) }
    for declaration in loop.lets { release(declaration.names) }
    release(names)
  }

  private mutating func visit(call name: Name, _ arguments: [Argument]) {
    if bound[name.text] == nil { calls.append(name) }
    if Known.derivativeCalls.contains(name.text) {
      // `jvp` and its like take a vector after the name.
      for argument in arguments.dropFirst().prefix(name.text == "diff" ? Int.max : 1) {
        if case .name(let text) = argument.value.form { differentiated.insert(text) }
      }
    }
    guard name.text == "root", let unknown = Self.unknown(of: arguments) else {
      for argument in arguments { visit(argument.value) }
      return
    }
    // The unknown is a name of the residual alone.
    for argument in arguments where argument.label != nil { visit(argument.value) }
    bound[unknown, default: 0] += 1
    for argument in arguments where argument.label == nil { visit(argument.value) }
    let depth = bound[unknown, default: 1] - 1
    bound[unknown] = depth == 0 ? nil : depth
  }

  private static func unknown(of arguments: [Argument]) -> String? {
    let plain = arguments.filter { $0.label == nil }
    guard plain.count == 2, case .name(let text) = plain[1].value.form else { return nil }
    return text
  }

  private mutating func visit(_ place: Subscript) {
    switch place {
    case .index(let index):
      let before = values.count
      visit(index)
      if case .name = index.form { break }
      inComputedPlaces += values[before...]
    case .range(let lower, let upper, includesUpper: _, _):
      if let lower { visit(lower) }
      if let upper { visit(upper) }
    case .new: break
    }
  }
}
