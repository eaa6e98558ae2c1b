import ADCCalculus

extension Recording.Arithmetic {
  var instruction: Assembler.Binary {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .minimum: .minimum
    case .maximum: .maximum
    case .and: .and
    case .or: .or
    case .exclusiveOr: .exclusiveOr
    case .andNot: .andNot
    }
  }

  var isLogic: Bool {
    switch self {
    case .and, .or, .exclusiveOr, .andNot: true
    case .add, .subtract, .multiply, .divide, .minimum, .maximum: false
    }
  }

  var isCommutative: Bool {
    switch self {
    case .add, .multiply, .and, .or, .exclusiveOr: true
    case .subtract, .divide, .minimum, .maximum, .andNot: false
    }
  }
}

extension Recording.Comparison {
  var predicate: Assembler.Predicate {
    switch self {
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .equal: .equal
    case .unordered: .unordered
    case .notLess: .notLess
    case .notLessOrEqual: .notLessOrEqual
    case .notEqual: .notEqual
    case .ordered: .ordered
    }
  }
}

extension Recording.Rounding {
  var mode: Assembler.Rounding {
    switch self {
    case .toEven: .toEven
    case .down: .down
    case .up: .up
    }
  }
}
