// AD01nn: tokens that make no statements.

extension ErrorCode {
  static let ofGrammar: [ErrorCode] = [
    ErrorCode(
      "AD0101", "something that does not start a statement",
      """
      A statement of a model begins with one of its words: `input`, `param`, `const`, `let`, `fn`, \
      `derivative`, `minimize`, `maximize`, `output`, `optimizer` or `train`.
      """,
      wrong: "parameter x = 1\nminimize x^2", right: "param x = 1\nminimize x^2"),
    ErrorCode(
      "AD0102", "an expression is missing",
      "A value is expected where the message points, and none begins there.",
      wrong: "param x = 1\nminimize x^2 + ", right: "param x = 1\nminimize x^2 + 1"),
    ErrorCode(
      "AD0103", "a bracket that is never closed",
      "A bracket is open where the next statement begins, or the text ends.",
      wrong: "param x = 1\nminimize (x + 1^2", right: "param x = 1\nminimize (x + 1)^2"),
    ErrorCode(
      "AD0104", "a closing bracket that closes nothing, or another kind of bracket",
      "Brackets close in the opposite order to that in which they open, each by its own kind.",
      wrong: "param x = 1\nminimize (x + 1]^2", right: "param x = 1\nminimize (x + 1)^2"),
    ErrorCode(
      "AD0105", "two values without an operator between them",
      """
      Values that stand side by side are not multiplied; write `*`. Two settings in one line \
      have a `;` between.
      """,
      wrong: "param x = 1\nparam y = 2\nminimize (x y)^2",
      right: "param x = 1\nparam y = 2\nminimize (x*y)^2"),
    ErrorCode(
      "AD0106", "`=` in an expression",
      """
      `=` names a value in a declaration. Two values are compared by `==`, and an argument's \
      name is followed by `:`.
      """,
      wrong: "param x = 1\nminimize if x = 0 then 1 else x^2",
      right: "param x = 1\nminimize if x == 0 then 1 else x^2"),
    ErrorCode(
      "AD0107", "comparisons in a chain",
      """
      A comparison gives 0 or 1, which the next one of a chain would compare. Join two \
      comparisons with `and`.
      """,
      wrong: "param x = 1\nminimize if 0 < x < 1 then x else x^2",
      right: "param x = 1\nminimize if 0 < x and x < 1 then x else x^2"),
    ErrorCode(
      "AD0108", "too many levels of nesting",
      """
      Expressions nest at most 200 levels deep, operators of one level in a row being one. Name \
      parts with `let`.
      """,
      wrong:
        "param x = 1\nminimize \(String(repeating: "sin(", count: 201))x\(String(repeating: ")", count: 201))",
      right: "param x = 1\nlet inner = sin(sin(x))\nminimize sin(sin(inner))"),
    ErrorCode(
      "AD0109", "a name is missing",
      "A declaration has a name behind its word; a setting begins with its name.",
      wrong: "param 3 = 1\nminimize 1", right: "param x = 1\nminimize x^2"),
    ErrorCode(
      "AD0110", "a sign or a clause is missing",
      "The message names what is expected at this place.",
      wrong: "input x [n]\nparam w = 1\nminimize sum(w*x)^2",
      right: "input x: [n]\nparam w = 1\nminimize sum(w*x)^2"),
    ErrorCode(
      "AD0111", "a comma with nothing after it", "No comma stands before a closing bracket.",
      wrong: "param x = [1, 2,]\nminimize sum(x^2)", right: "param x = [1, 2]\nminimize sum(x^2)"),
    ErrorCode(
      "AD0112", "an `if` without `then` or `else`, or these without `if`",
      "An `if` is a value, and always has both of its branches.",
      wrong: "param x = 1\nminimize if x > 0 then x",
      right: "param x = 1\nminimize if x > 0 then x else 0*x"),
    ErrorCode(
      "AD0113", "something that cannot follow a complete expression",
      """
      The expression is complete before the place that the message points at; what stands there \
      belongs elsewhere.
      """,
      wrong: "param x = 1\nminimize x := 2", right: "param x = 1\nminimize x - 2"),
    ErrorCode(
      "AD0114", "a call of something that is not a name",
      """
      Only a name can be called. A product has a `*` before the parenthesis, and a derivative is \
      `diff(f(x), x)`.
      """,
      wrong: "param x = 1\nminimize (x + 1)(x - 1)", right: "param x = 1\nminimize (x + 1)*(x - 1)"),
    ErrorCode(
      "AD0115", "an `if` or a `not` that needs parentheses",
      "An `if` reaches as far right as it can, so that as an operand it stands in parentheses.",
      wrong: "param x = 1\nminimize 1 + if x > 0 then x else -x",
      right: "param x = 1\nminimize 1 + (if x > 0 then x else -x)"),
    ErrorCode(
      "AD0116", "a reserved word as a name",
      "`if`, `then`, `else`, `and`, `or` and `not` cannot be names.",
      wrong: "param not = 1\nminimize 1", right: "param negated = 1\nminimize negated^2"),
    ErrorCode(
      "AD0118", "a range that is misplaced or written in another way",
      """
      Ranges are `a..<b` (without b), `a...b`, `a...`, `..<b` and `:`. They are indices or what \
      a loop goes over.
      """,
      wrong: "param x = [1, 2, 3]\nminimize sum(x[0:2]^2)",
      right: "param x = [1, 2, 3]\nminimize sum(x[0..<2]^2)"),
    ErrorCode(
      "AD0119", "brackets with nothing in them",
      "An array has at least one element, and an index at least one place.",
      wrong: "param x = [1, 2]\nminimize sum(x[]^2)",
      right: "param x = [1, 2]\nminimize sum(x[:]^2)"),
    ErrorCode(
      "AD0120", "values between parentheses and commas",
      "Parentheses hold one expression; several values make an array, `[a, b]`.",
      wrong: "param x = (1, 2)\nminimize sum(x^2)", right: "param x = [1, 2]\nminimize sum(x^2)"),
    ErrorCode(
      "AD0121", "a block that is misplaced, or has no value at its end",
      """
      A block `{ … }` is the body of a function or a loop: declarations, and at its end the \
      value.
      """,
      wrong: "fn f(x) = { let y = x^2 }\nparam x = 1\nminimize f(x)",
      right: "fn f(x) = { let y = x^2; y + 1 }\nparam x = 1\nminimize f(x)"),
    ErrorCode(
      "AD0123", "a definition without `let`, or an assignment without `:=`",
      """
      A name is defined by `let`, `const` or `param`; in an optimizer, `:=` gives a state its \
      next value.
      """,
      wrong: "param x = 1\ny = x^2\nminimize y", right: "param x = 1\nlet y = x^2\nminimize y"),
    ErrorCode(
      "AD0124", "`'` without a matrix before it",
      "`'` transposes what stands before it. Texts stand in double quotes.",
      wrong: "param x = [1, 2]\nminimize sum('x)^2",
      right: "param x = [[1, 2], [3, 4]]\nminimize sum(x'[0])^2"),
    ErrorCode(
      "AD0125", "`in` where no loop can begin",
      """
      `i in 0..<n` begins a loop, behind the parenthesis of `sum`, `prod`, `max`, `min` or \
      `scan`, or a bracket.
      """,
      wrong: "param x = [1, 2]\nminimize x[i in 0..<2: i]",
      right: "param x = [1, 2]\nminimize sum(i in 0..<2: i*x[i])"),
    ErrorCode(
      "AD0126", "a setting without a value, or with `=` or `:`",
      "A setting of `train` is its name and its value, with a space between.",
      wrong: "param x = 1\nminimize x^2\ntrain { optimizer sgd(); steps = 10 }",
      right: "param x = 1\nminimize x^2\ntrain { optimizer sgd(); steps 10 }"),
  ]
}
