import ADCMachine
import ADCSyntax
import ADCTraining

/// Why a task did not succeed, for people and for programs.
package struct TaskFailure: Error, Sendable {
  /// Whose fault it is, which is the exit status of a command.
  package enum Fault: Int32, Sendable {
    case model = 1
    case commandLine = 2
    case interruption = 130
  }

  /// Whose fault it is, and so the exit status.
  package var fault: Fault
  /// The messages as people read them, line ends included, without colour.
  package var text: String
  /// The same with colour, for terminals.
  package var colouredText: String
  /// One JSON object a message.
  package var json: [String]

  /// A failure with one message that has no place in a source text.
  package init(
    _ message: String, code: String, fault: Fault = .model, file: String = "", line: Int? = nil,
    column: Int? = nil, isPlaced: Bool = false
  ) {
    self.fault = fault
    var place = ""
    if !isPlaced, !file.isEmpty { place = file + (line.map { ":\($0)" } ?? "") + ": " }
    text = "\(place)error \(code): \(message)\n"
    colouredText = "\(place)\u{1B}[1;31merror \(code)\u{1B}[0m: \(message)\n"
    json = [
      Self.json(code: code, message: message, file: file, line: line, column: column)
    ]
  }

  /// Several failures as one, which is of the model if one of them is; nil where there are none.
  package init?(_ failures: [TaskFailure]) {
    guard let first = failures.first else { return nil }
    self = first
    for other in failures.dropFirst() {
      if other.fault == .model { fault = .model }
      text += other.text
      colouredText += other.colouredText
      json += other.json
    }
  }

  /// The failure that diagnostics of a source text stand for.
  init(_ error: CompilationError) {
    fault = .model
    let errors = error.diagnostics
    text = errors.map { rendered($0, in: error.source, colour: false) + "\n" }.joined()
    colouredText = errors.map { rendered($0, in: error.source, colour: true) + "\n" }.joined()
    json = errors.filter { $0.severity == .error }.map { diagnostic in
      let position = error.source.position(of: diagnostic.range.lower)
      return Self.json(
        code: diagnostic.code, message: diagnostic.message, file: error.source.name,
        line: position.line, column: position.column)
    }
  }

  init(_ error: DataError) {
    self.init(
      error.description + (error.remedy?.option ?? ""), code: "AD0701", file: error.file,
      line: error.line, column: error.character, isPlaced: true)
  }

  init(_ error: RunError) {
    switch error {
    case .data(let error): self.init(error)
    case .machine: self.init(error.description, code: "AD0702")
    case .placed(_, let tag): self.init(error.description, code: "AD0702", line: tag.line)
    case .setting(let message, let remedy):
      self.init(message + (remedy?.option ?? ""), code: "AD0703")
    }
  }

  private static func json(
    code: String, message: String, file: String, line: Int?, column: Int?
  ) -> String {
    var writer = JSONWriter()
    var members: [JSONValue.Member] = [
      .init("event", .string("error")), .init("code", .string(code)),
      .init("message", .string(message)),
    ]
    if !file.isEmpty { members.append(.init("file", .string(file))) }
    if let line { members.append(.init("line", .number(Double(line)))) }
    if let column { members.append(.init("column", .number(Double(column)))) }
    writer.append(.object(members))
    return writer.text
  }
}

extension RunRemedy {
  /// What follows a message where the caller is a command: the option that mends it.
  fileprivate var option: String {
    switch self {
    case .seed: " with `--seed`"
    case .optimizer: ", or give `--optimizer 'adam(rate: 0.01)'`"
    case .data: ", or with `--data FILE.csv`"
    case .array(let input): ", or use `--input \(input)=FILE`"
    }
  }
}

/// What a task has to say, for people and for programs.
package struct TaskReport: Sendable {
  /// Lines for people, with their line ends.
  package var text: String
  private var value: JSONValue

  init(text: String, json: JSONValue) {
    self.text = text
    value = json
  }

  /// One JSON object, without a line end.
  package var json: String {
    var writer = JSONWriter()
    writer.append(value)
    return writer.text
  }
}

extension Double {
  /// As people read it in a report: six significant digits.
  var brief: String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    if self == 0 { return "0" }
    let magnitude = magnitude
    if self == rounded(), magnitude < 1e6 { return String(Int(self)) }
    var exponent = 0
    var scaled = magnitude
    while scaled >= 10 {
      scaled /= 10
      exponent += 1
    }
    while scaled < 1 {
      scaled *= 10
      exponent -= 1
    }
    if exponent < -4 || exponent >= 6 {
      var digits = Int((scaled * 1e5).rounded())
      if digits >= 1_000_000 {
        digits /= 10
        exponent += 1
      }
      let text = Self.decimal(digits, places: 5)
      return (self < 0 ? "-" : "") + text
        + "e\(exponent < 0 ? "-" : "+")\(exponent.magnitude < 10 ? "0" : "")\(exponent.magnitude)"
    }
    let places = 5 - exponent
    var power = 1.0
    for _ in 0..<places { power *= 10 }
    return (self < 0 ? "-" : "") + Self.decimal(Int((magnitude * power).rounded()), places: places)
  }

  private static func decimal(_ digits: Int, places: Int) -> String {
    var text = String(digits)
    if places == 0 { return text }
    if text.utf8.count <= places {
      text = String(repeating: "0", count: places + 1 - text.utf8.count) + text
    }
    let whole = text.dropLast(places)
    var fraction = text.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
  }
}

extension ShapedValues {
  /// The array on one line, shortened where it is long.
  var brief: String {
    if shape.isEmpty { return values.first.map(\.brief) ?? "" }
    guard values.count <= 12 else {
      let sizes = shape.map(String.init).joined(separator: ", ")
      let low = values.min() ?? 0
      let high = values.max() ?? 0
      return "[\(sizes)] from \(low.brief) to \(high.brief)"
    }
    return Self.nested(values[...], shape[...])
  }

  static func nested(_ values: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> String {
    guard let count = shape.first else { return values.first.map(\.brief) ?? "" }
    let size = count == 0 ? 0 : values.count / count
    let parts = (0..<count).map { place -> String in
      let start = values.startIndex + place * size
      return nested(values[start..<start + size], shape.dropFirst())
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
