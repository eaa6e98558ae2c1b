internal import ADCMachine
internal import ADCPlatform

/// Rows of data in a file of their own, from which a batch at a time is read: doubles, one record a
/// row, all inputs one after another.
///
/// The file has no name and is gone with the process. Reading costs one call of the system a row,
/// or one for many that follow each other; the memory is that of the rows asked for.
package final class RowStream: @unchecked Sendable {
  /// Where an input's numbers lie in a record.
  struct Part {
    var symbol: Int
    var offset: Int
    var width: Int
  }

  let parts: [Part]
  let width: Int
  /// What becomes of each number of a record when it is read.
  var transforms: [NumberTransform] = []
  private let file: FileDescriptor
  private let folder: String
  private(set) var rowCount = 0
  private var record: [Double]

  init(parts: [Part], folder: String = "/tmp") throws(DataError) {
    self.parts = parts
    self.folder = folder
    width = parts.reduce(0) { $0 + $1.width }
    record = [Double](repeating: 0, count: width)
    do throws(SystemError) {
      file = try FileDescriptor.temporary(in: folder)
    } catch {
      throw DataError("cannot make a file for the rows: \(error)", file: folder)
    }
  }

  /// Adds whole records.
  func append(_ records: [Double]) throws(DataError) {
    var failure: SystemError?
    records.withUnsafeBytes { bytes in
      do throws(SystemError) { try file.writeAll(bytes) } catch { failure = error }
    }
    if let failure {
      throw DataError("cannot keep the rows on the disk: \(failure)", file: folder)
    }
    rowCount += records.count / max(width, 1)
  }

  /// Reads the record of a row to a place of a batch that each part's symbol has room for.
  func read(row: Int, to memory: SymbolMemory, at batchPlace: Int) throws(DataError) {
    var failure: SystemError?
    var isWhole = true
    record.withUnsafeMutableBytes { bytes in
      do throws(SystemError) {
        isWhole = try file.read(into: bytes, at: row * width * MemoryLayout<Double>.stride)
      } catch {
        failure = error
      }
    }
    if failure != nil || !isWhole {
      let reason = failure.map { ": \($0)" } ?? ""
      throw DataError("cannot read row \(row + 1) back from the disk\(reason)", file: folder)
    }
    for part in parts {
      for place in 0..<part.width {
        let value = transforms[part.offset + place].apply(record[part.offset + place])
        memory.setNumber(value, of: part.symbol, at: batchPlace * part.width + place)
      }
    }
  }
}
