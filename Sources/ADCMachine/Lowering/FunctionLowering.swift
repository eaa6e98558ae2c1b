import ADCCalculus

/// Makes the instructions of one function, in the order that `Fusion` finds.
struct FunctionLowering {
  let graph: ExpressionGraph
  private let request: FunctionRequest
  private(set) var fusion: Fusion
  private(set) var function: Function
  /// Those of the program, with the numbers that are needed as arrays.
  var tables: [Table]
  /// Where a node was written: a place in the program's tags.
  var tag: (NodeID) -> Int32 = { _ in -1 }

  /// The view of a node that has memory, -1 without.
  private var viewOf: [Int32]
  /// Whether the elements of a view are sure to lie in row-major order without gaps.
  private var isContiguous: [Bool] = []
  /// How many steps a view is away from memory of its own.
  private var depths: [Int] = []
  /// Longer chains of views are cut by a copy.
  private static let deepestView = 200
  private var isRoot: [Bool]
  private var numberTables: [UInt64: Int] = [:]
  private var loopSlots: LoopSlots

  init(_ graph: ExpressionGraph, _ request: FunctionRequest, tables: [Table]) {
    self.graph = graph
    self.request = request
    self.tables = tables
    function = Function(name: request.name)
    fusion = Fusion(graph, roots: request.roots)
    let count = fusion.kinds.count
    viewOf = [Int32](repeating: -1, count: count)
    isRoot = [Bool](repeating: false, count: count)
    for root in request.roots { isRoot[root.slot] = true }
    loopSlots = LoopSlots(count: count)
  }

  mutating func lower() throws(MachineError) {
    for item in fusion.schedule() {
      switch item {
      case .group(let shape, let members): try lowerGroup(shape, members)
      case .single(let node): try lowerSingle(node)
      }
    }
    try lowerUpdates()
    try lowerOutputs()
  }

  // MARK: Arrays

  private mutating func addView(_ view: ArrayView, contiguous: Bool) -> Int {
    function.views.append(view)
    isContiguous.append(contiguous)
    if case .view(let source, _) = view.source {
      depths.append(depths[source] + 1)
    } else {
      depths.append(0)
    }
    return function.views.count - 1
  }

  /// A new buffer, of a node where it holds one, and the view of it.
  mutating func addBuffer(_ shape: Shape, of node: NodeID? = nil) -> (buffer: Int, view: Int) {
    function.buffers.append(shape)
    function.bufferNodes.append(node.map { Int32(truncatingIfNeeded: $0.slot) } ?? -1)
    let buffer = function.buffers.count - 1
    return (buffer, addView(ArrayView(.root(.buffer(buffer)), shape), contiguous: true))
  }

  mutating func add(_ instruction: Instruction, tag place: Int32) {
    function.instructions.append(instruction)
    function.tags.append(place)
  }

  /// The view of a node that is computed or needs no computing.
  mutating func view(of node: NodeID) throws(MachineError) -> Int {
    if viewOf[node.slot] >= 0 { return Int(viewOf[node.slot]) }
    let view: Int
    switch graph.attribute(node) {
    case .number(let value): view = numberView(value)
    case .table(let place):
      view = addView(ArrayView(.root(.table(place)), graph.shape(node)), contiguous: true)
    case .symbol(let place):
      view = addView(ArrayView(.root(.symbol(place)), graph.shape(node)), contiguous: true)
    case .dimension(let dimension):
      let (buffer, made) = addBuffer(.scalar)
      add(.size(dimension, to: buffer), tag: tag(node))
      view = made
    default: throw .unsupported("`\(graph.op(node).name)` in this place")
    }
    viewOf[node.slot] = Int32(view)
    return view
  }

  private mutating func numberView(_ value: Double) -> Int {
    let table: Int
    if let known = numberTables[value.bitPattern] {
      table = known
    } else {
      table = tables.count
      tables.append(Table(shape: .scalar, values: [value]))
      numberTables[value.bitPattern] = table
    }
    return addView(ArrayView(.root(.table(table)), .scalar), contiguous: true)
  }

  /// The elements of a view in a buffer of their own.
  private mutating func copied(_ view: Int, tag place: Int32) -> Int {
    let (buffer, copy) = addBuffer(function.views[view].shape)
    add(.copy(view, to: buffer), tag: place)
    return copy
  }

  // MARK: Loops

  /// Whether a node's value is wanted of the function itself.
  func isNeeded(_ node: NodeID) -> Bool { isRoot[node.slot] }

  /// Lets a node be what a view shows.
  mutating func show(_ node: NodeID, as view: Int) { viewOf[node.slot] = Int32(view) }

