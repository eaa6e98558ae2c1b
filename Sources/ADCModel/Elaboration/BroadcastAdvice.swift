import ADCCalculus

/// What to say, and to propose, where two shapes do not go together elementwise.
enum BroadcastAdvice {
  /// - Parameters:
  ///   - leftText: the left operand as text that `[…]` can follow, where there is one.
  ///   - rightText: the right operand likewise.
  static func problem(
    _ left: Shape, _ right: Shape, leftText: String?, rightText: String?
  ) -> ShapeProblem {
    let leftName = leftText ?? "(the left side)"
    let rightName = rightText ?? "(the right side)"
    let fix: String?
    if left.rank == right.rank {
      fix = difference(left, right, rightName)
    } else if left.rank > right.rank {
      fix = growth(of: right, rightName, to: left, leftName)
    } else {
      fix = growth(of: left, leftName, to: right, rightName)
    }
    return ShapeProblem("the shapes \(left) and \(right) do not go together", fix: fix)
  }

  /// New dimensions behind the shorter shape, where it is how the longer one begins.
  private static func growth(
    of short: Shape, _ shortName: String, to long: Shape, _ longName: String
  ) -> String? {
    guard short.rank >= 1, Array(long.dimensions.prefix(short.rank)) == short.dimensions else {
      return nil
    }
    let colons = short.dimensions.map { _ in ":" }.joined(separator: ", ")
    let extra = long.dimensions.dropFirst(short.rank)
    let news = extra.map { _ in "new" }.joined(separator: ", ")
    let grown = "`\(shortName)[\(colons), \(news)]`"
    guard extra.allSatisfy(\.isOne) else { return "write \(grown)" }
    let zeros = extra.map { _ in "0" }.joined(separator: ", ")
    return "write \(grown), of shape \(long), or `\(longName)[\(colons), \(zeros)]`, of shape "
      + "\(short)"
  }

  /// Where shapes of one rank differ, or what would make them fit.
  private static func difference(
    _ left: Shape, _ right: Shape, _ rightName: String
  ) -> String? {
    if left.rank == 2, right.dimensions == left.dimensions.reversed() {
      return "transpose one of them: `\(rightName)'`"
    }
    let differing = left.dimensions.indices.first { axis in
      let (a, b) = (left.dimensions[axis], right.dimensions[axis])
      return a != b && !a.isOne && !b.isOne
    }
    guard let axis = differing else { return nil }
    return "axis \(axis) is \(left.dimensions[axis]) on the left and "
      + "\(right.dimensions[axis]) on the right; make them equal"
  }
}
