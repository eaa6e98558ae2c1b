/// Writes the code that multiplies rows of a matrix by a vector, several rows at a time.
///
/// Terms are added with one rounding into as many partial sums as 64 bytes have numbers: the
/// second half to the first, then neighbours pairwise. So the bits do not depend on the width of
/// vectors, nor on the rows.
struct DotCode {
  /// What the code is called with. Steps are in bytes.
  struct Arguments {
    /// Rows, each without gaps.
    var a: UnsafeRawPointer
    var aRow: Int
    var x: UnsafeRawPointer
    /// Receives the sums of every group of rows; of four at least.
    var y: UnsafeMutableRawPointer
    /// Runs of 64 bytes in a row.
    var runs: Int
    /// How many groups of rows there are; at least 1.
    var groups: Int
    /// Of the numbers after the runs: 64 bytes, or bits for 512-bit vectors; 0 for none.
    var mask: Int

    fileprivate enum Place: Int32 {
      case a = 0
      case aRow = 8
      case x = 16
      case y = 24
      case runs = 32
      case groups = 40
      case mask = 48
    }
  }

  private let form: Assembler.Form
  private let rows: Int
  /// nil where rows are too long to be written out.
  private let runs: Int?
  private var assembler = Assembler()

  /// - Parameters:
  ///   - rows: 1 to 4, or 8 with 512 bits.
  ///   - runs: The runs of a row, where they are few and known.
  init(_ form: Assembler.Form, rows: Int, runs: Int?) {
    self.form = form
    self.rows = rows
    self.runs = runs
  }

  /// Runs up to which rows are read one after the other, as they lie in memory.
  static let mostRuns = 4
  /// Bytes that are asked for before they are needed.
  private static let ahead: Int32 = 8192

  static func mostRows(_ width: Assembler.Width) -> Int { width == .bytes64 ? 8 : 4 }

  private var parts: Int { 64 / form.width.rawValue }
  private var firstFree: Int { max(rows, 4) * parts }
  private static let bases: [Assembler.Register] = [.rsi, .r8, .r9]

  private func sum(_ row: Int, _ part: Int) -> UInt8 { UInt8(row * parts + part) }

  private func left(_ row: Int, _ part: Int) -> Assembler.Address {
    let shift = Int32(part * form.width.rawValue)
    let base = Self.bases[row / 3]
    return row % 3 == 0
      ? Assembler.Address(base: base, displacement: shift)
      : Assembler.Address(
        base: base, index: .rdx, scale: row % 3 == 1 ? .one : .two, displacement: shift)
  }

  private func right(_ part: Int) -> Assembler.Address {
    Assembler.Address(base: .r11, displacement: Int32(part * form.width.rawValue))
  }

  func bytes() -> [UInt8] {
    var copy = self
    copy.write()
    return copy.assembler.finished()
  }

  private mutating func load(_ register: Assembler.Register, _ place: Arguments.Place) {
    assembler.load(register, Assembler.Address(base: .rdi, displacement: place.rawValue))
  }

  private mutating func write() {
    let (group, tail, done) = (assembler.label(), assembler.label(), assembler.label())
    assembler.push(.rbx)
    assembler.push(.rbp)
    load(.rbx, .a)
    load(.rdx, .aRow)
    load(.rcx, .y)
    load(.rbp, .groups)
    load(.rax, .mask)
    if form.width == .bytes64 { assembler.setMask(.rax) }
    assembler.align()
    assembler.place(group)
    assembler.copy(.rsi, .rbx)
    for place in 1..<3 where place * 3 < rows {
      assembler.loadAddress(
        Self.bases[place],
        Assembler.Address(base: Self.bases[place - 1], index: .rdx, scale: .two))
      assembler.add(Self.bases[place], .rdx)
    }
    load(.r11, .x)
    load(.r10, .runs)
    for register in 0..<UInt8(firstFree) { assembler.clear(register, form) }
    if let runs {
      sumFewRuns(runs)
    } else {
      assembler.test(.r10)
      assembler.jumpIfZero(tail)
      sumRuns()
      assembler.place(tail)
    }
    assembler.test(.rax)
    assembler.jumpIfZero(done)
    sumRest()
    assembler.place(done)
    addSums()
    for _ in 0..<rows { assembler.add(.rbx, .rdx) }
    assembler.add(.rcx, Int32(rows * form.element.rawValue))
    assembler.add(.rbp, -1)
    assembler.jumpIfNotZero(group)
    assembler.zeroUpper()
    assembler.pop(.rbp)
    assembler.pop(.rbx)
    assembler.return()
  }

