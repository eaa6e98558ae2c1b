import ADCCalculus
import ADCMachine
import ADCModel
import ADCTraining

/// The functions that a solver and the reports after it call, beside loss and gradient.
struct SolverFunctions {
  private(set) var solver: RunDescription.Solver?
  /// Of the model's reports and outputs, where their errors can be told.
  private(set) var reportBlocks: [RunDescription.Block] = []
  private(set) var outputBlocks: [RunDescription.Block] = []
  /// The response that each output is the model of; their number where it is none's.
  private(set) var outputResponses: [Int] = []
  private var requests: [FunctionRequest] = []
  private let model: CheckedModel
  private let simplifies: Bool

  /// More scalar derivatives than this are not worth a program of their own.
  private static let blockLimit = 20_000

  /// - Parameter loss: what is minimised, ready to be differentiated; nil without an objective.
  init(
    _ model: CheckedModel, loss: NodeID?, in graph: inout ExpressionGraph, simplifies: Bool
  ) throws(DifferentiationError) {
    self.model = model
    self.simplifies = simplifies
    if let use = model.training.solver, let loss {
      solver = RunDescription.Solver(kind: use.kind, arguments: use.arguments)
      let terms = AugmentedTerms(model.constraints, in: &graph)
      try addResiduals(terms, in: &graph)
      try addConstraints(terms, loss, in: &graph)
      try addCurvature(of: use.kind, terms.added(to: loss, in: &graph), in: &graph)
      addResponses(in: &graph)
    }
    addReports(in: &graph)
  }

  /// What the functions compute.
  var roots: [NodeID] { requests.flatMap { $0.outputs.map(\.node) } }

  /// The functions, from the roots in the machine's terms.
  func requests(_ roots: [NodeID]) -> [FunctionRequest] {
    var rest = roots[...]
    return requests.map { request in
      let own = rest.prefix(request.outputs.count)
      rest = rest.dropFirst(request.outputs.count)
      return FunctionRequest(
        name: request.name, outputs: zip(request.outputs, own).map { (name: $0.name, node: $1) })
    }
  }

  private var parameters: [NodeID] { model.parameters.map(\.node) }

  // MARK: Residuals

  private mutating func addResiduals(
    _ terms: AugmentedTerms, in graph: inout ExpressionGraph
  ) throws(DifferentiationError) {
    guard let objective = model.objective, !objective.isMaximized else { return }
    var residuals = objective.responses.map(\.residual)
    if residuals.isEmpty {
      guard let found = SquaredTerms(of: objective.node, in: &graph)?.residuals else { return }
      residuals = found
    }
    residuals += terms.residuals
    guard !parameters.isEmpty, residuals.count * parameters.count <= Self.blockLimit else { return }
    let blocks = try addDerivatives(
      of: residuals, as: FunctionName.residuals, FunctionName.jacobian, in: &graph)
    solver?.residuals = residuals.count
    solver?.blocks = blocks
    solver?.responses = objective.responses.map(\.name)
    solver?.isAbsolute = objective.responses.first?.isAbsolute ?? false
    solver?.isWeighted = objective.responses.contains { $0.sigma != nil }
    solver?.isRobust = objective.responses.contains { $0.loss != nil }
    let derivatives = Array(roots.suffix(blocks.count))
    let isLinear = !graph.dependent(derivatives, on: parameters)
    solver?.isLinear = isLinear
    let linear = isLinear ? [] : linearParameters(blocks, derivatives, in: graph)
    solver?.linear = linear
  }

  /// Parameters, in their order, by which no derivative depends on one of them.
  private func linearParameters(
    _ blocks: [RunDescription.Block], _ derivatives: [NodeID], in graph: ExpressionGraph
  ) -> [Int] {
    var found: [Int] = []
    var taken: [NodeID] = []
    for place in parameters.indices {
      let further = zip(blocks, derivatives).filter { $0.0.parameter == place }.map(\.1)
      let isLinear =
        !graph.dependent(further, on: found.map { parameters[$0] } + [parameters[place]])
        && !graph.dependent(taken, on: [parameters[place]])
      guard isLinear, !further.isEmpty else { continue }
      found.append(place)
      taken += further
    }
    return found
  }

