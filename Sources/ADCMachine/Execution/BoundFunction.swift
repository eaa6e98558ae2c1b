import ADCCalculus
import ADCPlatform

/// A function with all sizes known and all memory taken: ready to run any number of times.
///
/// Used by one thread at a time. Nothing is allocated by a run.
package final class BoundFunction {
  /// An instruction with sizes; boxed, so that running one does not copy it.
  indirect enum Action {
    case loop(BoundLoop)
    case copy(BoundCopy, to: Int)
    case product(BoundProduct<Double>)
    case singleProduct(BoundProduct<Float>)
    case assembly(BoundAssembly)
    case gather(BoundRows)
    case scatterAdd(BoundRows)
    case cumulativeSum(BoundAxis, reversed: Bool)
    case extremeIndex(BoundAxis, maximum: Bool)
    case matrixFunction(BoundMatrixFunction)
    case sort(BoundAxis, indices: Bool)
    case takeAlong(BoundAxis, index: DenseOperand)
    case putAlong(BoundAxis, index: DenseOperand)
    case overlapAdd(BoundOverlap)
    case iota(to: Int, count: Int, period: Int)
    case fill(to: Int, Double)
    case formula(BoundFormula)
    case draw(BoundDraw)
    case steps(BoundSteps)

    /// A product of matrices of these numbers.
    func product<Number: MachineNumber>(of type: Number.Type) -> BoundProduct<Number>? {
      switch self {
      case .product(let product): product as? BoundProduct<Number>
      case .singleProduct(let product): product as? BoundProduct<Number>
      default: nil
      }
    }
  }

  enum Entry {
    case loop(Unmanaged<BoundLoop>)
    case scalars(Unmanaged<ScalarBlock>)
    case sweep(Unmanaged<BoundSweep<Double>>)
    case singleSweep(Unmanaged<BoundSweep<Float>>)
    case product(Unmanaged<BoundProduct<Double>>)
    case singleProduct(Unmanaged<BoundProduct<Float>>)
    case other(Int)
  }

  struct Need {
    var symbol: Int
    var count: Int
  }

  struct Commit {
    var symbol: Int
    var count: Int
    var copy: BoundCopy
  }

  /// What it is a function of; its symbols are read and written by each run.
  package let program: Program
  /// What is run, with sizes that are names still.
  package let function: Function
  /// The bytes that the function took, symbols not included.
  package private(set) var bytes: Int
  /// The most that it may take.
  let mostBytes: Int
  let layouts: [Layout]
  let actions: [Action]
  /// The actions without references that would be counted at every run.
  let order: UnsafeMutableBufferPointer<Entry>
  // These change within runs, and no access to them is ever within another.
  @exclusivity(unchecked) private var shortRun: ShortRun?
  @exclusivity(unchecked) private var runs = 0
  /// What lets updates do without copies, made when several batches are run; nil where nothing
  /// does.
  private(set) lazy var rotation: UpdateRotation? = {
    let rotation = UpdateRotation(self)
    bytes += rotation?.bytes ?? 0
    return rotation
  }()
  private let firstBuffer: Int
  /// The numbers of each buffer; -1 for those that lie in others, or have others in them.
  private let wholeBuffers: [Int]
  let scalarBlocks: [ScalarBlock]
  private let sweeps: [BoundSweep<Double>]
  private let singleSweeps: [BoundSweep<Float>]
  let addresses: MachineAddresses
  let needs: UnsafeMutableBufferPointer<Need>
  let commits: UnsafeMutableBufferPointer<Commit>
  /// nil where updates are no whole arrays.
  let wholeUpdates: WholeUpdates?
  let outputs: [Layout]
  let outputReaders: [DenseOperand]
  /// Where the outputs lie, without references that would be counted.
  let outputPlaces: UnsafeMutableBufferPointer<OutputPlace>
  let pool: Pool

  /// Binds a function of a program to the sizes of its named dimensions.
  ///
  /// The time grows with the instructions and steps of the function, not with the sizes.
  /// - Throws: what is wrong with the sizes, or with the memory that they need.
  package convenience init(
    _ program: Program, function name: String, sizes: [String: Int],
    limits: MachineLimits = MachineLimits(),
    settings: ExecutionSettings = ExecutionSettings()
  ) throws(MachineError) {
    guard let function = program.function(named: name) else { throw .noFunction(name) }
    try self.init(
      program, function, SizeReader(sizes: sizes, limits: limits), settings)
  }

  /// Binds a function that a program has, or the body of a loop.
  init(
    _ program: Program, _ function: Function, _ reader: SizeReader,
    _ settings: ExecutionSettings
  ) throws(MachineError) {
    var binder = try FunctionBinder(program, function, reader, settings)
    try binder.bind()
    self.program = program
    self.function = function
    bytes = binder.bytes
    mostBytes = reader.limits.bytes
    layouts = binder.layouts
    actions = binder.actions
    addresses = binder.addresses
    needs = BoundLoop.buffer(binder.needs, binder.pool)
    scalarBlocks = Self.scalarBlocks(binder)
    sweeps = binder.sweeps.compactMap { BoundSweep($0, binder.actions, in: binder.pool) }
    singleSweeps = binder.sweeps.compactMap { BoundSweep($0, binder.actions, in: binder.pool) }
    let entries = Self.entries(binder.actions, scalarBlocks, sweeps, singleSweeps)
    order = BoundLoop.buffer(entries, binder.pool)
    commits = BoundLoop.buffer(binder.commits, binder.pool)
    wholeUpdates = WholeUpdates(binder.commits, program.precision, in: binder.pool)
    outputs = function.outputs.map { [layouts] in layouts[$0.view] }
    outputReaders = binder.outputs
    outputPlaces = BoundLoop.buffer(outputs.map { OutputPlace($0) }, binder.pool)
    firstBuffer = binder.firstBuffer
    wholeBuffers = binder.wholeBuffers
    pool = binder.pool
  }

  private static func entries(
    _ actions: [Action], _ scalarBlocks: [ScalarBlock], _ sweeps: [BoundSweep<Double>],
    _ singleSweeps: [BoundSweep<Float>]
  ) -> [Entry] {
    let blocks = Dictionary(uniqueKeysWithValues: scalarBlocks.map { ($0.actions.lowerBound, $0) })
    var starts: [Int: Entry] = [:]
    for sweep in sweeps { starts[sweep.plan.first] = .sweep(Unmanaged.passUnretained(sweep)) }
    for sweep in singleSweeps {
      starts[sweep.plan.first] = .singleSweep(Unmanaged.passUnretained(sweep))
    }
    let plans = sweeps.map(\.plan) + singleSweeps.map(\.plan)
    let covered = Set(plans.flatMap { [$0.loop, $0.last] })
    var entries: [Entry] = []
    var place = 0
    while place < actions.count {
      if let block = blocks[place] {
        entries.append(.scalars(Unmanaged.passUnretained(block)))
        place = block.actions.upperBound
        continue
      }
      if let sweep = starts[place] {
        entries.append(sweep)
      } else if !covered.contains(place) {
        entries.append(entry(actions[place], at: place))
      }
      place += 1
    }
    return entries
  }

  private static func entry(_ action: Action, at place: Int) -> Entry {
    switch action {
    case .loop(let loop): .loop(Unmanaged.passUnretained(loop))
    case .product(let product): .product(Unmanaged.passUnretained(product))
    case .singleProduct(let product): .singleProduct(Unmanaged.passUnretained(product))
    default: .other(place)
    }
  }

  /// How many sweeps there are.
  package var sweepCount: Int { sweeps.count + singleSweeps.count }

  /// Computes everything from the values of the symbols, and then writes the updates.
  /// - Throws: where symbols lack values, or an index is not a row.
  package func run(_ symbols: SymbolMemory) throws(MachineError) {
    try evaluate(symbols)
    try commit(symbols)
  }

  /// Computes everything and changes no symbol.
  /// - Throws: as `run`, and where the user interrupts what may be stopped.
  package func evaluate(_ symbols: SymbolMemory) throws(MachineError) {
    try attach(symbols)
    try runAll()
    if CurrentProcess.stopsEvaluation { throw .interrupted }
  }

  /// Evaluates a number of times, as `evaluate` once.
  package func evaluate(_ symbols: SymbolMemory, times: Int) throws(MachineError) {
    try attach(symbols)
    var left = times
    if order.count == 1, case .scalars(let block) = order[0],
      let code = block._withUnsafeGuaranteedRef({ $0.find() })
    {
      while left > 0, code.run(addresses.bases) { left &-= 1 }
    }
    for _ in 0..<left { try runAll() }
    if CurrentProcess.stopsEvaluation { throw .interrupted }
  }

  func runAll() throws(MachineError) {
    switch program.precision {
    case .double: try runAll(Double.self)
    case .single: try runAll(Float.self)
    }
  }

  @inline(__always)
  private func runAll<Number: MachineNumber>(_ type: Number.Type) throws(MachineError) {
    let memory = addresses.of(type)
    if let shortRun, shortRun.run(memory, addresses) { return }
    defer { countRun() }
    for place in 0..<order.count {
      switch order[place] {
      case .loop(let loop): loop._withUnsafeGuaranteedRef { $0.run(memory.bases) }
      case .scalars(let block):
        let code = block._withUnsafeGuaranteedRef { $0.find() }
        if let code, code.run(addresses.bases) { continue }
        for place in block._withUnsafeGuaranteedRef({ $0.actions }) {
          try perform(actions[place], type)
        }
      case .sweep(let sweep): sweep._withUnsafeGuaranteedRef { $0.run(addresses.of(Double.self)) }
      case .singleSweep(let sweep):
        sweep._withUnsafeGuaranteedRef { $0.run(addresses.of(Float.self)) }
      case .product(let product):
        product._withUnsafeGuaranteedRef { $0.run(addresses.of(Double.self)) }
      case .singleProduct(let product):
        product._withUnsafeGuaranteedRef { $0.run(addresses.of(Float.self)) }
      case .other(let place): try perform(actions[place], type)
      }
    }
  }

  /// The longest runs of instructions that can become native code for few numbers.
  private static func scalarBlocks(_ binder: FunctionBinder) -> [ScalarBlock] {
    guard binder.settings.engine != .interpreter, binder.settings.vector != nil
    else { return [] }
    var blocks: [ScalarBlock] = []
    var place = 0
    while place < binder.actions.count {
      var end = place
      var steps = 0
      while end < binder.actions.count, ScalarRecorder.canFollow(binder.actions[end]) {
        if case .loop(let loop) = binder.actions[end] {
          steps += loop.count * loop.plainSteps.count
        }
        end += 1
      }
      if steps > 0 {
        let (range, function, layouts) = (place..<end, binder.function, binder.layouts)
        let (firstBuffer, reader, actions) = (binder.firstBuffer, binder.reader, binder.actions)
        let precision = binder.program.precision
        blocks.append(
          ScalarBlock(range, steps: steps, isEager: binder.settings.engine == .native) {
            var recorder = ScalarRecorder(
              function, layouts, firstBuffer: firstBuffer, reader, precision)
            return (try? recorder.segment(range, actions)) ?? nil
          })
      }
      place = max(end, place + 1)
    }
    return blocks
  }

  /// How many steps of loops run as native code by now, each counted once for every element where
  /// it stands among few numbers.
  package var nativeStepCount: Int {
    let loops = actions.reduce(0) { count, action in
      if case .loop(let loop) = action {
        count + (loop.nativeCode.code?.stepCount ?? 0)
      } else {
        count
      }
    }
    return loops + scalarBlocks.reduce(0) { $0 + $1.stepCount }
  }

  /// Writes the updates of the last evaluation.
  package func commit(_ symbols: SymbolMemory) throws(MachineError) {
    for update in commits { try commit(update, symbols) }
  }

  func commit(_ update: Commit, _ symbols: SymbolMemory) throws(MachineError) {
    guard symbols.isOwned(update.symbol), symbols.count(of: update.symbol) >= update.count else {
      throw .readOnly(symbol: program.symbols[update.symbol].name)
    }
    let target = symbols.address(of: update.symbol)
    switch program.precision {
    case .double:
      update.copy.run(addresses.of(Double.self), to: target.assumingMemoryBound(to: Double.self))
    case .single:
      update.copy.run(addresses.of(Float.self), to: target.assumingMemoryBound(to: Float.self))
    }
  }

  /// Whether a root is a buffer of so many numbers that shares no memory with another one that is
  /// alive with it.
  func hasOwnBuffer(_ root: Int, count: Int) -> Bool {
    wholeBuffers.indices.contains(root - firstBuffer) && wholeBuffers[root - firstBuffer] == count
  }

  /// The short run of this function, made as soon as there is one.
  func findShortRun() -> ShortRun? {
    if shortRun == nil { shortRun = makeShortRun() }
    return shortRun
  }

  /// Looks for the short run now and then: code is made after some runs.
  private func countRun() {
    runs &+= 1
    if runs & (runs &- 1) == 0, shortRun == nil { shortRun = makeShortRun() }
  }

  func attach(_ symbols: SymbolMemory) throws(MachineError) {
    for need in needs {
      let found = symbols.count(of: need.symbol)
      guard found >= need.count else {
        throw .missingValues(
          symbol: program.symbols[need.symbol].name, expected: need.count, found: found)
      }
      addresses.bases[need.symbol] = symbols.address(of: need.symbol)
    }
  }

  func perform<Number: MachineNumber>(
    _ action: Action, _ type: Number.Type
  ) throws(MachineError) {
    let memory = addresses.of(type)
    switch action {
    case .loop(let loop): loop.run(memory.bases)
    case .copy(let copy, let to): copy.run(memory, to: memory.bases[to])
    case .product(let product): product.run(addresses.of(Double.self))
    case .singleProduct(let product): product.run(addresses.of(Float.self))
    case .assembly(let assembly): assembly.run(memory)
    case .gather(let rows): try rows.gather(memory)
    case .scatterAdd(let rows): try rows.scatterAdd(memory)
    case .cumulativeSum(let axis, let reversed): axis.cumulativeSum(memory, reversed: reversed)
    case .extremeIndex(let axis, let maximum): axis.extremeIndex(memory, maximum: maximum)
    case .matrixFunction(let function): function.run(memory)
    case .sort(let axis, let indices): axis.sort(memory, indices: indices)
    case .takeAlong(let axis, let index): try axis.takeAlong(memory, index)
    case .putAlong(let axis, let index): try axis.putAlong(memory, index)
    case .overlapAdd(let windows): windows.run(memory)
    case .iota(let to, let count, let period):
      let result = memory.bases[to]
      for index in 0..<count { result[index] = Number(index % period) }
    case .fill(let to, let value): memory.bases[to].pointee = Number(value)
    case .draw(let draw): draw.run(memory)
    case .formula(let formula): formula.run(memory)
    case .steps(let steps): try steps.run(memory)
    }
  }
}