  private mutating func sumRuns() {
    let again = assembler.label()
    assembler.align()
    assembler.place(again)
    for part in 0..<parts {
      let x = UInt8(firstFree + part)
      assembler.move(x, .memory(right(part)), form)
      for row in 0..<rows {
        assembler.multiplyAdd(sum(row, part), x, .memory(left(row, part)), form)
      }
    }
    for place in 0..<3 where place * 3 < rows { assembler.add(Self.bases[place], 64) }
    assembler.add(.r11, 64)
    assembler.add(.r10, -1)
    assembler.jumpIfNotZero(again)
  }

  /// Reads rows one after the other, as they lie in memory.
  private mutating func sumFewRuns(_ runs: Int) {
    let count = runs * parts
    let isHeld = firstFree + count <= form.width.registerCount
    if isHeld {
      for place in 0..<count {
        assembler.move(UInt8(firstFree + place), .memory(right(place)), form)
      }
    }
    for row in 0..<rows {
      for place in 0..<count {
        let total = sum(row, place % parts)
        if isHeld {
          assembler.multiplyAdd(total, UInt8(firstFree + place), .memory(left(row, place)), form)
        } else {
          assembler.move(UInt8(firstFree), .memory(left(row, place)), form)
          assembler.multiplyAdd(total, UInt8(firstFree), .memory(right(place)), form)
        }
        if place % parts == 0 {
          var ahead = left(row, place)
          ahead.displacement += Self.ahead
          assembler.prefetch(ahead)
        }
      }
    }
    guard runs > 0 else { return }
    for place in 0..<3 where place * 3 < rows {
      assembler.add(Self.bases[place], Int32(64 * runs))
    }
    assembler.add(.r11, Int32(64 * runs))
  }

  private mutating func sumRest() {
    let (x, held, mask) = (UInt8(firstFree), UInt8(firstFree + 1), UInt8(firstFree + 2))
    for part in 0..<parts {
      if form.width == .bytes32 {
        let place = Int32(part * form.width.rawValue)
        assembler.move(mask, .memory(Assembler.Address(base: .rax, displacement: place)))
      }
      loadMasked(x, mask, right(part))
      for row in 0..<rows {
        loadMasked(held, mask, left(row, part))
        assembler.multiplyAdd(sum(row, part), x, .register(held), form)
      }
    }
  }

  private mutating func loadMasked(_ to: UInt8, _ mask: UInt8, _ address: Assembler.Address) {
    switch form.width {
    case .bytes32: assembler.maskedMove(to, mask: mask, address, form.element)
    case .bytes64: assembler.move(to, .memory(address), form, .masked)
    }
  }

  /// Four rows at a time: their sums side by side.
  private mutating func addSums() {
    let narrow = Assembler.Form(.bytes32, form.element)
    let spare = UInt8(firstFree)
    for first in stride(from: 0, to: max(rows, 4), by: 4) {
      for row in first..<(first + 4) {
        switch form.width {
        case .bytes32:
          assembler.add(sum(row, 0), sum(row, 0), .register(sum(row, 1)), narrow)
        case .bytes64:
          assembler.upperHalf(spare, sum(row, 0))
          assembler.add(sum(row, 0), sum(row, 0), .register(spare), narrow)
        }
      }
      let (r0, r1) = (sum(first, 0), sum(first + 1, 0))
      let (r2, r3) = (sum(first + 2, 0), sum(first + 3, 0))
      assembler.addNeighbours(r0, r0, r1, form.element)
      assembler.addNeighbours(r2, r2, r3, form.element)
      let target = Assembler.Address(
        base: .rcx, displacement: Int32(first * form.element.rawValue))
      if form.element == .double {
        assembler.permuteHalves(spare, r0, r2, 0x20)
        assembler.permuteHalves(r1, r0, r2, 0x31)
        assembler.add(r0, spare, .register(r1), narrow)
        assembler.store(r0, target, narrow)
      } else {
        assembler.addNeighbours(r0, r0, r2, form.element)
        assembler.permuteHalves(spare, r0, r0, 0x01)
        assembler.add(r0, r0, .register(spare), narrow)
        assembler.storeLowHalf(r0, target)
      }
    }
  }
}
