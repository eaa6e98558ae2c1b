import ADCCalculus

/// The kernel of an operator as a function of a language that has no word for it: the operations
/// that the machine does, one for one.
struct RecordedFunction {
  private let recording: Recording
  private let result: Int32
  private let arity: Int
  private var uses: [Int]

  /// Nil where the kernel does what is no sequence of operations.
  ///
  /// - Parameters:
  ///   - allowsExceptions: Whether there may be operands that another function is for.
  ///   - precision: Of singles it is what computes them in double, with what terms they show.
  init?(_ op: Operator, allowsExceptions: Bool, _ precision: Precision = .double) {
    guard case .elementwise(let kernel) = op.execution else { return nil }
    let recording = Recording()
    let (x, y, z) = (recording.operand(0), recording.operand(1), recording.operand(2))
    let lane: RecordedLane
    switch kernel {
    case .unary(let kernel):
      lane = (precision == .single ? kernel.inSingle : kernel).evaluate(x)
      arity = 1
    case .binary(let kernel):
      lane = kernel.evaluate(x, y)
      arity = 2
    case .ternary(let kernel):
      lane = kernel.evaluate(x, y, z)
      arity = 3
    }
    guard recording.isRecordable, recording.exceptions.isEmpty || allowsExceptions else {
      return nil
    }
    self.recording = recording
    result = recording.place(of: lane)
    uses = [Int](repeating: 0, count: recording.operations.count)
    var isNeeded = uses.map { _ in false }
    for root in [result] + recording.exceptions {
      isNeeded[Int(root)] = true
      uses[Int(root)] += 1
    }
    for place in recording.operations.indices.reversed() where isNeeded[place] {
      for operand in written(recording.operations[place]) {
        isNeeded[Int(operand)] = true
        uses[Int(operand)] += 1
      }
    }
  }

  /// The operands as often as they are written.
  private func written(_ operation: Recording.Operation) -> [Int32] {
    switch operation {
    case .arithmetic(.or, let a, let b):
      // A copied sign, of which the bits are not written.
      if case .arithmetic(.and, let from, let mask) = recording.operations[Int(a)],
        case .number(1 << 63) = recording.operations[Int(mask)]
      {
        return [from, b]
      }
      return [a, b]
    case .arithmetic(.minimum, _, _), .arithmetic(.maximum, _, _):
      return operation.operands + operation.operands
    default: return operation.operands
    }
  }

  /// Whether it is one operation, which compilers have themselves.
  var isSingle: Bool {
    uses.indices.count { place in
      if case .number = recording.operations[place] { return false }
      if case .operand = recording.operations[place] { return false }
      return uses[place] > 0
    } < 2
  }

  private enum Kind { case number, mask }

  private struct Text {
    var text: String
    var level: Spelling.Level
    var kind = Kind.number
    /// The bits of the number, where it is made of them.
    var bits: String?
  }

  /// The words of a language for what kernels do.
  struct Words {
    var constant: (_ name: String, _ value: String, _ isMask: Bool) -> String
    var number: (Double) -> String
    var squareRoot: (String) -> String
    var rounded: (Recording.Rounding, String) -> String
    var magnitude: (String) -> String
    var copySign: (String, String) -> String
    var bits: (String) -> String
    var number64: (UInt64) -> String
    var fromBits: (String) -> String
    var isNaN: (String) -> String
  }

  /// The lines of the function's body, what it returns, and the condition on which it does not.
  func lines(_ words: Words) -> (body: [String], result: String, exception: String?) {
    var texts = [Text?](repeating: nil, count: uses.count)
    var body: [String] = []
    var next = 1
    for place in uses.indices where uses[place] > 0 {
      var text = written(Int32(place), texts, words)
      let isLeaf =
        switch recording.operations[place] {
        case .number, .operand: true
        default: false
        }
      if !isLeaf, uses[place] > 1 || text.text.utf8.count > 60, place != Int(result) {
        let name = "t\(next)"
        next += 1
        body.append(words.constant(name, text.text, text.kind == .mask))
        text = Text(text: name, level: .atom, kind: text.kind)
      }
      texts[place] = text
    }
    let exceptions = recording.exceptions.compactMap { texts[Int($0)] }.map { text in
      recording.exceptions.count == 1 || text.level > .or ? text.text : "(\(text.text))"
    }
    return (
      body, texts[Int(result)]?.text ?? "x",
      exceptions.isEmpty ? nil : exceptions.joined(separator: " || ")
    )
  }

