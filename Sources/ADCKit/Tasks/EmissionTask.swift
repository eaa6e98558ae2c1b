import ADCCalculus
import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining
import ADCTranslation

/// A language that models are emitted in.
package enum EmissionLanguage: String, Sendable, CaseIterable {
  case swift, c, python, ad, jax, tensorflow, onnx

  /// All of them as a sentence lists them: `swift, c or python`.
  static var alternatives: String {
    let names = allCases.map(\.rawValue)
    return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }
}

/// What `adc emit` is asked for.
package struct EmissionOptions: Sendable {
  /// Whose functions as `exp` are called: adc's own in loops over arrays alone, everywhere, or
  /// nowhere.
  package enum Functions: String, Sendable, CaseIterable {
    case auto, own, library
  }

  /// What is written.
  package var language: EmissionLanguage
  /// Empty for all that the model has.
  package var parts: [String] = []
  /// What the names of C begin with; nil for the model's name.
  package var prefix: String?
  /// The name of the file without its end, which a source of C includes; nil for the prefix.
  package var stem: String?
  /// Where elementary functions come from; only languages of loops have the choice.
  package var functions = Functions.auto
  var functionChoice: FunctionChoice { FunctionChoice(rawValue: functions.rawValue) ?? .auto }

  /// Whether training runs in several processes.
  package var isDistributed = false

  /// All parts of a model, with names that follow from its own.
  package init(language: EmissionLanguage) { self.language = language }
}

/// A file that is written, by the end of its name.
package struct EmittedFile: Sendable {
  /// A source of C or Swift has the model's name; others are `model.` and their end.
  package var name: String
  /// The whole file: UTF-8, but for ONNX, which is binary.
  package var bytes: [UInt8]
}

extension EmittedFile {
  init(_ name: String, _ text: String) { self.init(name: name, bytes: Array(text.utf8)) }
}

/// What a model that is written in the place of another has of that.
struct DerivedModel: Sendable {
  var hash: String
  /// What the function of its outputs is called.
  var word: String
  var summary: String
}

extension ModelTask {
  /// The model in another language.
  package func emitted(_ options: EmissionOptions) throws(TaskFailure) -> [EmittedFile] {
    let parts = try Self.parts(options)
    if derivedFrom == nil, !self.options.keepsNames, let named = try named() {
      return try named.emitted(options)
    }
    try requireParts(parts, options)
    if options.language != .ad,
      !parts.isDisjoint(with: [.hessian, .jvp])
        || options.language == .onnx && options.parts.count == 1 && parts != [.predict]
    {
      return try second(options)
    }
    do {
      switch options.language {
      case .ad: return [EmittedFile("model.ad", try language(options))]
      case .onnx: return [try onnxFile(parts, options)]
      case .python:
        return [EmittedFile("model.py", try arrayModel().python(.numpy, parts: parts))]
      case .tensorflow, .jax:
        let language: ArrayLanguage = options.language == .jax ? .jax : .tensorflow
        let text = try arrayModel().python(
          language, parts: parts, isDistributed: options.isDistributed)
        return [EmittedFile("model.py", text)]
      case .c:
        let file = try translatedModel().c(
          parts: parts, prefix: options.prefix, stem: options.stem,
          functions: options.functionChoice)
        return [
          EmittedFile(file.stem + ".h", file.header), EmittedFile(file.stem + ".c", file.source),
        ]
      case .swift:
        let model = translatedModel()
        let text = try model.swift(
          parts: parts, typeName: options.prefix, functions: options.functionChoice)
        return [EmittedFile(model.name + ".swift", text)]
      }
    } catch let error as TranslationError {
      throw TaskFailure(error.message, code: "AD0710", file: path)
    } catch let failure as TaskFailure {
      throw failure
    } catch {
      throw TaskFailure("\(error)", code: "AD0710", file: path)
    }
  }

