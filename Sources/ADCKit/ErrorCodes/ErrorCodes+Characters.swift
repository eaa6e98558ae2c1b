// AD00nn: characters that make no tokens.

extension ErrorCode {
  static let ofCharacters: [ErrorCode] = [
    ErrorCode(
      "AD0001", "the text is not UTF-8",
      """
      The file has bytes that are no characters in UTF-8. Save it as UTF-8; an editor that shows it \
      rightly knows which encoding it has now.
      """,
      wrong: "// Temp\u{FFFD}rature\nparam x = 1\nminimize x^2",
      right: "// Température\nparam x = 1\nminimize x^2"),
    ErrorCode(
      "AD0002", "a character that the language does not have",
      """
      Nothing in the language is written with this character. Where it has an equal, the message \
      names it.
      """,
      wrong: "param x = 1\nminimize $x^2", right: "param x = 1\nminimize x^2"),
    ErrorCode(
      "AD0003", "a character that looks like one of the language",
      """
      Texts copied from papers and web pages have signs that look like those of the language and are \
      others: a long minus, a times sign, digits of another width. Type the sign that the message names.
      """,
      wrong: "param x = 1\nminimize x^2 \u{2212} x", right: "param x = 1\nminimize x^2 - x"),
    ErrorCode(
      "AD0004", "a number with two decimal points", "A number has one decimal point at most.",
      wrong: "const k = 1.2.3\nparam x = 1\nminimize (x - k)^2",
      right: "const k = 1.23\nparam x = 1\nminimize (x - k)^2"),
    ErrorCode(
      "AD0005", "an exponent without digits",
      """
      An `e` behind a number begins its power of ten, and digits follow. A multiple of the \
      number `e` has a `*`.
      """,
      wrong: "param x = 1\nminimize (x - 2e)^2", right: "param x = 1\nminimize (x - 2*e)^2"),
    ErrorCode(
      "AD0006", "a number too large for a double",
      "The largest number is about 1.8e308. Infinity is written `inf`.",
      wrong: "param x = 1 in 0...1e400\nminimize x^2", right: "param x = 1 in 0...inf\nminimize x^2"
    ),
    ErrorCode(
      "AD0007", "an underscore in a number, not between digits",
      "Underscores group the digits of long numbers, and stand between two of them.",
      wrong: "param x = 1_\nminimize x^2", right: "param x = 1_000\nminimize x^2"),
    ErrorCode(
      "AD0008", "a number joined to a name",
      "There is no hidden product: what is multiplied has a `*` between.",
      wrong: "param x = 1\nminimize 2x", right: "param x = 1\nminimize 2*x"),
    ErrorCode(
      "AD0009", "a name that is too long", "A name has at most 1000 bytes.",
      wrong: "param x\(String(repeating: "x", count: 1000)) = 1",
      right: "param x = 1\nminimize x^2"),
    ErrorCode(
      "AD0010", "a text without its closing quote",
      "A text ends with `\"` in the line where it begins.",
      wrong: "input x: [n] from \"height\nparam w = 1\nminimize sum(w*x)^2",
      right: "input x: [n] from \"height\"\nparam w = 1\nminimize sum(w*x)^2"),
    ErrorCode(
      "AD0011", "a backslash before something that it does not stand before",
      """
      In a text, a backslash stands before `"`, `\\`, `n` or `t`. The backslash itself is \
      written twice.
      """,
      wrong: #"input x: [n] from "a\b""# + "\nparam w = 1\nminimize sum(w*x)^2",
      right: #"input x: [n] from "a\\b""# + "\nparam w = 1\nminimize sum(w*x)^2"),
    ErrorCode(
      "AD0012", "an operator or a comment of another language",
      """
      The message names what the language has instead: `^` for a power, `and`, `or`, `not`, `//` \
      for comments.
      """,
      wrong: "param x = 1\nminimize x**2", right: "param x = 1\nminimize x^2"),
  ]
}