  /// Gives outputs that show symbols memory of their own, as those may change before they are read.
  mutating func copySymbols(ofOutputs places: Range<Int>) {
    for place in places {
      guard case .symbol = function.root(of: function.outputs[place].view) else { continue }
      function.outputs[place].view = copied(function.outputs[place].view, tag: -1)
    }
  }

  private func mustStore(_ node: NodeID) -> Bool {
    isRoot[node.slot] || fusion.users[node].contains { !fusion.isFused(node, into: $0) }
  }

  /// A number or a size that a loop takes without memory, also where it is broadcast.
  private func immediate(_ node: NodeID) -> LoopKernel.Input? {
    var node = node
    while case .view(.broadcast) = ExecutionTable.shared[graph.operatorID(node)] {
      node = graph.operands(node)[0]
    }
    switch graph.attribute(node) {
    case .number(let value): return .number(value)
    case .dimension(let dimension): return .size(dimension)
    default: return nil
    }
  }

  private mutating func lowerGroup(
    _ space: Shape, _ members: [NodeID]
  ) throws(MachineError) {
    // Moved out, not copied: there may be many loops and the slots are as many as the nodes.
    var slots = LoopSlots(count: 0)
    swap(&slots, &loopSlots)
    var builder = LoopBuilder(space: space, slots: slots)
    slots = LoopSlots(count: 0)
    for node in members {
      for operand in graph.operands(node) {
        if fusion.isFused(operand, into: node) {
          builder.willUse(operand)
        } else if !builder.knows(operand) {
          if let input = immediate(operand) {
            builder.addInput(input, for: operand)
          } else {
            builder.addInput(.view(try view(of: operand)), for: operand)
          }
        }
      }
      if fusion.kinds[node.slot] == .elementwise, mustStore(node) {
        let (buffer, view) = addBuffer(space, of: node)
        viewOf[node.slot] = Int32(view)
        builder.addStore(buffer, for: node)
      }
    }
    builder.startSteps()
    for node in members where fusion.kinds[node.slot] == .elementwise {
      builder.apply(graph.operatorID(node), node, graph.operands(node), tag: tag(node))
      for user in fusion.users[node]
      where fusion.kinds[user.slot] == .reduction && fusion.isFused(node, into: user) {
        try lowerReduction(user, &builder)
      }
      builder.release(node)
    }
    for node in members where fusion.kinds[node.slot] == .reduction && viewOf[node.slot] < 0 {
      try lowerReduction(node, &builder)
    }
    loopSlots = builder.slots
    add(.loop(builder.kernel), tag: members.last.map(tag) ?? -1)
  }

  private mutating func lowerReduction(
    _ node: NodeID, _ builder: inout LoopBuilder
  ) throws(MachineError) {
    guard case .axes(let axes, _) = graph.attribute(node),
      case .reduction(let kind) = ExecutionTable.shared[graph.operatorID(node)]
    else { throw .unsupported("`\(graph.op(node).name)` without axes") }
    let (buffer, view) = addBuffer(graph.shape(node), of: node)
    viewOf[node.slot] = Int32(view)
    builder.reduce(
      graph.operands(node)[0], LoopKernel.Reduction(kind: kind, axes: axes, to: buffer),
      tag: tag(node))
  }

  // MARK: Everything else

  private mutating func lowerSingle(_ node: NodeID) throws(MachineError) {
    let operands = graph.operands(node)
    switch ExecutionTable.shared[graph.operatorID(node)] {
    case .recurrence: return try lowerScan(node)
    // The loop has made it.
    case .recurrenceResult: return
    default: break
    }
    if case .view(let kind) = ExecutionTable.shared[graph.operatorID(node)] {
      // A number that is only broadcast into loops needs no memory at all.
      if immediate(node) != nil, !mustStore(node), fusion.users[node].allSatisfy({ isLoop($0) }) {
        return
      }
      viewOf[node.slot] = Int32(try lowerView(node, kind))
      return
    }
    var views: [Int] = []
    for operand in operands { views.append(try view(of: operand)) }
    let (buffer, made) = addBuffer(graph.shape(node), of: node)
    viewOf[node.slot] = Int32(made)
    add(try instruction(node, views, to: buffer), tag: tag(node))
  }

  private func isLoop(_ node: NodeID) -> Bool {
    fusion.kinds[node.slot] == .elementwise || fusion.kinds[node.slot] == .reduction
  }

