import ADCCalculus

private let n = LawSketch.n

extension LawCase {
  /// Arrays, their sums and their shapes.
  static let arrays: [LawCase] = [
    LawCase(.diagonalProduct) { s in
      s("multiply", s("eye", attribute: .shape(Shape([n, n]))), s.v)
    } becomes: { s in
      s("diagonal_matrix", s.v)
    },
    LawCase(.diagonalMatrix) { s in
      s("add", s("diagonal_matrix", s.v), s("diagonal_matrix", s("sin", s.v)))
    } becomes: { s in
      s("diagonal_matrix", s("add", s.v, s("sin", s.v)))
    },
    LawCase(.outerProduct) { s in
      s("add", s.a, s("multiply", s.reshaped(s.v, n, 1), s.reshaped(s("sin", s.v), 1, n)))
    } becomes: { s in
      s("add", s.a, s("outer", s.v, s("sin", s.v)))
    },
    LawCase(.symmetricMatrix) { s in
      s("symmetric", s("add", s.a, s("transpose", s.a)))
    } becomes: { s in
      s("add", s.a, s("transpose", s.a))
    },
    LawCase(.identityMatrix) { s in
      s("matmul", s("eye", attribute: .shape(Shape([n, n]))), s.a)
    } becomes: { s in
      s.a
    },
    LawCase(.doubleTranspose) { s in
      s("transpose", s("transpose", s.a))
    } becomes: { s in
      s.a
    },
    LawCase(.scalarOutOfProduct) { s in
      s("matmul", s("multiply", s.x, s.a), s.v)
    } becomes: { s in
      s("multiply", s.x, s("matmul", s.a, s.v))
    },
    LawCase(.scalarOutside) { s in
      s("transpose", s("multiply", s.x, s.a))
    } becomes: { s in
      s("multiply", s.x, s("transpose", s.a))
    },
    LawCase(.scalarOutOfSum) { s in
      s.sum(s("multiply", s.x, s.v), 0)
    } becomes: { s in
      s("multiply", s.x, s.sum(s.v, 0))
    },
    LawCase(.nestedSums) { s in
      s.sum(s.sum(s.a, 1), 0)
    } becomes: { s in
      s.sum(s.a, 0, 1)
    },
    LawCase(.sumOfRepeats) { s in
      s.sum(s.spread(s.x, n), 0)
    } becomes: { s in
      s("multiply", s("size", attribute: .dimension(n)), s.x)
    },
    LawCase(.implicitBroadcast) { s in
      s("add", s.spread(s.x, n), s.v)
    } becomes: { s in
      s("add", s.x, s.v)
    },
    LawCase(.sumOfProducts) { s in
      let (left, right) = (s.reshaped(s.a, n, n, 1), s.reshaped(s("exp", s.a), 1, n, n))
      return s.sum(s("multiply", left, right), 1)
    } becomes: { s in
      s("matmul", s.a, s("exp", s.a))
    },
    LawCase(.sumOfProducts) { s in
      let left = s.reshaped(s.v, n, 1)
      return s.sum(s("multiply", left, s.a, s.v), 0, 1)
    } becomes: { s in
      s("matmul", s.v, s("matmul", s.v, s.a))
    },
    LawCase(.nestedPermutations) { s in
      let cube = s.reshaped(s.a, n, 1, n)
      return s(
        "permute", s("permute", cube, attribute: .permutation([1, 2, 0])),
        attribute: .permutation([1, 2, 0]))
    } becomes: { s in
      s("permute", s.reshaped(s.a, n, 1, n), attribute: .permutation([2, 0, 1]))
    },
    LawCase(.nestedShapes) { s in
      s.reshaped(s.reshaped(s.v, n, 1), 1, n)
    } becomes: { s in
      s.reshaped(s.v, 1, n)
    },
    LawCase(.lengthCancelled) { s in
      let length = s("norm", s.v, attribute: .axes([0], keep: false))
      return s("multiply", length, s("inverse_length", length), s.v)
    } becomes: { s in
      s.v
    },
    LawCase(.sumOfTable) { s in
      s.sum(s.graph.table(Table(shape: Shape([3]), values: [1, 2, 4])), 0)
    } becomes: { s in
      s.number(7)
    },
    LawCase(.sumOfSoftmax) { s in
      let u = s.graph.symbol(Symbol(name: "u", role: .variable, shape: Shape([3])))
      return s.sum(s("softmax", u, attribute: .axes([0], keep: true)), 0)
    } becomes: { s in
      s.number(1)
    },
    LawCase(.sumOfPadding) { s in
      s.sum(s("pad", s.v, attribute: .window(starts: [1], sizes: Shape([n + 3]))), 0)
    } becomes: { s in
      s.sum(s.v, 0)
    },
    LawCase(.softmaxQuotient) { s in
      s("divide", s("exp", s.v), s.sum(s("exp", s.v), 0))
    } becomes: { s in
      s("softmax", s.v, attribute: .axes([0], keep: true))
    },
    LawCase(.entries) { s in
      let (first, second) = (s.spread(s.x, 1), s.spread(s.y, 1))
      return s(
        "add", s("pad", first, attribute: .window(starts: [0], sizes: Shape([2]))),
        s("pad", second, attribute: .window(starts: [1], sizes: Shape([2]))))
    } becomes: { s in
      s("concat", s.spread(s.x, 1), s.spread(s.y, 1), attribute: .axis(0))
    },
  ]

  /// Loops from step to step.
  static let loops: [LawCase] = [
    LawCase(.lastState) { s in
      let states = s.doubling(from: s.x)
      let last = s(
        "slice", states, attribute: .window(starts: [n - 1], sizes: Shape([1])))
      return s.reshaped(last)
    } becomes: { s in
      s.doubling(from: s.x, collects: false)
    },
    LawCase(.deadStates) { s in
      s.doubling(from: s.x, beside: s.y)
    } becomes: { s in
      s.doubling(from: s.x)
    },
    LawCase(.fixedStates) { s in
      s.growing(from: s.x, by: s.y, isState: true)
    } becomes: { s in
      s.growing(from: s.x, by: s.y, isState: false)
    },
  ]
}
