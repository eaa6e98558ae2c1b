import ADCCalculus
import Testing

@Suite("A recording says what a kernel does")
struct NativeRecordingTests {
  private static let values: [Double] = [
    0, -0.0, 1, -1, 0.5, 2, -2.5, 0.1, 7.25, -19.5, 60, -700, 709.5, 800, 1e5, -3e7, 1e300,
    .leastNonzeroMagnitude, -.leastNormalMagnitude, 1e-9, .infinity, -.infinity, .nan,
  ]

  private static let elementwise = Catalogue.operators.filter { entry in
    if case .elementwise = entry.execution { true } else { false }
  }

  /// The result of a kernel; nil where it cannot be recorded.
  private func record(_ kernel: Kernel, _ recording: Recording) -> RecordedLane? {
    let (x, y, z) = (recording.operand(0), recording.operand(1), recording.operand(2))
    return recording.attempt {
      switch kernel {
      case .unary(let kernel): kernel.evaluate(x)
      case .binary(let kernel): kernel.evaluate(x, y)
      case .ternary(let kernel): kernel.evaluate(x, y, z)
      }
    }
  }

  private func compute(_ kernel: Kernel, _ operands: [Double]) -> Double {
    switch kernel {
    case .unary(let kernel): kernel.evaluate(operands[0])
    case .binary(let kernel): kernel.evaluate(operands[0], operands[1])
    case .ternary(let kernel): kernel.evaluate(operands[0], operands[1], operands[2])
    }
  }

  @Test("with the same bits for every operator")
  func operators() {
    var recorded = 0
    for entry in Self.elementwise {
      guard case .elementwise(let kernel) = entry.execution else { continue }
      let recording = Recording()
      guard let result = record(kernel, recording) else { continue }
      recorded += 1
      let place = Int(recording.place(of: result))
      for (i, x) in Self.values.enumerated() {
        for (j, y) in Self.values.enumerated() {
          let operands = [x, y, Self.values[(i * 5 + j) % Self.values.count]]
          let found = replay(recording.operations, operands)
          if recording.exceptions.contains(where: { found[Int($0)] != 0 }) { continue }
          let (left, right) = (Double(bitPattern: found[place]), compute(kernel, operands))
          #expect(
            left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN),
            "\(entry.name)(\(operands)): \(left), not \(right)")
        }
      }
    }
    #expect(recorded > 30)
  }

  @Test("equal operations once, and numbers as numbers")
  func sharing() {
    let recording = Recording()
    let x = recording.operand(7)
    let first = Exp.evaluate(x * RecordedLane(2))
    let count = recording.operations.count
    let second = Exp.evaluate(x * RecordedLane(2))
    #expect(recording.operations.count == count)
    #expect(recording.place(of: first) == recording.place(of: second))
    #expect(Sin.evaluate(RecordedLane(1e9)).number == Sin.evaluate(1e9))
    #expect(recording.exceptions.isEmpty)
    _ = Sin.evaluate(x)
    #expect(recording.exceptions.count == 1)
  }

  @Test("what calls scalar functions is not recorded, nor are its exceptions")
  func scalars() {
    let recording = Recording()
    let x = recording.operand(0)
    #expect(recording.attempt { Gamma.evaluate(Sin.evaluate(x)) } == nil)
    #expect(recording.exceptions.isEmpty)
    #expect(recording.attempt { Sin.evaluate(x) } != nil)
  }

  /// The bits of every operation's result.
  private func replay(_ operations: [Recording.Operation], _ operands: [Double]) -> [UInt64] {
    var results: [UInt64] = []
    func number(_ place: Int32) -> Double { Double(bitPattern: results[Int(place)]) }
    for operation in operations {
      switch operation {
      case .number(let bits): results.append(bits)
      case .operand(let index): results.append(operands[Int(index)].bitPattern)
      case .arithmetic(let kind, let a, let b):
        results.append(arithmetic(kind, results[Int(a)], results[Int(b)]))
      case .squareRoot(let a): results.append(number(a).squareRoot().bitPattern)
      case .rounded(let rounding, let a):
        let rule: FloatingPointRoundingRule =
          switch rounding {
          case .toEven: .toNearestOrEven
          case .down: .down
          case .up: .up
          }
        results.append(number(a).rounded(rule).bitPattern)
      case .shiftedUp(let a): results.append(results[Int(a)] << 52)
      case .shiftedDown(let a): results.append(results[Int(a)] >> 52)
      case .compare(let comparison, let a, let b):
        results.append(holds(comparison, number(a), number(b)) ? .max : 0)
      case .select(let mask, let yes, let no):
        results.append(results[Int(results[Int(mask)] != 0 ? yes : no)])
      case .widened(let a), .narrowed(let a): results.append(results[Int(a)])
      }
    }
    return results
  }

  private func arithmetic(_ kind: Recording.Arithmetic, _ a: UInt64, _ b: UInt64) -> UInt64 {
    let (x, y) = (Double(bitPattern: a), Double(bitPattern: b))
    return switch kind {
    case .add: (x + y).bitPattern
    case .subtract: (x - y).bitPattern
    case .multiply: (x * y).bitPattern
    case .divide: (x / y).bitPattern
    case .minimum: x < y ? a : b
    case .maximum: x > y ? a : b
    case .and: a & b
    case .or: a | b
    case .exclusiveOr: a ^ b
    case .andNot: ~a & b
    }
  }

  private func holds(_ comparison: Recording.Comparison, _ x: Double, _ y: Double) -> Bool {
    switch comparison {
    case .less: x < y
    case .lessOrEqual: x <= y
    case .equal: x == y
    case .unordered: x.isNaN || y.isNaN
    case .notLess: !(x < y)
    case .notLessOrEqual: !(x <= y)
    case .notEqual: x != y
    case .ordered: !(x.isNaN || y.isNaN)
    }
  }
}
