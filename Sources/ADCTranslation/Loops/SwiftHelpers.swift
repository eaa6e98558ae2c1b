import ADCCalculus

extension Helper {
  /// The definition in Swift.
  func inSwift(_ precision: Precision) -> String {
    let real = SwiftLanguage.real(precision)
    func wide(_ text: String, as type: String = "Double") -> String {
      precision == .double ? text : "\(type)(\(text))"
    }
    func eight(_ place: String) -> String {
      wide(
        "UnsafeRawPointer(x + \(place)).loadUnaligned(as: SIMD8<\(real)>.self)", as: "SIMD8<Double>"
      )
    }
    func narrow(_ text: String) -> String { precision == .double ? text : "Float(\(text))" }
    return switch self {
    case .sumOfPart:
      """
      /// The sum of up to 256 numbers: sixteen interleaved sums, added pairwise.
      private func sumOfPart(_ x: UnsafePointer<\(real)>, _ count: Int) -> Double {
        var first = SIMD8<Double>()
        var second = SIMD8<Double>()
        var i = 0
        func eight(_ place: Int) -> SIMD8<Double> {
          \(eight("place"))
        }
        while i + 16 <= count {
          first += eight(i)
          second += eight(i + 8)
          i += 16
        }
        if i + 8 <= count {
          first += eight(i)
          i += 8
        }
        var rest = 0.0
        while i < count {
          rest += \(wide("x[i]"))
          i += 1
        }
        let all = first + second
        let four = all.lowHalf + all.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y + rest
      }
      """
    case .addToTotal:
      """
      /// A sum in parts that keeps what rounding loses (Neumaier, 1974).
      private struct Total {
        private var sum = 0.0
        private var lost = 0.0

        mutating func add(_ x: Double) {
          let next = sum + x
          lost += abs(sum) >= abs(x) ? (sum - next) + x : (x - next) + sum
          sum = next
        }

        var value: Double { sum.isFinite && lost.isFinite ? sum + lost : sum }
      }
      """
    case .sumOfRun:
      """
      /// The sum of a run that begins at a position of an array, in parts of at most 256.
      private func sumOfRun(_ x: UnsafePointer<\(real)>, _ position: Int, _ count: Int) -> Double {
        var total = Total()
        var done = 0
        while done < count {
          let part = min(256 - (position + done) % 256, count - done)
          total.add(sumOfPart(x + done, part))
          done += part
        }
        return total.value
      }
      """
    case .addCompensated:
      """
      private func addCompensated(
        _ x: Double, _ sum: UnsafeMutablePointer<Double>, _ lost: UnsafeMutablePointer<Double>
      ) {
        let old = sum.pointee
        let next = old + x
        lost.pointee += abs(old) >= abs(x) ? (old - next) + x : (x - next) + old
        sum.pointee = next
      }
      """
    case .finishSums:
      """
      private func finishSums(
        _ sums: UnsafePointer<Double>, _ lost: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<\(real)>, _ count: Int
      ) {
        for i in 0..<count {
          let isFinite = sums[i].isFinite && lost[i].isFinite
          result[i] = \(narrow("isFinite ? sums[i] + lost[i] : sums[i]"))
        }
      }
      """
    case .sumRows:
      """
      /// The sum of the rows of a matrix, 64 at a time; `work` holds three times the columns.
      private func sumRows(
        _ x: UnsafePointer<\(real)>, _ rows: Int, _ columns: Int,
        _ result: UnsafeMutablePointer<\(real)>, _ work: UnsafeMutablePointer<Double>
      ) {
        let (lost, part) = (work + columns, work + 2 * columns)
        work.update(repeating: 0, count: 3 * columns)
        for i in 0..<rows {
          let row = x + i * columns
          for j in 0..<columns { part[j] += \(wide("row[j]")) }
          guard i % 64 == 63 || i + 1 == rows else { continue }
          for j in 0..<columns {
            addCompensated(part[j], work + j, lost + j)
            part[j] = 0
          }
        }
        finishSums(work, lost, result, columns)
      }
      """
    case .product:
      """
      private func productOfPart(_ x: UnsafePointer<\(real)>, _ count: Int) -> Double {
        var lanes = SIMD8<Double>(repeating: 1)
        var i = 0
        while i + 8 <= count {
          lanes *= \(eight("i"))
          i += 8
        }
        var rest = 1.0
        while i < count {
          rest *= \(wide("x[i]"))
          i += 1
        }
        let four = lanes.lowHalf * lanes.highHalf
        let two = four.lowHalf * four.highHalf
        return two.x * two.y * rest
      }
      """
    case .greatest:
      """
      private func greatest(_ x: \(real), _ y: \(real)) -> \(real) {
        x > y || x.isNaN ? x : y
      }
      """
    case .least:
      """
      private func least(_ x: \(real), _ y: \(real)) -> \(real) {
        x < y || x.isNaN ? x : y
      }
      """
    case .matrixProduct: Self.matrixProductInSwift.replacing("Double", with: real)
    case .uniform:
      """
      /// Philox4x32-10 (Salmon and others, 2011): numbers in [0, 1) by seed, step and place.
      private func uniform(
        _ seed: Double, _ step: Double, _ place: Int, _ count: Int,
        _ result: UnsafeMutablePointer<\(real)>
      ) {
        func whole(_ x: Double) -> UInt64 {
          x >= 0 && x < 0x1p63 && x == x.rounded(.down) ? UInt64(x) : x.bitPattern
        }
        let key = whole(seed)
        let stream = whole(step) &<< 24 ^ UInt64(place)
        for i in 0..<count {
          let position = UInt64(i / 2)
          var x = (
            UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position &>> 32),
            UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream &>> 32)
          )
          var k = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key &>> 32))
          for _ in 0..<10 {
            let a = UInt64(x.0) &* 0xD251_1F53
            let b = UInt64(x.2) &* 0xCD9E_8D57
            x = (
              UInt32(truncatingIfNeeded: b &>> 32) ^ x.1 ^ k.0, UInt32(truncatingIfNeeded: b),
              UInt32(truncatingIfNeeded: a &>> 32) ^ x.3 ^ k.1, UInt32(truncatingIfNeeded: a)
            )
            k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
          }
          let (low, high) = i % 2 == 0 ? (x.0, x.1) : (x.2, x.3)
          let bits = UInt64(high) &<< 32 | UInt64(low)
          result[i] = \(precision == .double ? "Double(bits &>> 11) * 0x1p-53" : "Float(bits &>> 40) * 0x1p-24")
        }
      }
      """
    case .row:
      """
      /// A number as one of so many rows; nil for what is none.
      private func rowNumber(_ x: \(real), _ count: Int) -> Int? {
        x >= 0 && x < \(real)(count) && x == x.rounded(.down) ? Int(x) : nil
      }
      """
    case .bits, .squareRoot: ""
    case .sortedPlaces, .sortNumbers, .sortIndices: sortInSwift.replacing("Double", with: real)
    default: matrixInSwift
    }
  }

