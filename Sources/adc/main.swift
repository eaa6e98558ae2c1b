import ADCKit
import ADCPlatform

/// The version of adc.
let version = "0.1.0"

CurrentProcess.ignoreClosedPipes()
CurrentProcess.end(Shell().run(Array(CommandLine.arguments.dropFirst())))