  /// Whether the model has the parts, and the language the ways that are asked for.
  private func requireParts(
    _ parts: Set<TranslatedPart>, _ options: EmissionOptions
  ) throws(TaskFailure) {
    if parts == [.predict], model.description.outputs.isEmpty {
      throw TaskFailure(
        "the model has no outputs: write `output prediction`", code: "AD0705", file: path)
    }
    guard options.isDistributed else { return }
    if options.language != .jax, options.language != .tensorflow {
      throw TaskFailure(
        "`--distributed` is for `jax` and `tensorflow`, whose runtimes spread the work",
        code: "AD1003", fault: .commandLine)
    }
    let hasRows = model.description.rowDimension != nil
    if !parts.contains(.step) || model.symbolic?.training == nil || !hasRows {
      throw TaskFailure(
        "`--distributed` spreads the rows that a model with an optimizer trains on", code: "AD0710",
        file: path)
    }
  }

  private func onnxFile(
    _ parts: Set<TranslatedPart>, _ options: EmissionOptions
  ) throws -> EmittedFile {
    guard options.parts.count < 2 else {
      throw TaskFailure(
        "a file of ONNX has one part, and \(options.parts.count) are asked for: emit each with "
          + "`--what` and `-o` of its own", code: "AD1003", fault: .commandLine)
    }
    guard parts.contains(.predict) else {
      throw TranslationError(
        "a file of ONNX has one part: `--what predict`, or loss, gradient, hessian or jvp")
    }
    return EmittedFile(name: "model.onnx", bytes: try onnx())
  }

  /// The same model with the names that files are to have; nil for one without its source.
  private func named() throws(TaskFailure) -> ModelTask? {
    guard let source = model.symbolic?.source else { return nil }
    var settings = options
    settings.keepsNames = true
    do throws(CompilationError) {
      let compiled = try Compiler.compile(
        source, folder: model.folder, options: settings.compilation)
      return ModelTask(path: path, model: compiled, options: settings)
    } catch {
      throw TaskFailure(error)
    }
  }

  /// What is asked for, as parts.
  private static func parts(
    _ options: EmissionOptions
  ) throws(TaskFailure) -> Set<TranslatedPart> {
    var parts: Set<TranslatedPart> = []
    for word in options.parts {
      guard let part = TranslatedPart(rawValue: word) else {
        let all = TranslatedPart.allCases.map(\.rawValue).joined(separator: ", ")
        throw TaskFailure(
          "`--what` takes some of \(all), and not `\(word)`", code: "AD1003", fault: .commandLine)
      }
      parts.insert(part)
    }
    return parts.isEmpty ? [.loss, .gradient, .step, .predict] : parts
  }

  /// Second derivatives in another language: the outputs of the model that has them as outputs.
  private func second(_ options: EmissionOptions) throws(TaskFailure) -> [EmittedFile] {
    guard options.parts.count == 1, let part = TranslatedPart(rawValue: options.parts[0]) else {
      throw TaskFailure(
        "`hessian` and `jvp` are files of their own: `--what` takes them alone", code: "AD1003",
        fault: .commandLine)
    }
    var plain = options
    plain.language = .ad
    let files = try emitted(plain)
    guard let bytes = files.first?.bytes else { return [] }
    var settings = CompilationOptions()
    settings.keepsNames = true
    settings.guardsDigits = false
    let source = SourceText(name: path, bytes: bytes)
    let compiled: CompiledModel
    do throws(CompilationError) {
      compiled = try Compiler.compile(source, options: settings)
    } catch {
      throw TaskFailure(error)
    }
    var derived = ModelTask(path: path, model: compiled)
    derived.derivedFrom = DerivedModel(
      hash: model.description.hash, word: part.rawValue, summary: (Self.titles[part] ?? "") + ".")
    plain.language = options.language
    plain.parts = ["predict"]
    return try derived.emitted(plain)
  }

