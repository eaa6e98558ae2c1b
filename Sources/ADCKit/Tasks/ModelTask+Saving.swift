import ADCMachine
import ADCPlatform
import ADCTraining

extension ModelTask {
  /// Finds out before the first update whether a file can be written.
  static func checkPlace(of path: String) throws(TaskFailure) {
    let folder = path.lastIndex(of: "/").map { slash in
      slash == path.startIndex ? "/" : String(path[..<slash])
    }
    var isFolder = false
    do throws(SystemError) {
      isFolder = try FileSystem.status(of: folder ?? ".").kind == .directory
    } catch {
      throw TaskFailure(
        DataError("cannot write it: the folder `\(folder ?? ".")`: \(error)", file: path))
    }
    guard isFolder else {
      throw TaskFailure(DataError("cannot write it: `\(folder ?? ".")` is no folder", file: path))
    }
    do throws(DataError) {
      guard !path.isEmpty else { throw DataError("cannot write it: it has no name", file: path) }
      try FileWriting.check(path: path)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// Writes the run as it goes. Where that fails, the last good file stays, the run goes on, and
  /// the failure is told once.
  func keep(
    _ saving: RunSaving, in trainer: inout Trainer, record: @escaping () -> RunRecord,
    onNews: @escaping (TrainingNews) -> Void
  ) {
    var latest = MonotonicClock.seconds()
    var hasFailed = false
    trainer.savesNow = { step in
      if let interval = saving.interval { return step.isMultiple(of: interval) }
      // Looking at the clock at every update would cost more than small updates do.
      guard step.isMultiple(of: 16) else { return false }
      let now = MonotonicClock.seconds()
      guard now - latest >= 60 else { return false }
      latest = now
      return true
    }
    trainer.onCheckpoint = { [self] session, checkpoint throws(RunError) in
      let file = try self.file(checkpoint, of: session, record())
      do throws(DataError) {
        try file.write(path: saving.path)
        hasFailed = false
      } catch {
        guard !hasFailed else { return }
        hasFailed = true
        onNews(Self.warning("warning: the run is not saved: \(error); it goes on"))
      }
    }
  }

  /// A run in its middle: the file's parameters are those that it would end with now.
  private func file(
    _ checkpoint: Checkpoint, of session: Session, _ record: RunRecord
  ) throws(RunError) -> ParameterFile {
    var file = try file(session, checkpoint, record)
    guard let ended = checkpoint.endedParameters(session.description) else { return file }
    for place in file.parameters.indices { file.parameters[place].array.values = ended[place] }
    return file
  }

  /// How many rows were left out.
  static func dropped(_ dataset: Dataset) -> TrainingNews {
    let count = dataset.dropped
    return warning(
      "warning: \(count) \(count == 1 ? "row has" : "rows have") a field without a value, and "
        + "\(count == 1 ? "is" : "are") left out")
  }

  static func warning(_ message: String) -> TrainingNews {
    TrainingNews(
      kind: .remark, text: message,
      record: .object([.init("event", .string("warning")), .init("message", .string(message))]),
      step: 0, loss: 0)
  }
}
