import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

extension DerivativeTask {
  /// What the machine computes at a point.
  struct Result {
    var at: [Coordinate]
    var values: [ShapedValues]
    var derivatives: [ShapedValues]
  }

  /// The values at the points of the request.
  func results() throws(TaskFailure) -> [Result] {
    let used = variables.filter { variable in
      values.contains { graph.depends($0, on: variable.node) }
    }
    let moving = seeds.filter { seed in
      derivatives.contains { graph.depends($0.node, on: seed.node) }
    }
    let isConstant = used.isEmpty && moving.isEmpty
    let points = request.points.isEmpty && isConstant ? [[]] : request.points
    guard !points.isEmpty else { return [] }
    try require(used.map(\.name) + moving.map(\.name), at: points)
    var scratch = graph
    let wanted = simpler + derivatives.map(\.node)
    let guarded = scratch.guarding(wanted, in: wanted, isExacting: true)
    let roots = scratch.prepare(guarded)
    do throws(MachineError) {
      let program = try Program.lower(
        scratch,
        [FunctionRequest(name: "point", outputs: roots.map { (name: "", node: $0) })])
      let memory = SymbolMemory(program)
      var results: [Result] = []
      var bound: (sizes: [String: Int], function: BoundFunction)?
      for point in points {
        let sizes = try sizes(at: point)
        if bound?.sizes != sizes {
          bound = (sizes, try BoundFunction(program, function: "point", sizes: sizes))
        }
        guard let function = bound?.function else { continue }
        set(point, sizes, in: memory)
        try function.evaluate(memory)
        let arrays = roots.indices.map {
          ShapedValues(shape: function.sizes(ofOutput: $0), values: function.values(ofOutput: $0))
        }
        results.append(
          Result(
            at: point, values: Array(arrays.prefix(values.count)),
            derivatives: Array(arrays.dropFirst(values.count))))
      }
      return results
    } catch {
      throw TaskFailure(error.description, code: "AD0702")
    }
  }

  /// Everything that a point gives values for.
  private var coordinates: [(name: String, node: NodeID)] {
    variables.map { ($0.name, $0.node) } + seeds.map { ($0.name, $0.node) }
  }

  /// A point gives every name that a value depends on, each name once, and of its shape.
  private func require(_ names: [String], at points: [[Coordinate]]) throws(TaskFailure) {
    for point in points {
      let given = point.map(\.name)
      if let missing = names.first(where: { !given.contains($0) }) {
        throw TaskFailure(
          "`--at` gives no value for `\(missing)`", code: "AD1003", fault: .commandLine)
      }
      if let twice = given.indices.first(where: { given[..<$0].contains(given[$0]) }) {
        throw TaskFailure(
          "`--at` gives `\(given[twice])` two values", code: "AD1003", fault: .commandLine)
      }
      for coordinate in point {
        guard let variable = coordinates.first(where: { $0.name == coordinate.name }) else {
          continue
        }
        let shape = graph.shape(variable.node)
        let isFitting =
          shape.rank == coordinate.shape.count
          && zip(shape.dimensions, coordinate.shape).allSatisfy {
            $0.known == nil || $0.known == $1
          }
        if !isFitting {
          throw TaskFailure(
            "`--at` gives `\(coordinate.name)` the shape \(coordinate.shape), and it has "
              + "\(shape)" + (shape.isScalar ? "; `--shape` makes it an array" : ""),
            code: "AD1003", fault: .commandLine)
        }
      }
    }
  }

  /// The sizes of named dimensions.
  func sizes(at point: [Coordinate]) throws(MachineError) -> [String: Int] {
    var sizes: [String: Int] = [:]
    for variable in coordinates {
      guard let given = point.first(where: { $0.name == variable.name }) else { continue }
      for (dimension, size) in zip(graph.shape(variable.node).dimensions, given.shape) {
        guard let name = dimension.name else { continue }
        if let other = sizes[name], other != size {
          throw .badSize("the dimension `\(name)` is \(other) and \(size) at one point")
        }
        sizes[name] = size
      }
    }
    return sizes
  }

  private func set(_ point: [Coordinate], _ sizes: [String: Int], in memory: SymbolMemory) {
    for variable in coordinates {
      guard case .symbol(let place) = graph.attribute(variable.node) else { continue }
      if let given = point.first(where: { $0.name == variable.name }) {
        memory.set(place, given.values)
      } else {
        let count = graph.shape(variable.node).dimensions.reduce(1) {
          $0 * max($1.value(sizes) ?? 0, 0)
        }
        memory.set(place, [Double](repeating: 0, count: count))
      }
    }
  }
}
