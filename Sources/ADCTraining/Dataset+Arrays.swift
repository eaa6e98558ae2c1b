import ADCCalculus
package import ADCMachine

extension Dataset {
  /// Takes inputs from arrays in memory.
  ///
  /// - Parameters:
  ///   - needed: The symbols that will be used; inputs beside them may be missing.
  ///   - arrays: By the names of inputs; categories are numbers already.
  package static func load(
    _ description: RunDescription, _ program: Program, needed: Set<Int>,
    arrays: [String: ShapedValues], preparation: DataPreparation? = nil
  ) throws(DataError) -> Dataset {
    let names = description.inputs.map(\.name)
    for name in arrays.keys.sorted() where !names.contains(name) {
      let list = names.isEmpty ? "none" : names.map { "`\($0)`" }.joined(separator: ", ")
      throw DataError("the model has no input `\(name)`; it has \(list)", file: "")
    }
    var dataset = Dataset(precision: program.precision)
    for input in description.inputs {
      guard var array = arrays[input.name] else {
        guard !needed.contains(input.symbol) else {
          throw DataError("there is no array for the input `\(input.name)`", file: "")
        }
        continue
      }
      let shape = program.symbols[input.symbol].shape
      try dataset.bind(shape, to: array.shape, of: "input `\(input.name)`", file: "")
      dataset.standardize(&array, input, description.settings, preparation)
      dataset.append(input.symbol, shape, array.values, description.rowDimension)
    }
    if let name = description.rowDimension { dataset.rowCount = dataset.sizes[name] }
    return dataset
  }
}
