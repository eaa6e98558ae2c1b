/// Sorting in Swift, as the machine does it.
extension Helper {
  /// The definition in Swift; empty for what does not sort.
  var sortInSwift: String {
    switch self {
    case .sortedPlaces:
      """
      /// The places of numbers in ascending order, equal ones as they come, NaN last: merges runs of
      /// one, two, four, … places. `work`, which then begins with the numbers, has room for three times
      /// their count. Returns where in it the places are.
      private func sortedPlaces(
        _ x: UnsafePointer<Double>, _ step: Int, _ count: Int, _ work: UnsafeMutablePointer<Double>
      ) -> UnsafePointer<Double> {
        var (from, to) = (work + count, work + 2 * count)
        for i in 0..<count {
          work[i] = x[i * step]
          from[i] = Double(i)
        }
        func isBefore(_ x: Double, _ y: Double) -> Bool { x < y || (y.isNaN && !x.isNaN) }
        var length = 1
        while length < count {
          for start in stride(from: 0, to: count, by: 2 * length) {
            let middle = min(start + length, count)
            let end = min(middle + length, count)
            var (left, right) = (start, middle)
            for next in start..<end {
              let takesRight =
                right < end
                && (left == middle || isBefore(work[Int(from[right])], work[Int(from[left])]))
              to[next] = takesRight ? from[right] : from[left]
              if takesRight { right += 1 } else { left += 1 }
            }
          }
          swap(&from, &to)
          length *= 2
        }
        return UnsafePointer(from)
      }
      """
    case .sortNumbers:
      """
      private func sortNumbers(
        _ x: UnsafePointer<Double>, _ step: Int, _ count: Int, _ result: UnsafeMutablePointer<Double>,
        _ resultStep: Int, _ work: UnsafeMutablePointer<Double>
      ) {
        let places = sortedPlaces(x, step, count, work)
        for i in 0..<count { result[i * resultStep] = work[Int(places[i])] }
      }
      """
    case .sortIndices:
      """
      private func sortIndices(
        _ x: UnsafePointer<Double>, _ step: Int, _ count: Int, _ result: UnsafeMutablePointer<Double>,
        _ resultStep: Int, _ work: UnsafeMutablePointer<Double>
      ) {
        let places = sortedPlaces(x, step, count, work)
        for i in 0..<count { result[i * resultStep] = places[i] }
      }
      """
    default: ""
    }
  }
}
