import ADCTraining
import Testing

/// An array and its name.
struct NamedArray: Sendable {
  var name: String
  var shape: [Int]
  var values: [Double]

  init(_ name: String, _ shape: [Int], _ values: [Double]) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  var shaped: ShapedValues { ShapedValues(shape: shape, values: values) }

  /// The array as a literal of the language.
  var literal: String {
    var rest = values[...]
    func nested(_ axis: Int) -> String {
      if axis == shape.count { return rest.popFirst().map { "\($0)" } ?? "" }
      return "[" + (0..<shape[axis]).map { _ in nested(axis + 1) }.joined(separator: ", ") + "]"
    }
    return nested(0)
  }
}

/// A loss over arrays with its known value and gradients.
struct TensorCase: Sendable, CustomTestStringConvertible {
  var id: String
  var inputs: [NamedArray]
  var loss: Double
  var gradients: [NamedArray]

  var testDescription: String { id }

  func isDifferentiated(_ name: String) -> Bool { gradients.contains { $0.name == name } }

  /// All sizes of axes, ascending.
  var sizes: [Int] { Set(inputs.flatMap(\.shape)).sorted() }

  /// Whether slices of fixed sizes meet whole inputs.
  var mixesNamesAndNumbers: Bool {
    ["logdet", "conv2d-valid", "lstm-cell", "bundle-adjustment"].contains(id)
  }
}
