import Testing

/// `adc diff`: derivatives of an expression, as source and as numbers.
@Suite struct DiffCommandTests {
  private let folder = Folder()

  private func diff(_ arguments: String..., input: String = "") -> Outcome {
    Executable.adc.run(["diff"] + arguments, input: input, in: folder)
  }

  @Test func oneDerivativeIsOneLine() {
    let outcome = diff("x^2*y", "--by", "x")
    #expect(outcome.status == 0)
    #expect(outcome.output == "2*x*y\n")
    #expect(outcome.errors.isEmpty)
  }

  @Test func severalAreNamed() {
    #expect(diff("x^2*y").output == "d/dx  2*x*y\nd/dy  x^2\n")
    #expect(diff("y*x^2", "--by", "y,x").output == "d/dy  x^2\nd/dx  2*y*x\n")
    #expect(
      diff("x^2*y", "--order", "2").output
        == "d/dx  2*x*y\nd/dy  x^2\nd/dx dx  2*y\nd/dx dy  2*x\nd/dy dy  0\n")
  }

  @Test func valuesAtPoints() {
    let outcome = diff("x^2*y", "--at", "x=3,y=2", "--at", "x = 0, y = 1")
    #expect(
      outcome.output.hasSuffix(
        """
        at x = 3, y = 2:  value 18  d/dx 12  d/dy 9
        at x = 0, y = 1:  value 0  d/dx 0  d/dy 0

        """))
    #expect(diff("3 + 4").output == "value 7\n")
  }

  @Test func json() throws {
    let outcome = diff("x^2*y", "--by", "x,y", "--at", "x=3,y=2", "--at", "x=0,y=1", "--json")
    #expect(
      outcome.output
        == #"{"expression":"x^2*y","operations":2,"gradient_operations":3,"#
        + #""derivatives":[{"by":["x"],"expression":"2*x*y"},{"by":["y"],"expression":"x^2"}],"#
        + #""points":[{"at":{"x":3,"y":2},"value":18,"derivatives":[12,9]},"#
        + #"{"at":{"x":0,"y":1},"value":0,"derivatives":[0,0]}]}"# + "\n")
    let second = try JSON(diff("x^3*y", "--order", "2", "--json").output)
    #expect(
      second["derivatives"].entries.map { $0["by"].entries.compactMap(\.string) }
        == [["x"], ["y"], ["x", "x"], ["x", "y"], ["y", "y"]])
    let known = try JSON(diff("3 + 4", "--json").output)
    #expect(known["points"].entries.count == 1)
    #expect(known["points"][0]["value"].number == 7)
  }

  /// What has no value where it was written has none where the laws make one of it.
  @Test(arguments: [
    ("sqrt(x)^2", nil), ("log(x) - log(x)", nil), ("0*asin(x)", nil), ("exp(log(x))", nil),
    ("if x > 0 then sqrt(x) else 1", 1), ("cbrt(x)^3", -4), ("(x^2)^0.5", 4),
  ])
  func lawsAddNoValues(_ expression: String, _ value: Double?) throws {
    let point = try JSON(diff(expression, "--at", "x=-4", "--json").output)["points"][0]
    #expect(point["value"].number == value)
    #expect((point["derivatives"][0].number == nil) == (value == nil))
  }

  /// A quotient of zeros has no value as it was written, and neither has a difference of poles.
  @Test(arguments: ["x/x", "0/x", "1/x - 1/x", "(x^2 - x)/x", "x^-1*x"])
  func quotientsOfZerosHaveNoValue(_ expression: String) throws {
    let point = try JSON(diff(expression, "--at", "x=0", "--json").output)["points"][0]
    #expect(point["value"].string == "nan")
    #expect(point["derivatives"][0].string == "nan")
  }

  /// Each derivative reads as it would alone, where that is shorter.
  @Test func severalDerivativesAreShort() {
    #expect(
      diff("a*b*c*d").output
        == "d/da  b*c*d\nd/db  a*c*d\nd/dc  a*b*d\nd/dd  a*b*c\n")
  }

  @Test func numbersThatAreNoneAreStrings() throws {
    let outcome = diff("1/x", "--at", "x=0", "--at", "x=1e-320", "--json")
    let points = try JSON(outcome.output)["points"]
    #expect(points[0]["value"].string == "inf")
    #expect(points[0]["derivatives"][0].string == "-inf")
    let root = try JSON(diff("sqrt(x)", "--at", "x=-1", "--json").output)
    #expect(root["points"][0]["value"].string == "nan")
  }

  @Test func numbersAreTheShortest() throws {
    for at in ["0.1", "1e-7", "12345.678", "1e300", "0.30000000000000004"] {
      let outcome = diff("exp(-x)*x/3", "--at", "x=\(at)", "--order", "3", "--json")
      #expect(longNumbers(in: outcome.output).isEmpty)
      #expect(try JSON(outcome.output)["points"][0]["at"]["x"].number == Double(at))
    }
  }

  @Test func namesInByAreVariables() throws {
    let point = try JSON(diff("e^2*pi", "--by", "e", "--at", "e=3", "--json").output)["points"][0]
    #expect(point["derivatives"][0].number == 6 * Double.pi)
    #expect(diff("sin(x)*beta", "--by", "beta").output == "sin(x)\n")
    #expect(diff("x", "--by", "y").output == "0\n")
  }

  @Test func standardInputAndTheEndOfOptions() {
    #expect(diff("-", input: "x^3\n").output == "3*x^2\n")
    #expect(diff("-", "--by", "x", input: "x^3").output == "3*x^2\n")
    #expect(diff("--", "-x^2").output == "-2*x\n")
    #expect(diff("--by", "x", "--", "-x").output == "-1\n")
    #expect(diff("-2*x").output == "-2\n")
    #expect(diff("-x^2").output == "-2*x\n")
    #expect(diff("-(x + 1)").output == "-1\n")
    #expect(diff("-", input: "").status == 1)
  }

  @Test func withoutSimplification() throws {
    let plain = try JSON(diff("x^2*sin(x)", "--at", "x=1.5", "--json").output)
    let raw = try JSON(diff("x^2*sin(x)", "--at", "x=1.5", "--simplify", "none", "--json").output)
    let exact = 1.5 * 1.5 * 0.0707372016677029 + 3 * 0.9974949866040544
    for result in [plain, raw] {
      let value = try #require(result["points"][0]["derivatives"][0].number)
      #expect(abs(value - exact) < 1e-14)
    }
  }

  @Test func pointsThatDoNotFit() {
    for arguments in [["x + y", "--at", "x=1"], ["x", "--at", "x=1,x=2"]] {
      let outcome = Executable.adc.run(["diff"] + arguments, in: folder)
      #expect(outcome.status == 2)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("`--at`"))
    }
  }
}
