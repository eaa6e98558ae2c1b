import ADCKit
import ADCModel
import ADCSyntax
import ADCTraining
import FoundationEssentials
import TestSupport
import Testing

/// Optimizers and schedules beside the libraries that they are named after, whose numbers
/// `Tests/Golden/Optimizers/generate.py` writes.
@Suite struct TrajectoryTests {
  private static let steps = [1, 2, 5, 10, 20, 50, 100, 200]

  private static let network = """
    const X = [i in 0..<8, j in 0..<3: mod(7 * i + 3 * j + 2, 11) / 5 - 1]
    const Y = [i in 0..<8, j in 0..<2: mod(5 * i + 4 * j, 9) / 6 - 0.6]
    param W = [[0.5, -0.25], [0.125, 0.75], [-0.5, 0.25]]
    param b = [0.25, -0.5]
    minimize mean((tanh(X @ W + b) - Y)^2)
    """

  /// The lines of a file, grouped by their first field: the fields behind it.
  private static func groups(_ file: String, fields: Int) throws -> [(String, [[Double]])] {
    let path = Repository.root + "/Tests/Golden/Optimizers/" + file
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var groups: [(String, [[Double]])] = []
    for line in text.split(separator: "\n").dropFirst() {
      let parts = line.split(separator: ",")
      let name = parts.dropLast(fields).joined(separator: ",").filter { $0 != "\"" }
      let numbers = parts.suffix(fields).compactMap { Double($0) }
      try #require(numbers.count == fields)
      if groups.last?.0 != name { groups.append((name, [])) }
      groups[groups.count - 1].1.append(numbers)
    }
    return groups
  }

  private static func train(
    _ text: String, steps: Int, trace: [Int]
  ) throws -> (traced: [Int: [Double]], end: [Double]) {
    let model = try Compiler.compile(SourceText(name: "test", text: text))
    let session = try Session(model.program, model.description, dataset: Dataset())
    var options = TrainingOptions()
    options.steps = steps
    options.trace = Set(trace)
    var traced: [Int: [Double]] = [:]
    var trainer = Trainer(session, options: options) { event in
      guard case .step(let step, _, let parameters) = event else { return }
      traced[step] = parameters.flatMap(\.array.values)
    }
    _ = try trainer.run()
    return (traced, try session.parameters().flatMap(\.array.values))
  }

  @Test func optimizersFollowTheirLibraries() throws {
    let groups = try Self.groups("trajectories.csv", fields: 9)
    #expect(groups.count > 35)
    for (optimizer, rows) in groups {
      let text = Self.network + "\ntrain { optimizer \(optimizer) }"
      let run = try Self.train(text, steps: 200, trace: Self.steps)
      let isAverage = optimizer.contains("average")
      for row in isAverage ? Array(rows.suffix(1)) : rows {
        let found = isAverage ? run.end : try #require(run.traced[Int(row[0])])
        let expected = row.dropFirst()
        let scale = expected.map(\.magnitude).max() ?? 1
        let worst = zip(found, expected).map { ($0 - $1).magnitude / scale }.max() ?? 1
        #expect(worst < 1e-9, "\(optimizer) after \(Int(row[0])) updates is off by \(worst)")
      }
    }
  }

  @Test func schedulesFollowTheirLibraries() throws {
    let groups = try Self.groups("schedules.csv", fields: 2)
    #expect(groups.count > 12)
    for (schedule, rows) in groups {
      let text = """
        optimizer shown(rate = 1) { param := rate }
        param p = 0
        minimize p
        train { optimizer shown(rate: \(schedule)) }
        """
      let steps = rows.map { Int($0[0]) + 1 }
      let run = try Self.train(text, steps: steps.max() ?? 1, trace: steps)
      for row in rows {
        let found = try #require(run.traced[Int(row[0]) + 1]?.first)
        #expect((found - row[1]).magnitude <= 1e-11 * row[1].magnitude, "\(schedule) at \(row[0])")
      }
    }
  }

  /// Every optimizer of the prelude is compared, and says whose semantics it has.
  @Test func everyOptimizerHasATrajectory() throws {
    let names = try Self.groups("trajectories.csv", fields: 9).map { $0.0.prefix { $0 != "(" } }
    for statement in Prelude.statements(of: Prelude.optimizerTexts) {
      guard case .optimizer(let name, _, body: _) = statement.form else { continue }
      #expect(names.contains(Substring(name.text)), "\(name.text)")
      let libraries = ["Keras' ", "optax' ", "PyTorch's "]
      #expect(libraries.contains { statement.description?.hasPrefix($0) == true }, "\(name.text)")
    }
  }
}
