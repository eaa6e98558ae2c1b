import ADCCalculus
import ADCMachine
import ADCSyntax
import ADCTraining

/// A model of the `.ad` language, compiled with its gradient and ready to run.
///
/// Compile once, then use it from as many threads as you like: a model is a value, and every call
/// has memory of its own. Parameters go in and come out as dictionaries by
/// name. For many evaluations on the same data take an ``Evaluator``.
///
///     let line = try Model(parsing: """
///       input x: [n]
///       input y: [n]
///       param slope = 0
///       minimize mean((slope * x - y)^2)
///       train { optimizer sgd(rate: 0.1); epochs 100 }
///       """)
///     let run = try line.train(on: ["x": [1, 2], "y": [2, 4]])
///     print(run.parameters["slope"] ?? 0, line.gradient?["slope"] ?? "")
public struct Model: Sendable {
  /// A value that is trained.
  public struct Parameter: Sendable, Hashable {
    /// The name in the model.
    public let name: String
    /// The sizes of the axes; a name such as `n` stands for what the data fix.
    public let shape: [String]
  }

  /// A value that is fed from data.
  public struct Input: Sendable, Hashable {
    /// The name in the model.
    public let name: String
    /// The sizes of the axes; a name such as `n` stands for what the data fix.
    public let shape: [String]
    /// The columns of a table that feed it, in order.
    public let columns: [String]
  }

  let compiled: CompiledModel
  /// How computations of this value run: with which engine, on how many threads.
  public var execution = Execution()
  /// What replaces parts of the text.
  let settings: CompilationOptions

  /// Compiles a source text; the time grows with its length.
  ///
  /// - Parameters:
  ///   - name: What messages call the text, a path for instance.
  ///   - values: Values of constants and first values of parameters that replace the text's, as
  ///     expressions of the language: `["k": "3", "b": "[0, 1]"]`.
  ///   - optimizer: What replaces the text's optimizer, such as `adam(rate: 0.1)`.
  /// - Throws: `ModelError` with a diagnostic for every mistake.
  public init(
    parsing text: String, name: String = "model", values: [String: String] = [:],
    optimizer: String? = nil
  ) throws(ModelError) {
    try self.init(
      SourceText(name: name, text: text), folder: "", values: values, optimizer: optimizer)
  }

  /// Reads and compiles a file; data that the model names are looked for beside it.
  ///
  /// - Throws: `ModelError` where the file cannot be read or the model has mistakes.
  public init(
    contentsOfFile path: String, values: [String: String] = [:], optimizer: String? = nil
  ) throws(ModelError) {
    let bytes: [UInt8]
    do throws(DataError) { bytes = try WholeFile.read(path) } catch { throw ModelError(error) }
    try self.init(
      SourceText(name: path, bytes: bytes), folder: ModelTask.folder(of: path), values: values,
      optimizer: optimizer)
  }

  private init(
    _ source: SourceText, folder: String, values: [String: String], optimizer: String?
  ) throws(ModelError) {
    var options = CompilationOptions()
    options.values = values.sorted { $0.key < $1.key }.map { (name: $0.key, text: $0.value) }
    options.optimizer = optimizer
    settings = options
    do throws(CompilationError) {
      compiled = try Compiler.compile(source, folder: folder, options: options)
    } catch {
      throw ModelError(error)
    }
  }

  /// What the compiler remarks on without refusing the model.
  public var warnings: [ModelError.Diagnostic] {
    guard let source = compiled.symbolic?.source else { return [] }
    return compiled.warnings.map { ModelError.Diagnostic($0, in: source) }
  }

  /// What is trained, in the order of the model.
  public var parameters: [Parameter] {
    compiled.description.parameters.map { parameter in
      Parameter(name: parameter.name, shape: shape(ofSymbol: parameter.symbol))
    }
  }

  /// What is fed from data, in the order of the model.
  public var inputs: [Input] {
    compiled.description.inputs.map { input in
      Input(name: input.name, shape: shape(ofSymbol: input.symbol), columns: input.columns)
    }
  }

  /// The names of what `predict` returns, in the order of the model.
  public var outputs: [String] { compiled.description.outputs }

  private func shape(ofSymbol symbol: Int) -> [String] {
    compiled.program.symbols[symbol].shape.dimensions.map(\.description)
  }
}

extension Model {
  /// Where the values of inputs come from.
  public enum Data: Sendable, ExpressibleByDictionaryLiteral {
    /// The files that the model names in `train { data … }`; none for a model without inputs.
    case declared
    /// The columns of a CSV file with a header row.
    case table(path: String)
    /// Arrays by the names of inputs.
    case arrays([String: Tensor])

    /// Arrays by the names of inputs; where a name stands twice, the last one counts.
    public init(dictionaryLiteral elements: (String, Tensor)...) {
      self = .arrays(Dictionary(elements) { _, last in last })
    }
  }
}
