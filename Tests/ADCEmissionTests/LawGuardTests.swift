import ADCCalculus
import FoundationEssentials
import TestSupport
import Testing

/// What looks like a case of a law and is none: other values, or no shorter.
private let lookalikes: [(law: Law, text: String)] = [
  (.constants, "x + y"), (.flatSum, "x + y"), (.likeTerms, "2*x + 3*y"),
  (.commonFactors, "x*exp(x) + y*exp(y)"), (.flatProduct, "x*y"), (.likeFactors, "x^y*y^x"),
  (.likeFactors, "x^2*y^3"), (.zeroFactor, "0*inf"), (.zeroFactor, "(x - y)*z"),
  (.powerOfPower, "(x^2)^0.5"), (.powerOfPower, "(x^y)^2"), (.rootOfSquare, "sqrt(x^3)"),
  (.rootOfSquare, "sqrt(x^2*y)"), (.squareOfRoot, "sqrt(x^2 + y)"), (.evenFunction, "sin(-x)"),
  (.lengthCancelled, "v: [n], w: [n] | norm(v)*(w/norm(w))"), (.cubeRootOfCube, "cbrt(x^2)"),
  (.evenFunction, "exp(-x)"), (.logOfExponential, "log(exp(x) + y)"),
  (.functionOfInverse, "asin(sin(x))"), (.functionOfInverse, "acos(cos(x))"),
  (.functionOfInverse, "atan(tan(x))"), (.inverseOfFunction, "acosh(cosh(x))"),
  (.inverseOfFunction, "asinh(cosh(x))"), (.commonDenominator, "x/y + y/z"),
  (.squaresOfFunctions, "sin(x)^2 + cos(y)^2"), (.squaresOfFunctions, "sin(x)^2 - cos(x)^3"),
  (.quotientOfPair, "sin(x)/cos(y)"), (.quotientOfPair, "sin(x)/cosh(x)"),
  (.doubleAngle, "sin(x)*cos(y)"), (.doubleAngle, "cos(x)^2 - sin(y)^2"),
  (.doubleAngle, "2*cosh(x)^2 + 1"), (.powerOfExponential, "exp(x)^y"),
  (.rootsOfOneBase, "x/sqrt(y)"), (.rootsOfOneBase, "cbrt(x)^2"), (.knownSign, "abs(x)"),
  (.signOfItself, "x*sign(y)"), (.knownSign, "sign(x)"), (.knownSign, "relu(x*y)"),
  (.knownSign, "log(x^2)"),
  (.logOfExponentialProduct, "log(x*y)"), (.logOfExponentialProduct, "log((1 - exp(x))*y)"),
  (.logOfProduct, "v: [n] | log(prod(v))"), (.logOfSumOfExponentials, "v: [n] | log(sum(v))"),
  (.logOfSumOfExponentials, "v: [n], w: [n] | log(sum(w*exp(v)))"),
  (.sumOfSoftmax, "A: [3, 2] | sum(softmax(A), axis: 0)"),
  (.sumOfSoftmax, "v: [3], w: [3] | sum(softmax(v)*w)"),
  (.sumOfPadding, "v: [n] | sum(exp(pad(v, [1], [9])))"),
  (.softmaxQuotient, "v: [n], w: [n] | exp(v)/sum(exp(w))"),
  (.softmaxQuotient, "A: [n, m] | exp(A)/sum(exp(A))"),
  (.sigmoidOfOpposite, "x*sigmoid(x) - y*sigmoid(y)"), (.sharedFactors, "x*y + z"),
  (.signOfFactor, "-2*(x + y)"), (.productOfExponentials, "exp(x)*sin(y)"),
  (.productOfRoots, "sqrt(x)*cbrt(y)"), (.signInside, "-(x*y)"),
  (.choice, "if x > y then x else y"), (.doubleTranspose, "A: [n, m], B: [m, n] | (A' + B)'"),
  (.identityMatrix, "A: [n, n] | eye(n) + A"), (.diagonalProduct, "A: [n, n], B: [n, n] | A*B"),
  (.diagonalMatrix, "v: [n], A: [n, n] | diag(v) + A"),
  (.outerProduct, "u: [n], v: [n] | u*v"), (.symmetricMatrix, "A: [n, n] | A - A'"),
  (.scalarOutOfProduct, "u: [n], A: [n, m], x: [m] | (u[:, new]*A) @ x"),
  (.scalarOutside, "A: [n, m], v: [m] | (A*v)'"),
  (.scalarOutOfSum, "u: [n], v: [n] | sum(u + v^2)"),
  (.nestedSums, "A: [n, m] | sum(exp(sum(A, axis: 1)))"), (.sumOfRepeats, "v: [n] | sum(v)"),
  (.implicitBroadcast, "A: [n, m], v: [n] | sin(A) @ broadcast(v[:, new], [n, m])'"),
  (.sumOfProducts, "u: [n], v: [n] | sum(exp(u + v))"),
  (.nestedShapes, "A: [4, 3] | exp(reshape(A, [3, 4]))"),
]

@Suite("Laws and what looks like them")
struct LawGuardTests {
  @Test("A law leaves alone what it does not hold for", arguments: lookalikes.indices)
  func lookalike(place: Int) throws {
    let (law, text) = lookalikes[place]
    var reading = try Reading(text)
    let (roots, firings) = Simplifier.simplify(&reading.graph, [reading.node])
    let written = Written(reading.graph, roots).roots[0]
    #expect(firings[law, default: 0] == 0, "\(law.name) made \(written) of \(text)")
  }

  @Test(
    "Bounds say what is positive",
    arguments: [
      ("0...inf", "log(x^2)", "2*log(x)"), ("0...inf", "abs(x)", "x"), ("1...5", "sign(x)", "1"),
      ("0...inf", "sqrt(x^2)", "x"), ("1...inf", "relu(x)", "x"),
      ("-1...1", "log(x^2)", "log(x^2)"), ("-1...1", "abs(x)", "abs(x)"),
      ("0...inf", "sign(x)", "sign(x)"), ("-1...1", "sqrt(x^2)", "abs(x)"),
    ])
  func bounds(range: String, before: String, after: String) throws {
    var reading = try Reading(model: "param x = 1 in \(range)\nlet value = \(before)\n")
    let roots = Simplifier.simplify(&reading.graph, [reading.node]).roots
    #expect(Written(reading.graph, roots).roots[0] == after)
  }

  @Test("Every law of the sources is on one of the lists, and has a lookalike")
  func isComplete() throws {
    let folder = Repository.root + "/Sources/ADCCalculus/Rewriting"
    let manager = FileManager.default
    var names: Set<String> = []
    for path in try manager.subpathsOfDirectory(atPath: folder) where path.hasSuffix(".swift") {
      let bytes = try Data(contentsOf: URL(filePath: folder + "/" + path))
      for part in String(decoding: bytes, as: UTF8.self).components(separatedBy: "= Law(")
        .dropFirst()
      {
        let quoted = part.split(separator: "\"", omittingEmptySubsequences: false)
        if quoted.count > 1 { names.insert(String(quoted[1])) }
      }
    }
    let listed = Law.shortening + Law.matrices + Law.stabilizing
    #expect(names == Set(listed.map(\.name)))
    // Loops and tables of numbers have no text that looks like them and is not a case.
    let without: Set<Law> = [
      .sumOfTable, .entries, .nestedPermutations, .lastState, .deadStates, .fixedStates,
    ]
    let shown = Set(lookalikes.map(\.law)).union(without)
    for law in Law.shortening { #expect(shown.contains(law), "\(law.name)") }
  }
}
