/// max(x, 0); NaN stays.
package enum Relu: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    L.select(L.isLessOrEqual(x, L(0)), L(0), x)
  }
}

/// 1 / (1 + exp(-x)), relatively accurate on both sides.
package enum Sigmoid: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    let small = Exp.evaluate(-x.magnitude)
    return L.select(L.isLess(x, L(0)), small, L(1)) / (L(1) + small)
  }
}

/// log(1 + exp(x)), relatively accurate on both sides.
package enum Softplus: UnaryKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> L {
    Relu.evaluate(x) + Log1p.evaluate(Exp.evaluate(-x.magnitude))
  }
}
