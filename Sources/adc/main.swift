import ADCPlatform
import ADCShell

CurrentProcess.ignoreClosedPipes()
CurrentProcess.keepFreedMemory()
CurrentProcess.end(Shell().run(Array(CommandLine.arguments.dropFirst())))
