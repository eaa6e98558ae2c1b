import ADCPlatform

/// What the processor and the system can do.
package enum ProcessorFeatures {
  /// Whether 256-bit vectors of doubles and integers (AVX2) may be used; asked once.
  package static let hasAVX2 = detectAVX2()

  private static func detectAVX2() -> Bool {
    #if arch(x86_64)
      guard let page = ExecutablePage(detection) else { return false }
      typealias Detector = @convention(c) () -> Int32
      return withExtendedLifetime(page) {
        unsafeBitCast(page.start, to: Detector.self)() == 1
      }
    #else
      return false
    #endif
  }

  /// A function without arguments that returns 1 where leaf 7 of `cpuid` names AVX2 and the system
  /// saves the upper halves of vector registers, else 0.
  private static let detection: [UInt8] = [
    0x53,  // push rbx
    0x31, 0xC0,  // xor eax, eax
    0x0F, 0xA2,  // cpuid
    0x83, 0xF8, 0x07,  // cmp eax, 7
    0x72, 0x35,  // jb no
    0xB8, 0x01, 0x00, 0x00, 0x00,  // mov eax, 1
    0x0F, 0xA2,  // cpuid
    0x81, 0xE1, 0x00, 0x00, 0x00, 0x18,  // and ecx, OSXSAVE | AVX
    0x81, 0xF9, 0x00, 0x00, 0x00, 0x18,  // cmp ecx, OSXSAVE | AVX
    0x75, 0x20,  // jne no
    0x31, 0xC9,  // xor ecx, ecx
    0x0F, 0x01, 0xD0,  // xgetbv
    0x83, 0xE0, 0x06,  // and eax, 6
    0x83, 0xF8, 0x06,  // cmp eax, 6
    0x75, 0x13,  // jne no
    0xB8, 0x07, 0x00, 0x00, 0x00,  // mov eax, 7
    0x31, 0xC9,  // xor ecx, ecx
    0x0F, 0xA2,  // cpuid
    0x89, 0xD8,  // mov eax, ebx
    0xC1, 0xE8, 0x05,  // shr eax, 5
    0x83, 0xE0, 0x01,  // and eax, 1
    0x5B,  // pop rbx
    0xC3,  // ret
    0x31, 0xC0,  // no: xor eax, eax
    0x5B,  // pop rbx
    0xC3,  // ret
  ]
}