  /// The model's derivatives in the language of models.
  private func language(_ options: EmissionOptions) throws -> String {
    guard let symbolic = model.symbolic else {
      throw TaskFailure(
        "`--to ad` needs the model's source, and \(path) is compiled", code: "AD0704",
        fault: .commandLine)
    }
    guard options.parts.count < 2 else {
      throw TaskFailure(
        "`--to ad` writes one part, and not \(options.parts.count)", code: "AD1003",
        fault: .commandLine)
    }
    let part = options.parts.first.flatMap { TranslatedPart(rawValue: $0) } ?? .gradient
    if part != .predict { try requireObjective() }
    var text: String
    do {
      switch part {
      case .gradient: text = symbolic.gradientProgram()
      case .hessian: text = try symbolic.hessianProgram()
      case .jvp: text = try symbolic.hessianProductProgram()
      case .loss: text = symbolic.valueProgram(.loss)
      case .predict:
        guard !symbolic.outputs.isEmpty else {
          throw TranslationError("the model has no outputs: write `output …`")
        }
        text = symbolic.valueProgram(.outputs)
      case .step:
        guard symbolic.training != nil else {
          throw TranslationError("the model has no optimizer, so there is no step")
        }
        guard symbolic.model.environment["training"] == nil else {
          throw TranslationError("a step with `dropout` draws numbers, which a model cannot")
        }
        let states = model.description.states.map { state in
          state.name.split(separator: ".").reversed().joined(separator: "_")
        }
        text = symbolic.stepProgram(states: states, environment: ["step", "epoch", "seed"])
      }
    } catch let error as DifferentiationError {
      throw TranslationError(error.message)
    }
    let about =
      "// \(Self.titles[part] ?? "The model"), written by adc \(Version.current) from the model "
      + "\(Self.stem(of: path)) (\(model.description.hash)).\n"
    // What cannot be said as a model is told here, and not where the file is read.
    if let error = Self.mistake(in: about + text) {
      throw TranslationError("the language has no words for a part of it: \(error)")
    }
    return about + text
  }

  /// The first mistake of a model; nil for one that compiles.
  private static func mistake(in text: String) -> String? {
    var options = CompilationOptions()
    options.makesProgram = false
    do throws(CompilationError) {
      _ = try Compiler.compile(SourceText(name: "model.ad", text: text), options: options)
      return nil
    } catch {
      return error.diagnostics.first { $0.severity == .error }?.message
    }
  }

  private static let titles: [TranslatedPart: String] = [
    .loss: "The loss", .gradient: "The loss and its gradient",
    .hessian: "The loss and its second derivatives",
    .jvp: "How the gradient changes along a direction", .step: "One update of the parameters",
    .predict: "The outputs",
  ]

  /// The model with its program, as the languages of loops take it.
  private func translatedModel() -> TranslatedModel {
    let description = model.description
    let checked = model.symbolic?.model
    func variable(
      _ name: String, _ symbol: Int, _ summary: String?, _ start: Double? = nil
    ) -> TranslatedModel.Variable {
      TranslatedModel.Variable(name: name, symbol: symbol, summary: summary ?? "", start: start)
    }
    let inputs = description.inputs.map { input in
      variable(
        input.name, input.symbol, checked?.inputs.first { $0.name == input.name }?.description)
    }
    let parameters = description.parameters.map { parameter in
      var start: Double?
      if case .values(let values) = parameter.start, values.shape.isEmpty {
        start = values.values.first
      }
      return variable(
        parameter.name, parameter.symbol,
        checked?.parameters.first { $0.name == parameter.name }?.description, start)
    }
    let states = description.states.map { state in
      let words = state.name.split(separator: ".")
      return variable(words.reversed().joined(separator: "_"), state.symbol, nil)
    }
    let environment = ["step", "epoch", "training", "seed"].compactMap { name in
      description.environment[name].map { variable(name, $0, nil) }
    }
    var result = TranslatedModel(
      name: Self.stem(of: path), hash: derivedFrom?.hash ?? description.hash,
      version: Version.current,
      comment: derivedFrom == nil ? model.symbolic.map { Self.comment($0.source) } ?? [] : [],
      program: model.program,
      inputs: inputs, parameters: parameters, states: states, environment: environment,
      labels: TranslationNames(
        nodes: model.symbolic?.labels ?? [:], gradient: model.symbolic?.gradientLabels ?? [:]))
    if let derivedFrom {
      result.outputWord = derivedFrom.word
      result.outputsBeginWithLoss = true
      result.outputSummary = derivedFrom.summary
    }
    return result
  }

  /// The name of a file without its folder and its end.
  package static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }

  /// The comment that a model begins with, line by line.
  static func comment(_ source: SourceText) -> [String] {
    var lines: [String] = []
    while lines.count < source.lineStarts.count {
      let line = source.line(lines.count + 1)
      guard line.hasPrefix("//") else { break }
      lines.append(String(line.dropFirst(2).drop { $0 == " " || $0 == "/" }))
    }
    return lines
  }
}
