import ADCCalculus

/// A program and what belongs to it, as an `.adb` file holds them.
///
/// Layout, all numbers little-endian: `ADB` and a zero byte; the format version (4 bytes); the
/// length of the whole file (8); the sections, each with its number (1), length (8) and content;
/// the FNV-1a hash (8; Fowler, Noll, Vo) of everything before it. Within sections integers take
/// seven bits a byte, the sign of signed ones in the lowest bit.
///
/// Version 2 has a further section, one byte: the precision of the program. Programs in double
/// precision are written as version 1, which says nothing of it.
package enum ProgramFile {
  /// The newest format that this version writes and reads.
  package static let version = 2

  /// What every file starts with.
  package static let magic: [UInt8] = [0x41, 0x44, 0x42, 0]
  static let headerLength = 16
  static let checksumLength = 8

  enum Section: UInt8, CaseIterable {
    case strings = 1
    case operators, shapes, symbols, tables, tags, functions, metadata, precision
  }

  /// The version and the byte of a precision.
  static let precisions: [(precision: Precision, version: UInt32, byte: UInt8)] = [
    (.double, 1, 0), (.single, 2, 1),
  ]

  static func precision(_ byte: UInt8) throws(ProgramFileError) -> Precision {
    guard let known = precisions.first(where: { $0.byte == byte }) else {
      throw .invalid("it needs a precision that this version does not know")
    }
    return known.precision
  }

  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes {
      hash ^= UInt64(byte)
      hash &*= 0x100_0000_01B3
    }
    return hash
  }
}

/// Why bytes are no program that can run.
package enum ProgramFileError: Error, Hashable, Sendable, CustomStringConvertible {
  case notAProgram
  case newerVersion(Int)
  case truncated(at: Int)
  case damaged
  /// The bytes at an offset make no sense.
  case malformed(at: Int, String)
  /// The program breaks a rule of programs.
  case invalid(String)

  package var description: String {
    switch self {
    case .notAProgram: "this is not a compiled program"
    case .newerVersion(let version):
      "made by a newer version (\(version)), this one reads up to \(ProgramFile.version)"
    case .truncated(let offset): "truncated at byte \(offset)"
    case .damaged: "damaged: the checksum differs"
    case .malformed(let offset, let what): "damaged at byte \(offset): \(what)"
    case .invalid(let what): "not a valid program: \(what)"
    }
  }
}
