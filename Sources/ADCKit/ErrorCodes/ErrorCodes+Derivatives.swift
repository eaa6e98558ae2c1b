// AD06nn: what is found out about a model that is right in itself, and about derivatives.

extension ErrorCode {
  static let ofDerivatives: [ErrorCode] = [
    ErrorCode(
      "AD0601", "something that cannot be differentiated as asked",
      "The message says what has no such derivative, or of what there would be too many.",
      wrong: .command("adc diff 'sum(x^2)' --shape 'x=[3]' --order 2"),
      right: .command("adc diff 'sum(x^2)' --shape 'x=[3]' --hessian")),
    ErrorCode(
      "AD0602", "a parameter that the objective does not depend on",
      """
      A warning: the parameter's gradient is 0, so that training leaves it as it is. Often a \
      name is mistyped.
      """,
      wrong: "param a = 1\nparam b = 1\nminimize a^2",
      right: "param a = 1\nparam b = 1\nminimize a^2 + (a - b)^2"),
    ErrorCode(
      "AD0604", "an array where a number is expected",
      """
      Derivatives of expressions are shown of numbers. Write `sum(…)` around an array, or ask \
      for its `--jacobian`.
      """,
      wrong: .command("adc diff '[x^2, x*y]'"), right: .command("adc diff '[x^2, x*y]' --jacobian")),
    ErrorCode(
      "AD0605", "a gradient that differences do not agree with",
      """
      `adc check` compares the gradient with differences of the loss. They differ at a step or a \
      kink, and where the loss is too rough to be measured. Check at other parameters with `--set`.
      """,
      wrong: .command("adc check model.ad", model: "param x = 0.5\nminimize floor(2*x) + x^2"),
      right: .command(
        "adc check model.ad --set x=0.7", model: "param x = 0.5\nminimize floor(2*x) + x^2")),
    ErrorCode(
      "AD0606", "a derivative that is not that of its function",
      """
      Differences of the function disagree at the point that the message names. Write `as meant` \
      where that is meant.
      """,
      wrong: "fn f(x) = x^3\nderivative f(x) = 3*x\nparam x = 1\nminimize f(x)",
      right: "fn f(x) = x^3\nderivative f(x) = 3*x^2\nparam x = 1\nminimize f(x)"),
    ErrorCode(
      "AD0607", "a derivative that could not be compared",
      """
      A warning: at none of the points tried could the function be measured. `as meant` says \
      that you vouch for it.
      """,
      wrong: "fn f(x) = sqrt(-1 - x^2)\nderivative f(x) = -x/f(x)\nparam x = 1\nminimize f(x)",
      right: "fn f(x) = sqrt(1 + x^2)\nderivative f(x) = x/f(x)\nparam x = 1\nminimize f(x)"),
    ErrorCode(
      "AD0610", "a file that is not laid out",
      "`adc fmt --check` found files that `adc fmt` would change.",
      wrong: .command("adc fmt --check model.ad", model: "param x=1\nminimize x^2\n"),
      right: .command("adc fmt --check model.ad", model: "param x = 1\nminimize x^2\n")),
  ]
}
