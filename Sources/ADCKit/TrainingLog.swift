import ADCTraining

/// A run as JSON lines in a file, behind those of runs before it: one for each epoch, one for the
/// end.
package final class TrainingLog {
  private var file: LogFile?

  /// - Throws: where the file cannot be written, before anything is trained.
  package init(path: String) throws(TaskFailure) {
    do throws(DataError) {
      file = try LogFile(path: path)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// Adds what was said.
  ///
  /// - Returns: where the line cannot be written, what to say, once: the file keeps the lines
  ///   before it, gets no others, and the run goes on.
  package func add(_ news: TrainingNews) -> String? {
    guard let line = news.json else { return nil }
    return add([line])
  }

  /// Adds how the run ended.
  package func end(_ outcome: TrainingOutcome) -> String? {
    add(outcome.failure?.json ?? [outcome.report.json])
  }

  /// Adds lines.
  package func add(_ lines: [String]) -> String? {
    guard let open = file else { return nil }
    do throws(DataError) {
      for line in lines { try open.append(line) }
      return nil
    } catch {
      file = nil
      return "warning AD0701: \(error.description); the log ends here, and the run goes on\n"
    }
  }
}
