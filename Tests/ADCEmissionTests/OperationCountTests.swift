import ADCCalculus
import TestSupport
import Testing

@Suite("Operations are counted as the command line's page defines them")
struct OperationCountTests {
  /// Counted by hand: `+ - * /`, a sign, a power, a call, a comparison and a choice each 1, a sum
  /// or product of k terms k - 1, what is shared once; views of arrays and sizes nothing.
  static let expressions: [(text: String, operations: Int)] = [
    ("7", 0), ("x", 0), ("-x", 1), ("x + y + z", 2), ("x - y - z", 2), ("-x - y", 2),
    ("x*y*z*x", 3), ("x/y", 1), ("x^2", 1), ("-x^2", 2), ("x^2*y", 2), ("3*x^2 - 12*x + 11", 5),
    ("sin(x)", 1), ("sin(x)^2 + cos(x)^2", 5), ("sin(x) + sin(x)*y", 3), ("max(x, y)", 1),
    ("x < y", 1), ("if x < y then x else -y", 3), ("x > 0 and not (y > 0)", 4),
    ("(x + y)*(x + y)", 2), ("exp(-x)", 2), ("pi*x", 1), ("atan2(y, x)", 1),
    ("1/(1 + exp(-x))", 4), ("sqrt(x^2 + y^2)", 4), ("x - (y - z)", 2), ("2^x^2", 2),
    ("x: [n, 3] | sum(x')", 1), ("x: [n, 3] | mean(x)", 2), ("x: [n], A: [n, n] | x @ A @ x", 2),
    ("x: [n], A: [n, n] | x @ A' + x[0]", 2), ("x: [n] | norm(x)", 1),
    ("x: [n, k] | softmax(x, axis: 1)", 1), ("x: [n] | sum((x - mean(x))^2)", 5),
  ]

  @Test("by hand", arguments: expressions)
  func count(expression: (text: String, operations: Int)) throws {
    let reading = try Reading(expression.text)
    #expect(reading.graph.operationCount([reading.node]) == expression.operations)
  }

  @Test("What several roots share counts once, and a sign that one of them needs counts")
  func sharing() throws {
    var reading = try Reading("sin(x*y)")
    let product = reading.graph.operands(reading.node)[0]
    let negative = reading.graph.insert(.negate, [reading.node])
    let difference = reading.graph.insert(.add, [product, negative])
    #expect(reading.graph.operationCount([reading.node, product]) == 2)
    #expect(reading.graph.operationCount([difference]) == 3)
    #expect(reading.graph.operationCount([difference, negative]) == 4)
    #expect(reading.graph.operationCount([]) == 0)
  }
}