  private func written(_ place: Int32, _ texts: [Text?], _ words: Words) -> Text {
    func operand(_ place: Int32) -> Text { texts[Int(place)] ?? Text(text: "0", level: .atom) }
    func above(_ place: Int32, _ level: Spelling.Level) -> String {
      let text = operand(place)
      return text.level > level ? text.text : "(\(text.text))"
    }
    func choice(_ mask: Int32, _ yes: String, _ no: String) -> Text {
      Text(text: "\(above(mask, .choice)) ? \(yes) : \(no)", level: .choice)
    }
    func infix(_ sign: String, _ level: Spelling.Level, _ a: Int32, _ b: Int32) -> Text {
      let left = operand(a)
      let first = left.level >= level && level != .comparison ? left.text : above(a, level)
      return Text(text: "\(first) \(sign) \(above(b, level))", level: level)
    }
    switch recording.operations[Int(place)] {
    case .number(let bits):
      let value = Double(bitPattern: bits)
      return Text(text: words.number(value), level: value.sign == .minus ? .prefix : .atom)
    case .operand(let number): return Text(text: ["x", "y", "z"][Int(number)], level: .atom)
    case .squareRoot(let a): return Text(text: words.squareRoot(operand(a).text), level: .atom)
    case .rounded(let rounding, let a):
      return Text(text: words.rounded(rounding, operand(a).text), level: .atom)
    // Recordings of functions are of doubles alone.
    case .widened(let a), .narrowed(let a): return operand(a)
    case .shiftedUp(let a):
      return made(of: "\(bits(operand(a), words)) << 52", words)
    case .shiftedDown(let a):
      return made(of: "\(bits(operand(a), words)) >> 52", words)
    case .compare(let comparison, let a, let b):
      let (left, right) = (above(a, .comparison), above(b, .comparison))
      func compared(_ sign: String) -> Text {
        Text(text: "\(left) \(sign) \(right)", level: .comparison, kind: .mask)
      }
      func denied(_ sign: String) -> Text {
        Text(text: "!(\(left) \(sign) \(right))", level: .prefix, kind: .mask)
      }
      switch comparison {
      case .less: return compared("<")
      case .lessOrEqual: return compared("<=")
      case .equal: return compared("==")
      case .notEqual: return compared("!=")
      case .notLess: return denied("<")
      case .notLessOrEqual: return denied("<=")
      case .unordered: return Text(text: words.isNaN(operand(a).text), level: .atom, kind: .mask)
      case .ordered:
        return Text(text: "!\(words.isNaN(operand(a).text))", level: .prefix, kind: .mask)
      }
    case .select(let mask, let yes, let no):
      return choice(mask, above(yes, .choice), above(no, .choice))
    case .arithmetic(let operation, let a, let b):
      switch operation {
      case .add: return infix("+", .sum, a, b)
      case .subtract: return infix("-", .sum, a, b)
      case .multiply: return infix("*", .product, a, b)
      case .divide: return infix("/", .product, a, b)
      case .minimum:
        return Text(
          text: "\(above(a, .comparison)) < \(above(b, .comparison)) "
            + "? \(above(a, .choice)) : \(above(b, .choice))", level: .choice)
      case .maximum:
        return Text(
          text: "\(above(a, .comparison)) > \(above(b, .comparison)) "
            + "? \(above(a, .choice)) : \(above(b, .choice))", level: .choice)
      case .and, .or, .exclusiveOr, .andNot: return bitwise(operation, a, b, texts, words)
      }
    }
  }

  /// The bits of a number, which may be made of some already.
  private func bits(_ text: Text, _ words: Words) -> String {
    text.bits.map { "(\($0))" } ?? words.bits(text.text)
  }

  private func made(of bits: String, _ words: Words) -> Text {
    Text(text: words.fromBits(bits), level: .atom, bits: bits)
  }

  private func bitwise(
    _ operation: Recording.Arithmetic, _ a: Int32, _ b: Int32, _ texts: [Text?], _ words: Words
  ) -> Text {
    func text(_ place: Int32) -> Text { texts[Int(place)] ?? Text(text: "0", level: .atom) }
    func above(_ place: Int32, _ level: Spelling.Level) -> String {
      text(place).level > level ? text(place).text : "(\(text(place).text))"
    }
    func number(_ place: Int32) -> UInt64? {
      if case .number(let bits) = recording.operations[Int(place)] { bits } else { nil }
    }
    func written(_ place: Int32) -> String {
      number(place).map(words.number64) ?? bits(text(place), words)
    }
    let sign: UInt64 = 1 << 63
    let (isMask, isOther) = (text(a).kind == .mask, text(b).kind == .mask)
    switch operation {
    case .and where isMask && isOther:
      return Text(text: "\(above(a, .and)) && \(above(b, .and))", level: .and, kind: .mask)
    case .or where isMask && isOther:
      return Text(text: "\(above(a, .and)) || \(above(b, .and))", level: .or, kind: .mask)
    case .exclusiveOr where isMask:
      return Text(text: "!\(above(a, .prefix))", level: .prefix, kind: .mask)
    case .and where isMask:
      return Text(text: "\(above(a, .choice)) ? \(above(b, .choice)) : 0.0", level: .choice)
    case .andNot where isMask:
      return Text(text: "\(above(a, .choice)) ? 0.0 : \(above(b, .choice))", level: .choice)
    case .exclusiveOr where number(b) == sign:
      return Text(text: "-\(above(a, .prefix))", level: .prefix)
    case .andNot where number(a) == sign:
      return Text(text: words.magnitude(text(b).text), level: .atom)
    case .or:
      if case .arithmetic(.and, let from, let mask) = recording.operations[Int(a)],
        number(mask) == sign
      {
        return Text(text: words.copySign(text(b).text, text(from).text), level: .atom)
      }
      return made(of: "\(written(a)) | \(written(b))", words)
    case .and:
      return made(of: "\(written(a)) & \(written(b))", words)
    case .exclusiveOr:
      return made(of: "\(written(a)) ^ \(written(b))", words)
    default:
      return made(of: "~\(written(a)) & \(written(b))", words)
    }
  }
}
