import ADCTraining

extension RunRecord {
  /// The losses over the epochs, and each metric in a chart of its own.
  var charts: [Chart] {
    func curve(_ value: (JSONValue) -> JSONValue?) -> [(x: Double, y: Double)] {
      epochs.compactMap { epoch in
        guard let x = epoch["epoch"]?.number(), let y = value(epoch)?.number() else { return nil }
        return (x, y)
      }
    }
    func chart(
      _ title: String, _ training: (JSONValue) -> JSONValue?, _ held: (JSONValue) -> JSONValue?
    ) -> Chart {
      let series = [
        Chart.Series("training", .line, curve(training)),
        Chart.Series("validation", .line, curve(held), colour: 1),
      ]
      return Chart(
        title: title, xLabel: "epoch", yLabel: title, series: series.filter { !$0.points.isEmpty })
    }
    var losses = chart("loss", { $0["loss"] }, { $0["validation"] })
    losses.isLogarithmic = true
    var names: [String] = []
    for epoch in epochs {
      for member in epoch["metrics"]?.members ?? [] where !names.contains(member.name) {
        names.append(member.name)
      }
    }
    let metrics = names.map { name in
      chart(name, { $0["metrics"]?[name] }, { $0["validation_metrics"]?[name] })
    }
    return ([losses] + metrics).filter { !$0.isEmpty }
  }
}

extension Schedules {
  /// The points of a curve, at most.
  private static let resolution = 1000

  /// The arguments that change, over the updates of a run, and the rate in any case.
  ///
  /// - Parameters:
  ///   - steps: How many updates the run has.
  ///   - stepsPerEpoch: After how many the epoch is another.
  func charts(steps: Int, stepsPerEpoch: Int) -> [Chart] {
    let count = max(1, min(steps, Self.resolution))
    var curves = [[(x: Double, y: Double)]](repeating: [], count: arguments.count)
    for place in 0...count {
      let (product, overflow) = place.multipliedReportingOverflow(by: steps)
      let step = overflow ? steps / count * place : product / count
      let values = values(step: step, epoch: step / max(stepsPerEpoch, 1))
      for argument in values.indices {
        curves[argument].append((Double(step), values[argument]))
      }
    }
    return arguments.indices.filter { arguments[$0].changes || arguments[$0].name == "rate" }.map {
      let (name, text) = (arguments[$0].name, arguments[$0].text)
      return Chart(
        title: text.isEmpty || text == name ? name : "\(name): \(text)", xLabel: "step",
        yLabel: name, series: [Chart.Series("", .line, curves[$0])])
    }
  }
}

extension ModelTask {
  /// What a run of this model would be scaled by, over its updates.
  func scheduleCharts(rows: Int) -> [Chart]? {
    guard let schedules = Schedules(model) else { return nil }
    let settings = model.description.settings
    let batch = max(options.batch ?? settings.batch ?? rows, 1)
    let share = settings.validation ?? 0
    let trained = rows - (rows > 1 ? Int((Double(rows) * share).rounded()) : 0)
    let stepsPerEpoch = max(1, (trained + batch - 1) / batch)
    let asked = options.epochs != nil || options.steps != nil
    let steps = asked ? options.steps : settings.steps
    let epochs = asked ? options.epochs : settings.epochs
    let (product, overflow) = (epochs ?? 0).multipliedReportingOverflow(by: stepsPerEpoch)
    let total = steps ?? (overflow ? Int.max / 2 : epochs == nil ? 1000 : product)
    return schedules.charts(steps: total, stepsPerEpoch: stepsPerEpoch)
  }
}
