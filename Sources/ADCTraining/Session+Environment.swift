import ADCMachine

/// Numbers that a run provides.
extension Session {
  /// Sets a number that the run provides, where the program asks for it.
  package func setEnvironment(_ name: String, _ value: Double) {
    guard let symbol = description.environment[name] else { return }
    memory.setNumber(value, of: symbol)
  }

  /// A number that the run provides; 0 where the program does not ask for it.
  package func environment(_ name: String) -> Double {
    guard let symbol = description.environment[name] else { return 0 }
    return memory.number(of: symbol)
  }
}
