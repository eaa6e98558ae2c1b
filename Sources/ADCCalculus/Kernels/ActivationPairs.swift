// Functions of one operand that share an exponential: the compiler finds what both evaluate.

extension Sigmoid {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == Softplus.self ? SigmoidAndSoftplus.self : nil
  }
}

extension Softplus {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == Sigmoid.self ? SoftplusAndSigmoid.self : nil
  }
}

extension SigmoidOfSingle {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == SoftplusOfSingle.self ? SigmoidAndSoftplusOfSingle.self : nil
  }
}

extension SoftplusOfSingle {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == SigmoidOfSingle.self ? SoftplusAndSigmoidOfSingle.self : nil
  }
}

/// 1 / (1 + e^-x) and log(1 + e^x).
package enum SigmoidAndSoftplus: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    (Sigmoid.evaluate(x), Softplus.evaluate(x))
  }
}

/// log(1 + e^x) and 1 / (1 + e^-x).
package enum SoftplusAndSigmoid: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    (Softplus.evaluate(x), Sigmoid.evaluate(x))
  }
}

/// 1 / (1 + e^-x) and log(1 + e^x) of singles.
package enum SigmoidAndSoftplusOfSingle: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    (SigmoidOfSingle.evaluate(x), SoftplusOfSingle.evaluate(x))
  }
}

/// log(1 + e^x) and 1 / (1 + e^-x) of singles.
package enum SoftplusAndSigmoidOfSingle: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    (SoftplusOfSingle.evaluate(x), SigmoidOfSingle.evaluate(x))
  }
}

extension TanhOfSingle {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == CoshOfSingle.self ? TanhAndCoshOfSingle.self : nil
  }
}

extension CoshOfSingle {
  package static func together(with other: any UnaryKernel.Type) -> (any PairKernel.Type)? {
    other == TanhOfSingle.self ? CoshAndTanhOfSingle.self : nil
  }
}

/// The hyperbolic tangent and cosine of singles.
package enum TanhAndCoshOfSingle: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    (TanhOfSingle.evaluate(x), CoshOfSingle.evaluate(x))
  }
}

/// The hyperbolic cosine and tangent of singles.
package enum CoshAndTanhOfSingle: PairKernel {
  @inline(__always)
  package static func evaluate<L: Lane>(_ x: L) -> (L, L) {
    (CoshOfSingle.evaluate(x), TanhOfSingle.evaluate(x))
  }
}
