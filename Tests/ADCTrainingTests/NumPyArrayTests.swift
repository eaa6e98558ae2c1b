import ADCTraining
import Testing

@Suite struct NumPyArrayTests {
  private func bytes(
    _ header: String, _ values: [UInt8], version: UInt8 = 1, length: Int? = nil
  ) -> [UInt8] {
    let count = length ?? header.utf8.count
    let size = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + values
  }

  private func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }

  private func read(_ bytes: [UInt8]) throws -> ShapedValues {
    let folder = try TemporaryFolder()
    return try NumPyArray.read(path: try folder.file("a.npy", bytes))
  }

  private func mistake(_ bytes: [UInt8]) -> String? {
    let error = #expect(throws: DataError.self) { try read(bytes) }
    return error?.message
  }

  @Test(arguments: [
    [], [0], [3], [2, 3], [1, 0, 4], [2, 3, 4], [70_000], [Int](repeating: 1, count: 32),
  ])
  func readsAllRanks(shape: [Int]) throws {
    var generator = SplitMix(state: 3)
    let values = (0..<shape.reduce(1, *)).map { _ in
      Double.random(in: -1...1, using: &generator)
    }
    let stored = values.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    #expect(
      try read(bytes(header("<f8", "(\(sizes))"), stored))
        == ShapedValues(shape: shape, values: values))
  }

  @Test(arguments: [
    ("<f4", [0, 0, 0xC0, 0x3F, 0, 0, 0x80, 0x7F] as [UInt8], [1.5, .infinity]),
    ("<i8", [1, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 8), [1, -1]),
    ("<i4", [1, 2, 0, 0, 0xFE, 255, 255, 255], [513, -2]), ("<i2", [1, 2, 0xFE, 255], [513, -2]),
    ("|u1", [3, 255], [3, 255]), ("|i1", [3, 255], [3, -1]), ("|b1", [0, 1], [0, 1]),
  ])
  func convertsTypes(type: String, values: [UInt8], expected: [Double]) throws {
    for version: UInt8 in 1...3 {
      let array = try read(bytes(header(type, "(2,)"), values, version: version))
      #expect(array == ShapedValues(shape: [2], values: expected))
    }
  }

  @Test func turnsFortranOrder() throws {
    let flat = try read(bytes(header("|u1", "(2, 3)", fortran: true), [0, 3, 1, 4, 2, 5]))
    #expect(flat == ShapedValues(shape: [2, 3], values: [0, 1, 2, 3, 4, 5]))
    let stored: [UInt8] = [0, 4, 2, 6, 1, 5, 3, 7]
    let cube = try read(bytes(header("|u1", "(2,2,2)", fortran: true), stored))
    #expect(cube.values == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test func namesTheMistake() {
    let one = header("|u1", "(1,)")
    #expect(mistake([]) == "it ends within its header")
    #expect(mistake(Array("hello, world".utf8)) == "not an .npy file")
    #expect(mistake(bytes(one, [1], version: 4)) == "version 4 of the .npy format is not known")
    #expect(mistake(bytes(one, [1], length: 9000)) == "it ends within its header")
    #expect(mistake(bytes(one, [])) == "0 bytes of values where its shape wants 1")
    #expect(mistake(bytes(one, [1, 2])) == "2 bytes of values where its shape wants 1")
    #expect(
      mistake(bytes(one, [1], version: 2, length: 1 << 30))
        == "a header of 1073741824 bytes, more than 65536")
    #expect(
      mistake(bytes(header(">f8", "(1,)"), [1]))
        == "values of type `>f8` cannot be read (big-endian; save it with astype('<f8'))")
    #expect(
      mistake(bytes(header("|O", "(1,)"), [1])) == "values of type `|O` cannot be read")
    for shape in ["(4611686018427387904, 4)", "(4611686018427387904,)"] {
      #expect(mistake(bytes(header("<f8", shape), [1])) == "its shape has too many elements")
    }
    for shape in ["(99999999999999999999,)", "(-1,)", "(1", "1", "(1 2)", "(1.5,)", "(,)"] {
      let message = mistake(bytes(header("|u1", shape), [1])) ?? ""
      #expect(message.hasPrefix("its header cannot be read at"), "\(shape): \(message)")
    }
    #expect(
      mistake(bytes("{'descr': '|u1', 'shape': (1,)}", [1]))
        == "its header lacks descr, fortran_order or shape")
    #expect(
      mistake(bytes("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}", [1]))
        == "an array of records; it takes an array of numbers")
  }

  /// Every file cut short and every file with one byte changed gives an array or a message.
  @Test func survivesDamage() throws {
    let whole = bytes(header("<i2", "(2, 2)", fortran: true), [1, 0, 2, 0, 3, 0, 4, 0])
    let folder = try TemporaryFolder()
    var readable = 0
    var generator = SplitMix(state: 5)
    for index in whole.indices {
      #expect(mistake(Array(whole[..<index])) != nil)
      var damaged = whole
      damaged[index] = UInt8.random(in: 0...255, using: &generator)
      let path = try folder.file("a.npy", damaged)
      do throws(DataError) {
        let array = try NumPyArray.read(path: path)
        readable += 1
        #expect(array.values.count == array.shape.reduce(1, *))
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    #expect(readable >= 8)
  }
}
