/// Gives source its canonical layout.
package enum Formatter {
  /// The same program, laid out: one statement a line, lines of at most about 100 columns, blank
  /// lines between statements and all comments kept. Numbers, texts and parentheses stay as
  /// written.
  ///
  /// The result reads back to the same tree and has the same layout when it is formatted again. A
  /// text with a mistake has no layout. Time and memory grow with the length of the text.
  package static func format(
    _ source: SourceText
  ) -> (text: String?, diagnostics: [Diagnostic]) {
    let (parser, diagnostics) = Parser.reading(source)
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return (nil, diagnostics) }
    return (LayoutPrinter.print(LayoutBuilder.layout(of: parser)), diagnostics)
  }
}
