import ADCCalculus
import ADCMachine
import ADCTraining

extension ModelTask {
  /// The worst errors of the loss and of the gradient by every parameter, before and after the
  /// rewrites, each with its place.
  ///
  /// A model in single precision is looked at as one in double.
  ///
  /// - Parameter samples: How many; as many as take about a second where nil.
  package func accuracy(samples: Int?, seed: Int) throws(TaskFailure) -> TaskReport {
    guard model.program.precision == .double else {
      return try inDouble.accuracy(samples: samples, seed: seed)
    }
    try requireObjective()
    let accuracy = try ModelAccuracy(self, samples: samples, seed: seed)
    return TaskReport(text: accuracy.table, json: accuracy.json(of: path))
  }
}

extension ModelAccuracy {
  fileprivate var table: String {
    let head = ["", "as written", "at", "as computed", "at"]
    let rows = quantities.map { quantity in
      [
        quantity.name, quantity.before.units.brief, quantity.before.text(in: quantity),
        quantity.after.units.brief, quantity.after.text(in: quantity),
      ]
    }
    var text = AccuracyTask.aligned([head] + rows)
    text += "\nunits in the last place, the worst of \(samples) samples"
    if let rows = self.rows { text += " on \(rows) rows" + (isDrawn ? " of drawn inputs" : "") }
    text += outside > 0 ? "; \(outside) more lie outside the domain\n" : "\n"
    for quantity in quantities where quantity.worse.units > 0 {
      let place = quantity.worse.text(in: quantity)
      text += "\(quantity.name) is worse by \(quantity.worse.units.brief) units at \(place)\n"
    }
    return text
  }

  fileprivate func json(of path: String) -> JSONValue {
    .object([
      .init("model", .string(path)), .init("samples", .number(Double(samples))),
      .init("outside", .number(Double(outside))),
      .init("rows", rows.map { .number(Double($0)) } ?? .null), .init("drawn", .bool(isDrawn)),
      .init(
        "quantities",
        .array(
          quantities.map { quantity in
            .object([
              .init("by", .array(quantity.parameter.map { [.string($0)] } ?? [])),
              .init("before", quantity.before.json), .init("after", quantity.after.json),
              .init("worse", quantity.worse.units > 0 ? quantity.worse.json : .null),
            ])
          })),
    ])
  }
}

extension ModelAccuracy.Quantity {
  fileprivate var name: String { parameter.map { "d/d\($0)" } ?? "loss" }
}

extension ModelAccuracy.Finding {
  /// The entry and the values or the sample; nothing where there is no error.
  fileprivate func text(in quantity: ModelAccuracy.Quantity) -> String {
    guard units > 0 else { return "" }
    let entry =
      place.entry.isEmpty
      ? "" : "\(quantity.parameter ?? "")[\(place.entry.map(String.init).joined(separator: ", "))]"
    let values = place.values.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    let sample = place.sample == 0 ? "the start" : "sample \(place.sample)"
    return entry.isEmpty
      ? (values.isEmpty ? sample : values) : "\(entry), \(sample)"
  }

  fileprivate var json: JSONValue {
    .object([
      .init("units", .number(units)), .init("sample", .number(Double(place.sample))),
      .init("entry", .array(place.entry.map { .number(Double($0)) })),
      .init("at", .object(place.values.map { .init($0.name, .number($0.value)) })),
    ])
  }
}
