import ADCPlatform

/// What the processor and the system can do.
package enum ProcessorFeatures {
  /// The widths of vectors that native code may have, the widest first; asked once.
  ///
  /// Those of 32 bytes need AVX2 and FMA, those of 64 bytes the foundation of AVX-512. The
  /// environment's `ADC_VECTORS`, a number of bytes, forbids what is wider.
  package static let widths: [Assembler.Width] = {
    let limit = CurrentProcess.variable("ADC_VECTORS").flatMap { Int($0) } ?? .max
    return known.filter { $0.rawValue <= limit }
  }()

  /// Whether there is any native code.
  package static var hasVectors: Bool { !widths.isEmpty }

  private static var known: [Assembler.Width] {
    let isUsable =
      found.structured.contains(.avx2) && found.basic & 1 << 12 != 0 && found.saved & 0x06 == 0x06
    guard isUsable else { return [] }
    let isWide = found.structured.contains(.avx512) && found.saved & 0xE0 == 0xE0
    return isWide ? [.bytes64, .bytes32] : [.bytes32]
  }

  private struct Structured: OptionSet {
    var rawValue: UInt32
    static let avx2 = Structured(rawValue: 1 << 5)
    static let avx512 = Structured(rawValue: 1 << 16)
  }

  /// Leaf 1 and leaf 7 of `cpuid`, and the registers that the system saves; 0 where not known.
  private struct Found {
    var basic: UInt32 = 0
    private var extended: UInt32 = 0
    var saved: UInt32 = 0

    var structured: Structured { Structured(rawValue: extended) }
  }

  private static let found: Found = {
    var found = Found()
    #if arch(x86_64)
      guard let page = ExecutablePage(detection) else { return found }
      typealias Detector = @convention(c) (UnsafeMutableRawPointer) -> Void
      withExtendedLifetime(page) {
        let detect = unsafeBitCast(page.start, to: Detector.self)
        withUnsafeMutableBytes(of: &found) { bytes in
          if let start = bytes.baseAddress { detect(start) }
        }
      }
    #endif
    return found
  }()

  /// A function that writes a `Found` where its argument leads.
  private static let detection: [UInt8] = [
    0x53,  // push rbx
    0x31, 0xC0,  // xor eax, eax
    0x0F, 0xA2,  // cpuid
    0x83, 0xF8, 0x07,  // cmp eax, 7
    0x72, 0x27,  // jb end
    0xB8, 0x01, 0x00, 0x00, 0x00,  // mov eax, 1
    0x31, 0xC9,  // xor ecx, ecx
    0x0F, 0xA2,  // cpuid
    0x89, 0x0F,  // mov [rdi], ecx
    0xF7, 0xC1, 0x00, 0x00, 0x00, 0x08,  // test ecx, OSXSAVE
    0x74, 0x14,  // jz end
    0xB8, 0x07, 0x00, 0x00, 0x00,  // mov eax, 7
    0x31, 0xC9,  // xor ecx, ecx
    0x0F, 0xA2,  // cpuid
    0x89, 0x5F, 0x04,  // mov [rdi+4], ebx
    0x31, 0xC9,  // xor ecx, ecx
    0x0F, 0x01, 0xD0,  // xgetbv
    0x89, 0x47, 0x08,  // mov [rdi+8], eax
    0x5B,  // end: pop rbx
    0xC3,  // ret
  ]
}
