import ADCTraining
import Testing

@Suite struct CSVReaderTests {
  private func table(_ text: String, _ columns: [String]? = nil) throws -> ColumnTable {
    let folder = try TemporaryFolder()
    return try CSVReader.read(path: try folder.file("data.csv", text.utf8), columns: columns)
  }

  /// The message without the name of the folder.
  private func mistake(_ text: String, _ columns: [String]? = nil) throws -> String? {
    let folder = try TemporaryFolder()
    let path = try folder.file("data.csv", text.utf8)
    do throws(DataError) {
      _ = try CSVReader.read(path: path, columns: columns)
      return nil
    } catch {
      var error = error
      #expect(error.file == path)
      error.file = "data.csv"
      return error.description
    }
  }

  @Test func readsColumnsInTheOrderAskedFor() throws {
    let table = try table("a,b,c\n1,x,3\n4,y,6\n", ["c", "a", "c"])
    #expect(table.names == ["c", "a", "c"])
    #expect(table.rowCount == 2)
    #expect(table.columns == [[3, 6], [1, 4], [3, 6]])
  }

  @Test(arguments: [
    "x,y\n1,2\n3,4\n", "x,y\n1,2\n3,4", "x,y\r\n1,2\r\n3,4\r\n", "x,y\r1,2\r3,4\r",
    "\u{FEFF}x,y\n1,2\n3,4\n\n", "\"x\",\"y\"\n\"1\",2\n3,\"4\"",
    " x , y \n 1,\t2\n3 ,4 \n\n\r\n\n",
    "x,y\n+1,2.\n3e0,.4E1\n",
  ])
  func readsWhatOthersWrite(text: String) throws {
    let table = try table(text)
    #expect(table.names == ["x", "y"])
    #expect(table.columns == [[1, 3], [2, 4]])
  }

  @Test(arguments: [
    "x;y\n1,5;2\n3;4,25\n", "\u{FEFF}\"x\";\"y, in m\"\r\n1.5;\"2\"\r\n\"3\";\"4,25\"\r\n",
    "sep=;\nx;y\n1,5;2\n3;4,25\n", "sep=;\r\nx;y\r\n1,5;2\r\n3;4,25", "sep=,\nx,y\n1.5,2\n3,4.25\n",
  ])
  func semicolonsSeparateWhereCommasAreDecimalSigns(text: String) throws {
    let table = try table(text)
    #expect(table.names.first == "x")
    #expect(table.columns == [[1.5, 3], [2, 4.25]])
  }

