import ADCKit
import ADCSyntax
import ADCTraining
import TestSupport
import Testing

/// The models of `Samples/`.
@Suite struct SampleTests {
  private static let folder = Repository.root + "/Samples"
  static let names = Repository.files(in: folder, ending: ".ad")

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
