/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static var number: OperatorID { OperatorID(0) }
  package static var table: OperatorID { OperatorID(1) }
  package static var symbol: OperatorID { OperatorID(2) }
  package static let guarded = Catalogue.required("guarded")
}

extension Catalogue {
  static let leaves: [Operator] = [
    Operator(
      "number", "A scalar constant.", arity: 0...0, shape: { _ in .success(.scalar) }, domain: [],
      derivative: .zero, execution: .leaf),
    Operator(
      "table", "A constant array.", arity: 0...0,
      shape: { query in
        guard case .table(let place) = query.attribute, query.tables.indices.contains(place) else {
          return .failure(ShapeProblem("a constant array without values"))
        }
        return .success(query.tables[place].shape)
      }, domain: [], derivative: .zero, execution: .leaf),
    Operator(
      "symbol", "A value from outside: an input, a parameter, a variable.", arity: 0...0,
      shape: { query in
        guard case .symbol(let place) = query.attribute, query.symbols.indices.contains(place)
        else { return .failure(ShapeProblem("a symbol without a name")) }
        return .success(query.symbols[place].shape)
      }, domain: [], derivative: .zero, execution: .leaf),
    Operator(
      "guarded", "A formula of numbers whose digits are looked after; made for the machine.",
      arity: 0...Int.max, shape: { _ in .success(.scalar) }, domain: [],
      derivative: .none(because: "a guarded formula is made after differentiation"),
      execution: .formula),
  ]
}
