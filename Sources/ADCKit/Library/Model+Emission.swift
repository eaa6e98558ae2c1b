extension Model {
  /// A language that a model can be written in.
  public enum Language: String, Sendable, CaseIterable {
    case swift, c, python, jax, tensorflow, ad
  }

  /// A part of a model.
  public enum Part: String, Sendable, CaseIterable {
    case loss, gradient, step, predict, hessian, jvp
  }

  /// The model as source in another language, by the names of the files: one, or for C a header
  /// and a source.
  ///
  /// C and Swift add up in the order in which adc does, so that programs of `+ - * /` and roots
  /// have the same bits. The time grows with the length of the model.
  /// - Parameters:
  ///   - parts: What is written, empty for all that the model has but second derivatives;
  ///     `hessian` and `jvp` are files of their own. `.ad` takes one part.
  ///   - name: What files and functions are called.
  /// - Throws: `ModelError` where the language lacks something, which the message names.
  public func source(
    in language: Language, parts: [Part] = [], name: String = "model"
  ) throws(ModelError) -> [String: String] {
    guard let known = EmissionLanguage(rawValue: language.rawValue) else { return [:] }
    var options = EmissionOptions(language: known)
    options.parts = parts.map(\.rawValue)
    options.prefix = name
    var settings = TaskOptions()
    settings.values = self.settings.values
    settings.optimizer = self.settings.optimizer
    do throws(TaskFailure) {
      let files = try ModelTask(path: name, model: compiled, options: settings).emitted(options)
      return Dictionary(
        files.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }, uniquingKeysWith: { $1 }
      )
    } catch {
      throw ModelError(error)
    }
  }
}

extension ModelError {
  init(_ failure: TaskFailure) {
    // A failure is kept as people read it, which begins with its code.
    let line = failure.text.split(separator: "\n").first ?? ""
    let words = line.split(separator: "error ", maxSplits: 1).last ?? ""
    let code = String(words.prefix { $0 != ":" })
    let message = String(words.dropFirst(code.count + 2))
    diagnostics = [
      Diagnostic(code: code, message: message, line: nil, column: nil, text: failure.text)
    ]
  }
}
