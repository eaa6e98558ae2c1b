// AD04nn: functions, loops and derivatives that are not used as they are meant.

extension ErrorCode {
  static let ofCalls: [ErrorCode] = [
    ErrorCode(
      "AD0401", "a function that is not there",
      "Nothing with this name can be called. The nearest function is proposed.",
      wrong: "param x = 1\nminimize sqr(x)", right: "param x = 1\nminimize sqrt(x)"),
    ErrorCode(
      "AD0402", "too many or too few arguments",
      "The function takes another number of arguments, or needs one by its name.",
      wrong: "param x = 1\nminimize atan2(x)", right: "param x = 1\nminimize atan2(x, 2)"),
    ErrorCode(
      "AD0403", "an argument that the function does not have, or twice",
      "Arguments by name are spelled as the function has them, and given once.",
      wrong: "param x = [1, 2]\nminimize sum(x^2, axes: 0)",
      right: "param x = [1, 2]\nminimize sum(x^2, axis: 0)"),
    ErrorCode(
      "AD0404", "something that must be a constant, a whole number, or in a range",
      """
      The value is needed before the data are there, so that it is made of numbers and constants \
      alone.
      """,
      wrong: "param x = 1\nconst k = x + 1\nminimize (x - k)^2",
      right: "const k = 1 + 1\nparam x = 1\nminimize (x - k)^2"),
    ErrorCode(
      "AD0405", "a derivative by something that is no variable",
      """
      One differentiates by an input, a parameter or an argument of the surrounding `fn`. A `let` is an \
      expression of these: make it the argument of a function.
      """,
      wrong: "param x = 1\nlet y = x^2\nminimize diff(y^2, y)",
      right: "param x = 1\nfn slope(y) = diff(y^2, y)\nminimize slope(x^2)^2"),
    ErrorCode(
      "AD0406", "a derivative that cannot be written in this form",
      """
      `diff` of an array by an array is element by element, where each element depends on its own alone. \
      Of a number by an array there is `grad`, and of everything else `jacobian`.
      """,
      wrong: "param x = [1, 2]\nminimize sum(diff(cumsum(x)^2, x))",
      right: "param x = [1, 2]\nminimize sum(jacobian(cumsum(x)^2, x))"),
    ErrorCode(
      "AD0407", "something that is not supported yet",
      "The language has a place for it, and adc does not do it yet.",
      wrong: "input x: [2, 8, 8, 8]\ninput k: [2, 2, 2]\nlet y = conv3d(x, k)\noutput y",
      right: "input x: [2, 8, 8]\ninput k: [2, 2, 2, 2]\nlet y = conv2d(x, k)\noutput y"),
    ErrorCode(
      "AD0408", "an argument of another kind than the function takes",
      "A text stands for a number, an axis is none of the value's, or a number is out of its range.",
      wrong: "param x = [1, 2]\nminimize sum(x^2, axis: 1)",
      right: "param x = [1, 2]\nminimize sum(x^2, axis: 0)"),
    ErrorCode(
      "AD0409", "functions or loops that are nested too deeply",
      """
      Functions that call functions are put into each other: at most 500 levels and 500000 \
      calls. Loops nest 16 deep.
      """,
      wrong: """
        fn f0(x) = sin(x)
        \((1...300).map { "fn f\($0)(x) = sin(f\($0 - 1)(x))" }.joined(separator: "\n"))
        param x = 1
        minimize f300(x)
        """,
      right:
        "fn f(x) = sin(sin(x))\nparam x = 1\nminimize f(f(x))"
    ),
    ErrorCode(
      "AD0410", "a distribution that is not there, or has wrong arguments",
      "Behind `~` stands a distribution; its spread is not negative.",
      wrong: "param w: [3] ~ gaussian(0, 1)\nminimize sum(w^2)",
      right: "param w: [3] ~ normal(0, 1)\nminimize sum(w^2)"),
    ErrorCode(
      "AD0411", "an equation that does not depend on its unknown",
      "`root(F(y), y, from: y0)` solves for the name that `F` is written with.",
      wrong: "param x = 2\nminimize root(x^2 - 2, y, from: 1)^2",
      right: "param x = 2\nminimize root(y^2 - x, y, from: 1)^2"),
    ErrorCode(
      "AD0414", "a range that changes with another index",
      """
      The ranges of `sum`, `prod`, `max` and `min` may change with other indices, by a fixed step for \
      each; those of arrays and of `scan` may not. Go over the larger range, and choose with `if`.
      """,
      wrong: "param x = [1, 2, 3]\nminimize sum([i in 0..<3, j in 0..<i: x[i]*x[j]])",
      right: "param x = [1, 2, 3]\nminimize sum(i in 0..<3, j in 0..<i: x[i]*x[j])"),
    ErrorCode(
      "AD0415", "a loop in the form of another",
      """
      Ranges go with `sum`, `prod`, `max`, `min` and `scan`; `scan` has one range and states, \
      the others none.
      """,
      wrong: "param x = [1, 2, 3]\nminimize sum(scan(t in 0..<3: x[t]))",
      right: "param x = [1, 2, 3]\nminimize sum(scan(t in 0..<3, h = 0: h + x[t]))"),
    ErrorCode(
      "AD0416", "more or fewer values than names or states",
      "A step of a `scan` makes one value for each state, and `let (a, b)` names as many.",
      wrong: "param x = 1\nlet (a, b) = x^2\nminimize a",
      right:
        "param x = 1\nlet (a, b) = scan(t in 0..<3, u = x, v = 1: (u*v, v + 1))\nminimize a[-1] + b[-1]"
    ),
  ]
}
