import ADCCalculus

/// Instructions that read a tall matrix row by row and can do so together: its product with a
/// vector, a loop over the result, and the product of the transpose with what the loop made.
///
/// Run one after the other they read the matrix twice from memory.
struct SweepPlan {
  /// The first product; the loop comes next.
  var first: Int
  /// The product with the transpose; what lies between does not depend on it.
  var last: Int

  var loop: Int { first + 1 }

  /// Elements from which a matrix is taken to lie outside of the nearer caches.
  private static let leastCount = 1 << 17
  /// Columns for which a chunk of rows lies in a nearer cache.
  private static let mostColumns = 256

  /// - Parameter layouts: of the function's views.
  static func find(
    _ function: Function, _ layouts: [Layout], firstBuffer: Int, _ settings: ExecutionSettings
  ) -> [SweepPlan] {
    guard settings.engine != .interpreter, !ProcessorFeatures.productWidths.isEmpty else {
      return []
    }
    var result: [SweepPlan] = []
    var next = 0
    while next + 2 < function.instructions.count {
      if let found = find(at: next, function, layouts, firstBuffer: firstBuffer) {
        result.append(found)
        // Its instructions, and those between, belong to no other sweep.
        next = found.last
      }
      next += 1
    }
    return result
  }

  private static func find(
    at place: Int, _ function: Function, _ layouts: [Layout], firstBuffer: Int
  ) -> SweepPlan? {
    guard case .matrixProduct(let a, let b, let to) = function.instructions[place],
      case .loop(let kernel) = function.instructions[place + 1]
    else { return nil }
    let (matrix, vector) = (layouts[a], layouts[b])
    guard matrix.sizes.count == 2, matrix.strides[1] == 1, vector.sizes.count == 1,
      vector.strides[0] == 1, matrix.count >= leastCount, matrix.sizes[1] <= mostColumns,
      matrix.sizes[0] > BoundLoop.block, hasOneAxis(kernel),
      kernel.reads(.contiguous(root: firstBuffer + to, sizes: [matrix.sizes[0]]), layouts)
    else { return nil }
    let stores = Set(kernel.stores.map { firstBuffer + $0 })
    let last = function.instructions.indices.dropFirst(place + 2).first { index in
      guard case .matrixProduct(let left, let right, _) = function.instructions[index] else {
        return false
      }
      return isBack(layouts[left], layouts[right], matrix, stores)
        || isBack(layouts[right], layouts[left], matrix, stores, isTurned: true)
    }
    return last.map { SweepPlan(first: place, last: $0) }
  }

  /// Whether a loop goes over one axis, and reduces over all of it at most. That there are as many
  /// steps as rows is asked when they are bound.
  private static func hasOneAxis(_ kernel: LoopKernel) -> Bool {
    kernel.space.rank == 1 && kernel.reductions.allSatisfy { $0.axes == [0] }
  }

  /// Whether operands are the matrix's transpose (the matrix as right operand) and a stored vector.
  private static func isBack(
    _ matrix: Layout, _ vector: Layout, _ first: Layout, _ stores: Set<Int>, isTurned: Bool = false
  ) -> Bool {
    guard matrix.sizes.count == 2, vector.sizes.count == 1 else { return false }
    let (rows, columns) = isTurned ? (0, 1) : (1, 0)
    return matrix.root == first.root && matrix.offset == first.offset
      && matrix.sizes[rows] == first.sizes[0] && matrix.sizes[columns] == first.sizes[1]
      && matrix.strides[rows] == first.strides[0] && matrix.strides[columns] == 1
      && stores.contains(vector.root) && vector.strides[0] == 1 && vector.offset == 0
  }
}

extension LoopKernel {
  /// Whether the loop reads a vector, and at each step the element of that step alone: another
  /// element may be of rows that come later.
  fileprivate func reads(_ vector: Layout, _ layouts: [Layout]) -> Bool {
    let views = inputs.compactMap { input -> Layout? in
      guard case .view(let view) = input, layouts[view].root == vector.root else { return nil }
      return layouts[view]
    }
    return !views.isEmpty
      && views.allSatisfy {
        $0.offset == 0 && $0.sizes == vector.sizes && $0.strides == vector.strides
      }
  }
}
