import ADCTraining

/// The errors that a fit left in a file of parameters.
struct FitErrors: Sendable {
  let covariances: ColumnMatrix
  let scale: Double
  let degreesOfFreedom: Double
  /// The probability that the fit's intervals have.
  let level: Double

  /// - Returns: nil for a file that a fit did not write.
  init?(_ file: ParameterFile) {
    func entry(_ name: String) -> ShapedValues? { file.fit?.first { $0.name == name }?.array }
    guard let matrix = entry("covariances"), matrix.shape.count == 2,
      matrix.shape[0] == matrix.shape[1], matrix.values.count == matrix.shape[0] * matrix.shape[1],
      let error = entry("error_scale")?.values.first,
      let freedom = entry("degrees_of_freedom")?.values.first
    else { return nil }
    covariances = ColumnMatrix(
      rowCount: matrix.shape[0], columnCount: matrix.shape[1], entries: matrix.values)
    (scale, degreesOfFreedom) = (error, freedom)
    level = file.run?.result?["confidence"]?["level"]?.number() ?? 0.95
  }

  /// Reads the file at a path.
  init(path: String) throws(TaskFailure) {
    let file: ParameterFile
    do throws(DataError) {
      file = try ParameterFile.read(path: path)
    } catch {
      throw TaskFailure(error)
    }
    guard let errors = FitErrors(file) else {
      throw TaskFailure(
        "there are no errors of a fit in it: they are written by `adc train --save` for a `fit`",
        code: "AD0709", file: path)
    }
    self = errors
  }

  /// The variance g' C g of what has this gradient.
  func variance(_ gradient: [Double]) -> Double {
    var sum = 0.0
    for row in gradient.indices where gradient[row] != 0 {
      for column in gradient.indices where gradient[column] != 0 {
        sum += gradient[row] * covariances[row, column] * gradient[column]
      }
    }
    return max(sum, 0)
  }

  /// How many standard errors an interval of a probability reaches to both sides.
  func reach(level: Double) -> Double {
    StudentT.quantile(0.5 + level / 2, degreesOfFreedom: degreesOfFreedom)
  }
}
