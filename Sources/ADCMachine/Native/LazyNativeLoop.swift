/// Decides when a loop gets code of its own, and keeps it.
final class LazyNativeLoop {
  /// Work of the interpreter, in lanes times steps, that takes about as long as making code.
  private static let patience = 200_000

  private let engine: Engine
  private var work = 0
  private var isDecided: Bool
  private(set) var code: NativeLoop?

  init(_ engine: Engine) {
    self.engine = engine
    isDecided = engine == .interpreter
  }

  /// The code for a run that is about to begin; nil where the steps are to run one by one.
  func find(for loop: BoundLoop) -> NativeLoop? {
    if isDecided { return code }
    work = work.addedSaturating(loop.count.multipliedSaturating(by: loop.steps.count))
    if engine == .native || work > Self.patience {
      code = NativeLoop(loop)
      isDecided = true
    }
    return code
  }
}
