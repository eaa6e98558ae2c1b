import ADCTraining
import Testing

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSONValue {
    try JSONValue.parse(Array(text.utf8), file: "a.json")
  }

  private func mistake(_ text: String) -> String? {
    let error = #expect(throws: DataError.self) { try parse(text) }
    return error?.description
  }

  @Test func keepsTheOrderOfNames() throws {
    let text = #"{"zeta":[1,2.5,-3e-09],"b":{},"alpha":{"x":null,"a":[true,false]},"":"ü\n\"\\"}"#
    let value = try parse(text)
    #expect(value.members?.map(\.name) == ["zeta", "b", "alpha", ""])
    #expect(value["alpha"]?["a"] == .array([.bool(true), .bool(false)]))
    #expect(value[""] == .string("ü\n\"\\"))
    #expect(value.description == text)
  }

  @Test func readsEscapesAndSpace() throws {
    let text = "\u{FEFF} [ \"\\u00e9\\ud83d\\ude00\\/\\b\\f\\t\\r\" ,\r\n\t{ \"a\" : 1 } ] \n"
    let expected: JSONValue = .array([
      .string("é😀/\u{8}\u{C}\t\r"), .object([.init("a", .number(1))]),
    ])
    #expect(try parse(text) == expected)
    #expect(try parse(expected.description) == expected)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "-0"), (1, "1"), (-120, "-120"), (0.1, "0.1"), (1e22, "1e+22"),
    (123_456_789_012, "123456789012"), (.nan, "\"nan\""), (.infinity, "\"inf\""),
    (-.infinity, "\"-inf\""), (.leastNonzeroMagnitude, "5e-324"), (1e-7, "1e-07"),
  ])
  func writesTheShortestNumber(value: Double, text: String) throws {
    #expect(JSONValue.number(value).description == text)
    let back = try #require(try parse(text).number(nonFinite: true))
    #expect(back == value || back.isNaN && value.isNaN)
    #expect(back.sign == value.sign)
  }

  @Test func numbersReadBackToTheLastBit() throws {
    var generator = SplitMix(state: 9)
    let values = (0..<50_000).map { _ in Double(bitPattern: generator.next()) }
    let array = ShapedValues(shape: [100, 500], values: values)
    var writer = JSONWriter()
    writer.append(array)
    let back = try parse(writer.text).shapedValues(nonFinite: true)
    #expect(back.shape == array.shape)
    #expect(zip(back.values, values).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    #expect(writer.text == JSONValue.nested(array).description)
  }

  @Test(
    arguments: [
      ([], [2.0], "2"), ([3], [1, 2, 3], "[1,2,3]"),
      ([2, 1, 2], [1, 2, 3, 4], "[[[1,2]],[[3,4]]]"),
      ([0], [], "[]"), ([2, 0], [], "[[],[]]"),
    ] as [([Int], [Double], String)])
  func nestsAsTheShapeDoes(shape: [Int], values: [Double], text: String) throws {
    let array = ShapedValues(shape: shape, values: values)
    var writer = JSONWriter()
    writer.append(array)
    #expect(writer.text == text)
    #expect(JSONValue.nested(array).description == text)
    #expect(try parse(text).shapedValues() == array)
  }

  @Test(arguments: [
    ("[[1,2],[3]]", "an array of 1 beside one of 2: the rows differ in length"),
    ("[[1,2],3]", "a number where an array of 2 is expected"),
    ("[1,[2]]", "an array where a number is expected"),
    ("[1,null]", "null where a number is expected"),
    ("[1,\"nan\"]", "a string where a number is expected"),
  ])
  func refusesWhatIsNoArrayOfNumbers(text: String, message: String) throws {
    let value = try parse(text)
    let error = #expect(throws: JSONValue.ShapeMistake.self) { try value.shapedValues() }
    #expect(error?.message == message)
  }

  @Test(arguments: [
    ("", "line 1, character 1: the text ends where a value is expected"),
    ("[1,\n 2", "line 2, character 3: the text ends where `,` or `]` is expected"),
    ("[1,]", "line 1, character 4: `]` where a value is expected"),
    ("{\"a\":1,}", "line 1, character 8: `}` where a name in quotes is expected"),
    ("{\"a\" 1}", "line 1, character 6: `1` where `:` is expected"),
    ("{\"a\":1,\n\"a\":2}", "line 2, character 1: the name `a` appears twice in this object"),
    ("[1] x", "line 1, character 5: `x` where the end of the text is expected"),
    ("nul", "line 1, character 1: `n` where a value is expected"),
    ("é", "line 1, character 1: `é` where a value is expected"),
    ("01", "line 1, character 1: a number begins with a needless 0"),
    ("-", "line 1, character 2: the text ends where a value is expected"),
    ("+1", "line 1, character 1: `+` where a value is expected"),
    ("1.e3", "line 1, character 3: `e` where a digit is expected"),
    ("1e+", "line 1, character 4: the text ends where a digit is expected"),
    ("[1e999]", "line 1, character 2: a number too large for a double"),
    ("NaN", "line 1, character 1: `N` where a value is expected"),
    ("\"a", "line 1, character 1: a quote is opened here and never closed"),
    ("\"a\nb\"", "line 1, character 3: a control character within quotes"),
    ("\"\\x\"", "line 1, character 3: `x` where one of `\"\\/bfnrtu` after `\\` is expected"),
    ("\"\\ud800\"", "line 1, character 8: half of a surrogate pair"),
    ("\"\\u12g4\"", "line 1, character 6: `g` where four hexadecimal digits is expected"),
  ])
  func namesTheMistake(text: String, message: String) {
    #expect(mistake(text) == "a.json: " + message)
  }

  @Test func boundsItsDepth() throws {
    let deepest = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(throws: Never.self) { try parse(deepest) }
    let deeper = String(repeating: "[{\"a\":", count: 100_000)
    #expect(mistake(deeper)?.hasSuffix("nested more than 200 deep") == true)
  }

  @Test func survivesDamage() throws {
    let whole = Array(#"{"a":[1,-2.5e-3,"\u00e9ü\n",null,true],"b":{"c":[[]]}}"#.utf8)
    var generator = SplitMix(state: 4)
    for index in whole.indices {
      #expect(throws: DataError.self) {
        try JSONValue.parse(Array(whole[..<index]), file: "a.json")
      }
      var damaged = whole
      damaged[index] = UInt8.random(in: 0...255, using: &generator)
      if let value = try? JSONValue.parse(damaged, file: "a.json") {
        #expect(try parse(value.description) == value)
      }
    }
  }
}
