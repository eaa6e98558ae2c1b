import ADCCalculus
import ADCMachine
import TestSupport
import Testing

/// One instruction over whole arrays, and what it is applied to.
private struct WholeArrayCase: Sendable, CustomTestStringConvertible {
  let name: String
  let shapes: [[Dimension]]
  var attribute: Attribute = .none
  var indices: [Double]?

  var testDescription: String { "\(name) of \(shapes.map { Shape($0).description })" }
}

private let n = Dimension(named: "n")

private let cases: [WholeArrayCase] =
  ["inv", "det", "logdet", "adjugate", "cholesky"].flatMap { name in
    [[[n, n]], [[6, 6]], [[2, n, n]], [[1, 1]], [[3, 2, 4, 4]]].map {
      WholeArrayCase(name: name, shapes: $0)
    }
  }
  + ["solve", "solve_lower", "solve_upper"].flatMap { name in
    [
      [[n, n], [n]], [[n, n], [n, 3]], [[2, n, n], [2, n, 3]], [[n, n], [2, n, 9]],
      [[2, n, n], [n, 1]], [[2, 1, n, n], [1, 3, n, 2]],
    ].map { WholeArrayCase(name: name, shapes: $0) }
  }
  + [[[n, n], [n, n]], [[2, n, n], [2, n, n]], [[2, 2], [2, 2]], [[1, 1], [1, 1]]].map {
    WholeArrayCase(name: "adjugate_along", shapes: $0)
  }
  + [[[5, 2]], [[2, 5]], [[n, n]], [[3, 4, 2]], [[1, 3]]].map {
    WholeArrayCase(name: "pinv", shapes: $0)
  }
  + ["sort", "argsort"].flatMap { name in
    [([n], 0), ([17], 0), ([1], 0), ([n, 7], 0), ([n, 7], 1), ([2, n, 3], 1)].map {
      WholeArrayCase(name: name, shapes: [$0.0], attribute: .axes([$0.1], keep: true))
    }
  }
  + [
    WholeArrayCase(
      name: "take_along", shapes: [[2, 3], [2, 3]], attribute: .axes([1], keep: true),
      indices: [2, 0, 2, 1, 1, 0]),
    WholeArrayCase(
      name: "put_along", shapes: [[2, 3], [2, 3]], attribute: .axes([0], keep: true),
      indices: [1, 0, 1, 1, 1, 0]),
    WholeArrayCase(
      name: "windows", shapes: [[2, 7]], attribute: .windows(sizes: [3], strides: [2])),
    WholeArrayCase(
      name: "windows", shapes: [[2, n, 6]], attribute: .windows(sizes: [2, 3], strides: [1, 2])),
    WholeArrayCase(
      name: "overlap_add", shapes: [[2, 3, 3]], attribute: .windows(sizes: [8], strides: [2])),
    WholeArrayCase(
      name: "overlap_add", shapes: [[2, 2, 3, 4, 2]],
      attribute: .windows(sizes: [5, 6], strides: [1, 3])),
    WholeArrayCase(name: "flip", shapes: [[n, 3]], attribute: .axes([0], keep: true)),
    WholeArrayCase(name: "flip", shapes: [[2, n, 3]], attribute: .axes([2], keep: true)),
  ]

@Suite("Instructions over whole arrays")
struct MatrixFunctionTests {
  private static let sizes = ["n": 5]

  /// Matrices that are far from singular: a large diagonal.
  private static func values(_ shape: Shape, _ random: inout SeededGenerator) -> [Double] {
    let sizes = shape.dimensions.map { $0.value(Self.sizes) ?? 0 }
    let isSquare = sizes.count >= 2 && sizes[sizes.count - 1] == sizes[sizes.count - 2]
    return NaiveArray.make(sizes) { index in
      let isDiagonal = isSquare && index[sizes.count - 1] == index[sizes.count - 2]
      return Double.random(in: -1...1, using: &random) + (isDiagonal ? 4 : 0)
    }.values
  }

  /// Plain, through transposed operands, and read back from the bytes of a file.
  @Test("agree with the definitions", arguments: cases, [false, true])
  fileprivate func agrees(item: WholeArrayCase, transposed: Bool) throws {
    if transposed, item.shapes.contains(where: { $0.count < 2 }) || item.indices != nil { return }
    var sketch = Sketch()
    var random = SeededGenerator(seed: 3)
    var (operands, symbols): ([NodeID], [[Double]]) = ([], [])
    for (place, dimensions) in item.shapes.enumerated() {
      var given = dimensions
      if transposed { given.swapAt(given.count - 1, given.count - 2) }
      var node = sketch.symbol("x\(place)", given)
      symbols.append(
        place == 1
          ? item.indices ?? Self.values(Shape(given), &random)
          : Self.values(Shape(given), &random))
      if transposed { node = try sketch.apply("transpose", [node]) }
      operands.append(node)
    }
    let root = try sketch.apply(item.name, operands, item.attribute)
    let expected = ReferenceEvaluator(
      graph: sketch.graph, sizes: Self.sizes, symbols: symbols
    ).evaluate(root)
    let precise = try PreciseEvaluation(
      graph: sketch.graph, sizes: Self.sizes, symbols: symbols, bits: 128
    ).values(of: [root])[0]
    #expect(precise.sizes == expected.sizes)
    for (value, expected) in zip(precise.values, expected.values) {
      #expect((value.nearestDouble - expected).magnitude <= 1e-11 * max(1, expected.magnitude))
    }
    let lowered = try Program.lower(
      sketch.graph, [FunctionRequest(name: "f", outputs: [("y", root)])])
    let program = try ProgramFile.read(ProgramFile.write(lowered)).program
    #expect(program.disassembly(function: "f").contains(item.name))
    let function = try BoundFunction(program, function: "f", sizes: Self.sizes)
    let memory = SymbolMemory(program)
    for (place, values) in symbols.enumerated() { memory.set(place, values) }
    try function.run(memory)
    #expect(function.sizes(ofOutput: 0) == expected.sizes)
    let found = function.values(ofOutput: 0)
    try #require(found.count == expected.values.count)
    for (found, expected) in zip(found, expected.values) {
      #expect((found - expected).magnitude <= 1e-11 * max(1, expected.magnitude))
    }
    try function.run(memory)
    #expect(function.values(ofOutput: 0).map(\.bitPattern) == found.map(\.bitPattern))
  }

