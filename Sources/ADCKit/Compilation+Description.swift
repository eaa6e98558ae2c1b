import ADCCalculus
import ADCModel
import ADCSyntax
import ADCTraining

extension Compilation {
  /// What a run needs to know beside the program.
  mutating func describe() {
    func symbol(_ node: NodeID) -> Int {
      if case .symbol(let place) = graph.attribute(node) { return place }
      return 0
    }
    description.inputs = model.inputs.map { input in
      let columns: [String]
      switch input.columns {
      case .ownName: columns = [input.name]
      case .columns(let names, _), .categories(let names, _): columns = names
      }
      var isCategory = false
      if case .categories = input.columns { isCategory = true }
      return RunDescription.Input(
        name: input.name, symbol: symbol(input.node), columns: columns, isCategory: isCategory)
    }
    description.parameters = model.parameters.map { parameter in
      RunDescription.Parameter(
        name: parameter.name, symbol: symbol(parameter.node), start: start(parameter.initial),
        lower: parameter.bounds?.lowerBound ?? -.infinity,
        upper: parameter.bounds?.upperBound ?? .infinity)
    }
    for (place, (parameter, instance)) in zip(model.parameters, instances).enumerated() {
      for state in instance.states {
        let isAverage = state.name == OptimizerInstance.averageName
        description.states.append(
          RunDescription.State(
            name: "\(parameter.name).\(state.name)", symbol: symbol(state.symbol),
            averaged: isAverage ? place : nil))
      }
    }
    for (place, symbol) in graph.symbols.enumerated() where symbol.role == .environment {
      description.environment[symbol.name] = place
    }
    description.rowDimension = model.rowDimension
    description.solver = solverFunctions?.solver
    description.reports = model.reports.map(\.name)
    description.reportBlocks = solverFunctions?.reportBlocks ?? []
    description.outputBlocks = solverFunctions?.outputBlocks ?? []
    description.outputResponses = solverFunctions?.outputResponses ?? []
    description.hasObjective = model.objective != nil
    description.isMaximized = model.objective?.isMaximized ?? false
    description.isTrainable = !instances.isEmpty
    description.metrics = model.metrics.map(\.name)
    description.outputs = model.outputs.map(\.name)
    description.settings = settings()
    let text = TreePrinter.print(symbolic.file)
    description.hash = Self.hash(text)
    if text.utf8.count <= 1 << 16 { description.text = text }
  }

  private func start(_ initial: ParameterStart) -> RunDescription.Start {
    switch initial {
    case .values(let table):
      .values(
        ShapedValues(
          shape: table.shape.dimensions.map { $0.known ?? 1 }, values: table.values))
    case .drawn(let distribution):
      .drawn(kind: distribution.kind.rawValue, arguments: distribution.arguments)
    case .file(let path, _): .file(path)
    }
  }

  private func settings() -> RunDescription.Settings {
    var settings = RunDescription.Settings()
    let plan = model.training
    settings.dataFiles = plan.dataFiles.map(\.value)
    settings.epochs = plan.epochs?.value
    settings.steps = plan.steps?.value
    settings.batch = plan.batch?.value
    settings.shuffle = plan.shuffle?.value
    settings.seed = plan.seed?.value
    settings.validation = plan.validation?.fraction
    settings.validatesLast = plan.validation?.takesLast ?? false
    settings.patience = plan.patience?.value
    settings.accumulated = plan.accumulated?.value
    settings.folds = plan.folds?.value
    settings.missing =
      plan.missing.flatMap { RunDescription.MissingPolicy(rawValue: $0.value.rawValue) } ?? .error
    settings.standardized = plan.standardized.map(\.value)
    settings.streams = plan.streams?.value
    return settings
  }

  /// FNV-1a of the canonical source, as hexadecimal digits.
  private static func hash(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
