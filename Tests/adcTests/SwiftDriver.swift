import ADCKit
import ADCTraining

/// A function that calls a type that was written in Swift with the numbers of a case.
struct SwiftDriver {
  private struct Method {
    var name: String
    var parameters: [(name: String, type: String)]
    var hasResult: Bool
  }

  let function: String
  let numbers: [UInt8]

  static let head = """
    import Glibc
    func take<Number: BinaryFloatingPoint>(
      _ file: UnsafeMutablePointer<FILE>, _ count: Int
    ) -> [Number] {
      var values = [Double](repeating: 0, count: count)
      if count > 0, fread(&values, 8, count, file) != count { fatalError("too few numbers") }
      return values.map { Number($0) }
    }
    func show<Number: BinaryFloatingPoint>(_ model: String, _ name: String, _ values: [Number]) {
      print(([model, name] + values.map { "\\(Double($0))" }).joined(separator: " "))
    }

    """

  /// A name without what languages do to it.
  static func plain(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  init(_ model: EmissionCase, text: String, type: String) throws {
    let flat = text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
      .replacing("( ", with: "(").replacing(" )", with: ")")
    let real = model.isSingle ? "Float" : "Double"
    var bytes: [UInt8] = []
    let known = model.inputs + model.parameters + model.states
    var body = "func run_\(model.name)() {\n"
    body += "  let file = fopen(\"\(model.name).in\", \"rb\")!\n"
    /// The name without what keeps it apart from a method.
    func own(_ name: String) -> String {
      let plain = Self.plain(name)
      let isOwn = !plain.hasSuffix("2") || known.contains { Self.plain($0.name) == plain }
      return isOwn ? plain : String(plain.dropLast())
    }
    /// An expression for the numbers of a symbol; nil for what is no symbol.
    func given(_ name: String, _ type: String) -> String? {
      var symbol = known.first { Self.plain($0.name) == own(name) }?.symbol
      if let place = model.task.model.description.environment[name] { symbol = place }
      guard let symbol else { return nil }
      let values = model.values(symbol)
      for value in values { bytes += withUnsafeBytes(of: value) { Array($0) } }
      return "take(file, \(values.count))" + (type.hasPrefix("[") ? "" : "[0]")
    }
    let fields = Self.parameters(flat, after: "public init(")
    func made(_ name: String) -> String {
      let arguments = fields.map { "\($0.name): \(given($0.name, $0.type) ?? "[]")" }
      return "  \(name) = \(type)(\(arguments.joined(separator: ", ")))\n"
    }
    for (word, method) in [
      ("loss", "loss"), ("gradient", "valueAndGradient"), ("step", "step"),
      ("predict", "predict"), ("predict", "hessian"), ("predict", "jvp"),
    ] {
      let head = "func \(method)("
      guard flat.contains("public \(head)") || flat.contains("public mutating \(head)") else {
        continue
      }
      let expected = try model.result(of: word == "predict" ? "outputs" : word)
      body +=
        fields.isEmpty
        ? "  do {\n    let model = \(type)()\n"
        : "  do {\n  \(made(word == "step" ? "var model" : "let model"))"
      var arguments: [String] = []
      var after = ""
      for (name, kind) in Self.parameters(flat, after: head) {
        if kind == "Int" {
          let size = model.sizes.first { Self.plain($0.key) == Self.plain(name) }?.value ?? 1
          arguments.append("\(name): \(size)")
        } else if name == "workspace" || name == "wideWorkspace" {
          let sizes = Self.parameters(flat, after: "func \(name)Count(").map { size in
            "\(size.name): "
              + "\(model.sizes.first { Self.plain($0.key) == Self.plain(size.name) }?.value ?? 1)"
          }
          let count = "\(type).\(name)Count(\(sizes.joined(separator: ", ")))"
          let real = name == "workspace" ? real : "Double"
          body += "    var \(name) = [\(real)](repeating: 0, count: \(count))\n"
          arguments.append("\(name): &\(name)")
        } else if name == "gradient" {
          body += "    var gradient = model\n"
          arguments.append("gradient: &gradient")
          for field in fields {
            let value =
              field.type.hasPrefix("[") ? "gradient.\(field.name)" : "[gradient.\(field.name)]"
            after +=
              "    show(\"\(model.name)\", \"gradient.\(own(field.name))\", \(value))\n"
          }
        } else if name == "optimizer" {
          let sizes = Self.parameters(flat, after: "/// Before the first step. public init(").map {
            size in
            "\(size.name): "
              + "\(model.sizes.first { Self.plain($0.key) == Self.plain(size.name) }?.value ?? 1)"
          }
          body += "    var optimizer = \(type).Optimizer(\(sizes.joined(separator: ", ")))\n"
          arguments.append("optimizer: &optimizer")
        } else if let value = given(name, kind) {
          arguments.append("\(name): \(value)")
        } else {
          let arrays = expected?.arrays ?? []
          let array =
            arrays.first { Self.plain($0.name) == Self.plain(name) }
            ?? arrays.first { Self.plain($0.name) == own(name) }
          let count = array?.values.count
          let isArray = kind.contains("[")
          body +=
            "    var \(name) = "
            + (isArray ? "[\(real)](repeating: 0, count: \(count ?? 0))\n" : "\(real)(0)\n")
          arguments.append("\(name): &\(name)")
          after +=
            "    show(\"\(model.name)\", \"\(word).\(Self.plain(array?.name ?? name))\", "
            + (isArray ? name : "[\(name)]") + ")\n"
        }
      }
      if word == "step" {
        for field in fields {
          let value = field.type.hasPrefix("[") ? "model.\(field.name)" : "[model.\(field.name)]"
          after += "    show(\"\(model.name)\", \"step.\(own(field.name))\", \(value))\n"
        }
        for state in Self.fields(flat) {
          let value =
            state.type.hasPrefix("[") ? "optimizer.\(state.name)" : "[optimizer.\(state.name)]"
          after += "    show(\"\(model.name)\", \"step.\(Self.plain(state.name))\", \(value))\n"
        }
      }
      let call = "model.\(method)(\(arguments.joined(separator: ", ")))"
      if expected?.loss != nil {
        body += "    let loss = \(call)\n    show(\"\(model.name)\", \"\(word).\", [loss])\n"
      } else {
        body += "    \(call)\n"
      }
      body += after + "  }\n"
    }
    function = body + "  fclose(file)\n}\n"
    numbers = bytes
  }

  private static func parameters(
    _ text: String, after head: String
  ) -> [(name: String, type: String)] {
    guard let start = text.firstRange(of: head)?.upperBound,
      let end = text[start...].firstIndex(of: ")")
    else { return [] }
    return text[start..<end].split(separator: ", ").compactMap { part in
      let words = part.split(separator: ": ", maxSplits: 1)
      guard words.count == 2 else { return nil }
      let type = words[1].split(separator: " = ")[0]
      return (String(words[0]), String(type))
    }
  }

  /// What the optimizer holds.
  private static func fields(_ text: String) -> [(name: String, type: String)] {
    guard let start = text.firstRange(of: "public struct Optimizer: Sendable {")?.upperBound,
      let end = text[start...].firstRange(of: "///")?.lowerBound
    else { return [] }
    return text[start..<end].split(separator: "var ").compactMap { part in
      let words = part.split(separator: ": ")
      guard words.count == 2 else { return nil }
      return (String(words[0]), String(words[1].split(separator: " ")[0]))
    }
  }
}
