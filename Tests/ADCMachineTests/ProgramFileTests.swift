import ADCCalculus
import ADCMachine
import TestSupport
import Testing

@Suite("Program files")
struct ProgramFileTests {
  private let limits = MachineLimits(bytes: 1 << 20)

  /// Programs of odd seeds are in single precision.
  private func program(seed: UInt64) throws -> (Program, RandomProgram) {
    let random = try RandomProgram(seed: seed, operations: 40)
    let roots = Array(random.nodes.suffix(12))
    let request = FunctionRequest(
      name: "f", outputs: roots.enumerated().map { ("\($0)", $1) },
      updates: [(random.nodes[0], try #require(scalar(random)))])
    let tag = SourceTag(line: 3, column: 1, text: "let résumé = 1")
    let precision = seed % 2 == 0 ? Precision.double : .single
    return (try Program.lower(random.graph, [request], precision: precision) { _ in tag }, random)
  }

  private func scalar(_ random: RandomProgram) -> NodeID? {
    random.nodes.last { random.graph.shape($0).isScalar }
  }

  /// Runs a function on whatever values its symbols need; the bits of all outputs.
  private func run(_ program: Program, _ values: [[Double]], _ sizes: [String: Int]) throws
    -> [UInt64]
  {
    let name = program.functions.first?.name ?? ""
    let function = try BoundFunction(program, function: name, sizes: sizes, limits: limits)
    let memory = SymbolMemory(program)
    for (place, symbol) in program.symbols.enumerated() {
      var count: Int? = 1
      for dimension in symbol.shape.dimensions {
        let size = dimension.value(sizes)
        count = count.flatMap { count in size.map { count.multipliedReportingOverflow(by: $0).0 } }
      }
      guard let count, count >= 0, count < 200_000 else { continue }
      let given = place < values.count ? values[place] : []
      memory.set(
        place, count <= given.count ? Array(given[..<count]) : .init(repeating: 1, count: count))
    }
    try function.run(memory)
    _ = function.firstNonFinite(memory)
    return function.function.outputs.indices.flatMap { function.values(ofOutput: $0) }
      .map(\.bitPattern)
  }

  @Test("what is written is read, and computes the same bits", arguments: 0..<20)
  func roundTrip(seed: Int) throws {
    let (program, random) = try program(seed: UInt64(seed))
    let bytes = ProgramFile.write(program, metadata: [1, 2, 3])
    let read = try ProgramFile.read(bytes)
    #expect(read.metadata == [1, 2, 3])
    #expect(read.program.precision == program.precision)
    #expect(bytes[4] == (seed % 2 == 0 ? 1 : 2))
    #expect(ProgramFile.write(read.program, metadata: read.metadata) == bytes)
    #expect(read.program.disassembly(function: "f") == program.disassembly(function: "f"))
    let expected = try run(program, random.symbols, random.sizes)
    #expect(try run(read.program, random.symbols, random.sizes) == expected)
  }

  @Test("every shorter file says where it ends")
  func truncation() throws {
    let bytes = ProgramFile.write(try program(seed: 1).0)
    for length in 4..<bytes.count {
      #expect(throws: ProgramFileError.truncated(at: length)) {
        try ProgramFile.read(Array(bytes[..<length]))
      }
    }
    #expect(throws: ProgramFileError.notAProgram) { try ProgramFile.read([]) }
    #expect(throws: ProgramFileError.notAProgram) {
      try ProgramFile.read(Array("input x".utf8))
    }
  }

  @Test("a newer version and a wrong checksum are told apart")
  func versions() throws {
    var bytes = ProgramFile.write(try program(seed: 2).0)
    bytes[bytes.count - 20] ^= 1
    #expect(throws: ProgramFileError.damaged) { try ProgramFile.read(bytes) }
    bytes[4] = 3
    #expect(throws: ProgramFileError.newerVersion(3)) { try ProgramFile.read(bytes) }
  }

  @Test("random damage is found by the checksum", arguments: 0..<8)
  func damage(seed: Int) throws {
    let bytes = ProgramFile.write(try program(seed: UInt64(seed)).0)
    var random = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<500 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      if changed != bytes {
        #expect(throws: ProgramFileError.self) { try ProgramFile.read(changed) }
      }
    }
  }

  @Test("damage under a right checksum never harms", arguments: 0..<16)
  func hostile(seed: Int) throws {
    let (program, values) = try program(seed: UInt64(seed))
    let bytes = ProgramFile.write(program)
    var random = SeededGenerator(seed: UInt64(seed))
    var refused = 0
    for _ in 0..<1000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 16..<bytes.count - 8, using: &random)
        changed[place] =
          Bool.random(using: &random)
          ? changed[place] ^ (1 << UInt8.random(in: 0..<8, using: &random))
          : UInt8.random(in: 0...255, using: &random)
      }
      seal(&changed)
      do {
        let file = try ProgramFile.read(changed)
        for function in file.program.functions {
          #expect(!file.program.disassembly(function: function.name).isEmpty)
        }
        _ = try run(file.program, values.symbols, values.sizes)
      } catch is ProgramFileError {
        refused += 1
      } catch is MachineError {
        refused += 1
      }
    }
    #expect(refused > 100, "the verifier refuses little: \(refused) of 1000")
  }

  /// Puts the checksum that belongs to the content (FNV-1a) at the end.
  private func seal(_ bytes: inout [UInt8]) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes.dropLast(8) {
      hash ^= UInt64(byte)
      hash &*= 0x100_0000_01B3
    }
    for index in 0..<8 {
      bytes[bytes.count - 8 + index] = UInt8(truncatingIfNeeded: hash >> UInt64(8 * index))
    }
  }
}
