import ADCCalculus

extension EmissionCase {
  /// What C and Swift lack: integrals of powers with other functions, and functions of two
  /// arguments whose digits take more than double.
  static let lacking: Set<String> = [
    "beta", "cos_moment", "cosh_moment", "erfcx_moment", "exp_moment", "lbeta", "lchoose",
    "log_moment", "polygamma", "sin_moment", "sinh_moment",
  ]

  /// A model with an output for every elementwise operator that is called by its name, over its
  /// domain.
  static let catalogue: String = {
    var lines = ["// All functions.", "input x: [n]", "input y: [n]", "input z: [n]"]
    for op in Catalogue.operators where !lacking.contains(op.name) {
      guard case .elementwise = op.execution, case .operands? = op.call else { continue }
      let operands = ["x", "y", "z"].prefix(op.arity.lowerBound).enumerated().map { place, name in
        let range = op.domain[min(place, op.domain.count - 1)]
        return "\(range.lowerBound) + \((range.upperBound - range.lowerBound))*(\(name) - 0.1)"
      }
      lines.append("output \(op.name)(\(operands.joined(separator: ", "))) as all_\(op.name)")
    }
    return lines.joined(separator: "\n") + "\n"
  }()
}
