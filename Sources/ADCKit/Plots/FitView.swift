import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

/// A fit as it is looked at: what was observed, what the model says, and what is left.
package struct FitView: Sendable {
  /// One `fit` of the model.
  package struct Response: Sendable {
    /// As written on the left of `fit`.
    package var name: String
    /// The input that the model depends on, where it is one alone; nil for several.
    package var input: String?
    /// That input's values; without it, the model's.
    package var places: [Double]
    /// One number for each observation.
    package var observed: [Double]
    /// The model's values for the same observations.
    package var predicted: [Double]
    /// The model between and at the places, from left to right.
    package var curve: [(x: Double, y: Double)]
    /// How uncertain the curve is: the interval about it at each of its points, where it is known.
    package var band: [(x: Double, low: Double, high: Double)] = []
    /// The standard deviations of the observations, where the model gives them.
    package var deviations: [Double] = []

    /// What is left of the observations, not divided by their standard deviations.
    package var residuals: [Double] { zip(observed, predicted).map { $0 - $1 } }
  }

  /// One for each `fit`, in the order of the model.
  package var responses: [Response]
  /// The probability that the bands have.
  private(set) var level = 0.95

  /// How many points a curve has.
  private static let resolution = 300

  /// Looks at the parameters that a session has.
  ///
  /// - Parameter errors: Of the fit, which the curves' bands are made of.
  /// - Returns: nil for a model that is no `fit`, or whose source is not at hand.
  init?(_ model: CompiledModel, _ session: Session, errors: FitErrors?) {
    guard let symbolic = model.symbolic, let objective = symbolic.model.objective,
      !objective.responses.isEmpty
    else { return nil }
    session.feed(rows: session.allRows)
    var sizes = session.sizes
    if let rows = session.description.rowDimension { sizes[rows] = session.allRows.count }
    if let errors { level = errors.level }
    let nodes = objective.responses.flatMap { [$0.observed, $0.model, $0.sigma ?? $0.model] }
    guard let found = NodeValues(nodes, of: symbolic, in: session, sizes: sizes)?.values() else {
      return nil
    }
    responses = []
    for (place, response) in objective.responses.enumerated() {
      let count = max(found[3 * place].count, found[3 * place + 1].count)
      func full(_ values: [Double]) -> [Double] {
        values.count == 1 ? [Double](repeating: values[0], count: count) : values
      }
      let (observed, predicted) = (full(found[3 * place]), full(found[3 * place + 1]))
      guard observed.count == predicted.count else { return nil }
      let inputs = Self.inputs(of: response, symbolic)
      let input = inputs.count == 1 ? inputs[0] : nil
      var places = input.flatMap { Self.values(of: $0, symbolic, session, count) }
      var name = input?.name
      if inputs.isEmpty {
        // What goes on from row to row, such as a recurrence, has the rows alone to stand over.
        places = (0..<count).map(Double.init)
        name = "row"
      }
      responses.append(
        Response(
          name: response.name, input: places == nil ? nil : name, places: places ?? predicted,
          observed: observed, predicted: predicted,
          curve: places.map { zip($0, predicted).map { (x: $0, y: $1) } } ?? []))
      if response.sigma != nil {
        let deviations = full(found[3 * place + 2])
        if deviations.count == count { responses[place].deviations = deviations }
      }
      guard let input, let places else { continue }
      let drawn = Self.curve(response, over: input, places, predicted, symbolic, session)
      responses[place].curve = drawn.points
      guard let errors, let values = drawn.values else { continue }
      responses[place].band = Self.band(drawn.points, values, errors, symbolic, session)
    }
  }

  /// The inputs that the model of a response depends on.
  private static func inputs(
    of response: ADCModel.Response, _ symbolic: SymbolicModel
  ) -> [Input] {
    let needed = symbolic.model.graph.reachable(from: [response.model])
    return symbolic.model.inputs.filter { $0.node.slot < needed.count && needed[$0.node.slot] }
  }

  private static func values(
    of input: Input, _ symbolic: SymbolicModel, _ session: Session, _ count: Int
  ) -> [Double]? {
    guard case .symbol(let symbol) = symbolic.graph.attribute(input.node) else { return nil }
    let values = session.memory.values(of: symbol)
    return values.count == count ? values : nil
  }

  /// A curve, and what gives its values after some others.
  private typealias Curve = (points: [(x: Double, y: Double)], values: NodeValues?)

  /// The model over its input's range, where every row says something of its own alone; else its
  /// values at the places.
  private static func curve(
    _ response: ADCModel.Response, over input: Input, _ places: [Double], _ predicted: [Double],
    _ symbolic: SymbolicModel, _ session: Session
  ) -> Curve {
    let known = zip(places, predicted).map { (x: $0, y: $1) }.sorted { $0.x < $1.x }
    guard let low = known.first?.x, let high = known.last?.x, low < high,
      (high - low).isFinite, let rows = symbolic.model.rowDimension,
      case .symbol(let symbol) = symbolic.graph.attribute(input.node)
    else { return (known, nil) }
    let grid = (0...resolution).map { place in
      place == resolution ? high : low + (high - low) * Double(place) / Double(resolution)
    }
    var sizes = session.sizes
    sizes[rows] = places.count + grid.count
    guard let values = NodeValues([response.model], of: symbolic, in: session, sizes: sizes) else {
      return (known, nil)
    }
    values.set(symbol, places + grid)
    guard let found = values.values()?.first, found.count == places.count + grid.count else {
      return (known, nil)
    }
    // More rows must not have changed what the first ones give.
    let isOwn = zip(found, predicted).allSatisfy { new, old in
      new == old || (new - old).magnitude <= 1e-9 * max(new.magnitude, old.magnitude)
    }
    guard isOwn else { return (known, nil) }
    return (zip(grid, found.dropFirst(places.count)).map { (x: $0, y: $1) }, values)
  }

  /// More parameters than a picture is worth the time of.
  private static let mostParameters = 60

  /// The interval about a curve by the delta method. The derivatives are differences over a small
  /// part of each standard error, which no picture tells from the exact ones.
  private static func band(
    _ curve: [(x: Double, y: Double)], _ values: NodeValues, _ errors: FitErrors,
    _ symbolic: SymbolicModel, _ session: Session
  ) -> [(x: Double, low: Double, high: Double)] {
    let count = errors.covariances.columnCount
    var gradients = [[Double]](repeating: [], count: curve.count)
    var component = 0
    for parameter in symbolic.model.parameters {
      guard case .symbol(let symbol) = symbolic.graph.attribute(parameter.node) else { return [] }
      let centre = session.memory.values(of: symbol)
      guard component + centre.count <= min(count, mostParameters) else { return [] }
      for place in centre.indices {
        let step = errors.covariances[component, component].squareRoot() / 32
        component += 1
        func moved(by change: Double) -> ArraySlice<Double>? {
          var point = centre
          point[place] += change
          values.set(symbol, point)
          return values.values()?.first?.suffix(curve.count)
        }
        guard step.isFinite, let high = moved(by: step), let low = moved(by: -step) else {
          return []
        }
        for (row, (high, low)) in zip(high, low).enumerated() {
          gradients[row].append(step == 0 ? 0 : (high - low) / (2 * step))
        }
      }
      values.set(symbol, centre)
    }
    guard component == count else { return [] }
    let reach = errors.reach(level: errors.level)
    return zip(curve, gradients).map { point, gradient in
      let half = reach * errors.variance(gradient).squareRoot()
      return (x: point.x, low: point.y - half, high: point.y + half)
    }
  }
}

