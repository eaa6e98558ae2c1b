/// The values of a program's symbols, shared by all functions that are bound to it.
///
/// A symbol's values are owned here, or borrowed: a pointer into rows of data that outlives the
/// runs that read it. Not safe to change while a function runs.
package final class SymbolMemory {
  private struct Values {
    var base: UnsafeMutablePointer<Double>
    var count: Int
    var capacity: Int
  }

  private let values: UnsafeMutableBufferPointer<Values>
  private let resting: UnsafeMutablePointer<Double>

  /// Memory for the symbols of a program, none of which has values yet.
  package init(_ program: Program) {
    resting = .allocate(capacity: 1)
    resting.initialize(to: 0)
    values = .allocate(capacity: program.symbols.count)
    values.initialize(repeating: Values(base: resting, count: 0, capacity: 0))
  }

  deinit {
    for value in values where value.capacity > 0 { value.base.deallocate() }
    values.deallocate()
    resting.deallocate()
  }

  /// Gives a symbol owned memory for so many values, all 0; keeps the address where the room
  /// suffices.
  package func allocate(_ symbol: Int, count: Int) {
    if values[symbol].capacity < max(count, 1) {
      release(symbol)
      let raw = UnsafeMutableRawPointer.allocate(
        byteCount: max(count, 1) * MemoryLayout<Double>.stride, alignment: 64)
      values[symbol].base = raw.bindMemory(to: Double.self, capacity: max(count, 1))
      values[symbol].capacity = max(count, 1)
    }
    values[symbol].count = count
    values[symbol].base.initialize(repeating: 0, count: max(count, 1))
  }

  /// Lets a symbol read from memory that someone else owns, and keeps alive.
  package func borrow(_ symbol: Int, _ base: UnsafePointer<Double>, count: Int) {
    release(symbol)
    values[symbol] = Values(base: UnsafeMutablePointer(mutating: base), count: count, capacity: 0)
  }

  private func release(_ symbol: Int) {
    if values[symbol].capacity > 0 { values[symbol].base.deallocate() }
    values[symbol] = Values(base: resting, count: 0, capacity: 0)
  }

  /// Copies values into owned memory.
  package func set(_ symbol: Int, _ new: [Double]) {
    allocate(symbol, count: new.count)
    for (index, value) in new.enumerated() { values[symbol].base[index] = value }
  }

  /// The values of a symbol, empty where it has none.
  package func values(of symbol: Int) -> [Double] {
    Array(UnsafeBufferPointer(start: values[symbol].base, count: values[symbol].count))
  }

  /// Where the values start; valid until the symbol is given other memory.
  package func base(of symbol: Int) -> UnsafeMutablePointer<Double> { values[symbol].base }

  /// How many values a symbol has.
  package func count(of symbol: Int) -> Int { values[symbol].count }

  /// Whether the values may be changed by a run.
  package func isOwned(_ symbol: Int) -> Bool { values[symbol].capacity > 0 }
}
