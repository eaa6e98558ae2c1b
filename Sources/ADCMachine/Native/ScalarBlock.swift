import ADCCalculus
import ADCPlatform

/// Instructions that follow each other and work on few numbers: one function of native code, once
/// they have run so often that it pays.
final class ScalarBlock {
  typealias Entry =
    @convention(c) (
      UnsafeMutableRawPointer, Int, UnsafeMutableRawPointer
    ) -> Int

  /// The code and the memory that it has for itself.
  struct Code {
    let entry: Entry
    let memory: UnsafeMutableRawPointer

    /// False where nothing was done, since some number has an exception.
    @inline(__always)
    func run(_ bases: UnsafeMutablePointer<UnsafeMutableRawPointer>) -> Bool {
      entry(UnsafeMutableRawPointer(bases), 0, memory) != 0
    }
  }

  /// Steps that the interpreter does in about the time that making code takes.
  private static let patience = 3000

  let actions: Range<Int>
  private(set) var code: Code?
  /// The steps that run as native code.
  private(set) var stepCount = 0
  private let steps: Int
  private let record: () -> LoopSegment?
  private let isEager: Bool
  private var done = 0
  private var isDecided = false
  private var page: ExecutablePage?
  private let pool = Pool()

  /// - Parameters:
  ///   - steps: of all instructions, times their elements.
  ///   - record: finds what they compute.
  init(
    _ actions: Range<Int>, steps: Int, isEager: Bool, record: @escaping () -> LoopSegment?
  ) {
    self.actions = actions
    self.steps = steps
    self.isEager = isEager
    self.record = record
  }

  /// The code for a run that is about to begin.
  func find() -> Code? {
    if isDecided { return code }
    done = done.addedSaturating(steps &+ actions.count)
    if isEager || done >= Self.patience {
      isDecided = true
      code = make()
    }
    return code
  }

  private func make() -> Code? {
    guard let segment = record() else { return nil }
    var memory = CodeMemory(.one)
    let code = SegmentCompiler.compile(scalars: segment, &memory)
    guard let page = ExecutablePage(code) else { return nil }
    self.page = page
    stepCount = steps
    return Code(
      entry: unsafeBitCast(page.start, to: Entry.self), memory: memory.allocate(in: pool))
  }
}
