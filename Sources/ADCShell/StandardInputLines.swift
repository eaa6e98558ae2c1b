import ADCPlatform

/// The lines of standard input, one after the other as they come.
struct StandardInputLines {
  private var pending: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  /// The next line without its end; nil when there is no more.
  mutating func next() -> String? {
    var searched = start
    while true {
      if let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Self.text(pending[start..<end])
      }
      searched = pending.count
      if isAtEnd {
        guard start < pending.count else { return nil }
        defer { start = pending.count }
        return Self.text(pending[start...])
      }
      let block = CurrentProcess.readStandardInput()
      if block.isEmpty { isAtEnd = true }
      pending.removeFirst(start)
      searched -= start
      start = 0
      pending += block
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let line = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    return String(decoding: line, as: UTF8.self)
  }
}