  /// Adds a function of values and one of the values and their derivatives by the parameters.
  private mutating func addDerivatives(
    of values: [NodeID], as name: String?, _ derivativesName: String,
    in graph: inout ExpressionGraph
  ) throws(DifferentiationError) -> [RunDescription.Block] {
    var nodes = values
    if simplifies {
      nodes = Simplifier.simplify(&graph, values, for: .differentiation).roots
      nodes = graph.inAccurateForms(nodes)
    }
    var places: [RunDescription.Block] = []
    var blocks: [NodeID] = []
    for (row, node) in nodes.enumerated() {
      for (column, block) in try graph.blocks(of: node, by: parameters).enumerated() {
        guard let block else { continue }
        places.append(RunDescription.Block(array: row, parameter: column))
        blocks.append(block)
      }
    }
    let roots = finished(nodes + blocks, in: &graph)
    let names = nodes.indices.map { "\($0)" } + places.map { "\($0.array),\($0.parameter)" }
    let outputs = zip(names, roots).map { (name: $0, node: $1) }
    if let name {
      requests.append(FunctionRequest(name: name, outputs: Array(outputs.prefix(nodes.count))))
    }
    requests.append(FunctionRequest(name: derivativesName, outputs: outputs))
    return places
  }

  private func finished(_ roots: [NodeID], in graph: inout ExpressionGraph) -> [NodeID] {
    let open = graph.inliningFunctions(in: roots)
    return simplifies ? Simplifier.simplify(&graph, open).roots : open
  }

  // MARK: Constraints and curvature

  private mutating func addConstraints(
    _ terms: AugmentedTerms, _ loss: NodeID, in graph: inout ExpressionGraph
  ) throws(DifferentiationError) {
    guard let penalty = terms.penalty else { return }
    solver?.penalty = graph.symbolPlace(penalty)
    solver?.constraints = zip(model.constraints, terms.shifts).map { constraint, shift in
      RunDescription.Solver.Constraint(
        text: constraint.text, isEquality: constraint.isEquality,
        shift: graph.symbolPlace(shift) ?? 0)
    }
    let blocks = try addDerivatives(
      of: model.constraints.map(\.node), as: nil, FunctionName.constraints, in: &graph)
    solver?.constraintBlocks = blocks
    let whole = terms.added(to: loss, in: &graph)
    let gradient = try graph.gradient(of: whole, by: parameters)
    addFunction(FunctionName.augmented, [whole] + gradient, in: &graph)
  }

  private mutating func addCurvature(
    of kind: SolverUse.Kind, _ loss: NodeID, in graph: inout ExpressionGraph
  ) throws(DifferentiationError) {
    switch kind {
    case .newton:
      let gradient = try graph.gradient(of: loss, by: parameters)
      var blocks = try graph.hessianBlocks(ofGradient: gradient, by: parameters)
      var place = 0
      for (row, first) in parameters.enumerated() {
        for second in parameters.dropFirst(row) {
          let dimensions = graph.shape(first).dimensions + graph.shape(second).dimensions
          blocks[place] = graph.stretched(blocks[place], to: Shape(dimensions))
          place += 1
        }
      }
      addFunction(FunctionName.hessian, blocks, in: &graph)
    case .newtonCG:
      let gradient = try graph.gradient(of: loss, by: parameters)
      var directions: [NodeID: NodeID] = [:]
      for parameter in parameters {
        let shape = graph.shape(parameter)
        let direction = graph.symbol(Symbol(name: "direction", role: .variable, shape: shape))
        directions[parameter] = direction
        solver?.directions.append(graph.symbolPlace(direction) ?? 0)
      }
      let products = try graph.jvp(of: gradient, along: directions)
      let whole = zip(products, parameters).map { product, parameter in
        graph.stretched(product, to: graph.shape(parameter))
      }
      addFunction(FunctionName.hessianProduct, whole, in: &graph)
    default: break
    }
  }

  private mutating func addFunction(
    _ name: String, _ nodes: [NodeID], in graph: inout ExpressionGraph
  ) {
    let roots = finished(nodes, in: &graph)
    requests.append(
      FunctionRequest(
        name: name, outputs: roots.enumerated().map { (name: "\($0.offset)", node: $0.element) }))
  }

  // MARK: Reports

  /// What was observed and what the model says, each over the errors, and the weights; where a loss
  /// is robust, what it makes of the residuals.
  private mutating func addResponses(in graph: inout ExpressionGraph) {
    guard let responses = model.objective?.responses, let solver, !responses.isEmpty,
      solver.residuals > 0
    else { return }
    var nodes: [NodeID] = []
    for response in responses {
      let shape = graph.shape(response.residual)
      let one = graph.constant(1)
      let weight = response.sigma.map { graph.build(.divide, [one, $0]) } ?? one
      let observed = graph.build(.multiply, [response.observed, weight])
      let expected = graph.build(.multiply, [response.model, weight])
      var values = [observed, expected, weight]
      if solver.isRobust {
        let residual = graph.build(.add, [expected, graph.scaled(observed, by: -1)])
        let bent = response.loss?.bend(residual, in: &graph)
        let influence = response.loss?.influence(of: residual, in: &graph)
        values += [bent ?? residual, influence?.value ?? residual, influence?.slope ?? one]
      }
      nodes += values.map { graph.stretched($0, to: shape) }
    }
    addFunction(FunctionName.responses, nodes, in: &graph)
  }

