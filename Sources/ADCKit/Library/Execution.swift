import ADCMachine

/// How a model's computations run.
///
/// Results have the same bits with any number of threads. Engines differ in matrix products alone,
/// by roundings.
public struct Execution: Sendable, Hashable {
  /// What runs the loops of a program.
  public enum Engine: String, Sendable, Hashable, CaseIterable {
    /// Operations that were compiled with this library, one after another over parts of the arrays.
    case interpreter
    /// Machine code made for each loop before its first run, where the processor is one of those
    /// known.
    case native
    /// Machine code for the loops that run long enough to pay for it.
    case automatic = "auto"
  }

  /// What runs loops and products of matrices.
  public var engine: Engine
  /// The most threads that share one operation on large arrays, the calling one included; nil for
  /// as many as the process may use processors.
  public var threads: Int?

  /// How models run: by default, with whatever pays and on all processors.
  public init(engine: Engine = .automatic, threads: Int? = nil) {
    self.engine = engine
    self.threads = threads
  }

  var settings: ExecutionSettings {
    var settings = ExecutionSettings()
    switch engine {
    case .interpreter: settings.engine = .interpreter
    case .native: settings.engine = .native
    case .automatic: settings.engine = .automatic
    }
    if let threads { settings = ExecutionSettings(engine: settings.engine, threads: threads) }
    return settings
  }
}
