extension Catalogue {
  static let recurrences: [Operator] = [
    Operator(
      "scan", "Steps one after the other, each from the states that the one before left.",
      arity: 0...Int.max, shape: { _ in .success(.scalar) }, domain: [], derivative: .asLoop,
      execution: .recurrence
    ).differentiated(by: "back through the loop"),
    Operator(
      "scan_result", "The last states of a `scan`, or what it collects step by step.",
      arity: 1...1,
      shape: { query in
        guard case .result(_, let shape) = query.attribute else {
          return .failure(ShapeProblem("a result of a scan is expected"))
        }
        return .success(shape)
      }, domain: [], derivative: .asLoop, execution: .recurrenceResult, spelling: "scan"),
  ]
}
