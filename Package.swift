// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // Types such as arrays of a structure are made by the functions that the compiler wrote for them; to
  // look them up by name and search their conformances took a sixth of a short run. A section for each
  // function lets the linker order them.
  .unsafeFlags(
    [
      "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
      "-Xfrontend", "-function-sections",
    ],
    .when(configuration: .release)),
]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// An executable that needs no library of the system starts in a third of the time. Sanitizers need the
/// libraries: `ADC_DYNAMIC=1 swift build -c release --sanitize=address --build-tests`.
///
/// What short commands run lies together in it, by `launch.order` (`Samples/benchmarks/launch_order.sh`):
/// otherwise a start reads a few functions here and a few there all over the file, and takes a fifth
/// longer.
let standalone: [LinkerSetting] =
  Context.environment["ADC_DYNAMIC"] == nil
  ? [
    .unsafeFlags(
      [
        "-static-executable", "-use-ld=lld", "-Xlinker",
        "--symbol-ordering-file=\(Context.packageDirectory)/Sources/adc/launch.order", "-Xlinker",
        "--no-warn-symbol-ordering",
      ], .when(platforms: [.linux], configuration: .release))
  ] : []

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "adc",
  products: [
    .library(name: "ADCKit", targets: ["ADCKit"]),
    .executable(name: "adc", targets: ["adc"]),
  ],
  targets: [
    module("ADCPlatform"),
    module("ADCSyntax"),
    module("ADCCalculus", ["ADCPlatform"]),
    module("ADCModel", ["ADCSyntax", "ADCCalculus"]),
    module("ADCMachine", ["ADCCalculus", "ADCPlatform"], exclude: ["README.md"]),
    module("ADCEmission", ["ADCSyntax", "ADCCalculus"]),
    module("ADCTranslation", ["ADCCalculus", "ADCMachine"]),
    module("ADCTraining", ["ADCModel", "ADCMachine", "ADCCalculus", "ADCPlatform"]),
    module(
      "ADCKit",
      [
        "ADCSyntax", "ADCModel", "ADCCalculus", "ADCMachine", "ADCTraining", "ADCEmission",
        "ADCTranslation", "ADCPlatform",
      ]),
    module("ADCShell", ["ADCKit", "ADCPlatform"]),
    .executableTarget(
      name: "adc", dependencies: ["ADCShell", "ADCPlatform"], exclude: ["launch.order"],
      swiftSettings: strict, linkerSettings: standalone),
    .target(
      name: "TestSupport", dependencies: ["ADCCalculus"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("ADCSyntaxTests", ["ADCSyntax", "TestSupport"]),
    tests("ADCCalculusTests", ["ADCCalculus", "TestSupport"]),
    tests("ADCMachineTests", ["ADCMachine", "ADCCalculus", "ADCPlatform", "TestSupport"]),
    tests("ADCModelTests", ["ADCModel", "ADCSyntax", "ADCCalculus"]),
    tests(
      "ADCEmissionTests",
      ["ADCEmission", "ADCMachine", "ADCModel", "ADCSyntax", "ADCCalculus", "TestSupport"]),
    tests("ADCTrainingTests", ["ADCTraining", "ADCPlatform", "TestSupport"]),
    tests(
      "ADCKitTests",
      [
        "ADCKit", "ADCSyntax", "ADCModel", "ADCCalculus", "ADCMachine", "ADCTraining",
        "TestSupport",
      ]),
    tests("LibraryTests", ["ADCKit"]),
    tests(
      "adcTests",
      ["ADCShell", "ADCKit", "ADCCalculus", "ADCMachine", "ADCTraining", "TestSupport"]),
  ]
)
