import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

extension ModelTask {
  /// More rows than this are not needed to see that a gradient is right, and many parameters would
  /// make them slow.
  private static let rowLimit = 64

  /// Two evaluations of one loss may differ by this much, relative to it, or to 1.
  private static let lossTolerance = 1e-8

  /// Entries that disagree at first and are looked at more closely; after so many that stay wrong
  /// there is no doubt.
  private static let patience = 32

  /// Compares every entry of the gradient with differences of the loss.
  ///
  /// The differences are central ones, extrapolated (Ridders 1982), of steps that `EntryCheck`
  /// chooses, of the loss as it is written: compiled a second time without simplification, so that
  /// a wrong law of the simplifier does not change both sides. The source of an `.adb` is not
  /// there: the differences are of its own loss. An entry that differs only because of a rule
  /// marked `as meant` is named, and is no mistake: without these rules the gradient must agree;
  /// nor is an entry at a kink, where it is a slope between those of both sides. The loss is
  /// evaluated on at most 64 rows, four times for every entry, and some eighty times more for one
  /// that does not agree at once.
  ///
  /// A model in single precision is checked as one in double: what is asked is whether the
  /// derivative is right, and differences of singles would not say.
  package func check() throws(TaskFailure) -> (report: TaskReport, isRight: Bool) {
    guard model.program.precision == .double else { return try inDouble.check() }
    try requireObjective()
    let functions = [FunctionName.gradient, FunctionName.loss]
    let session = try session(for: functions)
    let written = try asWritten()
    let reference = try written?.session(for: functions) ?? session
    // The gradient as it is written, with the rules that are meant to differ; `reference` is
    // without.
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
      var worst: (name: String, entry: EntryCheck)?
      var (kinks, wrong) = (0, 0)
      var meant = MeantDifferences(rules: rules)
      let own = try arrays(of: ruled == nil ? nil : reference, rows)
      let asRuled = try arrays(of: ruled, rows)
      let scale = gradients.joined().map(\.magnitude).filter(\.isFinite).max() ?? 0
      let floor = max(1e-3 * scale, 1e-6 * loss.magnitude, 1e-12)
      for (place, parameter) in model.description.parameters.enumerated() {
        for index in gradients[place].indices {
          let value = reference.memory.number(of: symbols[place], at: index)
          defer { reference.memory.setNumber(value, of: symbols[place], at: index) }
          let found = try EntryCheck(
            gradients[place][index], at: value, floor: floor, refines: wrong < Self.patience
          ) { (moved) throws(RunError) in
            reference.memory.setNumber(moved, of: symbols[place], at: index)
            return try reference.evaluate(FunctionName.loss, rows: rows).scalar(ofOutput: 0)
          }
          entries += 1
          let name = { self.entryName(parameter, index, session) }
          if found.verdict == .differs, let own, let asRuled,
            found.isSame(as: asRuled[place][index], floor, beside: own[place][index])
          {
            meant.append(found, name())
            continue
          }
          kinks += found.verdict == .isKink ? 1 : 0
          wrong += found.verdict == .differs ? 1 : 0
          if worst.map({ found.isWorse(than: $0.entry) }) ?? true { worst = (name(), found) }
        }
      }
      return report(
        worst, entries: entries, kinks: kinks, losses, meant, rows: rows.count)
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
      var plain = try Compiler.compile(source, folder: model.folder, options: settings)
      plain.program.precision = model.program.precision
      return ModelTask(path: path, model: plain, options: options)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// The same model, computed in double.
  var inDouble: ModelTask {
    var model = model
    model.program.precision = .double
    return ModelTask(path: path, model: model, options: options)
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
    private var worst: (name: String, entry: EntryCheck)?

    init(rules: [String]) { self.rules = rules }

    mutating func append(_ found: EntryCheck, _ name: String) {
      entries += 1
      if found.error > worst?.entry.error ?? 0 { worst = (name, found) }
    }

    var text: String {
      guard let worst else { return "" }
      let names = rules.map { "`\($0)`" }.joined(separator: ", ")
      return "\(entries) differ\(entries == 1 ? "s" : "") as meant by the derivative of \(names): "
        + "\(worst.name)  gradient \(worst.entry.gradient.brief)  "
        + "difference \(worst.entry.difference.brief)\n"
    }
  }

  private func entryName(
    _ parameter: RunDescription.Parameter, _ index: Int, _ session: Session
  ) -> String {
    guard let shape = try? session.shape(of: parameter.symbol), !shape.isEmpty else {
      return parameter.name
    }
    return parameter.name + "[" + shape.places(of: index).map(String.init).joined(separator: ", ")
      + "]"
  }

  private func report(
    _ worst: (name: String, entry: EntryCheck)?, entries: Int, kinks: Int, _ losses: Losses,
    _ meant: MeantDifferences, rows: Int
  ) -> (TaskReport, Bool) {
    let isRight = worst?.entry.verdict != .differs && losses.agree
    var text =
      "\(entries) entr\(entries == 1 ? "y" : "ies") of the gradient compared with differences of "
      + "the loss"
    if rows > 0 { text += " on \(rows) rows" }
    text += "\n"
    if !losses.isIndependent {
      text += "\(path) is compiled: the loss is simplified as its gradient is\n"
    }
    if let (name, entry) = worst {
      text +=
        "worst: \(name)  gradient \(entry.gradient.brief)  difference "
        + "\(entry.difference.brief)  error \(entry.error.brief)"
      if entry.uncertainty > 0 { text += "  the difference ± \(entry.uncertainty.brief)" }
      text += "\n"
    }
    if kinks > 0 {
      text += "\(kinks) \(kinks == 1 ? "is" : "are") at a kink, between the slopes of its sides\n"
    }
    if !losses.agree {
      text += "the loss is \(losses.loss.brief), and as it is written \(losses.reference.brief)\n"
    }
    text += meant.text
    text += isRight ? "the gradient is right\n" : "the gradient does not agree\n"
    let json: JSONValue = .object([
      .init("entries", .number(Double(entries))), .init("worst", .string(worst?.name ?? "")),
      .init("gradient", .number(worst?.entry.gradient ?? 0)),
      .init("difference", .number(worst?.entry.difference ?? 0)),
      .init("difference_error", .number(worst?.entry.uncertainty ?? 0)),
      .init("error", .number(worst?.entry.error ?? 0)), .init("passed", .bool(isRight)),
      .init("loss", .number(losses.loss)), .init("reference_loss", .number(losses.reference)),
      .init("independent", .bool(losses.isIndependent)),
      .init("kink_entries", .number(Double(kinks))),
      .init("meant", .array(meant.rules.map { .string($0) })),
      .init("meant_entries", .number(Double(meant.entries))),
    ])
    return (TaskReport(text: text, json: json), isRight)
  }
}

extension EntryCheck {
  /// Whether the entry is what the rules make it, and without them it would agree.
  fileprivate func isSame(as ruled: Double, _ floor: Double, beside plain: Double) -> Bool {
    [(plain, difference), (gradient, ruled)].allSatisfy { one, other in
      (one - other).magnitude
        <= Self.tolerance * max(one.magnitude, other.magnitude, floor)
    }
  }

  /// What differs is worse than what does not, and then what differs by more.
  fileprivate func isWorse(than other: EntryCheck) -> Bool {
    let (own, others) = (verdict == .differs, other.verdict == .differs)
    if own != others { return own }
    return error > other.error || error.isNaN && !other.error.isNaN
  }
}
