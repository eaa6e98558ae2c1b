import ADCCalculus

// What every language of loops can say: the statements that a program becomes before it is printed.

/// A number as it is computed.
indirect enum Value {
  case number(Double)
  case name(String)
  /// A size, as a number.
  case size(Quantity)
  case element(Pointer)
  case apply(Operator, [Value])
  /// A call of one of the helpers.
  case call(Helper, [Argument])
  /// What a sum in parts has come to.
  case total(String)
  /// A number of the elements' type as a double, and a double as one of the elements' type.
  case widened(Value)
  case narrowed(Value)
}

extension Value {
  var isMinusOne: Bool { if case .number(-1) = self { true } else { false } }

  /// The value with the other sign, where its first factor is a negative number; else nil.
  var opposite: Value? {
    switch self {
    case .number(let number) where number < 0: return .number(-number)
    case .apply(let op, let operands):
      guard ["multiply", "divide"].contains(op.name), let first = operands[0].opposite else {
        return nil
      }
      if op.name == "multiply", case .number(1) = first { return operands[1] }
      return .apply(op, [first] + operands.dropFirst())
    default: return nil
    }
  }

  /// About how many characters it takes.
  var length: Int {
    switch self {
    case .number: 8
    case .name(let name), .total(let name): name.utf8.count
    case .size(let size): size.length
    case .element(let pointer): pointer.array.utf8.count + 2 + pointer.place.length
    case .apply(_, let operands): operands.reduce(2) { $0 + $1.length + 2 }
    case .widened(let value), .narrowed(let value): value.length + 8
    case .call(_, let arguments):
      arguments.reduce(12) { sum, argument in
        if case .value(let value) = argument { sum + value.length } else { sum + 8 }
      }
    }
  }
}

/// A place in an array.
struct Pointer {
  var array: String
  var place: Quantity
  /// Whether the array is one number behind a pointer.
  var isScalar = false
}

enum Argument {
  case pointer(Pointer)
  case size(Quantity)
  case value(Value)
}

indirect enum Statement {
  case comment(String)
  case constant(String, Value)
  case variable(String, Value)
  /// A number of the caller's workspace gets a value.
  case assign(Pointer, Value)
  case assignName(String, Value)
  case call(Helper, [Argument])
  /// A counter from 0 up to a size, or down to 0.
  case loop(String, Quantity, isReversed: Bool = false, [Statement])
  /// Parts of at most 256 elements: the counter `start`, the end `end`.
  case chunks(Quantity, [Statement])
  /// The counter within a chunk.
  case lanes(String, [Statement])
  /// A sum that comes in parts.
  case total(String)
  case addToTotal(String, Value)
  /// A row number that an array of indices names, and what is done where it is one.
  case row(String, Value, below: Quantity, [Statement], otherwise: [Statement])
}

/// The functions that an emitted file may bring with it.
enum Helper: String, CaseIterable {
  case squareRoot, sumOfPart, addToTotal, sumOfRun, addCompensated, finishSums, sumRows
  case product, greatest, least
  case matrixProduct, uniform, row, bits
  case sortedPlaces, sortNumbers, sortIndices
  case subtractRow, divideRow, scaleRow, swapRows, swapColumns, rowProduct, setIdentity
  case eliminate, solveUpper, solveLower, solveSystem, invert
  case determinantParts, determinantOf, logDeterminantOf, choleskyFactor
  case diagonalize, adjugateOf, adjugateAlong, pseudoInverse
}