  @Test func mistakesBetweenSemicolonsHaveTheirLines() throws {
    let text = "sep=;\nx;y\n1;2\n1,2,3;4\n"
    #expect(try mistake(text) == "data.csv: line 4, column x: `1,2,3` is not a number")
    #expect(
      try mistake("x;y\n\"1\"2;3\n")
        == "data.csv: line 2: a semicolon or the end of the line is expected after a closing quote")
  }

  @Test func quotesHoldSeparators() throws {
    let text = "\"a,\"\"b\"\"\nc\",note,y\n1,\"hm, \"\"so\"\"\r\nit \n goes\",2\n3,\"\",4\n"
    let table = try table(text, ["a,\"b\"\nc", "y"])
    #expect(table.columns == [[1, 3], [2, 4]])
    #expect(
      try mistake(text + "5,,x\n", ["y"]) == "data.csv: line 7, column y: `x` is not a number")
  }

  @Test func readsOnlyTheHeader() throws {
    let folder = try TemporaryFolder()
    let path = try folder.file("data.csv", "α, b ,\"c,d\"\nnot,numbers".utf8)
    #expect(try CSVReader.header(path: path) == ["α", "b", "c,d"])
  }

  @Test(arguments: [
    ("x,y\n1,2\nn/a,4\n", "line 3, column x: `n/a` is not a number"),
    ("x,y\n1,2\n3,\n", "line 3, column y: the field is empty"),
    ("x,y\n1,\"\"\n", "line 2, column y: the field is empty"),
    ("x,y\n1,NaN\n", "line 2, column y: `NaN` is not a finite number"),
    ("x,y\n-inf,2\n", "line 2, column x: `-inf` is not a finite number"),
    ("x,y\n1,1e999\n", "line 2, column y: `1e999` is too large for a double"),
    ("x,y\n1,0x10\n", "line 2, column y: `0x10` is not a number"),
    ("x,y\n1,1_000\n", "line 2, column y: `1_000` is not a number"),
    ("x,y\n1,1e\n", "line 2, column y: `1e` is not a number"),
    ("x,y\n1,-\n", "line 2, column y: `-` is not a number"),
    ("x,y\n1,.\n", "line 2, column y: `.` is not a number"),
    ("x,y\n1,2\n3\n", "line 3: 1 field where 2 are expected"),
    ("x,y\n1,2,3,4\n", "line 2: 4 fields where 2 are expected"),
    ("x,y\n1,2\n\n3,4\n", "line 3: a blank line between rows"),
    ("x,y\n1,\"2\n3,4\n", "line 2: a quote is opened here and never closed"),
    (
      "x,y\n1,\"2\"3\n",
      "line 2: a comma or the end of the line is expected after a closing quote"
    ),
    ("x,y\n", "it has no rows below the names of its columns"),
    ("x,y", "it has no rows below the names of its columns"),
    ("", "it is empty"),
    ("\n1,2\n", "line 1: the names of the columns are expected in the first line"),
    ("x,x\n1,2\n", "line 1, column `x`: two columns have this name"),
  ])
  func namesTheMistake(text: String, message: String) throws {
    #expect(try mistake(text) == "data.csv: " + message)
  }

  @Test(arguments: [
    ("x,z\n1,2\n", "no column `y`; it has: `x`, `z`", "y"),
    (
      "height,weight\n1,2\n",
      "no column `wieght`; it has: `height`, `weight` (did you mean `weight`?)", "wieght"
    ),
    (
      "x|y\n1|2\n",
      "no column `y`; it has: `x|y` (commas or semicolons are expected between the fields)", "y"
    ),
    ("x;z\n1;2\n", "no column `y`; it has: `x`, `z`", "y"),
    (
      "1.5,2.5\n1,2\n",
      "no column `y`; it has: `1.5`, `2.5` (the first line must name the columns)", "y"
    ),
    ("Label,p\n1,2\n", "no column `label`; it has: `Label`, `p` (did you mean `Label`?)", "label"),
  ])
  func offersTheColumnsThereAre(text: String, message: String, column: String) throws {
    #expect(try mistake(text, [column]) == "data.csv: line 1: " + message)
  }

  @Test func refusesFilesThatAreNone() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DataError("cannot read it: Is a directory", file: folder.path)) {
      try CSVReader.header(path: folder.path)
    }
    let missing = folder.path + "/missing.csv"
    #expect(throws: DataError("cannot read it: No such file or directory", file: missing)) {
      try CSVReader.read(path: missing)
    }
  }

  @Test func boundsWhatAHeaderMayTake() throws {
    let folder = try TemporaryFolder()
    let wide = try folder.file("wide.csv", repeatElement(UInt8(ascii: ","), count: 10_000_000))
    let error = #expect(throws: DataError.self) { try CSVReader.header(path: wide) }
    #expect(error?.message.hasPrefix("more than 1000000 columns") == true)
    let long = try folder.file("long.csv", repeatElement(UInt8(ascii: "a"), count: 20_000_000))
    let other = #expect(throws: DataError.self) { try CSVReader.header(path: long) }
    #expect(other?.line == 1)
  }

  @Test func readsAcrossBlocks() throws {
    var text = "name,value,other\n"
    var values: [Double] = []
    for row in 0..<40_000 {
      let value = Double(row) * 0.37 - 1e-3 / Double(row + 1)
      values.append(value)
      text += row % 7 == 0 ? "\"a \"\"\(row)\"\"\r\n\",\(value),1\r\n" : "b,\"\(value)\",\(row)\n"
    }
    let table = try table(text, ["value", "other"])
    #expect(table.columns[0] == values)
    #expect(table.columns[1][39_999] == 39_999)
  }

  /// Tables of random fields, quotes, line ends and blocks come back as they were written.
  @Test func readsWhateverIsWrittenWithWhateverBlocks() throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix(state: 11)
    let texts = ["", "a", "\"", ",", "\r\n", "ü\"\"", " b ", "\n\"", "1"]
    for _ in 0..<300 {
      var values: [Double] = []
      let end = ["\n", "\r\n", "\r"].randomElement(using: &generator) ?? "\n"
      var text = "\"a\"\"\"" + ",value,b" + end
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let fields = (0..<2).map { _ in
          let field = (texts.randomElement(using: &generator) ?? "")
          return "\"" + field.replacing("\"", with: "\"\"") + "\""
        }
        values.append(Double.random(in: -9...9, using: &generator))
        let number = values.last?.description ?? ""
        let isQuoted = Bool.random(using: &generator)
        text += fields[0] + "," + (isQuoted ? "\"\(number)\"" : number) + "," + fields[1] + end
      }
      if Bool.random(using: &generator) { text.removeLast() }
      let path = try folder.file("data.csv", text.utf8)
      let block = Int.random(in: 1...40, using: &generator)
      let table = try CSVReader.read(path: path, columns: ["value"], block: block)
      #expect(table.columns == [values], "\(text.debugDescription) by \(block)")
    }
  }

  /// Any bytes at all give a table or a message, the same whatever the blocks.
  @Test func survivesAnyBytes() throws {
    let folder = try TemporaryFolder()
    var generator = SplitMix(state: 12)
    let alphabet = Array("123,,,\"\"\n\n\r1.e- ".utf8) + [0xFF, 0xBB]
    var tables = 0
    for _ in 0..<1000 {
      var bytes = Array("x,y\n".utf8)
      for _ in 0..<Int.random(in: 0...12, using: &generator) {
        bytes.append(alphabet.randomElement(using: &generator) ?? 0)
      }
      if Bool.random(using: &generator) { bytes.removeFirst(4) }
      let path = try folder.file("data.csv", bytes)
      let results = [1, 3, 1 << 18].map { block in
        Result { () throws(DataError) in try CSVReader.read(path: path, block: block).columns }
      }
      #expect(results[0] == results[2] && results[1] == results[2], "\(bytes)")
      if case .success = results[0] { tables += 1 }
    }
    #expect(tables > 5)
  }
}