  private func instruction(
    _ node: NodeID, _ views: [Int], to buffer: Int
  ) throws(MachineError) -> Instruction {
    switch (ExecutionTable.shared[graph.operatorID(node)], graph.attribute(node)) {
    case (.matrixProduct, _) where views.count == 2:
      return .matrixProduct(views[0], views[1], to: buffer)
    case (.pad, .window(let starts, _)) where views.count == 1:
      return .pad(views[0], starts: starts, to: buffer)
    case (.concatenation, .axis(let axis)):
      return .concatenation(views, axis: axis, to: buffer)
    case (.gather, let attribute) where views.count == 2:
      return .gather(table: views[0], index: views[1], batch: attribute.batch, to: buffer)
    case (.scatterAdd, let attribute) where views.count == 2:
      return .scatterAdd(rows: views[0], index: views[1], batch: attribute.batch, to: buffer)
    case (.cumulativeSum, .scan(let axis, let reversed)) where views.count == 1:
      return .cumulativeSum(views[0], axis: axis, reversed: reversed, to: buffer)
    case (.reduction(let kind), .axes(let axes, _)) where axes.count == 1 && views.count == 1:
      return .extremeIndex(views[0], axis: axes[0], maximum: kind == .indexOfMaximum, to: buffer)
    case (.matrixFunction(let function), _)
    where views.count == (function.takesRightSide ? 2 : 1):
      return .matrixFunction(function, views, to: buffer)
    case (.sort, .axes(let axes, _)) where axes.count == 1 && views.count == 1:
      return .sort(views[0], axis: axes[0], indices: false, to: buffer)
    case (.order, .axes(let axes, _)) where axes.count == 1 && views.count == 1:
      return .sort(views[0], axis: axes[0], indices: true, to: buffer)
    case (.takeAlong, .axes(let axes, _)) where axes.count == 1 && views.count == 2:
      return .takeAlong(views[0], index: views[1], axis: axes[0], to: buffer)
    case (.putAlong, .axes(let axes, _)) where axes.count == 1 && views.count == 2:
      return .putAlong(views[0], index: views[1], axis: axes[0], to: buffer)
    case (.overlapAdd, .windows(_, let strides)) where views.count == 1:
      return .overlapAdd(views[0], strides: strides, to: buffer)
    case (.formula, .formula(let formula)) where formula.inputCount == views.count:
      return .formula(formula, inputs: views, to: buffer)
    case (.generator(.iota), _): return .iota(to: buffer)
    case (.generator(.uniform), .place(let place, _)) where views.count == 2:
      return .uniform(seed: views[0], step: views[1], place: place, to: buffer)
    default: throw .unsupported("`\(graph.op(node).name)` with \(views.count) operands here")
    }
  }

  private mutating func lowerView(_ node: NodeID, _ kind: View) throws(MachineError) -> Int {
    var source = try view(of: graph.operands(node)[0])
    if depths[source] >= Self.deepestView { source = copied(source, tag: tag(node)) }
    let shape = graph.shape(node)
    let old = function.views[source].shape
    let step: ArrayView.Step
    switch kind {
    case .transpose: step = .transpose
    case .diagonal: step = .diagonal
    case .windows:
      guard case .windows(_, let strides) = graph.attribute(node) else {
        throw .unsupported("windows without strides")
      }
      step = .windows(strides)
    case .reversed:
      guard case .axes(let axes, _) = graph.attribute(node), axes.count == 1 else {
        throw .unsupported("a reversal without an axis")
      }
      step = .reversed(axes[0])
    case .broadcast: step = .broadcast
    case .permute:
      guard case .permutation(let order) = graph.attribute(node) else {
        throw .unsupported("a permutation without an order")
      }
      step = .permute(order)
    case .reshape:
      step = .reshape
      if !isContiguous[source], !old.differsInOnes(from: shape) {
        source = copied(source, tag: tag(node))
      }
    case .slice:
      guard case .window(let starts, _) = graph.attribute(node) else {
        throw .unsupported("a slice without a window")
      }
      step = .slice(starts)
    }
    let contiguous = isContiguous[source] && step.keepsContiguity(old, shape)
    return addView(ArrayView(.view(source, step), shape), contiguous: contiguous)
  }

  private mutating func lowerUpdates() throws(MachineError) {
    for (target, value) in request.updates {
      guard case .symbol(let place) = graph.attribute(target) else {
        throw .unsupported("an update of what is not a symbol")
      }
      var view = try view(of: value)
      if case .symbol = function.root(of: view) { view = copied(view, tag: tag(value)) }
      function.updates.append(Function.Update(symbol: place, view: view))
    }
  }

  private mutating func lowerOutputs() throws(MachineError) {
    let updated = Set(function.updates.map(\.symbol))
    for (name, node) in request.outputs {
      var view = try view(of: node)
      if case .symbol(let place) = function.root(of: view), updated.contains(place) {
        view = copied(view, tag: tag(node))
      }
      function.outputs.append(Function.Output(name: name, view: view))
    }
  }
}

extension Function {
  /// The memory that a view shows.
  package func root(of view: Int) -> ArrayView.Root {
    var view = view
    while true {
      switch views[view].source {
      case .root(let root): return root
      case .view(let next, _): view = next
      }
    }
  }
}
