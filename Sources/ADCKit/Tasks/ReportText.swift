import ADCTraining

/// What is said of the values that a model reports.
struct ReportText {
  private let reports: [ReportedValue]

  init(_ reports: [ReportedValue]) { self.reports = reports }

  /// A line for each: `half_life  6.93  standard error  0.21`, the error where a fit tells it.
  var lines: [String] {
    reports.map { report in
      let errors = report.errors.map { "  standard error  \($0.brief)" } ?? ""
      return "\(report.name)  \(report.array.brief)\(errors)"
    }
  }

  /// A member `reports`; none where nothing is reported.
  var members: [JSONValue.Member] {
    guard !reports.isEmpty else { return [] }
    var values: [JSONValue.Member] = []
    for report in reports {
      var parts: [JSONValue.Member] = [.init("value", .nested(report.array))]
      if let errors = report.errors { parts.append(.init("standard_error", .nested(errors))) }
      values.append(.init(report.name, .object(parts)))
    }
    return [.init("reports", .object(values))]
  }
}

/// Text in columns.
enum TextTable {
  /// Columns side by side, the first to the left, the others to the right.
  static func aligned(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let gap = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? cell + gap : "  " + gap + cell
      }
      return line
    }
  }
}
