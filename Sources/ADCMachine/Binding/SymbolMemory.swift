package import ADCCalculus

/// The values of a program's symbols, shared by all functions that are bound to it: doubles or
/// singles, as the program has it. Values that come as doubles are rounded when they are stored.
///
/// A symbol's values are owned here, or borrowed: a pointer into rows of data that outlives the
/// runs that read it. Not safe to change while a function runs.
package final class SymbolMemory {
  private struct Values {
    var base: UnsafeMutableRawPointer
    var count: Int
    var capacity: Int
  }

  /// That of the numbers in the memory; values that are set are rounded to it.
  package let precision: Precision
  private let values: UnsafeMutableBufferPointer<Values>
  private let resting: UnsafeMutableRawPointer

  /// Memory for the symbols of a program, none of which has values yet.
  package init(_ program: Program) {
    precision = program.precision
    let zero = UnsafeMutablePointer<Double>.allocate(capacity: 1)
    zero.initialize(to: 0)
    resting = UnsafeMutableRawPointer(zero)
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
      values[symbol].base = UnsafeMutableRawPointer.allocate(
        byteCount: max(count, 1) * precision.bytes, alignment: 64)
      values[symbol].capacity = max(count, 1)
    }
    values[symbol].count = count
    values[symbol].base.initializeMemory(
      as: UInt8.self, repeating: 0, count: max(count, 1) * precision.bytes)
  }

  /// Lets a symbol read from memory that someone else owns, and keeps alive.
  package func borrow(_ symbol: Int, _ base: UnsafeRawPointer, count: Int) {
    release(symbol)
    values[symbol] = Values(
      base: UnsafeMutableRawPointer(mutating: base), count: count, capacity: 0)
  }

  private func release(_ symbol: Int) {
    if values[symbol].capacity > 0 { values[symbol].base.deallocate() }
    values[symbol] = Values(base: resting, count: 0, capacity: 0)
  }

  /// Copies values into owned memory.
  package func set(_ symbol: Int, _ new: [Double]) {
    allocate(symbol, count: new.count)
    write(new, to: symbol)
  }

  /// Replaces the first values of a symbol that has at least as many.
  package func write(_ new: [Double], to symbol: Int) {
    new.withUnsafeBufferPointer { write($0, to: symbol) }
  }

  /// Replaces the first values of a symbol that has at least as many.
  package func write(_ new: UnsafeBufferPointer<Double>, to symbol: Int) {
    guard let start = new.baseAddress else { return }
    let count = min(new.count, values[symbol].count)
    switch precision {
    case .double: doubles(symbol).update(from: start, count: count)
    case .single: Float.round(start, to: singles(symbol), count)
    }
  }

  /// Gives all values of a symbol one value.
  package func fill(_ symbol: Int, with value: Double) {
    let count = values[symbol].count
    switch precision {
    case .double: doubles(symbol).update(repeating: value, count: count)
    case .single: singles(symbol).update(repeating: Float(value), count: count)
    }
  }

  /// The values of a symbol, empty where it has none.
  package func values(of symbol: Int) -> [Double] {
    let count = values[symbol].count
    return switch precision {
    case .double: Array(UnsafeBufferPointer(start: doubles(symbol), count: count))
    case .single: UnsafeBufferPointer(start: singles(symbol), count: count).map { Double($0) }
    }
  }

  /// Copies the values of a symbol to where there is room for as many.
  package func copyValues(of symbol: Int, to target: UnsafeMutablePointer<Double>) {
    let count = values[symbol].count
    switch precision {
    case .double: target.update(from: doubles(symbol), count: count)
    case .single: Float.widen(singles(symbol), to: target, count)
    }
  }

  /// Replaces the first values of a symbol by those that it has in other memory.
  package func copy(_ symbol: Int, from other: SymbolMemory) {
    let count = min(values[symbol].count, other.values[symbol].count)
    if precision == other.precision {
      values[symbol].base.copyMemory(
        from: other.values[symbol].base, byteCount: count * precision.bytes)
    } else {
      write(other.values(of: symbol), to: symbol)
    }
  }

  /// Lets a symbol show the values that it has in other memory: where they lie, which someone keeps
  /// alive, or as copies where the numbers are others.
  package func share(_ symbol: Int, of other: SymbolMemory) {
    if precision == other.precision {
      borrow(symbol, other.address(of: symbol), count: other.count(of: symbol))
    } else {
      set(symbol, other.values(of: symbol))
    }
  }

  /// One of a symbol's values.
  package func number(of symbol: Int, at place: Int = 0) -> Double {
    switch precision {
    case .double: doubles(symbol)[place]
    case .single: Double(singles(symbol)[place])
    }
  }

  /// Replaces one of a symbol's values, which are owned.
  package func setNumber(_ value: Double, of symbol: Int, at place: Int = 0) {
    switch precision {
    case .double: doubles(symbol)[place] = value
    case .single: singles(symbol)[place] = Float(value)
    }
  }

  private func doubles(_ symbol: Int) -> UnsafeMutablePointer<Double> {
    values[symbol].base.assumingMemoryBound(to: Double.self)
  }

  private func singles(_ symbol: Int) -> UnsafeMutablePointer<Float> {
    values[symbol].base.assumingMemoryBound(to: Float.self)
  }

  /// Where the values start; valid until the symbol is given other memory.
  package func address(of symbol: Int) -> UnsafeMutableRawPointer { values[symbol].base }

  /// How many values a symbol has.
  package func count(of symbol: Int) -> Int { values[symbol].count }

  /// Whether the values may be changed by a run.
  package func isOwned(_ symbol: Int) -> Bool { values[symbol].capacity > 0 }
}
