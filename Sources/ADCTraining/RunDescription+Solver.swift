import ADCModel

extension RunDescription.Block {
  /// Blocks as pairs of numbers, one after the other.
  static func json(_ blocks: [Self]) -> JSONValue {
    .array(blocks.flatMap { [.number(Double($0.array)), .number(Double($0.parameter))] })
  }

  /// Nil where something else stands there; empty where nothing does.
  static func read(_ json: JSONValue?) -> [Self]? {
    guard let json else { return [] }
    guard let elements = json.elements, elements.count.isMultiple(of: 2) else { return nil }
    let places = elements.compactMap(\.wholeNumber)
    guard places.count == elements.count else { return nil }
    return stride(from: 0, to: places.count, by: 2).map {
      Self(array: places[$0], parameter: places[$0 + 1])
    }
  }
}

extension RunDescription.Solver {
  /// For an `.adb` file.
  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(kind.rawValue)),
      .init(
        "arguments",
        .object(
          arguments.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })),
      .init("residuals", .number(Double(residuals))),
      .init("linear", .bool(isLinear)),
      .init("responses", .array(responses.map { .string($0) })),
      .init("blocks", RunDescription.Block.json(blocks)),
    ]
    if isAbsolute { members.append(.init("absolute", .bool(true))) }
    if !linear.isEmpty {
      members.append(.init("linear_parameters", .array(linear.map { .number(Double($0)) })))
    }
    if isWeighted { members.append(.init("weighted", .bool(true))) }
    if isRobust { members.append(.init("robust", .bool(true))) }
    if let penalty {
      members += [
        .init("penalty", .number(Double(penalty))),
        .init("constraints", .array(constraints.map(\.json))),
        .init("constraint_blocks", RunDescription.Block.json(constraintBlocks)),
      ]
    }
    if !directions.isEmpty {
      members.append(.init("directions", .array(directions.map { .number(Double($0)) })))
    }
    return .object(members)
  }

  /// Nil where anything is missing or of the wrong kind.
  init?(_ json: JSONValue, symbolCount: Int) {
    guard let name = json["name"]?.text, let kind = SolverUse.Kind(rawValue: name),
      let arguments = json["arguments"]?.members,
      let residuals = json["residuals"]?.wholeNumber,
      let responses = json["responses"]?.elements,
      let blocks = RunDescription.Block.read(json["blocks"]),
      let constraintBlocks = RunDescription.Block.read(json["constraint_blocks"])
    else { return nil }
    self.init(kind: kind, arguments: [:])
    for argument in arguments {
      guard let value = argument.value.number() else { return nil }
      self.arguments[argument.name] = value
    }
    self.residuals = residuals
    self.blocks = blocks
    self.constraintBlocks = constraintBlocks
    isLinear = json["linear"] == .bool(true)
    isAbsolute = json["absolute"] == .bool(true)
    for place in json["linear_parameters"]?.elements ?? [] {
      guard let place = place.wholeNumber else { return nil }
      linear.append(place)
    }
    isWeighted = json["weighted"] == .bool(true)
    isRobust = json["robust"] == .bool(true)
    self.responses = responses.compactMap(\.text)
    func symbol(_ value: JSONValue?) -> Int? {
      guard let place = value?.wholeNumber, place < symbolCount else { return nil }
      return place
    }
    if let penalty = json["penalty"] {
      guard let place = symbol(penalty) else { return nil }
      self.penalty = place
    }
    for constraint in json["constraints"]?.elements ?? [] {
      guard let text = constraint["text"]?.text, let shift = symbol(constraint["shift"]) else {
        return nil
      }
      constraints.append(
        Constraint(text: text, isEquality: constraint["equality"] == .bool(true), shift: shift))
    }
    for direction in json["directions"]?.elements ?? [] {
      guard let place = symbol(direction) else { return nil }
      directions.append(place)
    }
  }
}

extension RunDescription.Solver.Constraint {
  fileprivate var json: JSONValue {
    .object([
      .init("text", .string(text)), .init("equality", .bool(isEquality)),
      .init("shift", .number(Double(shift))),
    ])
  }
}
