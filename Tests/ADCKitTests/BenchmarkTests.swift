import ADCKit
import ADCMachine
import ADCSyntax
import ADCTraining
import FoundationEssentials
import Testing

/// Gaussian mixtures and bundle adjustment, with gradients that were made elsewhere.
@Suite struct BenchmarkTests {
  /// The outputs of a function of a model, each flat.
  private static func evaluate(
    _ text: String, _ function: String, inputs: [NamedArray], parameters: [NamedArray]
  ) throws -> [[Double]] {
    let model: CompiledModel
    do throws(CompilationError) {
      model = try Compiler.compile(SourceText(name: "benchmark.ad", text: text))
    } catch {
      let text = error.diagnostics.map { rendered($0, in: error.source, colour: false) }
      throw Refused(text: text.joined(separator: "\n"))
    }
    var (arrays, starts): ([String: ShapedValues], [String: ShapedValues]) = ([:], [:])
    for input in inputs { arrays[input.name] = input.shaped }
    for parameter in parameters { starts[parameter.name] = parameter.shaped }
    let dataset = try Dataset.load(model.description, model.program, needed: [], arrays: arrays)
    let session = try Session(
      model.program, model.description, dataset: dataset, starts: starts)
    let bound = try session.evaluate(function, rows: session.allRows)
    let count = bound.function.outputs.count
    return (0..<count).map { bound.values(ofOutput: $0) }
  }

  private struct Refused: Error { var text: String }

  private static func expect(_ found: [Double], _ wanted: [Double], _ what: String) {
    #expect(found.count == wanted.count, "\(what)")
    let scale = max(wanted.map(\.magnitude).max() ?? 0, 1e-3)
    for (index, pair) in zip(found, wanted).enumerated() {
      let isClose = (pair.0 - pair.1).magnitude <= 1e-10 * scale
      #expect(isClose, "\(what)[\(index)]: \(pair.0), should be \(pair.1)")
    }
  }

  // MARK: Small data

  @Test func smallMixture() throws {
    let found = try Self.evaluate(
      BenchmarkModels.mixture(dimensions: 3, components: 2, gamma: 1.5, wishart: 2),
      FunctionName.gradient,
      inputs: [
        NamedArray(
          "X", [4, 3],
          [
            -0.713, 0.553, -0.063, -0.589, 0.41, 0.83, -1.643, -0.257, -0.981, -0.173, -1.289,
            0.021,
          ])
      ],
      parameters: [
        NamedArray("alphas", [2], [-0.802, -1.324]),
        NamedArray("means", [2, 3], [-0.248, 0.42, 1.136, 0.11, -0.553, -0.785]),
        NamedArray(
          "icf", [2, 6],
          [
            0.749, 1.635, 0.273, -1.233, -0.958, 1.6, 0.203, -1.732, -0.084, -1.163, -0.629,
            -0.488,
          ]),
      ])
    Self.expect(found[0], [29.71392344375571], "objective")
    Self.expect(found[1], [0.09975396633821475, -0.09975396633821475], "alphas")
    Self.expect(
      found[2],
      [
        -5.640259799121875, -1.4613664404073163, -3.38138627259267, -3.591174781194092,
        -0.5943759950331563, 1.4537236683966253,
      ], "means")
    Self.expect(
      found[3],
      [
        3.774450391033745, 55.190059104803254, -1.3531256668199716, -3.594837168884183,
        -4.8061290752112225, 2.653060830561548, 0.8957137541547174, -0.5579678554634894,
        0.3889303141862313, -1.167216115276185, -0.5318943115293184, -0.254365769708994,
      ], "icf")
  }

  @Test func smallAdjustment() throws {
    let found = try Self.evaluate(
      BenchmarkModels.adjustment(cameras: 2, points: 3, observations: 4), FunctionName.gradient,
      inputs: [
        NamedArray("camera", [4], [0, 1, 0, 1]), NamedArray("point", [4], [0, 1, 2, 0]),
        NamedArray(
          "feature", [4, 2], [-0.424, 12.184, -7.298, -3.047, 4.848, 2.06, -17.299, 17.916]),
      ],
      parameters: [
        NamedArray(
          "cameras", [2, 11],
          [
            -0.011, -0.091, -0.314, -0.119, -0.327, -0.407, 44.491, 0.044, -1.988, 0.048, -0.059,
            0.067, -0.333, 0.351, 0.215, -0.599, 0.082, 50.165, -0.233, -0.256, 0.037, -0.055,
          ]),
        NamedArray(
          "points", [3, 3], [0.669, 1.16, 7.449, 1.568, 4.432, 6.642, 1.845, 2.841, 5.393]),
        NamedArray("weights", [4], [0.749, 0.375, 0.785, 0.745]),
      ])
    Self.expect(found[0], [550.6770310617306], "objective")
    Self.expect(
      found[1],
      [
        -948.2717801608713, 983.7239218445959, 22.370560031168903, -92.63875991363543,
        -138.6677812516577, 110.69394305371674, 13.262220852877093, 19.496608071085657,
        11.455251056966143, 209.62060479022787, 70.83994012128662, -98.63668825292362,
        -295.68646456457725, 178.51636205949922, 47.50858608079162, 8.244749792653598,
        33.42534565668841, 6.454445784503607, -4.045453713634713, -3.0608886170408685,
        218.0233228176453, 129.9827543538582,
      ], "cameras")
    Self.expect(
      found[2],
      [
        3.14032590554787, -117.85697829524314, 25.05627563721722, -17.27176594118204,
        77.28742468293417, -55.71102656424123, 59.26161386847796, 170.99258507131304,
        -113.46453778338112,
      ], "points")
    Self.expect(
      found[3], [78.29317321085998, 1067.342263103965, 615.0398292925681, 206.3052721578878],
      "weights")
  }

