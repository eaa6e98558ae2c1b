extension Simplifier {
  /// Laws of products of matrices and vectors, once numbers are taken out.
  mutating func simplerProductOfParts(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    productWithDiagonal(operands) ?? productWithInverse(node, operands)
      ?? productWithOuter(node, operands) ?? productWithOnes(operands)
      ?? vectorTimesMatrix(node, operands) ?? kroneckerProduct(node, operands)
      ?? reordered(node, operands)
  }

  private func areMatrices(_ operands: [NodeID]) -> Bool {
    operands.allSatisfy { graph.shape($0).rank == 2 }
  }

  /// `x @ A` as `A' @ x`, but for the `x @ A` of `x @ A @ y`.
  private mutating func vectorTimesMatrix(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    guard graph.shape(operands[0]).rank == 1, graph.shape(operands[1]).rank == 2,
      graph.operatorID(operands[1]) == .transpose || !dotted.contains(node)
    else { return nil }
    fire(.vectorTransposed)
    return graph.insert(.matrixProduct, [turned(operands[1]), operands[0]])
  }

  private mutating func productWithDiagonal(_ operands: [NodeID]) -> NodeID? {
    for (place, other) in [(1, 0), (0, 1)]
    where graph.operatorID(operands[place]) == .diagonalMatrix
      && graph.shape(operands[place]).rank == 2 && graph.shape(operands[other]).rank <= 2
    {
      fire(.productWithDiagonal)
      let vector = graph.operands(operands[place])[0]
      let rest = operands[other]
      if graph.operatorID(rest) == .diagonalMatrix {
        let product = graph.insert(.multiply, [graph.operands(rest)[0], vector])
        return graph.insert(.diagonalMatrix, [product])
      }
      if graph.shape(rest).rank == 1 || place == 1 {
        return graph.insert(.multiply, [rest, vector])
      }
      let column = Shape([graph.shape(vector).dimensions[0], 1])
      let spread = graph.insert(.reshape, [vector], .shape(column))
      return graph.insert(.multiply, [spread, rest])
    }
    return nil
  }

  /// `inv(A) @ b` as `solve(A, b)`, and `A @ inv(A)` as `eye(n)`.
  private mutating func productWithInverse(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    guard operands.allSatisfy({ graph.shape($0).rank <= 2 }) else { return nil }
    for (place, other) in [(0, 1), (1, 0)] {
      let (inverse, isTransposed) = withoutTranspose(operands[place])
      guard graph.operatorID(inverse) == .inverse else { continue }
      let base = graph.operands(inverse)[0]
      let matrix = isTransposed ? turned(base) : base
      if operands[other] == matrix {
        fire(.timesInverse)
        return graph.insert(.eye, [], .shape(graph.shape(matrix)))
      }
      let isVector = graph.shape(operands[other]).rank == 1
      guard isAlone(node, place, operands[place]), place == 0 || isVector else { continue }
      fire(.inverseTimes)
      return graph.insert(.solve, [place == 0 ? matrix : turned(matrix), operands[other]])
    }
    return nil
  }

  private mutating func productWithOuter(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    for (place, other) in [(0, 1), (1, 0)]
    where graph.operatorID(operands[place]) == .outer && isAlone(node, place, operands[place]) {
      let parts = graph.operands(operands[place])
      let rest = operands[other]
      guard graph.shape(rest).rank <= 2 else { continue }
      let (kept, met) = place == 0 ? (parts[0], parts[1]) : (parts[1], parts[0])
      fire(.productWithOuter)
      let product = graph.insert(.matrixProduct, place == 0 ? [met, rest] : [rest, met])
      if graph.shape(rest).rank == 1 { return graph.insert(.multiply, [product, kept]) }
      return graph.insert(.outer, place == 0 ? [kept, product] : [product, kept])
    }
    return nil
  }

  /// A product with an array of one number everywhere, as a sum.
  private mutating func productWithOnes(_ operands: [NodeID]) -> NodeID? {
    guard operands.allSatisfy({ graph.shape($0).rank <= 2 }) else { return nil }
    for (place, other) in [(1, 0), (0, 1)] where graph.operatorID(operands[place]) == .broadcast {
      let value = graph.operands(operands[place])[0]
      guard graph.shape(value).isScalar else { continue }
      let matrix = operands[other]
      let rank = graph.shape(matrix).rank
      let axis = place == 1 ? rank - 1 : max(rank - 2, 0)
      fire(.productWithOnes)
      let (base, isTransposed) = withoutTranspose(matrix)
      let seen = isTransposed ? [1, 0][axis] : axis
      let sum = graph.insert(.sum, [base], .axes([seen], keep: false))
      let scaled = graph.number(value) == 1 ? sum : graph.insert(.multiply, [value, sum])
      let whole = graph.insert(.matrixProduct, operands)
      let shape = graph.shape(whole)
      guard graph.shape(operands[place]).rank == 2, rank == 2 else {
        return fitted(scaled, to: shape)
      }
      if place == 0 { return fitted(scaled, to: shape) }
      let column = Shape([shape.dimensions[0], 1])
      let spread = graph.insert(.reshape, [scaled], .shape(column))
      return fitted(spread, to: shape)
    }
    return nil
  }

  private mutating func kroneckerProduct(_ node: NodeID, _ operands: [NodeID]) -> NodeID? {
    guard areMatrices(operands), operands.allSatisfy({ graph.operatorID($0) == .kronecker }),
      operands.indices.allSatisfy({ isAlone(node, $0, operands[$0]) })
    else { return nil }
    let (left, right) = (graph.operands(operands[0]), graph.operands(operands[1]))
    guard areMatrices(left + right) else { return nil }
    let fits = zip(left, right).allSatisfy {
      graph.shape($0).dimensions[1] == graph.shape($1).dimensions[0]
    }
    guard fits else { return nil }
    fire(.kroneckerProducts)
    let products = zip(left, right).map { graph.insert(.matrixProduct, [$0, $1]) }
    return graph.insert(.kronecker, products)
  }

  /// Laws of the product of all elements of two vectors.
  mutating func simplerOuter(_ operands: [NodeID]) -> NodeID? {
    for (place, other) in [(0, 1), (1, 0)] where graph.operatorID(operands[place]) == .broadcast {
      let value = graph.operands(operands[place])[0]
      guard graph.shape(value).isScalar else { continue }
      fire(.productWithOnes)
      let vector = operands[other]
      let scaled = graph.number(value) == 1 ? vector : graph.insert(.multiply, [value, vector])
      let shape = Shape(operands.flatMap { graph.shape($0).dimensions })
      if place == 0 { return fitted(scaled, to: shape) }
      let column = Shape([shape.dimensions[0], 1])
      return fitted(graph.insert(.reshape, [scaled], .shape(column)), to: shape)
    }
    return signOutOfOuter(operands)
  }

  /// outer(-a, b) as -outer(a, b); a number stays within, where there are fewer elements.
  private mutating func signOutOfOuter(_ operands: [NodeID]) -> NodeID? {
    for place in [0, 1] {
      guard isNegative(operands[place]),
        let (scalars, rest, isNegative) = scalarFactors(operands[place])
      else { continue }
      var flips = isNegative
      let positive = scalars.map { scalar in
        guard let number = graph.number(scalar), number < 0 else { return scalar }
        flips.toggle()
        return graph.constant(-number)
      }
      guard flips else { continue }
      fire(.scalarOutOfProduct)
      var parts = operands
      parts[place] = scaledResult(rest, positive.filter { graph.number($0) != 1 }, false)
      return graph.insert(.negate, [graph.insert(.outer, parts)])
    }
    return nil
  }
}
