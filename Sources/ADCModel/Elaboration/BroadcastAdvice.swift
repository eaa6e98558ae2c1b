import ADCCalculus

/// What to say, and to propose, where two shapes do not go together elementwise.
enum BroadcastAdvice {
  static func problem(_ left: Shape, _ right: Shape) -> ShapeProblem {
    let message = "the shapes \(left) and \(right) do not go together"
    if case .failure(let problem) = Catalogue.operators[Known.add.index].shape(
      ShapeQuery(operands: [left, right]))
    {
      return ShapeProblem(message, fix: problem.fix ?? difference(left, right))
    }
    return ShapeProblem(message)
  }

  /// Where shapes of one rank differ, or what would make them fit.
  private static func difference(_ left: Shape, _ right: Shape) -> String? {
    guard left.rank == right.rank,
      let axis = left.dimensions.indices.first(where: { axis in
        let (a, b) = (left.dimensions[axis], right.dimensions[axis])
        return a != b && !a.isOne && !b.isOne
      })
    else { return nil }
    return "axis \(axis) is \(left.dimensions[axis]) on the left and "
      + "\(right.dimensions[axis]) on the right; make them equal"
  }
}
