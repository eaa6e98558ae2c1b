/// The shape rules that several operators share.
enum Shapes {
  /// The operand's own shape, which has axes.
  static let array: ShapeRule = { query in
    query.operands[0].isScalar
      ? .failure(ShapeProblem("an array is expected, and this is a number"))
      : .success(query.operands[0])
  }

  static let elementwise: ShapeRule = { query in
    let inOrder = joined(query.operands)
    guard case .failure = inOrder, query.operands.count > 2 else { return inOrder }
    // Of three or more operands two may need a third between them: the larger ones first.
    let sorted = query.operands.sorted { left, right in
      left.rank != right.rank
        ? left.rank > right.rank
        : left.dimensions.count(where: \.isOne) < right.dimensions.count(where: \.isOne)
    }
    if case .success(let shape) = joined(sorted) { return .success(shape) }
    return inOrder
  }

  private static func joined(_ shapes: [Shape]) -> Result<Shape, ShapeProblem> {
    var result = shapes[0]
    for shape in shapes.dropFirst() {
      guard let joined = result.broadcast(with: shape) else {
        return .failure(broadcastProblem(result, shape))
      }
      result = joined
    }
    return .success(result)
  }

  /// What to say, and to propose, where two shapes do not go together elementwise.
  static func broadcastProblem(_ left: Shape, _ right: Shape) -> ShapeProblem {
    var fix: String?
    let (short, long) = left.rank <= right.rank ? (left, right) : (right, left)
    if long.rank == short.rank + 1, long.dimensions.last?.isOne == true,
      Array(long.dimensions.dropLast()) == short.dimensions
    {
      let colons = short.dimensions.map { _ in ":" }.joined(separator: ", ")
      fix =
        "write `[\(colons), 0]` after the one of shape \(long) to make it \(short), "
        + "or `[\(colons), new]` after the one of shape \(short) to make it \(long)"
    } else if short.rank >= 1, short.rank < long.rank,
      Array(long.dimensions.prefix(short.rank)) == short.dimensions
    {
      let colons = short.dimensions.map { _ in ":" }.joined(separator: ", ")
      let news = Array(repeating: "new", count: long.rank - short.rank).joined(separator: ", ")
      fix = "write `[\(colons), \(news)]` after the one of shape \(short)"
    } else if left.rank == 2, right == Shape(left.dimensions.reversed()) {
      fix = "transpose one of them with `'`"
    }
    return ShapeProblem("the shapes \(left) and \(right) do not go together", fix: fix)
  }

  static let same: ShapeRule = { .success($0.operands[0]) }

  static let reduction: ShapeRule = { query in
    guard case .axes(let axes, let keep) = query.attribute else {
      return .failure(ShapeProblem("a reduction without axes"))
    }
    let dimensions = query.operands[0].dimensions
    if let axis = axes.first(where: { !dimensions.indices.contains($0) }) {
      return .failure(noAxis(axis, query.operands[0]))
    }
    var result: [Dimension] = []
    for (axis, dimension) in dimensions.enumerated() {
      if !axes.contains(axis) { result.append(dimension) } else if keep { result.append(1) }
    }
    return .success(Shape(result))
  }

  /// As `reduction`, over exactly one axis.
  static let reductionOfOneAxis: ShapeRule = { query in
    guard case .axes(let axes, _) = query.attribute, axes.count == 1 else {
      if query.operands[0].isScalar { return .failure(noAxis(0, query.operands[0])) }
      return .failure(ShapeProblem("one axis is expected", fix: "name it: `axis: 0`"))
    }
    return reduction(query)
  }

  /// As `reduction`, over axes that follow each other.
  static let reductionOfNeighbours: ShapeRule = { query in
    if case .axes(let axes, _) = query.attribute, let first = axes.first,
      axes != Array(first..<(first + axes.count))
    {
      return .failure(
        ShapeProblem("the axes must follow each other", fix: "take one axis after the other"))
    }
    return reduction(query)
  }

  /// The operand's shape, with axes as `reductionOfNeighbours` takes them.
  static let sameOverNeighbours: ShapeRule = { query in
    reductionOfNeighbours(query).map { _ in query.operands[0] }
  }

  static let alongAxis: ShapeRule = { query in
    let shape = query.operands[0]
    let axis: Int
    switch query.attribute {
    case .axes(let axes, _) where axes.count == 1: axis = axes[0]
    case .scan(let place, _): axis = place
    default:
      return .failure(
        ShapeProblem("an array with at least one axis is expected, and its shape is \(shape)"))
    }
    guard shape.dimensions.indices.contains(axis) else { return .failure(noAxis(axis, shape)) }
    return .success(shape)
  }

