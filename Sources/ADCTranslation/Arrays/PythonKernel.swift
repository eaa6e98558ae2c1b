import ADCCalculus

/// Kernels of the machine over whole arrays.
enum PythonKernel {
  /// The definition of an operator's function; nil where it moves bits.
  static func definition(
    of op: Operator, _ function: RecordedFunction, _ language: ArrayLanguage
  ) -> String? {
    let module = language.module
    var movesBits = false
    let words = RecordedFunction.Words(
      constant: { name, value, _ in "\(name) = \(value)" },
      number: { $0.isFinite ? "\($0)" : $0.isNaN ? "\(module).nan" : "\(module).inf" },
      squareRoot: { "\(module).sqrt(\($0))" },
      rounded: { rounding, text in
        switch rounding {
        case .toEven: "\(module).rint(\(text))"
        case .down: "\(module).floor(\(text))"
        case .up: "\(module).ceil(\(text))"
        }
      }, magnitude: { "\(module).abs(\($0))" }, copySign: { "\(module).copysign(\($0), \($1))" },
      bits: { $0 }, number64: { "\($0)" },
      fromBits: { text in
        movesBits = true
        return text
      }, isNaN: { "\(module).isnan(\($0))" })
    let (body, result, _) = function.lines(words)
    let all = body + ["return \(result)"]
    // Choices would need another form, and bits have none.
    guard !movesBits, !all.contains(where: { $0.contains("?") || $0.contains("&&") }) else {
      return nil
    }
    let parameters = ["x", "y", "z"].prefix(op.arity.upperBound).joined(separator: ", ")
    return "def \(op.name)(\(parameters)):\n" + all.map { "    \($0)" }.joined(separator: "\n")
  }
}
