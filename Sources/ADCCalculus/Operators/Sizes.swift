extension [Int] {
  /// Of the element at a position in an array of these sizes, row by row, its place along each
  /// axis.
  package func places(of position: Int) -> [Int] {
    var rest = position
    var result = self
    for axis in indices.reversed() {
      result[axis] = rest % Swift.max(self[axis], 1)
      rest /= Swift.max(self[axis], 1)
    }
    return result
  }
}