  static func noAxis(_ axis: Int, _ shape: Shape) -> ShapeProblem {
    shape.isScalar
      ? ShapeProblem("a number has no axis \(axis)")
      : ShapeProblem(
        "there is no axis \(axis): the shape is \(shape), its axes are 0 to \(shape.rank - 1)")
  }

  static let attributeShape: ShapeRule = { query in
    switch query.attribute {
    case .shape(let shape), .place(_, let shape): return .success(shape)
    default: return .failure(ShapeProblem("a shape is expected"))
    }
  }

  static let attributeMatrix: ShapeRule = { query in
    attributeShape(query).flatMap { shape in
      shape.rank == 2
        ? .success(shape) : .failure(ShapeProblem("\(shape) is not the shape of a matrix"))
    }
  }

  static let broadcast: ShapeRule = { query in
    guard case .shape(let shape) = query.attribute else {
      return .failure(ShapeProblem("a shape is expected"))
    }
    guard query.operands[0].stretches(to: shape) else {
      return .failure(ShapeProblem("the shape \(query.operands[0]) does not broadcast to \(shape)"))
    }
    return .success(shape)
  }

  static let reshape: ShapeRule = { query in
    guard case .shape(let shape) = query.attribute else {
      return .failure(ShapeProblem("a shape is expected"))
    }
    let from = query.operands[0]
    if from.dimensions.contains(where: { $0.known == nil })
      || shape.dimensions.contains(where: { $0.known == nil })
    {
      // With names, the named sizes must be the same and the numbers have the same product.
      guard from.namedFactors == shape.namedFactors, from.numberFactor == shape.numberFactor
      else {
        return .failure(ShapeProblem("\(from) cannot be reshaped to \(shape)"))
      }
      return .success(shape)
    }
    // Both too many to count: no machine holds them, which is said when there is to be room for
    // them.
    guard from.knownCount == shape.knownCount else {
      let count = from.knownCount.map(String.init) ?? "too many"
      let wanted = shape.knownCount.map(String.init) ?? "too many"
      return .failure(
        ShapeProblem(
          "\(from) cannot be reshaped to \(shape): \(count) elements against \(wanted)"))
    }
    return .success(shape)
  }

  static let transpose: ShapeRule = { query in
    let shape = query.operands[0]
    guard shape.rank >= 2 else {
      return .failure(
        ShapeProblem(
          "`'` needs a matrix, and the shape is \(shape)",
          fix: shape.rank == 1 ? "`[:, new]` makes a column, `[new, :]` a row" : nil))
    }
    var dimensions = shape.dimensions
    dimensions.swapAt(shape.rank - 1, shape.rank - 2)
    return .success(Shape(dimensions))
  }

  static let diagonal: ShapeRule = { query in
    let shape = query.operands[0]
    guard shape.rank >= 2, shape.dimensions[shape.rank - 1] == shape.dimensions[shape.rank - 2]
    else { return .failure(ShapeProblem("a square matrix is expected, and the shape is \(shape)")) }
    return .success(Shape(Array(shape.dimensions.dropLast())))
  }

  static let slice: ShapeRule = { query in
    guard case .window(let starts, let sizes) = query.attribute, !query.operands[0].isScalar,
      starts.count == query.operands[0].rank, sizes.rank == query.operands[0].rank
    else { return .failure(ShapeProblem("a window of the array's rank is expected")) }
    for (axis, whole) in query.operands[0].dimensions.enumerated() {
      if let problem = outside(start: starts[axis], size: sizes.dimensions[axis], whole: whole) {
        return .failure(problem)
      }
    }
    return .success(sizes)
  }

  static let pad: ShapeRule = { query in
    guard case .window(let starts, let sizes) = query.attribute, !query.operands[0].isScalar,
      starts.count == query.operands[0].rank, sizes.rank == query.operands[0].rank
    else { return .failure(ShapeProblem("a window of the array's rank is expected")) }
    for (axis, size) in query.operands[0].dimensions.enumerated() {
      if let problem = outside(start: starts[axis], size: size, whole: sizes.dimensions[axis]) {
        return .failure(problem)
      }
    }
    return .success(sizes)
  }

  /// What is wrong with elements `start ..< start + size` of `whole`, as far as the sizes are
  /// known.
  private static func outside(start: Dimension, size: Dimension, whole: Dimension) -> ShapeProblem?
  {
    let rest = whole - start - size
    if let first = start.known, first < 0 {
      return ShapeProblem("the index \(first) is before the first element")
    }
    if let count = size.known, count < 0 {
      return ShapeProblem("the range ends before it starts")
    }
    if let rest = rest.known, rest < 0 {
      return size.isOne
        ? ShapeProblem(
          "the index \(start) is outside the axis of \(whole), whose last is \(whole - 1)")
        : ShapeProblem("the range \(start)..<\(start + size) is outside the axis of \(whole)")
    }
    return nil
  }

