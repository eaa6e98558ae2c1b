import ADCCalculus
import TestSupport
import Testing

/// An operator as the case of a test.
struct CatalogueEntry: Sendable, CustomTestStringConvertible {
  let op: Operator
  let id: OperatorID

  var testDescription: String { op.name }

  static let all = Catalogue.operators.enumerated().map { place, op in
    CatalogueEntry(op: op, id: OperatorID(place))
  }

  static let elementwise = all.filter { entry in
    if case .elementwise = entry.op.execution { true } else { false }
  }

  /// Those whose third operand may give the others their axes.
  static let joiningThree = all.filter { entry in
    guard entry.op.arity.contains(3), entry.op.domain.count >= 3,
      case .success(let shape) = entry.op.shape(ShapeQuery(operands: entry.threeShapes))
    else { return false }
    return shape == Shape([3, 3])
  }

  /// Two shapes that go together by a third, and further ones like it.
  var threeShapes: [Shape] {
    [Shape([3, 1]), Shape([3])] + op.domain.dropFirst(2).map { _ in Shape([3, 3]) }
  }

  var kernel: Kernel? {
    if case .elementwise(let kernel) = op.execution { kernel } else { nil }
  }

  /// Points of the domain: the same on every run, no two operands equal.
  var points: [[Double]] {
    var random = SeededGenerator(seed: 11)
    return (0..<12).map { _ in
      op.domain.map { Double.random(in: $0, using: &random) }
    }
  }
}

@Suite("Every operator of the catalogue")
struct CatalogueTests {
  @Test func placesThatTheCodeKnows() {
    let known: [(OperatorID, String)] = [
      (.number, "number"), (.table, "table"), (.symbol, "symbol"), (.add, "add"),
      (.multiply, "multiply"), (.divide, "divide"), (.subtract, "subtract"), (.negate, "negate"),
      (.power, "power"), (.sqrt, "sqrt"), (.cbrt, "cbrt"), (.abs, "abs"), (.sign, "sign"),
      (.inverseLength, "inverse_length"), (.exp, "exp"), (.log, "log"),
    ]
    for (id, name) in known { #expect(Catalogue.id(named: name) == id, "\(name)") }
  }

  @Test("has a summary of one line and a domain for each operand", arguments: CatalogueEntry.all)
  func summary(entry: CatalogueEntry) {
    let op = entry.op
    #expect(op.summary.hasSuffix("."), "a summary is a sentence")
    #expect(!op.summary.contains("\n") && op.summary.count <= 95 && op.summary.count > 4)
    #expect(op.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" })
    #expect(op.arity.lowerBound >= 0)
    for range in op.domain {
      #expect(range.lowerBound.isFinite && range.upperBound.isFinite)
    }
    if case .elementwise(let kernel) = op.execution {
      let operands =
        switch kernel {
        case .unary: 1
        case .binary: 2
        case .ternary: 3
        }
      #expect(op.domain.count == operands)
      #expect(op.arity.contains(operands))
      for point in entry.points {
        #expect(Differences.value(kernel, point).isFinite, "\(point)")
      }
    }
  }

  @Test("Names are unique, and found again by name")
  func names() {
    let names = Catalogue.operators.map(\.name)
    #expect(Set(names).count == names.count)
    for entry in CatalogueEntry.all { #expect(Catalogue.id(named: entry.op.name) == entry.id) }
    #expect(Catalogue.id(named: "no_such_operator") == nil)
  }

  @Test("Operators that share a spelling differ in how they are called")
  func spellings() {
    let words = Dictionary(grouping: Catalogue.operators.filter { $0.call != nil }, by: \.spelling)
    for (word, operators) in words {
      let forms = Set(operators.map { $0.call?.rawValue ?? "" })
      #expect(forms.count == operators.count, "\(word)")
      #expect(Catalogue.ids(spelled: word).count == operators.count)
    }
  }

  @Test("names known operators in its derivative", arguments: CatalogueEntry.all)
  func templates(entry: CatalogueEntry) {
    guard case .partials(let partials) = entry.op.derivative else { return }
    let operands = entry.op.domain.indices.map { Template.argument($0) }
    let templates = partials(operands)
    #expect(templates.count == operands.count)
    for template in templates { check(template, operands: operands.count) }
  }

  private func check(_ template: Template, operands: Int) {
    switch template {
    case .argument(let place): #expect((0..<operands).contains(place))
    case .result: break
    case .constant(let value): #expect(value.isFinite)
    case .apply(let name, let arguments):
      guard let id = Catalogue.id(named: name) else {
        Issue.record("a rule names `\(name)`, which is no operator")
        return
      }
      #expect(Catalogue.operators[id.index].arity.contains(arguments.count), "\(name)")
      for argument in arguments { check(argument, operands: operands) }
    }
  }

  @Test("is executed or defined by operators that are", arguments: CatalogueEntry.all)
  func definitions(entry: CatalogueEntry) {
    if case .byDefinition = entry.op.execution { #expect(entry.op.definition != nil) }
    if case .byDefinition = entry.op.derivative { #expect(entry.op.definition != nil) }
  }

  @Test("takes as many operands as its shape rule looks at", arguments: CatalogueEntry.elementwise)
  func elementwiseShape(entry: CatalogueEntry) throws {
    let row = Shape([3])
    let shapes = [Shape([2, 3])] + entry.op.domain.dropFirst().map { _ in row }
    let found = try entry.op.shape(ShapeQuery(operands: shapes)).get()
    #expect(found == Shape([2, 3]))
  }

  @Test func someOperatorsHaveThreeOperands() {
    #expect(CatalogueEntry.joiningThree.map(\.op.name).contains("select"))
    #expect(CatalogueEntry.joiningThree.count > 1)
  }

  @Test("of three operands takes what only the third joins", arguments: CatalogueEntry.joiningThree)
  func joinedByThird(entry: CatalogueEntry) throws {
    let shapes = entry.threeShapes
    let shape = try entry.op.shape(ShapeQuery(operands: shapes)).get()
    var graph = ExpressionGraph()
    let symbols = shapes.enumerated().map { place, shape in
      graph.symbol(Symbol(name: "x\(place)", role: .variable, shape: shape))
    }
    let node = graph.build(entry.id, symbols)
    #expect(graph.shape(node) == shape)
    let sum = graph.insert(.sum, [node], .axes([0, 1], keep: false))
    let gradient = try graph.gradient(of: sum, by: symbols)
    #expect(gradient.map { graph.shape($0) } == shapes)
    _ = Simplifier.simplify(&graph, gradient)
  }
}
