import ADCMachine
import ADCPlatform
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("Instructions are what a disassembler reads")
struct NativeAssemblerTests {
  /// Instructions with what they are called.
  struct Listing {
    var assembler = Assembler()
    var expected: [String] = []

    mutating func add(_ text: String, _ write: (inout Assembler) -> Void) {
      write(&assembler)
      expected.append(text)
    }
  }

  typealias Source = Assembler.Source
  typealias Address = Assembler.Address

  static let registers: [UInt8] = [0, 1, 7, 8, 15]

  /// Register and memory operands with their text.
  private static let sources: [(Source, String)] = {
    var result: [(Source, String)] = registers.map { (.register($0), "ymm\($0)") }
    for base in Assembler.Register.allCases {
      result.append((.memory(Address(base: base, displacement: 4)), "YMMWORD PTR [\(base)+0x4]"))
      result.append(
        (.memory(Address(base: base, displacement: -4096)), "YMMWORD PTR [\(base)-0x1000]"))
      for index in Assembler.Register.allCases where index != .rsp {
        result.append(
          (
            .memory(Address(base: base, index: index, displacement: 0x120)),
            "YMMWORD PTR [\(base)+\(index)*1+0x120]"
          ))
      }
    }
    return result
  }()

  private func vectors(_ listing: inout Listing) {
    let names: [Assembler.Binary: String] = [
      .and: "vandpd", .andNot: "vandnpd", .or: "vorpd", .exclusiveOr: "vxorpd", .add: "vaddpd",
      .multiply: "vmulpd", .subtract: "vsubpd", .minimum: "vminpd", .divide: "vdivpd",
      .maximum: "vmaxpd",
    ]
    let predicates: [Assembler.Predicate: String] = [
      .equal: "vcmpeqpd", .unordered: "vcmpunordpd", .notEqual: "vcmpneqpd",
      .ordered: "vcmpordpd", .less: "vcmplt_oqpd", .lessOrEqual: "vcmple_oqpd",
      .notLess: "vcmpnlt_uqpd", .notLessOrEqual: "vcmpnle_uqpd",
    ]
    for (place, (source, text)) in Self.sources.enumerated() {
      let (to, left) = (Self.registers[place % 5], Self.registers[place / 5 % 5])
      for operation in Assembler.Binary.allCases {
        listing.add("\(names[operation] ?? "") ymm\(to),ymm\(left),\(text)") {
          $0.binary(operation, to, left, source)
        }
      }
      for predicate in Assembler.Predicate.allCases {
        listing.add("\(predicates[predicate] ?? "") ymm\(to),ymm\(left),\(text)") {
          $0.compare(predicate, to, left, source)
        }
      }
      listing.add("vsqrtpd ymm\(to),\(text)") { $0.squareRoot(to, source) }
      for mode in Assembler.Rounding.allCases {
        listing.add("vroundpd ymm\(to),\(text),0x\(String(mode.rawValue, radix: 16))") {
          $0.round(mode, to, source)
        }
      }
      listing.add("vmovupd ymm\(to),\(text)") { $0.move(to, source) }
      let mask = Self.registers[place / 25 % 5]
      listing.add("vblendvpd ymm\(to),ymm\(left),\(text),ymm\(mask)") {
        $0.blend(to, no: left, yes: source, mask: mask)
      }
      if case .memory(let address) = source {
        let scalar = text.replacing("YMMWORD", with: "QWORD")
        listing.add("vbroadcastsd ymm\(to),\(scalar)") { $0.broadcast(to, address) }
        listing.add("vmovupd \(text),ymm\(to)") { $0.store(to, address) }
      }
    }
    for to in Self.registers {
      for from in Self.registers {
        listing.add("vpsllq ymm\(to),ymm\(from),0x34") { $0.shiftUp(to, from, by: 52) }
        listing.add("vpsrlq ymm\(to),ymm\(from),0x34") { $0.shiftDown(to, from, by: 52) }
      }
      listing.add("vtestpd ymm\(to),ymm\(to)") { $0.test(to) }
    }
    listing.add("vzeroupper") { $0.zeroUpper() }
  }

