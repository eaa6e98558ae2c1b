import ADCCalculus
import ADCMachine
import ADCTraining

/// What a band about a fit's output covers.
package enum PredictionInterval: String, Sendable {
  /// The model's value, with the probability of the level.
  case confidence
  /// One more observation.
  case prediction
}

extension ModelTask {
  /// An output's values: a column, or several side by side.
  private struct Column {
    var name: String
    var values: [Double]
    var width: Int
  }

  /// The model's outputs for all rows: a table as CSV where all have the rows' dimension, and a
  /// report of all.
  ///
  /// - Parameters:
  ///   - isTable: Whether outputs of which none has rows make a table of one row.
  ///   - interval: Adds `NAME_lower` and `NAME_upper` to each output of a fit.
  package func predict(
    isTable: Bool = false, interval: PredictionInterval? = nil
  ) throws(TaskFailure) -> (csv: String, report: TaskReport) {
    guard !model.description.outputs.isEmpty else {
      throw TaskFailure(
        "the model has no outputs: write `output prediction`", code: "AD0705", file: path)
    }
    let needed = interval.map { bandFunctions($0) } ?? []
    let session = try session(for: [FunctionName.outputs] + needed)
    let function = try evaluate(session, FunctionName.outputs)
    let rows = session.allRows.count
    var (columns, single): ([Column], [Column]) = ([], [])
    var members: [JSONValue.Member] = []
    var scalars = ""
    func add(_ name: String, _ array: ShapedValues, _ place: Int) {
      members.append(.init(name, .nested(array)))
      if hasRows(place), array.shape.first == rows {
        let width = rows == 0 ? 0 : array.values.count / rows
        columns.append(Column(name: name, values: array.values, width: width))
      } else {
        single.append(Column(name: name, values: array.values, width: array.values.count))
        scalars += "\(name)  \(array.brief)\n"
      }
    }
    let values = model.description.outputs.indices.map { place in
      ShapedValues(
        shape: function.sizes(ofOutput: place),
        values: function.values(ofOutput: place).map(model.program.precision.written))
    }
    let bands = try interval.map { interval throws(TaskFailure) in
      try self.bands(interval, session)
    }
    for (place, name) in model.description.outputs.enumerated() {
      add(name, values[place], place)
      guard let band = bands?[place] else { continue }
      let shape = values[place].shape
      add("\(name)_lower", ShapedValues(shape: shape, values: band.lower), place)
      add("\(name)_upper", ShapedValues(shape: shape, values: band.upper), place)
    }
    let report = TaskReport(
      text: isTable && columns.isEmpty ? "" : scalars, json: .object(members))
    if isTable, columns.isEmpty { return (Self.csv(single, rows: 1), report) }
    return (Self.csv(columns, rows: rows), report)
  }

  /// Whether an output has a line for each row: its first dimension is the rows', by name.
  private func hasRows(_ output: Int) -> Bool {
    guard let name = model.description.rowDimension,
      let function = model.program.function(named: FunctionName.outputs),
      function.outputs.indices.contains(output),
      function.views.indices.contains(function.outputs[output].view)
    else { return false }
    return function.views[function.outputs[output].view].shape.dimensions.first
      == Dimension(named: name)
  }

  private static func csv(
    _ columns: [Column], rows: Int
  ) -> String {
    guard !columns.isEmpty else { return "" }
    var text = ""
    var names: [String] = []
    for column in columns {
      names +=
        column.width == 1 ? [column.name] : (0..<column.width).map { "\(column.name)\($0)" }
    }
    text = names.joined(separator: ",") + "\n"
    for row in 0..<rows {
      var fields: [String] = []
      for column in columns {
        for place in 0..<column.width {
          var writer = JSONWriter()
          let value = column.values[row * column.width + place]
          if value.isFinite { writer.append(value) } else { writer.append(verbatim: value.brief) }
          fields.append(writer.text)
        }
      }
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  // MARK: Bands

  private typealias Band = (lower: [Double], upper: [Double])

  private func bandFunctions(_ interval: PredictionInterval) -> [String] {
    [FunctionName.outputDerivatives] + (interval == .prediction ? [FunctionName.errors] : [])
  }

  /// A band about each output, from the covariances that a fit left in the file of parameters; nil
  /// for an output that is no response, where observations are asked for.
  private func bands(
    _ interval: PredictionInterval, _ session: Session
  ) throws(TaskFailure) -> [Band?] {
    let description = model.description
    guard let file = options.parameterFile, !description.outputBlocks.isEmpty else {
      throw TaskFailure(
        description.outputBlocks.isEmpty
          ? "there are no errors to make intervals of: the outputs are not those of a `fit`, or "
            + "have no derivatives"
          : "intervals need the errors of a fit: give the file that `adc train --save` wrote with "
            + "`--from`", code: "AD0709", file: path)
    }
    let errors = try FitErrors(path: file)
    let count = description.outputs.count
    let reach = errors.reach(level: options.level)
    do throws(RunError) {
      let rows = session.allRows
      let arrays = try session.derivatives(
        FunctionName.outputDerivatives, count, description.outputBlocks)
      guard arrays.jacobian.columnCount == errors.covariances.columnCount else {
        throw .setting("the errors in \(file) are those of other parameters")
      }
      let deviations =
        interval == .prediction ? try session.evaluate(FunctionName.errors, rows: rows) : nil
      var row = 0
      return arrays.values.enumerated().map { place, values in
        let response = description.outputResponses[place]
        let isResponse = response < (description.solver?.responses.count ?? 0)
        let own = isResponse ? deviations?.values(ofOutput: response) : nil
        var band: Band = ([], [])
        for (element, value) in values.enumerated() {
          var variance = errors.variance(arrays.jacobian.row(row))
          row += 1
          if let own, own.count == values.count {
            let deviation = errors.scale * own[element]
            variance += deviation * deviation
          }
          let half = reach * variance.squareRoot()
          band.lower.append(value - half)
          band.upper.append(value + half)
        }
        return interval == .prediction && own == nil ? nil : band
      }
    } catch {
      throw TaskFailure(error)
    }
  }
}
