import ADCKit
import ADCTraining
import FoundationEssentials
import TestSupport
import Testing

/// A client that speaks the protocol with a server in this process.
struct ScriptedClient {
  private var server = LanguageServer()
  private var identifier = 0

  var hasEnded: Bool { server.hasEnded }
  var status: Int32 { server.status }

  /// A client that has said `initialize`.
  static func ready() throws -> ScriptedClient {
    var client = ScriptedClient()
    _ = try client.ask("initialize", ["capabilities": [:]])
    _ = try client.tell("initialized", [:])
    return client
  }

  static func framed(_ text: String) -> [UInt8] {
    Array("Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8)
  }

  /// Sends bytes and reads the messages that come back.
  mutating func send(_ bytes: [UInt8]) throws -> [JSONValue] {
    var rest = server.receive(bytes)[...]
    var messages: [JSONValue] = []
    while !rest.isEmpty {
      let head = try #require(rest.firstIndex(of: UInt8(ascii: "{")))
      let header = String(decoding: rest[..<head], as: UTF8.self)
      let length = try #require(Int(header.dropFirst(16).prefix { $0.isNumber }), "\(header)")
      #expect(header == "Content-Length: \(length)\r\n\r\n")
      messages.append(try JSONValue.parse(Array(rest[head..<head + length]), file: "answer"))
      rest = rest[(head + length)...]
    }
    return messages
  }

  mutating func tell(_ method: String, _ parameters: JSONValue) throws -> [JSONValue] {
    let message: JSONValue = ["jsonrpc": "2.0", "method": .string(method), "params": parameters]
    return try send(Self.framed(message.description))
  }

  /// Asks, and gives the answer.
  mutating func ask(_ method: String, _ parameters: JSONValue) throws -> JSONValue {
    identifier += 1
    let message: JSONValue = [
      "jsonrpc": "2.0", "id": .number(Double(identifier)), "method": .string(method),
      "params": parameters,
    ]
    let answers = try send(Self.framed(message.description))
    return try #require(answers.first { $0["id"]?.number() == Double(identifier) })
  }

  /// Opens a text, and gives the codes of its diagnostics.
  mutating func open(_ text: String, _ uri: String = "file:///m.ad") throws -> [String] {
    Self.codes(
      try tell(
        "textDocument/didOpen",
        [
          "textDocument": [
            "uri": .string(uri), "languageId": "ad", "version": 1, "text": .string(text),
          ]
        ]))
  }

  static func codes(_ messages: [JSONValue]) -> [String] {
    messages.flatMap { message -> [String] in
      guard case .array(let list)? = message["params"]?["diagnostics"] else { return [] }
      return list.map { $0["code"]?.text ?? "" }
    }
  }

  /// Asks about a position of the text opened first.
  mutating func ask(
    _ method: String, at line: Int, _ character: Int, _ more: [JSONValue.Member] = []
  ) throws -> JSONValue {
    let members: [JSONValue.Member] = [
      .init("textDocument", ["uri": "file:///m.ad"]),
      .init(
        "position",
        ["line": .number(Double(line)), "character": .number(Double(character))]),
    ]
    return try ask("textDocument/" + method, .object(members + more))
  }
}

@Suite struct LanguageServerTests {
  static let folder = Repository.root + "/Tests/Golden/LanguageServer"
  static let sessions = Repository.files(in: folder, ending: ".jsonl")

  /// A line of a session is a message of the client; the transcript has the answers behind it. With
  /// `ADC_RECORD=1` in the environment the transcripts are written, and the test fails.
  @Test(arguments: sessions)
  func transcripts(file: String) throws {
    let script = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
    var client = ScriptedClient()
    var transcript = ""
    for line in script.split(separator: "\n") {
      transcript += "--> \(line)\n"
      for answer in try client.send(ScriptedClient.framed(String(line))) {
        transcript += "<-- \(answer)\n"
      }
    }
    #expect(client.hasEnded && client.status == 0)
    let path = "\(Self.folder)/\(file.dropLast(6)).expected"
    #expect(try GoldenFile(path).mismatch(with: transcript) == nil)
  }

