import Testing

/// Compiled files that are damaged or not what they seem.
@Suite struct BytecodeFileTests {
  private let folder = Folder()
  private let bytes: [UInt8]

  init() {
    folder.write(
      "param w = 2\nminimize (w - 1)^2\ntrain { optimizer sgd(rate: 0.1); steps 20 }\n", to: "m.ad")
    _ = Executable.adc.run(["compile", "m.ad"], in: folder)
    bytes = folder.bytes(of: "m.adb")
  }

  private func train(_ bytes: [UInt8]) -> Outcome {
    folder.write(bytes, to: "x.adb")
    return Executable.adc.run(["train", "x.adb"], in: folder)
  }

  @Test func truncatedFiles() {
    #expect(bytes.count > 100)
    for count in stride(from: 0, to: bytes.count, by: 23) {
      let outcome = train(Array(bytes[..<count]))
      #expect(outcome.status == 1)
      #expect(outcome.output.isEmpty)
      let isNamed =
        outcome.errors.contains("truncated at byte \(count)")
        || outcome.errors.contains("not a compiled program")
      #expect(isNamed, "\(outcome.errors)")
    }
  }

  @Test func flippedBits() {
    for place in stride(from: 0, to: bytes.count, by: 19) {
      var copy = bytes
      copy[place] ^= 0xff
      let outcome = train(copy)
      #expect(outcome.status == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("x.adb: error AD0801: "))
    }
  }

  @Test func newerVersions() {
    var copy = bytes
    copy[4] += 1
    let outcome = train(copy)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("newer version (\(copy[4])), this one reads up to \(bytes[4])"))
  }
}
