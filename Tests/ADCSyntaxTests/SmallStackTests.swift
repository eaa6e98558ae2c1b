#if canImport(Glibc) && !DEBUG
  import ADCSyntax
  import Glibc
  import Testing

  @Suite("The nesting limit is safe on small stacks")
  struct SmallStackTests {
    /// What stands before and after each level; the deepest that the parser lets through or
    /// refuses on the way down.
    static let nestings = [
      ("(", ")"), ("sin(", ")"), ("[", "]"), ("x[", "]"), ("x[1..<", "]"), ("-(", ")"),
      ("if x then ", " else y"), ("if ", " then x else y"), ("1 + 2*(", ")"), ("f(a, b: ", ")"),
      ("a or b and not c < d + e * -f^g(h, ", ")"), ("x[if a then b else c or d, (", ")]"),
    ]

    @Test("Parsing, comparing and printing within 512 KB", arguments: nestings)
    func parsing(open: String, close: String) {
      let counts = onThread(stack: 512 * 1024) {
        [60, 199, 5000].map { count in
          let text =
            String(repeating: open, count: count) + "x" + String(repeating: close, count: count)
          let source = SourceText(name: "e", text: text)
          let (expression, diagnostics) = Parser.parseExpression(source)
          let again = Parser.parseExpression(source).expression
          guard expression == again, expression.hashValue == again.hashValue else { return -1 }
          return diagnostics.isEmpty && TreePrinter.print(expression).isEmpty
            ? -1 : diagnostics.count
        }
      }
      #expect(counts.count == 3 && counts.allSatisfy { $0 == 0 || $0 == 1 }, "\(counts)")
      #expect(counts.last == 1)
    }

    /// The result of a closure on a thread of its own.
    private func onThread(stack: Int, _ body: @escaping @Sendable () -> [Int]) -> [Int] {
      let work = Work(body)
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      pthread_attr_setstacksize(&attributes, stack)
      var thread = pthread_t()
      let argument = Unmanaged.passRetained(work).toOpaque()
      let status = pthread_create(
        &thread, &attributes,
        { argument in
          guard let argument else { return nil }
          let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
          work.result = work.body()
          return nil
        }, argument)
      guard status == 0 else { return [] }
      pthread_join(thread, nil)
      return work.result
    }
  }

  private final class Work {
    let body: @Sendable () -> [Int]
    var result: [Int] = []

    init(_ body: @escaping @Sendable () -> [Int]) {
      self.body = body
    }
  }
#endif