  @Test func thereAreSessions() { #expect(Self.sessions.count >= 3) }

  @Test func messagesComeInPiecesAndTogether() throws {
    let texts = [
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#, #"{"jsonrpc":"2.0","method":"exit"}"#,
    ]
    let bytes = texts.flatMap(ScriptedClient.framed)
    var whole = ScriptedClient()
    let together = try whole.send(bytes)
    var pieces = ScriptedClient()
    let apart = try bytes.flatMap { try pieces.send([$0]) }
    #expect(together.count == 2 && together == apart)
    #expect(pieces.hasEnded && pieces.status == 0)
  }

  @Test func whatIsNoMessageIsPassedOver() throws {
    var client = try ScriptedClient.ready()
    #expect(try client.send(Array("garbage\n\u{0}\u{1}\n\r\nGET / HTTP/1.1\r\n\r\n".utf8)).isEmpty)
    #expect(try client.send(Array("Content-Length: -5\r\n\r\n".utf8)).isEmpty)
    #expect(try client.send(Array("Content-Length: 99999999999999999999\r\n\r\n".utf8)).isEmpty)
    let cases = [
      ("{", -32700.0), ("", -32700), ("\u{1}", -32700), ("[1, 2]", -32600), ("3", -32600),
      (#"{"id":7}"#, -32600), (#"{"id":7,"method":3}"#, -32600),
      (#"{"id":7,"method":"textDocument/nothing","params":{}}"#, -32601),
      (#"{"id":7,"method":"textDocument/hover"}"#, -32602),
      (#"{"id":7,"method":"textDocument/hover","params":[]}"#, -32602),
      (#"{"id":7,"method":"initialize","params":{}}"#, -32600),
      (String(repeating: "[", count: 100_000), -32700),
    ]
    for (text, code) in cases {
      let answers = try client.send(ScriptedClient.framed(text))
      #expect(answers.count == 1, "\(text.prefix(60))")
      #expect(answers.first?["error"]?["code"]?.number() == code, "\(text.prefix(60)) \(answers)")
    }
    for text in [
      #"{"method":"$/setTrace","params":{}}"#, #"{"id":3,"result":null}"#,
      #"{"method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///none"}}}"#,
      #"{"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///none"}}}"#,
    ] { #expect(try client.send(ScriptedClient.framed(text)).isEmpty, "\(text)") }
    #expect(try client.open("param x = 1\nminimize x^2").isEmpty)
  }

  @Test func requestsOutOfOrderAreRefused() throws {
    var client = ScriptedClient()
    #expect(try client.ask("shutdown", .null)["error"]?["code"]?.number() == -32002)
    _ = try client.tell("exit", .null)
    #expect(client.hasEnded && client.status == 1)
    var second = try ScriptedClient.ready()
    _ = try second.ask("shutdown", .null)
    #expect(try second.ask("textDocument/hover", .null)["error"]?["code"]?.number() == -32600)
  }

  /// A model typed letter by letter, and with any piece of it missing: always an answer.
  @Test func halfTypedModels() throws {
    let text = try String(contentsOfFile: Repository.root + "/Samples/kalman.ad", encoding: .utf8)
    let letters = Array(text.unicodeScalars)
    var client = try ScriptedClient.ready()
    _ = try client.open("")
    for end in stride(from: 0, to: letters.count, by: 13) {
      var left = String.UnicodeScalarView()
      left.append(contentsOf: letters[..<end])
      if end % 2 == 0 { left.append(contentsOf: letters[min(end + 40, letters.count)...]) }
      let change: JSONValue = [
        "textDocument": ["uri": "file:///m.ad", "version": .number(Double(end))],
        "contentChanges": [["text": .string(String(left))]],
      ]
      #expect(try client.tell("textDocument/didChange", change).count == 1)
      let place = String(left).split(separator: "\n", omittingEmptySubsequences: false)
      let (line, column) = (place.count - 1, place.last?.count ?? 0)
      for method in ["hover", "completion", "definition", "prepareRename", "references"] {
        #expect(try client.ask(method, at: line, column)["id"] != nil)
      }
      for method in ["formatting", "documentSymbol", "semanticTokens/full"] {
        #expect(try client.ask(method, at: 0, 0)["result"] != nil)
      }
    }
  }

  /// Changes of ranges give the text that the editor has, by its own count of places.
  @Test func incrementalChanges() throws {
    var client = try ScriptedClient.ready()
    #expect(try client.open("// 𝒳é\r\nparam größe = 1\nminimize größe^2\n").isEmpty)
    func change(_ range: [Int], _ text: String) throws -> [String] {
      ScriptedClient.codes(
        try client.tell(
          "textDocument/didChange",
          [
            "textDocument": ["uri": "file:///m.ad", "version": 2],
            "contentChanges": [
              [
                "range": [
                  "start": [
                    "line": .number(Double(range[0])), "character": .number(Double(range[1])),
                  ],
                  "end": [
                    "line": .number(Double(range[2])), "character": .number(Double(range[3])),
                  ],
                ], "text": .string(text),
              ]
            ],
          ]))
    }
    #expect(try change([0, 3, 0, 5], "𝒴𝒵") == [])
    #expect(try change([1, 6, 1, 11], "w") == ["AD0201"])
    #expect(try change([2, 9, 2, 14], "w") == [])
    #expect(try change([0, 99, 1, 0], "\n") == [])
    let hover = try client.ask("hover", at: 2, 9)["result"]
    #expect(hover?["contents"]?["value"]?.text?.contains("2*w") ?? false, "\(hover ?? nil)")
    let tokens = try client.ask("semanticTokens/full", at: 0, 0)["result"]?["data"]
    guard case .array(let numbers)? = tokens else { return }
    #expect(numbers.prefix(3).map { $0.number() } == [0, 0, 8], "the comment is 8 units long")
  }

  /// The answers of a server on 10000 lines, in user time that allows for a slow build.
  @Test func longModels() throws {
    var text = "param x = 1\n"
    for line in 0..<10_000 {
      text += "let a\(line) = sin(x)*\(line) + \(line == 0 ? "x" : "a\(line - 1)")\n"
    }
    text += "minimize a9999^2\n"
    var client = try ScriptedClient.ready()
    let clock = ContinuousClock()
    var codes: [String] = []
    let opening = try clock.measure { codes = try client.open(text) }
    #expect(codes.isEmpty)
    var answers: [JSONValue] = []
    let questions = try clock.measure {
      answers = [
        try client.ask("hover", at: 0, 6), try client.ask("definition", at: 9000, 27),
        try client.ask("completion", at: 10_001, 9),
        try client.ask("rename", at: 0, 6, [.init("newName", "y")]),
        try client.ask("documentSymbol", at: 0, 0),
        try client.ask("semanticTokens/full", at: 0, 0),
      ]
    }
    #expect(answers.allSatisfy { $0["result"].map { $0 != .null } ?? false })
    print("10000 lines: opened in \(opening), six questions in \(questions)")
    #expect(opening < .seconds(60) && questions < .seconds(60))
  }
}
