/// A leaf that gets its value from outside.
package struct Symbol: Hashable, Sendable {
  /// Where a symbol's value comes from; the raw value is what files of programs say.
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

  /// As in the model; messages and printed source use it.
  package var name: String
  /// Where its value comes from.
  package var role: Role
  /// The sizes of its value; may have names in them.
  package var shape: Shape
  /// Where all its elements are known to stay, both ends included.
  package var bounds: ClosedRange<Double>?

  /// A symbol that may be any number unless bounds are given.
  package init(name: String, role: Role, shape: Shape, bounds: ClosedRange<Double>? = nil) {
    self.name = name
    self.role = role
    self.shape = shape
    self.bounds = bounds
  }
}

/// A constant array, row-major.
package struct Table: Hashable, Sendable {
  /// All sizes are known.
  package var shape: Shape
  /// Row-major, as many as the shape has elements.
  package var values: [Double]

  /// Takes as many values as the shape has elements, which is the caller's to see to.
  package init(shape: Shape, values: [Double]) {
    self.shape = shape
    self.values = values
  }
}
