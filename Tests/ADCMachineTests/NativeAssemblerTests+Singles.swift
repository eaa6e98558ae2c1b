import ADCMachine
import Testing

extension NativeAssemblerTests {
  @Test("in every form of singles that loops and scalars take")
  func singleForms() throws {
    var listing = Listing()
    narrowSingles(&listing)
    wideSingles(&listing)
    oneSingle(&listing)
    try check(listing)
  }

  private static let arithmetic: [Assembler.Binary: String] = [
    .add: "vadd", .multiply: "vmul", .subtract: "vsub", .minimum: "vmin", .divide: "vdiv",
    .maximum: "vmax",
  ]
  private static let predicates: [Assembler.Predicate: (String, String)] = [
    .equal: ("vcmpeq", ""), .unordered: ("vcmpunord", ""), .notEqual: ("vcmpneq", ""),
    .ordered: ("vcmpord", ""), .less: ("vcmplt", "_oq"), .lessOrEqual: ("vcmple", "_oq"),
    .notLess: ("vcmpnlt", "_uq"), .notLessOrEqual: ("vcmpnle", "_uq"),
  ]

  private static func predicate(_ predicate: Assembler.Predicate, _ ending: String) -> String {
    let name = predicates[predicate] ?? ("", "")
    return name.0 + name.1 + ending
  }

  private static let wide: [UInt8] = [0, 3, 9, 15, 17, 26, 31]

  private func narrowSingles(_ listing: inout Listing) {
    for (place, (source, text)) in Self.sources(.bytes32).enumerated() {
      let (to, left) = (Self.registers[place % 5], Self.registers[place / 5 % 5])
      let half = text.replacing("YMMWORD", with: "XMMWORD").replacing("ymm", with: "xmm")
      for (operation, name) in Self.arithmetic.sorted(by: { $0.value < $1.value }) {
        listing.add("\(name)ps ymm\(to),ymm\(left),\(text)") {
          $0.binary(operation, to, left, source, .four, .single)
        }
      }
      for predicate in Assembler.Predicate.allCases {
        listing.add("\(Self.predicate(predicate, "ps")) ymm\(to),ymm\(left),\(text)") {
          $0.compare(predicate, to, left, source, .single)
        }
      }
      listing.add("vsqrtps ymm\(to),\(text)") { $0.squareRoot(to, source, .four, .single) }
      for mode in Assembler.Rounding.allCases {
        listing.add("vroundps ymm\(to),\(text),0x\(String(mode.rawValue, radix: 16))") {
          $0.round(mode, to, source, .four, .single)
        }
      }
      listing.add("vblendvps ymm\(to),ymm\(left),\(text),ymm7") {
        $0.blend(to, no: left, yes: source, mask: 7, .single)
      }
      listing.add("vcvtps2pd ymm\(to),\(half)") { $0.widen(to, source, .four) }
      listing.add("vcvtpd2ps xmm\(to),\(text)") { $0.narrow(to, source, .four) }
    }
    for to in Self.registers {
      for from in Self.registers {
        listing.add("vextractf128 xmm\(to),ymm\(from),0x1") { $0.upperHalf(to, from, .four) }
        listing.add("vinsertf128 ymm\(to),ymm\(from),xmm\(to),0x1") {
          $0.join(to, low: from, high: to, .four)
        }
      }
    }
  }

