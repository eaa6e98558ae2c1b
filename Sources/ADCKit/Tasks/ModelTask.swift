import ADCCalculus
import ADCMachine
import ADCSyntax
import ADCTraining

/// What a command says about a model and its data, beside the model's own text.
package struct TaskOptions: Sendable {
  /// `--data`, in order.
  package var data: [String] = []
  /// `--input NAME=FILE`.
  package var inputs: [(name: String, path: String)] = []
  /// `--set NAME=VALUE`.
  package var values: [(name: String, text: String)] = []
  /// An optimizer or solver in place of the model's, as after the word `optimizer`.
  package var optimizer: String?
  /// `--from`.
  package var parameterFile: String?
  /// `--resume`.
  package var checkpointFile: String?
  /// Passes over the data in place of the model's number.
  package var epochs: Int?
  /// Updates in place of the model's number; not together with `epochs`.
  package var steps: Int?
  /// Rows in a mini-batch in place of the model's number.
  package var batch: Int?
  /// What first values, orders of rows and noise are drawn from; 0 where nobody says.
  package var seed: Int?
  /// Parts for cross-validation in place of the model's number.
  package var folds: Int?
  /// Of a fit's intervals: their level, and whether the likelihood is profiled for them.
  package var level = 0.95
  /// Whether a fit's intervals come from the profile of the likelihood.
  package var profiles = false
  /// Whether expressions are rewritten.
  package var simplifies = true
  /// What runs the program, and on how many threads.
  package var execution = Execution()
  /// Whether the model is run, and not only differentiated.
  package var makesProgram = true
  /// First values of parameters that come from no file.
  var starts: [String: ShapedValues] = [:]
  /// Whether the way to the gradient is kept, for `steps()`.
  package var keepsSteps = false
  /// The files that will be written, each with the option that names it.
  package var outputs: [(option: String, path: String)] = []
  /// Whether the program is to be read by people: it keeps names, and formulas are as written.
  package var keepsNames = false

  /// What the model says, on all cores.
  package init() {}

  /// What of this the compiler is told.
  var compilation: CompilationOptions {
    var settings = CompilationOptions()
    settings.values = values
    settings.optimizer = optimizer
    settings.simplifies = simplifies
    settings.makesProgram = makesProgram
    settings.keepsSteps = keepsSteps
    settings.keepsNames = keepsNames
    if keepsNames { settings.guardsDigits = false }
    return settings
  }
}

