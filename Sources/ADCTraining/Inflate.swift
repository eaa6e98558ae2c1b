/// Expands data compressed by DEFLATE (RFC 1951).
struct Inflate: ~Copyable {
  /// What is wrong with compressed data.
  struct Mistake: Error {
    var message: String
  }

  /// A prefix code: how many codes there are of each length, and the symbols in the order of their
  /// codes.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(lengths: ArraySlice<Int>) throws(Mistake) {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      var left = 1
      for length in 1...15 {
        left = left * 2 - counts[length]
        if left < 0 { throw Mistake(message: "its code has too many words") }
      }
      for length in 1...15 {
        for (symbol, own) in zip(0..., lengths) where own == length { symbols.append(symbol) }
      }
    }
  }

  private let input: ArraySlice<UInt8>
  private var place: Int
  private var bits: UInt32 = 0
  private var bitCount = 0
  private var output: [UInt8] = []
  private let limit: Int

  private init(_ input: ArraySlice<UInt8>, limit: Int) {
    self.input = input
    self.limit = limit
    place = input.startIndex
    output.reserveCapacity(limit)
  }

  /// The `size` bytes that the data stand for; fails where they stand for fewer or more.
  static func expand(_ input: ArraySlice<UInt8>, size: Int) throws(Mistake) -> [UInt8] {
    var inflate = Inflate(input, limit: size)
    while try !inflate.block() {}
    guard inflate.output.count == size else {
      throw Mistake(message: "it expands to \(inflate.output.count) bytes in the place of \(size)")
    }
    return inflate.output
  }

  /// One block; true after the last one.
  private mutating func block() throws(Mistake) -> Bool {
    let isLast = try take(1) == 1
    switch try take(2) {
    case 0: try stored()
    case 1: try compressed(Self.fixedLiterals(), Self.fixedDistances())
    case 2:
      let (literals, distances) = try codes()
      try compressed(literals, distances)
    default: throw Mistake(message: "a block of no known kind")
    }
    return isLast
  }

  private mutating func take(_ count: Int) throws(Mistake) -> Int {
    while bitCount < count {
      guard place < input.endIndex else { throw Mistake(message: "it ends too early") }
      bits |= UInt32(input[place]) << UInt32(bitCount)
      place += 1
      bitCount += 8
    }
    let value = bits & ((1 << UInt32(count)) - 1)
    bits >>= UInt32(count)
    bitCount -= count
    return Int(value)
  }

  private mutating func stored() throws(Mistake) {
    // The rest of the byte is not used; whole bytes that were read ahead are given back.
    place -= bitCount / 8
    (bits, bitCount) = (0, 0)
    guard input.endIndex - place >= 4 else { throw Mistake(message: "it ends too early") }
    let length = Int(input[place]) | Int(input[place + 1]) << 8
    let check = Int(input[place + 2]) | Int(input[place + 3]) << 8
    guard length == ~check & 0xFFFF else {
      throw Mistake(message: "the length of a block is wrong")
    }
    place += 4
    guard input.endIndex - place >= length else { throw Mistake(message: "it ends too early") }
    guard output.count + length <= limit else { throw Mistake(message: "it is too long") }
    output.append(contentsOf: input[place..<place + length])
    place += length
  }

  private mutating func symbol(_ code: borrowing Code) throws(Mistake) -> Int {
    var (word, first, index) = (0, 0, 0)
    for length in 1...15 {
      word |= try take(1)
      let count = code.counts[length]
      if word - count < first { return code.symbols[index + word - first] }
      index += count
      first = (first + count) << 1
      word <<= 1
    }
    throw Mistake(message: "a word is in no code")
  }

  private mutating func compressed(
    _ literals: borrowing Code, _ distances: borrowing Code
  ) throws(Mistake) {
    while true {
      let symbol = try symbol(literals)
      if symbol < 256 {
        guard output.count < limit else { throw Mistake(message: "it is too long") }
        output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol - 257 < Self.lengths.count else { throw Mistake(message: "a length is wrong") }
      let (length, lengthBits) = Self.lengths[symbol - 257]
      let count = try length + take(lengthBits)
      let place = try self.symbol(distances)
      guard place < Self.distances.count else { throw Mistake(message: "a distance is wrong") }
      let (distance, distanceBits) = Self.distances[place]
      let back = try distance + take(distanceBits)
      guard back <= output.count, output.count + count <= limit else {
        throw Mistake(message: "a repetition is wrong")
      }
      // What is repeated may be what is being written.
      for _ in 0..<count { output.append(output[output.count - back]) }
    }
  }

  /// The codes of a block that brings its own.
  private mutating func codes() throws(Mistake) -> (Code, Code) {
    let literals = try take(5) + 257
    let distances = try take(5) + 1
    let own = try take(4) + 4
    var lengths = [Int](repeating: 0, count: 19)
    for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(own) {
      lengths[place] = try take(3)
    }
    let code = try Code(lengths: lengths[...])
    var all: [Int] = []
    while all.count < literals + distances {
      switch try symbol(code) {
      case 16:
        guard let last = all.last else { throw Mistake(message: "a repetition is wrong") }
        all += try repeatElement(last, count: 3 + take(2))
      case 17: all += try repeatElement(0, count: 3 + take(3))
      case 18: all += try repeatElement(0, count: 11 + take(7))
      case let length: all.append(length)
      }
    }
    guard all.count == literals + distances else { throw Mistake(message: "a repetition is wrong") }
    return (try Code(lengths: all[..<literals]), try Code(lengths: all[literals...]))
  }

  private static func fixedLiterals() throws(Mistake) -> Code {
    let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
    return try Code(lengths: lengths[...])
  }

  private static func fixedDistances() throws(Mistake) -> Code {
    try Code(lengths: [Int](repeating: 5, count: 30)[...])
  }

  /// The least length of each symbol from 257 on, and how many bits are added to it.
  private static let lengths: [(Int, Int)] = {
    var found: [(Int, Int)] = []
    var length = 3
    for place in 0..<28 {
      let bits = place < 8 ? 0 : place / 4 - 1
      found.append((length, bits))
      length += 1 << bits
    }
    return found + [(258, 0)]
  }()

  /// The least distance of each symbol, and how many bits are added to it.
  private static let distances: [(Int, Int)] = {
    var found: [(Int, Int)] = []
    var distance = 1
    for place in 0..<30 {
      let bits = place < 4 ? 0 : place / 2 - 1
      found.append((distance, bits))
      distance += 1 << bits
    }
    return found
  }()
}