  private func wideSingles(_ listing: inout Listing) {
    for (place, (source, text)) in Self.sources(.bytes64).enumerated() {
      let (to, left) = (Self.wide[place % 7], Self.wide[place / 3 % 7])
      let mask = Assembler.Mask(UInt8(1 + place % 7))
      let k = "k\(mask.number)"
      let half = text.replacing("ZMMWORD", with: "YMMWORD").replacing("zmm", with: "ymm")
      for (operation, name) in Self.arithmetic.sorted(by: { $0.value < $1.value }) {
        listing.add("\(name)ps zmm\(to),zmm\(left),\(text)") {
          $0.binary(operation, to, left, source, .eight, .single)
        }
      }
      for predicate in Assembler.Predicate.allCases {
        listing.add("\(Self.predicate(predicate, "ps")) \(k),zmm\(left),\(text)") {
          $0.compare(predicate, mask, left, source, .single)
        }
      }
      for mode in Assembler.Rounding.allCases {
        listing.add("vrndscaleps zmm\(to),\(text),0x\(String(mode.rawValue, radix: 16))") {
          $0.round(mode, to, source, .eight, .single)
        }
      }
      listing.add("vsqrtps zmm\(to),\(text)") { $0.squareRoot(to, source, .eight, .single) }
      listing.add("vmovups zmm\(to),\(text)") { $0.move(to, source, .eight, .single) }
      listing.add("vmovups zmm\(to){\(k)}{z},\(text)") {
        $0.move(to, source, where: mask, .single)
      }
      listing.add("vblendmps zmm\(to){\(k)},zmm\(left),\(text)") {
        $0.blend(to, no: left, yes: source, mask: mask, .single)
      }
      listing.add("vcvtps2pd zmm\(to),\(half)") { $0.widen(to, source, .eight) }
      listing.add("vcvtpd2ps ymm\(to),\(text)") { $0.narrow(to, source, .eight) }
      guard case .memory(let address) = source else { continue }
      listing.add("vmovups \(text),zmm\(to)") { $0.store(to, address, .eight, .single) }
      listing.add("vmovups \(text){\(k)},zmm\(to)") {
        $0.store(to, address, where: mask, .single)
      }
    }
    for to in Self.wide {
      for from in Self.wide {
        listing.add("vextractf64x4 ymm\(to),zmm\(from),0x1") { $0.upperHalf(to, from, .eight) }
        listing.add("vinsertf64x4 zmm\(to),zmm\(from),ymm\(to),0x1") {
          $0.join(to, low: from, high: to, .eight)
        }
      }
      for number in UInt8(1)...7 {
        let mask = Assembler.Mask(number)
        listing.add("vpternlogd zmm\(to){k\(number)}{z},zmm\(to),zmm\(to),0xff") {
          $0.fill(to, where: mask, .single)
        }
        listing.add("vptestmd k\(number),zmm\(to),zmm\(to)") { $0.findBits(mask, to, .single) }
        listing.add("vptestmd k2{k\(number)},zmm\(to),zmm\(to)") {
          $0.findBits(Assembler.Mask(2), to, where: mask, .single)
        }
      }
    }
  }

  private func oneSingle(_ listing: inout Listing) {
    for (place, (source, text)) in Self.sources(.bytes32).enumerated() {
      let (to, left) = (Self.registers[place % 5], Self.registers[place / 5 % 5])
      let one = text.replacing("ymm", with: "xmm").replacing("YMMWORD", with: "DWORD")
      let two = text.replacing("ymm", with: "xmm").replacing("YMMWORD", with: "QWORD")
      let whole = text.replacing("ymm", with: "xmm").replacing("YMMWORD", with: "XMMWORD")
      for (operation, name) in Self.arithmetic.sorted(by: { $0.value < $1.value }) {
        listing.add("\(name)ss xmm\(to),xmm\(left),\(one)") {
          $0.binary(operation, to, left, source, .one, .single)
        }
      }
      for predicate in Assembler.Predicate.allCases {
        listing.add("\(Self.predicate(predicate, "ss")) xmm\(to),xmm\(left),\(one)") {
          $0.compareOne(predicate, to, left, source, .single)
        }
      }
      var upper = "xmm\(to)"
      if case .register = source { upper = one }
      listing.add("vsqrtss xmm\(to),\(upper),\(one)") {
        $0.squareRoot(to, source, .one, .single)
      }
      for mode in Assembler.Rounding.allCases {
        let number = String(mode.rawValue, radix: 16)
        listing.add("vroundss xmm\(to),\(upper),\(one),0x\(number)") {
          $0.round(mode, to, source, .one, .single)
        }
      }
      listing.add("vblendvps xmm\(to),xmm\(left),\(whole),xmm3") {
        $0.blendOne(to, no: left, yes: source, mask: 3, .single)
      }
      listing.add("vcvtss2sd xmm\(to),xmm\(to),\(one)") { $0.widen(to, source, .one) }
      listing.add("vcvtsd2ss xmm\(to),xmm\(to),\(two)") { $0.narrow(to, source, .one) }
      guard case .memory(let address) = source else { continue }
      listing.add("vmovss xmm\(to),\(one)") { $0.move(to, source, .one, .single) }
      listing.add("vmovss \(one),xmm\(to)") { $0.store(to, address, .one, .single) }
    }
  }
}
