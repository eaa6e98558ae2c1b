/// A leaf that gets its value from outside.
package struct Symbol: Hashable, Sendable {
  package enum Role: String, Hashable, Sendable, CaseIterable {
    /// Data, fed for every row or batch.
    case input
    /// What is trained.
    case parameter
    /// Of an optimizer, one for each parameter.
    case state
    /// A number that the run sets: `step`, `epoch`, `training`, `seed`.
    case environment
    /// What a step of a `scan` gets.
    case step
    /// A free variable of an expression, or the argument of a function or rule.
    case variable
  }

  package var name: String
  package var role: Role
  package var shape: Shape
  /// Where all its elements are known to stay, both ends included.
  package var bounds: ClosedRange<Double>?

  package init(name: String, role: Role, shape: Shape, bounds: ClosedRange<Double>? = nil) {
    self.name = name
    self.role = role
    self.shape = shape
    self.bounds = bounds
  }
}

/// A constant array, row-major.
package struct Table: Hashable, Sendable {
  package var shape: Shape
  package var values: [Double]

  package init(shape: Shape, values: [Double]) {
    self.shape = shape
    self.values = values
  }
}
