/// What an `.npy` file says of its array before the values: a literal of a Python dictionary with
/// the names `descr`, `fortran_order` and `shape`.
struct NumPyHeader {
  /// The type of the values in the file.
  enum ValueType: String {
    case float64 = "<f8"
    case float32 = "<f4"
    case int64 = "<i8"
    case int32 = "<i4"
    case int16 = "<i2"
    case int8 = "|i1"
    case uint8 = "|u1"
    case bool = "|b1"

    /// In bytes.
    var size: Int {
      switch self {
      case .float64, .int64: 8
      case .float32, .int32: 4
      case .int16: 2
      case .int8, .uint8, .bool: 1
      }
    }

    /// Appends what the bytes stand for, a whole number of values.
    func append(_ bytes: UnsafeRawBufferPointer, to values: inout [Double]) {
      switch self {
      case .float64:
        each(UInt64.self, bytes, &values) { Double(bitPattern: UInt64(littleEndian: $0)) }
      case .float32:
        each(UInt32.self, bytes, &values) {
          Double(Float(bitPattern: UInt32(littleEndian: $0)))
        }
      case .int64: each(Int64.self, bytes, &values) { Double(Int64(littleEndian: $0)) }
      case .int32: each(Int32.self, bytes, &values) { Double(Int32(littleEndian: $0)) }
      case .int16: each(Int16.self, bytes, &values) { Double(Int16(littleEndian: $0)) }
      case .int8: each(Int8.self, bytes, &values) { Double($0) }
      case .uint8: each(UInt8.self, bytes, &values) { Double($0) }
      case .bool: each(UInt8.self, bytes, &values) { $0 == 0 ? 0 : 1 }
      }
    }

    @inline(__always)
    private func each<Stored: FixedWidthInteger & BitwiseCopyable>(
      _ type: Stored.Type, _ bytes: UnsafeRawBufferPointer, _ values: inout [Double],
      _ value: (Stored) -> Double
    ) {
      for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Stored>.size) {
        values.append(value(bytes.loadUnaligned(fromByteOffset: offset, as: Stored.self)))
      }
    }
  }

  static let magic: [UInt8] = [0x93] + "NUMPY".utf8

  let file: String
  private(set) var type = ValueType.float64
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []
  /// The bytes of the file before the values.
  private(set) var length = 0

  /// Reads up to the values.
  init(_ input: inout FileReading) throws(DataError) {
    file = input.path
    let start = try take(8, &input)
    guard start.starts(with: NumPyHeader.magic) else { throw error("not an .npy file") }
    guard 1...3 ~= start[6] else {
      throw error("version \(start[6]) of the .npy format is not known")
    }
    var size = 0
    for byte in try take(start[6] == 1 ? 2 : 4, &input).reversed() { size = size << 8 | Int(byte) }
    guard size <= NumPyArray.headerLimit else {
      throw error("a header of \(size) bytes, more than \(NumPyArray.headerLimit)")
    }
    guard let text = String(validating: try take(size, &input), as: UTF8.self) else {
      throw error("its header is not text")
    }
    try interpret(text)
  }

  func error(_ message: String) -> DataError { DataError(message, file: file) }

  private mutating func take(_ count: Int, _ input: inout FileReading) throws(DataError) -> [UInt8]
  {
    while input.end - input.start < count {
      guard try input.more() else { throw error("it ends within its header") }
    }
    let bytes = Array(UnsafeBufferPointer(start: input.bytes + input.start, count: count))
    input.start += count
    length += count
    return bytes
  }

  private mutating func interpret(_ text: String) throws(DataError) {
    var rest = Substring(text)
    var seen: Set<String> = []
    try expect("{", &rest)
    while !accept("}", &rest) {
      let name = try quoted(&rest)
      guard seen.insert(name).inserted else { throw error("its header has `\(name)` twice") }
      try expect(":", &rest)
      switch name {
      case "descr": type = try valueType(&rest)
      case "fortran_order": isFortranOrder = try truth(&rest)
      case "shape": shape = try sizes(&rest)
      default: throw error("its header has \(excerpt(name)), which is not known")
      }
      if !accept(",", &rest) {
        try expect("}", &rest)
        break
      }
    }
    guard seen.count == 3 else { throw error("its header lacks descr, fortran_order or shape") }
    guard rest.allSatisfy(\.isWhitespace) else { throw malformed(rest) }
  }

  private func valueType(_ rest: inout Substring) throws(DataError) -> ValueType {
    guard rest.drop(while: \.isWhitespace).first.map({ "'\"".contains($0) }) == true else {
      throw error("an array of records; it takes an array of numbers")
    }
    let code = try quoted(&rest)
    if let type = ValueType(rawValue: code) { return type }
    let advice = code.hasPrefix(">") ? " (big-endian; save it with astype('<f8'))" : ""
    throw error("values of type \(excerpt(code)) cannot be read\(advice)")
  }

  private func truth(_ rest: inout Substring) throws(DataError) -> Bool {
    if accept("True", &rest) { return true }
    try expect("False", &rest)
    return false
  }

  private func sizes(_ rest: inout Substring) throws(DataError) -> [Int] {
    var sizes: [Int] = []
    try expect("(", &rest)
    while !accept(")", &rest) {
      rest = rest.drop(while: \.isWhitespace)
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, let size = Int(digits) else { throw malformed(rest) }
      guard sizes.count < NumPyArray.rankLimit else {
        throw error("more than \(NumPyArray.rankLimit) dimensions")
      }
      rest = rest.dropFirst(digits.count)
      sizes.append(size)
      if !accept(",", &rest) {
        try expect(")", &rest)
        break
      }
    }
    return sizes
  }

  private func quoted(_ rest: inout Substring) throws(DataError) -> String {
    rest = rest.drop(while: \.isWhitespace)
    guard let quote = rest.first, quote == "'" || quote == "\"",
      let end = rest.dropFirst().firstIndex(of: quote)
    else { throw malformed(rest) }
    let text = String(rest.dropFirst()[..<end])
    rest = rest[rest.index(after: end)...]
    return text
  }

  private func accept(_ text: String, _ rest: inout Substring) -> Bool {
    let trimmed = rest.drop(while: \.isWhitespace)
    guard trimmed.hasPrefix(text) else { return false }
    rest = trimmed.dropFirst(text.count)
    return true
  }

  private func expect(_ text: String, _ rest: inout Substring) throws(DataError) {
    if !accept(text, &rest) { throw malformed(rest) }
  }

  private func malformed(_ rest: Substring) -> DataError {
    error("its header cannot be read at \(excerpt(String(rest.prefix(20))))")
  }
}
