import ADCCalculus
import ADCMachine
import ADCTraining

/// Products of a loss's second derivatives with vectors over all parameters, side by side, at bound
/// sizes; the matrix is never built. Used by one thread at a time.
final class HessianProduct {
  /// The numbers of all parameters together.
  let count: Int
  /// The last product.
  private(set) var values: [Double]

  let function: BoundFunction
  private let memory: SymbolMemory
  private let parameters: [Int]
  private let seeds: [Int]
  private var ranges: [Range<Int>] = []

  /// Compiles the product; the session's inputs must be fed.
  init(_ symbolic: SymbolicModel, _ session: Session) throws(DerivativeError) {
    var request = HessianRequest(symbolic)
    let plan = try request.product()
    let sizes = session.sizes()
    do throws(MachineError) {
      let program = try Program.lower(
        plan.graph,
        [FunctionRequest(name: "product", outputs: plan.roots.map { (name: "", node: $0) })]
      ) { symbolic.tag(Int(plan.graph.origin(at: $0.slot))) }
      memory = SymbolMemory(program)
      function = try BoundFunction(
        program, function: "product", sizes: sizes, settings: session.settings)
    } catch {
      throw DerivativeError(code: "AD0702", message: error.description)
    }
    parameters = request.places
    seeds = plan.seeds
    session.copyValues(to: memory, first: symbolic.graph.symbols.count)
    var start = 0
    for symbol in parameters {
      let own = session.memory.count(of: symbol)
      ranges.append(start..<start + own)
      start += own
    }
    count = start
    values = [Double](repeating: 0, count: start)
  }

  /// The product at the parameters that a session has.
  ///
  /// - Parameter direction: `count` numbers.
  func evaluate(_ session: Session, along direction: [Double]) throws(MachineError) {
    for (place, symbol) in parameters.enumerated() {
      memory.copy(symbol, from: session.memory)
      memory.set(seeds[place], Array(direction[ranges[place]]))
    }
    try evaluate()
  }

  /// The product as the last time.
  func evaluate() throws(MachineError) {
    try function.evaluate(memory)
    values.withUnsafeMutableBufferPointer { values in
      for (output, range) in ranges.enumerated() {
        function.copyValues(
          ofOutput: output, to: UnsafeMutableBufferPointer(rebasing: values[range]))
      }
    }
  }
}
