import ADCModel
import Testing

@Suite("Loops over known ranges") struct LoopTests {
  @Test(
    "have the shape of all their values",
    arguments: [
      ("sum(i in 0..<n: x[i]^2)", "[]"), ("prod(i in 0...2: w[i])", "[]"),
      ("max(i in 0..<n: x[i])", "[]"), ("[i in 0..<n: x[i] + 1]", "[n]"),
      ("[i in 0..<n, j in 0..<3: x[i]*w[j]]", "[n, 3]"),
      ("[i in 1..<n: x[i] - x[i - 1]]", "[n - 1]"),
      ("sum(i in 0..<n: A[i])", "[3]"), ("sum(j in 0..<3: A[:, j])", "[n]"),
      ("[i in 0..<4: w]", "[4, 3]"), ("[i in 0..<n: { let a = x[i]; a*w }]", "[n, 3]"),
      ("[k in 0..<2: sum(i in 0..<n: A[i, k + 1])]", "[2]"),
      ("scan(t in 0..<n, h = 0: 0.5*h + x[t])", "[n]"),
      ("scan(t in 0..<n, h = w: tanh(h + A[t]))", "[n, 3]"),
      ("scan(t in 0..<n, h = 0: h + A[t])", "[n, 3]"),
      ("scan(t in 0..<n, h = w: h + x[t])[-1]", "[3]"),
      ("scan(t in 0..<n, h = w: h + x[t], reversed: true)[0]", "[3]"),
      ("scan(t in 0..<n, h = 0: h + x[t], store: sqrt)[-1]", "[]"),
      ("[i in 0..<3: scan(t in 0..<n, h = w[i]: h*x[t])[-1]]", "[3]"),
      ("scan(s in 0..<2, a = 0: scan(t in 0..<n, h = a: h + x[t])[-1])", "[2]"),
    ])
  func shapes(text: String, shape: String) {
    let checked = check("input x: [n]\ninput A: [n, 3]\nparam w: [3] = 1\nlet value = \(text)")
    #expect(checked.shape("value") == shape, "\(checked.first)")
  }

  @Test(
    "of constants are constants",
    arguments: [
      ("[i in 0..<3: i^2 + 1]", [1, 2, 5]),
      ("[i in 2...3, j in 0..<2: 10*i + j]", [20, 21, 30, 31]),
      (
        "[sum(i in 1...4: i), prod(i in 1...4: i), max(i in 0..<5: i*(3 - i)), min(i in 0..<3: -i)]",
        [10, 24, 2, -2]
      ),
      ("[i in 0..<3: [5, 7, 9][2 - i]]", [9, 7, 5]),
      ("[i in 0..<2: sum(j in 0..<3: [[1, 2, 3], [4, 5, 6]][i, j])]", [6, 15]),
      ("[sum(i in 0..<0: i), prod(i in 0..<0: i)]", [0, 1]),
    ] as [(String, [Double])])
  func constants(text: String, values: [Double]) throws {
    let checked = check("param w = 1\nlet value = \(text)\nminimize w")
    #expect(try checked.numbers("value") == values, "\(checked.first)")
  }

  @Test("several results are taken apart by names")
  func severalResults() {
    let checked = check(
      """
      input x: [n]
      let (hs, cs) = scan(t in 0..<n, h = 0, c = [1, 2]: (h + x[t], c*h))
      let (h, c) = scan(t in 0..<n, h = 0, c = [1, 2]: (h + x[t], c*h))[-1]
      fn last(a) = { let (p, q) = scan(t in 0..<n, p = a, q = 0: (q, p))[-1]; p - q }
      let d = last(3)
      """)
    #expect(checked.shape("hs") == "[n]" && checked.shape("cs") == "[n, 2]", "\(checked.first)")
    #expect(checked.shape("h") == "[]" && checked.shape("c") == "[2]")
    #expect(checked.shape("d") == "[]")
  }

