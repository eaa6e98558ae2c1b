import ADCCalculus
import ADCSyntax

extension Elaborator {
  private static let settingNames = BuiltIn.settings.map(\.name)

  /// Checks the lines of `train { }`; each wrong one is reported and left out.
  mutating func check(_ settings: [TrainSetting], into plan: inout TrainingPlan) {
    var seen: [String: SourceRange] = [:]
    for setting in settings {
      do throws(Reported) {
        if let first = seen[setting.name.text], setting.name.text != "data" {
          throw report(
            "AD0502", "`\(setting.name.text)` is set twice", at: setting.name.range,
            notes: [Diagnostic.Note("the first", at: first)])
        }
        seen[setting.name.text] = setting.name.range
        try check(setting, into: &plan)
      } catch {
        continue
      }
    }
    if let folds = plan.folds, let validation = plan.validation {
      _ = report(
        "AD0503", "`folds` and `validate` cannot both be set", at: folds.range,
        notes: [Diagnostic.Note("what is held back", at: validation.range)],
        fix: "leave one of them out: folds hold every row back once")
    }
    if let epochs = plan.epochs, let steps = plan.steps {
      _ = report(
        "AD0503", "`epochs` and `steps` cannot both be set", at: steps.range,
        notes: [Diagnostic.Note("the epochs", at: epochs.range)], fix: "leave one of them out")
    }
  }

  private mutating func check(
    _ setting: TrainSetting, into plan: inout TrainingPlan
  ) throws(Reported) {
    guard Self.settingNames.contains(setting.name.text) else { throw unknownSetting(setting) }
    if !["validate", "stop"].contains(setting.name.text), let word = setting.modifiers.first {
      throw report(
        "AD0504", "`\(setting.name.text)` knows no word \(quote(name: word.text))", at: word.range,
        fix: setting.name.text == "optimizer" ? "write `optimizer adam(rate: 0.01)`" : nil)
    }
    if setting.name.text != "validate", setting.isPercentage {
      throw report("AD0504", "`\(setting.name.text)` takes no percentage", at: setting.range)
    }
    if setting.name.text != "stop", setting.isPatience {
      throw report(
        "AD0504", "`\(setting.name.text)` takes no patience", at: setting.range,
        fix: "write `stop after 10 epochs without improvement`")
    }
    switch setting.name.text {
    case "data": try dataFiles(setting, into: &plan)
    case "optimizer":
      let value = try only(setting)
      plan.solver = try solverUse(value)
      if plan.solver == nil { plan.optimizer = try optimizerUse(value) }
    case "epochs": plan.epochs = try count(setting)
    case "steps": plan.steps = try count(setting)
    case "batch": plan.batch = try count(setting)
    case "shuffle":
      plan.shuffle = try truth(setting)
    case "seed":
      let value = try only(setting)
      let seed = try constantInteger(value, for: "`seed`")
      guard seed >= 0 else {
        throw report("AD0505", "the seed cannot be negative", at: value.range)
      }
      plan.seed = Setting(value: seed, range: value.range)
    case "validate": plan.validation = try validation(setting)
    case "stop": plan.patience = try patience(setting)
    case "accumulate": plan.accumulated = try count(setting)
    case "folds": plan.folds = try folds(setting)
    case "missing": plan.missing = try missing(setting)
    case "standardize": plan.standardized = try standardized(setting)
    case "stream":
      plan.streams = try truth(setting)
    default: throw unknownSetting(setting)
    }
  }

  private mutating func unknownSetting(_ setting: TrainSetting) -> Reported {
    let near =
      ForeignNames.settings[setting.name.text]
      ?? Suggestion.nearest(to: setting.name.text, among: Self.settingNames)
    let all = Self.settingNames.map { "`\($0)`" }.joined(separator: ", ")
    return report(
      "AD0501", "there is no setting \(quote(name: setting.name.text))", at: setting.name.range,
      fix: ForeignNames.settingPhrases[setting.name.text] ?? near.map { "did you mean `\($0)`?" }
        ?? "there are \(all)")
  }

  mutating func only(_ setting: TrainSetting) throws(Reported) -> Expression {
    guard setting.values.count == 1 else {
      throw report(
        "AD0504", "`\(setting.name.text)` takes one value, \(setting.values.count) given",
        at: setting.range)
    }
    return setting.values[0]
  }

  private mutating func dataFiles(
    _ setting: TrainSetting, into plan: inout TrainingPlan
  ) throws(Reported) {
    for value in setting.values {
      guard case .string(let path) = value.form, !path.isEmpty else {
        throw report(
          "AD0504", "`data` takes the name of a file", at: value.range,
          fix: "write it between quotes: `data \"points.csv\"`")
      }
      plan.dataFiles.append(Setting(value: path, range: value.range))
    }
    if setting.values.isEmpty {
      throw report(
        "AD0504", "`data` takes the name of a file", at: setting.range,
        fix: "write it between quotes: `data \"points.csv\"`")
    }
  }

  /// `true` or `false`.
  private mutating func truth(_ setting: TrainSetting) throws(Reported) -> Setting<Bool> {
    let value = try only(setting)
    if case .name(let word) = value.form, let truth = ForeignNames.truths[word],
      binding(word) == nil
    {
      throw report(
        "AD0505", "`\(setting.name.text)` is `true` or `false`, found `\(word)`", at: value.range,
        fix: "write `\(setting.name.text) \(truth)`")
    }
    let number = try constantScalar(value, for: "`\(setting.name.text)`")
    return Setting(value: number != 0, range: value.range)
  }

  /// A whole number of at least 1.
  mutating func count(_ setting: TrainSetting) throws(Reported) -> Setting<Int> {
    let value = try only(setting)
    let number = try constantScalar(value, for: "`\(setting.name.text)`")
    guard let whole = Self.wholeNumber(number), whole >= 1 else {
      throw report(
        "AD0505",
        "`\(setting.name.text)` must be a whole number of at least 1, and it is "
          + Self.text(number), at: value.range)
    }
    return Setting(value: whole, range: value.range)
  }

  private mutating func validation(_ setting: TrainSetting) throws(Reported) -> Validation {
    if let word = setting.modifiers.first(where: { $0.text != "last" }) {
      throw report(
        "AD0504", "`validate` knows no word \(quote(name: word.text))", at: word.range,
        fix: "write `validate 20%` or `validate last 20%`")
    }
    let value = try only(setting)
    let number = try constantScalar(value, for: "`validate`")
    let fraction = setting.isPercentage ? number / 100 : number
    guard fraction > 0, fraction < 1 else {
      throw report(
        "AD0505",
        "`validate` must be between 0% and 100%, and it is "
          + "\(Self.text(fraction * 100))%", at: value.range, fix: "write `validate 20%`")
    }
    return Validation(
      fraction: fraction, takesLast: !setting.modifiers.isEmpty, range: setting.range)
  }
}