extension FitView {
  /// Of each response its data with the curve, and what is left.
  package var charts: [Chart] {
    responses.flatMap { [$0.fitChart(level: level), $0.residualChart] }
  }
}

extension FitView.Response {
  private var points: [(x: Double, y: Double)] { zip(places, observed).map { (x: $0, y: $1) } }

  /// Data and curve with its band; where there is no single input, what was observed over what the
  /// model says.
  func fitChart(level: Double) -> Chart {
    var data = Chart.Series("data", .points, points)
    data.deviations = deviations
    if let input {
      let fit = Chart.Series("fit", .line, curve, colour: 1)
      var chart = Chart(
        title: "\(name): data and fit", xLabel: input, yLabel: name, series: layered(fit, data))
      if !band.isEmpty {
        let edge =
          band.map { (x: $0.x, y: $0.high) } + band.reversed().map { (x: $0.x, y: $0.low) }
        chart.series.insert(
          Chart.Series("\((100 * level).brief) % band", .band, edge, colour: 1), at: 0)
      }
      return chart
    }
    let ends = [places.min() ?? 0, places.max() ?? 0].map { (x: $0, y: $0) }
    return Chart(
      title: "\(name): observed and predicted", xLabel: "predicted", yLabel: "observed",
      series: layered(Chart.Series("equal", .dashes, ends, colour: 1), data))
  }

  /// A line below a few points, and above so many that they would cover it.
  private func layered(_ line: Chart.Series, _ points: Chart.Series) -> [Chart.Series] {
    points.points.count > 300 ? [points, line] : [line, points]
  }

  /// Observed less predicted.
  package var residualChart: Chart {
    let left = zip(places, residuals).map { (x: $0, y: $1) }
    let ends = [places.min() ?? 0, places.max() ?? 0].map { (x: $0, y: 0.0) }
    return Chart(
      title: "\(name): residuals over \(input ?? "predicted")", xLabel: input ?? "predicted",
      yLabel: "observed - predicted",
      series: layered(
        Chart.Series("", .dashes, ends, colour: 1), Chart.Series("", .points, left)))
  }
}