  private static let matrixProductInSwift = """
    /// Sixteen interleaved sums of products, then four, then one.
    private func dotProduct(
      _ x: UnsafePointer<Double>, _ xStep: Int, _ y: UnsafePointer<Double>, _ yStep: Int,
      _ count: Int
    ) -> Double {
      var (s0, s1, s2, s3) = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
      func four(_ x: UnsafePointer<Double>, _ step: Int, _ place: Int) -> SIMD4<Double> {
        let at = x + place &* step
        return SIMD4(at[0], at[step], at[2 &* step], at[3 &* step])
      }
      var i = 0
      while xStep == 1, i + 16 <= count {
        s0 += four(x, 1, i) * four(y, yStep, i)
        s1 += four(x, 1, i + 4) * four(y, yStep, i + 4)
        s2 += four(x, 1, i + 8) * four(y, yStep, i + 8)
        s3 += four(x, 1, i + 12) * four(y, yStep, i + 12)
        i += 16
      }
      while i + 4 <= count {
        s0 += four(x, xStep, i) * four(y, yStep, i)
        i += 4
      }
      var rest: Double = 0
      while i < count {
        rest += x[i &* xStep] * y[i &* yStep]
        i += 1
      }
      let all = (s0 + s1) + (s2 + s3)
      let two = all.lowHalf + all.highHalf
      return two.x + two.y + rest
    }

    /// A matrix by a vector; columns that lie in a row are added up four at a time.
    private func matrixByVector(
      _ rows: Int, _ inner: Int, _ a: UnsafePointer<Double>, _ aRow: Int, _ aColumn: Int,
      _ x: UnsafePointer<Double>, _ xStep: Int, _ y: UnsafeMutablePointer<Double>
    ) {
      guard aColumn != 1, aRow == 1, rows != 1 else {
        for i in 0..<rows { y[i] = dotProduct(a + i * aRow, aColumn, x, xStep, inner) }
        return
      }
      y.update(repeating: 0, count: rows)
      var l = 0
      while l + 4 <= inner {
        let (a0, at) = (a + l * aColumn, x + l * xStep)
        let (a1, a2, a3) = (a0 + aColumn, a0 + 2 * aColumn, a0 + 3 * aColumn)
        let (x0, x1, x2, x3) = (at[0], at[xStep], at[2 * xStep], at[3 * xStep])
        for i in 0..<rows {
          y[i] += (a0[i] * x0 + a1[i] * x1) + (a2[i] * x2 + a3[i] * x3)
        }
        l += 4
      }
      while l < inner {
        let (column, factor) = (a + l * aColumn, x[l * xStep])
        for i in 0..<rows { y[i] += column[i] * factor }
        l += 1
      }
    }

    /// The matrix c = a b; element (i, j) of a is at i aRow + j aColumn. Sums are of at most 256
    /// terms, which are added one after the other.
    private func matrixProduct(
      _ rows: Int, _ columns: Int, _ inner: Int, _ a: UnsafePointer<Double>, _ aRow: Int,
      _ aColumn: Int, _ b: UnsafePointer<Double>, _ bRow: Int, _ bColumn: Int,
      _ c: UnsafeMutablePointer<Double>
    ) {
      func eight(_ x: UnsafePointer<Double>, _ step: Int) -> SIMD8<Double> {
        if step == 1 { return UnsafeRawPointer(x).loadUnaligned(as: SIMD8<Double>.self) }
        return SIMD8(
          x[0], x[step], x[2 &* step], x[3 &* step], x[4 &* step], x[5 &* step], x[6 &* step],
          x[7 &* step])
      }
      if columns == 1 { return matrixByVector(rows, inner, a, aRow, aColumn, b, bRow, c) }
      if rows == 1 { return matrixByVector(columns, inner, b, bColumn, bRow, a, aColumn, c) }
      if inner == 0 { c.update(repeating: 0, count: rows * columns) }
      for j in stride(from: 0, to: columns, by: 8) {
        let width = min(8, columns - j)
        for first in stride(from: 0, to: inner, by: 256) {
          let terms = min(256, inner - first)
          for i in stride(from: 0, to: rows, by: 4) {
            let height = min(4, rows - i)
            let r0 = a + i * aRow + first * aColumn
            let r1 = height > 1 ? r0 + aRow : r0
            let r2 = height > 2 ? r1 + aRow : r1
            let r3 = height > 3 ? r2 + aRow : r2
            let panel = b + first * bRow + j * bColumn
            var (t0, t1) = (SIMD8<Double>(), SIMD8<Double>())
            var (t2, t3) = (SIMD8<Double>(), SIMD8<Double>())
            for l in 0..<terms {
              let row = panel + l &* bRow
              var p = SIMD8<Double>()
              if width == 8 {
                p = eight(row, bColumn)
              } else {
                for q in 0..<width { p[q] = row[q &* bColumn] }
              }
              let at = l &* aColumn
              t0 += p * r0[at]
              t1 += p * r1[at]
              t2 += p * r2[at]
              t3 += p * r3[at]
            }
            func store(_ sums: SIMD8<Double>, _ row: Int) {
              guard row < height else { return }
              let to = c + (i + row) * columns + j
              for q in 0..<width { to[q] = first > 0 ? to[q] + sums[q] : sums[q] }
            }
            store(t0, 0)
            store(t1, 1)
            store(t2, 2)
            store(t3, 3)
          }
        }
      }
    }
    """
}
