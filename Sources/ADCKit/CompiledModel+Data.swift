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
    // Rows are counted by any input; without one there would be no rows at all.
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
}
