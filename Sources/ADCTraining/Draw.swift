import ADCCalculus
import ADCPlatform

/// First values drawn from distributions: functions of the seed and the position alone.
struct Draw {
  var random: Philox
  /// The parameter's place, so that equal shapes get different numbers.
  var stream: UInt64

  /// Streams below this are for parameters; above it are those of epochs and splits.
  static let shuffleStream: UInt64 = 1 << 32
  static let splitStream: UInt64 = 1 << 33
  /// The further starts of a solver: one stream for each.
  static let startsStream: UInt64 = 1 << 34

  init(seed: UInt64, stream: UInt64) {
    random = Philox(seed: seed)
    self.stream = stream
  }

  /// The numbers of an array; nil for a distribution that does not exist.
  ///
  /// - Parameter sizes: The array's axes; the last two are what `glorot` and `he` scale by (Glorot
  ///   and Bengio 2010, He et al. 2015; limits as in Keras).
  func values(_ kind: String, _ arguments: [Double], sizes: [Int], count: Int) -> [Double]? {
    let fanOut = Double(sizes.last ?? 1)
    let fanIn = sizes.count >= 2 ? Double(sizes[sizes.count - 2]) : fanOut
    switch kind {
    case "normal":
      guard arguments.count == 2 else { return nil }
      return normals(count).map { arguments[0] + arguments[1] * $0 }
    case "uniform":
      guard arguments.count == 2 else { return nil }
      return uniforms(count, from: arguments[0], to: arguments[1])
    case "glorot":
      let limit = (6 / (fanIn + fanOut)).squareRoot()
      return uniforms(count, from: -limit, to: limit)
    case "he":
      let limit = (6 / fanIn).squareRoot()
      return uniforms(count, from: -limit, to: limit)
    case "glorot_normal": return truncatedNormals(count, variance: 2 / (fanIn + fanOut))
    case "he_normal": return truncatedNormals(count, variance: 2 / fanIn)
    case "zeros": return [Double](repeating: 0, count: count)
    case "ones": return [Double](repeating: 1, count: count)
    default: return nil
    }
  }

  private func normals(_ count: Int) -> [Double] {
    (0..<count).map { random.normal(stream: stream, position: UInt64($0)) }
  }

  private func uniforms(_ count: Int, from low: Double, to high: Double) -> [Double] {
    (0..<count).map { low + (high - low) * random.uniform(stream: stream, position: UInt64($0)) }
  }

  /// Normal numbers drawn again where they lie beyond two deviations; the deviation is raised so
  /// that what is left has the variance asked for.
  private func truncatedNormals(_ count: Int, variance: Double) -> [Double] {
    let deviation = variance.squareRoot() / 0.87962566103423978
    return (0..<count).map { place in
      for attempt in 0..<64 {
        let value = random.normal(
          stream: stream, position: UInt64(place) | UInt64(attempt) << 48)
        if value.magnitude <= 2 { return deviation * value }
      }
      return 0
    }
  }
}
