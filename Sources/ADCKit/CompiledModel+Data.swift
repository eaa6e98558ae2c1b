import ADCCalculus
import ADCMachine
import ADCTraining

extension CompiledModel {
  /// The tables that the model names, as paths.
  var declaredTables: [String] {
    description.settings.dataFiles.map { file in
      file.hasPrefix("/") || folder.isEmpty ? file : folder + "/" + file
    }
  }

  /// The symbols that some functions read.
  func neededSymbols(_ functions: [String]) -> Set<Int> {
    var needed: Set<Int> = []
    for name in functions {
      guard let function = program.function(named: name) else { continue }
      for view in function.views {
        if case .root(.symbol(let symbol)) = view.source { needed.insert(symbol) }
      }
    }
    // Rows are counted by any input; without one there would be no rows at all. Outputs alone may
    // be free of them.
    if functions == [FunctionName.outputs], !outputsNameRows { return needed }
    let rows = description.inputs.filter { input in
      program.symbols[input.symbol].shape.dimensions.first?.name
        == description.rowDimension
    }
    if let first = rows.first, !rows.contains(where: { needed.contains($0.symbol) }),
      !functions.isEmpty
    {
      needed.insert(first.symbol)
    }
    return needed
  }

  /// Whether the number of rows is in any size that the outputs are computed with.
  private var outputsNameRows: Bool {
    guard let name = description.rowDimension,
      let function = program.function(named: FunctionName.outputs)
    else { return false }
    return Self.names(name, in: function)
  }

  private static func names(_ name: String, in function: Function) -> Bool {
    func names(_ dimension: Dimension) -> Bool { dimension.terms.contains { $0.name == name } }
    let shapes = function.views.map(\.shape) + function.buffers
    if shapes.contains(where: { $0.dimensions.contains(where: names) }) { return true }
    return function.instructions.contains { instruction in
      switch instruction {
      case .size(let dimension, to: _): names(dimension)
      case .steps(let loop): names(loop.steps) || self.names(name, in: loop.body)
      case .loop(let kernel):
        kernel.space.dimensions.contains(where: names)
          || kernel.inputs.contains { input in
            if case .size(let dimension) = input { names(dimension) } else { false }
          }
      default: false
      }
    }
  }
}

extension CompiledModel {
  /// The functions whose inputs a solver's run needs.
  var solverFunctions: [String] {
    let possible = [
      FunctionName.loss, FunctionName.jacobian, FunctionName.responses, FunctionName.augmented,
      FunctionName.constraints, FunctionName.hessian, FunctionName.hessianProduct,
      FunctionName.reports,
    ]
    let isLeastSquares = (description.solver?.residuals ?? 0) > 0
    return possible.filter { program.function(named: $0) != nil }
      + (isLeastSquares ? [] : [FunctionName.gradient])
  }

  /// The functions whose inputs an optimizer's run needs.
  var trainingFunctions: [String] {
    [FunctionName.step, FunctionName.loss, FunctionName.metrics]
      + (description.reports.isEmpty ? [] : [FunctionName.reports])
  }
}