/// A model that a command works on.
package struct ModelTask: Sendable {
  /// As it was given.
  package let path: String
  /// The model, compiled with the options.
  package let model: CompiledModel
  var options: TaskOptions
  /// Of a model that is written in the place of another.
  var derivedFrom: DerivedModel?

  /// Reads a model, from source or from an `.adb` file.
  package init(path: String, options: TaskOptions = TaskOptions()) throws(TaskFailure) {
    self.path = path
    self.options = options
    let bytes = try Self.read(path)
    let folder = Self.folder(of: path)
    if path.hasSuffix(".adb") || bytes.starts(with: ProgramFile.magic) {
      guard options.values.isEmpty, options.optimizer == nil else {
        throw TaskFailure(
          "`--set` and `--optimizer` need the model's source, and \(path) is compiled",
          code: "AD0704", fault: .commandLine)
      }
      model = try Self.load(bytes, path: path, folder: folder)
      try keepWhatIsRead()
      return
    }
    guard !bytes.prefix(4096).contains(0) else {
      throw TaskFailure(
        "this is no text; MODEL is an `.ad` file", code: "AD1003", fault: .commandLine, file: path)
    }
    let source = SourceText(name: path, bytes: bytes)
    do throws(CompilationError) {
      model = try Compiler.compile(source, folder: folder, options: options.compilation)
    } catch {
      guard !Self.dataEndings.contains(where: path.hasSuffix) else {
        throw TaskFailure(
          "this looks like data, which `--data` takes; MODEL is an `.ad` file", code: "AD1003",
          fault: .commandLine, file: path)
      }
      throw Self.failure(error, source, options)
    }
    try keepWhatIsRead()
  }

  /// What names of tables and of runs end with.
  private static let dataEndings = [".csv", ".tsv", ".json", ".jsonl", ".npy", ".npz"]

  /// A task on a model that is compiled already.
  package init(path: String, model: CompiledModel, options: TaskOptions = TaskOptions()) {
    self.path = path
    self.model = model
    self.options = options
  }

  /// A mistake in `--set` or `--optimizer` is one of the command line.
  private static func failure(
    _ error: CompilationError, _ source: SourceText, _ options: TaskOptions
  ) -> TaskFailure {
    let unknown = error.diagnostics.first { $0.code == "AD0215" }
    if let unknown {
      let name = options.values.map(\.name).first { unknown.message.contains("`\($0)`") }
      return TaskFailure(
        unknown.message + (unknown.fix.map { "; \($0)" } ?? ""), code: unknown.code,
        fault: .commandLine, file: name.map { "--set \($0)" } ?? "--set")
    }
    var failure = TaskFailure(error)
    guard !options.values.isEmpty || options.optimizer != nil else { return failure }
    // Where the model alone is right, what the command line changes is not.
    if (try? Compiler.compile(source)) != nil { failure.fault = .commandLine }
    return failure
  }

  /// The messages that do not stop anything.
  package var warnings: String {
    guard let source = model.symbolic?.source else { return "" }
    return model.warnings.map { rendered($0, in: source, colour: false) + "\n" }.joined()
  }

  static func read(_ path: String) throws(TaskFailure) -> [UInt8] {
    do throws(DataError) {
      return try WholeFile.read(path)
    } catch {
      throw TaskFailure(error)
    }
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func load(
    _ bytes: [UInt8], path: String, folder: String
  ) throws(TaskFailure) -> CompiledModel {
    do {
      let (program, metadata) = try ProgramFile.read(bytes)
      let json = try JSONValue.parse(metadata, file: path)
      guard let description = RunDescription(json, symbolCount: program.symbols.count) else {
        throw TaskFailure("the description of the model is damaged", code: "AD0801", file: path)
      }
      if let mistake = description.mistake(with: program) {
        throw TaskFailure(
          "the description of the model is wrong: \(mistake)", code: "AD0801", file: path)
      }
      return CompiledModel(
        program: program, description: description, symbolic: nil, folder: folder, warnings: [])
    } catch let error as TaskFailure {
      throw error
    } catch let error as DataError {
      throw TaskFailure(error)
    } catch {
      throw TaskFailure("\(error)", code: "AD0801", file: path)
    }
  }

  /// The bytes of the `.adb` file.
  package func compiled() -> [UInt8] {
    var writer = JSONWriter()
    writer.append(model.description.json)
    return ProgramFile.write(model.program, metadata: writer.bytes)
  }

  /// A session with the data that `functions` need, and the parameters of `--from`.
  func session(for functions: [String]) throws(TaskFailure) -> Session {
    // A prediction has a row for every row of the data.
    let keepsGaps = functions.first == FunctionName.outputs
    return try session(
      with: try dataset(needing: model.neededSymbols(functions), keepsGaps: keepsGaps))
  }

  /// A session with the data of these symbols, and the parameters of `--from`.
  func session(needing symbols: Set<Int>) throws(TaskFailure) -> Session {
    try session(with: try dataset(needing: symbols))
  }

  /// The data of these symbols, prepared as those that the parameters of `--from` or `--resume`
  /// were found from.
  ///
  /// - Parameters:
  ///   - mayStream: Whether rows may stay on the disk.
  ///   - keepsGaps: Whether rows that the model leaves out stay, with no number in their gaps.
  func dataset(
    needing symbols: Set<Int>, mayStream: Bool = false, keepsGaps: Bool = false
  ) throws(TaskFailure) -> Dataset {
    let inputs = try splitInputs().0
    do throws(DataError) {
      var preparation: DataPreparation?
      if let path = options.parameterFile ?? options.checkpointFile {
        preparation = try ParameterFile.read(path: path).preparation
      }
      return try Dataset.load(
        model.description, model.program, needed: symbols, tables: tables, files: inputs,
        preparation: preparation, streams: mayStream && streams, keepsGaps: keepsGaps)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// Whether the model says that rows stay on the disk; else, whether there are more than a
  /// gigabyte of them, and batches that need not have all.
  private var streams: Bool {
    if let streams = model.description.settings.streams { return streams }
    guard options.batch ?? model.description.settings.batch != nil else { return false }
    return tables.reduce(0) { $0 + TableSize.bytes(of: $1) } > 1 << 30
  }

  /// A session with data, and the parameters of `--from`.
  func session(with dataset: Dataset) throws(TaskFailure) -> Session {
    let starts = try splitInputs().1
    do throws(RunError) {
      let session = try Session(
        model.program, model.description, dataset: dataset, folder: model.folder,
        seed: options.seed, starts: starts, settings: options.execution.settings)
      if let path = options.parameterFile {
        try session.restore(try parameterFile(path), path: path)
      }
      return session
    } catch {
      throw TaskFailure(error)
    }
  }

  private func parameterFile(_ path: String) throws(RunError) -> ParameterFile {
    do throws(DataError) { return try ParameterFile.read(path: path) } catch { throw .data(error) }
  }

  /// The tables to read: those of the command, else those of the model.
  var tables: [String] {
    if !options.data.isEmpty { return options.data }
    return model.declaredTables
  }

  /// `--input` feeds inputs, and sets the first values of parameters.
  private func splitInputs() throws(TaskFailure) -> ([InputFile], [String: ShapedValues]) {
    var files: [InputFile] = []
    var starts = options.starts
    for (name, path) in options.inputs {
      if model.description.inputs.contains(where: { $0.name == name }) {
        files.append(InputFile(name: name, path: path))
      } else if let parameter = model.description.parameters.first(where: { $0.name == name }) {
        let shape = model.program.symbols[parameter.symbol].shape
        do throws(DataError) {
          starts[name] = try Dataset.readArray(path, like: shape)
        } catch {
          throw TaskFailure(error)
        }
      } else {
        let all = (model.description.inputs.map(\.name) + model.description.parameters.map(\.name))
          .map { "`\($0)`" }.joined(separator: ", ")
        throw TaskFailure(
          "the model has no input or parameter `\(name)`; it has \(all.isEmpty ? "none" : all)",
          code: "AD1003", fault: .commandLine, file: "--input \(name)")
      }
    }
    return (files, starts)
  }
}

extension ModelTask {
  /// Writes a file whole or not at all.
  package static func write(_ bytes: [UInt8], to path: String) throws(TaskFailure) {
    do throws(DataError) {
      try FileWriting.replace(path: path, with: bytes)
    } catch {
      throw TaskFailure(error)
    }
  }
}