  /// Register and memory operands of a width, with their text.
  static func sources(_ width: Assembler.Width) -> [(Source, String)] {
    let letter = width == .bytes64 ? "z" : "y"
    let numbers: [UInt8] = width == .bytes64 ? [0, 7, 8, 15, 16, 25, 31] : registers
    var result: [(Source, String)] = numbers.map { (.register($0), "\(letter)mm\($0)") }
    let word = width == .bytes64 ? "ZMMWORD" : "YMMWORD"
    for base in Assembler.Register.allCases {
      for displacement: Int32 in [64, 4, -8192] {
        let text = displacement < 0 ? "-0x2000" : "+0x\(String(displacement, radix: 16))"
        result.append(
          (
            .memory(Address(base: base, displacement: displacement)),
            "\(word) PTR [\(base)\(text)]"
          ))
      }
      for (index, scale) in [
        (Assembler.Register.rax, Address.Scale.one), (.r9, .two), (.rdx, .eight),
      ] {
        result.append(
          (
            .memory(Address(base: base, index: index, scale: scale, displacement: 0x120)),
            "\(word) PTR [\(base)+\(index)*\(1 << scale.rawValue)+0x120]"
          ))
      }
    }
    return result
  }

  private func products(_ listing: inout Listing, _ form: Assembler.Form) {
    let letter = form.width == .bytes64 ? "z" : "y"
    let (kind, one) = form.element == .double ? ("d", "QWORD") : ("s", "DWORD")
    let numbers: [UInt8] = form.width == .bytes64 ? [0, 3, 9, 15, 17, 26, 31] : Self.registers
    for (place, (source, text)) in Self.sources(form.width).enumerated() {
      let (to, left) = (numbers[place % 7 % numbers.count], numbers[place / 3 % numbers.count])
      let (first, second) = ("\(letter)mm\(to)", "\(letter)mm\(left)")
      listing.add("vfmadd231p\(kind) \(first),\(second),\(text)") {
        $0.multiplyAdd(to, left, source, form)
      }
      listing.add("vaddp\(kind) \(first),\(second),\(text)") { $0.add(to, left, source, form) }
      listing.add("vmovup\(kind) \(first),\(text)") { $0.move(to, source, form) }
      guard case .memory(let address) = source else { continue }
      listing.add("vmovup\(kind) \(text),\(first)") { $0.store(to, address, form) }
      let number = text.replacing("\(letter.uppercased())MMWORD", with: one)
      listing.add("vbroadcasts\(kind) \(first),\(number)") { $0.broadcast(to, address, form) }
      switch form.width {
      case .bytes64:
        listing.add("vmovup\(kind) \(first){k1}{z},\(text)") {
          $0.move(to, source, form, .masked)
        }
        listing.add("vmovup\(kind) \(text){k1},\(first)") {
          $0.store(to, address, form, .masked)
        }
      case .bytes32:
        listing.add("vmaskmovp\(kind) \(first),\(second),\(text)") {
          $0.maskedMove(to, mask: left, address, form.element)
        }
        listing.add("vhaddp\(kind) \(first),\(second),\(second)") {
          $0.addNeighbours(to, left, left, form.element)
        }
      }
    }
    for register in numbers {
      let name = "\(letter)mm\(register)"
      let text = form.width == .bytes64 ? "vpxorq" : "vxorpd"
      listing.add("\(text) \(name),\(name),\(name)") { $0.clear(register, form) }
    }
  }

  private func productGenerals(_ listing: inout Listing) {
    for register in Assembler.Register.allCases {
      let low = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"]
      let number = Int(register.rawValue)
      listing.add("kmovw k1,\(number < 8 ? low[number] : "\(register)d")") { $0.setMask(register) }
      listing.add("test \(register),\(register)") { $0.test(register) }
      for other in Assembler.Register.allCases {
        listing.add("add \(register),\(other)") { $0.add(register, other) }
        listing.add("lea \(register),[\(other)+r10*2+0x0]") {
          $0.loadAddress(register, Address(base: other, index: .r10, scale: .two))
        }
      }
    }
    for register in Self.registers {
      listing.add("vextractf64x4 ymm\(register),zmm7,0x1") { $0.upperHalf(register, 7) }
      listing.add("vperm2f128 ymm\(register),ymm3,ymm9,0x31") {
        $0.permuteHalves(register, 3, 9, 0x31)
      }
      listing.add("vmovups XMMWORD PTR [rcx+0x10],xmm\(register)") {
        $0.storeLowHalf(register, Address(base: .rcx, displacement: 16))
      }
    }
  }

  @Test("in every form that matrix products take")
  func productForms() throws {
    var listing = Listing()
    for width in Assembler.Width.allCases {
      for element in Assembler.Element.allCases {
        products(&listing, Assembler.Form(width, element))
      }
    }
    productGenerals(&listing)
    try check(listing)
  }

