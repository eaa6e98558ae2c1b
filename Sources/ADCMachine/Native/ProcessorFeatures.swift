import ADCPlatform

/// What the processor and the system can do.
package enum ProcessorFeatures {
  /// Whether 256-bit vectors of doubles and integers (AVX2) may be used; asked once.
  package static let hasAVX2 = found.structured.contains(.avx2) && found.saved & 0x06 == 0x06

  /// Whether products may be added with one rounding (FMA) to 256-bit vectors.
  package static let hasFusedMultiplyAdd = hasAVX2 && found.basic & 1 << 12 != 0

  /// Whether 512-bit vectors (AVX-512 F) may be used.
  package static let hasAVX512 =
    hasFusedMultiplyAdd && found.structured.contains(.avx512) && found.saved & 0xE0 == 0xE0

  /// The vectors that loops run with; nil where there are none.
  package static let widestVector: Assembler.Vector? = hasAVX512 ? .eight : hasAVX2 ? .four : nil

  /// The vectors that matrix products run with, the widest first.
  package static let productWidths: [Assembler.Width] =
    hasAVX512 ? [.bytes64, .bytes32] : hasFusedMultiplyAdd ? [.bytes32] : []

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
    // So that the paths of other processors can be tried on this one.
    let limit = CurrentProcess.variable("ADC_VECTORS")
    if limit == "none" { return found }
    defer { if limit == "avx2" { found.saved &= 0x07 } }
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
