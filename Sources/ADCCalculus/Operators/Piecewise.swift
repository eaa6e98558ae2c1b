/// Operators that the engine builds; their lines in the catalogue say what they are.
extension OperatorID {
  package static let select = Catalogue.required("select")
  package static let less = Catalogue.required("less")
  package static let lessOrEqual = Catalogue.required("less_equal")
  package static let equal = Catalogue.required("equal")
  package static let notEqual = Catalogue.required("not_equal")
  package static let and = Catalogue.required("and")
  package static let or = Catalogue.required("or")
  package static let not = Catalogue.required("not")
  package static let step = Catalogue.required("step")
  package static let minimum = Catalogue.required("min")
  package static let maximum = Catalogue.required("max")
}

extension Catalogue {
  static let piecewise: [Operator] = [
    .logical(
      "less", "1 where `x < y`, else 0.", kernel: Less.self, precise: { x, y in x.truth(x < y) }
    ).spelled(
      c: Spelling(.comparison("<")), swift: Spelling(.comparison("<")),
      numpy: Spelling(.comparison("<")), jax: Spelling(.comparison("<")),
      tensorflow: Spelling(.comparison("<")), onnx: "Less"
    ).atKink { x in equal(x[0], x[1]) },
    .logical(
      "less_equal", "1 where `x <= y`, else 0.", kernel: LessOrEqual.self,
      precise: { x, y in x.truth(x <= y) }
    ).spelled(
      c: Spelling(.comparison("<=")), swift: Spelling(.comparison("<=")),
      numpy: Spelling(.comparison("<=")), jax: Spelling(.comparison("<=")),
      tensorflow: Spelling(.comparison("<=")), onnx: "LessOrEqual"
    ).atKink { x in equal(x[0], x[1]) },
    .logical(
      "equal", "1 where `x == y`, else 0.", kernel: Equal.self, precise: { x, y in x.truth(x == y) }
    ).spelled(
      c: Spelling(.comparison("==")), swift: Spelling(.comparison("==")),
      numpy: Spelling(.comparison("==")), jax: Spelling(.comparison("==")),
      tensorflow: Spelling(.comparison("==")), onnx: "Equal"
    ),
    .logical(
      "not_equal", "1 where `x != y`, else 0.", kernel: NotEqual.self,
      precise: { x, y in x.truth(!(x == y)) }
    ).spelled(
      c: Spelling(.comparison("!=")), swift: Spelling(.comparison("!=")),
      numpy: Spelling(.comparison("!=")), jax: Spelling(.comparison("!=")),
      tensorflow: Spelling(.comparison("!=")), onnx: "NotEqual"
    ),
    .logical(
      "and", "1 where neither is 0, else 0.", kernel: And.self,
      precise: { x, y in x.truth(x.isTrue && y.isTrue) }
    ).spelled(
      c: Spelling(.conjunction("&&", .and)), swift: Spelling(.conjunction("&&", .and)),
      numpy: Spelling(.conjunction("&", .product)), jax: Spelling(.conjunction("&", .product)),
      tensorflow: Spelling(.conjunction("&", .product)), onnx: "And"
    ),
    .logical(
      "or", "0 where both are 0, else 1.", kernel: Or.self,
      precise: { x, y in x.truth(x.isTrue || y.isTrue) }
    ).spelled(
      c: Spelling(.conjunction("||", .or)), swift: Spelling(.conjunction("||", .or)),
      numpy: Spelling(.conjunction("|", .sum)), jax: Spelling(.conjunction("|", .sum)),
      tensorflow: Spelling(.conjunction("|", .sum)), onnx: "Or"
    ),
    Operator(
      "not", "1 where `x` is 0, else 0.", arity: 1...1, shape: Shapes.elementwise,
      domain: [1...2], kinks: "a step at 0; derivative 0", derivative: .zero,
      execution: .elementwise(.unary(Not.self)),
      precise: { $0[0].truth($0[0].isZero) }
    ).spelled(
      c: Spelling(.inversion("!")), swift: Spelling(.inversion("!")),
      numpy: Spelling(.inversion("~")), jax: Spelling(.inversion("~")),
      tensorflow: Spelling(.inversion("~")), onnx: "Not"
    ),
    Operator(
      "select", "`if c then x else y`, element by element.", arity: 3...3,
      shape: Shapes.elementwise, domain: [1...1, -2...2, -2...2],
      kinks:
        "where the condition changes: the derivative of the branch taken; a choice that is `max`, "
        + "`min` or `abs` has theirs",
      derivative: .partials { x in [0, select(x[0], 1, 0), select(x[0], 0, 1)] },
      execution: .elementwise(.ternary(Select.self)),
      precise: { $0[0].isTrue ? $0[1] : $0[2] }
    ).spelled(
      c: Spelling(.choice), swift: Spelling(.choice), numpy: .call("np.where"),
      jax: .call("jnp.where"), tensorflow: .call("tf.where"), onnx: "Where"
    ).differentiated(by: "branch by branch"),
    .binary(
      "min", "The smaller of `x` and `y`.", domain: [-2 ... -1, 1...2],
      kinks: "where both are equal, all goes to the second, or to a number",
      partials: { x, y in [select(less(x, y), 1, 0), select(less(x, y), 0, 1)] },
      kernel: Min.self, precise: { x, y in x.minimum(y) }
    ).spelled(
      c: .call(
        "least",
        "INLINE double least(double x, double y) { return x < y || x != x ? x : y; }"),
      swift: .call(
        "least",
        """
        private func least(_ x: Double, _ y: Double) -> Double {
          x < y || x.isNaN ? x : y
        }
        """), numpy: .call("np.minimum"), jax: .call("jnp.minimum"),
      tensorflow: .call("tf.minimum"), onnx: "Min"
    ).set(.function("\\min")).atKink { x in equal(x[0], x[1]) },
    .binary(
      "max", "The greater of `x` and `y`.", domain: [-2 ... -1, 1...2],
      kinks: "where both are equal, all goes to the second, or to a number",
      partials: { x, y in [select(less(y, x), 1, 0), select(less(y, x), 0, 1)] },
      kernel: Max.self, precise: { x, y in x.maximum(y) }
    ).spelled(
      c: .call(
        "greatest",
        "INLINE double greatest(double x, double y) { return x > y || x != x ? x : y; }"),
      swift: .call(
        "greatest",
        """
        private func greatest(_ x: Double, _ y: Double) -> Double {
          x > y || x.isNaN ? x : y
        }
        """), numpy: .call("np.maximum"), jax: .call("jnp.maximum"),
      tensorflow: .call("tf.maximum"), onnx: "Max"
    ).set(.function("\\max")).atKink { x in equal(x[0], x[1]) },
    .abbreviation(
      "clamp", "`x` but not below `low` or above `high`, written `clamp(x, low, high)`.",
      arity: 3...3, shape: Shapes.elementwise, domain: [-1...1, -4 ... -3, 3...4],
      call: .operands,
      definition: { graph, node in
        let (x, whole) = (graph.operands(node), graph.shape(node))
        let raised = graph.insertFitting(.maximum, [x[0], x[1]], within: whole)
        return graph.insertFitting(.minimum, [raised, x[2]], within: whole)
      }),
    .unary(
      "relu", "`x` where it is positive, else 0.", domain: 0.5...2, kinks: "derivative 0 at 0",
      derivative: { x in select(less(0, x), 1, 0) }, kernel: Relu.self, precise: { $0.positivePart }
    ).spelled(
      c: .call("relu", "static inline double relu(double x) { return x <= 0 ? 0 : x; }"),
      swift: .call(
        "relu",
        """
        private func relu(_ x: Double) -> Double {
          x <= 0 ? 0 : x
        }
        """), numpy: .call("relu", "def relu(x):\n    return np.maximum(x, 0.0)"),
      jax: .call("jax.nn.relu"), tensorflow: .call("tf.nn.relu"), onnx: "Relu"
    ).atKink { x in equal(x[0], 0) },
    .flat(
      "step", "1 where `x > 0`, else 0.", kinks: "derivative 0 at 0", kernel: Step.self,
      precise: { x in x.truth(x > 0) }
    ).spelled(
      c: .call("step_of", "static inline double step_of(double x) { return x > 0 ? 1 : 0; }"),
      swift: .call(
        "stepOf",
        """
        private func stepOf(_ x: Double) -> Double {
          x > 0 ? 1 : 0
        }
        """),
      numpy: .call(
        "positive", "def positive(x):\n    return np.where(x > 0, np.ones_like(x), 0.0)"),
      jax: .call("positive", "def positive(x):\n    return jnp.where(x > 0, 1.0, 0.0)")
    ).composed(in: .onnx) { x in less(0, x[0]) }.atKink { x in equal(x[0], 0) },
    .flat(
      "floor", "The greatest whole number not above `x`.", kinks: "derivative 0 at whole numbers",
      kernel: Floor.self, precise: { $0.roundedDown }
    ).spelled(libm: "floor", numpy: "floor", onnx: "Floor").set(
      .fences("\\lfloor", "\\rfloor", unicode: ("⌊", "⌋"))
    ).atKink { x in equal(x[0], .result)
    },
    .flat(
      "ceil", "The least whole number not below `x`.", kinks: "derivative 0 at whole numbers",
      kernel: Ceil.self, precise: { $0.roundedUp }
    ).spelled(libm: "ceil", numpy: "ceil", onnx: "Ceil").set(
      .fences("\\lceil", "\\rceil", unicode: ("⌈", "⌉"))
    ).atKink { x in equal(x[0], .result) },
    .flat(
      "round", "The nearest whole number, halves to the even one.", kinks: "derivative 0 at halves",
      kernel: Round.self, precise: { $0.roundedToEven }
    ).spelled(libm: "rint", numpy: "rint", jax: "jnp.rint", onnx: "Round").spelled(
      tensorflow: .call("rint", "def rint(x):\n    return tf.round(tnp.asarray(x))")
    ).atKink { x in
      equal(x[0] + 0.5, .apply("floor", [x[0] + 0.5]))
    },
  ]
}
