/// Bytes of Google's protocol buffers: fields by their numbers, in the order in which they are
/// added.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private mutating func append(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A whole number; negative ones take ten bytes.
  mutating func add(_ field: Int, _ value: Int) {
    append(UInt64(field << 3))
    append(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: [UInt8]) {
    append(UInt64(field << 3 | 2))
    append(UInt64(value.count))
    bytes += value
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: ProtocolBuffer) { add(field, message.bytes) }
}

/// The messages of ONNX that a model is made of; numbers of fields as in `onnx.proto` of IR version
/// 8.
enum OnnxMessage {
  enum Element: Int {
    case float = 1
    case int64 = 7
    case bool = 9
    case double = 11
  }

  enum Attribute {
    case int(Int)
    case ints([Int])
    case text(String)
    case graph(ProtocolBuffer)
  }

  /// Numbers as floats or doubles.
  static func tensor(
    _ name: String, _ shape: [Int], _ values: [Double], _ element: Element
  ) -> ProtocolBuffer {
    var data: [UInt8] = []
    for value in values {
      if element == .float {
        withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { data += $0 }
      } else {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 }
      }
    }
    return tensor(name, shape, element, data)
  }

  static func tensor(_ name: String, _ shape: [Int], whole values: [Int]) -> ProtocolBuffer {
    var data: [UInt8] = []
    for value in values { withUnsafeBytes(of: Int64(value).littleEndian) { data += $0 } }
    return tensor(name, shape, .int64, data)
  }

  private static func tensor(
    _ name: String, _ shape: [Int], _ element: Element, _ data: [UInt8]
  ) -> ProtocolBuffer {
    var message = ProtocolBuffer()
    for size in shape { message.add(1, size) }
    message.add(2, element.rawValue)
    message.add(8, name)
    message.add(9, data)
    return message
  }

  static func node(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [(String, Attribute)]
  ) -> ProtocolBuffer {
    var message = ProtocolBuffer()
    for input in inputs { message.add(1, input) }
    for output in outputs { message.add(2, output) }
    message.add(4, type)
    for (name, value) in attributes {
      var attribute = ProtocolBuffer()
      attribute.add(1, name)
      switch value {
      case .int(let number):
        attribute.add(3, number)
        attribute.add(20, 2)
      case .text(let text):
        attribute.add(4, text)
        attribute.add(20, 3)
      case .graph(let graph):
        attribute.add(6, graph)
        attribute.add(20, 5)
      case .ints(let numbers):
        for number in numbers { attribute.add(8, number) }
        attribute.add(20, 7)
      }
      message.add(5, attribute)
    }
    return message
  }

  /// A value with its shape; a size is a number or a name.
  static func value(
    _ name: String, _ sizes: [(known: Int?, name: String)], _ element: Element
  ) -> ProtocolBuffer {
    var shape = ProtocolBuffer()
    for size in sizes {
      var dimension = ProtocolBuffer()
      if let known = size.known { dimension.add(1, known) } else { dimension.add(2, size.name) }
      shape.add(1, dimension)
    }
    var tensor = ProtocolBuffer()
    tensor.add(1, element.rawValue)
    tensor.add(2, shape)
    var type = ProtocolBuffer()
    type.add(1, tensor)
    var message = ProtocolBuffer()
    message.add(1, name)
    message.add(2, type)
    return message
  }
}
