import ADCCalculus

extension EmissionCase {
  /// A model with an output for every elementwise operator that is called by its name, over its
  /// domain.
  static let catalogue: String = {
    var lines = ["// All functions.", "input x: [n]", "input y: [n]", "input z: [n]"]
    for op in Catalogue.operators {
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
