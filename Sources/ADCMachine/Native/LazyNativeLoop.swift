/// Decides when a loop gets code of its own, and keeps it.
final class LazyNativeLoop {
  /// Lanes that the interpreter does in about the time that making code takes: both grow with the
  /// steps, from a few on.
  private static let patience = 20_000
  private static let fewSteps = 10
  /// Lanes that take as long as what a run does around them: looking at each step, and its start.
  private static let lanesOfRun = 64

  private let settings: ExecutionSettings
  private var lanes = 0
  private var isDecided: Bool
  private(set) var code: NativeLoop?

  init(_ settings: ExecutionSettings) {
    self.settings = settings
    isDecided = settings.engine == .interpreter || settings.vector == nil
  }

  /// The code for a run that is about to begin; nil where the steps are to run one by one.
  func find(for loop: BoundLoop) -> NativeLoop? {
    if isDecided { return code }
    lanes = lanes.addedSaturating(loop.count).addedSaturating(Self.lanesOfRun)
    let steps = loop.steps.count
    let hasRunLong =
      lanes.multipliedSaturating(by: steps) >= Self.patience * max(steps, Self.fewSteps)
    if settings.engine == .native || hasRunLong {
      code = settings.vector.flatMap { NativeLoop(loop, $0) }
      isDecided = true
    }
    return code
  }
}
