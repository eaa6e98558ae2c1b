import ADCPlatform
import ADCTraining
import FoundationEssentials
import Testing

@Suite struct FileWritingTests {
  @Test func writesAndReplaces() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.txt"
    try FileWriting.replace(path: path, with: Array("one".utf8))
    try FileWriting.replace(path: path, with: Array("two, longer".utf8))
    #expect(try folder.bytes("a.txt") == Array("two, longer".utf8))
    try FileWriting.replace(path: path, with: [])
    #expect(try folder.bytes("a.txt").isEmpty)
    #expect(try folder.names() == ["a.txt"])
  }

  @Test func keepsPermissions() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.txt", "one".utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    try FileWriting.replace(path: path, with: [1])
    #expect(try FileSystem.status(of: path).permissions == 0o640)
  }

  @Test func followsLinks() throws {
    let folder = try TemporaryFolder()
    _ = try folder.file("target.txt", "one".utf8)
    let manager = FileManager.default
    let link = folder.path + "/link.txt"
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "target.txt")
    try FileWriting.replace(path: link, with: [2])
    #expect(try folder.bytes("target.txt") == [2])
    #expect(try manager.destinationOfSymbolicLink(atPath: link) == "target.txt")
    let dangling = folder.path + "/dangling.txt"
    try manager.createSymbolicLink(atPath: dangling, withDestinationPath: "new.txt")
    try FileWriting.replace(path: dangling, with: [3])
    #expect(try folder.names() == ["dangling.txt", "link.txt", "new.txt", "target.txt"])
    #expect(try folder.bytes("new.txt") == [3])
    let loop = folder.path + "/loop"
    try manager.createSymbolicLink(atPath: loop, withDestinationPath: "loop")
    #expect(throws: DataError.self) { try FileWriting.replace(path: loop, with: [4]) }
    #expect(try manager.destinationOfSymbolicLink(atPath: loop) == "loop")
  }

  @Test func leavesNothingOfAFailure() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path + "/none/a.txt"
    #expect(throws: DataError("cannot write it: No such file or directory", file: missing)) {
      try FileWriting.replace(path: missing, with: [1])
    }
    #expect(throws: DataError("cannot write it: Is a directory", file: folder.path)) {
      try FileWriting.replace(path: folder.path, with: [1])
    }
    #expect(try folder.names().isEmpty)
  }

  @Test func aFailureInTheMiddleKeepsTheOldFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("a.txt", "old".utf8)
    let fault = SystemError(code: 28)
    #expect(throws: DataError("cannot write it: No space left on device", file: path)) {
      try FileWriting.replace(path: path) { file throws(SystemError) in
        var failure: SystemError?
        Array("half".utf8).withUnsafeBytes { half in
          do throws(SystemError) { try file.writeAll(half) } catch { failure = error }
        }
        throw failure ?? fault
      }
    }
    #expect(try folder.bytes("a.txt") == Array("old".utf8))
    #expect(try folder.names() == ["a.txt"])
  }

  @Test func writesDevicesDirectly() throws {
    #expect(throws: DataError("cannot write it: No space left on device", file: "/dev/full")) {
      try FileWriting.replace(path: "/dev/full", with: [1])
    }
    try FileWriting.replace(path: "/dev/null", with: [1])
    #expect(FileManager.default.fileExists(atPath: "/dev/null"))
  }
}

@Suite struct ParameterFileTests {
  private let file = ParameterFile(
    model: "0123abcd",
    parameters: [
      .init(name: "W", array: ShapedValues(shape: [2, 1], values: [0.1, -.infinity])),
      .init(name: "b", array: ShapedValues(shape: [], values: [2])),
    ],
    state: [.init(name: "W.velocity", array: ShapedValues(shape: [2, 1], values: [1e-300, 0]))])

  @Test func readsWhatItWrites() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/p.json"
    try file.write(path: path)
    #expect(try ParameterFile.read(path: path) == file)
    #expect(file["b"]?.values == [2])
    var bare = file
    bare.state = nil
    bare.parameters = []
    try bare.write(path: path)
    #expect(try ParameterFile.read(path: path) == bare)
  }

  @Test(arguments: [
    (#"[1]"#, #"not a file of parameters: no "format": "adc-parameters" in it"#),
    (#"{"format":"adc-parameters"}"#, #"not a file of parameters: "version" is missing"#),
    (
      #"{"format":"adc-parameters","version":2}"#, "its version is 2, and only version 1 is known"
    ),
    (
      #"{"format":"adc-parameters","version":1}"#, #"not a file of parameters: "model" is missing"#
    ),
    (
      #"{"format":"adc-parameters","version":1,"model":"","parameters":[]}"#,
      #""parameters" is an array where an object is expected"#
    ),
    (
      #"{"format":"adc-parameters","version":1,"model":"","parameters":{"W":[[1],2]}}"#,
      "parameters, `W`: a number where an array of 1 is expected"
    ),
  ])
  func namesTheMistake(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("p.json", text.utf8)
    #expect(throws: DataError(message, file: path)) { try ParameterFile.read(path: path) }
  }
}