  static let permutation: ShapeRule = { query in
    let shape = query.operands[0]
    guard case .permutation(let order) = query.attribute, !shape.isScalar,
      order.sorted() == Array(0..<shape.rank)
    else {
      return .failure(
        ShapeProblem("an order of the axes 0..<\(shape.rank) is expected: the shape is \(shape)"))
    }
    return .success(Shape(order.map { shape.dimensions[$0] }))
  }

  static let gathering: ShapeRule = { query in
    let (table, index) = (query.operands[0].dimensions, query.operands[1].dimensions)
    let batch = query.attribute.batch
    guard batch >= 0, table.count > batch, table[batch].known != 0 else {
      return .failure(ShapeProblem("a table with rows is expected"))
    }
    guard index.prefix(batch) == table.prefix(batch) else {
      return .failure(
        ShapeProblem(
          "the shapes \(query.operands[0]) and \(query.operands[1]) do not share "
            + "\(batch) leading \(batch == 1 ? "axis" : "axes")"))
    }
    return .success(Shape(index + table.dropFirst(batch + 1)))
  }

  static let scattering: ShapeRule = { query in
    let shape: Shape
    switch query.attribute {
    case .shape(let whole), .scattering(let whole, _): shape = whole
    default: return .failure(ShapeProblem("a shape is expected"))
    }
    let batch = query.attribute.batch
    guard batch >= 0, shape.rank > batch,
      query.operands[1].dimensions.prefix(batch) == shape.dimensions.prefix(batch),
      query.operands[0].dimensions
        == query.operands[1].dimensions + shape.dimensions.dropFirst(batch + 1)
    else {
      return .failure(
        ShapeProblem(
          "rows of shape \(query.operands[0]) cannot be added at indices of shape \(query.operands[1])"
        ))
    }
    return .success(shape)
  }

  static let concatenation: ShapeRule = { query in
    guard case .axis(let axis) = query.attribute else {
      return .failure(ShapeProblem("an axis is expected"))
    }
    var result = query.operands[0]
    guard result.dimensions.indices.contains(axis) else { return .failure(noAxis(axis, result)) }
    for shape in query.operands.dropFirst() {
      var expected = result
      guard shape.rank == result.rank else {
        return .failure(ShapeProblem("the shapes \(result) and \(shape) cannot be joined"))
      }
      expected.dimensions[axis] = shape.dimensions[axis]
      guard expected == shape else {
        return .failure(
          ShapeProblem("the shapes \(result) and \(shape) differ beside axis \(axis)"))
      }
      result.dimensions[axis] = result.dimensions[axis] + shape.dimensions[axis]
    }
    return .success(result)
  }

  static let stack: ShapeRule = { query in
    guard case .axis(let axis) = query.attribute, axis >= 0, axis <= query.operands[0].rank else {
      return .failure(
        ShapeProblem("arrays of shape \(query.operands[0]) cannot be stacked along that axis"))
    }
    if let other = query.operands.first(where: { $0 != query.operands[0] }) {
      return .failure(
        ShapeProblem("arrays of the shapes \(query.operands[0]) and \(other) cannot be stacked"))
    }
    var result = query.operands[0]
    result.dimensions.insert(Dimension(query.operands.count), at: axis)
    return .success(result)
  }

  static let matrixProduct: ShapeRule = { query in
    let (a, b) = (query.operands[0], query.operands[1])
    guard a.rank >= 1, b.rank >= 1 else {
      return .failure(
        ShapeProblem(
          "`@` needs arrays, and the shapes are \(a) and \(b)", fix: "use `*` with a number"))
    }
    let inner = a.dimensions[a.rank - 1]
    let other = b.dimensions[b.rank >= 2 ? b.rank - 2 : 0]
    guard inner == other else {
      var fix: String?
      if b.rank == 2, b.dimensions[1] == inner {
        fix = "transpose the right side with `'`"
      } else if a.rank == 2, a.dimensions[0] == other {
        fix = "transpose the left side with `'`"
      } else if a.rank >= 2, b.rank >= 2 {
        fix = "the left side needs \(other) columns, or the right side \(inner) rows"
      }
      return .failure(
        ShapeProblem("the inner dimensions differ, \(inner) and \(other): \(a) @ \(b)", fix: fix))
    }
    var batch = Shape(Array(a.dimensions.dropLast(2)))
    if a.rank > 2 || b.rank > 2 {
      guard let joined = batch.broadcast(with: Shape(Array(b.dimensions.dropLast(2)))) else {
        return .failure(ShapeProblem("the batches of \(a) and \(b) do not go together"))
      }
      batch = joined
    }
    if a.rank >= 2 { batch.dimensions.append(a.dimensions[a.rank - 2]) }
    if b.rank >= 2 { batch.dimensions.append(b.dimensions[b.rank - 1]) }
    return .success(batch)
  }
}
