extension RunDescription {
  /// The description as JSON, for an `.adb` file.
  package var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("hash", .string(hash)),
      .init("has_objective", .bool(hasObjective)),
      .init("is_maximized", .bool(isMaximized)),
      .init("is_trainable", .bool(isTrainable)),
      .init("metrics", .array(metrics.map { .string($0) })),
      .init("outputs", .array(outputs.map { .string($0) })),
      .init(
        "environment",
        .object(
          environment.sorted { $0.key < $1.key }
            .map { .init($0.key, .number(Double($0.value))) })),
    ]
    if !text.isEmpty { members.append(.init("text", .string(text))) }
    if let rowDimension { members.append(.init("rows", .string(rowDimension))) }
    members.append(.init("inputs", .array(inputs.map(\.json))))
    members.append(.init("parameters", .array(parameters.map(\.json))))
    members.append(.init("states", .array(states.map(\.json))))
    members.append(.init("settings", settings.json))
    if let solver { members.append(.init("solver", solver.json)) }
    if !reports.isEmpty { members.append(.init("reports", .array(reports.map { .string($0) }))) }
    if !reportBlocks.isEmpty { members.append(.init("report_blocks", Block.json(reportBlocks))) }
    if !outputBlocks.isEmpty { members.append(.init("output_blocks", Block.json(outputBlocks))) }
    if !outputResponses.isEmpty {
      members.append(
        .init("output_responses", .array(outputResponses.map { .number(Double($0)) })))
    }
    return .object(members)
  }

  /// A description from JSON; nil where anything is missing or of the wrong kind. Symbols are
  /// checked against their number, nothing else about the program is.
  package init?(_ json: JSONValue, symbolCount: Int) {
    self.init()
    guard let hash = json["hash"]?.text, let environment = json["environment"]?.members,
      let inputs = json["inputs"]?.elements, let parameters = json["parameters"]?.elements,
      let states = json["states"]?.elements, let outputs = json["outputs"]?.elements,
      let settings = json["settings"].flatMap(Settings.init)
    else { return nil }
    func symbol(_ value: JSONValue?) -> Int? {
      guard let number = value?.wholeNumber, number < symbolCount else { return nil }
      return number
    }
    self.hash = hash
    text = json["text"]?.text ?? ""
    self.settings = settings
    hasObjective = json["has_objective"] == .bool(true)
    isMaximized = json["is_maximized"] == .bool(true)
    isTrainable = json["is_trainable"] == .bool(true)
    rowDimension = json["rows"]?.text
    for member in environment {
      guard let place = symbol(member.value) else { return nil }
      self.environment[member.name] = place
    }
    if let solver = json["solver"] {
      guard let read = Solver(solver, symbolCount: symbolCount) else { return nil }
      self.solver = read
    }
    guard let reportBlocks = Block.read(json["report_blocks"]),
      let outputBlocks = Block.read(json["output_blocks"])
    else { return nil }
    (self.reportBlocks, self.outputBlocks) = (reportBlocks, outputBlocks)
    for element in json["output_responses"]?.elements ?? [] {
      guard let place = element.wholeNumber else { return nil }
      outputResponses.append(place)
    }
    reports = json["reports"]?.elements?.compactMap(\.text) ?? []
    for output in outputs {
      guard let name = output.text else { return nil }
      self.outputs.append(name)
    }
    for metric in json["metrics"]?.elements ?? [] {
      guard let name = metric.text else { return nil }
      metrics.append(name)
    }
    for input in inputs {
      guard let name = input["name"]?.text, let place = symbol(input["symbol"]),
        let columns = input["columns"]?.elements
      else { return nil }
      let names = columns.compactMap(\.text)
      guard names.count == columns.count else { return nil }
      self.inputs.append(
        Input(
          name: name, symbol: place, columns: names, isCategory: input["category"] == .bool(true)))
    }
    for parameter in parameters {
      guard let name = parameter["name"]?.text, let place = symbol(parameter["symbol"]),
        let start = parameter["start"].flatMap(Start.init)
      else { return nil }
      let lower = parameter["lower"]?.number(nonFinite: true) ?? -.infinity
      let upper = parameter["upper"]?.number(nonFinite: true) ?? .infinity
      guard lower < upper else { return nil }
      self.parameters.append(
        Parameter(name: name, symbol: place, start: start, lower: lower, upper: upper))
    }
    for state in states {
      guard let name = state["name"]?.text, let place = symbol(state["symbol"]) else { return nil }
      let averaged = state["averaged"]?.wholeNumber
      if let averaged, averaged >= self.parameters.count { return nil }
      self.states.append(State(name: name, symbol: place, averaged: averaged))
    }
  }
}

