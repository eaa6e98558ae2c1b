import ADCSyntax

extension BuiltIn {
  /// The settings of `train { }`.
  package static let settings: [BuiltIn] = [
    ("data", "data \"points.csv\"", "The tables that feed the inputs, beside the model's file."),
    ("optimizer", "optimizer adam(rate: 0.01)", "How the parameters are changed."),
    ("epochs", "epochs 20", "How often the data are gone through."),
    ("steps", "steps 1000", "How many updates are made."),
    ("batch", "batch 32", "The rows of a mini-batch; all rows at once without it."),
    ("shuffle", "shuffle false", "Whether the rows are shuffled before they are cut into batches."),
    ("seed", "seed 7", "What all random numbers come from; 0 unless set."),
    ("validate", "validate last 20%", "The rows that are held back from training."),
    (
      "stop", "stop after 10 epochs without improvement",
      "Ends the run early, with the best parameters."
    ),
    ("accumulate", "accumulate 4", "How many batches' gradients are averaged for one update."),
    ("folds", "folds 5", "How many parts are held back, one after another, to judge the model."),
    ("missing", "missing drop", "What is done with empty fields: `error`, `drop` or `mean`."),
    ("standardize", "standardize x, z", "The inputs that are brought to mean 0 and deviation 1."),
    ("stream", "stream true", "Whether the rows stay on the disk and are read batch by batch."),
  ].map { BuiltIn(name: $0.0, kind: .setting, signature: $0.1, summary: $0.2) }

  /// What statements begin with.
  package static let statements: [BuiltIn] = [
    ("input", "input x: [n, 3] from \"a\", \"b\", \"c\"", "A value that is fed from data."),
    ("param", "param w: [3] ~ normal(0, 1)", "A value that is trained, with its first value."),
    ("const", "const k = 8", "A value that is not trained; usable as a dimension."),
    ("let", "let y = x @ W + b", "A name for an expression."),
    ("fn", "fn f(x, a = 1) = a*x^2", "A function."),
    ("derivative", "derivative f(x) = 2*x", "The derivative of a function of the model."),
    ("minimize", "minimize mean((y - z)^2)", "What training makes small."),
    ("maximize", "maximize sum(logs)", "What training makes large."),
    ("fit", "fit y ~ model with sigma: s", "Least squares: a model of what was observed."),
    ("metric", "metric accuracy = mean(hits)", "A number that is reported beside the loss."),
    ("output", "output y as predicted", "What is computed for each row, under a name."),
    ("report", "report log(2)/k as half_life", "A value of the parameters, with its error."),
    ("subject", "subject to x + y <= 1", "A constraint: equal, or not more."),
    ("optimizer", "optimizer descent(rate = 0.1) { … }", "An update rule."),
    ("train", "train { … }", "How the parameters are trained."),
    ("precision", "precision single", "Numbers of 32 bits (`single`) or of 64 (`double`)."),
  ].map { BuiltIn(name: $0.0, kind: .statement, signature: $0.1, summary: $0.2) }

  /// Words that mean something within a statement.
  package static let words: [BuiltIn] = [
    ("if", "if c then a else b", "One value or another, element by element."),
    ("then", "if c then a else b", "The value where the condition holds."),
    ("else", "if c then a else b", "The value where the condition does not hold."),
    ("and", "a and b", "1 where both are true, else 0."),
    ("or", "a or b", "1 where one of both is true, else 0."),
    ("not", "not a", "1 where the value is 0, else 0."),
    ("in", "i in 0..<n", "The range of a loop, or the bounds of a parameter."),
    ("with", "fit y ~ model with sigma: s", "The errors of what was observed, and the loss."),
    ("from", "from \"column\"", "The columns of an input, or the file of a parameter."),
    ("as", "output y as name", "The name of an output."),
    ("category", "from \"species\" as category", "Words of a column become whole numbers."),
    ("new", "x[:, new]", "A dimension of 1."),
    ("state", "state velocity = 0", "A value of an optimizer that lives from step to step."),
    ("last", "validate last 20%", "The last rows, and not drawn ones."),
    ("single", "precision single", "Numbers of 32 bits: about 7 digits, up to 3e38."),
    ("double", "precision double", "Numbers of 64 bits: about 16 digits, up to 1e308."),
  ].map { BuiltIn(name: $0.0, kind: .word, signature: $0.1, summary: $0.2) }
}
