import ADCCalculus

extension LawCase {
  /// Functions of numbers, and choices between them.
  static let functions: [LawCase] = [
    LawCase(.rootOfSquare) { s in
      s("sqrt", s("power", s.x, s.number(2)))
    } becomes: { s in
      s("abs", s.x)
    },
    LawCase(.squareOfRoot) { s in
      s("power", s("sqrt", s.x), s.number(2))
    } becomes: { s in
      s.x
    },
    LawCase(.evenFunction) { s in
      s("cos", s("negate", s.x))
    } becomes: { s in
      s("cos", s.x)
    },
    LawCase(.logOfExponential) { s in
      s("log", s("exp", s.x))
    } becomes: { s in
      s.x
    },
    LawCase(.choice) { s in
      s("select", s.number(1), s.x, s.y)
    } becomes: { s in
      s.x
    },
    LawCase(.functionOfInverse) { s in
      s("add", s("exp", s("log", s.x)), s("exp", s("multiply", s.number(3), s("log", s.y))))
    } becomes: { s in
      s("add", s.x, s("power", s.y, s.number(3)))
    },
    LawCase(.inverseOfFunction) { s in
      s("asinh", s("sinh", s.x))
    } becomes: { s in
      s.x
    },
    LawCase(.squaresOfFunctions) { s in
      s("add", s("power", s("sin", s.x), s.number(2)), s("power", s("cos", s.x), s.number(2)))
    } becomes: { s in
      s.number(1)
    },
    LawCase(.squaresOfFunctions) { s in
      s(
        "add", s("power", s("hypot", s.x, s.y), s.number(2)),
        s("negate", s("power", s.x, s.number(2))))
    } becomes: { s in
      s("power", s.y, s.number(2))
    },
    LawCase(.quotientOfPair) { s in
      s("divide", s("sinh", s.x), s("cosh", s.x))
    } becomes: { s in
      s("tanh", s.x)
    },
    LawCase(.doubleAngle) { s in
      s("multiply", s.number(2), s("sin", s.x), s("cos", s.x))
    } becomes: { s in
      s("sin", s("multiply", s.number(2), s.x))
    },
    LawCase(.productOfExponentials) { s in
      s("divide", s("exp", s("add", s.x, s.number(1))), s("exp", s.x))
    } becomes: { s in
      s("exp", s.number(1))
    },
    LawCase(.powerOfExponential) { s in
      s("power", s("exp", s("negate", s("sin", s.x))), s.number(3))
    } becomes: { s in
      s("exp", s("multiply", s.number(-3), s("sin", s.x)))
    },
    LawCase(.productOfRoots) { s in
      s("multiply", s("sqrt", s.x), s("sqrt", s.y))
    } becomes: { s in
      s("sqrt", s("multiply", s.x, s.y))
    },
    LawCase(.rootsOfOneBase) { s in
      s("divide", s.x, s("sqrt", s.x))
    } becomes: { s in
      s("sqrt", s.x)
    },
    LawCase(.knownSign) { s in
      s("abs", s("multiply", s("exp", s.x), s("cosh", s.y)))
    } becomes: { s in
      s("multiply", s("exp", s.x), s("cosh", s.y))
    },
    LawCase(.signOfItself) { s in
      s("multiply", s.x, s("sign", s.x))
    } becomes: { s in
      s("abs", s.x)
    },
    LawCase(.cubeRootOfCube) { s in
      s("cbrt", s("power", s.x, s.number(3)))
    } becomes: { s in
      s.x
    },
    LawCase(.sigmoidOfOpposite) { s in
      let (one, sigmoid) = (s.number(1), s("sigmoid", s.x))
      let rest = s("multiply", s("add", one, s("negate", s.y)), sigmoid)
      let other = s("multiply", s.y, s("sigmoid", s("negate", s.x)))
      return s("add", rest, s("negate", other))
    } becomes: { s in
      s("add", s("sigmoid", s.x), s("negate", s.y))
    },
  ]
}
