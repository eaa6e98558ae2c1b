import ADCMachine
import Testing

extension NativeAssemblerTests {
  @Test("in every form of 512 bits that loops take")
  func wideForms() throws {
    var listing = Listing()
    wideVectors(&listing)
    wideMasks(&listing)
    try check(listing)
  }

  @Test("in every form of one double that scalars take")
  func scalarForms() throws {
    var listing = Listing()
    let arithmetic: [Assembler.Binary: String] = [
      .add: "vaddsd", .multiply: "vmulsd", .subtract: "vsubsd", .minimum: "vminsd",
      .divide: "vdivsd", .maximum: "vmaxsd",
    ]
    let logic: [Assembler.Binary: String] = [
      .and: "vandpd", .andNot: "vandnpd", .or: "vorpd", .exclusiveOr: "vxorpd",
    ]
    let predicates: [Assembler.Predicate: String] = [
      .equal: "vcmpeqsd", .unordered: "vcmpunordsd", .notEqual: "vcmpneqsd",
      .ordered: "vcmpordsd", .less: "vcmplt_oqsd", .lessOrEqual: "vcmple_oqsd",
      .notLess: "vcmpnlt_uqsd", .notLessOrEqual: "vcmpnle_uqsd",
    ]
    for (place, (source, text)) in Self.sources(.bytes32).enumerated() {
      let (to, left) = (Self.registers[place % 5], Self.registers[place / 5 % 5])
      let one = text.replacing("ymm", with: "xmm").replacing("YMMWORD", with: "QWORD")
      let both = text.replacing("ymm", with: "xmm").replacing("YMMWORD", with: "XMMWORD")
      for operation in Assembler.Binary.allCases {
        let name = arithmetic[operation] ?? logic[operation] ?? ""
        let operand = arithmetic[operation] == nil ? both : one
        listing.add("\(name) xmm\(to),xmm\(left),\(operand)") {
          $0.binary(operation, to, left, source, .one)
        }
      }
      for predicate in Assembler.Predicate.allCases {
        listing.add("\(predicates[predicate] ?? "") xmm\(to),xmm\(left),\(one)") {
          $0.compareOne(predicate, to, left, source)
        }
      }
      var upper = "xmm\(to)"
      if case .register = source { upper = one }
      listing.add("vsqrtsd xmm\(to),\(upper),\(one)") { $0.squareRoot(to, source, .one) }
      for mode in Assembler.Rounding.allCases {
        let number = String(mode.rawValue, radix: 16)
        listing.add("vroundsd xmm\(to),\(upper),\(one),0x\(number)") {
          $0.round(mode, to, source, .one)
        }
      }
      listing.add("vblendvpd xmm\(to),xmm\(left),\(both),xmm3") {
        $0.blendOne(to, no: left, yes: source, mask: 3)
      }
      guard case .memory(let address) = source else { continue }
      listing.add("vmovsd xmm\(to),\(one)") { $0.move(to, source, .one) }
      listing.add("vmovsd \(one),xmm\(to)") { $0.store(to, address, .one) }
    }
    for to in Self.registers {
      for from in Self.registers {
        listing.add("vpsllq xmm\(to),xmm\(from),0x34") { $0.shiftUp(to, from, by: 52, .one) }
        listing.add("vpsrlq xmm\(to),xmm\(from),0x34") { $0.shiftDown(to, from, by: 52, .one) }
      }
      listing.add("vtestpd xmm\(to),xmm\(to)") { $0.testOne(to) }
    }
    try check(listing)
  }

  private static let wideRegisters: [UInt8] = [0, 3, 9, 15, 17, 26, 31]

