/// Elements that lie in rows without gaps.
extension Layout {
  /// Whether all elements are one.
  var isConstant: Bool { sizes.indices.allSatisfy { sizes[$0] == 1 || strides[$0] == 0 } }

  /// The elements of the longest trailing axes that lie without gaps in row-major order.
  var contiguousLanes: Int {
    var expected = 1
    for axis in sizes.indices.reversed() where sizes[axis] != 1 {
      if strides[axis] != expected { break }
      expected &*= sizes[axis]
    }
    return expected
  }

  /// How far rows of so many elements without gaps lie apart, if it is the same for all; nil where
  /// they are no such rows.
  func rowStride(of lanes: Int) -> Int? {
    var inner = 1
    var axis = sizes.count - 1
    while axis >= 0, inner < lanes {
      if sizes[axis] != 1, strides[axis] != inner { return nil }
      inner &*= sizes[axis]
      axis -= 1
    }
    guard inner == lanes else { return nil }
    var stride: Int?
    var next = 0
    while axis >= 0 {
      if sizes[axis] != 1 {
        if stride == nil {
          stride = strides[axis]
        } else if strides[axis] != next {
          return nil
        }
        next = strides[axis] &* sizes[axis]
      }
      axis -= 1
    }
    return stride ?? lanes
  }

  /// Rows up to which the gaps between them are counted one by one.
  private static let mostRows = 64

  /// The elements of an array of so many that are none of these; nil where they do not lie in few
  /// rows.
  func gaps(in total: Int) -> [Range<Int>]? {
    let lanes = contiguousLanes
    guard count > 0, count / lanes <= Self.mostRows, let stride = rowStride(of: lanes) else {
      return nil
    }
    var gaps: [Range<Int>] = []
    var end = 0
    for row in 0..<count / lanes {
      let start = offset &+ row &* stride
      guard start >= end else { return nil }
      gaps.append(end..<start)
      end = start &+ lanes
    }
    gaps.append(end..<max(total, end))
    return gaps.filter { !$0.isEmpty }
  }
}
