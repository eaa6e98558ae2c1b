/// Reads tables in JSON lines: one object a line, whose members are the columns.
enum JSONLinesReader {
  private static let lineFeed: UInt8 = 0x0A

  /// Hands the wanted members over to `sink`, block after block; gives the rows read and left out.
  ///
  /// A member is a number, or a text where words are wanted; `null` and a member that is not there
  /// have no value. Costs about 200 ns a member.
  static func read(
    _ input: consuming FileReading, _ request: TableRequest, sink: TableRequest.Sink
  ) throws(DataError) -> (rows: Int, dropped: Int) {
    var input = input
    var block = [[Double]](repeating: [], count: request.columns.count)
    var (line, rows, dropped) = (0, 0, 0)
    while let bytes = try self.line(&input) {
      line += 1
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      let values: [Double]
      do throws(DataError) {
        values = try row(JSONValue.parse(bytes, file: input.path), request)
      } catch {
        var error = error
        error.file = input.path
        error.line = line
        throw error
      }
      if request.policy == .drop, values.contains(where: \.isNaN) {
        dropped += 1
        continue
      }
      for (slot, value) in values.enumerated() { block[slot].append(value) }
      rows += 1
      if rows.isMultiple(of: TableRequest.blockRows) {
        try sink(block, TableRequest.blockRows)
        for slot in block.indices { block[slot].removeAll(keepingCapacity: true) }
      }
    }
    try sink(block, rows % TableRequest.blockRows)
    guard rows + dropped > 0 else { throw DataError("it has no rows", file: input.path) }
    return (rows, dropped)
  }

  /// The next line without its end; nil at the end of the file.
  private static func line(_ input: inout FileReading) throws(DataError) -> [UInt8]? {
    var length = 0
    while true {
      while input.start + length < input.end {
        if input.bytes[input.start + length] == lineFeed { return take(length, 1, &input) }
        length += 1
      }
      guard try input.more() else { return length == 0 ? nil : take(length, 0, &input) }
    }
  }

  private static func take(_ length: Int, _ separator: Int, _ input: inout FileReading) -> [UInt8] {
    defer { input.start += length + separator }
    return Array(UnsafeBufferPointer(start: input.bytes + input.start, count: length))
  }

  private static func row(
    _ value: JSONValue, _ request: TableRequest
  ) throws(DataError) -> [Double] {
    guard let members = value.members else {
      throw DataError("\(value.kind) where an object is expected", file: "")
    }
    var result: [Double] = []
    for column in request.columns {
      let found = members.first { $0.name == column.name }?.value
      do throws(DataError) {
        result.append(try number(found, column, members, request.policy))
      } catch {
        var error = error
        error.column = column.name
        throw error
      }
    }
    return result
  }

  private static func number(
    _ value: JSONValue?, _ column: TableRequest.Column, _ members: [JSONValue.Member],
    _ policy: RunDescription.MissingPolicy
  ) throws(DataError) -> Double {
    switch value {
    case nil, .null:
      if policy == .drop || policy == .mean && column.words == nil { return .nan }
      guard value == nil else {
        throw DataError("there is no value; \(TableRequest.advice)", file: "")
      }
      let names = members.prefix(10).map { excerpt($0.name) }.joined(separator: ", ")
      throw DataError("there is no such member; the line has: \(names)", file: "")
    case .number(let number)?:
      guard let words = column.words else { return number }
      return try words.place(of: JSONValue.number(number).description)
    case .string(let text)?:
      if let words = column.words { return try words.place(of: text) }
      throw DataError("\(excerpt(text)) is a text where a number is expected", file: "")
    case .bool(let value)? where column.words == nil: return value ? 1 : 0
    case .bool(let value)?: return try column.words?.place(of: value ? "true" : "false") ?? 0
    case .array?, .object?:
      throw DataError("\(value?.kind ?? "") where a number is expected", file: "")
    }
  }
}
