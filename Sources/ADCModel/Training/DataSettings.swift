import ADCSyntax

// The settings of `train { }` that say what is done with the data, and when a run ends early.

extension Elaborator {
  /// `stop after 10 epochs without improvement`.
  mutating func patience(_ setting: TrainSetting) throws(Reported) -> Setting<Int> {
    guard setting.modifiers.map(\.text) == ["after"], setting.isPatience else {
      throw report(
        "AD0504", "`stop` says after how many epochs without improvement", at: setting.range,
        fix: "write `stop after 10 epochs without improvement`")
    }
    return try count(setting)
  }

  /// `folds 5`, at least 2.
  mutating func folds(_ setting: TrainSetting) throws(Reported) -> Setting<Int> {
    let folds = try count(setting)
    guard folds.value >= 2 else {
      throw report("AD0505", "`folds` must be at least 2, and it is 1", at: folds.range)
    }
    return folds
  }

  /// `missing drop`.
  mutating func missing(_ setting: TrainSetting) throws(Reported) -> Setting<MissingPolicy> {
    let value = try only(setting)
    let all = MissingPolicy.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    guard case .name(let word) = value.form, let policy = MissingPolicy(rawValue: word) else {
      throw report(
        "AD0504", "`missing` is one of \(all)", at: value.range,
        fix: "write `missing drop` to leave out rows with empty fields")
    }
    return Setting(value: policy, range: value.range)
  }

  /// `standardize x, z`, inputs that are no categories.
  mutating func standardized(_ setting: TrainSetting) throws(Reported) -> [Setting<String>] {
    var result: [Setting<String>] = []
    for value in setting.values {
      guard case .name(let name) = value.form, binding(name)?.kind == .input else {
        throw report(
          "AD0504", "`standardize` takes names of inputs", at: value.range,
          fix: "write `standardize x`")
      }
      guard !result.contains(where: { $0.value == name }) else {
        throw report("AD0502", "`\(name)` is named twice", at: value.range)
      }
      result.append(Setting(value: name, range: value.range))
    }
    return result
  }
}
