package enum ProgramFile {
  package static let magic: [UInt8] = [65, 68, 66, 0]
  package static func write(_ p: Program, metadata: [UInt8]) -> [UInt8] { [] }
  package static func read(_ b: [UInt8]) throws(MachineError) -> (Program, [UInt8]) { throw .unsupported("") }
}
extension Program { package func disassembly(function: String) -> String { "" } }