  @Test(
    "mistakes in them are pointed at",
    arguments: [
      (
        "sum(i in 0..<n: x[i + 1])",
        "AD0306 <i + 1> the index `i + 1` goes from 1 to n, and axis 0 has the size n "
          + "(change the range of the loop, or the index)"
      ),
      (
        "sum(i in 0..<4: w[i])",
        "AD0306 <i> the index `i` goes from 0 to 3, and axis 0 has the size 3 "
          + "(change the range of the loop, or the index)"
      ),
      (
        "sum(i in 0..<3: w[i - 1])",
        "AD0306 <i - 1> the index `i - 1` goes from -1 to 1, and axis 0 has the size 3 "
          + "(change the range of the loop, or the index)"
      ),
      ("sum(i in 3..<2: w[i])", "AD0306 <3..<2> the range ends before it starts"),
      (
        "sum(i in 0..<w: i)",
        "AD0307 <w> `w` is a parameter and cannot be a size (a size is a number, a `const` or the "
          + "name of a dimension of an input)"
      ),
      (
        "sum([i in 0..<3, j in 0..<i: w[j]])",
        "AD0414 <i> this range cannot change with another index, `i` "
          + "(go over all, and choose: `if j < i then … else 0`)"
      ),
      (
        "sum(i in 0..<3, j in 0..<i*i: w[0])",
        "AD0414 <i> this range cannot change with another index, `i` "
          + "(go over all, and choose: `if j < i then … else 0`)"
      ),
      (
        "sum(i in 0..<3, j in 0..<2*i: w[j])",
        "AD0306 <j> the index `j` goes from 0 to 3, and axis 0 has the size 3 "
          + "(change the range of the loop, or the index)"
      ),
      ("sum(i in 0..<3, i in 0..<3: w[i])", "AD0202 <i> two indices are called `i`"),
      (
        "mean(i in 0..<3: w[i])",
        "AD0415 <mean> `mean` does not go over a range (loops are `sum`, `prod`, `max`, `min` and "
          + "`scan`; `[i in 0..<n: …]` is an array)"
      ),
      (
        "smu(i in 0..<3: w[i])", "AD0415 <smu> `smu` does not go over a range (did you mean `sum`?)"
      ),
      (
        "sum(i in 0..<3, s = 0: w[i])",
        "AD0415 <s> `sum` over a range has no states; `scan` has"
      ),
      ("sum(i in 0..<3: w[i], axis: 0)", "AD0403 <axis> `sum` over a range has no argument `axis`"),
      (
        "scan(t in 0..<3: w[t])",
        "AD0415 <t in 0..<3> `scan` has no state that goes from step to step "
          + "(add one, `h = h0`, or write `[i in 0..<n: …]` for an array)"
      ),
      (
        "scan(t in 0..<3, h = 0: (h, h))",
        "AD0416 <h, h> `scan` has 1 state, and its body makes 2 values"
      ),
      (
        "scan(t in 0..<3, h = 0, c = 0: h)",
        "AD0416 <h> `scan` has 2 states, and its body makes 1 value (write one for each: `(…, …)`)"
      ),
      (
        "scan(t in 0..<3, h = [1, 2]: h[0])",
        "AD0308 <h[0]> the state `h` starts with the shape [2] and goes on with []"
      ),
      ("scan(t in 0..<3, h = 0, h = 1: (h, h))", "AD0202 <h> two states are called `h`"),
      ("scan(t in 0..<3, t = 0: t)", "AD0202 <t> a state is called like the index, `t`"),
      (
        "1 + scan(t in 0..<3, h = 0, c = 0: (h, c))",
        "AD0416 <scan(t in 0..<3, h = 0, c = 0: (h, c))> this `scan` has 2 results, and one value "
          + "is expected here (take them apart: `let (hs, cs) = scan(…)`)"
      ),
      (
        "scan(t in 0..<3, h = 0: h, store: some)",
        "AD0404 <some> `store` is `all` steps or `sqrt`, about their square root"
      ),
      (
        "scan(t in 0..<3, h = 0: h, revesed: true)",
        "AD0403 <revesed> `scan` has no argument `revesed` (did you mean `reversed`?)"
      ),
      (
        "scan(t in 0..<3, s in 0..<3, h = 0: h)",
        "AD0415 <s in 0..<3> `scan` goes over one range, and here are 2 (put a second `scan` into "
          + "the body)"
      ),
      (
        "scan(w)",
        "AD0415 <scan> `scan` goes over a range (write `scan(t in 0..<n, h = h0: …)`)"
      ),
      (
        "[i in 0..<3: (w[i], i)]",
        "AD0416 <w[i], i> an array over a range takes one value, and here are 2 "
          + "(write `[a, b]` for a row)"
      ),
      ("w[i]", "AD0201 <i> `i` is not defined"),
      ("diff(sum(i in 0..<3: w[i]), i)", "AD0201 <i> `i` is not defined"),
    ])
  func mistakes(text: String, message: String) {
    let found = problem("input x: [n]\nparam w: [3] = 1\nlet value = \(text)")
    #expect(found.hasPrefix(message), "\(found)")
  }

  @Test("names and values must be as many")
  func namesAndValues() {
    let two = "scan(t in 0..<3, h = 0, c = 0: (h, c))"
    #expect(
      problem("let (a, b, c) = \(two)\nminimize 1") == "AD0416 <a, b, c> 3 names for 2 values")
    #expect(problem("let (a, b) = 3").hasPrefix("AD0416 <a, b> 2 names for one value"))
    #expect(problem("let (a, a) = \(two)").hasPrefix("AD0202 <a> `a` is defined twice"))
  }

  @Test("the gradient by a place of an array is a row of the Jacobian")
  func jacobian() throws {
    let checked = check(
      """
      param w = [1, 1, 1]
      fn f(v) = v^2 + v[0]
      let J = [i in 0..<3: grad(f(w)[i], w)]
      let H = [i in 0..<3: grad(grad(sum(w^3), w)[i], w)]
      """)
    #expect(checked.shape("J") == "[3, 3]", "\(checked.first)")
    #expect(try checked.numbers("J") == [3, 0, 0, 1, 2, 0, 1, 0, 2])
    #expect(try checked.numbers("H") == [6, 0, 0, 0, 6, 0, 0, 0, 6])
  }
}
