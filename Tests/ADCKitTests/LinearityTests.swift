import ADCCalculus
import ADCKit
import ADCSyntax
import Testing

/// What compiling a long model makes must grow with its length and no faster: counted in nodes and
/// operands of its graph, which hold all that every pass has made.
@Suite struct LinearityTests {
  enum Kind: String, CaseIterable {
    case chain, mixed, squares, wide, products, polynomial, parameters
    case greatest, guards, branches, powers
  }

  /// A model of so many lines or terms.
  private static func model(_ kind: Kind, _ count: Int) -> String {
    let start = "param x = 0.5\nparam y = 0.3\n"
    switch kind {
    case .chain: return start + lines(count) { "sin(\($0))*\($0) + 0.5" }
    case .squares: return start + lines(count) { "\($0)*\($0)" }
    case .greatest: return start + lines(count) { "max(1.01*\($0), x)*min(\($0) + 1, y)" }
    case .guards: return start + lines(count) { "if \($0) > y then sqrt(\($0) - y)*x else 0" }
    case .branches:
      return start
        + lines(count) { a in
          "if \(a) > 0 then (if \(a) > 1 then sqrt(\(a)) else \(a)*y) else abs(\(a)*x)"
        }
    case .powers: return start + lines(count) { "\($0)^2" }
    case .mixed:
      var place = 0
      return start
        + lines(count) { a in
          place += 1
          switch place % 5 {
          case 0: return "\(a)/(\(a) + 2) - y"
          case 1: return "exp(-\(a)*y) + \(a)"
          case 2: return "sqrt(\(a)^2 + 1) - 0.3*\(a)"
          case 3: return "tanh(\(a) - y)*x"
          default: return "(\(a) - x)*(\(a) + y)"
          }
        }
    case .wide:
      return start + "minimize 0" + (0..<count).map { " + x/3 + sin(x + \($0))" }.joined()
    case .products:
      return start + "minimize 1" + (0..<count).map { "*(1.5 + sin(x*\($0)))" }.joined()
    case .polynomial:
      return start + "minimize 0"
        + (0..<count).map { " + \($0 % 89 + 1)*x^\($0 % 61 + 2)*y^\($0 / 61 + 2)" }.joined()
    case .parameters:
      let names = (0...count).map { "param x\($0) = 1\n" }.joined()
      return names + "minimize 0"
        + (0..<count).map { " + (1 - x\($0))^2 + 100*(x\($0 + 1) - x\($0)^2)^2" }.joined()
    }
  }

  private static func lines(_ count: Int, _ value: (String) -> String) -> String {
    var text = "let a0 = x\n"
    for k in 1...count { text += "let a\(k) = \(value("a\(k - 1)"))\n" }
    return text + "minimize a\(count)"
  }

  /// Nodes and operands that were made for each line or term.
  private static func work(_ kind: Kind, _ count: Int) throws -> Double {
    var options = CompilationOptions()
    options.makesProgram = false
    let text = SourceText(name: kind.rawValue, text: model(kind, count))
    let compiled = try Compiler.compile(text, options: options)
    let graph = try #require(compiled.symbolic).graph
    return Double(graph.count + graph.operandCount) / Double(count)
  }

  @Test(arguments: Kind.allCases) func workIsLinear(_ kind: Kind) throws {
    let short = try Self.work(kind, 150)
    let long = try Self.work(kind, 1500)
    #expect(long <= 2 * short, "\(kind): \(short) nodes and operands a line, and \(long)")
  }
}
