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

  /// Files with the right checksum whose description is not that of their program.
  @Test(arguments: [
    (#""values":[1,2,3]"#, #""values":[1,2  ]"#, "first values of `w`"),
    (#""values":[1,2,3]"#, #""values":[     ]"#, "first values of `w`"),
    (#""name":"w","symbol":1"#, #""name":"w","symbol":0"#, "`w` is described as parameter"),
    (#""symbol":0"#, #""symbol":9"#, "damaged"),
    (#""outputs":["a","b"]"#, #""outputs":["a"    ]"#, "`outputs` does not give"),
    (#""outputs":["a","b"]"#, #""outputs":["b","a"]"#, "`outputs` does not give"),
    (#""has_objective":true"#, #""has_objective":null"#, "no objective"),
    (#""name":"x""#, #""name":"w""#, "two values have the name `w`"),
  ]) func forgedDescriptions(old: String, new: String, message: String) throws {
    folder.write("x\n1\n2\n", to: "x.csv")
    folder.write(
      """
      input x: [n]
      param w = [1, 2, 3]
      minimize mean(x * sum(w^2))
      output w as a
      output x * w[0] as b
      train { data "x.csv"; optimizer adam(); steps 2 }

      """, to: "f.ad")
    #expect(Executable.adc.run(["compile", "f.ad"], in: folder).status == 0)
    let bytes = folder.bytes(of: "f.adb")
    #expect(train(Self.signed(bytes)).status == 0)
    let range = try #require(bytes.firstRange(of: old.utf8), "\(old)")
    var forged = bytes
    forged.replaceSubrange(range, with: new.utf8)
    try #require(forged.count == bytes.count)
    for command in ["train", "gradient", "predict", "check"] {
      folder.write(Self.signed(forged), to: "x.adb")
      let outcome = Executable.adc.run([command, "x.adb"], in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("x.adb: error AD0801: "), "\(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  /// The bytes with the checksum that they should have: FNV-1a of all before it.
  private static func signed(_ bytes: [UInt8]) -> [UInt8] {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes.dropLast(8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return bytes.dropLast(8) + (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * $0)) }
  }

  @Test func newerVersions() {
    var copy = bytes
    copy[4] = 200
    let outcome = train(copy)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("newer version (200), this one reads up to 2"))
  }
}
