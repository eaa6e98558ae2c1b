/// Writes the code that computes a tile of a product: all of its sums are held in registers.
///
/// Each sum has its terms in their order, each added with one rounding; so the bits depend neither
/// on the tile's size nor on the width of vectors.
struct TileCode {
  /// What the code is called with. Steps are in bytes.
  struct Arguments {
    /// The left side: from row to row, from term to term.
    var a: UnsafeRawPointer
    var aRow: Int
    var aTerm: Int
    /// The right side, whose columns are neighbours.
    var b: UnsafeRawPointer
    var bTerm: Int
    var c: UnsafeMutableRawPointer
    var cRow: Int
    /// At least 1.
    var terms: Int
    /// 32 bytes, or bits for 512-bit vectors.
    var mask: Int
    /// Whether the sums are added to what `c` holds; 0 or 1.
    var adding: Int

    fileprivate enum Place: Int32 {
      case a = 0
      case aRow = 8
      case aTerm = 16
      case b = 24
      case bTerm = 32
      case c = 40
      case cRow = 48
      case terms = 56
      case mask = 64
      case adding = 72
    }
  }

  private let form: Assembler.Form
  private let rows: Int
  private let vectors: Int
  private let isMasked: Bool
  private var assembler = Assembler()

  init(_ form: Assembler.Form, rows: Int, vectors: Int, isMasked: Bool) {
    self.form = form
    self.rows = rows
    self.vectors = vectors
    self.isMasked = isMasked
  }

  static let mostRows = 12
  static let mostVectors = 8

  /// The vectors that a tile of so many rows may have: all sums, a row of b, a factor, a mask.
  static func vectors(rows: Int, _ width: Assembler.Width) -> Int {
    let free = width.registerCount - (width == .bytes32 ? 2 : 1)
    return min(rows == 1 ? free - 1 : free / (rows + 1), mostVectors)
  }

  private var firstRight: Int { rows * vectors }
  private var factor: UInt8 { UInt8(firstRight + (rows == 1 ? 1 : vectors)) }
  private var mask: UInt8 { UInt8(form.width.registerCount - 1) }

  private func sum(_ row: Int, _ vector: Int) -> UInt8 { UInt8(row * vectors + vector) }

  private func isCut(_ vector: Int) -> Bool { isMasked && vector == vectors - 1 }

  /// Rows in threes from one register each: an index is scaled by 1 or 2.
  private static let bases: [Assembler.Register] = [.rsi, .r8, .r9, .r10]

  private func left(_ row: Int) -> Assembler.Address {
    let base = Self.bases[row / 3]
    switch row % 3 {
    case 0: return Assembler.Address(base: base)
    case 1: return Assembler.Address(base: base, index: .rdx)
    default: return Assembler.Address(base: base, index: .rdx, scale: .two)
    }
  }

  func bytes() -> [UInt8] {
    var copy = self
    copy.start()
    copy.sumTerms()
    copy.finish()
    return copy.assembler.finished()
  }

  private mutating func load(_ register: Assembler.Register, _ place: Arguments.Place) {
    assembler.load(register, Assembler.Address(base: .rdi, displacement: place.rawValue))
  }

  private mutating func start() {
    assembler.push(.rbx)
    if isMasked {
      load(.r8, .mask)
      switch form.width {
      case .bytes32: assembler.move(mask, .memory(Assembler.Address(base: .r8)))
      case .bytes64: assembler.setMask(.r8)
      }
    }
    load(.rsi, .a)
    load(.rdx, .aRow)
    load(.rcx, .aTerm)
    load(.r11, .b)
    load(.rax, .bTerm)
    load(.rbx, .terms)
    for (place, base) in Self.bases.enumerated() where place > 0 && place * 3 < rows {
      assembler.loadAddress(
        base, Assembler.Address(base: Self.bases[place - 1], index: .rdx, scale: .two))
      assembler.add(base, .rdx)
    }
    for register in 0..<UInt8(rows * vectors) { assembler.clear(register, form) }
  }

  private mutating func loadRight(_ vector: Int, to register: UInt8) {
    let address = Assembler.Address(
      base: .r11, displacement: Int32(vector * form.width.rawValue))
    switch (isCut(vector), form.width) {
    case (false, _): assembler.move(register, .memory(address), form)
    case (true, .bytes64): assembler.move(register, .memory(address), form, .masked)
    case (true, .bytes32): assembler.maskedMove(register, mask: mask, address, form.element)
    }
  }

  private mutating func sumTerms() {
    let again = assembler.label()
    assembler.align()
    assembler.place(again)
    if rows == 1 {
      sumOneRow()
    } else {
      for vector in 0..<vectors { loadRight(vector, to: UInt8(firstRight + vector)) }
      for row in 0..<rows {
        assembler.broadcast(factor, left(row), form)
        for vector in 0..<vectors {
          assembler.multiplyAdd(
            sum(row, vector), factor, .register(UInt8(firstRight + vector)), form)
        }
      }
    }
    for (place, base) in Self.bases.enumerated() where place * 3 < rows {
      assembler.add(base, .rcx)
    }
    assembler.add(.r11, .rax)
    assembler.add(.rbx, -1)
    assembler.jumpIfNotZero(again)
  }

  /// A row of b is used once: it is no more than an operand.
  private mutating func sumOneRow() {
    assembler.broadcast(factor, left(0), form)
    for vector in 0..<vectors {
      if isCut(vector) {
        loadRight(vector, to: UInt8(firstRight))
        assembler.multiplyAdd(sum(0, vector), factor, .register(UInt8(firstRight)), form)
      } else {
        let address = Assembler.Address(
          base: .r11, displacement: Int32(vector * form.width.rawValue))
        assembler.multiplyAdd(sum(0, vector), factor, .memory(address), form)
      }
    }
  }

  private mutating func finish() {
    let (store, end) = (assembler.label(), assembler.label())
    load(.rsi, .c)
    load(.rdx, .cRow)
    load(.rcx, .adding)
    assembler.test(.rcx)
    assembler.jumpIfZero(store)
    storeRows(adding: true)
    assembler.jump(end)
    assembler.place(store)
    storeRows(adding: false)
    assembler.place(end)
    assembler.zeroUpper()
    assembler.pop(.rbx)
    assembler.return()
  }

  private mutating func storeRows(adding: Bool) {
    for row in 0..<rows {
      for vector in 0..<vectors {
        let address = Assembler.Address(
          base: .rsi, displacement: Int32(vector * form.width.rawValue))
        let lanes: Assembler.Lanes =
          isCut(vector) && form.width == .bytes64 ? .masked : .all
        if adding {
          let held = UInt8(firstRight)
          assembler.move(held, .memory(address), form, lanes)
          assembler.add(sum(row, vector), held, .register(sum(row, vector)), form)
        }
        assembler.store(sum(row, vector), address, form, lanes)
      }
      if row + 1 < rows { assembler.add(.rsi, .rdx) }
    }
  }
}