  private func generals(_ listing: inout Listing) {
    for register in Assembler.Register.allCases {
      listing.add("push \(register)") { $0.push(register) }
      listing.add("pop \(register)") { $0.pop(register) }
      listing.add("xor \(register),\(register)") { $0.clear(register) }
      // The accumulator's short forms are not used, but the disassembler does not tell.
      listing.add("add \(register),0x12345678") { $0.add(register, 0x1234_5678) }
      listing.add("and \(register),0xfffffffffffffff8") { $0.and(register, -8) }
      listing.add("xor \(register),0x40") { $0.exclusiveOr(register, 64) }
      listing.add("shl \(register),0x3") { $0.shiftUp(register, by: 3) }
      listing.add("shr \(register),0x3") { $0.shiftDown(register, by: 3) }
      for other in Assembler.Register.allCases {
        listing.add("mov \(register),\(other)") { $0.copy(register, other) }
        listing.add("cmp \(register),\(other)") { $0.compare(register, other) }
        listing.add("mov \(register),QWORD PTR [\(other)+0x10]") {
          $0.load(register, Address(base: other, displacement: 16))
        }
      }
    }
    listing.add("ret") { $0.return() }
  }

  /// Compares what is written with what the disassembler reads, where there is one.
  func check(_ listing: Listing) throws {
    guard let found = try disassemble(listing.assembler.finished()) else { return }
    #expect(found.count == listing.expected.count)
    let difference = zip(found, listing.expected).first { $0 != $1 }
    #expect(difference == nil)
  }

  @Test("in every form that is written")
  func forms() throws {
    var listing = Listing()
    vectors(&listing)
    generals(&listing)
    try check(listing)
  }

  @Test("jumps lead to their labels, forwards and backwards")
  func jumps() throws {
    var assembler = Assembler()
    let (start, end) = (assembler.label(), assembler.label())
    assembler.place(start)
    assembler.jumpIfNotBelow(end)
    assembler.jumpIfBelow(start)
    assembler.jumpIfNotZero(end)
    assembler.jumpIfZero(end)
    assembler.jump(end)
    assembler.align()
    assembler.place(end)
    assembler.return()
    guard let found = try disassemble(assembler.finished()) else { return }
    #expect(
      found == ["jae 0x20", "jb 0x0", "jne 0x20", "je 0x20", "jmp 0x20"]
        + Array(repeating: "nop", count: 3) + ["ret"])
  }

  @Test("code is never writable while it is executable")
  func protection() throws {
    #if os(Linux)
      let page = try #require(ExecutablePage([0xC3]))
      let file = try #require(fopen("/proc/self/maps", "r"))
      defer { fclose(file) }
      var permissions: String?
      while let line = readLine(file) {
        let fields = line.split(separator: " ")
        let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        #expect(!(fields[1].contains("w") && fields[1].contains("x")), "\(line)")
        if ends.count == 2, (ends[0]..<ends[1]).contains(UInt(bitPattern: page.start)) {
          permissions = String(fields[1])
        }
      }
      #expect(permissions == "r-xp")
      withExtendedLifetime(page) {}
    #endif
    #expect(ExecutablePage([]) == nil)
  }

  #if canImport(Glibc)
    private func readLine(_ file: UnsafeMutablePointer<FILE>) -> String? {
      var buffer = [CChar](repeating: 0, count: 4096)
      guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
      return String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init), as: UTF8.self)
    }
  #endif

  /// The instructions by `objdump`; nil, with a message, where there is none.
  func disassemble(_ code: [UInt8]) throws -> [String]? {
    #if canImport(Glibc)
      guard system("command -v objdump > /dev/null 2>&1") == 0 else {
        print("skipped: there is no objdump here")
        return nil
      }
      var template = Array("/tmp/adc-code-XXXXXX".utf8CString)
      let descriptor = mkstemp(&template)
      let path = String(decoding: template.dropLast().map(UInt8.init), as: UTF8.self)
      defer { unlink(path) }
      try #require(write(descriptor, code, code.count) == code.count)
      close(descriptor)
      let command = "objdump -D -w -b binary -m i386:x86-64 -M intel --no-show-raw-insn \(path)"
      let pipe = try #require(popen(command, "r"))
      defer { pclose(pipe) }
      var result: [String] = []
      while let line = readLine(pipe) {
        let parts = line.split(separator: "\t")
        guard parts.count == 2, line.hasPrefix(" ") else { continue }
        result.append(parts[1].split(separator: " ").joined(separator: " "))
      }
      return result
    #else
      print("skipped: there is no objdump here")
      return nil
    #endif
  }
}
