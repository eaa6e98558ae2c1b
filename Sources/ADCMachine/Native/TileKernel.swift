import ADCPlatform

/// Native code for the innermost loop of matrix products: a tile of eight rows by four columns.
///
/// Every sum has its terms in the order, and its result has the bits, of `MatrixProduct.tileSums`.
package struct TileKernel: Sendable {
  /// The code; nil where the processor is not one of those known, or the system refuses.
  package static let shared = TileKernel()

  /// Terms, all products together, from which the code is worth its making.
  static let leastWork = 1 << 15

  private typealias Code =
    @convention(c) (
      UnsafePointer<Double>, UnsafePointer<Double>, Int, UnsafeMutableRawPointer, Int
    ) -> Void

  /// Eight rows of four columns.
  typealias Sums = (MatrixProduct.Tile, MatrixProduct.Tile)

  private let page: ExecutablePage

  private init?() {
    guard ProcessorFeatures.hasAVX2, let page = ExecutablePage(Self.code()) else { return nil }
    self.page = page
  }

  /// The products of two packed panels of four rows, `rowStep` doubles apart, and four packed
  /// columns; `terms` is at least 1.
  @inline(__always)
  func sums(
    _ a: UnsafePointer<Double>, rowStep: Int, _ b: UnsafePointer<Double>, _ terms: Int
  ) -> Sums {
    let zero = MatrixProduct.Row()
    var sums: Sums = ((zero, zero, zero, zero), (zero, zero, zero, zero))
    let code = unsafeBitCast(page.start, to: Code.self)
    withUnsafeMutableBytes(of: &sums) { bytes in
      if let start = bytes.baseAddress { code(a, b, terms, start, rowStep &* 8) }
    }
    return sums
  }

  private static func code() -> [UInt8] {
    var assembler = Assembler()
    let (row, product) = (UInt8(8), UInt8(9))
    for sum in 0..<UInt8(8) { assembler.binary(.exclusiveOr, sum, sum, .register(sum)) }
    let start = assembler.label()
    assembler.align()
    assembler.place(start)
    assembler.move(row, .memory(Assembler.Address(base: .rsi)))
    for sum in 0..<UInt8(8) {
      let factor = Assembler.Address(
        base: .rdi, index: sum < 4 ? nil : .r8, displacement: Int32(sum % 4) * 8)
      assembler.broadcast(product, factor)
      assembler.binary(.multiply, product, row, .register(product))
      assembler.binary(.add, sum, sum, .register(product))
    }
    assembler.add(.rdi, 32)
    assembler.add(.rsi, 32)
    assembler.add(.rdx, -1)
    assembler.jumpIfNotZero(start)
    for sum in 0..<UInt8(8) {
      assembler.store(sum, Assembler.Address(base: .rcx, displacement: Int32(sum) * 32))
    }
    assembler.zeroUpper()
    assembler.return()
    return assembler.finished()
  }
}
