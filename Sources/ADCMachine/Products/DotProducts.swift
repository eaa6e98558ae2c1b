import ADCPlatform

/// A matrix with contiguous rows times a vector, by native code.
struct DotProducts<Number: ProductNumber>: Sendable {
  private let form: Assembler.Form
  private let rows: Int
  private let inner: Int
  private let rowStride: Int
  private let vectorStride: Int
  /// The rows that the code does at once.
  private let height: Int
  private let threads: Int
  private let code: ProductCode.Function

  /// nil for sizes of 0, and where the system refuses executable memory.
  init?(
    rows: Int, inner: Int, rowStride: Int, vectorStride: Int, threads: Int,
    width: Assembler.Width
  ) {
    guard rows > 0, inner > 0 else { return nil }
    form = Assembler.Form(width, Number.element)
    let most = DotCode.mostRows(width)
    height = rows >= most ? most : min(rows, 4)
    let runs = inner / (64 / MemoryLayout<Number>.stride)
    guard
      let code = ProductCode.code(
        .dots(rows: height, runs: runs <= DotCode.mostRuns ? runs : nil), form)
    else { return nil }
    self.code = code.function
    (self.rows, self.inner) = (rows, inner)
    (self.rowStride, self.vectorStride) = (rowStride, vectorStride)
    let isShared = rows.multipliedSaturating(by: inner) >= Self.leastShared && height >= 4
    self.threads = isShared ? threads : 1
  }

  /// Multiplications from which threads share them: they take some 100 microseconds.
  private static var leastShared: Int { 1 << 20 }

  private var spareRoom: Int { 8 }

  /// The numbers of scratch memory that `run` takes.
  var scratchCount: Int { spareRoom + (vectorStride == 1 ? 0 : inner) }

  /// y = a x, without gaps.
  func run(
    _ a: UnsafePointer<Number>, _ x: UnsafePointer<Number>, _ y: UnsafeMutablePointer<Number>,
    _ scratch: UnsafeMutablePointer<Number>
  ) {
    var x = x
    if vectorStride != 1 {
      let copy = scratch + spareRoom
      for place in 0..<inner { copy[place] = x[place &* vectorStride] }
      x = UnsafePointer(copy)
    }
    var call = call(a, x, y)
    if height < 4 {
      // The code writes four sums.
      call.y = UnsafeMutableRawPointer(scratch)
      code(&call)
      for row in 0..<rows { y[row] = scratch[row] }
      return
    }
    if threads > 1 {
      share(call)
    } else {
      code(&call)
    }
    if rows % height > 0 {
      let last = rows &- height
      (call.a, call.y, call.groups) = (
        UnsafeRawPointer(a + last &* rowStride), UnsafeMutableRawPointer(y + last), 1
      )
      code(&call)
    }
  }

  /// All groups of rows.
  private func call(
    _ a: UnsafePointer<Number>, _ x: UnsafePointer<Number>, _ y: UnsafeMutablePointer<Number>
  ) -> DotCode.Arguments {
    let size = MemoryLayout<Number>.stride
    let lanes = 64 / size
    let rest = inner % lanes
    var call = DotCode.Arguments(
      a: a, aRow: rowStride &* size, x: x, y: y, runs: inner / lanes, groups: rows / height,
      mask: 0)
    if rest > 0 {
      switch form.width {
      case .bytes64: call.mask = 1 &<< rest &- 1
      case .bytes32: call.mask = Int(bitPattern: LaneMask.bytes(rest &* size))
      }
    }
    return call
  }

  /// Those of some rows, for a vector without gaps and at least eight rows in all.
  func run(
    rows: Range<Int>, _ a: UnsafePointer<Number>, _ x: UnsafePointer<Number>,
    _ y: UnsafeMutablePointer<Number>, _ scratch: UnsafeMutablePointer<Number>
  ) {
    var call = call(a, x, y)
    call.a += rows.lowerBound &* call.aRow
    call.y += rows.lowerBound &* MemoryLayout<Number>.stride
    call.groups = rows.count / height
    if call.groups > 0 { code(&call) }
    let rest = rows.count % height
    guard rest > 0 else { return }
    // Rows before are computed again, but not written: they may belong to another thread.
    let last = rows.upperBound &- height
    call.a = UnsafeRawPointer(a + last &* rowStride)
    (call.y, call.groups) = (UnsafeMutableRawPointer(scratch), 1)
    code(&call)
    (y + (rows.upperBound &- rest)).update(from: scratch + (height &- rest), count: rest)
  }

  private func share(_ call: DotCode.Arguments) {
    let groups = call.groups
    WorkerPool.shared.run(parts: threads, threads: threads) { part, _ in
      let first = groups &* part / threads
      var own = call
      own.a += first &* height &* call.aRow
      own.y += first &* height &* MemoryLayout<Number>.stride
      own.groups = groups &* (part &+ 1) / threads &- first
      if own.groups > 0 { code(&own) }
    }
  }
}
