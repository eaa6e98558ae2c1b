import ADCMachine
import ADCModel
import ADCTraining

extension ModelTask {
  /// More rows than this are not needed to see that a gradient is right, and many parameters would
  /// make them slow.
  private static let rowLimit = 64

  /// Two evaluations of one loss may differ by this much, relative to it, or to 1.
  private static let lossTolerance = 1e-8

  /// An entry and a difference may differ by this much, relative to the greater.
  private static let tolerance = 1e-5

  /// Compares every entry of the gradient with differences of the loss.
  ///
  /// The differences are central ones of two steps, extrapolated (Richardson 1911), of the loss as
  /// it is written: compiled a second time without simplification, so that a wrong law of the
  /// simplifier does not change both sides. The source of an `.adb` is not there: the differences
  /// are of its own loss. An entry that differs only because of a rule marked `as meant` is named, and
  /// is no mistake: without these rules the gradient must agree. The loss is evaluated on at most 64 rows, four times for every entry.
  package func check() throws(TaskFailure) -> (report: TaskReport, isRight: Bool) {
    try requireObjective()
    let functions = [FunctionName.gradient, FunctionName.loss]
    let session = try session(for: functions)
    let written = try asWritten()
    let reference = try written?.session(for: functions) ?? session
    // The gradient as it is written, with the rules that are meant to differ; `reference` is without.
    let rules = meantRules
    let ruled = rules.isEmpty ? nil : try asWritten(keepsMeantRules: true)?.session(for: functions)
    let rows = 0..<min(session.allRows.count, Self.rowLimit)
    do throws(RunError) {
      let function = try session.evaluate(FunctionName.gradient, rows: rows)
      let loss = function.scalar(ofOutput: 0)
      let gradients = model.description.parameters.indices.map {
        function.values(ofOutput: $0 + 1)
      }
      let plain = try reference.evaluate(FunctionName.loss, rows: rows).scalar(ofOutput: 0)
      let losses = Losses(loss: loss, reference: plain, isIndependent: written != nil)
      let symbols = (written ?? self).model.description.parameters.map(\.symbol)
      var entries = 0
      var worst = Comparison(name: "", gradient: 0, difference: 0, error: 0)
      var meant = MeantDifferences(rules: rules)
      let own = try arrays(of: ruled == nil ? nil : reference, rows)
      let asRuled = try arrays(of: ruled, rows)
      let scale = gradients.joined().map(\.magnitude).filter(\.isFinite).max() ?? 0
      for (place, parameter) in model.description.parameters.enumerated() {
        for index in gradients[place].indices {
          let difference = try difference(reference, rows, symbols[place], index)
          let found = Comparison(
            name: entryName(parameter, index, session), gradient: gradients[place][index],
            difference: difference, scale: scale, loss: loss)
          entries += 1
          if !(found.error <= Self.tolerance), let own, let asRuled,
            found.isSame(as: asRuled[place][index], scale, loss, beside: own[place][index])
          {
            meant.append(found)
            continue
          }
          if worst.name.isEmpty || found.error > worst.error || found.error.isNaN { worst = found }
        }
      }
      return report(worst, entries: entries, losses, meant, rows: rows.count)
    } catch {
      throw TaskFailure(error)
    }
  }

  private func arrays(
    of session: Session?, _ rows: Range<Int>
  ) throws(RunError) -> [[Double]]? {
    guard let session else { return nil }
    let function = try session.evaluate(FunctionName.gradient, rows: rows)
    return model.description.parameters.indices.map { function.values(ofOutput: $0 + 1) }
  }

