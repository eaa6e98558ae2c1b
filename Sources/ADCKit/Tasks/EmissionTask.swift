import ADCMachine
import ADCModel
import ADCSyntax
import ADCTraining
import ADCTranslation

/// A language that models are emitted in.
package enum EmissionLanguage: String, Sendable, CaseIterable {
  case swift, c, python, ad, jax, tensorflow, onnx
}

/// What `adc emit` is asked for.
package struct EmissionOptions: Sendable {
  package var language: EmissionLanguage
  /// Empty for all that the model has.
  package var parts: [String] = []
  /// What the names of C begin with; nil for the model's name.
  package var prefix: String?
  /// The name of the file without its end, which a source of C includes; nil for the prefix.
  package var stem: String?
  /// Whether functions as `exp` are adc's own, and not those of the language's library.
  package var hasOwnFunctions = false
  /// Whether training runs in several processes.
  package var isDistributed = false

  package init(language: EmissionLanguage) { self.language = language }
}

/// A file that is written, by the end of its name.
package struct EmittedFile: Sendable {
  package var name: String
  package var bytes: [UInt8]
}

extension ModelTask {
  /// The model in another language.
  package func emitted(_ options: EmissionOptions) throws(TaskFailure) -> [EmittedFile] {
    do {
      switch options.language {
      case .python:
        let text = try arrayModel().python(.numpy, parts: [.loss, .gradient, .step, .predict])
        return [EmittedFile(name: "model.py", bytes: Array(text.utf8))]
      case .jax:
        let text = try arrayModel().python(.jax, parts: [.loss, .gradient, .step, .predict])
        return [EmittedFile(name: "model.py", bytes: Array(text.utf8))]
      default: break
      }
      let model = try translatedModel()
      switch options.language {
      case .c:
        let file = try model.c(
          parts: [.loss, .gradient, .step, .predict], prefix: options.prefix,
          stem: options.stem, hasOwnFunctions: options.hasOwnFunctions)
        return [
          EmittedFile(name: file.stem + ".h", bytes: Array(file.header.utf8)),
          EmittedFile(name: file.stem + ".c", bytes: Array(file.source.utf8)),
        ]
      case .swift:
        let text = try model.swift(
          parts: [.loss, .gradient, .step, .predict], typeName: options.prefix,
          hasOwnFunctions: options.hasOwnFunctions)
        return [EmittedFile(name: model.name + ".swift", bytes: Array(text.utf8))]
      default: throw TranslationError("not yet")
      }
    } catch let error as TranslationError {
      throw TaskFailure(error.message, code: "AD0710", file: path)
    } catch let failure as TaskFailure {
      throw failure
    } catch {
      throw TaskFailure("\(error)", code: "AD0710", file: path)
    }
  }

  /// The model with its program, as the languages of loops take it.
  private func translatedModel() throws(TaskFailure) -> TranslatedModel {
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
    return TranslatedModel(
      name: Self.stem(of: path), hash: description.hash, version: Version.current,
      comment: model.symbolic.map { Self.comment($0.source) } ?? [], program: model.program,
      inputs: inputs, parameters: parameters, states: states, environment: environment,
      labels: TranslationNames(nodes: model.symbolic?.labels ?? [:]))
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
