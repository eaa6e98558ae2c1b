import ADCKit
import Testing

/// The examples of `adc explain` that are lines of Swift.
@Suite struct ErrorExampleTests {
  /// Lines of Swift, as the examples have them and as they are run.
  private static let lines: [String: @Sendable () throws -> Void] = [
    #"try Formula("x*y").value(at: ["x": 2])"#: { _ = try Formula("x*y").value(at: ["x": 2]) },
    #"try Formula("x*y").value(at: ["x": 2, "y": 3])"#: {
      _ = try Formula("x*y").value(at: ["x": 2, "y": 3])
    },
    "try Tensor(shape: [2, 2], values: [1, 2, 3])": {
      _ = try Tensor(shape: [2, 2], values: [1, 2, 3])
    },
    "try Tensor(shape: [2, 2], values: [1, 2, 3, 4])": {
      _ = try Tensor(shape: [2, 2], values: [1, 2, 3, 4])
    },
  ]

  @Test func linesOfSwift() throws {
    for entry in ErrorCode.all where entry.wrong.isSwift {
      let run = try #require(Self.lines[entry.wrong.command ?? ""])
      let error = #expect(throws: ModelError.self) { try run() }
      #expect(error?.diagnostics.first?.code == entry.code)
      let accepted = try #require(Self.lines[entry.right.command ?? ""])
      try accepted()
    }
  }
}
