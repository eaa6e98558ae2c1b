import ADCTraining

extension AccuracyTask {
  /// The worst errors before and after the rewrites, each with its point.
  package func report() -> TaskReport { TaskReport(text: table, json: json) }

  private var table: String {
    let head = ["", "as written", "at", "as computed", "at"]
    let rows = quantities.map { quantity in
      [
        quantity.name, quantity.before.units.brief, quantity.before.place,
        quantity.after.units.brief, quantity.after.place,
      ]
    }
    var text = Self.aligned([head] + rows)
    text +=
      "\nunits in the last place, the worst of \(samples) \(samples == 1 ? "sample" : "samples")"
    text += outside > 0 ? "; \(outside) more lie outside the domain\n" : "\n"
    for quantity in quantities where quantity.worse.units > 0 {
      text +=
        "\(quantity.name) is worse by \(quantity.worse.units.brief) units at "
        + "\(quantity.worse.place)\n"
    }
    return text
  }

  /// Rows as lines whose columns are of one width.
  static func aligned(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  private var json: JSONValue {
    .object([
      .init("expression", .string(text)), .init("samples", .number(Double(samples))),
      .init("outside", .number(Double(outside))),
      .init(
        "quantities",
        .array(
          quantities.map { quantity in
            .object([
              .init("by", .array(quantity.by.map { .string($0) })),
              .init("before", quantity.before.json), .init("after", quantity.after.json),
              .init("worse", quantity.worse.units > 0 ? quantity.worse.json : .null),
            ])
          })),
    ])
  }
}

extension AccuracyTask.Quantity {
  fileprivate var name: String { by.isEmpty ? "value" : "d/d" + by.joined(separator: " d") }
}

extension AccuracyTask.Finding {
  fileprivate var place: String {
    at.map { "\($0.name) = \($0.values[0])" }.joined(separator: ", ")
  }

  fileprivate var json: JSONValue {
    .object([
      .init("units", .number(units)),
      .init("at", .object(at.map { .init($0.name, .number($0.values[0])) })),
    ])
  }
}