  private func value(_ name: String, _ operands: [(shape: [Dimension], values: [Double])]) throws
    -> [Double]
  {
    var sketch = Sketch()
    let nodes = operands.enumerated().map { sketch.symbol("x\($0)", $1.shape) }
    let root = try sketch.apply(name, nodes)
    return try sketch.run([root], operands.map(\.values))[0]
  }

  @Test("Singular matrices give numbers, not traps")
  func singular() throws {
    let matrix: (shape: [Dimension], values: [Double]) = ([2, 2], [1, 2, 2, 4])
    let zeros: (shape: [Dimension], values: [Double]) = ([3, 3], [Double](repeating: 0, count: 9))
    #expect(try value("det", [matrix]) == [0])
    #expect(try value("logdet", [matrix]) == [-.infinity])
    #expect(try value("inv", [matrix]).allSatisfy { !$0.isFinite })
    #expect(try value("solve", [matrix, ([2], [1, 1])]).allSatisfy { !$0.isFinite })
    #expect(try value("adjugate", [matrix]) == [4, -2, -2, 1])
    #expect(try value("adjugate", [zeros]).allSatisfy { $0 == 0 })
    #expect(try value("det", [zeros]) == [0])
    #expect(try value("pinv", [zeros]).allSatisfy { !$0.isFinite })
    #expect(try value("cholesky", [([2, 2], [1, 2, 2, 1])])[3].isNaN)
    let missing: (shape: [Dimension], values: [Double]) = ([2, 2], [1, .nan, 2, 4])
    for name in ["det", "logdet", "inv", "adjugate", "cholesky", "pinv"] {
      #expect(try value(name, [missing]).contains { !$0.isFinite }, "\(name)")
    }
  }

  @Test("Determinants beyond the range of numbers have logarithms within it")
  func scaled() throws {
    var large = [Double](repeating: 0, count: 400)
    for place in 0..<20 { large[place * 21] = 1e40 }
    let found = try value("logdet", [([20, 20], large)])[0]
    #expect((found - 1842.0680743952366).magnitude < 1e-10)
    #expect(try value("det", [([20, 20], large)]) == [.infinity])
    for place in 0..<20 { large[place * 21] = place < 10 ? 1e200 : 1e-200 }
    #expect((try value("det", [([20, 20], large)])[0] - 1).magnitude < 1e-13)
  }

  @Test("Empty matrices have the determinant 1")
  func empty() throws {
    #expect(try value("det", [([0, 0], [])]) == [1])
    #expect(try value("inv", [([0, 0], [])]) == [])
    #expect(try value("cholesky", [([0, 0], [])]) == [])
    #expect(try value("adjugate", [([0, 0], [])]) == [])
    #expect(try value("pinv", [([0, 0], [])]) == [])
  }

  @Test("NaN is sorted behind all else, and equal elements stay in their order")
  func order() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [6])
    let sorted = try sketch.apply("sort", [x], .axes([0], keep: true))
    let order = try sketch.apply("argsort", [x], .axes([0], keep: true))
    let found = try sketch.run([sorted, order], [[2, .nan, 1, 2, -.infinity, 1]])
    #expect(Array(found[0].prefix(5)) == [-.infinity, 1, 1, 2, 2] && found[0][5].isNaN)
    #expect(found[1] == [4, 2, 5, 0, 3, 1])
  }

  @Test("An index along an axis that is none is an error of the run")
  func badIndex() throws {
    var sketch = Sketch()
    let (x, index) = (sketch.symbol("x", [3]), sketch.symbol("i", [3]))
    let taken = try sketch.apply("take_along", [x, index], .axes([0], keep: true))
    #expect(throws: MachineError.indexOutOfRange(element: 1, value: 3, rows: 3)) {
      try sketch.run([taken], [[1, 2, 3], [0, 3, 1]])
    }
  }

  @Test("Programs with matrices that do not fit are refused")
  func refused() throws {
    var sketch = Sketch()
    let x = sketch.symbol("x", [3, 3])
    let inverse = try sketch.apply("inv", [x])
    let program = try Program.lower(
      sketch.graph, [FunctionRequest(name: "f", outputs: [("y", inverse)])])
    func refuses(_ instruction: Instruction) {
      var changed = program
      changed.functions[0].instructions[0] = instruction
      #expect(throws: (any Error).self, "\(instruction.mnemonic)") {
        let read = try ProgramFile.read(ProgramFile.write(changed)).program
        _ = try BoundFunction(read, function: "f", sizes: [:])
      }
    }
    let to = program.functions[0].instructions[0].writes[0]
    refuses(.matrixFunction(.solve, [0], to: to))
    refuses(.matrixFunction(.inverse, [0, 0], to: to))
    refuses(.matrixFunction(.determinant, [0], to: to))
    refuses(.sort(0, axis: 2, indices: false, to: to))
    refuses(.takeAlong(0, index: 0, axis: 5, to: to))
    refuses(.overlapAdd(0, strides: [0], to: to))
    refuses(.overlapAdd(0, strides: [1], to: to))
  }
}