  private func wideVectors(_ listing: inout Listing) {
    let names: [Assembler.Binary: String] = [
      .and: "vpandq", .andNot: "vpandnq", .or: "vporq", .exclusiveOr: "vpxorq", .add: "vaddpd",
      .multiply: "vmulpd", .subtract: "vsubpd", .minimum: "vminpd", .divide: "vdivpd",
      .maximum: "vmaxpd",
    ]
    let predicates: [Assembler.Predicate: String] = [
      .equal: "vcmpeqpd", .unordered: "vcmpunordpd", .notEqual: "vcmpneqpd",
      .ordered: "vcmpordpd", .less: "vcmplt_oqpd", .lessOrEqual: "vcmple_oqpd",
      .notLess: "vcmpnlt_uqpd", .notLessOrEqual: "vcmpnle_uqpd",
    ]
    for (place, (source, text)) in Self.sources(.bytes64).enumerated() {
      let (to, left) = (Self.wideRegisters[place % 7], Self.wideRegisters[place / 3 % 7])
      let mask = Assembler.Mask(UInt8(1 + place % 7))
      let k = "k\(mask.number)"
      for operation in Assembler.Binary.allCases {
        listing.add("\(names[operation] ?? "") zmm\(to),zmm\(left),\(text)") {
          $0.binary(operation, to, left, source, .eight)
        }
      }
      for predicate in Assembler.Predicate.allCases {
        listing.add("\(predicates[predicate] ?? "") \(k),zmm\(left),\(text)") {
          $0.compare(predicate, mask, left, source)
        }
        listing.add("\(predicates[predicate] ?? "") k1{\(k)},zmm\(left),\(text)") {
          $0.compare(predicate, Assembler.Mask(1), left, source, where: mask)
        }
      }
      for mode in Assembler.Rounding.allCases {
        listing.add("vrndscalepd zmm\(to),\(text),0x\(String(mode.rawValue, radix: 16))") {
          $0.round(mode, to, source, .eight)
        }
      }
      listing.add("vsqrtpd zmm\(to),\(text)") { $0.squareRoot(to, source, .eight) }
      listing.add("vmovupd zmm\(to),\(text)") { $0.move(to, source, .eight) }
      listing.add("vmovupd zmm\(to){\(k)}{z},\(text)") { $0.move(to, source, where: mask) }
      listing.add("vblendmpd zmm\(to){\(k)},zmm\(left),\(text)") {
        $0.blend(to, no: left, yes: source, mask: mask)
      }
      guard case .memory(let address) = source else { continue }
      listing.add("vmovupd \(text),zmm\(to)") { $0.store(to, address, .eight) }
      listing.add("vmovupd \(text){\(k)},zmm\(to)") { $0.store(to, address, where: mask) }
    }
  }

  private func wideMasks(_ listing: inout Listing) {
    for to in Self.wideRegisters {
      for from in Self.wideRegisters {
        listing.add("vpsllq zmm\(to),zmm\(from),0x34") {
          $0.shiftUp(to, from, by: 52, .eight)
        }
        listing.add("vpsrlq zmm\(to),zmm\(from),0x34") {
          $0.shiftDown(to, from, by: 52, .eight)
        }
      }
    }
    let low = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"]
    for number in UInt8(1)...7 {
      let mask = Assembler.Mask(number)
      for register in Self.wideRegisters {
        let z = "zmm\(register)"
        listing.add("vpternlogq \(z){k\(number)}{z},\(z),\(z),0xff") {
          $0.fill(register, where: mask)
        }
        listing.add("vptestmq k\(number),\(z),\(z)") { $0.findBits(mask, register) }
        listing.add("vptestmq k2{k\(number)},\(z),\(z)") {
          $0.findBits(Assembler.Mask(2), register, where: mask)
        }
      }
      for other in UInt8(1)...7 {
        listing.add("kandw k\(number),k\(other),k6") {
          $0.and(mask, Assembler.Mask(other), Assembler.Mask(6))
        }
        listing.add("kandw k3,k\(number),k\(other)") {
          $0.and(Assembler.Mask(3), mask, Assembler.Mask(other))
        }
        listing.add("knotw k\(number),k\(other)") { $0.not(mask, Assembler.Mask(other)) }
      }
      listing.add("kortestw k\(number),k\(number)") { $0.test(mask) }
      for register in Assembler.Register.allCases {
        let place = Int(register.rawValue)
        listing.add("kmovw k\(number),\(place < 8 ? low[place] : "\(register)d")") {
          $0.set(mask, register)
        }
      }
    }
    for register in Assembler.Register.allCases {
      listing.add("shl \(register),cl") { $0.shiftUpByCount(register) }
      for other in Assembler.Register.allCases {
        listing.add("sub \(register),\(other)") { $0.subtract(register, other) }
      }
    }
  }
}
