import Testing

@Suite("Derivatives of one's own") struct FunctionRuleTests {
  @Test("are used by arguments, by arrays, and again")
  func values() throws {
    let text = """
      param p = 2
      param q = [0.5, -3]
      fn clipped(x) = max(min(x, 1), -1)
      derivative clipped(x) as meant = 1
      fn gap(a, b) = (a - b)*p
      derivative gap(a, b) by b as meant = 10*a
      fn cube(x) = x^3
      derivative cube(x) = 3*cube(x)/x
      let straight = diff(clipped(3*p), p)
      let each = grad(sum(clipped(4*q)), q)
      let written = grad(gap(p, 1), p)
      let left = diff(gap(p^2, p), p)
      let second = diff(cube(p), p, p)
      let forward = jvp(clipped(q), q, [1, 2])
      let inside = hvp(cube(p), p, 1)
      """
    let checked = check(text)
    #expect(checked.first == "no diagnostic")
    #expect(try checked.numbers("straight") == [3])
    #expect(try checked.numbers("each") == [4, 4])
    // By a as the body has it, p, and by p itself, a - b.
    #expect(try checked.numbers("written") == [3])
    // By a: p·2p; by b: 10·a = 10·p²; by p: p² - p.
    #expect(try checked.numbers("left") == [50])
    #expect(try checked.numbers("second") == [12])
    #expect(try checked.numbers("forward") == [1, 2])
    #expect(try checked.numbers("inside") == [12])
  }

  @Test(
    "are refused where they do not fit",
    arguments: [
      ("derivative g(x) = 1", "AD0216 <g>"), ("derivative sin(x) = cos(x)", "AD0216 <sin>"),
      ("derivative f(y) = 1", "AD0217 <y>"), ("derivative f(x, y) = 1", "AD0217 <f>"),
      ("derivative h(a, b) = 1", "AD0217 <h>"), ("derivative h(a, b) by c = 1", "AD0217 <c>"),
      ("derivative f(x) = 1\nderivative f(x) = 1", "AD0217 <derivative f(x) = 1>"),
      ("let z = f(p)\nderivative f(x) = 1", "AD0218 <f>"),
      ("derivative s(x) = 1", "AD0219 <s>"), ("derivative v(x) = 1", "AD0219 <v>"),
      ("derivative f(x) = z", "AD0201 <z>"), ("derivative f(x) = sum(x)", "AD0219 <sum(x)>"),
    ])
  func refusals(_ statement: String, _ start: String) {
    let head = """
      param p = 1
      param q = [1, 2]
      fn f(x) = x^2
      fn h(a, b) = a - b
      fn s(x) = sum(x)
      fn v(x) = x*q

      """
    #expect(problem(head + statement + "\nlet last = p").hasPrefix(start), "\(statement)")
  }
}
