import ADCEmission
import ADCKit
import ADCModel
import FoundationEssentials
import Testing

/// Derivations: each line checked, the last one what `adc diff` prints.
@Suite struct DerivationTests {
  /// A case of a textbook: an expression and its variables.
  private struct Case: Decodable {
    var expr: String
    var vars: [String]
  }

  private static let textbook = [
    "7", "x", "3*x + 4", "x^2*sin(x)", "x/(1 + x^2)", "exp(-x^2/2)/sqrt(2*pi)", "log(sqrt(x) + 1)",
    "tan(3*x)^2", "x^x", "a^x + x^a", "sin(x)^2 + cos(x)^2", "1/(1 + exp(-x))", "atan2(y, x)",
    "if x > 0 then x^2 else -x", "abs(x)*sign(x)", "max(x, y)^3", "a*x^3 + b*x^2 + c*x + d",
    "log(1 + exp(x))", "(x + 1)*(x + 2)*(x + 3)*(x + 4)", "sqrt(x^2 + y^2)", "erf(x/sqrt(2))",
    "x*y*z/(x + y + z)", "exp(sin(x*y))", "(1 - x)^2 + 100*(y - x^2)^2", "tanh(w*x + b)^2",
  ]

  private func check(_ expression: String, by name: String) throws {
    var request = DerivativeRequest([expression])
    request.by = [name]
    let plain = try DerivativeTask(request).report().text
    request.keepsSteps = true
    let reports = try DerivativeTask(request).steps()
    let report = try #require(reports.first)
    let last = plain.split(separator: "\n").last { !$0.hasPrefix("at ") }
    #expect(last.map(String.init) == report.result, "\(expression) by \(name)")
    #expect(!report.isWrong, "\(expression) by \(name)\n\(report.text)")
  }

  @Test(arguments: textbook) func stepsEndInTheDerivative(_ expression: String) throws {
    let all = try DerivativeTask(DerivativeRequest([expression]))
    for variable in all.variables { try check(expression, by: variable.name) }
  }

  @Test(arguments: textbook) func everyLineIsFound(_ expression: String) throws {
    var request = DerivativeRequest([expression])
    request.keepsSteps = true
    for report in try DerivativeTask(request).steps() {
      #expect(report.findings.allSatisfy { $0 == .right }, "\(report.text)")
    }
  }

  /// `ADC_CASES` names a folder with `derivatives.jsonl`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ADC_CASES"] != nil))
  func allCasesEndInTheDerivative() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["ADC_CASES"])
    let data = try #require(FileManager.default.contents(atPath: folder + "/derivatives.jsonl"))
    for line in data.split(separator: UInt8(ascii: "\n")) {
      let one = try JSONDecoder().decode(Case.self, from: Data(line))
      for name in one.vars { try check(one.expr, by: name) }
    }
  }

  @Test(arguments: [
    ("mean((X @ w - y)^2)", "w", ["X=[n,m]", "w=[m]", "y=[n]"]),
    ("log(det(X))", "X", ["X=[n,n]"]),
    ("trace(A @ X @ B)", "X", ["A=[n,n]", "X=[n,n]", "B=[n,n]"]),
    ("sum(log_softmax(X @ w)*y)", "w", ["X=[n,m]", "w=[m]", "y=[n]"]),
    ("norm(x)^2 + x @ A @ x", "x", ["x=[n]", "A=[n,n]"]),
    ("prod(x) + max(x)", "x", ["x=[n]"]),
    ("sum(i in 0..<n: x[i]^2*i)", "x", ["x=[n]"]),
    ("scan(t in 0..<n, h = 0: tanh(w*h + x[t]))[-1]", "w", ["x=[n]"]),
    ("root(y^3 + a*y - 1, y, from: 0.5)", "a", []),
  ])
  func matricesSumsAndLoops(_ expression: String, _ by: String, _ shapes: [String]) throws {
    var request = DerivativeRequest([expression])
    request.by = [by]
    request.shapes = shapes.map { text in
      let parts = text.split(separator: "=").map(String.init)
      return (name: parts[0], text: parts[1])
    }
    request.keepsSteps = true
    let report = try #require(try DerivativeTask(request).steps().first)
    #expect(report.findings.allSatisfy { $0 == .right }, "\(report.text)")
    #expect(report.findings.count >= 1)
  }

  @Test func higherDerivativesGoOnFromLowerOnes() throws {
    var request = DerivativeRequest(["x^3*y"])
    request.kind = .orders(2)
    request.keepsSteps = true
    let reports = try DerivativeTask(request).steps()
    #expect(reports.map(\.label) == ["d/dx", "d/dy", "d/dx dx", "d/dx dy", "d/dy dy"])
    #expect(reports.map(\.result) == ["3*x^2*y", "x^3", "6*x*y", "3*x^2", "0"])
    #expect(reports.allSatisfy { !$0.isWrong })
  }

  /// Every brace that is opened is closed, and nothing of the writer's own is left.
  @Test(arguments: textbook) func mathematicsIsWhole(_ expression: String) throws {
    var request = DerivativeRequest([expression])
    request.keepsSteps = true
    let task = try DerivativeTask(request)
    for text in [task.mathematics(.latex)]
      + (try task.steps().map { $0.mathematics(.latex, shapes: [:]) })
    {
      var depth = 0
      for character in text where depth >= 0 {
        depth += character == "{" ? 1 : character == "}" ? -1 : 0
      }
      #expect(depth == 0, "\(text)")
      #expect(text.split(separator: "\\left").count == text.split(separator: "\\right").count)
      #expect(!text.contains("?"))
    }
    #expect(!task.mathematics(.unicode).contains("\\"))
  }
}
