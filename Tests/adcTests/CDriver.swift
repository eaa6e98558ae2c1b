import ADCKit
import ADCTraining

/// A program that calls what a header declares with the numbers of a case, and prints the results.
struct CDriver {
  private struct Prototype {
    var result: String
    var name: String
    var parameters: [(type: String, name: String)]
  }

  let function: String
  /// Eight bytes each, in the order in which the program reads them.
  let numbers: [UInt8]

  static let head = """
    #include <stdio.h>
    #include <stdlib.h>
    static double *take(FILE *f, size_t n) {
      double *x = (double *)calloc(n ? n : 1, sizeof(double));
      if (n && fread(x, sizeof(double), n, f) != n) abort();
      return x;
    }
    static float *take_float(FILE *f, size_t n) {
      double *x = take(f, n);
      float *y = (float *)calloc(n ? n : 1, sizeof(float));
      for (size_t i = 0; i < n; ++i) y[i] = (float)x[i];
      free(x);
      return y;
    }
    #define SHOW(type, show) \\
      static void show(const char *model, const char *name, const type *x, size_t n) { \\
        printf("%s %s", model, name); \\
        for (size_t i = 0; i < n; ++i) printf(" %a", (double)x[i]); \\
        printf("\\n"); \\
      }
    SHOW(double, show)
    SHOW(float, show_float)

    """

  init(_ model: EmissionCase, header: String, stem: String) {
    var body = "#include \"\(stem).h\"\nstatic void run_\(stem)(void) {\n"
    body += "  FILE *f = fopen(\"\(stem).in\", \"rb\");\n"
    let isSingle = model.isSingle
    let (real, suffix) = isSingle ? ("float", "_float") : ("double", "")
    var bytes: [UInt8] = []
    func values(_ name: String) -> [Double]? {
      let known = model.inputs + model.parameters + model.states
      if let symbol = known.first(where: { $0.name == name })?.symbol {
        return model.values(symbol)
      }
      if let symbol = model.task.model.description.environment[name] {
        return model.values(symbol)
      }
      return nil
    }
    for prototype in Self.prototypes(header) {
      var word = String(prototype.name.dropFirst(stem.count + 1))
      // Second derivatives are the outputs of a model of their own.
      if word == "hessian" || word == "jvp" { word = "predict" }
      guard ["loss", "gradient", "step", "predict"].contains(word) else { continue }
      let expected = try? model.result(
        of: word == "predict" ? "outputs" : word)
      var arguments: [String] = []
      var after = ""
      body += "  {\n"
      for (type, name) in prototype.parameters {
        if type == "size_t" {
          arguments.append("\(model.sizes[name] ?? 1)")
        } else if name == "work" || name == "wide" {
          let sizes = prototype.parameters.filter { $0.type == "size_t" }
            .map { "\(model.sizes[$0.name] ?? 1)" }.joined(separator: ", ")
          let size = "\(stem)_\(name == "work" ? "" : "wide_")workspace(\(sizes))"
          body += "    \(type)\(name) = (\(type))calloc(\(size), sizeof(\(type.dropLast(2))));\n"
          arguments.append(name)
          after += "    free(\(name));\n"
        } else if let given = values(name) {
          for value in given { bytes += withUnsafeBytes(of: value) { Array($0) } }
          body += "    \(real) *\(name)_ = take\(suffix)(f, \(given.count));\n"
          arguments.append(type == real ? "*\(name)_" : "\(name)_")
          if type == "\(real) *" {
            after +=
              "    show\(suffix)(\"\(stem)\", \"\(word).\(name)\", \(name)_, \(given.count));\n"
          }
          after += "    free(\(name)_);\n"
        } else {
          let output = name.hasPrefix("d_") && word == "gradient" ? String(name.dropFirst(2)) : name
          let count = expected?.arrays.first { $0.name == output }?.values.count ?? 0
          body +=
            "    \(real) *\(name)_ = (\(real) *)calloc(\(max(count, 1)), sizeof(\(real)));\n"
          arguments.append("\(name)_")
          after += "    show\(suffix)(\"\(stem)\", \"\(word).\(output)\", \(name)_, \(count));\n"
          after += "    free(\(name)_);\n"
        }
      }
      let call = "\(prototype.name)(\(arguments.joined(separator: ", ")))"
      if prototype.result == real {
        body +=
          "    const \(real) loss = \(call);\n"
          + "    show\(suffix)(\"\(stem)\", \"\(word).\", &loss, 1);\n"
      } else {
        body += "    \(call);\n"
      }
      body += after + "  }\n"
    }
    function = body + "  fclose(f);\n}\n"
    numbers = bytes
  }

  /// The functions that a header declares.
  private static func prototypes(_ header: String) -> [Prototype] {
    let flat = header.replacing("\n", with: " ")
    return flat.split(separator: ";").compactMap { part in
      guard let open = part.lastIndex(of: "("), part.hasSuffix(")") else { return nil }
      let words = part[..<open].split(separator: " ").map(String.init)
      guard let name = words.last, words.count >= 2 else { return nil }
      let list = part[part.index(after: open)...].dropLast().split(separator: ",")
      let parameters = list.compactMap { parameter -> (type: String, name: String)? in
        let text = parameter.trimmingPrefix { $0 == " " }
        guard let end = text.lastIndex(where: { $0 == " " || $0 == "*" }) else { return nil }
        let type = text[...end]
        return (
          String(type.last == " " ? type.dropLast() : type),
          String(text[text.index(after: end)...])
        )
      }
      return Prototype(result: words[words.count - 2], name: name, parameters: parameters)
    }
  }

  /// The numbers that a program printed, by model and name.
  static func results(_ output: String) -> [String: [String: [Double]]] {
    var found: [String: [String: [Double]]] = [:]
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 2 else { continue }
      found[String(words[0]), default: [:]][String(words[1])] = words.dropFirst(2).map {
        Double(String($0)) ?? .nan
      }
    }
    return found
  }
}
