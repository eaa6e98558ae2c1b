package import ADCCalculus

/// What is wanted of a graph under one name: values to read, and symbols to change.
package struct FunctionRequest: Sendable {
  /// Unique among the functions of a program.
  package var name: String
  /// Values to read after a run, with the names they are asked for by.
  package var outputs: [(name: String, node: NodeID)]
  /// All values are computed from the symbols as they were before the run. A value's shape
  /// broadcasts to the symbol's.
  package var updates: [(symbol: NodeID, value: NodeID)]

  /// A function of any number of outputs and updates; a symbol is updated once at most.
  package init(
    name: String, outputs: [(name: String, node: NodeID)] = [],
    updates: [(symbol: NodeID, value: NodeID)] = []
  ) {
    self.name = name
    self.outputs = outputs
    self.updates = updates
  }

  /// The nodes whose values are wanted.
  var roots: [NodeID] { outputs.map(\.node) + updates.map(\.value) }
}

extension Program {
  /// Lowers nodes of a graph to a program.
  ///
  /// Operators that are done by others are replaced by their definitions first. The time grows
  /// linearly with the number of operations.
  /// - Parameter source: where an operation was written, nil where that is not known.
  /// - Throws: `MachineError.unsupported` for what no instruction does.
  package static func lower(
    _ graph: ExpressionGraph, _ functions: [FunctionRequest], precision: Precision = .double,
    source: @escaping (NodeID) -> SourceTag? = { _ in nil }
  ) throws(MachineError) -> Program {
    var definitions = Definitions(graph)
    try definitions.expand(functions.flatMap(\.roots))
    let expanded = definitions.graph
    var program = Program(
      symbols: expanded.symbols, tables: expanded.tables, precision: precision)
    let tags = TagTable()
    let origin = definitions.origin
    for request in functions {
      var wanted = request
      for index in wanted.outputs.indices {
        wanted.outputs[index].node = definitions.replacement(of: wanted.outputs[index].node)
      }
      for index in wanted.updates.indices {
        wanted.updates[index].value = definitions.replacement(of: wanted.updates[index].value)
      }
      var lowering = FunctionLowering(expanded, wanted, tables: program.tables)
      lowering.tag = { node in tags.place(of: origin(node), source) }
      try lowering.lower()
      program.tables = lowering.tables
      program.functions.append(lowering.function)
    }
    program.tags = tags.tags
    return program
  }
}

/// The tags of nodes, each stored once.
private final class TagTable {
  private(set) var tags: [SourceTag] = []
  private var places: [SourceTag: Int32] = [:]
  private var last: (tag: SourceTag, place: Int32)?

  func place(of node: NodeID, _ source: (NodeID) -> SourceTag?) -> Int32 {
    guard let tag = source(node) else { return -1 }
    if let last, last.tag == tag { return last.place }
    let place: Int32
    if let known = places[tag] {
      place = known
    } else {
      place = Int32(truncatingIfNeeded: tags.count)
      tags.append(tag)
      places[tag] = place
    }
    last = (tag, place)
    return place
  }
}
