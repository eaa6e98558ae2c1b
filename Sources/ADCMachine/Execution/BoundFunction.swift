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
    case product(BoundProduct)
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

  package let program: Program
  package let function: Function
  /// The bytes that the function took, symbols not included.
  package let bytes: Int
  let layouts: [Layout]
  let actions: [Action]
  let memory: MachineMemory
  let needs: [Need]
  private let commits: [Commit]
  private let outputs: [Layout]
  private let outputReaders: [DenseOperand]
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
    layouts = binder.layouts
    actions = binder.actions
    memory = binder.memory
    needs = binder.needs
    commits = binder.commits
    outputs = function.outputs.map { [layouts] in layouts[$0.view] }
    outputReaders = binder.outputs
    pool = binder.pool
  }

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
    for action in actions { try perform(action) }
    if CurrentProcess.stopsEvaluation { throw .interrupted }
  }

  /// Writes the updates of the last evaluation.
  package func commit(_ symbols: SymbolMemory) throws(MachineError) {
    for commit in commits {
      guard symbols.isOwned(commit.symbol), symbols.count(of: commit.symbol) >= commit.count else {
        throw .readOnly(symbol: program.symbols[commit.symbol].name)
      }
      commit.copy.run(memory, to: symbols.base(of: commit.symbol))
    }
  }

  /// The sizes of an output.
  package func sizes(ofOutput index: Int) -> [Int] { outputs[index].sizes }

  /// The elements of an output of the last run, row-major.
  package func values(ofOutput index: Int) -> [Double] {
    let reader = outputReaders[index]
    return Array(UnsafeBufferPointer(start: reader.read(memory), count: reader.count))
  }

  /// Copies the elements of an output of the last run, row-major, as many as there is room for.
  package func copyValues(ofOutput index: Int, to target: UnsafeMutableBufferPointer<Double>) {
    let reader = outputReaders[index]
    guard let base = target.baseAddress else { return }
    base.update(from: reader.read(memory), count: min(reader.count, target.count))
  }

  /// The first element of an output of the last run: its value if it is a scalar.
  package func scalar(ofOutput index: Int) -> Double {
    (memory.bases[outputs[index].root] + outputs[index].offset).pointee
  }

  func attach(_ symbols: SymbolMemory) throws(MachineError) {
    for need in needs {
      let found = symbols.count(of: need.symbol)
      guard found >= need.count else {
        throw .missingValues(
          symbol: program.symbols[need.symbol].name, expected: need.count, found: found)
      }
      memory.bases[need.symbol] = symbols.base(of: need.symbol)
    }
  }

  func perform(_ action: Action) throws(MachineError) {
    switch action {
    case .loop(let loop): loop.run(memory.bases)
    case .copy(let copy, let to): copy.run(memory, to: memory.bases[to])
    case .product(let product): product.run(memory)
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
      for index in 0..<count { result[index] = Double(index % period) }
    case .fill(let to, let value): memory.bases[to].pointee = value
    case .draw(let draw): draw.run(memory)
    case .formula(let formula): formula.run(memory)
    case .steps(let steps): try steps.run(memory)
    }
  }
}
