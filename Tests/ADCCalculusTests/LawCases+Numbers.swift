import ADCCalculus

extension LawCase {
  /// Sums, products and powers.
  static let numbers: [LawCase] = [
    LawCase(.constants) { s in
      s("add", s.number(1), s.number(2))
    } becomes: { s in
      s.number(3)
    },
    LawCase(.flatSum) { s in
      s("add", s.x, s("add", s.y, s("sin", s.x)))
    } becomes: { s in
      s("add", s.x, s.y, s("sin", s.x))
    },
    LawCase(.likeTerms) { s in
      s("add", s("multiply", s.number(2), s.x), s("multiply", s.number(3), s.x))
    } becomes: { s in
      s("multiply", s.number(5), s.x)
    },
    LawCase(.commonFactors) { s in
      let f = s("exp", s("sin", s.x))
      return s("add", s("multiply", s.x, f), s("multiply", s.y, f))
    } becomes: { s in
      s("multiply", s("exp", s("sin", s.x)), s("add", s.x, s.y))
    },
    LawCase(.flatProduct) { s in
      s("divide", s("divide", s.x, s.y), s("sin", s.x))
    } becomes: { s in
      s("divide", s.x, s("multiply", s.y, s("sin", s.x)))
    },
    LawCase(.likeFactors) { s in
      s("multiply", s("power", s.x, s.number(2)), s.x)
    } becomes: { s in
      s("power", s.x, s.number(3))
    },
    LawCase(.zeroFactor) { s in
      s("multiply", s.number(0), s.x)
    } becomes: { s in
      s.number(0)
    },
    LawCase(.powerOfPower) { s in
      let square = s("power", s.x, s.number(2))
      // Used twice, so that the power above it looks into it.
      return s("add", s("power", square, s.number(3)), s("sin", square))
    } becomes: { s in
      let square = s("power", s.x, s.number(2))
      return s("add", s("power", s.x, s.number(6)), s("sin", square))
    },
    LawCase(.commonDenominator) { s in
      let one = s("add", s.x, s.number(1))
      let square = s("power", s("divide", s.x, one), s.number(2))
      return s("add", s("divide", s.x, one), s("negate", square))
    } becomes: { s in
      s("divide", s.x, s("power", s("add", s.x, s.number(1)), s.number(2)))
    },
    LawCase(.signInside) { s in
      let product = s("multiply", s("exp", s.x), s("add", s.x, s("negate", s.y)))
      let other = s("tanh", s("add", s.y, s("negate", s.x)))
      return s("add", s("sin", s("negate", product)), other)
    } becomes: { s in
      let difference = s("add", s.y, s("negate", s.x))
      return s("add", s("sin", s("multiply", s("exp", s.x), difference)), s("tanh", difference))
    },
    LawCase(.signOfFactor) { s in
      s("multiply", s.number(-2), s("add", s.number(1), s("negate", s.x)))
    } becomes: { s in
      s("multiply", s.number(2), s("add", s.x, s.number(-1)))
    },
    LawCase(.sharedFactors) { s in
      let sine = s("sin", s.y)
      let products = ["exp", "tanh"].map { s("multiply", s(s.x, $0), s.y, sine) }
      return s("add", s("cos", products[0]), s("cos", products[1]))
    } becomes: { s in
      let shared = s("multiply", s.y, s("sin", s.y))
      let products = ["exp", "tanh"].map { s("multiply", s(s.x, $0), shared) }
      return s("add", s("cos", products[0]), s("cos", products[1]))
    },
  ]
}
