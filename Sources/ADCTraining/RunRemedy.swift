/// What a caller may give so that a refused run goes through.
///
/// A message says what is wrong and what to change in the model or its files; how a caller gives
/// something instead is for the caller to say, as an option or an argument.
package enum RunRemedy: Equatable, Sendable {
  /// A smaller seed.
  case seed
  /// An optimizer.
  case optimizer
  /// A file of data.
  case data
  /// An array for an input.
  case array(input: String)
}
