import ADCSyntax
import ADCTraining

/// A server of the Language Server Protocol 3.17 for models, over bytes that come and go in any
/// way.
///
/// No input ends it but `exit`: what is no message is skipped or answered with an error.
/// Diagnostics follow when all messages that have come are read, so that fast typing is not checked
/// letter by letter. A question costs time that grows with the length of the text at most once
/// after a change.
package struct LanguageServer {
  private enum Phase {
    case new, ready, shutDown, ended
  }

  /// Codes of JSON-RPC and of the protocol.
  enum ErrorNumber: Int {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParameters = -32602
    case notInitialized = -32002
    case requestFailed = -32803
  }

  /// Why a request has no result.
  struct Refusal: Error {
    var number: ErrorNumber
    var message: String
  }

  private var phase = Phase.new
  private var frames = MessageFrames()
  private var output: [UInt8] = []
  var documents: [String: TextDocument] = [:]
  /// The documents that changed since their diagnostics were sent, in that order.
  private var changed: [String] = []
  /// Where the page of all codes is read: `errorPage` of the initialization options.
  private var errorPage: String?

  /// A server that waits for `initialize`.
  package init() {}

  /// Whether `exit` has come.
  package var hasEnded: Bool { phase == .ended }
  /// The status of the process after that: 0 if `shutdown` came before.
  package private(set) var status: Int32 = 1

  /// Takes bytes as they come, and gives those to send.
  package mutating func receive(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    frames.append(bytes)
    while !hasEnded, let body = frames.next() { handle(body) }
    if !hasEnded { publishChanged() }
    defer { output = [] }
    return output
  }

  private mutating func send(_ message: JSONValue) {
    output += MessageFrames.framed(Array(message.description.utf8))
  }

  private mutating func handle(_ body: [UInt8]) {
    let message: JSONValue
    do throws(DataError) {
      message = try JSONValue.parse(body, file: "message")
    } catch {
      return sendError(id: .null, Refusal(number: .parseError, message: error.description))
    }
    guard let method = message["method"]?.text else {
      // An answer to something that was not asked needs none; anything else is no request.
      if message["result"] == nil, message["error"] == nil {
        sendError(
          id: message["id"] ?? .null,
          Refusal(number: .invalidRequest, message: "a message has a `method`"))
      }
      return
    }
    let parameters = message["params"] ?? .null
    guard let id = message["id"] else { return notify(method, parameters) }
    do throws(Refusal) {
      let result = try answer(method, parameters)
      send(["jsonrpc": "2.0", "id": id, "result": result])
    } catch {
      sendError(id: id, error)
    }
  }

  private mutating func sendError(id: JSONValue, _ refusal: Refusal) {
    send([
      "jsonrpc": "2.0", "id": id,
      "error": [
        "code": .number(Double(refusal.number.rawValue)), "message": .string(refusal.message),
      ],
    ])
  }

  // Notifications

  private mutating func notify(_ method: String, _ parameters: JSONValue) {
    if method == "exit" {
      status = phase == .shutDown ? 0 : 1
      phase = .ended
      return
    }
    guard phase == .ready, let document = parameters["textDocument"],
      let uri = document["uri"]?.text
    else { return }
    let version = document["version"]?.number().flatMap { Int(exactly: $0) }
    switch method {
    case "textDocument/didOpen":
      guard let text = document["text"]?.text else { return }
      documents[uri] = TextDocument(uri: uri, version: version, text: text)
      note(uri)
    case "textDocument/didChange":
      guard case .array(let changes)? = parameters["contentChanges"] else { return }
      for change in changes { documents[uri]?.apply(change, version: version) }
      note(uri)
    case "textDocument/didClose":
      guard documents.removeValue(forKey: uri) != nil else { return }
      changed.removeAll { $0 == uri }
      sendDiagnostics(uri, version: nil, [])
    default: break
    }
  }

  private mutating func note(_ uri: String) {
    changed.removeAll { $0 == uri }
    changed.append(uri)
  }

  private mutating func publishChanged() {
    for uri in changed {
      guard let list = documents[uri]?.diagnostics(page: errorPage) else { continue }
      sendDiagnostics(uri, version: documents[uri]?.version, list)
    }
    changed = []
  }

  private mutating func sendDiagnostics(_ uri: String, version: Int?, _ list: [JSONValue]) {
    var members: [JSONValue.Member] = [.init("uri", .string(uri))]
    if let version { members.append(.init("version", .number(Double(version)))) }
    members.append(.init("diagnostics", .array(list)))
    send([
      "jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": .object(members),
    ])
  }

  // Requests

  private mutating func answer(
    _ method: String, _ parameters: JSONValue
  ) throws(Refusal) -> JSONValue {
    switch (phase, method) {
    case (.new, "initialize"):
      phase = .ready
      errorPage = parameters["initializationOptions"]?["errorPage"]?.text
      return Self.capabilities
    case (.new, _):
      throw Refusal(number: .notInitialized, message: "`initialize` comes first")
    case (.ready, "shutdown"):
      phase = .shutDown
      return .null
    case (.ready, "initialize"):
      throw Refusal(number: .invalidRequest, message: "`initialize` comes once")
    case (.ready, _): break
    case (.shutDown, _), (.ended, _):
      throw Refusal(number: .invalidRequest, message: "the server is shut down")
    }
    guard let question = Question(rawValue: method) else {
      throw Refusal(number: .methodNotFound, message: "there is no method `\(method.prefix(60))`")
    }
    guard let uri = parameters["textDocument"]?["uri"]?.text, var document = documents[uri] else {
      throw Refusal(number: .invalidParameters, message: "the document is not open")
    }
    // What is found out on the way is kept for the next question.
    documents[uri] = nil
    defer { documents[uri] = document }
    return try document.answer(question, parameters)
  }

  /// What the server can do.
  private static let capabilities: JSONValue = [
    "capabilities": [
      "positionEncoding": "utf-16",
      "textDocumentSync": ["openClose": true, "change": 2],
      "hoverProvider": true,
      "completionProvider": ["triggerCharacters": ["\"", "~"]],
      "definitionProvider": true,
      "referencesProvider": true,
      "renameProvider": ["prepareProvider": true],
      "documentFormattingProvider": true,
      "documentSymbolProvider": true,
      "semanticTokensProvider": [
        "legend": [
          "tokenTypes": .array(SemanticTokens.Kind.allCases.map { .string("\($0)") }),
          "tokenModifiers": .array(SemanticTokens.modifiers.map { .string($0) }),
        ],
        "full": true,
      ],
    ],
    "serverInfo": ["name": "adc"],
  ]
}

/// What can be asked about a document.
enum Question: String {
  case hover = "textDocument/hover"
  case completion = "textDocument/completion"
  case definition = "textDocument/definition"
  case references = "textDocument/references"
  case prepareRename = "textDocument/prepareRename"
  case rename = "textDocument/rename"
  case formatting = "textDocument/formatting"
  case symbols = "textDocument/documentSymbol"
  case tokens = "textDocument/semanticTokens/full"
}
