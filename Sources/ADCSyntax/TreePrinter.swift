/// Writes a tree as canonical source: one statement a line, the fewest parentheses that give the
/// same tree when read again.
///
/// Numbers are the shortest text that reads back to the same double; a negative number is written
/// with a sign (after `+` as a subtraction), infinity as `inf`, and what is not a number as `0/0`:
/// those three read back to other trees of the same value. `missing` is written as `missing`. Time
/// and memory grow with the tree; the recursion is as deep as the tree is high.
package enum TreePrinter {
  /// The source of a whole file, with a line end after each statement.
  package static func print(_ file: SourceFile) -> String {
    var printer = StatementPrinter()
    for statement in file.statements { printer.write(statement) }
    return printer.text
  }

  /// The source of an expression, in one line unless it holds a block.
  package static func print(_ e: Expression) -> String {
    var printer = ExpressionPrinter()
    printer.write(e, .expression)
    return printer.text
  }
}