extension JSONValue {
  /// The elements of an array; nil for anything else.
  var elements: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  /// A number that is whole, not negative and exact.
  var wholeNumber: Int? {
    guard let value = number(), value >= 0, value < 9_007_199_254_740_992, value.rounded() == value
    else { return nil }
    return Int(value)
  }
}

extension RunDescription.Input {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("symbol", .number(Double(symbol))),
      .init("columns", .array(columns.map { .string($0) })),
    ]
    if isCategory { members.append(.init("category", .bool(true))) }
    return .object(members)
  }
}

extension RunDescription.Parameter {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("symbol", .number(Double(symbol))),
      .init("start", start.json),
    ]
    if lower != -.infinity { members.append(.init("lower", .number(lower))) }
    if upper != .infinity { members.append(.init("upper", .number(upper))) }
    return .object(members)
  }
}

extension RunDescription.State {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("symbol", .number(Double(symbol))),
    ]
    if let averaged { members.append(.init("averaged", .number(Double(averaged)))) }
    return .object(members)
  }
}

extension RunDescription.Start {
  fileprivate var json: JSONValue {
    switch self {
    case .values(let array): .object([.init("values", .nested(array))])
    case .drawn(let kind, let arguments):
      .object([
        .init("drawn", .string(kind)), .init("arguments", .array(arguments.map { .number($0) })),
      ])
    case .file(let path): .object([.init("file", .string(path))])
    }
  }

  fileprivate init?(_ json: JSONValue) {
    if let path = json["file"]?.text {
      self = .file(path)
    } else if let kind = json["drawn"]?.text, let arguments = json["arguments"]?.elements {
      let numbers = arguments.compactMap { $0.number(nonFinite: true) }
      guard numbers.count == arguments.count else { return nil }
      self = .drawn(kind: kind, arguments: numbers)
    } else if let values = try? json["values"]?.shapedValues(nonFinite: true) {
      self = .values(values)
    } else {
      return nil
    }
  }
}

extension RunDescription.Settings {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [.init("data", .array(dataFiles.map { .string($0) }))]
    func append(_ name: String, _ value: Int?) {
      if let value { members.append(.init(name, .number(Double(value)))) }
    }
    append("epochs", epochs)
    append("steps", steps)
    append("batch", batch)
    append("seed", seed)
    append("patience", patience)
    append("accumulate", accumulated)
    append("folds", folds)
    if missing != .error { members.append(.init("missing", .string(missing.rawValue))) }
    if !standardized.isEmpty {
      members.append(.init("standardize", .array(standardized.map { .string($0) })))
    }
    if let streams { members.append(.init("stream", .bool(streams))) }
    if let shuffle { members.append(.init("shuffle", .bool(shuffle))) }
    if let validation { members.append(.init("validate", .number(validation))) }
    if validatesLast { members.append(.init("validate_last", .bool(true))) }
    return .object(members)
  }

  fileprivate init?(_ json: JSONValue) {
    self.init()
    guard let files = json["data"]?.elements else { return nil }
    dataFiles = files.compactMap(\.text)
    epochs = json["epochs"]?.wholeNumber
    steps = json["steps"]?.wholeNumber
    batch = json["batch"]?.wholeNumber
    seed = json["seed"]?.wholeNumber
    if case .bool(let value)? = json["shuffle"] { shuffle = value }
    validation = json["validate"]?.number()
    validatesLast = json["validate_last"] == .bool(true)
    if let validation, !(validation > 0 && validation < 1) { return nil }
    patience = json["patience"]?.wholeNumber
    accumulated = json["accumulate"]?.wholeNumber
    folds = json["folds"]?.wholeNumber
    standardized = json["standardize"]?.elements?.compactMap(\.text) ?? []
    if case .bool(let value)? = json["stream"] { streams = value }
    if let word = json["missing"]?.text {
      guard let policy = RunDescription.MissingPolicy(rawValue: word) else { return nil }
      missing = policy
    }
    if batch == 0 || accumulated == 0 || folds ?? 2 < 2 { return nil }
  }
}