  // MARK: ADBench's own files

  private static let folder = ProcessInfo.processInfo.environment["ADC_CASES"].map {
    $0 + "/adbench"
  }

  /// `ADC_CASES` names a folder with `adbench/reference.json` and `adbench/data`.
  @Test(.enabled(if: folder != nil))
  func mixtures() throws {
    let folder = try #require(Self.folder)
    let document = try JSONValue.read(path: folder + "/reference.json")
    guard case .array(let items)? = document["gmm"] else {
      Issue.record("the reference has no `gmm`")
      return
    }
    #expect(items.count >= 5)
    for item in items {
      let file = try #require(item["file"]?.text)
      var lines = try Self.lines(folder + "/data/" + file)
      let head = lines.removeFirst().map { Int($0) }
      let (d, k, n) = (head[0], head[1], head[2])
      func take(_ count: Int) -> [Double] {
        defer { lines.removeFirst(count) }
        return lines.prefix(count).flatMap { $0 }
      }
      let (alphas, means, icf, points) = (take(k), take(k), take(k), take(n))
      let wishart = take(1)
      let found = try Self.evaluate(
        BenchmarkModels.mixture(
          dimensions: d, components: k, gamma: wishart[0], wishart: Int(wishart[1])),
        FunctionName.gradient, inputs: [NamedArray("X", [n, d], points)],
        parameters: [
          NamedArray("alphas", [k], alphas), NamedArray("means", [k, d], means),
          NamedArray("icf", [k, d * (d + 1) / 2], icf),
        ])
      Self.expect(found[0], Self.numbers(item["objective"]), "\(file), objective")
      for (place, name) in ["alphas", "means", "icf"].enumerated() {
        let wanted = Self.numbers(item["gradient"]?[name])
        Self.expect(found[place + 1], wanted, "\(file), \(name)")
      }
    }
  }

  @Test(.enabled(if: folder != nil))
  func adjustments() throws {
    let folder = try #require(Self.folder)
    let document = try JSONValue.read(path: folder + "/reference.json")
    guard case .array(let items)? = document["ba"] else {
      Issue.record("the reference has no `ba`")
      return
    }
    #expect(items.count >= 2)
    for item in items {
      let file = try #require(item["file"]?.text)
      let lines = try Self.lines(folder + "/data/" + file)
      let (c, p, n) = (Int(lines[0][0]), Int(lines[0][1]), Int(lines[0][2]))
      func repeated(_ row: [Double], _ count: Int) -> [Double] {
        (0..<count).flatMap { _ in row }
      }
      func arrays(_ c: Int, _ p: Int, _ n: Int) -> (data: [NamedArray], values: [NamedArray]) {
        let data = [
          NamedArray("camera", [n], (0..<n).map { Double($0 % c) }),
          NamedArray("point", [n], (0..<n).map { Double($0 % p) }),
          NamedArray("feature", [n, 2], repeated(lines[4], n)),
        ]
        let values = [
          NamedArray("cameras", [c, 11], repeated(lines[1], c)),
          NamedArray("points", [p, 3], repeated(lines[2], p)),
          NamedArray("weights", [n], repeated(lines[3], n)),
        ]
        return (data, values)
      }
      let all = arrays(c, p, n)
      let whole = try Self.evaluate(
        BenchmarkModels.adjustment(cameras: c, points: p, observations: n),
        FunctionName.gradient, inputs: all.data, parameters: all.values)
      Self.expect(whole[0], Self.numbers(item["sum_of_squares_all"]), "\(file), squares")
      let one = arrays(1, 1, 1)
      let block = try Self.evaluate(
        BenchmarkModels.jacobian, FunctionName.outputs, inputs: one.data + one.values,
        parameters: [])
      let errors = Self.numbers(item["reprojection_error_of_each_observation"])
      Self.expect(block[0] + block[1], errors, "\(file), errors")
      Self.expect(
        block[2], Self.numbers(item["weight_error_of_each_observation"]), "\(file), weight")
      let rows = Self.numbers(item["jacobian_block"]?["rows"])
      Self.expect(block[3] + block[4] + block[5], Array(rows.prefix(15)), "\(file), first row")
      Self.expect(block[6] + block[7] + block[8], Array(rows.suffix(15)), "\(file), second row")
      Self.expect(
        block[9], Self.numbers(item["weight_error_derivative"]), "\(file), weight's derivative")
    }
  }

  private static func lines(_ path: String) throws -> [[Double]] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      line.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }
  }

  /// All numbers of a value, in their order; they are written as strings.
  private static func numbers(_ value: JSONValue?) -> [Double] {
    switch value {
    case .array(let elements): elements.flatMap { numbers($0) }
    case .string(let text): Double(text).map { [$0] } ?? []
    case .number(let number): [number]
    case .null, .bool, .object, nil: []
    }
  }
}
