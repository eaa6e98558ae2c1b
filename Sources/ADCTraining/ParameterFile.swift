/// The parameters of a model and, in a checkpoint, what the run needs to go on, as one JSON object:
/// `{"format": "adc-parameters", "version": 1, "model": …, "parameters": {…}, "state": {…},
/// "fit": {…}, "run": {…}}`.
package struct ParameterFile: Equatable, Sendable {
  /// An array and its name.
  package struct Entry: Equatable, Sendable {
    /// A parameter's or state's name in the model.
    package var name: String
    /// Its shape and values.
    package var array: ShapedValues

    /// An array under a name.
    package init(name: String, array: ShapedValues) {
      self.name = name
      self.array = array
    }
  }

  static let format = "adc-parameters"
  static let version = 1.0

  /// The hash of the model that the parameters belong to, as hexadecimal digits.
  package var model: String
  /// In the order of the model.
  package var parameters: [Entry]
  /// What a run goes on from; nil in a file of parameters alone.
  package var state: [Entry]?
  /// The model in canonical form, where the file says it.
  package var text = ""
  /// What was done with the data that the parameters were found from.
  package var preparation = DataPreparation()
  /// What a fit knows of its errors: `covariances` of all components, the `error_scale` of an
  /// observation and its `degrees_of_freedom`; nil for what is no fit.
  package var fit: [Entry]?
  /// How the parameters came about; nil where nobody says.
  package var run: RunRecord?

  /// A file of a model of this hash, without what is nil.
  package init(
    model: String, parameters: [Entry], state: [Entry]? = nil, fit: [Entry]? = nil,
    run: RunRecord? = nil
  ) {
    self.model = model
    self.parameters = parameters
    self.state = state
    self.fit = fit
    self.run = run
  }

  /// The parameter of a name; nil where the file has none. Takes time linear in their number.
  package subscript(name: String) -> ShapedValues? {
    parameters.first { $0.name == name }?.array
  }

  /// Reads a file of parameters; every number in it may be infinite or no number.
  package static func read(path: String) throws(DataError) -> ParameterFile {
    let value = try JSONValue.read(path: path)
    guard value["format"]?.text == format else {
      throw DataError("not a file of parameters: no \"format\": \"\(format)\" in it", file: path)
    }
    guard let found = value["version"]?.number() else {
      throw DataError("not a file of parameters: \"version\" is missing", file: path)
    }
    guard found == version else {
      let text = JSONValue.number(found).description
      throw DataError("its version is \(text), and only version 1 is known", file: path)
    }
    guard let model = value["model"]?.text else {
      throw DataError("not a file of parameters: \"model\" is missing", file: path)
    }
    guard let parameters = value["parameters"] else {
      throw DataError("not a file of parameters: \"parameters\" is missing", file: path)
    }
    var preparation = DataPreparation()
    if let data = value["data"] {
      guard let read = DataPreparation(data) else {
        throw DataError("not a file of parameters: \"data\" is damaged", file: path)
      }
      preparation = read
    }
    var file = ParameterFile(
      model: model, parameters: try entries(parameters, "parameters", path),
      state: try value["state"].map { state throws(DataError) in
        try entries(state, "state", path)
      },
      fit: try value["fit"].map { fit throws(DataError) in try entries(fit, "fit", path) },
      run: value["run"].flatMap { RunRecord($0) })
    file.preparation = preparation
    file.text = value["text"]?.text ?? ""
    return file
  }

  /// Replaces the file, whole or not at all.
  package func write(path: String) throws(DataError) {
    var writer = JSONWriter()
    writer.append(verbatim: "{\"format\":")
    writer.append(ParameterFile.format)
    writer.append(verbatim: ",\"version\":1,\n\"model\":")
    writer.append(model)
    writer.append(verbatim: ",\n\"parameters\":")
    ParameterFile.append(parameters, to: &writer)
    if !preparation.isEmpty {
      writer.append(verbatim: ",\n\"data\":")
      writer.append(preparation.json)
    }
    if let state {
      writer.append(verbatim: ",\n\"state\":")
      ParameterFile.append(state, to: &writer)
    }
    if state != nil, !text.isEmpty {
      writer.append(verbatim: ",\n\"text\":")
      writer.append(text)
    }
    if let fit {
      writer.append(verbatim: ",\n\"fit\":")
      ParameterFile.append(fit, to: &writer)
    }
    if let run {
      writer.append(verbatim: ",\n\"run\":")
      writer.append(run.json)
    }
    writer.append(verbatim: "}\n")
    try FileWriting.replace(path: path, with: writer.bytes)
  }

  private static func append(_ entries: [Entry], to writer: inout JSONWriter) {
    var separator = "{\n"
    for entry in entries {
      writer.append(verbatim: separator)
      writer.append(entry.name)
      writer.append(verbatim: ":")
      writer.append(entry.array)
      separator = ",\n"
    }
    writer.append(verbatim: entries.isEmpty ? "{}" : "}")
  }

  private static func entries(
    _ value: JSONValue, _ part: String, _ path: String
  ) throws(DataError) -> [Entry] {
    guard let members = value.members else {
      throw DataError("\"\(part)\" is \(value.kind) where an object is expected", file: path)
    }
    var result: [Entry] = []
    for member in members {
      do throws(JSONValue.ShapeMistake) {
        let array = try member.value.shapedValues(nonFinite: true)
        result.append(Entry(name: member.name, array: array))
      } catch {
        throw DataError("\(part), \(excerpt(member.name)): \(error.message)", file: path)
      }
    }
    return result
  }
}
