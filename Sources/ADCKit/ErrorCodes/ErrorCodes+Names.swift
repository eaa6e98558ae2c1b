// AD02nn: names, and the declarations that a model has.

extension ErrorCode {
  static let ofNames: [ErrorCode] = [
    ErrorCode(
      "AD0201", "a name that nothing has",
      "The name is declared nowhere. The nearest one that is there is proposed.",
      wrong: "param weight = 1\nminimize wieght^2", right: "param weight = 1\nminimize weight^2"),
    ErrorCode(
      "AD0202", "a name that is defined twice",
      """
      There is one namespace, and one scope defines a name once. An inner scope may hide an \
      outer name.
      """,
      wrong: "param x = 1\nlet x = 2\nminimize x^2", right: "param x = 1\nlet y = 2*x\nminimize y^2"
    ),
    ErrorCode(
      "AD0203", "a name that is used before its declaration",
      "Declare first, use then: move the declaration up.",
      wrong: "minimize x^2\nparam x = 1", right: "param x = 1\nminimize x^2"),
    ErrorCode(
      "AD0204", "a name that is defined by itself",
      "A definition uses its own name, at once or by way of others, so that it would never end.",
      wrong: "param x = 1\nlet y = y + x\nminimize y",
      right: "param x = 1\nlet y = x + 1\nminimize y"),
    ErrorCode(
      "AD0205", "a function where a value is expected",
      "A function has a value only where it is called.",
      wrong: "param x = 1\nminimize sin + x", right: "param x = 1\nminimize sin(x) + x"),
    ErrorCode(
      "AD0206", "a call of something that is no function",
      "The name has a value and cannot be called. A product has a `*` before the parenthesis.",
      wrong: "param x = 1\nminimize x(x + 1)", right: "param x = 1\nminimize x*(x + 1)"),
    ErrorCode(
      "AD0207", "`step` or `epoch` outside of training",
      """
      They count what training has done, and are known in optimizers and in the settings of \
      `train` alone.
      """,
      wrong: "param x = 1\nminimize x^2/(1 + epoch)",
      right: "param x = 1\nminimize x^2\ntrain { optimizer sgd(rate: 0.1/(1 + epoch)); steps 10 }"),
    ErrorCode(
      "AD0208", "a function that calls itself",
      "Functions are put in place of their calls, so recursion would not end. Use `scan`.",
      wrong: "fn f(x) = x*f(x - 1)\nparam x = 1\nminimize f(x)",
      right: "param x = 1\nminimize prod(i in 0..<3: x - i)"),
    ErrorCode(
      "AD0209", "an optimizer where a value is expected", "An optimizer is named in `train` alone.",
      wrong:
        """
        optimizer slow(rate = 0.1) { param := param - rate*gradient }\nparam x = 1\nminimize \
        slow + x^2
        """,
      right: """
        optimizer slow(rate = 0.1) { param := param - rate*gradient }
        param x = 1
        minimize x^2
        train { optimizer slow(); steps 10 }
        """),
    ErrorCode(
      "AD0210", "no model, or no objective",
      """
      A model says what is made small or large, or at least a `let` or an `output`; a gradient \
      needs an objective.
      """,
      wrong: "param x = 1", right: "param x = 1\nminimize x^2"),
    ErrorCode(
      "AD0211", "a second objective", "A model has one objective. Add several up, with weights.",
      wrong: "param x = 1\nminimize x^2\nminimize abs(x)",
      right: "param x = 1\nminimize x^2 + 0.1*abs(x)"),
    ErrorCode(
      "AD0212", "an output without a name",
      "What is reported has a name: its own, or the one behind `as`.",
      wrong: "param x = 1\nminimize x^2\noutput x + 1",
      right: "param x = 1\nminimize x^2\noutput x + 1 as next"),
    ErrorCode(
      "AD0213", "a dimension that nothing gives a size",
      """
      The data decide named dimensions: one that no input has stays unknown. Write a number or a \
      `const`.
      """,
      wrong: "param w: [m] = 0\nminimize sum(w^2)",
      right: "const m = 3\nparam w: [m] = 0\nminimize sum(w^2)"),
    ErrorCode(
      "AD0214", "a parameter without a first value",
      "Training starts somewhere: give a value, `= 0`, or draw one, `~ normal(0, 1)`.",
      wrong: "param w: [3]\nminimize sum(w^2)",
      right: "param w: [3] ~ normal(0, 1)\nminimize sum(w^2)"),
    ErrorCode(
      "AD0215", "a name to set that the model does not have",
      "`--set` gives constants their values and parameters their first ones.",
      wrong: .command("adc gradient model.ad --set y=2", model: "param x = 1\nminimize x^2"),
      right: .command("adc gradient model.ad --set x=2", model: "param x = 1\nminimize x^2")),
    ErrorCode(
      "AD0216", "a derivative of a function that the model does not have",
      """
      A `derivative` belongs to a function of the model, declared above it; built-in functions \
      have theirs.
      """,
      wrong: "param x = 1\nderivative f(x) = 2*x\nminimize x^2",
      right: "fn f(x) = x^2\nderivative f(x) = 2*x\nparam x = 1\nminimize f(x)"),
    ErrorCode(
      "AD0217", "a derivative whose arguments are not the function's",
      """
      A `derivative` names the arguments of its function in their order, and with `by` the one that one \
      differentiates by where there are several; there is one for each.
      """,
      wrong: "fn f(a, b) = a*b\nderivative f(a, b) = b\nparam x = 1\nminimize f(x, 2)",
      right: "fn f(a, b) = a*b\nderivative f(a, b) by a = b\nparam x = 1\nminimize f(x, 2)"),
    ErrorCode(
      "AD0218", "a derivative below a use of its function",
      "A use above would have another derivative than one below; move it up.",
      wrong: "fn f(x) = x^2\nparam x = 1\nlet y = f(x)\nderivative f(x) = 2*x\nminimize y",
      right: "fn f(x) = x^2\nderivative f(x) = 2*x\nparam x = 1\nlet y = f(x)\nminimize y"),
    ErrorCode(
      "AD0219", "a derivative of a function that is not one of numbers",
      """
      A function with a `derivative` is applied to every element of its arguments; its body may \
      not look at arrays.
      """,
      wrong: "fn f(x) = x*[1, 2]\nderivative f(x) = 1\nparam w = 3\nminimize sum(f(w))",
      right: "fn f(x) = 2*x\nderivative f(x) = 2\nparam w = [3, 4]\nminimize sum(f(w))"),
  ]
}
