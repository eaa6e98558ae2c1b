import ADCTraining

/// What a fit said of its parameters when it ended, read from the file of the run.
struct RecordedFit {
  struct Estimate {
    var name: String
    var value: Double
    var error: Double
    var lower: Double
    var upper: Double
    /// What the model says of the parameter.
    var meaning = ""
  }

  let estimates: [Estimate]
  /// Between the estimates; empty where none are known.
  let correlations: [[Double]]
  /// `95 % confidence interval`.
  let interval: String
  private let json: JSONValue

  /// - Returns: nil where a run was no fit.
  init?(_ file: ParameterFile) {
    guard let json = file.run?.result, let errors = json["standard_errors"] else { return nil }
    self.json = json
    let level = (100 * (json["confidence"]?["level"]?.number() ?? 0.95)).brief
    let isProfiled = json["confidence"]?["method"]?.text == "profile"
    interval = "\(level) % \(isProfiled ? "profile" : "confidence") interval"
    var estimates: [Estimate] = []
    for entry in file.parameters {
      let count = entry.array.values.count
      func numbers(_ value: JSONValue?) -> [Double] {
        let found = value?[entry.name]?.numbers ?? []
        return found.count == count ? found : [Double](repeating: .nan, count: count)
      }
      let own = numbers(errors)
      let lower = numbers(json["confidence"]?["lower"])
      let upper = numbers(json["confidence"]?["upper"])
      for (place, name) in entry.componentNames.enumerated() {
        estimates.append(
          Estimate(
            name: name, value: entry.array.values[place], error: own[place], lower: lower[place],
            upper: upper[place]))
      }
    }
    self.estimates = estimates
    let numbers = json["correlations"]?.numbers ?? []
    let count = estimates.count
    correlations =
      numbers.count == count * count
      ? (0..<count).map { row in Array(numbers[row * count..<(row + 1) * count]) } : []
  }

  /// How good the fit is, in words and numbers.
  var qualities: [(String, String)] {
    func number(_ name: String) -> String? { json[name]?.number(nonFinite: true)?.brief }
    var pairs: [(String, String)] = []
    if let error = number("residual_standard_error") {
      let freedom = number("degrees_of_freedom") ?? "?"
      pairs.append(
        (
          "residual standard error",
          "\(error) on \(freedom) degree\(freedom == "1" ? "" : "s") of freedom"
        ))
    }
    if let sum = number("residual_sum_of_squares") {
      pairs.append(("residual sum of squares", sum))
    }
    let shares = json["r_squared"]?.members ?? []
    for share in shares where share.value != .null {
      let name = shares.count == 1 ? "R²" : "R² of \(share.name)"
      pairs.append((name, share.value.number(nonFinite: true)?.brief ?? ""))
    }
    let rest = [("AIC", "aic"), ("BIC", "bic"), ("condition number", "condition_number")]
    for (name, key) in rest { if let value = number(key) { pairs.append((name, value)) } }
    if case .array(let directions)? = json["undetermined"] {
      for direction in directions {
        pairs.append(("not determined by the data", direction.text ?? ""))
      }
    }
    return pairs
  }
}

extension RunRecord {
  /// How the run ended, in words.
  var ending: [(String, String)] {
    guard let result else { return [] }
    var pairs: [(String, String)] = []
    if let reason = result["reason"]?.text {
      pairs.append((result["converged"] == .bool(true) ? "converged" : "ended", reason))
    }
    if let method = result["method"]?.text { pairs.append(("method", method)) }
    if case .array(let starts)? = result["starts"] {
      pairs.append(("starts", "\(starts.count)"))
    }
    return pairs
  }

  /// The values that the model reports: name, value, standard error.
  var reports: [[String]] {
    (result?["reports"]?.members ?? []).map { report in
      func text(_ name: String) -> String {
        (report.value[name]?.numbers ?? []).prefix(8).map(\.brief).joined(separator: ", ")
      }
      return [report.name, text("value"), text("standard_error")]
    }
  }

  /// The constraints: text, by how much each is violated, multipliers.
  var constraints: [[String]] {
    guard case .array(let constraints)? = result?["constraints"] else { return [] }
    return constraints.map { constraint in
      [
        constraint["constraint"]?.text ?? "",
        constraint["violation"]?.number(nonFinite: true)?.brief ?? "",
        (constraint["multipliers"]?.numbers ?? []).prefix(8).map(\.brief).joined(separator: ", "),
      ]
    }
  }
}

extension JSONValue {
  /// All numbers of nested arrays, in order.
  var numbers: [Double] {
    if case .array(let elements) = self { return elements.flatMap(\.numbers) }
    return number(nonFinite: true).map { [$0] } ?? []
  }
}

extension ParameterFile.Entry {
  /// The names of the array's elements: `b`, `W[2, 0]`.
  var componentNames: [String] {
    guard !array.shape.isEmpty else { return [name] }
    return array.values.indices.map { element in
      var places: [String] = []
      var rest = element
      for size in array.shape.reversed() {
        places.insert("\(rest % max(size, 1))", at: 0)
        rest /= max(size, 1)
      }
      return "\(name)[\(places.joined(separator: ", "))]"
    }
  }
}
