import ADCKit
import ADCMachine
import ADCSyntax
import ADCTraining
import FoundationEssentials
import Testing

/// Losses over arrays against numbers that were made elsewhere.
@Suite struct TensorTests {
  /// Where the values of a case come from, and what computes the gradient.
  enum Form: CaseIterable {
    /// What is differentiated is a parameter, the rest is fed.
    case fed
    /// The same with names for all sizes.
    case named
    /// Everything is a literal of the text.
    case embedded
    /// Parameters of another value are inputs of the model, differentiated by `grad`.
    case inLanguage
    /// Nothing is simplified.
    case plain
  }

  @Test(arguments: TensorCase.all, Form.allCases)
  func agrees(_ item: TensorCase, _ form: Form) throws {
    // A slice of 3 does not go together with an array of a size that is only a name.
    if form == .named, item.mixesNamesAndNumbers { return }
    let (loss, gradients) = try Self.evaluate(item, form)
    try Self.expect([loss], [item.loss], scale: item.loss.magnitude, "\(item.id), loss")
    for (found, wanted) in zip(gradients, item.gradients) {
      #expect(found.shape == wanted.shape)
      let scale = wanted.values.map(\.magnitude).max() ?? 0
      try Self.expect(found.values, wanted.values, scale: scale, "\(item.id), \(wanted.name)")
    }
  }

  @Test func everyCaseHasAText() {
    #expect(TensorCase.all.count >= 21)
    for item in TensorCase.all { #expect(item.lines != nil, "\(item.id)") }
  }

  /// Newer numbers for the same cases: `ADC_CASES` names a folder with `tensors.json`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ADC_CASES"] != nil))
  func agreesWithNumbersOfAFolder() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["ADC_CASES"])
    let cases = try TensorCase.read(path: folder + "/tensors.json")
    #expect(!cases.isEmpty)
    for item in cases {
      #expect(item.lines != nil, "\(item.id)")
      for form in Form.allCases { try agrees(item, form) }
    }
  }

  private static func expect(
    _ found: [Double], _ wanted: [Double], scale: Double, _ what: String
  ) throws {
    #expect(found.count == wanted.count)
    for (index, pair) in zip(found, wanted).enumerated() {
      // Written so that NaN fails.
      let isClose = (pair.0 - pair.1).magnitude <= 1e-10 * max(scale, 1e-3)
      #expect(isClose, "\(what)[\(index)]: \(pair.0), should be \(pair.1)")
    }
  }

  private static func evaluate(
    _ item: TensorCase, _ form: Form
  ) throws -> (Double, [ShapedValues]) {
    let model = try compile(item, form)
    let (description, program) = (model.description, model.program)
    var arrays: [String: ShapedValues] = [:]
    var starts: [String: ShapedValues] = [:]
    for input in item.inputs where form != .embedded {
      if description.inputs.contains(where: { $0.name == input.name }) {
        arrays[input.name] = input.shaped
      } else {
        starts[input.name] = input.shaped
      }
    }
    if form == .named {
      for size in item.sizes {
        arrays["of_\(size)"] = ShapedValues(
          shape: [size], values: [Double](repeating: 0, count: size))
      }
    }
    let dataset = try Dataset.load(description, program, needed: [], arrays: arrays)
    let session = try Session(program, description, dataset: dataset, starts: starts)
    let name = form == .inLanguage ? FunctionName.outputs : FunctionName.gradient
    let function = try session.evaluate(name, rows: session.allRows)
    let gradients = item.gradients.indices.map { place in
      ShapedValues(
        shape: function.sizes(ofOutput: place + 1), values: function.values(ofOutput: place + 1))
    }
    return (function.scalar(ofOutput: 0), gradients)
  }

  private static func compile(_ item: TensorCase, _ form: Form) throws -> CompiledModel {
    var lines = try #require(item.lines)
    let loss = lines.removeLast()
    var declarations = item.inputs.map { declaration(of: $0, in: item, form) }
    if form == .named {
      // Sizes that nothing else gives come from inputs that the loss does not read.
      declarations = item.sizes.map { "input of_\($0): [size\($0)]" } + declarations
    }
    switch form {
    case .inLanguage:
      lines.append("let loss = \(loss)\noutput loss")
      lines += item.gradients.map { "output grad(loss, \($0.name)) as d_\($0.name)" }
    case .fed, .named, .embedded, .plain: lines.append("minimize \(loss)")
    }
    let text = (declarations + lines).joined(separator: "\n")
    var options = CompilationOptions()
    options.simplifies = form != .plain
    let source = SourceText(name: item.id, text: text)
    do throws(CompilationError) {
      return try Compiler.compile(source, options: options)
    } catch {
      throw Refused(
        text: error.diagnostics.map { rendered($0, in: error.source, colour: false) }
          .joined(separator: "\n"))
    }
  }

  private struct Refused: Error { var text: String }

  private static func declaration(
    of array: NamedArray, in item: TensorCase, _ form: Form
  ) -> String {
    let sizes = array.shape.map { form == .named ? "size\($0)" : "\($0)" }
    let shape = sizes.isEmpty ? "" : ": [\(sizes.joined(separator: ", "))]"
    let isParameter = item.isDifferentiated(array.name)
    switch form {
    case .embedded:
      return "\(isParameter ? "param" : "const") \(array.name) = \(array.literal)"
    case .inLanguage: return "input \(array.name)\(shape)"
    case .fed, .named, .plain:
      return isParameter ? "param \(array.name)\(shape) = 0" : "input \(array.name)\(shape)"
    }
  }
}

extension TensorCase {
  /// The cases of a file in the format of the project's collection of reference numbers.
  static func read(path: String) throws -> [TensorCase] {
    let document = try JSONValue.read(path: path)
    guard case .array(let items)? = document["cases"] else { return [] }
    return try items.map { item in
      let inputs = try #require(item["inputs"]?.members).map { member in
        try array(member.name, member.value["values"])
      }
      let gradients = try #require(item["gradients"]?.members).map { member in
        try array(member.name, member.value)
      }
      return TensorCase(
        id: try #require(item["id"]?.text), inputs: inputs,
        loss: try array("loss", item["loss"]).values[0], gradients: gradients)
    }
  }

  private static func array(_ name: String, _ value: JSONValue?) throws -> NamedArray {
    let array = try numbers(try #require(value)).shapedValues()
    return NamedArray(name, array.shape, array.values)
  }

  /// The numbers that matter are written as strings.
  private static func numbers(_ value: JSONValue) throws -> JSONValue {
    switch value {
    case .array(let elements): .array(try elements.map(numbers))
    case .string(let text): .number(try #require(Double(text)))
    case .null, .bool, .number, .object: value
    }
  }
}
