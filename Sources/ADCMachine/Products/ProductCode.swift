import ADCPlatform
import Synchronization

/// Native code for a part of a matrix product, made at its first use and kept.
final class ProductCode: Sendable {
  enum Kind: Hashable, Sendable {
    /// A tile of results, so many rows by vectors; the last vector may be masked.
    case tile(rows: Int, vectors: Int, isMasked: Bool)
    /// The products of rows by one vector of numbers.
    case dots(rows: Int, runs: Int?)
  }

  struct Key: Hashable, Sendable {
    var form: Assembler.Form
    var kind: Kind
  }

  private let page: ExecutablePage

  private init(_ page: ExecutablePage) { self.page = page }

  /// The code as a function of a record of arguments, which `Key.kind` determines.
  typealias Function = @convention(c) (UnsafeRawPointer) -> Void

  var function: Function { unsafeBitCast(page.start, to: Function.self) }

  private static let known = Mutex<[Key: ProductCode]>([:])

  /// The code; nil where the system refuses executable memory.
  static func code(_ kind: Kind, _ form: Assembler.Form) -> ProductCode? {
    let key = Key(form: form, kind: kind)
    return known.withLock { known in
      if let code = known[key] { return code }
      let bytes: [UInt8]
      switch kind {
      case .tile(let rows, let vectors, let isMasked):
        bytes = TileCode(form, rows: rows, vectors: vectors, isMasked: isMasked).bytes()
      case .dots(let rows, let runs): bytes = DotCode(form, rows: rows, runs: runs).bytes()
      }
      guard let page = ExecutablePage(bytes) else { return nil }
      let code = ProductCode(page)
      known[key] = code
      return code
    }
  }
}

/// Masks of the first so many lanes, for `vmaskmovpd`: a window into ones and zeros.
enum LaneMask {
  private static let words = SIMD32<UInt32>(
    lowHalf: SIMD16(repeating: .max), highHalf: SIMD16(repeating: 0))
  nonisolated(unsafe) private static let memory: UnsafeRawPointer = {
    let start = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 64)
    start.storeBytes(of: words, as: SIMD32<UInt32>.self)
    return UnsafeRawPointer(start)
  }()

  /// 64 bytes of which the first `count` are ones.
  static func bytes(_ count: Int) -> UnsafeRawPointer { memory + (64 - count) }
}
