import ADCKit
import ADCSyntax
import ADCTraining
import FoundationEssentials
import Testing

/// The models of `Samples/`.
@Suite struct SampleTests {
  private static let folder =
    #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Samples"

  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (files ?? []).filter { $0.hasSuffix(".ad") }.sorted()
  }()

  private static func compile(_ name: String) throws -> CompiledModel {
    let path = folder + "/" + name
    return try Compiler.compile(
      SourceText(name: path, bytes: try WholeFile.read(path)), folder: folder)
  }

  @Test func thereAreSome() { #expect(Self.names.count >= 5) }

  @Test(arguments: names)
  func gradientsAreNoMuchLongerThanLosses(_ name: String) throws {
    let symbolic = try #require(try Self.compile(name).symbolic)
    guard symbolic.loss != nil else { return }
    #expect(symbolic.gradientOperations <= 4 * symbolic.lossOperations)
  }

  @Test(arguments: names)
  func compilesWithoutWarnings(_ name: String) throws {
    let model = try Self.compile(name)
    #expect(model.warnings.map(\.message) == [])
  }
}