  /// Reports and, for a fit, outputs with their derivatives; without those where an operator has
  /// none.
  private mutating func addReports(in graph: inout ExpressionGraph) {
    let isFit = solver?.responses.isEmpty == false
    let reports = model.reports.map(\.node)
    if !reports.isEmpty {
      let blocks =
        isFit
        ? try? addDerivatives(of: reports, as: nil, FunctionName.reports, in: &graph) : nil
      reportBlocks = blocks ?? []
      if blocks == nil { addFunction(FunctionName.reports, reports, in: &graph) }
    }
    let outputs = model.outputs.map(\.node)
    guard isFit, !outputs.isEmpty else { return }
    let blocks = try? addDerivatives(
      of: outputs, as: nil, FunctionName.outputDerivatives, in: &graph)
    outputBlocks = blocks ?? []
    let responses = model.objective?.responses ?? []
    outputResponses = outputs.map { output in
      responses.firstIndex { $0.model == output || $0.observed == output } ?? responses.count
    }
    let errors = responses.map { response in
      graph.stretched(
        response.sigma ?? graph.constant(1), to: graph.shape(response.residual))
    }
    addFunction(FunctionName.errors, errors, in: &graph)
  }
}

/// What constraints add to an objective: for each c that is to be 0 the square of c + shift, for
/// each that is to be at most 0 that of max(c + shift, 0), times half the penalty. With shifts that
/// are multipliers over the penalty, this is the augmented Lagrangian but for a constant
/// (Birgin and Martínez, Practical Augmented Lagrangian Methods, 2014, equation 4.3).
private struct AugmentedTerms {
  private(set) var penalty: NodeID?
  private(set) var shifts: [NodeID] = []
  /// Their sum of squares is what is added.
  private(set) var residuals: [NodeID] = []

  init(_ constraints: [Constraint], in graph: inout ExpressionGraph) {
    guard !constraints.isEmpty else { return }
    let penalty = graph.symbol(
      Symbol(name: "penalty", role: .variable, shape: .scalar, bounds: 0...(.infinity)))
    self.penalty = penalty
    let factor = graph.build(.sqrt, [graph.scaled(penalty, by: 0.5)])
    for constraint in constraints {
      let shape = graph.shape(constraint.node)
      let shift = graph.symbol(Symbol(name: "shift", role: .variable, shape: shape))
      shifts.append(shift)
      var value = graph.build(.add, [constraint.node, shift])
      if !constraint.isEquality {
        value = graph.build(.maximum, [value, graph.constant(0)])
      }
      residuals.append(graph.build(.multiply, [factor, value]))
    }
  }

  /// The augmented objective.
  func added(to loss: NodeID, in graph: inout ExpressionGraph) -> NodeID {
    var terms = [loss]
    for residual in residuals {
      let square = graph.build(.power, [residual, graph.constant(2)])
      let axes = Array(0..<graph.shape(residual).rank)
      terms.append(
        axes.isEmpty ? square : graph.insert(.sum, [square], .axes(axes, keep: false)))
    }
    return terms.count == 1 ? loss : graph.build(.add, terms)
  }
}

extension ExpressionGraph {
  /// The place of a symbol's node among the symbols.
  func symbolPlace(_ node: NodeID) -> Int? {
    if case .symbol(let place) = attribute(node) { place } else { nil }
  }

  /// A node repeated to a shape, where it does not have it.
  mutating func stretched(_ node: NodeID, to whole: Shape) -> NodeID {
    shape(node) == whole ? node : insert(.broadcast, [node], .shape(whole))
  }

  /// The derivatives of an array by each variable; nil where it does not depend on one.
  mutating func blocks(
    of residual: NodeID, by variables: [NodeID]
  ) throws(DifferentiationError) -> [NodeID?] {
    if shape(residual).isScalar {
      let gradient = try gradient(of: residual, by: variables)
      return gradient.map { number($0) == 0 ? nil : $0 }
    }
    var result: [NodeID?] = []
    for variable in variables {
      guard depends(residual, on: variable) else {
        result.append(nil)
        continue
      }
      let whole = Shape(shape(residual).dimensions + shape(variable).dimensions)
      let block = try jacobian(of: residual, by: variable)
      result.append(stretched(block, to: whole))
    }
    return result
  }

  /// Whether any of some nodes has one of the variables below it.
  func dependent(_ nodes: [NodeID], on variables: [NodeID]) -> Bool {
    let reached = reachable(from: nodes)
    return variables.contains { $0.slot < reached.count && reached[$0.slot] }
  }
}
