import ADCCalculus
import ADCEmission
import FoundationEssentials
import TestSupport
import Testing

/// Gradients of expressions over matrices as books print them: a file of `Golden/MatrixIdentities`
/// has declarations and an expression on a line, and below, indented, the gradient by each name.
@Suite("Gradients at matrix level")
struct MatrixIdentityTests {
  static let folder = Repository.root + "/Tests/Golden/MatrixIdentities"

  static let files = Repository.files(in: folder, ending: ".txt")

  private static let sizes = ["n": 3, "m": 2, "k": 4]

  /// With `ADC_RECORD=1` in the environment the gradients are written, and the test fails.
  @Test("read as recorded, with the numbers that differences give", arguments: files)
  func identities(file: String) throws {
    let path = "\(Self.folder)/\(file)"
    let recorded = try String(contentsOfFile: path, encoding: .utf8)
    var found = ""
    var identity: Identity?
    for line in recorded.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("  "), let name = line.dropFirst(2).split(separator: ":").first {
        guard let identity else { continue }
        found += "  \(name): \(try identity.gradient(by: String(name)))\n"
      } else {
        found += line + "\n"
        identity = line.isEmpty || line.hasPrefix("#") ? nil : try Identity(String(line))
      }
    }
    while found.hasSuffix("\n\n") { found.removeLast() }
    #expect(try GoldenFile(path).mismatch(with: found) == nil)
  }

  @Test("There are eighty at least")
  func count() throws {
    var count = 0
    for file in Self.files {
      let text = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
      count += text.split(separator: "\n").count { $0.hasPrefix("  ") }
    }
    #expect(count >= 80)
  }

  /// An expression, and values for its names.
  private struct Identity {
    let text: String
    let reading: Reading
    let values: [[Double]]

    init(_ text: String) throws {
      self.text = text
      reading = try Reading(text)
      var random = SeededGenerator(seed: 17)
      var values: [[Double]] = []
      for symbol in reading.graph.symbols {
        let sizes = symbol.shape.dimensions.map { $0.value(MatrixIdentityTests.sizes) ?? 0 }
        // Positive, and square matrices far from singular.
        let array = NaiveArray.make(sizes) { index in
          let isDiagonal = sizes.count == 2 && sizes[0] == sizes[1] && index[0] == index[1]
          return Double.random(in: 0.2...1.2, using: &random) + (isDiagonal ? 2 : 0)
        }
        values.append(array.values)
      }
      self.values = values
    }

    func gradient(by name: String) throws -> String {
      let leaf = try #require(reading.leaves.first { $0.name == name }, "\(text): \(name)").node
      var graph = reading.graph
      let value = Simplifier.simplify(&graph, [reading.node]).roots[0]
      let plain = try graph.gradient(of: value, by: [leaf])
      let root = Simplifier.simplify(&graph, plain).roots[0]
      check(graph, root, leaf, name)
      let written = Written(graph, [root], style: .inline(limit: 1000))
      #expect(written.lines.isEmpty, "\(text): \(name)")
      try readBack(written.roots[0], as: evaluate(graph, root, values))
      return written.roots[0]
    }

    /// What is printed has, read again under the same declarations, the same value.
    private func readBack(_ printed: String, as expected: [Double]) throws {
      let declarations = text.prefix { $0 != "|" }
      let again = try Reading("\(declarations)| \(printed)")
      let found = evaluate(again.graph, again.node, values)
      // A number stands for an array of it.
      #expect(found.count == expected.count || found.count == 1, "\(text): \(printed)")
      for (place, expected) in expected.enumerated() {
        let value = found[found.count == 1 ? 0 : place]
        #expect((value - expected).magnitude <= 1e-11 * max(1, expected.magnitude), "\(printed)")
      }
    }

    /// The printed gradient and the expression as it was written, both by the obvious evaluation.
    private func check(_ graph: ExpressionGraph, _ root: NodeID, _ leaf: NodeID, _ name: String) {
      let found = evaluate(graph, root, values)
      let place = reading.place(of: leaf)
      #expect(graph.shape(root) == graph.shape(leaf), "\(text): \(name)")
      for element in values[place].indices {
        let expected = Differences.derivative(at: values[place][element], step: 0.01) { moved in
          var all = values
          all[place][element] = moved
          return evaluate(reading.graph, reading.node, all)[0]
        }
        let isClose = (found[element] - expected).magnitude <= 1e-7 * max(1, expected.magnitude)
        #expect(isClose, "\(text), \(name)[\(element)]: \(found[element]) for \(expected)")
      }
    }

    private func evaluate(
      _ graph: ExpressionGraph, _ root: NodeID, _ values: [[Double]]
    ) -> [Double] {
      var scratch = graph
      let prepared = scratch.prepare([root])
      return ReferenceEvaluator(
        graph: scratch, sizes: MatrixIdentityTests.sizes, symbols: values
      ).evaluate(prepared)[0].values
    }
  }
}