  /// The same model without simplification; nil where its source is not there.
  func asWritten(
    keepsMeantRules: Bool = false, guardsDigits: Bool = true
  ) throws(TaskFailure) -> ModelTask? {
    guard let source = model.symbolic?.source else { return nil }
    var settings = options.compilation
    settings.simplifies = false
    settings.keepsMeantRules = keepsMeantRules
    settings.guardsDigits = guardsDigits
    do throws(CompilationError) {
      let plain = try Compiler.compile(source, folder: model.folder, options: settings)
      return ModelTask(path: path, model: plain, options: options)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// The loss that the gradient came with, and the loss that the differences are taken of.
  private struct Losses {
    var loss: Double
    var reference: Double
    var isIndependent: Bool

    var agree: Bool {
      (loss - reference).magnitude <= lossTolerance * max(1, loss.magnitude)
    }
  }

  /// An entry of the gradient beside what differences say.
  private struct Comparison {
    var name: String
    var gradient: Double
    var difference: Double
    /// Relative to the entry, or to what rounding leaves of so large a loss.
    var error: Double

    init(name: String, gradient: Double, difference: Double, error: Double) {
      self.name = name
      self.gradient = gradient
      self.difference = difference
      self.error = error
    }

    /// Whether the entry is what the rules make it, and without them it would agree.
    func isSame(as ruled: Double, _ scale: Double, _ loss: Double, beside plain: Double) -> Bool {
      [(plain, difference), (gradient, ruled)].allSatisfy { pair in
        Comparison(
          name: name, gradient: pair.0, difference: pair.1, scale: scale, loss: loss
        ).error <= ModelTask.tolerance
      }
    }

    init(name: String, gradient: Double, difference: Double, scale: Double, loss: Double) {
      let floor = max(1e-3 * scale, 1e-6 * loss.magnitude, 1e-12)
      self.init(
        name: name, gradient: gradient, difference: difference,
        error: (gradient - difference).magnitude
          / max(gradient.magnitude, difference.magnitude, floor))
    }
  }

  /// The functions with rules that are meant to differ, each once.
  private var meantRules: [String] {
    var names: [String] = []
    for rule in model.symbolic?.model.derivativeRules ?? []
    where rule.isMeant && !names.contains(rule.function) {
      names.append(rule.function)
    }
    return names
  }

  /// Entries that differ from the differences because rules say so.
  private struct MeantDifferences {
    var rules: [String]
    private(set) var entries = 0
    private var worst: Comparison?

    init(rules: [String]) { self.rules = rules }

    mutating func append(_ found: Comparison) {
      entries += 1
      if found.error > worst?.error ?? 0 { worst = found }
    }

    var text: String {
      guard let worst else { return "" }
      let names = rules.map { "`\($0)`" }.joined(separator: ", ")
      return "\(entries) differ\(entries == 1 ? "s" : "") as meant by the derivative of \(names): "
        + "\(worst.name)  gradient \(worst.gradient.brief)  difference \(worst.difference.brief)\n"
    }
  }

  private func difference(
    _ session: Session, _ rows: Range<Int>, _ symbol: Int, _ index: Int
  ) throws(RunError) -> Double {
    let base = session.memory.base(of: symbol)
    let value = base[index]
    defer { base[index] = value }
    func slope(_ step: Double) throws(RunError) -> Double {
      let (above, below) = (value + step, value - step)
      base[index] = above
      let upper = try session.evaluate(FunctionName.loss, rows: rows).scalar(ofOutput: 0)
      base[index] = below
      let lower = try session.evaluate(FunctionName.loss, rows: rows).scalar(ofOutput: 0)
      return (upper - lower) / (above - below)
    }
    let step = 4e-4 * max(value.magnitude, 1)
    let (wide, narrow) = (try slope(step), try slope(step / 2))
    return (4 * narrow - wide) / 3
  }

  private func entryName(
    _ parameter: RunDescription.Parameter, _ index: Int, _ session: Session
  ) -> String {
    guard let shape = try? session.shape(of: parameter.symbol), !shape.isEmpty else {
      return parameter.name
    }
    var rest = index
    var places: [Int] = []
    for size in shape.reversed() {
      places.insert(rest % max(size, 1), at: 0)
      rest /= max(size, 1)
    }
    return parameter.name + "[" + places.map(String.init).joined(separator: ", ") + "]"
  }

  private func report(
    _ worst: Comparison, entries: Int, _ losses: Losses,
    _ meant: MeantDifferences, rows: Int
  ) -> (TaskReport, Bool) {
    let isRight = worst.error <= Self.tolerance && losses.agree
    var text = "\(entries) entries of the gradient compared with differences of the loss"
    if rows > 0 { text += " on \(rows) rows" }
    text += "\n"
    if !losses.isIndependent {
      text += "\(path) is compiled: the loss is simplified as its gradient is\n"
    }
    if !worst.name.isEmpty {
      text +=
        "worst: \(worst.name)  gradient \(worst.gradient.brief)  difference "
        + "\(worst.difference.brief)  error \(worst.error.brief)\n"
    }
    if !losses.agree {
      text += "the loss is \(losses.loss.brief), and as it is written \(losses.reference.brief)\n"
    }
    text += meant.text
    text += isRight ? "the gradient is right\n" : "the gradient does not agree\n"
    let json: JSONValue = .object([
      .init("entries", .number(Double(entries))), .init("worst", .string(worst.name)),
      .init("gradient", .number(worst.gradient)), .init("difference", .number(worst.difference)),
      .init("error", .number(worst.error)), .init("passed", .bool(isRight)),
      .init("loss", .number(losses.loss)), .init("reference_loss", .number(losses.reference)),
      .init("independent", .bool(losses.isIndependent)),
      .init("meant", .array(meant.rules.map { .string($0) })),
      .init("meant_entries", .number(Double(meant.entries))),
    ])
    return (TaskReport(text: text, json: json), isRight)
  }
}
