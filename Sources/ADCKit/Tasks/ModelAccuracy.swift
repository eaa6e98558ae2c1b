import ADCCalculus
import ADCMachine
import ADCTraining

/// How many units in the last place a model's loss and the entries of its gradient are off, as they
/// are written and as they are computed after all rewrites, against numbers of as many digits as
/// the values need.
///
/// The first sample is the model's own start, or the parameters of `--from`. After it, parameters
/// are taken near their start and signed log-uniform in turn, within their bounds; inputs are the
/// data, or where there are none, drawn like parameters for arrays of a few rows.
///
/// Where terms cancel, what rounding leaves is chance: of two forms that lose as much, each is the
/// better one at every other sample. A sample counts as made worse only where the error is larger
/// by more than a unit on average over its neighbors, by more than a unit in each of the parameters
/// and data makes, and by four standard errors of that average.
package struct ModelAccuracy {
  /// Where a worst value is.
  struct Place {
    var sample = 0
    /// The index of the entry; empty for a number.
    var entry: [Int] = []
    /// The model's parameters, where they are one number or two.
    var values: [(name: String, value: Double)] = []
  }

  struct Finding {
    var units: Double
    var place: Place

    init(_ units: Double = 0, _ place: Place = Place()) {
      (self.units, self.place) = (units, place)
    }
  }

  /// What was found about the loss or the gradient by one parameter.
  struct Quantity {
    /// The parameter; nil for the loss.
    var parameter: String?
    var shape: [Int] = []
    var before = Finding()
    var after = Finding()
    /// The largest growth of the error by rewriting, where it is more than a unit.
    var worse = Finding()
  }

  /// Errors in units in the last place, as written and as computed.
  private struct Entry {
    var exact: Double
    var before: Double
    var after: Double
  }

  /// By quantity and entry; none where there is no exact value.
  private typealias Errors = [[Entry?]]

  /// Rows that are looked at, where no fewer do.
  private static let rowLimit = 64
  /// Additions with many digits that one sample, and all, may take.
  private static let workOfSample = 2.5e5
  private static let workOfAll = 1e6
  private static let sampleLimit = 200
  /// How many neighbors of a sample are looked at that rewriting seems to make worse.
  private static let neighbors = 24

  private(set) var quantities: [Quantity]
  /// Samples at which the loss has a value.
  private(set) var samples = 0
  /// Samples at which it has none.
  private(set) var outside = 0
  /// Rows of the data; nil where the model has none.
  private(set) var rows: Int?
  /// Whether the inputs are drawn.
  let isDrawn: Bool

  private let written: Session
  private let computed: Session
  private let symbolic: SymbolicModel
  private var graph: ExpressionGraph
  private let roots: [NodeID]
  private var sizes: [String: Int] = [:]
  private var sampler: ModelSampler

  /// The largest growth of an error by rewriting, where it is more than a unit, else 0.
  package var worstGrowth: Double { quantities.map(\.worse.units).max() ?? 0 }

  /// Draws points and compares; AD0704 for a model without source. Where `wanted` is nil, as many
  /// samples as a limit of work allows, but no fewer than 3.
  package init(_ task: ModelTask, samples wanted: Int?, seed: Int) throws(TaskFailure) {
    let plain = try task.asWritten(keepsMeantRules: true, guardsDigits: false)
    guard let plain, let symbolic = plain.model.symbolic, let loss = symbolic.loss else {
      throw TaskFailure(
        "the accuracy needs the model's source, and \(task.path) is compiled", code: "AD0704",
        fault: .commandLine)
    }
    self.symbolic = symbolic
    isDrawn = task.lacksData
    written = try plain.accuracySession(isDrawn: isDrawn)
    computed = try task.accuracySession(isDrawn: isDrawn)
    graph = symbolic.graph
    // At poles and limits, and where 1 - tanh(x)^2 would need a thousand bits, as the machine has
    // it.
    let forms = graph.inMachineForms([loss] + symbolic.gradient)
    roots = graph.prepare(forms)
    sampler = ModelSampler(symbolic, written, drawsInputs: isDrawn, seed: seed)
    quantities =
      [Quantity()] + task.model.description.parameters.map { Quantity(parameter: $0.name) }
    do throws(RunError) {
      try measure(wanted)
    } catch {
      throw TaskFailure(error)
    }
  }

  private mutating func measure(_ wanted: Int?) throws(RunError) {
    for (place, parameter) in written.description.parameters.enumerated() {
      quantities[place + 1].shape = try written.shape(of: parameter.symbol)
    }
    let work = chooseRows()
    let affordable = Int(max(3, min(Double(Self.sampleLimit), Self.workOfAll / max(work, 1))))
    for sample in 0..<(wanted ?? (sampler.isConstant ? 1 : affordable)) {
      sampler.draw(sample, into: written)
      computed.takeValues(of: written)
      try compare(sample)
    }
  }

  /// Takes half of the rows as long as a sample is too much work; returns the work.
  private mutating func chooseRows() -> Double {
    var count = min(written.allRows.count, Self.rowLimit)
    let hasRows = written.description.rowDimension != nil && !written.description.inputs.isEmpty
    while true {
      written.feed(rows: 0..<count)
      computed.feed(rows: 0..<count)
      sizes = written.sizes()
      if let name = written.description.rowDimension { sizes[name] = count }
      let work = PreciseEvaluation(graph: graph, sizes: sizes, symbols: [], bits: 64)
        .work(of: roots)
      if work <= Self.workOfSample || count <= 1 {
        rows = hasRows ? count : nil
        return work
      }
      count /= 2
    }
  }

  private mutating func compare(_ sample: Int) throws(RunError) {
    guard let errors = try errors() else {
      outside += 1
      return
    }
    samples += 1
    let numbers = sampler.numbers(of: written)
    func place(_ quantity: Int, _ entry: Int) -> Place {
      let index = quantities[quantity].shape.places(of: entry)
      return Place(sample: sample, entry: index, values: numbers)
    }
    var suspects: [(quantity: Int, entry: Int)] = []
    for quantity in quantities.indices {
      for case (let entry, let error?) in errors[quantity].enumerated() {
        if error.before > quantities[quantity].before.units {
          quantities[quantity].before = Finding(error.before, place(quantity, entry))
        }
        if error.after > quantities[quantity].after.units {
          quantities[quantity].after = Finding(error.after, place(quantity, entry))
        }
        let growth = error.after - error.before
        if growth > max(1, quantities[quantity].worse.units) { suspects.append((quantity, entry)) }
      }
    }
    guard !suspects.isEmpty else { return }
    for (suspect, growth) in zip(suspects, try growth(of: suspects, sample, errors))
    where growth > max(1, quantities[suspect.quantity].worse.units) {
      quantities[suspect.quantity].worse = Finding(growth, place(suspect.quantity, suspect.entry))
    }
  }

  /// What the neighbors of a sample show of one entry.
  private struct Comparison {
    var count = 0.0
    var growth = 0.0
    var squaredGrowth = 0.0
    /// The largest change of the exact value for a unit in each of the inputs.
    var change = 0.0

    /// By how much the error is larger as computed on average; 0 where rounding the inputs does as
    /// much, and where it may be chance.
    var settledGrowth: Double {
      guard count > 1 else { return 0 }
      let mean = growth / count
      let variance = max(squaredGrowth / count - mean * mean, 0) / (count - 1)
      // Infinite errors have no average, and are no chance.
      let mayBeChance = mean <= change || mean <= 4 * variance.squareRoot()
      return mayBeChance ? 0 : mean
    }
  }

  /// By how much the errors of some entries are larger as computed, in the neighborhood of a
  /// sample.
  private mutating func growth(
    of suspects: [(quantity: Int, entry: Int)], _ sample: Int, _ own: Errors
  ) throws(RunError) -> [Double] {
    let kept = sampler.values(of: written)
    defer { sampler.set(kept, in: written) }
    var comparisons = suspects.map { _ in Comparison() }
    for neighbor in 0..<Self.neighbors {
      sampler.set(sampler.moved(kept, sample: sample, neighbor), in: written)
      computed.takeValues(of: written)
      guard let errors = try errors() else { continue }
      for (place, suspect) in suspects.enumerated() {
        guard let entry = errors[suspect.quantity][suspect.entry],
          let center = own[suspect.quantity][suspect.entry]
        else { continue }
        let growth = entry.after - entry.before
        let change =
          AccuracyTask.units(entry.exact, center.exact) / ModelSampler.reach(neighbor)
        comparisons[place].count += 1
        comparisons[place].growth += growth
        comparisons[place].squaredGrowth += growth * growth
        comparisons[place].change = max(comparisons[place].change, change)
      }
    }
    return comparisons.map(\.settledGrowth)
  }

  /// The errors with the values that the sessions have; nil where the loss has no value.
  private func errors() throws(RunError) -> Errors? {
    let symbols = (0..<graph.symbols.count).map { place in
      place < written.program.symbols.count && written.memory.count(of: place) > 0
        ? written.memory.values(of: place) : []
    }
    let exact: [[Double]]
    do throws(PreciseFailure) {
      exact = try PreciseEvaluation.settledValues(
        of: roots, in: graph, sizes: sizes, symbols: symbols)
    } catch {
      throw .setting(error.message)
    }
    guard exact[0][0].isFinite else { return nil }
    let (before, after) = (try values(written), try values(computed))
    return quantities.indices.map { quantity in
      exact[quantity].enumerated().map { entry, value in
        value.isNaN
          ? nil
          : Entry(
            exact: value, before: AccuracyTask.units(before[quantity][entry], value),
            after: AccuracyTask.units(after[quantity][entry], value))
      }
    }
  }

  /// The loss and the gradient by every parameter.
  private func values(_ session: Session) throws(RunError) -> [[Double]] {
    let function = try session.function(FunctionName.gradient, rows: rows ?? 0)
    try session.evaluate(function)
    return quantities.indices.map { function.values(ofOutput: $0) }
  }
}
