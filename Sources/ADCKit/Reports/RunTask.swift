import ADCMachine
import ADCPlatform
import ADCTraining

/// A run that was saved, with the model and the data that it was made of.
package struct RunTask {
  /// Where the file of the run is.
  package let path: String
  /// The model with the data and the parameters of the run.
  package let task: ModelTask
  let file: ParameterFile

  /// Reads the file of a run, and its model.
  ///
  /// - Parameters:
  ///   - model: The model's path; nil for the one that the run names, looked for where the run was
  ///     made from, and beside its file.
  ///   - options: What the command says; where it says nothing, what the run was told.
  /// - Throws: where a file is missing, or the run is of another model than the one at hand.
  package init(path: String, model: String?, options: TaskOptions) throws(TaskFailure) {
    self.path = path
    do throws(DataError) { file = try ParameterFile.read(path: path) } catch {
      throw TaskFailure(error)
    }
    let run = file.run
    guard let named = model ?? run?.model else {
      throw TaskFailure(
        "the file does not say of which model it is: name the model, too", code: "AD1002",
        fault: .commandLine, file: path)
    }
    func found(_ name: String) -> String { Self.found(name, beside: path) }
    var options = options
    options.parameterFile = path
    if let run {
      if options.data.isEmpty { options.data = run.data.map(found) }
      if options.inputs.isEmpty {
        options.inputs = Self.pairs(run.inputs).map { (name: $0.0, path: found($0.1)) }
      }
      if options.values.isEmpty {
        options.values = Self.pairs(run.values).map { (name: $0.0, text: $0.1) }
      }
      options.optimizer = options.optimizer ?? run.optimizer
    }
    task = try ModelTask(path: model ?? Self.model(found(named), beside: path), options: options)
    guard task.model.description.hash == file.model else {
      throw TaskFailure(
        "the run is of another model than \(task.path), or of another version of it: train it "
          + "again, or name the right model", code: "AD0701", file: path)
    }
  }

  /// The source where it is at hand, else what was compiled of it.
  private static func model(_ source: String, beside run: String) -> String {
    if isThere(source) { return source }
    let compiled = found(source + "b", beside: run)
    return isThere(compiled) ? compiled : source
  }

  private static func isThere(_ path: String) -> Bool {
    (try? FileSystem.status(of: path)) != nil
  }

  /// A path as it was given, or the file of that name beside the run.
  private static func found(_ name: String, beside run: String) -> String {
    if isThere(name) { return name }
    let folder = ModelTask.folder(of: run)
    let last = name.split(separator: "/").last.map(String.init) ?? name
    for other in [name, last] where !other.hasPrefix("/") {
      let path = folder.isEmpty ? other : folder + "/" + other
      if isThere(path) { return path }
    }
    return name
  }

  private static func pairs(_ texts: [String]) -> [(String, String)] {
    texts.compactMap { text in
      guard let sign = text.firstIndex(of: "=") else { return nil }
      return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }
  }

  /// A session with the run's parameters and all data.
  func session() throws(TaskFailure) -> Session {
    let names = task.model.program.functions.map(\.name)
    let session = try task.session(for: names.filter { $0 != FunctionName.outputs })
    session.feed(rows: session.allRows)
    return session
  }
}
