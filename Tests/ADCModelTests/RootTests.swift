import Testing

@Suite("Roots") struct RootTests {
  @Test(
    "are refused where they are none",
    arguments: [
      ("root(y^2 - p, y)", "AD0402"), ("root(y^2 - p, y, from: 1, to: 2)", "AD0403 <to>"),
      ("root(y^2 - p, y + 1, from: 1)", "AD0405 <y + 1>"),
      ("root(p^2, y, from: 1)", "AD0411 <p^2>"),
      ("root(y*q, y, from: 1)", "AD0303 <y*q>"), ("root(y + z, y, from: 1)", "AD0201 <z>"),
      ("root(M @ y, y, from: M)", "AD0303 <M @ y>"),
    ])
  func refusals(_ expression: String, _ start: String) {
    let head = "param p = 1\nparam q = [1, 2]\nparam M = [[1, 2], [3, 4]]\n"
    #expect(problem(head + "let a = \(expression)").hasPrefix(start), "\(expression)")
  }
}
