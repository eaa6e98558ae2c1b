import ADCTraining
import TestSupport
import Testing

/// Archives that NumPy wrote (`Tests/Golden/Arrays/generate.py`), whole and damaged.
@Suite struct NumPyArchiveTests {
  private static let folder = Repository.root + "/Tests/Golden/Arrays/"

  @Test(arguments: ["stored.npz", "compressed.npz"])
  func arraysAreThoseOfNumPy(file: String) throws {
    let archive = try NumPyArchive(path: Self.folder + file)
    #expect(archive.names == ["x", "y", "z", "zeros"])
    let expected = try JSONValue.read(path: Self.folder + "arrays.json")
    for name in ["x", "y", "z"] {
      let value = try #require(expected[name])
      #expect(try archive.array(name) == value.shapedValues())
    }
    #expect(try archive.array("zeros")?.values == [Double](repeating: 0, count: 5000))
    #expect(try archive.array("w") == nil)
  }

  /// A byte that is missing or wrong gives a message, or changes nothing that is read.
  @Test(arguments: ["stored.npz", "compressed.npz"])
  func damageIsFound(file: String) throws {
    let bytes = try WholeFile.read(Self.folder + file)
    let whole = try NumPyArchive(path: Self.folder + file)
    let arrays = try whole.names.map { try whole.array($0) }
    let folder = try TemporaryFolder()
    for place in stride(from: 0, to: bytes.count, by: 13) {
      var damaged = bytes
      damaged[place] ^= 0x41
      check(try folder.file("damaged.npz", damaged), arrays)
      check(try folder.file("short.npz", bytes[..<place]), arrays)
    }
  }

  private func check(_ path: String, _ expected: [ShapedValues?]) {
    do throws(DataError) {
      let archive = try NumPyArchive(path: path)
      for name in archive.names {
        let found = try archive.array(name)
        // A name may have changed its letters; what is read under any name is right.
        #expect(expected.contains(found))
      }
    } catch {
      #expect(!error.message.isEmpty)
      #expect(error.file.hasPrefix(path))
    }
  }
}
