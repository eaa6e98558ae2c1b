// AD03nn: shapes that do not go together.

extension ErrorCode {
  static let ofShapes: [ErrorCode] = [
    ErrorCode(
      "AD0301", "shapes that do not go together",
      """
      An elementwise operator takes a number with anything, equal shapes, a shape that is the end of the \
      other's, and a 1 that is written against any size. Nothing else is repeated without being asked, so \
      that a column minus a vector never becomes a matrix.
      """,
      wrong: "input x: [n, 1]\ninput y: [n]\nparam w = 1\nminimize mean((w*x - y)^2)",
      right: "input x: [n, 1]\ninput y: [n]\nparam w = 1\nminimize mean((w*x[:, 0] - y)^2)"),
    ErrorCode(
      "AD0302", "a matrix product whose inner dimensions differ",
      "`@` contracts the last dimension of its left operand with the last but one of its right.",
      wrong: "input x: [n, 3]\nparam W: [4, 1] = 0\nminimize mean((x @ W)^2)",
      right: "input x: [n, 3]\nparam W: [3, 1] = 0\nminimize mean((x @ W)^2)"),
    ErrorCode(
      "AD0303", "a shape other than the one that is needed",
      """
      The objective is one number, as is what `grad` differentiates: write `sum(…)` or `mean(…)` \
      around it.
      """,
      wrong: "input x: [n]\nparam w = 1\nminimize (w*x)^2",
      right: "input x: [n]\nparam w = 1\nminimize mean((w*x)^2)"),
    ErrorCode(
      "AD0304", "an array whose entries differ in shape", "All entries of an array have one shape.",
      wrong: "param A = [[1, 2], [3]]\nminimize sum(A)",
      right: "param A = [[1, 2], [3, 4]]\nminimize sum(A^2)"),
    ErrorCode(
      "AD0305", "a function that does not take this shape",
      "The message says what the function takes, and what was given.",
      wrong: "param A = [[1, 2, 3], [4, 5, 6]]\nminimize det(A)",
      right: "param A = [[1, 2], [3, 4]]\nminimize det(A)"),
    ErrorCode(
      "AD0306", "an index or a range that is out of range",
      """
      Indices count from 0; a literal negative one counts from the end. A range ends at the size \
      at most.
      """,
      wrong: "param x = [1, 2, 3]\nminimize x[3]^2",
      right: "param x = [1, 2, 3]\nminimize x[2]^2 + sum(x[..<2]^2)"),
    ErrorCode(
      "AD0307", "something that cannot be a size",
      "A size is a number, a `const` or the name of a dimension, and arithmetic of these.",
      wrong: "param k = 3\nparam w: [k] = 0\nminimize sum(w^2) + k",
      right: "const k = 3\nparam w: [k] = 0\nminimize sum(w^2)"),
    ErrorCode(
      "AD0308", "a value of another shape than the declared one",
      "What is given broadcasts to the shape that is written.",
      wrong: "param w: [3] = [1, 2]\nminimize sum(w^2)",
      right: "param w: [3] = [1, 2, 3]\nminimize sum(w^2)"),
    ErrorCode(
      "AD0309", "more indices than dimensions",
      "A value has as many indices as its shape has dimensions; a number has none.",
      wrong: "param x = 1\nminimize x[0]^2", right: "param x = [1, 2]\nminimize x[0]^2 + x[1]^2"),
    ErrorCode(
      "AD0310", "columns that are not as many as a row needs",
      "The columns behind `from` fill one row: as many as the dimensions after the first one make.",
      wrong: "input x: [n, 3] from \"a\", \"b\"\nparam w = 1\nminimize mean((w*x)^2)",
      right: "input x: [n, 2] from \"a\", \"b\"\nparam w = 1\nminimize mean((w*x)^2)"),
    ErrorCode(
      "AD0319", "bounds that are not right",
      "Bounds are two numbers, the lower one first, and the first value is between them.",
      wrong: "param k = 2 in 0...1\nminimize (k - 3)^2",
      right: "param k = 0.5 in 0...1\nminimize (k - 3)^2"),
  ]
}
