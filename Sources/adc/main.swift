import ADCKit
import ADCPlatform

/// The version of adc.
let version = Version.current

CurrentProcess.ignoreClosedPipes()
CurrentProcess.keepFreedMemory()
CurrentProcess.end(Shell().run(Array(CommandLine.arguments.dropFirst())))
