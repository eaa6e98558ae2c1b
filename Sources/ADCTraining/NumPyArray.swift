/// Files of one array in NumPy's `.npy` format (NEP 1), versions 1 to 3.
package enum NumPyArray {
  /// The longest header that is read, and the most dimensions.
  static let headerLimit = 1 << 16
  static let rankLimit = 32

  /// Reads an array of `<f8`, `<f4`, `<i8`, `<i4`, `<i2`, `|u1`, `|i1` or `|b1` as doubles, rows
  /// first whatever the order in the file.
  ///
  /// Integers past 2^53 become the nearest double; NaN and infinities stay. Costs one copy, two in
  /// Fortran order.
  package static func read(path: String) throws(DataError) -> ShapedValues {
    var file = try FileReading(path: path)
    return try read(&file)
  }

  static func read(_ file: inout FileReading) throws(DataError) -> ShapedValues {
    let header = try NumPyHeader(&file)
    var size = 1
    for dimension in header.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      if overflow { throw header.error("its shape has too many elements") }
      size = product
    }
    let (byteCount, overflow) = size.multipliedReportingOverflow(by: header.type.size)
    if overflow { throw header.error("its shape has too many elements") }
    if let total = file.size, total - header.length != byteCount {
      throw header.error(
        "\(total - header.length) bytes of values where its shape wants \(byteCount)")
    }
    let values = try values(&file, header, byteCount)
    let needsTurning = header.isFortranOrder && header.shape.count > 1
    return ShapedValues(
      shape: header.shape,
      values: needsTurning ? rowsFirst(values, header.shape) : values)
  }

  private static func values(
    _ file: inout FileReading, _ header: NumPyHeader, _ byteCount: Int
  ) throws(DataError) -> [Double] {
    var values: [Double] = []
    if file.size != nil { values.reserveCapacity(byteCount / header.type.size) }
    var left = byteCount
    while left > 0 {
      // A value may lie across two blocks.
      while file.end - file.start < header.type.size {
        guard try file.more() else {
          throw header.error("it ends \(left) bytes before its values do")
        }
      }
      let available = min(left, file.end - file.start) / header.type.size * header.type.size
      header.type.append(
        UnsafeRawBufferPointer(start: file.bytes + file.start, count: available), to: &values)
      file.start += available
      left -= available
    }
    let isOver = file.start == file.end ? try !file.more() : false
    if !isOver {
      throw header.error("there are bytes behind its values")
    }
    return values
  }

  /// The values of an array whose first index runs fastest, with the last one fastest.
  private static func rowsFirst(_ values: [Double], _ shape: [Int]) -> [Double] {
    var strides: [Int] = []
    var stride = 1
    for size in shape {
      strides.append(stride)
      stride *= size
    }
    var index = [Int](repeating: 0, count: shape.count)
    var offset = 0
    return values.indices.map { _ in
      let value = values[offset]
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
      return value
    }
  }
}
