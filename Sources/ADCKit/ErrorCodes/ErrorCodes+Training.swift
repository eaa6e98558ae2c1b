// AD05nn: settings of training, and optimizers.

extension ErrorCode {
  /// A model with settings.
  private static func train(_ settings: String) -> String {
    "input x: [n]\nparam w = 1\nminimize mean((w*x - 1)^2)\ntrain { \(settings) }"
  }

  static let ofTraining: [ErrorCode] = [
    ErrorCode(
      "AD0501", "a setting that is not there",
      """
      `train` knows `data`, `optimizer`, `epochs`, `steps`, `batch`, `shuffle`, `seed` and \
      `validate`.
      """,
      wrong: train("optimizer adam(); epoch 10"), right: train("optimizer adam(); epochs 10")),
    ErrorCode(
      "AD0502", "a setting that is set twice",
      "Each setting stands once; several files of `data` stand in one line.",
      wrong: train("optimizer adam(); epochs 10; epochs 20"),
      right: train("optimizer adam(); epochs 20")),
    ErrorCode(
      "AD0503", "both `epochs` and `steps`",
      "Training ends after passes over the data, or after updates; say one of them.",
      wrong: train("optimizer adam(); epochs 10; steps 100"),
      right: train("optimizer adam(); steps 100")),
    ErrorCode(
      "AD0504", "a setting with a value of another kind",
      "The message says what the setting takes.",
      wrong: train("data points; optimizer adam(); epochs 10"),
      right: train("data \"points.csv\"; optimizer adam(); epochs 10")),
    ErrorCode(
      "AD0505", "a setting whose number is out of range",
      "Counts are whole numbers of at least 1, and a share is between 0% and 100%.",
      wrong: train("optimizer adam(); epochs 10; batch 0"),
      right: train("optimizer adam(); epochs 10; batch 8")),
    ErrorCode(
      "AD0506", "`optimizer` without an optimizer",
      "Behind the word stands an optimizer's name, with its arguments in parentheses.",
      wrong: train("optimizer 0.1; epochs 10"), right: train("optimizer sgd(rate: 0.1); epochs 10")),
    ErrorCode(
      "AD0507", "an optimizer that is not there",
      "An optimizer is built in, or declared above. The nearest one is proposed.",
      wrong: train("optimizer adm(); epochs 10"), right: train("optimizer adam(); epochs 10")),
    ErrorCode(
      "AD0508", "an optimizer's argument that is out of range",
      "Rates and limits are numbers greater than 0.",
      wrong: train("optimizer sgd(rate: -0.1); epochs 10"),
      right: train("optimizer sgd(rate: 0.1); epochs 10")),
    ErrorCode(
      "AD0509", "an assignment to something that is no state",
      "In an optimizer `:=` sets `param` and its states; a `let` names what stays.",
      wrong: """
        optimizer slow(rate = 0.1) {
          rate := rate/2
          param := param - rate*gradient
        }
        param x = 1
        minimize x^2
        train { optimizer slow(); steps 10 }
        """,
      right: """
        optimizer slow(rate = 0.1) {
          state now = rate
          now := now/2
          param := param - now*gradient
        }
        param x = 1
        minimize x^2
        train { optimizer slow(); steps 10 }
        """),
    ErrorCode(
      "AD0510", "a second `train` block",
      "A model is trained in one way; put all settings into one block.",
      wrong: train("optimizer adam()") + "\ntrain { epochs 10 }",
      right: train("optimizer adam(); epochs 10")),
    ErrorCode(
      "AD0511", "something wrong after `with`",
      """
      A fit takes the standard deviations of its observations, `sigma:`, which come with the data, \
      and a loss that outliers move less than squares, `loss:`: `huber`, `soft_l1`, `cauchy` or \
      `arctan`, each with a scale.
      """,
      wrong: "input x: [n]\ninput y: [n]\nparam k = 1\nfit y ~ k*x with sigma: 0",
      right: "input x: [n]\ninput y: [n]\nparam k = 1\nfit y ~ k*x with sigma: 0.1"),
    ErrorCode(
      "AD0512", "a solver for sums of squares where there is none",
      """
      `levenberg_marquardt` and `gauss_newton` look at residuals: the objective is a `fit`, or a \
      sum or mean of squares.
      """,
      wrong:
        "param k = 2\nminimize cosh(k)\ntrain { optimizer levenberg_marquardt() }",
      right: "param k = 2\nminimize cosh(k)\ntrain { optimizer bfgs() }"),
    ErrorCode(
      "AD0513", "a constraint that is none",
      """
      A constraint compares two values, of which one depends on the parameters, by `<=`, `>=` or \
      `==`; arrays are compared element by element. What holds strictly inside only has no least \
      value to find.
      """,
      wrong: "param x = 1\nparam y = 1\nminimize x^2 + y^2\nsubject to x + y > 1",
      right: "param x = 1\nparam y = 1\nminimize x^2 + y^2\nsubject to x + y >= 1"),
    ErrorCode(
      "AD0514", "constraints where nothing can keep them",
      """
      An optimizer's updates know nothing of constraints; a solver does. Bounds of single \
      parameters are kept by both: `param x = 1 in 0...inf`.
      """,
      wrong: "param x = 1\nminimize x^2\nsubject to x >= 1\ntrain { optimizer sgd() }",
      right: "param x = 1\nminimize x^2\nsubject to x >= 1\ntrain { optimizer auto() }"),
    ErrorCode(
      "AD0515", "a precision that is stated twice",
      "A model runs in one precision: `precision single` or `precision double`.",
      wrong: "precision single\nprecision double\nparam x = 1\nminimize x^2",
      right: "precision single\nparam x = 1\nminimize x^2"),
    ErrorCode(
      "AD0516", "a precision behind other statements",
      "It is that of the whole model, and the first statement of it.",
      wrong: "param x = 1\nprecision single\nminimize x^2",
      right: "precision single\nparam x = 1\nminimize x^2"),
    ErrorCode(
      "AD0517", "a solver in single precision",
      """
      Solvers look at changes of the objective that singles do not show, and fits tell errors of \
      parameters. Optimizers train models in single precision; a `fit` without one, constraints and \
      solvers need doubles.
      """,
      wrong: "precision single\nparam k = 2\nminimize cosh(k)\ntrain { optimizer bfgs() }",
      right: "param k = 2\nminimize cosh(k)\ntrain { optimizer bfgs() }"),
    ErrorCode(
      "AD0518", "a number too large for single precision",
      "The largest single is about 3.4e38. Infinity is written `inf`.",
      wrong: "precision single\nparam x = 1\nminimize 1e39*x^2",
      right: "precision single\nparam x = 1\nminimize 1e30*x^2"),
  ]
}
