// Whole matrices of derivatives: a product with one of them, lifted over all unit vectors at once.

extension ExpressionGraph {
  /// All derivatives of the elements of an array by those of a variable; the axes of the array come
  /// first, then those of the variable.
  ///
  /// One sweep, forward where the variable is known to be the smaller, else reverse, with a seed
  /// that is then lifted to the unit vectors of every axis; linear in the nodes between both.
  package mutating func jacobian(
    of result: NodeID, by variable: NodeID
  ) throws(DifferentiationError) -> NodeID {
    let (rows, columns) = (shape(result), shape(variable))
    if rows.isScalar { return try gradient(of: result, by: [variable])[0] }
    if columns.isScalar {
      return try jvp(of: [result], along: [variable: constant(1)])[0]
    }
    guard sweepsForward(rows, columns) else {
      let (seed, vectors) = unitSeed(rows)
      let received = try vjp(of: result, seed: seed, by: [variable])[0]
      return lifted(received, over: vectors)
    }
    let (seed, vectors) = unitSeed(columns)
    let change = try jvp(of: [result], along: [variable: seed])[0]
    let array = lifted(change, over: vectors)
    return permuted(
      array, (0..<rows.rank).map { $0 + columns.rank } + Array(0..<columns.rank))
  }

  /// All second derivatives of a scalar by the elements of a variable, the axes of the variable
  /// twice, with the same bits at (i, j) and (j, i).
  ///
  /// Forward over reverse, lifted: `hvp` of all unit vectors at once.
  package mutating func hessian(
    of result: NodeID, by variable: NodeID
  ) throws(DifferentiationError) -> NodeID {
    let shape = shape(variable)
    if shape.isScalar {
      let slope = try gradient(of: result, by: [variable])[0]
      return try gradient(of: slope, by: [variable])[0]
    }
    return try hessian(ofGradient: gradient(of: result, by: [variable])[0], by: variable)
  }

  /// The second derivatives from the gradient by the variable, which is an array.
  package mutating func hessian(
    ofGradient gradient: NodeID, by variable: NodeID
  ) throws(DifferentiationError) -> NodeID {
    let (seed, vectors) = unitSeed(shape(variable))
    let change = try jvp(of: [gradient], along: [variable: seed])[0]
    return insert(.symmetricPart, [lifted(change, over: vectors)])
  }

  /// Whether a forward sweep makes less than a reverse one: one direction for each column, or one
  /// adjoint for each row.
  private func sweepsForward(_ rows: Shape, _ columns: Shape) -> Bool {
    switch (rows.knownCount, columns.knownCount) {
    case (let rows?, let columns?): columns < rows
    case (nil, .some): true
    case (.some, nil): false
    case (nil, nil): columns.rank < rows.rank
    }
  }

  /// A seed that is a unit array where each of its vectors is a unit vector: their outer product.
  private mutating func unitSeed(_ whole: Shape) -> (seed: NodeID, vectors: [NodeID]) {
    let vectors = whole.dimensions.map { dimension in
      symbol(Symbol(name: "unit", role: .variable, shape: Shape([dimension])))
    }
    if vectors.count == 1 { return (vectors[0], vectors) }
    let factors = vectors.enumerated().map { axis, vector in
      var dimensions = [Dimension](repeating: 1, count: whole.rank)
      dimensions[axis] = whole.dimensions[axis]
      return insert(.reshape, [vector], .shape(Shape(dimensions)))
    }
    return (insertFitting(.multiply, factors, within: whole), vectors)
  }

  /// A node for all unit vectors in the place of some vectors, one new axis for each, in order.
  private mutating func lifted(_ node: NodeID, over vectors: [NodeID]) -> NodeID {
    var result = node
    for vector in vectors.reversed() {
      let dimension = shape(vector).dimensions[0]
      let own = shape(result)
      let units = insert(.eye, [], .shape(Shape([dimension, dimension])))
      result = lifted([result], replacing: [vector: units], dimension)[0]
      result = full(result, Shape([dimension] + own.dimensions))
    }
    return result
  }
}
