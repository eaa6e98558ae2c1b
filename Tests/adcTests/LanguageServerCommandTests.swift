import Testing

/// `adc lsp` as an editor starts it.
@Suite struct LanguageServerCommandTests {
  private func framed(_ messages: [String]) -> String {
    messages.map { "Content-Length: \($0.utf8.count)\r\n\r\n\($0)" }.joined()
  }

  private func lsp(_ messages: [String], in folder: Folder = Folder()) -> Outcome {
    Executable.adc.run(["lsp"], input: framed(messages), in: folder)
  }

  private let start = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#
  private let end = [
    #"{"jsonrpc":"2.0","id":9,"method":"shutdown"}"#, #"{"jsonrpc":"2.0","method":"exit"}"#,
  ]

  @Test func aSession() {
    let folder = Folder()
    folder.write("height,weight\n1,2\n", to: "people.csv")
    let uri = "file://\(folder.path)/m%2Ead"
    let text =
      #"input x: [n] from \"height\"\nparam w = 1\nminimize mean((w*x - 1)^2)\ntrain { "#
      + #"data \"people.csv\" }\ninput y: [n] from \""#
    func ask(_ id: Int, _ method: String, _ line: Int, _ character: Int) -> String {
      #"{"jsonrpc":"2.0","id":\#(id),"method":"textDocument/\#(method)","params":{"textDocument":"#
        + #"{"uri":"\#(uri)"},"position":{"line":\#(line),"character":\#(character)}}}"#
    }
    let messages =
      [
        start,
        #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"#
          + #""\#(uri)","languageId":"ad","version":1,"text":"\#(text)"}}}"#,
        ask(2, "completion", 4, 19), ask(3, "definition", 2, 16),
      ] + end
    let outcome = lsp(messages, in: folder)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.output.contains(#""label":"height""#))
    #expect(outcome.output.contains(#""label":"weight""#))
    #expect(outcome.output.contains(#""start":{"line":1,"character":6}"#))
  }

  @Test func statuses() {
    #expect(lsp([start] + end).status == 0)
    #expect(lsp([start, end[1]]).status == 1)
    #expect(lsp([]).status == 1)
    let noise = Executable.adc.run(["lsp"], input: "noise\nmore noise", in: Folder())
    #expect(noise.status == 1 && noise.signal == 0 && noise.output.isEmpty)
  }
}
